"""The roles, each a class with a paragraph that a clinical lead can read and check."""

from typing import ClassVar

from kapnotes.access.actions import Action
from kapnotes.access.reach import Span


class Role:
    """What every role has: its stored word, its label, how far it sees, and what it may do."""

    key: ClassVar[str] = ""
    label: ClassVar[str] = ""
    span: ClassVar[Span] = Span.NOTHING
    may: ClassVar[frozenset[Action]] = frozenset()


class Therapist(Role):
    """Prepares, accompanies and integrates.

    A therapist sees the patients on whose care team they stand, adds patients, plans courses and
    infusions, records the session and measures, writes and signs notes, keeps process notes that
    nobody else reads, prints the documents of their patients, signs letters about them, brings in
    past records from a table, and hands out the data of a course. They record consents and what the
    misuse watch is told, resolve alerts with a reason, and answer the tasks that wait for them.
    They read the practice's rules, by which their sessions run, what the documentation checks
    find in their own notes, and what of those came back from review and why. They write down
    the amendments that a patient asks for, decide on those of their own notes, and reach one more
    patient in an emergency where the administrator allowed it beforehand. They see what audits
    found in charts that they wrote in, and close the corrective actions given to them. They co-sign
    nothing and see no trail but that of their own patients' pages.
    """

    key = "therapist"
    label = "Therapist"
    span = Span.CARE_TEAM
    may = frozenset(
        {
            Action.SEE_TODAY,
            Action.FIND_PATIENT,
            Action.SEE_PATIENT,
            Action.ADD_PATIENT,
            Action.EDIT_PATIENT,
            Action.EDIT_CARE_TEAM,
            Action.PLAN_COURSE,
            Action.PLAN_INFUSION,
            Action.RUN_INFUSION,
            Action.RECORD_SESSION,
            Action.RECORD_MEASURE,
            Action.READ_NOTE,
            Action.READ_INTEGRATION,
            Action.WRITE_NOTE,
            Action.SIGN_NOTE,
            Action.ADD_ADDENDUM,
            Action.KEEP_PROCESS_NOTE,
            Action.PRINT_SUMMARY,
            Action.EXPORT_NOTE,
            Action.EXPORT_COURSE,
            Action.IMPORT_RECORDS,
            Action.RECORD_CONSENT,
            Action.RESOLVE_ALERT,
            Action.RECORD_MISUSE_EVENT,
            Action.ANSWER_TASK,
            Action.ANSWER_CORRECTIVE_ACTION,
            Action.WRITE_LETTER,
            Action.SEE_CHECKS,
            Action.SEE_FEEDBACK,
            Action.SEE_SETTINGS,
            Action.RECORD_AMENDMENT,
            Action.DECIDE_AMENDMENT,
            Action.EMERGENCY_ACCESS,
        }
    )


class Medical(Role):
    """Assesses, doses and monitors.

    A medical professional sees the patients on whose care team they stand: dose, vitals, adverse
    events, and the preparation and dosing-session notes. Of the integration note they
    see that it exists and where it stands; its text is not theirs. They record the session and
    consents, resolve alerts with a reason, and answer the tasks that wait for them: a request for
    another dose, or a look at the misuse watch, where they see what was ticked and no words. They
    read the practice's rules that a session runs by, and what the documentation checks find of
    consent, dose, vitals, events and leaving; they print the medical part of the documents, and
    sign letters from it. They decide on amendments of the record as a whole, and reach one more
    patient in an emergency where the administrator allowed it beforehand. They close the corrective
    actions given to them.
    """

    key = "medical"
    label = "Medical"
    span = Span.CARE_TEAM
    may = frozenset(
        {
            Action.SEE_TODAY,
            Action.FIND_PATIENT,
            Action.SEE_PATIENT,
            Action.EDIT_PATIENT,
            Action.PLAN_INFUSION,
            Action.RUN_INFUSION,
            Action.RECORD_SESSION,
            Action.RECORD_MEASURE,
            Action.READ_NOTE,
            Action.PRINT_SUMMARY,
            Action.RECORD_CONSENT,
            Action.RESOLVE_ALERT,
            Action.RECORD_MISUSE_EVENT,
            Action.ANSWER_TASK,
            Action.ANSWER_CORRECTIVE_ACTION,
            Action.WRITE_LETTER,
            Action.SEE_CHECKS,
            Action.SEE_SETTINGS,
            Action.DECIDE_AMENDMENT,
            Action.EMERGENCY_ACCESS,
        }
    )


class Supervisor(Role):
    """Answers for the notes of the people they supervise.

    A supervisor sees the patients and the chart notes of those people while the link lasts, signs
    beside the author or sends a note back with a comment, sees what the documentation checks find
    in them and what their authors hear back, prints what they read, answers the tasks that wait for
    them, and searches the trail of those patients. They see whether record and trail are whole, and
    read the practice's rules, against which they review. They audit samples of those charts, give
    corrective actions, and verify what others did about them. They write down the amendments that a
    patient asks for, and read why emergency access was used. They write no notes of their own here,
    and of process notes they see only that one exists.
    """

    key = "supervisor"
    label = "Supervisor"
    span = Span.SUPERVISED
    may = frozenset(
        {
            Action.SEE_TODAY,
            Action.FIND_PATIENT,
            Action.SEE_PATIENT,
            Action.READ_NOTE,
            Action.READ_INTEGRATION,
            Action.REVIEW_NOTE,
            Action.SEE_FEEDBACK,
            Action.PRINT_SUMMARY,
            Action.EXPORT_NOTE,
            Action.EXPORT_COURSE,
            Action.SEE_OUTCOMES,
            Action.ANSWER_TASK,
            Action.AUDIT_CHARTS,
            Action.ANSWER_CORRECTIVE_ACTION,
            Action.SEE_TRAIL,
            Action.SEE_UNUSUAL,
            Action.CLOSE_UNUSUAL,
            Action.SEE_PROOF,
            Action.SEE_CHECKS,
            Action.SEE_SETTINGS,
            Action.RECORD_AMENDMENT,
            Action.SEE_EMERGENCIES,
        }
    )


class Administrator(Role):
    """Keeps accounts, supervision links, the practice's rules and the trail.

    An administrator adds and disables accounts, links supervisors with the people they answer
    for, and sees the whole trail, in which nothing of a note stands, whether record and trail are
    whole, and how the backups stand. They see no patient. They
    alone change the practice's rules, as its clinical lead decides: whoever gives a dose does not
    move its limit on the way, and each change stands under a name, for sessions that begin after.
    """

    key = "administrator"
    label = "Administrator"
    span = Span.NOTHING
    may = frozenset(
        {
            Action.SEE_TODAY,
            Action.SEE_TRAIL,
            Action.SEE_UNUSUAL,
            Action.CLOSE_UNUSUAL,
            Action.SEE_PROOF,
            Action.SEE_BACKUPS,
            Action.SEE_PEOPLE,
            Action.EDIT_PEOPLE,
            Action.SEE_SETTINGS,
            Action.EDIT_SETTINGS,
        }
    )


class Operator(Role):
    """Runs the machine and holds the key: the command line, never a browser.

    What the operator does stands in the trail like everyone's doings.
    """

    key = "operator"
    label = "Command line"
    span = Span.PRACTICE
    may = frozenset(
        {
            Action.FIND_PATIENT,
            Action.SEE_PATIENT,
            Action.PRINT_SUMMARY,
            Action.READ_NOTE,
            Action.READ_INTEGRATION,
            Action.SEE_TRAIL,
            Action.SEE_PROOF,
            Action.SEE_BACKUPS,
            Action.MAKE_BACKUP,
            Action.SEE_PEOPLE,
            Action.EDIT_PEOPLE,
            Action.SEND_REMINDERS,
            Action.WORK_OUT_DUE,
            Action.MAKE_CHECKS,
            Action.ROTATE_KEY,
        }
    )


PEOPLE: tuple[type[Role], ...] = (Therapist, Medical, Supervisor, Administrator)
"""The roles that an account can have."""

IN_EMERGENCY = frozenset(
    {
        Action.SEE_PATIENT,
        Action.READ_NOTE,
        Action.READ_INTEGRATION,
        Action.RECORD_SESSION,
        Action.PRINT_SUMMARY,
    }
)
"""What a role may do with a patient whom it reaches by emergency access, if it may at all."""

_ALL: tuple[type[Role], ...] = (*PEOPLE, Operator)
_BY_KEY = {role.key: role for role in _ALL}


def role_of(key: str) -> type[Role]:
    """The role of that stored word; an unknown word is a role that may do nothing."""
    return _BY_KEY.get(key, Role)
