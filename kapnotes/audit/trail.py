"""The trail: the table of events, its one writer, and the two doors every action goes through.

`does` opens the write transaction of an action and appends its event last, in the same
transaction: if the event cannot be written, nothing is. `looks` reads and then appends. A
refusal is an event of its own. The writer holds the chain's head row under lock, so that
positions have no gaps; there are no foreign keys, and the database refuses UPDATE and DELETE.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.audit.canonical import NULL, canonical_details, filled, frame
from kapnotes.audit.emergency import check_emergency, marked
from kapnotes.audit.events import Did, Outcome
from kapnotes.clinic.refusals import BadInput, CautionOpen, Refusal
from kapnotes.db.retry import tried

P = ParamSpec("P")
T = TypeVar("T")


class Entry(db.Base):
    """One event. It holds ids, words of ours and counts; never a text that a person wrote."""

    __tablename__ = "trail"

    position: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(sa.String(20))
    event: Mapped[str] = mapped_column(sa.String(40))
    category: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(60))
    patient_id: Mapped[UUID | None]
    object_kind: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[UUID | None]
    object_version: Mapped[int | None]
    details: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (
        sa.Index("ix_trail_at", "at", "position"),
        sa.Index("ix_trail_event", "event", "outcome", "at", "position"),
        sa.Index("ix_trail_actor_id", "actor_id", "at", "position"),
        sa.Index("ix_trail_actor_id_event", *("actor_id", "event", "outcome"), "at", "position"),
        sa.Index(
            "ix_trail_patient_id", *("patient_id", "at", "position"), "event", "outcome", "actor_id"
        ),
    )


head = sa.Table(
    "trail_head",
    db.Base.metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("position", sa.BigInteger(), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
"""One row: where the chain ends. The writer holds it under lock."""

_LOCK_HEAD = sa.select(head.c.position, head.c.hash).where(head.c.id == 1).with_for_update()
_MOVE_HEAD = (
    head.update()
    .where(head.c.id == 1)
    .values(position=sa.bindparam("to_position"), hash=sa.bindparam("to_hash"))
)
_ENTRY = sa.insert(Entry)


class Thing(Protocol):
    """A row that an event can be about."""

    __tablename__: str
    id: Any


@dataclass(slots=True)
class Deed:
    """An act under way: its session, and what its event will say."""

    session: Session
    patient_id: UUID | None = None
    object_kind: str = ""
    object_id: UUID | None = None
    object_version: int | None = None
    details: dict[str, str | int | bool] = field(default_factory=dict)
    is_silent: bool = False

    def on(self, thing: Thing, *, version: int | None = None, **details: str | int | bool) -> None:
        """Name what the act is about; `details` are words of ours, ids and counts."""
        self.object_kind = thing.__tablename__
        self.object_id = thing.id
        self.patient_id = (
            thing.id if thing.__tablename__ == "patient" else getattr(thing, "patient_id", None)
        )
        self.object_version = version if version is not None else getattr(thing, "version", None)
        self.details.update(details)

    def keep_silent(self) -> None:
        """Say that nothing was changed after all, so that there is nothing to record."""
        self.is_silent = True


WRITES: dict[str, tuple[Did, Callable[..., Any]]] = {}
"""Every action that writes, by its name: read by the house tests."""


def does(
    did: Did,
) -> Callable[[Callable[Concatenate[Deed, P], T]], Callable[P, T]]:
    """Make an action that writes: one transaction, one event, tried again where that is safe.

    The action takes `by` (an Actor) and `at` (an aware time) by name.
    """

    def make(action: Callable[Concatenate[Deed, P], T]) -> Callable[P, T]:
        @wraps(action)
        def door(*args: P.args, **kwargs: P.kwargs) -> T:
            by, at = _who_and_when(kwargs)
            about: list[Deed] = []

            def act() -> T:
                with db.current().writing() as session:
                    session.info["at"] = at
                    deed = Deed(session)
                    about[:] = [deed]
                    answer = action(deed, *args, **kwargs)
                    session.flush()
                    check_emergency(did, deed.patient_id, by=by, at=at)
                    if not deed.is_silent:
                        append(deed, did, by=by, at=at)
                return answer

            try:
                return tried(act)
            except Refusal as refusal:
                _record_refusal(did, refusal, about, by=by, at=at)
                raise

        WRITES[f"{action.__module__}.{action.__qualname__}"] = (did, door)
        return door

    return make


def looks(did: Did) -> Callable[[Callable[Concatenate[Deed, P], T]], Callable[P, T]]:
    """Make an action that reads: what it returns is shown only once its event is kept."""

    def make(action: Callable[Concatenate[Deed, P], T]) -> Callable[P, T]:
        @wraps(action)
        def door(*args: P.args, **kwargs: P.kwargs) -> T:
            by, at = _who_and_when(kwargs)
            about: list[Deed] = []
            try:
                with db.current().reading() as session:
                    deed = Deed(session)
                    about.append(deed)
                    answer = action(deed, *args, **kwargs)
            except Refusal as refusal:
                _record_refusal(did, refusal, about, by=by, at=at)
                raise
            if not deed.is_silent:
                record(did, by=by, at=at, about=deed)
            return answer

        return door

    return make


def record(
    did: Did,
    *,
    by: Actor,
    at: datetime,
    about: Deed | None = None,
    outcome: Outcome = Outcome.DONE,
    reason: str = "",
) -> None:
    """Append an event in a transaction of its own."""

    def act() -> None:
        with db.current().writing() as session:
            deed = Deed(session)
            if about is not None:
                deed.patient_id, deed.object_kind = about.patient_id, about.object_kind
                deed.object_id, deed.object_version = about.object_id, about.object_version
                deed.details = about.details
            append(deed, did, by=by, at=at, outcome=outcome, reason=reason)

    tried(act)


def append(
    deed: Deed,
    did: Did,
    *,
    by: Actor,
    at: datetime,
    outcome: Outcome = Outcome.DONE,
    reason: str = "",
) -> str:
    """Append an event to the chain in the caller's transaction; return its hash."""
    connection = deed.session.connection()
    position, prev_hash = connection.execute(_LOCK_HEAD).one()
    values: dict[str, Any] = {
        "position": position + 1,
        "at": at.astimezone(UTC),
        "actor_id": by.id,
        "role": by.role.key,
        "event": did.value,
        "category": did.category.value,
        "outcome": outcome.value,
        "reason": reason,
        "patient_id": deed.patient_id,
        "object_kind": deed.object_kind,
        "object_id": deed.object_id,
        "object_version": deed.object_version,
        "details": deed.details | marked(deed.patient_id, by=by, at=at),
        "prev_hash": prev_hash,
    }
    values["hash"] = digest(values)
    connection.execute(_ENTRY, values)
    connection.execute(_MOVE_HEAD, {"to_position": position + 1, "to_hash": values["hash"]})
    return str(values["hash"])


def digest(values: Mapping[str, Any]) -> str:
    """The hash of an entry that is to be written, its `prev_hash` included."""
    patient_id, object_id = values["patient_id"], values["object_id"]
    version = values["object_version"]
    words = [values[name] for name in ("role", "event", "category", "outcome", "reason")]
    text = filled(
        frame(*words, values["object_kind"]),
        str(values["actor_id"]),
        values["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        canonical_details(values["details"]),
        NULL if object_id is None else f'"{object_id}"',
        NULL if version is None else str(version),
        NULL if patient_id is None else f'"{patient_id}"',
        str(values["position"]),
        values["prev_hash"],
    )
    return sha256(text).hexdigest()


def head_of(session: Session) -> tuple[int, str]:
    """Where the chain ends: position and hash; (-1, "") if somebody took the head away."""
    found = session.execute(
        sa.select(head.c.position, head.c.hash).where(head.c.id == 1)
    ).one_or_none()
    return (int(found.position), str(found.hash)) if found else (-1, "")


def newest_at(session: Session) -> datetime | None:
    """When the entry was written at which the chain ends; None if it or the head is missing."""
    return session.execute(
        sa.select(Entry.at).join(head, head.c.position == Entry.position).where(head.c.id == 1)
    ).scalar_one_or_none()


def _who_and_when(kwargs: dict[str, Any]) -> tuple[Actor, datetime]:
    return kwargs["by"], kwargs["at"]


def _record_refusal(
    did: Did, refusal: Refusal, about: list[Deed], *, by: Actor, at: datetime
) -> None:
    """Keep a refusal; bad input beside a field, and a caution to answer, are none."""
    if isinstance(refusal, BadInput | CautionOpen):
        return
    refusal.is_recorded = True
    record(
        did,
        by=by,
        at=at,
        about=about[0] if about else None,
        outcome=Outcome.REFUSED,
        reason=refusal.code,
    )
