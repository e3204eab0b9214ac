"""Unusual looks at records: what somebody is asked to account for, by plain rules over the trail.

An item accuses nobody: it is there until somebody closes it with a word. Its sentence names no
patient. What is unusual is the practice's to say, in `unusual_rule`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from kapnotes.clinic.instant import instant
from kapnotes.clinic.lasting import counted
from kapnotes.clinic.surname import is_same_person, share_surname
from kapnotes.clinic.unusual_rule import (
    DEFAULT_RULE,
    Access,
    Unusual,
    UnusualKind,
    UnusualRule,
)

Run: TypeAlias = Sequence[Access]


def unusual(
    accesses: Iterable[Access], rule: UnusualRule = DEFAULT_RULE, *, zone: str
) -> tuple[Unusual, ...]:
    """Return what is unusual, the gravest first and each kind by its time.

    `zone` is the practice's. What one person did to one record on one day is one item; a burst or
    a night is one item of that person. The same entries in another order give the same.
    """
    given = sorted(accesses, key=lambda one: (instant(one.at), one.key))
    desk = _Desk(rule, ZoneInfo(zone))
    found = [
        item
        for kind, finds in _FINDS.items()
        if kind not in rule.off
        for item in finds(desk, given)
    ]
    kinds = tuple(UnusualKind)
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.since, one.key)))


@dataclass(frozen=True, slots=True)
class _Desk:
    """The rule and the practice's zone."""

    rule: UnusualRule
    zone: ZoneInfo

    def local(self, one: Access) -> datetime:
        return one.at if one.at.tzinfo is None else one.at.astimezone(self.zone)

    def day(self, one: Access) -> str:
        return str(self.local(one).date())


def _emergency(desk: _Desk, given: Run) -> Iterator[Unusual]:
    """Yield each emergency access, refused ones too."""
    for run in _by_day(desk, [one for one in given if one.is_emergency]):
        yield _item(UnusualKind.EMERGENCY, run, desk.day(run[0]), "Emergency access to a record")


def _own_record(desk: _Desk, given: Run) -> Iterator[Unusual]:
    looked = [one for one in given if one.patient and _is_own(one)]
    for run in _by_day(desk, looked):
        sentence = "A record of somebody with this person's own name"
        yield _item(UnusualKind.OWN_RECORD, run, desk.day(run[0]), sentence)


def _same_surname(desk: _Desk, given: Run) -> Iterator[Unusual]:
    common = desk.rule.surnames
    looked = [
        one
        for one in given
        if one.patient
        and not _is_own(one)
        and share_surname(one.person_name, one.family_name, common=common)
    ]
    for run in _by_day(desk, looked):
        sentence = "A record of somebody with the same surname"
        yield _item(UnusualKind.SAME_SURNAME, run, desk.day(run[0]), sentence)


def _outside_team(desk: _Desk, given: Run) -> Iterator[Unusual]:
    """Yield what was reached from outside; a refusal reached nothing, an emergency is its own."""
    looked = [
        one
        for one in given
        if one.patient and not one.is_in_care and not one.is_refused and not one.is_emergency
    ]
    for run in _by_day(desk, looked):
        sentence = "A record reached from outside of the care team"
        yield _item(UnusualKind.OUTSIDE_TEAM, run, desk.day(run[0]), sentence)


def _night(desk: _Desk, given: Run) -> Iterator[Unusual]:
    looked = [one for one in given if one.patient and desk.rule.is_night(desk.local(one))]

    def night(one: Access) -> tuple[str, date]:
        return one.person, desk.rule.night_of(desk.local(one))

    for (_, began), run in groupby(sorted(looked, key=night), key=night):
        yield _item(UnusualKind.NIGHT, tuple(run), str(began), "Records looked at in the night")


def _many_records(desk: _Desk, given: Run) -> Iterator[Unusual]:
    """Yield each stretch in which a person looked at the records of so many patients."""
    rule = desk.rule
    looked = [one for one in given if one.patient and not one.is_refused]
    window = timedelta(minutes=rule.many_minutes)
    for burst in _bursts(looked, window, rule.many_patients, lambda one: one.patient):
        sentence = (
            f"Records of {len({one.patient for one in burst})} patients looked at, "
            f"{rule.many_patients} or more within {counted(rule.many_minutes, 'minute')}"
        )
        yield _item(UnusualKind.MANY_RECORDS, burst, burst[0].key, sentence)


def _refusals(desk: _Desk, given: Run) -> Iterator[Unusual]:
    """Yield each stretch in which so many tries of a person were refused."""
    rule = desk.rule
    refused = [one for one in given if one.is_refused]
    window = timedelta(minutes=rule.refusal_minutes)
    for burst in _bursts(refused, window, rule.refusals, lambda one: one.key):
        sentence = (
            f"{len(burst)} tries refused, {rule.refusals} or more within "
            f"{counted(rule.refusal_minutes, 'minute')}"
        )
        yield _item(UnusualKind.REFUSALS, burst, burst[0].key, sentence)


_FINDS: MappingProxyType[UnusualKind, Callable[[_Desk, Run], Iterator[Unusual]]] = MappingProxyType(
    {
        UnusualKind.EMERGENCY: _emergency,
        UnusualKind.OWN_RECORD: _own_record,
        UnusualKind.SAME_SURNAME: _same_surname,
        UnusualKind.OUTSIDE_TEAM: _outside_team,
        UnusualKind.REFUSALS: _refusals,
        UnusualKind.MANY_RECORDS: _many_records,
        UnusualKind.NIGHT: _night,
    }
)


def _is_own(one: Access) -> bool:
    return is_same_person(one.person_name, one.given_name, one.family_name)


def _by_day(desk: _Desk, looked: Run) -> Iterator[Run]:
    """Yield what each person did to each record on each day, by its time."""

    def place(one: Access) -> tuple[str, str, str]:
        return one.person, one.patient, desk.day(one)

    for _, run in groupby(sorted(looked, key=place), key=place):
        yield tuple(run)


def _bursts(
    looked: Run, window: timedelta, least: int, what: Callable[[Access], str]
) -> Iterator[Run]:
    """Yield each person's stretches in which some window holds so many different things.

    Windows that overlap are one stretch.
    """
    for _, each in groupby(sorted(looked, key=_person), key=_person):
        run = tuple(each)
        inside: Counter[str] = Counter()
        first = begun = end = 0
        for place, one in enumerate(run):
            inside[what(one)] += 1
            while instant(one.at) - instant(run[first].at) > window:
                gone = what(run[first])
                inside[gone] -= 1
                if not inside[gone]:
                    del inside[gone]
                first += 1
            if len(inside) < least:
                continue
            if end and first >= end:
                yield run[begun:end]
            begun, end = begun if end and first < end else first, place + 1
        if end:
            yield run[begun:end]


def _person(one: Access) -> str:
    return one.person


def _item(kind: UnusualKind, run: Run, when: str, sentence: str) -> Unusual:
    patients = {one.patient for one in run}
    patient = run[0].patient if len(patients) == 1 else ""
    is_of_patient = kind not in {UnusualKind.NIGHT, UnusualKind.MANY_RECORDS, UnusualKind.REFUSALS}
    times = f" ({len(run)} times)" if len(run) > 1 and is_of_patient else ""
    return Unusual(
        kind=kind,
        key=":".join((kind, run[0].person, patient if is_of_patient else "", when)),
        person=run[0].person,
        patient=patient,
        since=run[0].at,
        until=run[-1].at,
        sentence=f"{sentence}{times}.",
        accesses=tuple(one.key for one in run),
    )
