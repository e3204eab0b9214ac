"""Session rows read the same live and as signed; a queue says in words how long a note waits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kapnotes.records.session import Vitals
from kapnotes.web.review import since
from kapnotes.web.session_rows import SessionRows, live, signed

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_signed_rows_come_back_by_kind_with_days_and_times() -> None:
    rows = signed(
        [
            {
                "record": "dose",
                "observed_at": "2026-11-23T09:00:00+00:00",
                "stopped_at": None,
                "weighed_on": "2026-11-20",
                "mg": "35.75",
                "changes": "2026-11-20",
            },
            {"record": "adverse_event", "observed_at": "2026-11-23T09:30:00+00:00"},
        ]
    )
    (dose,) = rows.doses
    assert dose["observed_at"] == AT
    assert dose["stopped_at"] is None
    assert dose["weighed_on"] == date(2026, 11, 20)
    assert Decimal(dose["mg"]) == Decimal("35.75")
    assert dose["changes"] == "2026-11-20", "a text is never taken for a day"
    assert rows.vitals == ()
    assert rows.adverse_events[0]["observed_at"] == AT + timedelta(minutes=30)


def test_live_rows_carry_their_values() -> None:
    row = Vitals(observed_at=AT, systolic=124, comment_sealed=None, caution_reason_sealed=None)
    (shown,) = live([row]).vitals
    assert (shown["observed_at"], shown["systolic"], shown["comment"]) == (AT, 124, None)


def test_no_rows_are_nothing_to_show() -> None:
    assert not SessionRows()
    assert not signed([])


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=59), "under an hour"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=6, hours=5), "6 days"),
    ],
)
def test_a_queue_says_how_long_in_words(ago: timedelta, words: str) -> None:
    assert since(AT - ago, AT) == words
