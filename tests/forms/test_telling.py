"""The lines of a note, on the page and on paper."""

from datetime import date, datetime, time
from decimal import Decimal

from kapnotes.forms import Answers, Coded, Definition, Quantity, Tell, tell


def find(lines: tuple[Tell, ...], link_id: str) -> Tell:
    waiting = list(lines)
    while waiting:
        line = waiting.pop(0)
        if line.link_id == link_id:
            return line
        waiting[:0] = line.items
    raise KeyError(link_id)


ANSWERS: Answers = {
    "consent": False,
    "minutes": 45,
    "saturation": Decimal("97.50"),
    "dose": Quantity(Decimal("0.50"), "mg/kg"),
    "weight": Quantity(Decimal(160), "[lb_av]"),
    "day": date(2026, 11, 23),
    "clock": time(9, 5),
    "moment": datetime.fromisoformat("2026-11-23T14:05"),
    "line": "A line",
    "story": "Two\nlines",
    "route": Coded("iv"),
    "place": "a garden",
    "signs": [Coded("cough"), Coded("fever")],
    "people": [Coded("nurse"), "my sister"],
    "medicines": [
        {"medicine": "Sertraline", "medicine-note": "at night"},
        {},
        {"medicine": "Lithium"},
    ],
    "old": "hidden",
}


def test_values_in_words(every_type: Definition) -> None:
    lines = tell(every_type, ANSWERS)
    told = {name: find(lines, name).value for name in ANSWERS if name not in {"medicines", "old"}}
    assert told == {
        "consent": "No",
        "minutes": "45 min",
        "saturation": "97.50%",
        "dose": "0.50 mg/kg",
        "weight": "160 lb",
        "day": "23 Nov 2026",
        "clock": "09:05",
        "moment": "23 Nov 2026, 14:05",
        "line": "A line",
        "story": "Two\nlines",
        "route": "Intravenous",
        "place": "a garden",
        "signs": "Cough, Fever",
        "people": "Nurse, my sister",
    }


def test_kinds_of_lines(every_type: Definition) -> None:
    lines = tell(every_type, ANSWERS, carried=["dose", "medicines"])
    assert find(lines, "session").kind == "section"
    assert find(lines, "minutes").kind == "line"
    assert find(lines, "story").kind == "text"
    assert (find(lines, "signs").kind, find(lines, "signs").values) == ("list", ("Cough", "Fever"))
    assert find(lines, "consent").prefix == "1."
    assert find(lines, "dose").carried
    assert not find(lines, "weight").carried
    table = find(lines, "medicines")
    assert table.kind == "table"
    assert table.carried
    assert table.columns == ("Medicine", "Note")
    assert table.cells == (("Sertraline", "at night"), ("Lithium", ""))
    assert "old" not in str(lines)
    assert "words-before" not in str(lines)


def test_blanks_are_left_out_with_their_sections(every_type: Definition) -> None:
    lines = tell(every_type, {"line": "x"})
    assert [line.link_id for line in lines] == ["words"]
    assert [line.link_id for line in lines[0].items] == ["line"]
    assert tell(every_type, {}) == ()


def test_blanks_are_said_where_it_matters(every_type: Definition) -> None:
    lines = tell(every_type, {"line": "x"}, say_blanks=True)
    minutes = find(lines, "minutes")
    assert (minutes.value, minutes.blank) == ("not recorded", True)
    medicines = find(lines, "medicines")
    assert (medicines.kind, medicines.value, medicines.blank) == ("table", "not recorded", True)
    assert not find(lines, "line").blank


def test_a_score_is_a_line(scale: Definition) -> None:
    lines = tell(scale, {"s-1": Coded("often"), "s-3": 2})
    assert find(lines, "total").value == "not complete: 1 of 2 answered"
    assert find(lines, "percent").value == "8%"
    assert "sum" not in [line.link_id for line in lines[0].items]
    assert find(tell(scale, {}, say_blanks=True), "total").blank
