"""What a person typed into a record (a patient, a dose, vitals): read, checked, ready to use."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.clinic.refusals import BadInput, Caution, CautionOpen, Refusal, insist
from kapnotes.forms import Answers, Coded, FindingKind, Item, ItemType, Raw
from kapnotes.library import record_definition


def read(noun: str, raw: Raw, *, zone: str) -> dict[str, Any]:
    """Read posted text as the record's values: a key for every item, None where it is blank.

    Local wall times become aware times of the zone. Raises BadInput with a sentence for every
    line that cannot be taken, required ones that are blank included.
    """
    definition = record_definition(noun)
    reading = forms.read(definition, raw)
    errors = dict(reading.errors)
    for finding in forms.check_signing(definition, reading.answers, reading.errors):
        if finding.kind is FindingKind.MISSING:
            errors.setdefault(finding.name, finding.sentence)
    values: dict[str, Any] = {}
    for item in definition.walk():
        try:
            values[item.link_id] = _plain(reading.answers.get(item.link_id), ZoneInfo(zone))
        except BadInput as refusal:
            errors[item.link_id] = refusal.errors[""]
    if errors:
        raise BadInput(errors)
    return values


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, Coded):
        return value.code
    if isinstance(value, list):
        return [_plain(one, zone) for one in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        return local(value, zone)
    return value


def local(wall: datetime, zone: ZoneInfo) -> datetime:
    """The aware time of a wall clock; the first of two where the clock was put back.

    Raises BadInput under "" where the clock was put forward and there was no such time, and
    for the first and the last hours of the calendar, which have no UTC.
    """
    aware = wall.replace(tzinfo=zone)
    try:
        again = aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise BadInput({"": "Check the year."}) from None
    if again != wall:
        raise BadInput({"": "The clocks were put forward then: there was no such time."})
    return aware


def wall(at: datetime, zone: str) -> datetime:
    """The wall clock of the practice at that time, as a form shows it."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def to_raw(noun: str, values: Mapping[str, Any], *, zone: str) -> dict[str, list[str]]:
    """A record's values as its form would post them, for editing and correcting."""
    return forms.to_raw(record_definition(noun), answers_of(noun, values, zone=zone))


def answers_of(noun: str, values: Mapping[str, Any], *, zone: str) -> Answers:
    """A record's values as answers to its definition; what is blank is left out."""
    answers: Answers = {}
    for item in record_definition(noun).walk():
        value = values.get(item.link_id)
        if value is None:
            continue
        if isinstance(value, datetime):
            value = wall(value, zone)
        elif item.options:
            value = [_chosen(item, one) for one in value] if item.repeats else Coded(str(value))
        answers[item.link_id] = value
    return answers


def _chosen(item: Item, one: str) -> Coded | str:
    """An option, or a person's own words where the item has room for them."""
    is_own = item.type is ItemType.OPEN_CHOICE and item.option(one) is None
    return one if is_own else Coded(one)


def settle(concerns: Iterable[Caution | Refusal], *, reason: str) -> str | None:
    """Take the clinic's word on an entry: refusals beside their fields, cautions by a reason.

    Returns the reason if it was needed. Raises BadInput or CautionOpen.
    """
    found = tuple(concerns)
    refused = [concern for concern in found if isinstance(concern, Refusal)]
    if refused:
        raise BadInput({refusal.about: refusal.sentence for refusal in reversed(refused)})
    passed = insist(found, reason=reason)
    return reason.strip() if passed else None


__all__ = ["CautionOpen", "answers_of", "local", "read", "settle", "to_raw", "wall"]
