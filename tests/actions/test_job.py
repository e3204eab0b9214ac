"""How many documents may be in the making: those that people ask for are bounded, no others."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import job
from kapnotes.actions.document import order_for
from kapnotes.actions.job import MOST_OF_ONE, QueueFull
from kapnotes.clinic.document import DocumentKind, JobCause
from kapnotes.records.job import Job
from tests.builders import AT, Small
from tests.kept import ask


def fill(small: Small, cause: JobCause) -> None:
    """As many open jobs as one person may ask for."""
    for _ in range(MOST_OF_ONE):
        ask(small, about_id=uuid4())
    with db.current().writing() as session:
        session.execute(sa.update(Job).values(cause=cause.value))


def ask_one_more(small: Small) -> job.Standing:
    by = small.therapist
    order = order_for(DocumentKind.CHART, small.patient_id, by=by)
    return job.ask(order=order, patient_id=small.patient_id, reach=by.reach(AT), by=by, at=AT)


def test_one_person_fills_no_queue(small: Small) -> None:
    fill(small, JobCause.ASKED)
    with pytest.raises(QueueFull):
        ask_one_more(small)


def test_what_is_made_because_notes_were_signed_is_no_bar(small: Small) -> None:
    fill(small, JobCause.SIGNED)
    assert ask_one_more(small).is_open


def test_what_is_on_its_way_is_not_asked_for_twice(small: Small) -> None:
    first = ask_one_more(small)
    fill(small, JobCause.ASKED)
    assert ask_one_more(small).id == first.id
