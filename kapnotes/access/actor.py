"""The person who acts: who they are, in which role, and how far they see today."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.reach import Reach, Span
from kapnotes.access.roles import IN_EMERGENCY, Operator, Role

OPERATOR_ID = UUID(int=0)
NOBODY_ID = UUID(int=1)


@dataclass(frozen=True, slots=True)
class Emergency:
    """Emergency access to one patient, until a time."""

    id: UUID
    patient_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """One named person, signed in; or the machine's operator.

    `has_emergency` is whether emergency access was allowed them beforehand, `emergency` what of it
    was granted. Who `is_narrowed` acts for a patient whom they reach by it.
    """

    id: UUID
    name: str
    role: type[Role]
    credentials: str = ""
    zone: str = "UTC"
    emergency: Emergency | None = None
    has_emergency: bool = False
    is_narrowed: bool = False

    def reach(self, at: datetime) -> Reach:
        """How far this person sees, on the practice's day of `at`."""
        on = at.astimezone(ZoneInfo(self.zone)).date()
        granted = self.emergency
        if granted is None or at >= granted.until or self.role.span is not Span.CARE_TEAM:
            return Reach(self.role.span, self.id, on)
        return Reach(Span.EMERGENCY, self.id, on, granted.patient_id)

    def in_emergency(self, patient_id: UUID | None, at: datetime) -> bool:
        """Whether this person reaches that patient by emergency access."""
        return patient_id is not None and self.reach(at).patient_id == patient_id

    def can(self, action: Action) -> bool:
        """Whether the role has the permission, and what is narrowed leaves it."""
        return action in self.role.may and (not self.is_narrowed or action in IN_EMERGENCY)

    def about(self, patient_id: UUID, at: datetime) -> Self:
        """The same person with what they may do with that patient: by emergency access, less."""
        return replace(self, is_narrowed=True) if self.in_emergency(patient_id, at) else self

    @property
    def signature(self) -> str:
        """Name and credentials as they stand under a signature."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name


def operator(zone: str = "UTC") -> Actor:
    """The command line."""
    return Actor(OPERATOR_ID, "Command line", Operator, zone=zone)
