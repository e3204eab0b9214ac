"""A small practice behind its doors: the app, its clock, its printer, and who stands before it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kapnotes import db
from kapnotes.actions import course, measure, note
from kapnotes.actions.infusion import InfusionView
from kapnotes.actions.infusion import look as look_at_infusion
from kapnotes.actions.signing import review
from kapnotes.audit.trail import Entry
from kapnotes.forms import FindingKind, Value
from tests.actions.shop import Sheets
from tests.builders import (
    AT,
    Small,
    add_patient,
    arrive,
    plan,
    run_session,
    sign,
    small_practice,
    written,
)
from tests.web.visitor import Visitor

NOW = AT + timedelta(minutes=5)
PEOPLE = {
    "therapist": "Thea",
    "other": "Otto",
    "medical": "Mina",
    "supervisor": "Sven",
    "administrator": "Ada",
}
"""Who stands at the doors, by the words of `access.txt`; "nobody" is not signed in."""


@dataclass(slots=True)
class Clock:
    """The server's clock, which a test turns."""

    at: datetime = NOW

    def now(self, zone: tzinfo) -> datetime:
        """The time, as `datetime.now` tells it."""
        return self.at.astimezone(zone)

    def turn(self, **by: float) -> None:
        """Let time go by."""
        self.at += timedelta(**by)


class Printed(Sheets):
    """A printer that keeps what it was given instead of printing it."""

    def ready(self) -> tuple[bool, str]:
        """It always is."""
        return True, "ok"


@dataclass(slots=True)
class Served:
    """The practice of a module's tests, on one of the two databases."""

    app: Flask
    database: db.Database
    clock: Clock
    printed: Printed
    small: Small
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str = "nobody") -> Visitor:
        """The browser of one of `PEOPLE`, signed in once for the module."""
        known = self._visitors.get(who)
        if known is None:
            known = self._visitors[who] = self.newcomer(who)
        return known

    def forget(self) -> None:
        """Let everybody sign in anew: somebody's sittings were ended."""
        self._visitors.clear()

    def newcomer(self, who: str = "nobody") -> Visitor:
        """A browser of this test's own."""
        made = Visitor(self.app.test_client())
        if who != "nobody":
            assert made.sign_in(PEOPLE[who]).status_code == 302
        return made

    @property
    def therapist(self) -> Visitor:
        """The browser of the therapist whose patient it is."""
        return self.visitor("therapist")

    @property
    def medical(self) -> Visitor:
        """The browser of the medical professional."""
        return self.visitor("medical")

    def infusion(self, *, given: bool = False) -> UUID:
        """Another infusion of the patient, who has arrived.

        `given` with its session recorded and completed.
        """
        made = plan(self.small.course_id, self.small.therapist)
        if given:
            run_session(self.small, made)
        else:
            arrive(made, self.small.medical)
        return made

    def draft(self, kind: str = "integration", *, infusion_id: UUID | None = None) -> UUID:
        """A blank draft of the therapist, at version 1."""
        about = infusion_id or self.small.infusion_id
        return note.begin(infusion_id=about, kind=kind, by=self.small.therapist, at=AT)

    def written(self, kind: str = "integration") -> UUID:
        """A complete draft of the therapist, at version 2."""
        return written(self.small, kind)

    def signed(self, kind: str = "preparation") -> UUID:
        """A note that the therapist signed; with a co-signing supervisor it waits for them."""
        about = None
        if kind == "dosing":
            about = self.infusion(given=True)
        made = written(self.small, kind, about)
        sign(self.small, made)
        return made

    def signed_with(self, kind: str = "preparation", **changed: Value) -> UUID:
        """A note with some answers of its own, signed whatever its cautions are."""
        made = written(self.small, kind, **changed)
        shown = review(note_id=made, by=self.small.therapist, at=AT)
        cautions = {one.key: "Weighed" for one in shown.of_kind(FindingKind.CAUTION)}
        sign(self.small, made, reasons=cautions)
        return made

    def patient(self, *, record_number: str, family_name: str = "Berg") -> UUID:
        """Another patient of the therapist."""
        return add_patient(
            self.small.therapist, family_name=family_name, record_number=record_number
        )

    def course(self) -> UUID:
        """Another course of the patient, without an infusion."""
        return course.start(
            patient_id=self.small.patient_id,
            indication="ocd",
            protocol="iv_induction_six",
            started_on=AT.date(),
            by=self.small.therapist,
            at=AT,
        )

    def measure(self, key: str = "phq-9", **raw: str) -> UUID:
        """A measure of the patient, the first question answered if nothing else is said."""
        posted = {name: [value] for name, value in (raw or {"q1": "1"}).items()}
        saved = measure.record(
            patient_id=self.small.patient_id,
            key=key,
            raw=posted,
            observed_at=AT,
            by=self.small.therapist,
            at=AT,
        )
        return saved.measure_id

    def rows(self, infusion_id: UUID) -> InfusionView:
        """The infusion as the therapist sees it."""
        return look_at_infusion(infusion_id=infusion_id, by=self.small.therapist, at=AT)

    def trail(self, after: int = 0) -> list[Entry]:
        """The trail's entries after a position."""
        with self.database.reading() as session:
            query = sa.select(Entry).where(Entry.position > after).order_by(Entry.position)
            return list(session.execute(query).scalars())

    def end_of_trail(self) -> int:
        """The position of the newest entry."""
        with self.database.reading() as session:
            return session.execute(sa.select(sa.func.max(Entry.position))).scalar_one()

    def rows_of_everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table but those that a look, a refusal or a sign-in writes."""
        passing = {"trail", "trail_head", "sign_in_try", "sitting", "recovery_code"}
        with self.database.reading() as session:
            return {
                table.name: list(map(tuple, session.execute(_in_order(table)).all()))
                for table in db.Base.metadata.sorted_tables
                if table.name not in passing
            }


def _in_order(table: sa.Table) -> sa.Select[tuple[object, ...]]:
    return sa.select(table).order_by(*table.primary_key)


def serve(app: Flask, database: db.Database, clock: Clock, make: Callable[[], Small]) -> Served:
    """Open a practice behind the app."""
    db.use(database)
    clock.at = NOW
    printed = Printed()
    app.extensions["printer"] = printed
    return Served(app, database, clock, printed, make())


def supervised() -> Small:
    """A practice whose therapist has a supervisor who co-signs."""
    return small_practice(cosigns=True)
