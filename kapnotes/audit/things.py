"""What an event is about, in plain words, and which events a search means."""

from enum import StrEnum
from types import MappingProxyType

from kapnotes.audit.events import Category, Did


class Thing(StrEnum):
    """What an event is about, by the noun of its name."""

    PATIENT = "patient"
    COURSE = "course"
    INFUSION = "infusion"
    SESSION = "session"
    NOTE = "note"
    MEASURE = "measure"
    DOCUMENT = "document"
    TASK = "task"
    SIGN_IN = "sign_in"
    ACCOUNT = "account"
    PRACTICE = "practice"
    TRAIL = "trail"
    OTHER = "other"


THING_WORDS = MappingProxyType(
    {
        Thing.PATIENT: "A patient's record",
        Thing.COURSE: "Courses",
        Thing.INFUSION: "Infusions",
        Thing.SESSION: "Dosing sessions",
        Thing.NOTE: "Notes",
        Thing.MEASURE: "Measures",
        Thing.DOCUMENT: "Documents",
        Thing.TASK: "Tasks and lists",
        Thing.SIGN_IN: "Signing in",
        Thing.ACCOUNT: "Accounts and links",
        Thing.PRACTICE: "The practice and its rules",
        Thing.TRAIL: "The trail",
        Thing.OTHER: "Other things",
    }
)
CATEGORY_WORDS = MappingProxyType(
    {
        Category.LOOK: "Looking",
        Category.CHANGE: "Changing a record",
        Category.SIGN: "Signing and returning",
        Category.HAND_OUT: "Printing and handing out",
        Category.ACCESS: "Signing in and doors",
        Category.PRACTICE: "Running the practice",
    }
)
_NOUNS = MappingProxyType(
    {
        Thing.PATIENT: "patient patients care_team consent alert risk_note misuse_event amendment "
        "emergency emergencies",
        Thing.COURSE: "course calendar",
        Thing.INFUSION: "infusion infusions",
        Thing.SESSION: "session sessions arrival dose vitals session_event adverse_event discharge",
        Thing.NOTE: "note addendum process_note review cosignature feedback finding check checks",
        Thing.MEASURE: "measure hand_over own_measure scores outcomes",
        Thing.DOCUMENT: "document documents summary part delivery letter disclosure",
        Thing.TASK: "task tasks due today reminders",
        Thing.SIGN_IN: "sign_in sign_out door password factor factors factor_reset factor_resets "
        "passkey recovery_codes totp",
        Thing.ACCOUNT: "person people supervision absence requirement",
        Thing.PRACTICE: "practice setting settings letterhead sealing_key backup backups "
        "chart_audit corrective_action",
        Thing.TRAIL: "trail unusual proof",
    }
)
_THINGS = MappingProxyType(
    {noun: thing for thing, nouns in _NOUNS.items() for noun in nouns.split()}
)


def thing_of(did: Did) -> Thing:
    """What an event is about."""
    return _THINGS.get(did.value.split(".")[0], Thing.OTHER)


def events_of(
    *, did: Did | None = None, category: Category | None = None, thing: Thing | None = None
) -> frozenset[str] | None:
    """The events that fit all that is asked, perhaps none; None where nothing is asked."""
    if did is None and category is None and thing is None:
        return None
    return frozenset(
        one.value
        for one in Did
        if did in {None, one}
        and category in {None, one.category}
        and thing in {None, thing_of(one)}
    )
