"""A scene of the demo: one patient's story on the stage, and what was made in it so far."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.actions.demo.days import Days
from kapnotes.actions.demo.stage import Stage
from kapnotes.library.demo import Story


@dataclass(frozen=True, slots=True)
class Scene:
    """A story, what is true of every note, and the ids of what it made, by name."""

    stage: Stage
    told: Story
    always: Story
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def days(self) -> Days:
        """The calendar."""
        return self.stage.days

    @property
    def therapist(self) -> Actor:
        """The patient's therapist."""
        return self.stage.cast[self.told["therapist"]]

    @property
    def medical(self) -> Actor:
        """The medical professional of the practice."""
        return self.stage.cast["medical"]

    @property
    def supervisor(self) -> Actor:
        """The supervisor."""
        return self.stage.cast["supervisor"]

    def after(self, at: datetime, minutes: int) -> datetime:
        """So many minutes later, but never later than now if it began before."""
        later = at + timedelta(minutes=minutes)
        return min(later, self.days.now) if at <= self.days.now else later

    def begins_at(self, told: Story) -> datetime:
        """When the team is ready for an infusion: at its time, or a while before now."""
        if "ago" in told:
            return self.days.ago(told["ago"])
        clock = time.fromisoformat(told["at"])
        return datetime.combine(self.days.day(told["day"]), clock, ZoneInfo(self.days.zone))

    def planned_for(self, told: Story) -> datetime:
        """The time that an infusion is planned for; that of one under way is always today."""
        midnight = datetime.combine(self.days.today, time(), ZoneInfo(self.days.zone))
        return max(self.begins_at(told), midnight) if "ago" in told else self.begins_at(told)
