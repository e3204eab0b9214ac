"""One session of a story: its minutes as times of the day, and what is told as what is recorded."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.actions import entry
from kapnotes.actions.demo.posted import posted
from kapnotes.actions.demo.scene import Scene
from kapnotes.forms import ItemType
from kapnotes.library import record_definition
from kapnotes.library.demo import Story


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session: its scene, the name of its infusion, what is told of it, the start of the dose.

    Minutes are counted from `dosed`.
    """

    scene: Scene
    key: str
    told: Story
    dosed: datetime

    def at(self, minute: int) -> datetime:
        """The time of a minute, never later than now."""
        return self.scene.after(self.dosed, minute)

    @property
    def on(self) -> date:
        """The day of the session where the practice is."""
        return self.dosed.astimezone(ZoneInfo(self.scene.days.zone)).date()

    def minute_of(self, clock: str) -> int:
        """The minute of a time of day, such as 14:05."""
        here = ZoneInfo(self.scene.days.zone)
        told = datetime.combine(self.on, time.fromisoformat(clock), here)
        return int((told - self.dosed).total_seconds() // 60)

    def values(self, noun: str, told: Story) -> dict[str, Any]:
        """What is told, read as the record's form reads it; a time may be told as a minute."""
        days, definition = self.scene.days, record_definition(noun)
        known = {
            name: self._wall(value)
            if isinstance(value, int) and definition.item(name).type is ItemType.DATETIME
            else value
            for name, value in told.items()
        }
        raw = posted(definition, known, days=days, on=self.on)
        return entry.read(noun, raw, zone=days.zone)

    def _wall(self, minute: int) -> str:
        return entry.wall(self.at(minute), self.scene.days.zone).isoformat(timespec="minutes")
