"""Background work: documents made while nobody waits, and what a crash left taken up again.

One process beside the server. Short documents and long ones have a lane each, so that a chart of
a hundred infusions never delays a summary: both print in one child, a section at a time. What is
sent to other systems has a third lane, so that a server that is slow delays no document; a fourth
verifies each hour that trail and record are whole, a fifth makes the documentation checks of
chains that were changed, and by the hour of those that time alone can change, a sixth raises
unusual access, and a seventh makes the backups of the plan. Only a document is waited for; the
other lanes look rarely, and one that catches up leaves most of the time to the people who save. The
rows of `job` are the only queue: what is asked for is there once its transaction is committed, and
a worker that dies loses nothing.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import FrameType
from uuid import UUID

import click
import structlog
from flask import current_app

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import (
    attempt,
    backup_plan,
    check,
    delivery,
    job,
    people,
    rolling_proof,
    unusual,
)
from kapnotes.actions.attempt import Workshop, workshop_of
from kapnotes.actions.backup_file import BackupRefused
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import Refusal
from kapnotes.db.trouble import trouble_of
from kapnotes.paper.press import Printer, PrintFailed
from kapnotes.paper.seal import SealFailed
from kapnotes.serve import plainly, refuse_open_role

LONG = frozenset({DocumentKind.COURSE_SUMMARY, DocumentKind.CHART})
SHORT = frozenset(DocumentKind) - LONG
NOWHERE = subprocess.DEVNULL
TROUBLE_SECONDS = 5.0
"""How long it rests after trouble, such as a database that is away."""
_log = structlog.get_logger("kapnotes")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a lane rests: so many seconds with nothing to do, and after work for so many times it.

    A lane that catches up and rests for three times its work takes a quarter of the time.
    """

    idle: float
    times: float = 0.0

    def rest(self, found: int, seconds: float) -> float:
        """How long to rest after a turn that found so much, and took so long."""
        return seconds * self.times if found else self.idle


FOR_DOCUMENTS = Pace(0.5)
"""Somebody waits for a document."""
FOR_DELIVERIES = Pace(2.0)
FOR_PROOF = Pace(60.0)
"""How often the worker asks whether an hour has passed since the last verification."""
FOR_CHECKS = Pace(20.0, times=3.0)
"""Each turn holds the head of the trail; after an upgrade there is a turn for every few chains."""
FOR_UNUSUAL = Pace(5.0, times=3.0)
FOR_BACKUPS = Pace(60.0)
"""How often the worker asks whether the plan wants a backup, or a drill of the newest."""


class Lane(Thread):
    """Takes turns until the worker ends; trouble is told and tried again."""

    def __init__(self, turn: Callable[[], int], pace: Pace, ended: Event) -> None:
        super().__init__(daemon=True)
        self._turn, self._pace, self._ended = turn, pace, ended

    def run(self) -> None:
        """Take a turn, rest, and take the next."""
        while not self._ended.is_set():
            begun = monotonic()
            try:
                rest = self._pace.rest(self._turn(), monotonic() - begun)
            except Exception as error:  # noqa: BLE001 - the lane goes on, whatever one job met
                trouble = trouble_of(error)
                _log.error(
                    "worker in trouble",
                    error=type(error).__name__,
                    trouble=trouble.word if trouble else None,
                )
                rest = TROUBLE_SECONDS
            self._ended.wait(rest)


class Worker:
    """The lanes, each in a thread of its own, until they are told to end."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._ended = Event()
        self._is_marked = False
        self._lanes = [
            Lane(turn, pace, self._ended)
            for turn, pace in (
                (lambda: self._documents(SHORT), FOR_DOCUMENTS),
                (lambda: self._documents(LONG), FOR_DOCUMENTS),
                (self._deliveries, FOR_DELIVERIES),
                (self._proof, FOR_PROOF),
                (self._checks, FOR_CHECKS),
                (self._unusual, FOR_UNUSUAL),
                (self._backups, FOR_BACKUPS),
            )
        ]

    def start(self) -> None:
        """Start every lane; returns at once."""
        for lane in self._lanes:
            lane.start()

    def end(self) -> None:
        """Let every lane finish what it does, and take up nothing more."""
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it was told to end, at most so long; whether it was."""
        return self._ended.wait(seconds)

    def join(self, seconds: float) -> None:
        """Wait for the lanes to finish."""
        for lane in self._lanes:
            lane.join(seconds)

    def _documents(self, kinds: Collection[DocumentKind]) -> int:
        """Make the documents of these kinds that nobody makes; how many there were."""
        found = job.left_over(kinds=kinds, at=self._shop.clock())
        for job_id in found:
            if self._ended.is_set():
                break
            self._make(job_id)
        return len(found)

    def _deliveries(self) -> int:
        """Send the documents whose time has come; how many were tried."""
        tried = delivery.send_due(
            at=self._shop.clock(), clock=self._shop.clock, is_over=self._ended.is_set
        )
        return tried.sent + tried.failed

    def _proof(self) -> int:
        """Verify what is new once an hour, and go on with the round through all of it."""
        at = self._shop.clock()
        if rolling_proof.is_due(at) and not rolling_proof.hourly(at=at):
            _log.error("record or trail is not whole", page="/audit/proof")
        return 0

    def _checks(self) -> int:
        """Make the documentation checks of some chains that wait for it; how many there were."""
        at = self._shop.clock()
        by = operator(db.current().settings.zone)
        if not self._is_marked:
            check.make_anew(by=by, at=at)
            self._is_marked = True
        return check.make(by=by, at=at) if check.is_behind(at=at) else 0

    def _unusual(self) -> int:
        """Look for unusual access in what is new in the trail; how much, if there may be more."""
        by = operator(db.current().settings.zone)
        found = unusual.watch(by=by, at=self._shop.clock())
        return found if found == unusual.BATCH else 0

    def _backups(self) -> int:
        """Make the backup that the plan asks for, or prove the newest by restoring it."""
        at = self._shop.clock()
        if backup_plan.is_due(at):
            try:
                backup_plan.make_planned(by=operator(db.current().settings.zone), at=at)
            except (BackupRefused, OSError) as error:
                _log.error("no backup was made", kind=type(error).__name__)
        elif backup_plan.drill_due(at) is not None:
            self._drill()
        return 0

    def _drill(self) -> None:
        """Hold a drill in a process of its own: there another practice is open for a while."""
        flask = str(Path(sys.executable).with_name("flask"))
        command = [flask, "--app", "wsgi", "backup", "drill"]
        drill = subprocess.Popen(command, stdin=NOWHERE, stdout=NOWHERE, stderr=NOWHERE)  # noqa: S603 - our own command
        while drill.poll() is None:
            if self._ended.wait(1.0):
                drill.terminate()
        if drill.returncode and not self._ended.is_set():
            _log.error("the drill of a backup failed", page="/backups")

    def _make(self, job_id: UUID) -> None:
        """Make one document as the person who asked for it."""
        asked = job.asked(job_id)
        by = people.actor_now(asked.by_id)
        at = self._shop.clock()
        try:
            if by is None:
                attempt.give_up(job_id=job_id, sentence=attempt.NOBODY, shop=self._shop, at=at)
            else:
                attempt.do(job_id=job_id, shop=self._shop, by=by, at=at)
        except (Refusal, PrintFailed, SealFailed) as error:
            _log.warning("document not made", job=str(job_id), kind=type(error).__name__)


@click.command("worker")
@click.option("--parent", type=int, default=0, help="End when this process is no longer there.")
@plainly
def work(parent: int) -> None:
    """Work in the background until told to stop."""
    refuse_open_role()
    printer: Printer = current_app.extensions["printer"]
    printer.start()
    worker = Worker(workshop_of(printer))

    def told(number: int, frame: FrameType | None) -> None:
        del number, frame
        worker.end()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    worker.start()
    while not worker.wait(1.0):
        if parent and os.getppid() != parent:
            worker.end()
    worker.join(30)
    printer.stop()
