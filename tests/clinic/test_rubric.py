"""The rubric: its built-in rows, a practice's own, and its plain form."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.rubric import (
    BUILT_IN,
    DEFAULT_RUBRIC,
    MOST_ROWS,
    Rubric,
    RubricRow,
    complete,
    from_plain,
    to_plain,
)

OWN = RubricRow("own_warmth", "Warm words at arrival", "", 3)


def errors(*rows: RubricRow) -> dict[str, str]:
    with pytest.raises(BadInput) as refusal:
        Rubric(rows)
    return refusal.value.errors


def refused(plain: Any) -> dict[str, str]:
    with pytest.raises(BadInput) as refusal:
        from_plain(plain)
    return refusal.value.errors


def test_the_built_in_rows_weigh_a_hundred_and_necessity_the_most() -> None:
    assert len(BUILT_IN) == 14
    assert sum(row.weight for row in BUILT_IN) == 100
    assert max(BUILT_IN, key=lambda row: row.weight).code == "necessity"
    assert DEFAULT_RUBRIC.shown == BUILT_IN


def test_the_stored_codes_stay() -> None:
    assert [row.code for row in BUILT_IN] == [
        *("timeliness", "signature", "session_facts", "goals", "interventions", "response"),
        *("necessity", "consent", "risk", "diagnosis", "own_text", "measures"),
        *("session_safety", "chart_only"),
    ]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"code": "warmth"}, "rows.1.code"),
        ({"code": "own_" + "x" * 40}, "rows.1.code"),
        ({"code": "goals"}, "rows.1.code"),
        ({"label": "  "}, "rows.1.label"),
        ({"label": "x" * 121}, "rows.1.label"),
        ({"label": "a\nb"}, "rows.1.label"),
        ({"label": "LINKED to the goals of treatment"}, "rows.1.label"),
        ({"help": "x" * 501}, "rows.1.help"),
        ({"help": "a\x00b"}, "rows.1.help"),
        ({"weight": 0}, "rows.1.weight"),
        ({"weight": 101}, "rows.1.weight"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(change: dict[str, Any], name: str) -> None:
    goals = next(row for row in BUILT_IN if row.code == "goals")
    assert set(errors(goals, replace(OWN, **change))) == {name}


@pytest.mark.parametrize("weight", [1, 100])
def test_a_row_at_its_bounds_is_taken(weight: int) -> None:
    row = replace(OWN, weight=weight, label="x" * 120, help="y" * 500)
    assert Rubric((row,)).shown == (row,)


def test_one_row_is_shown_and_there_are_not_too_many() -> None:
    assert "rows" in errors()
    assert "rows" in errors(replace(OWN, is_shown=False))
    many = [replace(OWN, code=f"own_{n}", label=f"Row {n}") for n in range(MOST_ROWS + 1)]
    assert "rows" in errors(*many)
    assert len(Rubric(tuple(many[:MOST_ROWS])).shown) == MOST_ROWS


def test_a_row_that_is_left_out_comes_last_and_hidden() -> None:
    before = Rubric((*BUILT_IN, OWN))
    now = complete(Rubric(BUILT_IN[:3]), before)
    assert now.shown == BUILT_IN[:3]
    assert [row.code for row in now.rows[3:]] == [*(row.code for row in BUILT_IN[3:]), OWN.code]
    assert not any(row.is_shown for row in now.rows[3:])


def test_a_row_keeps_its_label_even_when_it_stands_nowhere() -> None:
    renamed = Rubric((replace(BUILT_IN[0], label="In time"),))
    assert renamed.label_of("timeliness") == "In time"
    assert renamed.label_of("goals") == "Linked to the goals of treatment"
    assert renamed.label_of("own_warm_words") == "Own warm words"


def test_plain_and_back_is_the_same() -> None:
    for rubric in (DEFAULT_RUBRIC, complete(Rubric((OWN, *BUILT_IN[4:])))):
        assert from_plain(json.loads(json.dumps(to_plain(rubric)))) == rubric


def test_a_posted_row_without_a_code_is_given_one() -> None:
    row = {"label": " Wärme ", "weight": 4, "is_shown": True}
    made = from_plain({"rows": [row, {**row, "label": "Warme!", "code": None}]})
    assert made.rows[0] == RubricRow("own_warme", "Wärme", "", 4)
    assert made.rows[1].code == "own_warme_2"
    assert len(made.rows) == 2 + len(BUILT_IN)


@pytest.mark.parametrize(
    ("plain", "names"),
    [
        ({}, {"rows"}),
        ({"rows": "all"}, {"rows"}),
        ({"rows": ["goals"]}, {"rows"}),
        ({"rows": [], "title": "x"}, {"title"}),
        ({"rows": []}, {"rows"}),
        ({"rows": [{"label": "x", "weight": "5", "is_shown": True}]}, {"rows.0.weight"}),
        ({"rows": [{"label": "x", "weight": True, "is_shown": True}]}, {"rows.0.weight"}),
        ({"rows": [{"label": "x", "weight": 5}]}, {"rows.0.is_shown"}),
        (
            {"rows": [{"label": "x", "weight": 5, "is_shown": True, "colour": "red"}]},
            {"rows.0.colour"},
        ),
        ({"rows": [{"label": " ", "weight": 5, "is_shown": True}]}, {"rows.0.label"}),
    ],
)
def test_a_plain_form_is_read_strictly(plain: dict[str, Any], names: set[str]) -> None:
    assert set(refused(plain)) == names


@given(
    st.lists(
        st.builds(
            RubricRow,
            st.sampled_from([row.code for row in BUILT_IN] + ["own_a", "own_b"]),
            st.text("abc d", min_size=1, max_size=8).map(str.strip).filter(bool),
            st.text("xyz ", max_size=5).map(str.strip),
            st.integers(1, 100),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
        unique_by=(lambda row: row.code, lambda row: row.label),
    )
)
@settings(max_examples=60)
def test_every_rubric_that_can_be_goes_to_plain_and_back(rows: list[RubricRow]) -> None:
    if any(row.is_shown for row in rows):
        rubric = complete(Rubric(tuple(rows)))
        assert from_plain(to_plain(rubric)) == rubric
