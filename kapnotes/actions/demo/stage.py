"""The stage of the demo: who plays, and every act with its time, played in order of time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from kapnotes.access.actor import Actor, operator
from kapnotes.access.roles import role_of
from kapnotes.actions import people, supervision
from kapnotes.actions.demo.days import Days
from kapnotes.actions.password import hashed
from kapnotes.actions.sign_in import check_password
from kapnotes.clinic.note import NoteKind
from kapnotes.library.demo import Story

ADDRESS = "127.0.0.1"
Do = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does at a time."""

    at: datetime
    do: Do


@dataclass(frozen=True, slots=True)
class Stage:
    """The calendar, the people by their part, their password, and the acts so far."""

    days: Days
    cast: Mapping[str, Actor]
    password: str = field(repr=False)
    acts: list[Act] = field(default_factory=list)
    confirmed: dict[UUID, bool] = field(default_factory=dict)

    def act(self, at: datetime, do: Do) -> None:
        """Put down that something is done at that time."""
        self.acts.append(Act(at, do))

    def play(self) -> None:
        """Do everything, the earliest first."""
        for act in sorted(self.acts, key=lambda act: act.at):
            act.do(act.at)

    def confirm(self, by: Actor, at: datetime) -> bool:
        """Type the password again to sign, as everyone does; each person's is worked out once.

        Argon2 is slow on purpose, and a demo holds more signatures than a start may take seconds.
        """
        if by.id not in self.confirmed:
            self.confirmed[by.id] = check_password(
                password=self.password, address=ADDRESS, by=by, at=at
            )
        return self.confirmed[by.id]

    def link(self, told: Story) -> None:
        """Put down from when the supervisor answers for the therapist and co-signs every note."""
        starts_on = self.days.day(told["day"])
        self.act(
            self.days.moment(told["day"], told["at"]),
            lambda at: self._link(starts_on, at),
        )

    def _link(self, starts_on: date, at: datetime) -> None:
        author, by = self.cast["therapist"].id, self.cast["administrator"]
        supervision.link(
            supervisor_id=self.cast["supervisor"].id,
            supervisee_id=author,
            starts_on=starts_on,
            by=by,
            at=at,
        )
        kinds = tuple(NoteKind)
        supervision.require(person_id=author, kinds=kinds, starts_on=starts_on, by=by, at=at)


def gather(told: Story, days: Days, *, password: str) -> dict[str, Actor]:
    """Add the accounts, all with one password, and return who plays which part."""
    at = days.moment(told["day"], told["at"])
    add = partial(people.add, password_hash=hashed(password), by=operator(days.zone), at=at)
    return {one["part"]: _join(add, one, days.zone) for one in told["people"]}


def _join(add: Callable[..., Any], one: Mapping[str, str], zone: str) -> Actor:
    known = {name: one[name] for name in ("email", "name", "credentials", "role")}
    return Actor(add(**known), one["name"], role_of(one["role"]), one["credentials"], zone)
