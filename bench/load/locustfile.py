"""What each of them does, played by locust: every act as the page's own script sends it.

Locust runs in an environment of its own and knows nothing of the product but its addresses. Who
sits where stands in the file that LOAD_CROWD names; each request is written as a line to the file
that LOAD_TIMES names.
"""

import json
import os
import random
import time
import uuid
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, constant_pacing, events, task

CROWD: dict[str, Any] = json.loads(Path(os.environ["LOAD_CROWD"]).read_text())
TIMES = Path(os.environ["LOAD_TIMES"]).open("w", buffering=1)  # noqa: SIM115 - until locust ends
FORM = "application/x-www-form-urlencoded"
WORDS = Path(__file__).read_text().split()
STEPS = 30
"""Polls between two signs of a person at the page."""
QUESTIONS = (
    {},
    {"category": "change"},
    {"event": "note.saved"},
    {"outcome": "refused"},
    {"from": "2026-01-01", "event": "patient.viewed"},
    {"object": "note"},
)


@events.request.add_listener
def note(name: str, response_time: float, exception: Any, **_: Any) -> None:
    """Write down when a request ended (seconds), how long it took (ms), and what went wrong."""
    wrong = "" if exception is None else str(exception)[:200]
    TIMES.write(json.dumps([time.time(), name, round(response_time, 2), wrong]) + "\n")


class Person(FastHttpUser):
    """Someone with a sitting of their own, at one page."""

    abstract = True
    place = ""
    connection_timeout = 60.0
    network_timeout = 60.0

    def on_start(self) -> None:
        """Take the next seat of this kind."""
        self.seat = CROWD[self.place].pop()
        cookies = "; ".join(f"{name}={value}" for name, value in self.seat["cookies"].items())
        self.headers = {"Cookie": cookies, "X-CSRFToken": self.seat["token"]}
        time.sleep(random.random() * 3)  # noqa: S311 - nobody begins in the same moment

    def send(self, method: str, path: str, form: dict[str, Any], name: str, status: int) -> Any:
        """Send a form; anything but that status is an error."""
        with self.client.request(
            method,
            path,
            data=urlencode(form, doseq=True),
            headers={**self.headers, "Content-Type": FORM},
            name=name,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code != status:
                answer.failure(f"{answer.status_code} {(answer.text or '')[:80]}")
                return None
            answer.success()
            return answer

    def ask(self, path: str, name: str) -> Any:
        """Ask for a page; anything but 200 is an error."""
        with self.client.get(
            path, headers=self.headers, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
                answer.failure(f"{answer.status_code} {(answer.text or '')[:80]}")
                return None
            answer.success()
            return answer


class Writer(Person):
    """A therapist at a note, saving every three seconds."""

    place = "writers"
    fixed_count = len(CROWD["writers"])
    wait_time = constant_pacing(3)

    def on_start(self) -> None:
        """Go on from the version that stands."""
        super().on_start()
        self.version = 1

    def on_stop(self) -> None:
        """Say which version was the last that was reported saved."""
        TIMES.write(json.dumps([time.time(), self.seat["path"], self.version, "kept"]) + "\n")

    @task
    def save(self) -> None:
        """Save the whole form with words that were not there before."""
        words = " ".join(random.choices(WORDS, k=60))  # noqa: S311 - a text, no secret
        form = {**CROWD["raw"], "focus-today": [words], "_version": str(self.version)}
        answer = self.send("PUT", self.seat["path"], form, "save", 200)
        if answer is not None:
            self.version = json.loads(answer.text)["version"]


class Sitter(Person):
    """One of three in a session; one of them enters something every four seconds or so."""

    place = "sitters"
    fixed_count = len(CROWD["sitters"])
    wait_time = constant_pacing(1.5)

    def on_start(self) -> None:
        """Begin with nothing read."""
        super().on_start()
        self.cursor, self.turns = 0, count()

    @task
    def look(self) -> None:
        """Ask for news, and enter something at every third time."""
        turn, path = next(self.turns), self.seat["path"]
        here = "&input=1" if turn % STEPS == 0 else ""
        answer = self.ask(f"{path}/entries?after={self.cursor}{here}", "news of a session")
        if answer is not None:
            self.cursor = json.loads(answer.text)["cursor"]
        if self.seat["enters"] and turn % 3 == 0:
            self.send("POST", f"{path}/entries", self._entry(turn), "entry of a session", 201)

    def _entry(self, turn: int) -> dict[str, str]:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        entry = {"key": str(uuid.uuid4()), "act": "record", "observed_at": at}
        if turn % 2:
            return {**entry, "noun": "session_event", "kind": "eyes_open"}
        readings = {"systolic": str(120 + turn % 9), "diastolic": "76", "heart_rate": "72"}
        return {**entry, **readings, "noun": "vitals", "spo2": "98"}


class Printer(Person):
    """A therapist who prints a summary each minute, of a note that is being written."""

    place = "printers"
    fixed_count = len(CROWD["printers"])
    wait_time = constant_pacing(60)

    def on_start(self) -> None:
        """Print at a moment of one's own."""
        super().on_start()
        time.sleep(60 / self.fixed_count * len(CROWD["printers"]))

    @task
    def summary(self) -> None:
        """Open the summary; it is made while one waits."""
        self.ask(self.seat["path"], "summary as PDF")


class Searcher(Person):
    """A supervisor who searches the trail, one question after another."""

    place = "searchers"
    fixed_count = len(CROWD["searchers"])
    wait_time = constant_pacing(4)

    def on_start(self) -> None:
        """Begin with the first question."""
        super().on_start()
        self.turns = count()

    @task
    def search(self) -> None:
        """Ask the next question."""
        question = QUESTIONS[next(self.turns) % len(QUESTIONS)]
        self.ask(f"/audit?{urlencode(question)}", "search of the trail")
