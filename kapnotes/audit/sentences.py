"""The trail in sentences: what a person reads instead of codes."""

from types import MappingProxyType

from kapnotes.audit.events import Did

SENTENCES = MappingProxyType(
    {
        Did.PRACTICE_CREATED: "set up the practice",
        Did.SIGN_IN_SUCCEEDED: "signed in",
        Did.SIGN_IN_FAILED: "tried to sign in",
        Did.SIGN_OUT_DONE: "signed out",
        Did.DOOR_REFUSED: "asked for a page",
        Did.PERSON_ADDED: "added an account",
        Did.PERSON_EDITED: "changed an account",
        Did.PERSON_DISABLED: "disabled an account",
        Did.PERSON_ENABLED: "enabled an account",
        Did.PASSWORD_CHANGED: "changed a password",
        Did.SUPERVISION_LINKED: "linked a supervisor",
        Did.SUPERVISION_ENDED: "ended a supervision link",
        Did.PEOPLE_VIEWED: "looked at the accounts",
        Did.CARE_TEAM_JOINED: "added someone to the care team",
        Did.CARE_TEAM_LEFT: "took someone off the care team",
        Did.TODAY_VIEWED: "looked at Today",
        Did.PATIENTS_SEARCHED: "searched the patients",
        Did.PATIENT_ADDED: "added the patient",
        Did.PATIENT_EDITED: "changed the patient's details",
        Did.PATIENT_VIEWED: "looked at the patient",
        Did.COURSE_STARTED: "began a course",
        Did.COURSE_EDITED: "changed a course",
        Did.COURSE_ENDED: "ended a course",
        Did.COURSE_PLANNED: "planned the infusions of a course",
        Did.COURSE_PAUSED: "paused a course",
        Did.COURSE_RESUMED: "resumed a course",
        Did.COURSE_REOPENED: "reopened a course",
        Did.COURSE_EXPORTED: "exported a course",
        Did.CALENDAR_EXPORTED: "exported a calendar",
        Did.CONSENT_RECORDED: "recorded a consent",
        Did.CONSENT_WITHDRAWN: "recorded that a consent was withdrawn",
        Did.ALERT_RESOLVED: "resolved an alert",
        Did.RISK_NOTE_WRITTEN: "wrote a risk note",
        Did.TASK_RAISED: "raised a task",
        Did.TASK_ANSWERED: "answered a task",
        Did.TASKS_LISTED: "looked at the tasks",
        Did.MISUSE_EVENT_RECORDED: "noted something for the misuse watch",
        Did.MEASURE_OPENED: "opened a measure to fill in",
        Did.MEASURE_RECORDED: "recorded a measure",
        Did.MEASURE_CORRECTED: "corrected a measure",
        Did.MEASURE_STRUCK: "struck out a measure",
        Did.HAND_OVER_BEGUN: "handed a measure to the patient",
        Did.HAND_OVER_SAVED: "kept answers to a measure that was handed over",
        Did.HAND_OVER_GIVEN_BACK: "took a measure back, filled in",
        Did.HAND_OVER_ENDED: "ended a measure that was handed over",
        Did.OWN_MEASURE_IMPORTED: "imported a scale of the practice",
        Did.OWN_MEASURE_RETIRED: "retired a scale of the practice",
        Did.SCORES_IMPORTED: "imported scores",
        Did.PATIENTS_IMPORTED: "imported patients",
        Did.OUTCOMES_VIEWED: "looked at outcomes",
        Did.DUE_LISTED: "looked at what is due",
        Did.DUE_WORKED_OUT: "had what is due worked out anew",
        Did.REMINDERS_SENT: "sent reminders",
        Did.COURSE_VIEWED: "looked at a course",
        Did.INFUSION_PLANNED: "planned an infusion",
        Did.INFUSION_EDITED: "changed an infusion",
        Did.INFUSION_STARTED: "started an infusion",
        Did.INFUSION_COMPLETED: "completed an infusion",
        Did.INFUSION_CANCELLED: "cancelled an infusion",
        Did.INFUSION_REOPENED: "reopened an infusion",
        Did.INFUSION_VIEWED: "looked at an infusion",
        Did.INFUSIONS_LISTED: "listed the infusions",
        Did.SESSION_VIEWED: "opened the live session",
        Did.SESSIONS_LISTED: "looked at the sessions running",
        Did.ARRIVAL_RECORDED: "recorded the arrival check",
        Did.ARRIVAL_CORRECTED: "went on with the arrival check",
        Did.ARRIVAL_STRUCK: "struck out the arrival check",
        Did.DOSE_RECORDED: "recorded a dose",
        Did.DOSE_STOPPED: "stopped the infusion of a dose",
        Did.DOSE_CORRECTED: "corrected a dose",
        Did.DOSE_STRUCK: "struck out a dose",
        Did.VITALS_RECORDED: "recorded vitals",
        Did.VITALS_CORRECTED: "corrected vitals",
        Did.VITALS_STRUCK: "struck out vitals",
        Did.SESSION_EVENT_RECORDED: "recorded an event of the session",
        Did.SESSION_EVENT_CORRECTED: "corrected an event of the session",
        Did.SESSION_EVENT_STRUCK: "struck out an event of the session",
        Did.ADVERSE_EVENT_RECORDED: "recorded an adverse event",
        Did.ADVERSE_EVENT_CORRECTED: "corrected an adverse event",
        Did.ADVERSE_EVENT_STRUCK: "struck out an adverse event",
        Did.DISCHARGE_RECORDED: "recorded recovery and discharge",
        Did.DISCHARGE_CORRECTED: "went on with recovery and discharge",
        Did.DISCHARGE_STRUCK: "struck out recovery and discharge",
        Did.NOTE_BEGUN: "began a note",
        Did.NOTE_OPENED: "opened a note to write",
        Did.NOTE_SAVED: "saved a draft",
        Did.NOTE_SAVED_ASIDE: "saved a second text of a draft, kept aside",
        Did.NOTE_DRAFT_VIEWED: "looked at earlier drafts",
        Did.NOTE_DRAFT_RESTORED: "brought an earlier draft back",
        Did.NOTE_DISCARDED: "discarded a draft",
        Did.NOTE_REVIEWED: "reviewed a note before signing",
        Did.NOTE_SIGNED: "signed a note",
        Did.NOTE_COSIGNED: "co-signed a note",
        Did.NOTE_SENT_BACK: "sent a note back",
        Did.NOTE_WITHDRAWN: "withdrew a note from review",
        Did.NOTE_VIEWED: "read a note",
        Did.NOTE_EXPORTED: "exported a note",
        Did.ADDENDUM_ADDED: "added an addendum",
        Did.PROCESS_NOTE_VIEWED: "opened a process note",
        Did.PROCESS_NOTE_SAVED: "saved a process note",
        Did.REVIEW_VIEWED: "looked at the review queue",
        Did.SUMMARY_PRINTED: "printed a draft summary",
        Did.SUMMARY_KEPT: "made a summary for the chart",
        Did.SUMMARY_HANDED_OUT: "took out a summary",
        Did.DOCUMENT_ASKED: "asked for a document",
        Did.DOCUMENT_PRINTED: "printed a draft document",
        Did.DOCUMENT_KEPT: "made a document for the chart",
        Did.DOCUMENT_FAILED: "could not have a document made",
        Did.DOCUMENT_HANDED_OUT: "took out a document",
        Did.DOCUMENT_DISCLOSED: "handed out a document",
        Did.DELIVERY_ASKED: "asked for a document to be sent again",
        Did.DELIVERY_SENT: "had a document sent",
        Did.DELIVERY_FAILED: "could not have a document sent",
        Did.DOCUMENTS_LISTED: "looked at a patient's documents",
        Did.PART_KEPT: "had a section of a document printed",
        Did.DOCUMENT_CHECKED: "checked whether a document is unchanged",
        Did.SEALING_KEY_SET: "set the key that seals the practice's documents",
        Did.LETTER_SIGNED: "signed a letter",
        Did.LETTERHEAD_SET: "set the letterhead",
        Did.SETTINGS_VIEWED: "looked at the practice's rules",
        Did.SETTING_CHANGED: "changed a rule of the practice",
        Did.TRAIL_VIEWED: "looked at the trail",
        Did.TRAIL_VERIFIED: "verified the trail",
        Did.TRAIL_EXPORTED: "exported the trail",
    }
)

REASONS = MappingProxyType(
    {
        "not_allowed": "not permitted",
        "out_of_reach": "out of reach",
        "wrong_state": "not possible in that state",
        "locked": "signed and locked",
        "stale": "changed meanwhile",
        "stale_draft": "saved elsewhere meanwhile",
        "stale_digest": "the text had changed since the review",
        "wrong_password": "wrong password",
        "wrong_sign_in": "e-mail and password did not match",
        "too_many_tries": "too many tries",
        "reason_needed": "no reason written",
        "reason_too_long": "the reason was too long",
    }
)


def sentence(event: str, *, outcome: str, reason: str, details: dict[str, object]) -> str:
    """What was done, as the rest of a sentence that begins with a name."""
    try:
        words = SENTENCES[Did(event)]
    except ValueError:
        words = event
    kind = details.get("kind")
    if kind and " a note" in words:
        words = words.replace(" a note", f" {_article(str(kind))} note")
    if number := details.get("infusion"):
        words += f" (infusion {number})"
    if outcome == "refused":
        words += f": refused, {REASONS.get(reason, reason.replace('_', ' '))}"
    return words


def _article(kind: str) -> str:
    name = {"dosing": "dosing-session"}.get(kind, kind)
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
