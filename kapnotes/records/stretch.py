"""Stretches of the trail: entries of one event, person or patient, in the order of their time.

Each is a range of one index, and several are asked for in one statement. The embedded database
merges them entry by entry; PostgreSQL is asked for a few entries of each, so that it has not the
choice to read and sort what a page does not show.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.trail import Entry
from kapnotes.db.column import Moment
from kapnotes.records.patient import Patient

TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "actor_id": sa.Uuid(),
    "patient_id": sa.Uuid(),
    "since": Moment(),
    "until": Moment(),
    "start_at": Moment(),
}
AT_ONCE = 100
"""How many stretches one statement asks for."""


class Place(NamedTuple):
    """Where an entry stands: by its time, and in the chain."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every stretch, from which place on, and in which direction."""

    actor_id: UUID | None = None
    events: Collection[str] | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    start: Place | None = None
    is_back: bool = True

    def by(self, person_id: UUID) -> "Asked":
        """The same, of one person."""
        return replace(self, actor_id=person_id)

    def beyond(self, place: Place) -> "Asked":
        """The same, from a place on."""
        return replace(self, start=place)

    @property
    def order(self) -> str:
        """Newest first on the way back, oldest first on the way forth."""
        way = "DESC" if self.is_back else "ASC"
        return f"ORDER BY at {way}, position {way}"

    def within(self) -> str:
        """The condition of times, and of the place to begin at."""
        parts = ["at >= :since"] if self.since else []
        parts += ["at < :until"] if self.until else []
        if self.start:
            parts += [f"(at, position) {'<' if self.is_back else '>'} (:start_at, :start_position)"]
        return "".join(f" AND {one}" for one in parts)

    def values(self) -> dict[str, Any]:
        """What fills the condition, and the person."""
        known: dict[str, Any] = {
            "since": self.since,
            "until": self.until,
            "actor_id": self.actor_id,
        }
        if self.start:
            known |= {"start_at": self.start.at, "start_position": self.start.position}
        return {name: value for name, value in known.items() if value is not None}


def place_of(session: Session, position: int | None) -> Place | None:
    """Where an entry stands; None where there is no such entry."""
    if position is None:
        return None
    query = sa.select(Entry.at, Entry.position).where(Entry.position == position)
    row = session.execute(query).one_or_none()
    return Place(*row) if row else None


def patients(session: Session) -> int:
    """How many patients there are."""
    return session.execute(sa.select(sa.func.count(Patient.id))).scalar_one()


def of_all(session: Session, asked: Asked, *, most: int) -> list[Place]:
    """The first places of everything that was asked for, in order."""
    return _first(session, *_arms(session, asked), asked, most=most)


def among(
    session: Session, asked: Asked, is_theirs: sa.ColumnElement[bool], *, most: int
) -> tuple[list[Place], Place | None]:
    """Of so many first places those whose entries are theirs, and the last place of all.

    One statement: what is not theirs never leaves the database. None if there are not so many.
    """
    arms, values = _arms(session, asked)
    if not arms:
        return [], None
    known = {**values, **asked.values(), "most": most}
    looked = _query(session, arms, asked, known).cte("looked")
    theirs = sa.select(looked.c.at, looked.c.position, sa.true().label("is_theirs")).where(
        sa.exists().where(Entry.position == looked.c.position, is_theirs).correlate(looked)
    )
    order = [one.desc() if asked.is_back else one for one in (looked.c.at, looked.c.position)]
    end = (
        sa.select(looked.c.at, looked.c.position, sa.false())
        .order_by(*order)
        .limit(1)
        .offset(most - 1)
        .subquery()
    )
    rows = session.connection().execute(sa.union_all(theirs, sa.select(end)), known).all()
    places = [Place(row.at, row.position) for row in rows if row.is_theirs]
    ends = [Place(row.at, row.position) for row in rows if not row.is_theirs]
    return sorted(places, reverse=asked.is_back), ends[0] if ends else None


def _arms(session: Session, asked: Asked) -> tuple[list[str], dict[str, Any]]:
    """The stretches of what was asked for, and what fills them."""
    person = " AND actor_id = :actor_id" if asked.actor_id else ""
    if asked.events is None and not asked.outcome:
        return [f"SELECT at, position FROM trail WHERE true{person}{asked.within()}"], {}  # noqa: S608 - words of ours
    arms = []
    values: dict[str, Any] = {}
    for number, (event, outcome) in enumerate(_present(session, asked)):
        values |= {f"event_{number}": event, f"outcome_{number}": outcome}
        arms.append(
            f"SELECT at, position FROM trail WHERE event = :event_{number} "  # noqa: S608 - words of ours
            f"AND outcome = :outcome_{number}{person}{asked.within()}"
        )
    return arms, values


def of_patients(session: Session, ids: Sequence[UUID], asked: Asked, *, most: int) -> list[Place]:
    """The first places of what was asked for about those patients, in order."""
    person = " AND actor_id = :actor_id" if asked.actor_id else ""
    values: dict[str, Any] = {}
    if asked.outcome:
        person += " AND outcome = :outcome"
        values["outcome"] = asked.outcome
    if asked.events is not None:
        named = {f"event_{number}": one for number, one in enumerate(sorted(asked.events))}
        values |= named
        person += f" AND event IN ({', '.join(f':{name}' for name in named)})"
    found: list[Place] = []
    for first in range(0, len(ids), AT_ONCE):
        arms, some = [], dict(values)
        for number, one in enumerate(ids[first : first + AT_ONCE]):
            some[f"patient_id_{number}"] = one
            arms.append(
                f"SELECT at, position FROM trail WHERE patient_id = :patient_id_{number}"  # noqa: S608 - words of ours
                f"{person}{asked.within()}"
            )
        found += _first(session, arms, some, asked, most=most)
    return sorted(found, reverse=asked.is_back)[:most]


def _present(session: Session, asked: Asked) -> list[tuple[str, str]]:
    """Which events there are within what was asked, and with which outcome: a probe for each."""
    words = "json_each(:{0}) AS {0}"
    if session.get_bind().dialect.name == "postgresql":
        words = "json_array_elements_text(CAST(:{0} AS json)) AS {0}(value)"
    listed = ", ".join(words.format(name) for name in ("events", "outcomes"))
    person = "actor_id = :actor_id AND " if asked.actor_id else ""
    text = (
        f"SELECT events.value, outcomes.value FROM {listed} WHERE (SELECT position FROM trail "  # noqa: S608 - words of ours
        f"WHERE {person}event = events.value AND outcome = outcomes.value{asked.within()} "
        f"{asked.order} LIMIT 1) IS NOT NULL"
    )
    events = sorted(set(Did) if asked.events is None else asked.events)
    outcomes = [asked.outcome] if asked.outcome else sorted(Outcome)
    values = {"events": json.dumps(events), "outcomes": json.dumps(outcomes), **asked.values()}
    return [(row[0], row[1]) for row in session.connection().execute(_typed(text, values), values)]


def _first(
    session: Session, arms: Sequence[str], values: dict[str, Any], asked: Asked, *, most: int
) -> list[Place]:
    """The first places of several stretches together."""
    if not arms:
        return []
    known = {**values, **asked.values(), "most": most}
    query = _query(session, arms, asked, known)
    return [Place(*row) for row in session.connection().execute(query, known)]


def _query(
    session: Session, arms: Sequence[str], asked: Asked, known: dict[str, Any]
) -> sa.TextualSelect:
    each = arms
    if len(arms) > 1 and session.get_bind().dialect.name == "postgresql":
        each = [
            f"SELECT * FROM ({arm} {asked.order} LIMIT :most) AS arm_{number}"  # noqa: S608 - words of ours
            for number, arm in enumerate(arms)
        ]
    text = f"{' UNION ALL '.join(each)} {asked.order} LIMIT :most"
    return _typed(text, known).columns(at=Moment(), position=sa.BigInteger())


def _typed(text: str, values: dict[str, Any]) -> sa.TextClause:
    """The statement, each of its values as its column keeps it."""
    return sa.text(text).bindparams(
        *(sa.bindparam(name, type_=_type(name)) for name in values if _type(name) is not None)
    )


def _type(name: str) -> sa.types.TypeEngine[Any] | None:
    return TYPES.get(name.rstrip("0123456789").rstrip("_"))
