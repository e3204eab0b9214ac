"""What is remembered: tables and named queries, one file per noun.

Every query takes the reader's `reach` and narrows itself with it: fetching is checking. What
belongs to a row that was fetched so is asked by that row.
"""

from kapnotes.records import (
    alert,
    care_team,
    consent,
    course,
    document,
    draft,
    journal,
    measure,
    note,
    patient,
    person,
    practice,
    process_note,
    session,
    session_row,
    setting,
    sitting,
    task,
    trail,
)

__all__ = [
    "alert",
    "care_team",
    "consent",
    "course",
    "document",
    "draft",
    "journal",
    "measure",
    "note",
    "patient",
    "person",
    "practice",
    "process_note",
    "session",
    "session_row",
    "setting",
    "sitting",
    "task",
    "trail",
]
