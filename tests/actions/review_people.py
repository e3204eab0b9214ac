"""Supervisors, links, requirements and absences in any order: what the review machine stands on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kapnotes.access.actor import Actor
from kapnotes.actions import patient, supervision
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import Refusal
from tests.actions.review_model import Away, Link, Model, Need, shares
from tests.builders import AT, Small, add_person

SUPERVISORS = st.sampled_from(["sven", "dana"])
WHICH = st.integers(0, 9)
SOON = st.integers(0, 2)
LONG = st.one_of(st.none(), st.integers(1, 4))
_runs = count(1)


def day_of(number: int) -> date:
    """The practice's day of that number."""
    return (AT + timedelta(days=number)).date()


class Supervised(RuleBasedStateMachine):
    """One author and two supervisors, new in each run; an administrator, and days that pass."""

    practice: ClassVar[Small]

    @initialize()
    def gather(self) -> None:
        run = next(_runs)
        author = add_person(f"Author{run}", "therapist")
        self.small = replace(self.practice, therapist=author)
        self.cast: dict[str, Actor] = {
            "author": author,
            "sven": add_person(f"Sven{run}", "supervisor"),
            "dana": add_person(f"Dana{run}", "supervisor"),
        }
        by = self.practice.therapist
        patient.join_team(
            patient_id=self.small.patient_id,
            person_id=author.id,
            starts_on=AT.date(),
            by=by,
            at=AT,
        )
        self.model, self.day, self.steps = Model(), 0, 0

    @property
    def at(self) -> datetime:
        """Now: every step is a second later."""
        return AT + timedelta(days=self.day, seconds=self.steps)

    def act(self, event: str, refused: str, do: Callable[..., Any], **values: Any) -> Any:
        """Do it, and hold how it ends against what the model says; None if it was refused."""
        self.steps += 1
        try:
            answer = do(at=self.at, **values)
        except Refusal as refusal:
            answer, ended = None, type(refusal).__name__
        else:
            ended = ""
            self.model.did(event)
        assert ended == refused, (event, self.day, values)
        return None if ended else answer or True

    @rule(who=SUPERVISORS, soon=SOON, days=LONG, takes_over=st.booleans())
    def link(self, who: str, soon: int, days: int | None, *, takes_over: bool) -> None:
        starts = self.day + soon
        ends = None if days is None else starts + days
        is_linked = any(
            one.supervisor == who and shares(one.starts, one.ends, starts, ends)
            for one in self.model.links
        )
        made = self.act(
            "supervision.linked",
            "BadInput" if is_linked else "",
            supervision.link,
            supervisor_id=self.cast[who].id,
            supervisee_id=self.small.therapist.id,
            starts_on=day_of(starts),
            ends_on=None if ends is None else day_of(ends),
            takes_over=takes_over,
            by=self.small.administrator,
        )
        if made:
            covers = self.model.waits_since(self.day) if takes_over else starts
            self.model.links.append(Link(made, starts, ends, who, covers))

    @rule(kinds=st.sets(st.sampled_from(["preparation", "integration"]), min_size=1), days=LONG)
    def require(self, kinds: set[str], days: int | None) -> None:
        starts = self.day
        ends = None if days is None else starts + days
        is_there = any(
            one.kinds & kinds and shares(one.starts, one.ends, starts, ends)
            for one in self.model.needs
        )
        made = self.act(
            "requirement.set",
            "BadInput" if is_there else "",
            supervision.require,
            person_id=self.small.therapist.id,
            kinds=tuple(map(NoteKind, kinds)),
            starts_on=day_of(starts),
            ends_on=None if ends is None else day_of(ends),
            by=self.small.administrator,
        )
        if made:
            self.model.needs.append(Need(made, starts, ends, frozenset(kinds)))

    @rule(who=SUPERVISORS, soon=SOON, days=st.integers(1, 3))
    def leave(self, who: str, soon: int, days: int) -> None:
        deputy = "dana" if who == "sven" else "sven"
        starts, ends = self.day + soon, self.day + soon + days
        is_there = any(
            one.supervisor == who and shares(one.starts, one.ends, starts, ends)
            for one in self.model.absences
        )
        made = self.act(
            "absence.set",
            "BadInput" if is_there else "",
            supervision.stand_in,
            supervisor_id=self.cast[who].id,
            deputy_id=self.cast[deputy].id,
            starts_on=day_of(starts),
            ends_on=day_of(ends),
            by=self.small.administrator,
        )
        if made:
            self.model.absences.append(Away(made, starts, ends, who, deputy))

    @rule(number=WHICH, what=st.sampled_from(["link", "requirement", "absence"]))
    def end(self, number: int, what: str) -> None:
        rows, do, event = {
            "link": (self.model.links, supervision.end_link, "supervision.ended"),
            "requirement": (
                self.model.needs,
                supervision.end_requirement,
                "requirement.ended",
            ),
            "absence": (self.model.absences, supervision.end_absence, "absence.ended"),
        }[what]
        if not rows:
            return
        found = rows[number % len(rows)]
        refused = "WrongState" if found.is_over(self.day) else ""
        about = {f"{what}_id": found.id, "on": day_of(self.day)}
        if self.act(event, refused, do, by=self.small.administrator, **about):
            found.end(self.day)

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.day += days
