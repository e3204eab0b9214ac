"""What can be done in the product, as one enum; each member is a verb and its noun."""

from enum import StrEnum


class Action(StrEnum):
    """A permission. Stored words are for ever: chosen once, never renamed or reused."""

    SEE_TODAY = "see_today"
    FIND_PATIENT = "find_patient"
    SEE_PATIENT = "see_patient"
    ADD_PATIENT = "add_patient"
    EDIT_PATIENT = "edit_patient"
    EDIT_CARE_TEAM = "edit_care_team"
    PLAN_COURSE = "plan_course"
    PLAN_INFUSION = "plan_infusion"
    RUN_INFUSION = "run_infusion"
    RECORD_SESSION = "record_session"
    READ_NOTE = "read_note"
    READ_INTEGRATION = "read_integration"
    WRITE_NOTE = "write_note"
    SIGN_NOTE = "sign_note"
    ADD_ADDENDUM = "add_addendum"
    KEEP_PROCESS_NOTE = "keep_process_note"
    REVIEW_NOTE = "review_note"
    PRINT_SUMMARY = "print_summary"
    EXPORT_NOTE = "export_note"
    SEE_TRAIL = "see_trail"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    SEE_SETTINGS = "see_settings"
    EDIT_SETTINGS = "edit_settings"
