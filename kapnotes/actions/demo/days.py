"""The demo's calendar: working days and times of day, counted from the day of loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Days:
    """The working days around `now` in the practice's zone."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """The day of loading, even on a weekend."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def day(self, count: int) -> date:
        """The working day so many after today, or before it."""
        found, step = self.today, timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            found += step
            while found.weekday() >= SATURDAY:
                found += step
        return found

    def moment(self, count: int, clock: str) -> datetime:
        """The time of day, such as 14:05, on a working day; never later than now if it is past.

        What is told of today or before has happened: it is drawn back to now if it has not.
        """
        told = datetime.combine(self.day(count), time.fromisoformat(clock), ZoneInfo(self.zone))
        return min(told, self.now) if count <= 0 else told

    def ago(self, minutes: int) -> datetime:
        """So many minutes before now, to the minute."""
        return (self.now - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
