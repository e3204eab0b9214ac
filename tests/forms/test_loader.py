"""A definition is the same in YAML, in JSON and as a mapping."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from kapnotes.forms import (
    Coded,
    Definition,
    DefinitionError,
    ItemType,
    digest,
    initial_answers,
    load,
    write_json,
)
from kapnotes.forms.source import parse

SAMPLE = Path(__file__).parent / "samples" / "every_type.yaml"


def test_yaml_json_and_mapping_have_one_digest(every_type: Definition, tmp_path: Path) -> None:
    mapping = parse(SAMPLE)
    file = tmp_path / "sample.json"
    file.write_text(write_json(mapping), encoding="utf-8")
    assert every_type.digest == digest(mapping) == load(file).digest == load(mapping).digest


def test_a_digest_sees_a_trailing_zero() -> None:
    assert digest({"a": Decimal("3.00")}) != digest({"a": Decimal("3.0")})
    assert digest({"a": 0.5, "b": [1]}) == digest({"b": [1], "a": Decimal("0.5")})


def test_what_stands_where(every_type: Definition) -> None:
    minutes = every_type.item("minutes")
    assert (minutes.section, minutes.level, minutes.row_of) == ("session", 2, "")
    assert (minutes.help, minutes.unit, minutes.codes[0].code) == (
        "From the first dose.",
        "min",
        "1111-1",
    )
    assert (minutes.minimum, minutes.maximum) == (Decimal(0), Decimal(600))
    note = every_type.item("medicine-note")
    assert (note.section, note.level, note.row_of) == ("medicines", 3, "medicines")
    assert every_type.item("old").section == ""
    assert every_type.item("day").minimum == date(1900, 1, 1)
    assert every_type.item("clock").maximum == time(23)
    assert every_type.item("moment").minimum == datetime.fromisoformat("1900-01-01T00:00")
    assert [unit.display for unit in every_type.item("weight").units] == ["kg", "lb"]
    assert every_type.item("weight").unit == ""
    assert every_type.item("dose").unit == "mg/kg"
    assert every_type.item("story").max_length == 20_000
    assert every_type.item("medicine").max_length == 200
    assert every_type.codes[0].display == "A sample"


def test_walking_goes_down_the_page(every_type: Definition) -> None:
    walked = [item.link_id for item in every_type.walk()]
    assert walked[:3] == ["session", "words-before", "consent"]
    assert len(walked) == len(set(walked)) == len(every_type.index)
    assert "minutes-help" not in walked
    with pytest.raises(KeyError):
        every_type.item("minutes-help")


def test_a_group_is_no_question(every_type: Definition) -> None:
    assert not every_type.item("session").is_question
    assert not every_type.item("words-before").is_question
    assert every_type.item("medicines").has_rows
    assert every_type.item("session").type is ItemType.GROUP


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "item: [\n"),
        ("a.yaml", "url: a\nurl: b\n"),
        ("a.json", "{"),
        ("a.json", '{"a": NaN}'),
    ],
)
def test_a_file_that_is_not_well_formed(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="not well formed") as refusal:
        load(file)
    assert str(refusal.value).startswith(name)


def test_yaml_words_mean_what_they_say(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("a: No\nb: 2026-01-01\nc: 1.50\nd: 012\ne: ~\nf: true\ng: -3\nh: 1e3\n")
    assert parse(file) == {
        "a": "No",
        "b": "2026-01-01",
        "c": Decimal("1.50"),
        "d": "012",
        "e": None,
        "f": True,
        "g": -3,
        "h": "1e3",
    }


def test_a_new_note_starts_with_the_initial_answers() -> None:
    options = [{"valueCoding": {"code": code, "display": code}} for code in ("x", "y")]
    start = [{"valueCoding": {"code": "x"}}, {"valueCoding": {"code": "y"}}]
    items = [
        {"linkId": "a", "type": "decimal", "text": "A", "initial": [{"valueDecimal": 1}]},
        {"linkId": "b", "type": "choice", "text": "B", "repeats": True, "answerOption": options,
         "initial": start},
        {"linkId": "c", "type": "boolean", "text": "C"},
    ]  # fmt: skip
    head = {"resourceType": "Questionnaire", "url": "u", "version": "1", "name": "N", "title": "T"}
    definition = load({**head, "status": "draft", "item": items})
    answers = initial_answers(definition)
    assert answers == {"a": Decimal(1), "b": [Coded("x"), Coded("y")]}
