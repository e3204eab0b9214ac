"""What a bundle says, in the words and figures that its page must show."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.library import note_definition
from kapnotes.paper import words
from tests.exchange.r4b import resources

TAGS = re.compile(r"<[^>]*>")
ROWS = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
CELLS = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
NOTES = re.compile(r"urn:kapnotes:questionnaire:note-(preparation|dosing|integration)\|(.+)")


def squeezed(text: str) -> str:
    """Words without the spaces that a page sets them with."""
    return "".join(text.split())


def text_of(html: str) -> str:
    """All words of a page, squeezed."""
    return squeezed(unescape(TAGS.sub(" ", html.partition("<body")[2])))


def rows_of(html: str) -> list[list[str]]:
    """The cells of every table row."""
    return [
        [squeezed(unescape(TAGS.sub(" ", cell))) for cell in CELLS.findall(row)]
        for row in ROWS.findall(html)
    ]


def readings(bundle: dict[str, Any], zone: ZoneInfo) -> list[list[str]]:
    """Each reading: its time, the pressure, then every other value."""
    by_id = {f"urn:uuid:{one['id']}": one for one in resources(bundle, "Observation")}
    found = []
    for panel in by_id.values():
        if "hasMember" in panel:
            values = [_value(by_id[one["reference"]]) for one in panel["hasMember"]]
            found.append([clock(panel["effectiveDateTime"], zone), *values])
    return found


def _value(one: dict[str, Any]) -> str:
    if "component" in one:
        return "/".join(
            str(each["valueQuantity"]["value"]) if "valueQuantity" in each else "?"
            for each in one["component"]
        )
    return str(one["valueQuantity"]["value"])


def clock(moment: str, zone: ZoneInfo) -> str:
    """A moment of the bundle by the clock on the wall."""
    return words.clock(datetime.fromisoformat(moment).astimezone(zone))


def doses(bundle: dict[str, Any], zone: ZoneInfo) -> list[list[str]]:
    """Each dose: mass, rate, times, lot, what was drawn and wasted."""
    return [list(_dose(one, zone)) for one in resources(bundle, "MedicationAdministration")]


def _dose(one: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    yield figure(one["dosage"]["dose"])
    if "rateQuantity" in one["dosage"]:
        yield figure(one["dosage"]["rateQuantity"])
    when = one.get("effectivePeriod") or {"start": one["effectiveDateTime"]}
    yield clock(when["start"], zone)
    if "end" in when:
        yield clock(when["end"], zone)
    yield one["contained"][0]["code"]["text"]
    if lot := one["contained"][0].get("batch"):
        yield lot["lotNumber"]
    per_kg = re.search(r"([\d.]+) mg/kg", one["dosage"]["text"])
    assert per_kg
    yield f"{per_kg[1]}mg/kg"
    for note in one.get("note", ()):
        for mass in re.findall(r"(?:drawn|wasted) ([\d.]+) mg", note["text"]):
            yield f"{mass}mg"


def figure(quantity: dict[str, Any]) -> str:
    """An amount with its unit, as paper sets it."""
    return squeezed(words.figure(Decimal(quantity["value"]), quantity["unit"]))


def scores(bundle: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Each total of a scale: its name, its day, the figure."""
    return {
        (one["code"]["text"], one["effectiveDateTime"][:10], words.figure(_total(one)))
        for one in resources(bundle, "Observation")
        if any(code["system"] == "urn:kapnotes:scale" for code in one["code"].get("coding", ()))
    }


def _total(one: dict[str, Any]) -> Decimal:
    return Decimal(one["valueQuantity"]["value"])


def notes(bundle: dict[str, Any]) -> dict[str, tuple[forms.Tell, ...]]:
    """Each note read back from its resource, as a page would tell it."""
    found = {}
    for one in resources(bundle, "QuestionnaireResponse"):
        if named := NOTES.fullmatch(one["questionnaire"]):
            definition = note_definition(named[1], named[2])
            found[named[1]] = forms.tell(definition, forms.from_response(definition, one))
    return found


def typed(tells: Iterable[forms.Tell]) -> Iterator[str]:
    """Every value that a note tells, piece by piece, squeezed as a page's words are."""
    for one in tells:
        cells = (cell for row in one.cells for cell in row)
        yield from filter(None, map(squeezed, (*(one.values or (one.value,)), *cells)))
        yield from typed(one.items)
