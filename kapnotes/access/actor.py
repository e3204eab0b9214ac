"""The person who acts: who they are, in which role, and how far they see today."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.reach import Reach
from kapnotes.access.roles import Operator, Role

OPERATOR_ID = UUID(int=0)
NOBODY_ID = UUID(int=1)


@dataclass(frozen=True, slots=True)
class Actor:
    """One named person, signed in; or the machine's operator."""

    id: UUID
    name: str
    role: type[Role]
    credentials: str = ""
    zone: str = "UTC"

    def reach(self, at: datetime) -> Reach:
        """How far this person sees, on the practice's day of `at`."""
        return Reach(self.role.span, self.id, at.astimezone(ZoneInfo(self.zone)).date())

    def can(self, action: Action) -> bool:
        """Whether the role has the permission at all."""
        return action in self.role.may

    @property
    def signature(self) -> str:
        """Name and credentials as they stand under a signature."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name


def operator(zone: str = "UTC") -> Actor:
    """The command line."""
    return Actor(OPERATOR_ID, "Command line", Operator, zone=zone)
