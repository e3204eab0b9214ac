"""What the samples are told with: when, by whom, and answers as the notes tell them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kapnotes.forms import ItemType, Tell
from kapnotes.paper.summary import SignatureWords

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 14, 5, tzinfo=ZONE)
MADE_AT = datetime(2026, 11, 24, 9, 12, tzinfo=ZONE)
HEBREW = "אני מרגישה שלווה, כאילו הדלת נפתחה"
EMOJI = "🌊 and 🙂"
MARKUP = "</textarea><script>alert('x')</script>"


def line(label: str, value: str, *, carried: bool = False) -> Tell:
    return Tell(_id(label), ItemType.STRING, label, 2, "", "line", value, carried=carried)


def text(label: str, value: str) -> Tell:
    return Tell(_id(label), ItemType.TEXT, label, 2, "", "text", value)


def several(label: str, *values: str) -> Tell:
    return Tell(_id(label), ItemType.CHOICE, label, 2, "", "list", values=values)


def blank(label: str) -> Tell:
    return Tell(_id(label), ItemType.STRING, label, 2, "", "line", blank=True)


def table(label: str, columns: tuple[str, ...], *cells: tuple[str, ...]) -> Tell:
    return Tell(_id(label), ItemType.GROUP, label, 2, "", "table", columns=columns, cells=cells)


def section(label: str, *items: Tell, level: int = 1) -> Tell:
    return Tell(_id(label), ItemType.GROUP, label, level, "", "section", items=items)


def _id(label: str) -> str:
    return label.lower().replace(" ", "-")


def minute(minutes: int) -> datetime:
    """So many minutes after the start of the infusion."""
    return START + timedelta(minutes=minutes)


def signed(hours: int, who: str = "Jana Kühn") -> SignatureWords:
    """The therapist's signature so many hours after the start, or the supervisor's."""
    if who == "Jana Kühn":
        return SignatureWords(who, "LMFT", "therapist", "I wrote this note", minute(hours * 60))
    return SignatureWords(
        who, "PsyD", "supervisor", "I reviewed this note and co-sign it", minute(hours * 60)
    )
