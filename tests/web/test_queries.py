"""A page asks the database as often with much behind it as with little."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes.actions import session
from kapnotes.records.waiting_note import WaitingNote
from tests.builders import AT, minute, run_session, sign, written
from tests.kept import deliver, keep
from tests.web.served import Served

MOST = 26
"""Statements of one page at most, its event and its sitting included."""
MOST_OF_A_DOCUMENT = 30
"""A document tells of a whole course: its notes, sessions, ratings, alerts and consents."""
MOST_OF_A_REVIEW = 50
"""A note under review stands beside its session, all that is found in its chain, and the queue."""
WHOLE = frozenset({"summary", "checks of an infusion"})
"""Pages that look at everything of an infusion."""


@contextmanager
def statements(served: Served) -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    sa.event.listen(served.database.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(served.database.engine, "before_cursor_execute", note)


def asked_for(served: Served, who: str, path: str) -> list[str]:
    """What a page asks the second time, when the keys and the practice's name are known."""
    visitor = served.visitor(who)
    visitor.get(path)
    with statements(served) as asked:
        assert visitor.get(path).status_code == 200
    return asked


def vitals(served: Served, many: int) -> None:
    """Record more readings."""
    for number in range(many):
        values = {"observed_at": minute(number), "systolic": 120 + number, "diastolic": 80}
        session.record_vitals(
            infusion_id=served.small.infusion_id, values=values, by=served.small.medical, at=AT
        )


def little(served: Served) -> None:
    """Return with one note of one infusion, two readings and one patient."""
    run_session(served.small)
    sign(served.small, written(served.small, "preparation"))
    deliver(served.small, keep(served.small))


def much(served: Served) -> None:
    """Twelve notes, fifteen readings, more infusions, patients and people who acted."""
    vitals(served, 13)
    for number in range(11):
        kind = ("preparation", "dosing", "integration")[number % 3]
        made = written(served.small, kind) if number % 4 else served.draft(kind)
        if number % 4 and kind != "dosing":
            sign(served.small, made, at=AT + timedelta(minutes=number))
    for number in range(5):
        deliver(served.small, keep(served.small, revision=number + 2))
        served.infusion()
        served.patient(record_number=f"Q-{number}", family_name=f"Berg{number}")
    for who in ("medical", "supervisor", "other"):
        served.visitor(who).get(f"/patients/{served.small.patient_id}")


def waiting(served: Served) -> str:
    """The note that waits longest for its co-signature."""
    with served.database.reading() as session:
        first = sa.select(WaitingNote.note_id).order_by(WaitingNote.signed_at, WaitingNote.note_id)
        return str(session.execute(first.limit(1)).scalar_one())


PAGES: dict[str, tuple[str, Callable[[Served], str]]] = {
    "today": ("therapist", lambda _: "/"),
    "today of the supervisor": ("supervisor", lambda _: "/"),
    "today of medical": ("medical", lambda _: "/"),
    "due": ("therapist", lambda _: "/due"),
    "due of medical": ("medical", lambda _: "/due"),
    "due of the supervisor": ("supervisor", lambda _: "/due"),
    "all that is overdue": ("therapist", lambda _: "/due?part=overdue&kind=dosing"),
    "patients": ("therapist", lambda _: "/patients"),
    "patient": ("therapist", lambda it: f"/patients/{it.small.patient_id}"),
    "patient of medical": ("medical", lambda it: f"/patients/{it.small.patient_id}"),
    "course": ("therapist", lambda it: f"/courses/{it.small.course_id}"),
    "infusion": ("therapist", lambda it: f"/infusions/{it.small.infusion_id}"),
    "infusion of medical": ("medical", lambda it: f"/infusions/{it.small.infusion_id}"),
    "checks": ("therapist", lambda _: "/checks"),
    "checks of medical": ("medical", lambda _: "/checks?level=must"),
    "checks of the supervisor": ("supervisor", lambda _: "/checks"),
    "checks of an infusion": (
        "therapist",
        lambda it: f"/infusions/{it.small.infusion_id}/checks",
    ),
    "documents": ("therapist", lambda it: f"/patients/{it.small.patient_id}/documents"),
    "summary": ("therapist", lambda it: f"/infusions/{it.small.infusion_id}/summary.pdf"),
    "review": ("supervisor", lambda _: "/review"),
    "review of what is returned": ("supervisor", lambda _: "/review?show=returned"),
    "a note under review": ("supervisor", lambda it: f"/review/{waiting(it)}"),
    "feedback": ("therapist", lambda _: "/feedback"),
    "feedback of the supervisor": ("supervisor", lambda _: "/feedback"),
    "trail": ("administrator", lambda _: "/audit"),
    "trail of the supervisor": ("supervisor", lambda _: "/audit"),
    "trail of the patient": ("therapist", lambda it: f"/patients/{it.small.patient_id}/trail"),
    "people": ("administrator", lambda _: "/people"),
}


def counts(served: Served) -> dict[str, list[str]]:
    return {name: asked_for(served, who, path(served)) for name, (who, path) in PAGES.items()}


@pytest.fixture(scope="module")
def both(served: Served) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What each page asks with little behind it, and with much."""
    little(served)
    before = counts(served)
    much(served)
    return before, counts(served)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_with_much_as_with_little(
    both: tuple[dict[str, list[str]], dict[str, list[str]]], name: str
) -> None:
    before, after = both[0][name], both[1][name]
    assert len(after) == len(before), "\n".join(set(after) ^ set(before))
    most = MOST_OF_A_DOCUMENT if name in WHOLE else MOST
    assert len(after) <= (MOST_OF_A_REVIEW if name == "a note under review" else most)


def test_the_editor_asks_as_often_after_many_saves(served: Served) -> None:
    path = f"/notes/{served.draft()}"
    served.therapist.put(f"{path}/draft", {"_version": "1", "themes": "one"})
    before = len(asked_for(served, "therapist", f"{path}/edit"))
    for version in range(2, 12):
        form = {"_version": str(version), "themes": f"text {version}"}
        assert served.therapist.put(f"{path}/draft", form).status_code == 200
    assert len(asked_for(served, "therapist", f"{path}/edit")) == before
