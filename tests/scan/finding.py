"""What a scanner found, in one line, with how grave it is."""

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How grave a finding is, in Wapiti's own numbers."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: by whom, how grave, where, and what."""

    tool: str
    grade: Grade
    where: str
    what: str

    @property
    def fails(self) -> bool:
        """Whether the scan fails by it: at medium or above."""
        return self.grade >= Grade.MEDIUM


@dataclass(frozen=True, slots=True)
class Result:
    """What one scanner did as one person: its figures, and its findings."""

    tool: str
    role: str
    pages: int
    """Addresses that were attacked, or doors that were tried."""
    requests: int
    seconds: float
    findings: tuple[Finding, ...]
    trouble: str = ""
    """Why the run does not count, "" for one that does."""
    cut: int = 0
    """How many kinds of attack ended with their time, before they had tried every address."""

    def line(self) -> str:
        """The result as a line of the table."""
        grave = sum(one.fails for one in self.findings)
        words = self.trouble or f"{grave} at medium or above, {len(self.findings) - grave} below"
        words += f"; {self.cut} kinds of attack ended with their time" if self.cut else ""
        return (
            f"{self.tool:13} {self.role:14} {self.pages:5} addresses {self.requests:7} requests "
            f"{self.seconds:6.0f} s   {words}"
        )
