"""The rows of the HTML form."""

from decimal import Decimal

from kapnotes.forms import Ask, Choice, Coded, Definition, ItemType, Quantity, ask, read


def find(asks: tuple[Ask, ...], name: str) -> Ask:
    waiting = list(asks)
    while waiting:
        each = waiting.pop(0)
        if each.name == name:
            return each
        waiting[:0] = [*each.items, *(cell for row in each.rows for cell in row)]
    raise KeyError(name)


def test_a_blank_form(every_type: Definition) -> None:
    form = ask(every_type, {})
    assert [section.link_id for section in form] == ["session", "times", "words", "medicines"]
    minutes = find(form, "minutes")
    assert (minutes.label, minutes.help, minutes.unit) == ("Minutes", "From the first dose.", "min")
    assert (minutes.minimum, minutes.maximum, minutes.step) == ("0", "600", "1")
    assert (minutes.required, minutes.raw, minutes.error) == (True, (), "")
    assert (minutes.level, form[0].level) == (2, 1)
    assert find(form, "saturation").step == "0.01"
    assert find(form, "whole").step == "1"
    assert find(form, "figure").step == "any"
    assert find(form, "day").minimum == "1900-01-01"
    assert find(form, "clock").maximum == "23:00"
    assert find(form, "moment").minimum == "1900-01-01T00:00"
    assert find(form, "line").max_length == 40
    assert find(form, "signs").control == "check-box"
    assert find(form, "consent").prefix == "1."
    assert find(form, "words-before").type is ItemType.DISPLAY


def test_what_was_posted_is_shown_as_it_was(every_type: Definition) -> None:
    raw = {
        "minutes": ["soon"],
        "route": ["im"],
        "signs": ["cough", "fever"],
        "weight": [" 72"],
        "weight~unit": ["kg"],
        "dose": ["0.5"],
        "dose~unit": ["mg/kg"],
        "place~other": ["a garden"],
        "story": ["</textarea><script>"],
    }
    form = ask(every_type, raw, read(every_type, raw).errors)
    assert find(form, "minutes").raw == ("soon",)
    assert find(form, "minutes").error == "Enter a whole number, such as 12."
    assert find(form, "route").choices == (
        Choice("iv", "Intravenous", chosen=False),
        Choice("im", "Intramuscular", chosen=True),
    )
    assert [each.code for each in find(form, "signs").choices if each.chosen] == ["cough", "fever"]
    assert find(form, "weight").raw == (" 72",)
    assert [each.label for each in find(form, "weight").units if each.chosen] == ["kg"]
    assert find(form, "dose").unit == "mg/kg"
    assert find(form, "dose").units == ()
    assert find(form, "dose").other == ""
    assert find(form, "place").other == "a garden"
    assert find(form, "story").raw == ("</textarea><script>",)


def test_rows_keep_their_numbers_and_a_blank_one_follows(every_type: Definition) -> None:
    raw = {"medicines.1.amount": ["x"], "medicines.4.medicine": ["Lithium"]}
    group = find(ask(every_type, raw, read(every_type, raw).errors), "medicines")
    assert group.control == "gtable"
    assert group.required
    assert [row[0].name for row in group.rows] == [
        "medicines.1.medicine",
        "medicines.4.medicine",
        "medicines.5.medicine",
    ]
    assert group.rows[0][1].error == "Enter a number, such as 12.5."
    assert group.rows[2][0].raw == ()
    assert group.rows[1][2].name == "medicines.4.medicine-more"
    assert group.rows[1][2].items[0].name == "medicines.4.medicine-note"
    assert [cell.name for cell in group.blank_row][:2] == [
        "medicines.__n__.medicine",
        "medicines.__n__.amount",
    ]


def test_there_is_no_blank_row_when_all_are_taken(every_type: Definition) -> None:
    raw = {f"medicines.{number}.medicine": ["x"] for number in range(3)}
    assert len(find(ask(every_type, raw), "medicines").rows) == 3
    assert len(find(ask(every_type, {}), "medicines").rows) == 1


def test_the_earlier_answer_stands_beside(every_type: Definition) -> None:
    earlier = {
        "dose": Quantity(Decimal("0.50"), "mg/kg"),
        "signs": [Coded("cough"), Coded("rash")],
        "medicines": [
            {"medicine": "Sertraline", "amount": Quantity(Decimal(50), "mg")},
            {"medicine": "Lithium"},
        ],
    }
    form = ask(every_type, {}, earlier=earlier, carried=["dose", "medicines"])
    assert find(form, "dose").earlier == "0.50 mg/kg"
    assert find(form, "signs").earlier == "Cough, Rash"
    assert find(form, "medicines").earlier == "Sertraline, 50 mg; Lithium"
    assert find(form, "medicines").rows[0][0].earlier == ""
    assert (find(form, "dose").carried, find(form, "signs").carried) == (True, False)
    assert find(form, "medicines").carried


def test_hidden_items_are_not_asked(every_type: Definition) -> None:
    assert "old" not in str(ask(every_type, {"old": ["x"]}))


def test_a_score_is_shown_as_a_line(scale: Definition) -> None:
    total = find(ask(scale, {"s-1": ["often"]}), "total")
    assert total.type is ItemType.DISPLAY
    assert total.label == "Total: not complete: 1 of 2 answered"
    assert find(ask(scale, {"s-1": ["often"], "s-2": ["never"]}), "total").label == "Total: 1.5"
