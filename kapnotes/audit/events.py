"""What can happen, as one enum. Stored words are for ever: never renamed or reused."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of act an event records."""

    LOOK = "look"
    CHANGE = "change"
    SIGN = "sign"
    HAND_OUT = "hand_out"
    ACCESS = "access"
    PRACTICE = "practice"


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"


class Did(StrEnum):
    """An event's name: the noun, a dot, the verb in the past."""

    PRACTICE_CREATED = "practice.created"
    SIGN_IN_BEGUN = "sign_in.begun"
    SIGN_IN_SUCCEEDED = "sign_in.succeeded"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_OUT_DONE = "sign_out.done"
    SITTING_LOCKED = "sitting.locked"
    SITTING_UNLOCKED = "sitting.unlocked"
    SITTING_ENDED = "sitting.ended"
    SITTINGS_ENDED = "sittings.ended"
    SITTINGS_VIEWED = "sittings.viewed"
    UNLOCK_CODE_SET = "unlock_code.set"
    UNLOCK_CODE_TRIED = "unlock_code.tried"
    FACTOR_CONFIRMED = "factor.confirmed"
    FACTORS_VIEWED = "factors.viewed"
    FACTORS_RESET = "factors.reset"
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    RECOVERY_CODES_MADE = "recovery_codes.made"
    RESET_ASKED = "factor_reset.asked"
    RESET_CONFIRMED = "factor_reset.confirmed"
    RESETS_LISTED = "factor_resets.listed"
    TOTP_BEGUN = "totp.begun"
    TOTP_ADDED = "totp.added"
    TOTP_REMOVED = "totp.removed"
    DOOR_REFUSED = "door.refused"
    PERSON_ADDED = "person.added"
    PERSON_EDITED = "person.edited"
    PERSON_DISABLED = "person.disabled"
    PERSON_ENABLED = "person.enabled"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - an event's name
    SUPERVISION_LINKED = "supervision.linked"
    SUPERVISION_ENDED = "supervision.ended"
    REQUIREMENT_SET = "requirement.set"
    REQUIREMENT_ENDED = "requirement.ended"
    ABSENCE_SET = "absence.set"
    ABSENCE_ENDED = "absence.ended"
    PEOPLE_VIEWED = "people.viewed"
    EMERGENCY_ALLOWED = "person.emergency_allowed"
    EMERGENCY_WITHDRAWN = "person.emergency_withdrawn"
    EMERGENCY_GRANTED = "emergency.granted"
    EMERGENCY_ENDED = "emergency.ended"
    EMERGENCIES_LISTED = "emergencies.listed"
    CARE_TEAM_JOINED = "care_team.joined"
    CARE_TEAM_LEFT = "care_team.left"
    TODAY_VIEWED = "today.viewed"
    PATIENTS_SEARCHED = "patients.searched"
    PATIENT_ADDED = "patient.added"
    PATIENT_EDITED = "patient.edited"
    PATIENT_VIEWED = "patient.viewed"
    COURSE_STARTED = "course.started"
    COURSE_EDITED = "course.edited"
    COURSE_ENDED = "course.ended"
    COURSE_PLANNED = "course.planned"
    COURSE_PAUSED = "course.paused"
    COURSE_RESUMED = "course.resumed"
    COURSE_REOPENED = "course.reopened"
    COURSE_EXPORTED = "course.exported"
    CALENDAR_EXPORTED = "calendar.exported"
    CONSENT_RECORDED = "consent.recorded"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    AMENDMENTS_VIEWED = "amendment.viewed"
    AMENDMENT_RECORDED = "amendment.recorded"
    AMENDMENT_EXTENDED = "amendment.extended"
    AMENDMENT_ACCEPTED = "amendment.accepted"
    AMENDMENT_DENIED = "amendment.denied"
    AMENDMENT_DISAGREED = "amendment.disagreed"
    AMENDMENT_REBUTTED = "amendment.rebutted"
    ALERT_RESOLVED = "alert.resolved"
    RISK_NOTE_WRITTEN = "risk_note.written"
    TASK_RAISED = "task.raised"
    TASK_ANSWERED = "task.answered"
    TASKS_LISTED = "tasks.listed"
    MISUSE_EVENT_RECORDED = "misuse_event.recorded"
    MEASURE_OPENED = "measure.opened"
    MEASURE_RECORDED = "measure.recorded"
    MEASURE_CORRECTED = "measure.corrected"
    MEASURE_STRUCK = "measure.struck"
    HAND_OVER_BEGUN = "hand_over.begun"
    HAND_OVER_SAVED = "hand_over.saved"
    HAND_OVER_GIVEN_BACK = "hand_over.given_back"
    HAND_OVER_ENDED = "hand_over.ended"
    OWN_MEASURE_IMPORTED = "own_measure.imported"
    OWN_MEASURE_RETIRED = "own_measure.retired"
    SCORES_IMPORTED = "scores.imported"
    PATIENTS_IMPORTED = "patients.imported"
    OUTCOMES_VIEWED = "outcomes.viewed"
    DUE_LISTED = "due.listed"
    DUE_WORKED_OUT = "due.worked_out"
    REMINDERS_SENT = "reminders.sent"
    COURSE_VIEWED = "course.viewed"
    INFUSION_PLANNED = "infusion.planned"
    INFUSION_EDITED = "infusion.edited"
    INFUSION_STARTED = "infusion.started"
    INFUSION_COMPLETED = "infusion.completed"
    INFUSION_CANCELLED = "infusion.cancelled"
    INFUSION_REOPENED = "infusion.reopened"
    INFUSION_VIEWED = "infusion.viewed"
    INFUSIONS_LISTED = "infusions.listed"
    SESSION_VIEWED = "session.viewed"
    SESSIONS_LISTED = "sessions.listed"
    ARRIVAL_RECORDED = "arrival.recorded"
    ARRIVAL_CORRECTED = "arrival.corrected"
    ARRIVAL_STRUCK = "arrival.struck"
    DOSE_RECORDED = "dose.recorded"
    DOSE_STOPPED = "dose.stopped"
    DOSE_CORRECTED = "dose.corrected"
    DOSE_STRUCK = "dose.struck"
    VITALS_RECORDED = "vitals.recorded"
    VITALS_CORRECTED = "vitals.corrected"
    VITALS_STRUCK = "vitals.struck"
    SESSION_EVENT_RECORDED = "session_event.recorded"
    SESSION_EVENT_CORRECTED = "session_event.corrected"
    SESSION_EVENT_STRUCK = "session_event.struck"
    ADVERSE_EVENT_RECORDED = "adverse_event.recorded"
    ADVERSE_EVENT_CORRECTED = "adverse_event.corrected"
    ADVERSE_EVENT_STRUCK = "adverse_event.struck"
    DISCHARGE_RECORDED = "discharge.recorded"
    DISCHARGE_CORRECTED = "discharge.corrected"
    DISCHARGE_STRUCK = "discharge.struck"
    NOTE_BEGUN = "note.begun"
    NOTE_OPENED = "note.opened"
    NOTE_SAVED = "note.saved"
    NOTE_SAVED_ASIDE = "note.saved_aside"
    NOTE_DRAFT_VIEWED = "note.draft_viewed"
    NOTE_DRAFT_RESTORED = "note.draft_restored"
    NOTE_DISCARDED = "note.discarded"
    NOTE_REVIEWED = "note.reviewed"
    NOTE_SIGNED = "note.signed"
    NOTE_COSIGNED = "note.cosigned"
    NOTE_SENT_BACK = "note.sent_back"
    NOTE_WITHDRAWN = "note.withdrawn"
    NOTE_ASKED = "note.asked"
    NOTE_ANSWERED = "note.answered"
    NOTE_VIEWED = "note.viewed"
    NOTE_EXPORTED = "note.exported"
    ADDENDUM_ADDED = "addendum.added"
    PROCESS_NOTE_VIEWED = "process_note.viewed"
    PROCESS_NOTE_SAVED = "process_note.saved"
    REVIEW_OPENED = "review.opened"
    REVIEW_VIEWED = "review.viewed"
    CHECKS_LISTED = "checks.listed"
    CHECKS_VIEWED = "checks.viewed"
    CHECKS_MADE = "checks.made"
    FEEDBACK_VIEWED = "feedback.viewed"
    CHART_AUDITS_LISTED = "chart_audits.listed"
    CHART_AUDIT_PLANNED = "chart_audit.planned"
    CHART_AUDIT_EDITED = "chart_audit.edited"
    CHART_AUDIT_DROPPED = "chart_audit.dropped"
    CHART_AUDIT_DRAWN = "chart_audit.drawn"
    CHART_AUDIT_CHECKED = "chart_audit.checked"
    CHART_AUDIT_VIEWED = "chart_audit.viewed"
    CHART_AUDIT_ENDED = "chart_audit.ended"
    CHART_AUDIT_EXPORTED = "chart_audit.exported"
    AUDIT_CHART_VIEWED = "audit_chart.viewed"
    AUDIT_CHART_ANSWERED = "audit_chart.answered"
    AUDIT_REPORT_PRINTED = "audit_report.printed"
    AUDIT_REPORT_KEPT = "audit_report.kept"
    AUDIT_REPORT_HANDED_OUT = "audit_report.handed_out"
    CORRECTIVE_ACTIONS_LISTED = "corrective_actions.listed"
    CORRECTIVE_ACTION_RAISED = "corrective_action.raised"
    CORRECTIVE_ACTION_VIEWED = "corrective_action.viewed"
    CORRECTIVE_ACTION_CLOSED = "corrective_action.closed"
    CORRECTIVE_ACTION_REOPENED = "corrective_action.reopened"
    CORRECTIVE_ACTION_VERIFIED = "corrective_action.verified"
    SUMMARY_PRINTED = "summary.printed"
    SUMMARY_KEPT = "summary.kept"
    SUMMARY_HANDED_OUT = "summary.handed_out"
    DOCUMENT_ASKED = "document.asked"
    DOCUMENT_PRINTED = "document.printed"
    DOCUMENT_KEPT = "document.kept"
    DOCUMENT_FAILED = "document.failed"
    DOCUMENT_HANDED_OUT = "document.handed_out"
    DOCUMENT_DISCLOSED = "document.disclosed"
    DOCUMENTS_LISTED = "documents.listed"
    DELIVERY_ASKED = "delivery.asked"
    DELIVERY_SENT = "delivery.sent"
    DELIVERY_FAILED = "delivery.failed"
    PART_KEPT = "part.kept"
    DOCUMENT_CHECKED = "document.checked"
    SEALING_KEY_SET = "sealing_key.set"
    LETTER_SIGNED = "letter.signed"
    LETTERHEAD_SET = "letterhead.set"
    SETTINGS_VIEWED = "settings.viewed"
    SETTING_CHANGED = "setting.changed"
    TRAIL_VIEWED = "trail.viewed"
    TRAIL_VERIFIED = "trail.verified"
    UNUSUAL_RAISED = "unusual.raised"
    UNUSUAL_VIEWED = "unusual.viewed"
    UNUSUAL_CLOSED = "unusual.closed"
    TRAIL_EXPORTED = "trail.exported"
    TRAIL_ANCHORED = "trail.anchored"
    NOTES_VERIFIED = "notes.verified"
    PROOF_VIEWED = "proof.viewed"
    KEY_ROTATED = "key.rotated"
    KEY_RECOVERED = "key.recovered"
    RECOVERY_KEY_SET = "recovery_key.set"
    RECOVERY_KEY_TRIED = "recovery_key.tried"
    BACKUP_MADE = "backup.made"
    BACKUP_FAILED = "backup.failed"
    BACKUP_DRILLED = "backup.drilled"
    BACKUP_DRILL_FAILED = "backup.drill_failed"
    BACKUP_RESTORED = "backup.restored"
    BACKUPS_VIEWED = "backups.viewed"

    @property
    def category(self) -> Category:
        """What kind of act this is."""
        noun, verb = self.value.split(".")
        if verb in _LOOKING:
            return Category.LOOK
        if noun in {"addendum", "letter"} or (noun == "note" and verb in _SIGNING):
            return Category.SIGN
        if noun == "delivery" or (verb in _HANDING_OUT and noun != "part"):
            return Category.HAND_OUT
        if noun in _OF_ACCESS:
            return Category.ACCESS
        if noun in _OF_THE_PRACTICE:
            return Category.PRACTICE
        return Category.CHANGE


_LOOKING = frozenset(
    {"viewed", "searched", "listed", "opened", "draft_viewed", "reviewed", "checked"}
)
_HANDING_OUT = frozenset({"printed", "kept", "handed_out", "disclosed", "exported"})
_SIGNING = frozenset({"signed", "cosigned", "sent_back", "withdrawn"})
_OF_ACCESS = frozenset(
    {
        "sign_in",
        "sign_out",
        "sitting",
        "sittings",
        "unlock_code",
        "factor",
        "factors",
        "factor_reset",
        "factor_resets",
        "passkey",
        "recovery_codes",
        "totp",
        "door",
        "password",
        "emergency",
    }
)
_OF_THE_PRACTICE = frozenset(
    {
        "notes",
        "practice",
        "person",
        "supervision",
        "requirement",
        "absence",
        "setting",
        "trail",
        "unusual",
        "own_measure",
        "reminders",
        "sealing_key",
        "letterhead",
        "backup",
        "key",
        "recovery_key",
    }
)
