"""What a backup does not hold, in words: what was written after it was made."""

from datetime import datetime

from kapnotes import db
from kapnotes.actions.backup_file import Manifest
from kapnotes.audit.events import Did
from kapnotes.audit.seal import Anchor
from kapnotes.db import dump
from kapnotes.records import trail_event

ROWS = {
    "patient": ("patient", "patients"),
    "infusion": ("infusion", "infusions"),
    "note": ("note", "notes"),
    "note_draft": ("saved draft", "saved drafts"),
    "note_version": ("signed version", "signed versions"),
    "addendum": ("addendum", "addenda"),
    "document": ("kept document", "kept documents"),
}
"""The tables whose new rows are told, and how one and many are called."""
_OF_BACKUPS = frozenset(one.value for one in Did if one.value.startswith("backup"))
_ENTRIES = ("entry", "entries")


def since(manifest: Manifest, *, at: datetime) -> str:
    """What the practice that is served holds more than the backup: how long since, and how much."""
    with db.current().standing_still() as session:
        counts = dump.table_counts(session.connection())
        new = trail_event.count_after(session, manifest.position, but=_OF_BACKUPS)
    age = _ago(at, manifest.made_at)
    if new == 0:
        return f"The backup was made {age}. Nothing was written since."
    more = [
        _many(counts.get(table, 0) - manifest.counts.get(table, 0), words)
        for table, words in ROWS.items()
        if counts.get(table, 0) > manifest.counts.get(table, 0)
    ]
    of_these = f", of them new: {', '.join(more)}" if more else ""
    return (
        f"The backup was made {age}. What came since is not in it: {_many(new, _ENTRIES)} of the "
        f"trail{of_these}."
    )


def unseen(manifest: Manifest, last: Anchor | None) -> str:
    """What is missing after a restore, as far as the last head tells that anybody saw."""
    made = f"{manifest.made_at:%d %b %Y, %H:%M} UTC"
    ends = f"The record ends with entry {manifest.position} of the trail, on {made}."
    if last is None:
        return (
            f"{ends} What was written after that is missing. How much that is cannot be told "
            "without a head of the trail that was kept elsewhere."
        )
    missing = last.position - manifest.position
    if missing <= 0:
        return f"{ends} No later head of the trail is known here; what came after it is missing."
    seen = datetime.fromisoformat(last.at) if last.at else None
    until = f" and {seen:%d %b %Y, %H:%M} UTC" if seen else " and the last verification"
    return (
        f"{ends} At least {_many(missing, _ENTRIES)} of the trail are missing: what people wrote "
        f"between {made}{until}, and after that, has to be written again."
    )


def _many(count: int, words: tuple[str, str]) -> str:
    return f"{count} {words[0] if count == 1 else words[1]}"


def _ago(at: datetime, then: datetime) -> str:
    minutes = max(0, int((at - then).total_seconds() // 60))
    if minutes < 2 * 60:
        return f"{_many(minutes, ('minute', 'minutes'))} ago"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} hours ago"
    return f"{minutes // (24 * 60)} days ago"
