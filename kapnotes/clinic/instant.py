"""Points in time that can be compared and subtracted, whatever their zone.

Two times of one zone are subtracted by their wall clocks, and so an hour goes wrong on the night
when the clocks are changed: whatever counts minutes counts them between instants.
"""

from datetime import UTC, datetime


def instant(moment: datetime) -> datetime:
    """Return the moment in UTC; a wall time without a zone stays as it is."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
