"""What a documentation check finds: what it is, how much it weighs, and where it is to be seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kapnotes.clinic.check_rule import CHECKS, CheckCode, CheckLevel
from kapnotes.clinic.similarity import Passage
from kapnotes.clinic.working_days import said


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """One finding, and its place.

    `note` and `row` are the caller's keys of a note, or of a row of the session or record.
    `section` is the top group of the note, or the noun of the record; `link_id` the question or
    the entry; each "" where there is none. `about` tells findings of one check and place apart.
    `is_explained`: a reason was written when it was recorded, so it is no more than a hint.
    `passages` are those of a cloned text and of the earlier one, whose key is `about`; `span` is
    the piece of the text that is meant.
    """

    code: CheckCode
    sentence: str
    note: str = ""
    row: str = ""
    section: str = ""
    link_id: str = ""
    about: str = ""
    is_explained: bool = False
    passages: tuple[Passage, ...] = ()
    span: tuple[int, int] | None = None

    @property
    def level(self) -> CheckLevel:
        """How much it weighs."""
        return CheckLevel.HINT if self.is_explained else CHECKS[self.code].level

    @property
    def is_hint(self) -> bool:
        """Whether it may well be nothing."""
        return self.level is CheckLevel.HINT

    @property
    def title(self) -> str:
        """The name of its check."""
        return CHECKS[self.code].title

    @property
    def source(self) -> str:
        """What its check rests on."""
        return CHECKS[self.code].source

    @property
    def version(self) -> str:
        """The version of its check."""
        return CHECKS[self.code].version

    @property
    def key(self) -> str:
        """What stays the same from check to check, so that a word about it can be kept with it."""
        place = (self.note, self.row, self.section, self.link_id, self.about)
        return ":".join((self.code, self.version, *place))


_LEVELS = MappingProxyType({level: place for place, level in enumerate(CheckLevel)})
_CODES = MappingProxyType({code: place for place, code in enumerate(CheckCode)})


def in_order(findings: Iterable[CheckFinding]) -> tuple[CheckFinding, ...]:
    """Return what must be seen to first; then by check, in the order in which each found them."""
    return tuple(sorted(findings, key=lambda one: (_LEVELS[one.level], _CODES[one.code])))


def local(moment: datetime, zone: str) -> datetime:
    """Return a time as the practice's clocks show it; a wall time without a zone stays."""
    return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(zone))


def clock(moment: datetime, zone: str) -> str:
    """Return a time as a sentence says it: 2 March 2026, 13:05."""
    here = local(moment, zone)
    return f"{said(here.date())}, {here:%H:%M}"
