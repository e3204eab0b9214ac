"""A clock that jumps days ahead and back again: nothing is lost, mixed up or shut for days."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.actions import job
from kapnotes.clinic.document import DocumentKind, JobState
from kapnotes.db import Database
from kapnotes.records import job as jobs
from tests.builders import small_practice
from tests.journeys.conftest import settings_of
from tests.journeys.fault import begin, health, signed_in, texts
from tests.journeys.window import NotSaved, Window
from tests.kept import ask
from tests.plumbing.server import serving

pytestmark = pytest.mark.safety("KAP/restarted")
DAYS = 3 * 24 * 3600
HALF_AN_HOUR = 1800


def is_signed_in(window: Window) -> bool:
    return window.ask("GET", "/account")[0] == 200


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_three_days_ahead_and_back(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    with lend_database(kind) as url:
        begun = begin(tmp_path, url)
        env = settings_of(tmp_path, url) | {"TEST_CLOCK": str(clock)}
        with serving(
            env, log=tmp_path / "log", processes=2, application="tests.plumbing.stepped:app"
        ) as server:
            window = signed_in(server.base_url)
            version = window.save(begun.note_id, 1, "before")
            clock.write_text(str(DAYS))
            with pytest.raises(NotSaved) as refused:
                window.save(begun.note_id, version, "typed meanwhile")
            assert refused.value.status == 401
            ahead = signed_in(server.base_url)
            version = ahead.save(begun.note_id, version, "typed meanwhile")
            for _ in range(12):
                Window(server.base_url).sign_in("wrong")
            clock.write_text("0")
            assert not is_signed_in(ahead), "a sitting of a time to come stays open for days"
            again = signed_in(server.base_url)
            version = again.save(begun.note_id, version, "and after")
            clock.write_text(str(-HALF_AN_HOUR))
            status, said = health(server.base_url)
            assert status == 200
            assert "ahead of this machine's clock" in said["clock"]
            assert not is_signed_in(again)
            early = signed_in(server.base_url)
            early.save(begun.note_id, version, "and by a clock that went back")
        text, is_whole = texts(tmp_path, url, begun)
        assert is_whole
        assert text == "and by a clock that went back"


def test_a_document_that_was_begun_in_a_time_to_come_is_taken_up(database: Database) -> None:
    assert database
    now = datetime.now(UTC)
    job_id = ask(small_practice(), state=JobState.RUNNING)
    with db.current().writing() as session:
        found = session.get(jobs.Job, job_id)
        assert found
        found.beat_at = now + timedelta(days=3)
    assert job.left_over(kinds=[DocumentKind.INFUSION_SUMMARY], at=now) == [job_id]
