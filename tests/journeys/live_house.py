"""A practice whose sessions are live: served once for a file, on either database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import infusion, measure, session
from kapnotes.records import journal, sitting
from kapnotes.records.journal import SessionEntry
from kapnotes.settings import Settings
from tests.builders import ARRIVAL, PASSWORD, Small, small_practice
from tests.conftest import KEY
from tests.factors import code_for
from tests.journeys.conftest import settings_of
from tests.plumbing.server import Server, serving

APPLICATION = "tests.journeys.live_server:app"
FIGURE = "live figure"
Size = tuple[int, int]
Lend = Callable[[str], AbstractContextManager[str]]
BOTH, EMBEDDED, POSTGRESQL = (
    pytest.mark.parametrize("live", kinds, indirect=True, scope="module")
    for kinds in (["embedded", "postgresql"], ["embedded"], ["postgresql"])
)
"""On which databases a test runs. What the database decides is tried on both."""


@dataclass(slots=True)
class Live:
    """A served practice: its people, its server and its clock, and sessions made beforehand."""

    small: Small
    server: Server
    data: Path
    database: db.Database
    serve: Callable[[int | None], Server]
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The server's time."""
        return datetime.now(UTC) + self.ahead

    def turn(self, by: timedelta, *pages: Page) -> None:
        """Let so much time go by, on the server and on the pages whose clock is installed.

        What the pages have to tell is told first: a request under way would come from before.
        """
        for page in pages:
            with page.expect_response(is_poll):
                pass
        self.ahead += by
        fresh = self.data / "ahead.new"
        fresh.write_text(str(self.ahead.total_seconds()))
        fresh.rename(self.data / "ahead")
        for page in pages:
            page.clock.fast_forward(int(by.total_seconds() * 1000))
            for _ in range(2):  # the first answer may have been on its way before
                with page.expect_response(is_poll):
                    page.clock.fast_forward(1600)

    def start_again(self) -> None:
        """Serve anew at the same address, after a crash."""
        self.server = self.serve(urlsplit(self.server.base_url).port)

    def entries(self, infusion_id: UUID) -> list[SessionEntry]:
        """The journal of a session, as the database has it."""
        db.use(self.database)
        reach = self.small.medical.reach(self.now())
        with self.database.reading() as opened:
            return list(journal.since(opened, infusion_id, 0, reach=reach))

    def enter(self, page: Page, name: str) -> None:
        """Sign a person in on a page."""
        page.goto("/sign-in")
        page.locator("[name=email]").fill(f"{name}@test.example")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("[name=code]").fill(self.code(name))
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Today").wait_for()

    def code(self, name: str) -> str:
        """A code with which a person signs in now."""
        return code_for(f"{name}@test.example", self.database)

    def sign_out(self, person: Actor) -> None:
        """End whatever sitting a person has."""
        with self.database.writing() as opened:
            sitting.end_all(opened, person.id, at=self.now())

    def plan(self, *, route: str = "iv") -> UUID:
        """Another infusion of the patient, planned for now."""
        db.use(self.database)
        return infusion.plan(
            course_id=self.small.course_id,
            planned_for=self.now() - timedelta(minutes=30),
            route=route,
            phase="induction",
            reason="Whatever the day",
            by=self.small.therapist,
            at=self.now() - timedelta(minutes=40),
        )

    def started(self, *, is_arrived: bool = True) -> UUID:
        """A session that was started, with nothing given yet."""
        made = self.plan()
        by, at = self.small.medical, self.now() - timedelta(minutes=30)
        if is_arrived:
            hours = {
                "last_food_at": at - timedelta(hours=9),
                "last_drink_at": at - timedelta(hours=4),
            }
            values = {**ARRIVAL, **hours, "observed_at": at, "weighed_on": self.weighed_on}
            session.record_arrival(infusion_id=made, values=values, by=by, at=at)
        infusion.start(infusion_id=made, by=by, at=at)
        return made

    @property
    def weighed_on(self) -> Any:
        """A day that is not after a dose of the last hours."""
        return (self.now() - timedelta(hours=6)).date()

    def dosed(self, minutes: float, *, is_running: bool = True) -> UUID:
        """A session whose infusion began so many minutes ago, with the reading before it."""
        made = self.started()
        at = self.now() - timedelta(minutes=minutes)
        self.reading(made, minutes + 5, systolic=124)
        values = {
            "observed_at": at,
            "stopped_at": None if is_running else at + timedelta(minutes=min(minutes, 40)),
            "drug_form": "racemic",
            "weight_kg": Decimal("71.5"),
            "weighed_on": self.weighed_on,
            "planned_mg_per_kg": Decimal("0.5"),
            "mg": Decimal("35.75"),
            "rate_mg_per_h": Decimal("53.6"),
            "is_running": is_running,
        }
        session.record_dose(infusion_id=made, values=values, by=self.small.medical, at=self.now())
        return made

    def reading(self, infusion_id: UUID, minutes: float, **readings: int) -> UUID:
        """A reading of so many minutes ago."""
        db.use(self.database)
        found = {"systolic": 128, "diastolic": 78, "heart_rate": 72, "spo2": 98, **readings}
        at = self.now() - timedelta(minutes=minutes)
        values = {"observed_at": at, **found}
        by = self.small.medical
        return session.record_vitals(
            infusion_id=infusion_id, values=values, by=by, at=self.now()
        ).row_id

    def tap(
        self, infusion_id: UUID, kind: str, minutes: float = 0, *, by: Actor | None = None
    ) -> None:
        """An event of so many minutes ago."""
        db.use(self.database)
        at = self.now() - timedelta(minutes=minutes)
        values = {"observed_at": at, "kind": kind, "words": None}
        by = by or self.small.medical
        session.record_session_event(infusion_id=infusion_id, values=values, by=by, at=self.now())

    def answers(self, key: str, infusion_id: UUID, **answers: str) -> None:
        """A scale filled in now."""
        db.use(self.database)
        raw = {name: [value] for name, value in answers.items()}
        at, by = self.now(), self.small.therapist
        about = {"patient_id": self.small.patient_id, "infusion_id": infusion_id}
        measure.record(**about, key=key, raw=raw, observed_at=at, by=by, at=at)

    def complete(self, infusion_id: UUID) -> None:
        """The session is over."""
        db.use(self.database)
        infusion.complete(infusion_id=infusion_id, by=self.small.medical, at=self.now())


def is_poll(response: Response) -> bool:
    """Whether that is an answer to what a live page asks by itself."""
    return "/session/entries?" in response.url and response.request.method == "GET"


@contextmanager
def served(lend: Lend, kind: str, folder: Path) -> Iterator[Live]:
    """Serve a small practice by two processes until the end of the block."""
    with lend(kind) as url:
        opened = db.use(db.Database(Settings(data=folder, database_url=url, key=KEY)))
        small = small_practice()
        with ExitStack() as stack:

            def serve(port: int | None) -> Server:
                env, log = settings_of(folder, url), folder / "server.log"
                return stack.enter_context(
                    serving(env, log=log, port=port, application=APPLICATION, processes=2)
                )

            yield Live(small, serve(None), folder, opened, serve)
        opened.close()


@pytest.fixture(scope="module")
def live(
    request: pytest.FixtureRequest, lend_database: Lend, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """The served practice of a file."""
    kind = getattr(request, "param", "embedded")
    with served(lend_database, kind, tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return what keeps a measured figure; all of them are told at the end of the run."""
    return lambda said: record_property(FIGURE, said)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures, whichever worker measured them."""
    reports = [one for group in terminalreporter.stats.values() for one in group]
    told = [said for one in reports for said in getattr(one, "user_properties", ())]
    for name, said in dict.fromkeys(told):
        if name == FIGURE:
            terminalreporter.write_line(f"Live page: {said}")


@pytest.fixture
def sit_down(live: Live, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Return what signs a person in, in a browser of their own, and opens a live session."""

    def sit(
        name: str,
        infusion_id: UUID,
        *,
        has_clock: bool = False,
        script: str = "",
        size: Size | None = None,
        **options: Any,
    ) -> Page:
        context = new_context(base_url=live.server.base_url, **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        if has_clock:
            page.clock.install(time=live.now())
        if size:
            page.set_viewport_size({"width": size[0], "height": size[1]})
        if script:
            page.add_init_script(script)
        live.enter(page, name)
        open_session(page, infusion_id)
        return page

    return sit


def open_session(page: Page, infusion_id: UUID) -> None:
    """Open the live page of a session and wait until it runs."""
    page.goto(f"/infusions/{infusion_id}/session")
    expect(page.get_by_text("All saved", exact=True)).to_be_visible()
