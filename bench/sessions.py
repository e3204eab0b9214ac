"""Twenty sessions at once, three people on each: how long an entry takes, and until others see it.

Each page asks for news as the product's own does, every 1.5 s; in each session somebody enters
something every four seconds, alternately a reading and a tap, which is more than a real session
has. All of it goes over HTTP to the server that `make run` starts, from the same machine.
"""

import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from statistics import median
from threading import Lock
from time import monotonic, perf_counter, sleep
from uuid import UUID

from bench import server
from bench.clock import percentile_99
from bench.figure import Figure
from bench.practice import THERAPIST, opened
from bench.visitor import Visitor, WrongAnswer
from kapnotes.access.actor import Actor, operator
from kapnotes.actions import course, infusion, patient, people, session
from kapnotes.clinic.refusals import CautionOpen

SESSIONS = 20
PEOPLE = (THERAPIST, "medical@demo.example", "therapist2@demo.example")
ASKS_EVERY = 1.5
ENTERS_EVERY = 4.0
SECONDS = 40.0
HANDS = 12
"""Threads that play the sixty people; more would only wait for the same two cores."""
CREATED = 201
SAVED_GOAL, SEEN_GOAL = 50.0, 2000.0


@dataclass(slots=True)
class Desk:
    """One person's open page of one session."""

    visitor: Visitor
    path: str
    enters: bool
    cursor: int = 0
    turn: Iterator[int] = field(default_factory=count)
    busy: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class Times:
    """What was measured, in ms; `sent` is when each entry was reported saved."""

    saved: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    late: int = 0


def figures(folder: Path) -> Iterator[Figure]:
    """Measure in the practice in that folder."""
    with opened(folder):
        ids = [begin(number) for number in range(SESSIONS)]
    with server.product(folder) as product:
        desks = [
            Desk(Visitor(product.port).sign_in(email), f"/infusions/{one}/session", place == 1)
            for one in ids
            for place, email in enumerate(PEOPLE)
        ]
        weight = _weight(desks[0]) / 1024
        times = _play(desks)
    yield Figure("an entry saved, 20 sessions, 3 people each, median", median(times.saved))
    yield Figure("the same, p99", percentile_99(times.saved), goal=SAVED_GOAL)
    yield Figure("news asked for meanwhile, p99", percentile_99(times.asked))
    yield Figure("an entry seen by the others, p99", percentile_99(times.seen), goal=SEEN_GOAL)
    yield Figure("live page with its scripts and styles, as sent", weight, unit="KB", goal=150)


def _weight(desk: Desk) -> int:
    """The bytes of a page and of all that it names, as they come over the line."""
    page = desk.visitor.get(desk.path).decode()
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    return sum(desk.visitor.weigh(path) for path in (desk.path, *parts))


def begin(number: int) -> UUID:
    """A session that runs, of a patient of its own."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    therapist, medical, other = _people()
    patient_id = patient.add(
        family_name=f"Bench{number}",
        given_name="Ada",
        birth_date=date(1980, 1, 1),
        record_number=f"BENCH-{number}",
        allergies="",
        by=therapist,
        at=at,
    )
    for one in (medical, other):
        patient.join_team(
            patient_id=patient_id, person_id=one.id, starts_on=at.date(), by=therapist, at=at
        )
    course_id = course.start(
        patient_id=patient_id,
        indication="ocd",
        indication_detail="",
        protocol="iv_induction_six",
        started_on=at.date(),
        by=therapist,
        at=at,
    )
    made = infusion.plan(
        course_id=course_id,
        planned_for=at,
        route="iv",
        phase="induction",
        reason="Whatever the day",
        by=therapist,
        at=at,
    )
    infusion.start(infusion_id=made, by=medical, at=at)
    _dose(made, medical, at)
    return made


def _people() -> list[Actor]:
    accounts = people.look(by=operator(), at=datetime.now(UTC)).people
    by_email = {one.email: people.actor_of(one) for one in accounts}
    return [by_email[email] for email in PEOPLE]


def _dose(made: UUID, by: Actor, at: datetime) -> None:
    values = {
        "observed_at": at,
        "drug_form": "racemic",
        "weight_kg": Decimal(70),
        "weighed_on": at.date(),
        "mg": Decimal(35),
        "rate_mg_per_h": Decimal("52.5"),
        "is_running": True,
    }
    try:
        session.record_dose(infusion_id=made, values=values, by=by, at=at)
    except CautionOpen:
        reason = "Measured without an arrival check"
        session.record_dose(infusion_id=made, values=values, reason=reason, by=by, at=at)


def _play(desks: list[Desk]) -> Times:
    """Let everyone ask and enter for a while, each at their own pace."""
    times, lock = Times(), Lock()
    begun = monotonic()
    due: list[tuple[float, int, Desk, bool]] = []
    order = count()
    for place, desk in enumerate(desks):
        heappush(due, (begun + ASKS_EVERY * place / len(desks), next(order), desk, False))
        if desk.enters:
            heappush(due, (begun + ENTERS_EVERY * place / len(desks), next(order), desk, True))

    def work() -> None:
        while True:
            with lock:
                if not due or due[0][0] > begun + SECONDS:
                    return
                when, _, desk, enters = heappop(due)
                every = ENTERS_EVERY if enters else ASKS_EVERY
                heappush(due, (when + every, next(order), desk, enters))
            sleep(max(0.0, when - monotonic()))
            with desk.busy:
                _enter(desk, times, lock) if enters else _ask(desk, times, lock)

    with ThreadPoolExecutor(HANDS) as pool:
        for done in [pool.submit(work) for _ in range(HANDS)]:
            done.result()
    return times


def _enter(desk: Desk, times: Times, lock: Lock) -> None:
    key, turn = str(uuid.uuid4()), next(desk.turn)
    form = {
        "key": key,
        "act": "record",
        "observed_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **(
            {"noun": "session_event", "kind": "eyes_open"}
            if turn % 2
            else {
                "noun": "vitals",
                "systolic": str(120 + turn % 9),
                "diastolic": "76",
                "heart_rate": "72",
                "spo2": "98",
            }
        ),
    }
    begun = perf_counter()
    answer = desk.visitor.post(f"{desk.path}/entries", form)
    ended = perf_counter()
    if answer.status != CREATED:
        raise WrongAnswer(f"{form['noun']}: {answer.status} {answer.content[:200]!r}")
    with lock:
        times.saved.append((ended - begun) * 1000)
        times.sent[key] = ended


def _ask(desk: Desk, times: Times, lock: Lock) -> None:
    begun = perf_counter()
    content = desk.visitor.get(f"{desk.path}/entries?after={desk.cursor}")
    ended = perf_counter()
    news = json.loads(content)
    first, desk.cursor = desk.cursor == 0, news["cursor"]
    with lock:
        times.asked.append((ended - begun) * 1000)
        if not first and not desk.enters:
            times.seen += [
                (ended - times.sent[one["key"]]) * 1000
                for one in news["entries"]
                if one["key"] in times.sent
            ]
