"""Unusual access in words: the kinds, and what a practice has looked at."""

from collections.abc import Iterator
from types import MappingProxyType

from kapnotes.clinic.lasting import counted
from kapnotes.clinic.unusual_rule import UnusualKind, UnusualRule

KINDS = MappingProxyType(
    {
        UnusualKind.EMERGENCY.value: "Emergency access",
        UnusualKind.OWN_RECORD.value: "One's own name",
        UnusualKind.SAME_SURNAME.value: "The same surname",
        UnusualKind.OUTSIDE_TEAM.value: "Outside of the care team",
        UnusualKind.REFUSALS.value: "Refusals in a row",
        UnusualKind.MANY_RECORDS.value: "Many records at once",
        UnusualKind.NIGHT.value: "At night",
    }
)


def sentences(rule: UnusualRule) -> Iterator[str]:
    """What is raised, and from when on."""
    watched = [kind for kind in UnusualKind if kind not in rule.off]
    if not watched:
        yield "Nothing is raised."
        return
    yield f"Raised: {', '.join(KINDS[kind.value].lower() for kind in watched)}."
    if UnusualKind.MANY_RECORDS in watched:
        span = counted(rule.many_minutes, "minute")
        yield f"Many records are those of {counted(rule.many_patients, 'patient')} within {span}."
    if UnusualKind.REFUSALS in watched:
        span = counted(rule.refusal_minutes, "minute")
        yield f"In a row are {counted(rule.refusals, 'refusal')} within {span}."
    if UnusualKind.NIGHT in watched and rule.night_from != rule.night_until:
        yield f"The night is from {rule.night_from}:00 to {rule.night_until}:00."
    if rule.surnames:
        yield f"Surnames that say nothing: {', '.join(rule.surnames)}."
