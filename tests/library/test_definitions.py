"""Every definition: clean, valid as FHIR, unchanged since it was published, and its own words."""

import json

import pytest
import yaml
from fhir.resources.R4B.questionnaire import Questionnaire

from kapnotes.forms import Item, ItemType, lint
from kapnotes.library import NOTES, RECORDS, note_definition, record_definition
from tests.library.answering import ALL, LIBRARY, definition_of

PUBLISHED = LIBRARY.parents[1] / "tests" / "library" / "published.json"
MOST_SECTIONS = 9

every_definition = pytest.mark.parametrize("name", ALL)


def mapping_of(name: str) -> dict[str, object]:
    """Return the plain YAML of a definition."""
    found = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def every_text(item: Item) -> str:
    return " ".join((item.text, item.help, *(option.display for option in item.options)))


@every_definition
def test_a_definition_lints_clean(name: str) -> None:
    assert lint(mapping_of(name)) == ()


@every_definition
def test_a_definition_is_a_fhir_questionnaire(name: str) -> None:
    resource = Questionnaire.model_validate(mapping_of(name))
    assert resource.url == definition_of(name).url


@every_definition
def test_a_published_definition_has_not_changed(name: str) -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert definition_of(name).digest == published.get(name), (
        f"{name}.yaml is published and must stay as it is: add the next version instead."
    )


def test_nothing_published_was_taken_away() -> None:
    assert set(json.loads(PUBLISHED.read_text(encoding="utf-8"))) == set(ALL)


def test_every_file_is_listed() -> None:
    rooms = ("notes", "records", "measures")  # what the demo tells is no definition
    files = {f"{room}/{path.stem}" for room in rooms for path in (LIBRARY / room).glob("*.yaml")}
    assert files == set(ALL)


@every_definition
def test_a_definition_says_its_version_as_its_file_does(name: str) -> None:
    assert name.endswith(f"-{definition_of(name).version}")


def test_versions_share_their_address_and_nothing_else_does() -> None:
    lines = {(name.rpartition("-")[0], definition_of(name).url) for name in ALL}
    assert len({line for line, _ in lines}) == len({url for _, url in lines}) == len(lines)


@pytest.mark.parametrize("name", [name for name in ALL if not name.endswith("-1")])
def test_a_later_version_asks_all_that_the_earlier_asked(name: str) -> None:
    line, _, version = name.rpartition("-")
    earlier, now = definition_of(f"{line}-{int(version) - 1}"), definition_of(name)
    kept = {(item.link_id, item.type) for item in earlier.walk()}
    assert kept <= {(item.link_id, item.type) for item in now.walk()}


def test_definitions_are_loaded_once() -> None:
    assert note_definition("dosing") is note_definition("dosing", "1")
    assert record_definition("dose") is record_definition("dose", "2")


@pytest.mark.parametrize("version", ["0", "3", "../../x"])
def test_what_is_not_listed_is_not_opened(version: str) -> None:
    with pytest.raises(KeyError):
        note_definition("dosing", version)
    with pytest.raises(KeyError):
        record_definition("dose", version)
    with pytest.raises(KeyError):
        note_definition(f"dosing-{version}")


@pytest.mark.parametrize("kind", NOTES)
def test_the_sections_of_a_note_are_few_and_short(kind: str) -> None:
    items = note_definition(kind).items
    assert len(items) <= MOST_SECTIONS
    assert all(item.type is ItemType.GROUP and len(item.text) <= 24 for item in items)


@every_definition
def test_labels_are_short_and_plain(name: str) -> None:
    for item in definition_of(name).walk():
        assert len(item.text) <= 60, item.link_id
        assert item.text[0].isupper(), item.link_id
        assert not item.text.endswith((".", ":")), item.link_id
        assert "—" not in every_text(item), item.link_id


@pytest.mark.parametrize("kind", NOTES)
def test_linkids_of_notes_have_hyphens(kind: str) -> None:
    assert all("_" not in item.link_id for item in note_definition(kind).walk())


@pytest.mark.parametrize("noun", RECORDS)
def test_linkids_of_records_are_keyword_names(noun: str) -> None:
    assert all(item.link_id.isidentifier() for item in record_definition(noun).walk())


@every_definition
def test_every_number_has_a_range(name: str) -> None:
    for item in definition_of(name).walk():
        if item.type in {ItemType.INTEGER, ItemType.DECIMAL}:
            assert item.minimum is not None, item.link_id
            assert item.maximum is not None, item.link_id


def shape(item: Item) -> tuple[object, ...]:
    return (item.link_id, item.type, item.text, item.required, item.repeats, item.when)


@pytest.mark.parametrize("section", ["session", "risk", "closing"])
def test_head_and_tail_are_the_same_in_all_notes(section: str) -> None:
    shapes = [
        [shape(item) for item in note_definition(kind).item(section).walk()] for kind in NOTES
    ]
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_linkid_has_one_type_in_all_notes() -> None:
    types: dict[str, ItemType] = {}
    for kind in NOTES:
        for item in note_definition(kind).walk():
            assert types.setdefault(item.link_id, item.type) is item.type, item.link_id


@pytest.mark.parametrize("kind", NOTES)
def test_where_absence_must_be_said_none_of_these_stands_alone(kind: str) -> None:
    for item in note_definition(kind).walk():
        for option in item.options:
            assert option.exclusive == (option.code in {"none", "as-expected"} and item.repeats)
