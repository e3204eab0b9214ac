"""The states of a live session that a page can be found in: how each comes about, what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kapnotes import db
from tests.builders import sign, written
from tests.journeys.live_house import Live, Size

THEMES = ("light", "dark", "dim", "red-dim")
SIZES: tuple[Size, ...] = ((360, 740), (768, 1024), (1024, 768))


@dataclass(frozen=True, slots=True)
class State:
    """A state of a session: how it comes about, and a text that its page then shows."""

    make: Callable[[Live], UUID]
    says: str


def _asking(live: Live) -> UUID:
    made = live.dosed(12)
    live.reading(made, 1, systolic=206)
    live.tap(made, "tears")
    return made


def _over(live: Live) -> UUID:
    return live.dosed(85, is_running=False)


def _completed(live: Live) -> UUID:
    made = _over(live)
    live.complete(made)
    return made


def _locked(live: Live) -> UUID:
    made = _completed(live)
    db.use(live.database)
    sign(live.small, written(live.small, "dosing", made), at=live.now())
    return made


STATES = {
    "planned": State(Live.plan, "There is no arrival check."),
    "before the dose": State(Live.started, "No dose yet."),
    "running": State(lambda live: live.dosed(3), "Running:"),
    "due now": State(lambda live: live.dosed(16), "Due now"),
    "late": State(lambda live: live.dosed(27), "Late by"),
    "urgent": State(_asking, "Say what was done"),
    "after": State(_over, "35.75 mg"),
    "completed": State(_completed, "The infusion is completed"),
    "locked": State(_locked, "This session is locked"),
}
