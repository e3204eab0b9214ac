"""Repeating groups: gaps are allowed, blank rows dropped, good rows survive bad ones."""

from decimal import Decimal

from kapnotes.forms import Coded, Definition, Quantity, ask, read, tidy


def test_gaps_and_blank_rows(every_type: Definition) -> None:
    raw = {
        "medicines.7.medicine": ["Lithium"],
        "medicines.2.medicine": ["Sertraline"],
        "medicines.2.amount": ["50"],
        "medicines.2.amount~unit": ["mg"],
        "medicines.3.medicine": [" "],
        "medicines.3.amount~unit": ["mg"],
        "medicines.4.medicine-note": ["as needed"],
    }
    assert read(every_type, raw).answers["medicines"] == [
        {"medicine": "Sertraline", "amount": Quantity(Decimal(50), "mg")},
        {"medicine-note": "as needed"},
        {"medicine": "Lithium"},
    ]


def test_names_that_are_not_ours_are_ignored(every_type: Definition) -> None:
    names = [
        "medicines.00.medicine",
        "medicines.-1.medicine",
        "medicines.٣.medicine",
        "medicines.1.line",
        "medicines.medicine",
        "session.1.consent",
        "medicine",
        "nothing.0.medicine",
        "medicines.9999999.medicine",
        "csrf_token",
        "old",
        "",
    ]
    reading = read(every_type, {name: ["x"] for name in names})
    assert reading.answers == {}
    assert reading.errors == {}


def test_a_bad_line_loses_no_good_one(every_type: Definition) -> None:
    raw = {
        "minutes": ["soon"],
        "line": ["kept"],
        "medicines.0.amount": ["x"],
        "medicines.0.medicine": ["kept"],
        "medicines.1.amount": ["5"],
    }
    reading = read(every_type, raw)
    assert reading.answers == {"line": "kept", "medicines": [{"medicine": "kept"}, {}]}
    assert set(reading.errors) == {"minutes", "medicines.0.amount", "medicines.1.amount"}


def test_too_many_rows_are_kept_and_said(every_type: Definition) -> None:
    raw = {f"medicines.{number}.medicine": ["x"] for number in range(5)}
    reading = read(every_type, raw)
    assert len(reading.answers["medicines"]) == 5  # type: ignore[arg-type]
    assert reading.errors == {"medicines": "At most 3 can be recorded; there are 5."}
    group = ask(every_type, raw, reading.errors)[3]
    assert group.error.startswith("At most 3")
    assert len(group.rows) == 5


def test_tidy_closes_the_gaps(every_type: Definition) -> None:
    raw = {
        "line": ["x"],
        "place~other": ["garden"],
        "medicines.2.medicine": [""],
        "medicines.3.amount": ["5"],
        "medicines.3.amount~unit": ["mg"],
        "medicines.8.medicine": ["x"],
        "nonsense": ["y"],
        "medicine": ["y"],
        "medicines.9.line": ["y"],
    }
    assert tidy(every_type, raw) == {
        "line": ["x"],
        "place~other": ["garden"],
        "medicines.0.amount": ["5"],
        "medicines.0.amount~unit": ["mg"],
        "medicines.1.medicine": ["x"],
    }


def test_an_answer_of_several_choices_is_no_row(every_type: Definition) -> None:
    assert read(every_type, {"signs": ["cough"]}).answers == {"signs": [Coded("cough")]}
