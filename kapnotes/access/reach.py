"""How far a reader sees: a value that every query takes and narrows itself with."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Span(StrEnum):
    """Whose records a reader reaches at all."""

    NOTHING = "nothing"
    CARE_TEAM = "care_team"
    EMERGENCY = "emergency"
    SUPERVISED = "supervised"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Reach:
    """A reader's reach on one day: links and care teams count if they hold on that day.

    `patient_id` is set under emergency access alone: exactly one patient beside the care team's.
    """

    span: Span
    person_id: UUID
    on: date
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MachineReach:
    """The reach of the product's own keeping: sign-in, the trail's writer, verification.

    `why` says for what; it is read by people, not by code.
    """

    why: str
