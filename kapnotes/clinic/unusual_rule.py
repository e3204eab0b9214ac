"""What a practice takes for an unusual look at a record: the kinds, and the limits of each.

Own or the same surname, outside of the care team, at night, many records at once, refusals in a
row, emergency access: what audits of access look for [B], each limit a setting.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse

HOURS_OF_A_DAY = 24
LONGEST_WORDS = 60
LONGEST = 1000
"""The characters of the list of surnames."""
BOUNDS = MappingProxyType(
    {
        "night_from": (0, 23),
        "night_until": (0, 23),
        "many_patients": (2, 1000),
        "many_minutes": (1, 1440),
        "refusals": (2, 100),
        "refusal_minutes": (1, 1440),
    }
)


class UnusualKind(StrEnum):
    """What is unusual, the gravest first."""

    EMERGENCY = "emergency"
    OWN_RECORD = "own_record"
    SAME_SURNAME = "same_surname"
    OUTSIDE_TEAM = "outside_team"
    REFUSALS = "refusals"
    MANY_RECORDS = "many_records"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One entry of the trail, as far as it matters here.

    `key`, `person` and `patient` are the caller's; `patient` is "" where none was meant. Names are
    those of the accounts and records. `is_in_care`: the person was on the care team, or supervised
    somebody who was, at that time.
    """

    key: str
    at: datetime
    person: str
    person_name: str = ""
    patient: str = ""
    given_name: str = ""
    family_name: str = ""
    is_in_care: bool = True
    is_refused: bool = False
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualRule:
    """What a practice has looked at. `off` are kinds that are not; all are settings.

    The night is by the practice's clocks, from the one hour to before the other; the same hour
    twice is no night. `common` are surnames that many have, and that say nothing, with commas
    between.
    """

    off: frozenset[str] = frozenset()
    night_from: int = 22
    night_until: int = 6
    many_patients: int = 20
    many_minutes: int = 60
    refusals: int = 5
    refusal_minutes: int = 10
    common: str = ""

    def __post_init__(self) -> None:
        """Raise `BadInput` for figures or words that cannot be meant."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        if self.off - frozenset(UnusualKind):
            errors["off"] = "Choose from what is listed."
        if any(len(word) > LONGEST_WORDS for word in self.surnames) or len(self.common) > LONGEST:
            errors["common"] = "Write surnames with commas between."
        refuse(errors)

    @property
    def surnames(self) -> tuple[str, ...]:
        """Return the surnames that say nothing."""
        return tuple(word.strip() for word in self.common.split(",") if word.strip())

    def is_night(self, moment: datetime) -> bool:
        """Say whether a time of the practice's clocks is at night."""
        length = (self.night_until - self.night_from) % HOURS_OF_A_DAY
        return (moment.hour - self.night_from) % HOURS_OF_A_DAY < length

    def night_of(self, moment: datetime) -> date:
        """Return the day on which the night of a moment began."""
        return (moment - timedelta(hours=self.night_from)).date()


DEFAULT_RULE = UnusualRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """One item to be closed with a word.

    `key` stays the same while more of the same comes, so that nothing is raised twice. `patient`
    is "" where several are meant; `accesses` are the entries that it is about, by their time.
    """

    kind: UnusualKind
    key: str
    person: str
    patient: str
    since: datetime
    until: datetime
    sentence: str
    accesses: tuple[str, ...]
