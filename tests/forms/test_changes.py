"""What changed between two versions, in words."""

from decimal import Decimal

from kapnotes.forms import Answers, Coded, Definition, difference, word_difference


def test_added_removed_and_changed(every_type: Definition) -> None:
    before: Answers = {"minutes": 5, "line": "x", "figure": Decimal("5.1"), "consent": True}
    after: Answers = {"minutes": 6, "day-off": 1, "figure": Decimal("5.10"), "consent": True}
    after.pop("day-off")
    after["route"] = Coded("iv")
    found = difference(every_type, before, after)
    assert [(each.label, each.kind, each.before, each.after) for each in found] == [
        ("Minutes", "changed", "5 min", "6 min"),
        ("Figure", "changed", "5.1", "5.10"),
        ("Line", "removed", "x", ""),
        ("Route", "added", "", "Intravenous"),
    ]
    assert (found[0].section, found[0].heading, found[0].link_id) == (
        "session",
        "Session",
        "minutes",
    )
    assert found[0].words == ()


def test_nothing_changed(every_type: Definition) -> None:
    same: Answers = {"line": "x", "medicines": [{"medicine": "y"}]}
    assert difference(every_type, same, dict(same)) == ()


def test_texts_are_compared_word_by_word(every_type: Definition) -> None:
    (change,) = difference(
        every_type, {"story": "She felt very calm."}, {"story": "She felt calm again."}
    )
    assert "".join(text for op, text in change.words if op != "added") == change.before
    assert "".join(text for op, text in change.words if op != "removed") == change.after
    assert change.words[0] == ("same", "She felt")


def test_words_in_the_middle() -> None:
    assert word_difference("a b c d e", "a x c y e") == (
        ("same", "a"),
        ("removed", " b"),
        ("added", " x"),
        ("same", " c"),
        ("removed", " d"),
        ("added", " y"),
        ("same", " e"),
    )
    assert word_difference("", "") == ()


def test_what_is_written_on_repeats_no_word() -> None:
    assert word_difference("She slept", "She slept well.") == (
        ("same", "She slept"),
        ("added", " well."),
    )


def test_rows_are_matched_and_named(every_type: Definition) -> None:
    before: Answers = {"medicines": [{"medicine": "A"}, {"medicine": "B"}, {"medicine": "C"}]}
    after: Answers = {"medicines": [{"medicine": "B"}, {"medicine": "C", "medicine-note": "d"}]}
    assert [
        (each.label, each.kind, each.before, each.after)
        for each in difference(every_type, before, after)
    ] == [
        ("Medicines, row 1", "removed", "Medicine: A", ""),
        ("Medicines, row 2", "changed", "Medicine: C", "Medicine: C; Note: d"),
    ]
    added = difference(every_type, {"medicines": [{}]}, {"medicines": [{"medicine": "A"}]})
    assert [each.kind for each in added] == ["added"]
    assert difference(every_type, {"medicines": [{}]}, {}) == ()


def test_what_is_hidden_is_not_compared(every_type: Definition) -> None:
    assert difference(every_type, {"old": "x"}, {"old": "y"}) == ()
