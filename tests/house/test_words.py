"""What people typed is sealed in the database, and none of it stands in the trail."""

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.audit.trail import Entry
from tests.asked import WHY, WORDS
from tests.audited import NOT_MET
from tests.builders import small_practice
from tests.house.test_writes import play

TYPED = (
    "Which goals?",
    "Lunch at work",
    "Are goals named?",
    "Autumn charts",
    "Winter charts",
    "Add an addendum that names the goal",
    "On call",
    NOT_MET[1],
    WORDS,
    WHY,
)
"""Questions, answers, plans of audits, findings, actions, requests, reasons, closing words."""


@pytest.mark.safety("HIP-312.a2iv/no-plain-words")
def test_no_table_holds_in_plain_words_what_was_typed(database: db.Database) -> None:
    play(small_practice(cosigns=True))
    with database.reading() as session:
        for table in db.Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                said = str([one for one in row if not isinstance(one, bytes)])
                assert not [one for one in TYPED if one in said], table.name
        entries = session.execute(sa.select(Entry.details, Entry.reason)).all()
    assert len(entries) > 150
