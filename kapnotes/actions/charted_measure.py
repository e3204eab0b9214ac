"""Scales as they were taken, for whatever leaves the house with them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.actions import own_measure
from kapnotes.db import Session
from kapnotes.exchange.observation import Rated
from kapnotes.exchange.person import Person
from kapnotes.records import person
from kapnotes.records.measure import Measure


def measures_of(session: Session, rows: Sequence[Measure], *, zone: str) -> tuple[Rated, ...]:
    """Measures fetched within reach, with their answers; times on the wall of that zone."""
    people = person.named(session, {one.recorded_by_id for one in rows})
    wall = ZoneInfo(zone)
    asked = {(one.key, one.definition_version) for one in rows}
    asks = {each: own_measure.definition(session, *each) for each in asked}
    found = []
    for one in rows:
        definition = asks[one.key, one.definition_version]
        who = people[one.recorded_by_id]
        found.append(
            Rated(
                id=one.id,
                key=one.key,
                title=definition.title,
                definition=definition,
                answers=forms.restore(definition, one.answers),
                observed_at=one.observed_at.astimezone(wall),
                recorded_at=one.recorded_at.astimezone(wall),
                author=Person(id=who.id, name=who.name, credentials=who.credentials),
                is_complete=one.is_complete,
                total=one.total,
                band=one.band,
                rule_version=one.rule_version,
                parts=tuple(subscales(one)),
            )
        )
    return tuple(found)


def subscales(one: Measure) -> Iterator[tuple[str, str, Decimal]]:
    """The subscales that have a score: key, title, total."""
    listed: list[dict[str, Any]] = one.scores.get("subscales") or []
    for part in listed:
        if part.get("total") is not None:
            yield part["key"], part["title"], Decimal(part["total"])
