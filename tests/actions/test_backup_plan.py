"""The plan of the backups: when one is due, what is told of it, and what the worker does."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import backup, backup_folder, backup_plan, restoring
from kapnotes.actions.backup_file import BackupRefused
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.settings import Settings
from tests.builders import AT, Small, small_practice
from tests.conftest import KEY
from tests.plumbing.embedded import Embedded

pytestmark = pytest.mark.safety("HIP-308.a7/schedule")
DAY = timedelta(days=1)


@pytest.fixture
def small(tmp_path: Path, embedded: Embedded) -> Iterator[Small]:
    """A plan: every six hours, of four days and one week, and a drill each third day."""
    with embedded.fresh() as url:
        settings = Settings(
            data=tmp_path,
            database_url=url,
            key=KEY,
            backup_hours=6,
            backup_days=4,
            backup_weeks=1,
            drill_days=3,
        )
        opened = db.use(db.Database(settings))
        opened.check_key()
        yield small_practice()
        opened.close()


def make(at: datetime) -> None:
    backup_plan.make_planned(by=operator(), at=at)


def kept() -> list[datetime]:
    folder = backup_folder.folder_of(db.current().settings)
    return [one.at for one in backup_folder.backups(folder)]


def test_one_is_due_so_many_hours_after_the_last_and_after_the_practice_began(
    small: Small,
) -> None:
    del small
    assert not backup_plan.is_due(AT + timedelta(hours=5))
    assert backup_plan.is_due(AT + timedelta(hours=6))
    make(AT + timedelta(hours=6))
    assert not backup_plan.is_due(AT + timedelta(hours=11, minutes=59))
    assert backup_plan.is_due(AT + timedelta(hours=12))
    assert backup_plan.is_due(AT), "a clock that was put back hides no due backup"


def test_one_that_failed_is_told_and_tried_again_after_an_hour(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    del small
    at = AT + DAY
    with monkeypatch.context() as patch:
        patch.setattr(backup, "SPARE_BYTES", 1 << 60)
        with pytest.raises(BackupRefused):
            make(at)
    assert backup_plan.readiness(at=at) == "The last backup failed."
    assert not backup_plan.is_due(at + timedelta(minutes=59))
    assert backup_plan.is_due(at + timedelta(minutes=60))
    make(at + timedelta(minutes=60))
    assert backup_plan.readiness(at=at + timedelta(minutes=60)) == "ok"


def test_a_plan_that_is_not_kept_is_told(small: Small) -> None:
    del small
    assert backup_plan.readiness(at=AT + timedelta(hours=12)) == "ok"
    late = "The last backup is older than the plan asks for."
    assert backup_plan.readiness(at=AT + timedelta(hours=13)) == late


def test_the_folder_is_thinned_out_by_the_plan(small: Small) -> None:
    del small
    hours = [6 * number for number in range(1, 20)]
    for hour in hours:
        make(AT + timedelta(hours=hour))
    newest = AT + timedelta(hours=hours[-1])
    left = kept()
    assert left[0] == newest
    assert [one for one in left if newest - one < DAY] == left[:4]
    assert left[4:] == [AT.replace(hour=21) + timedelta(days=number) for number in (3, 2)][:2]
    assert all(
        (backup_folder.folder_of(db.current().settings) / backup_folder.name_for(one)).is_file()
        for one in left
    )


def test_a_drill_is_due_after_so_many_days_and_one_that_failed_is_told(small: Small) -> None:
    del small
    at = AT + DAY
    assert backup_plan.drill_due(at) is None
    make(at)
    newest = backup_plan.drill_due(at)
    assert newest is not None
    assert restoring.drill(file=newest.path, by=operator(), at=at).is_whole
    assert backup_plan.drill_due(at + 2 * DAY) is None
    assert backup_plan.drill_due(at + 3 * DAY) is not None
    content = bytearray(newest.path.read_bytes())
    content[-5] ^= 1
    newest.path.write_bytes(content)
    with pytest.raises(BackupRefused, match=r"The drill failed\. This backup was changed"):
        restoring.drill(file=newest.path, by=operator(), at=at + timedelta(hours=1))
    told = "The last drill of a backup failed."
    assert backup_plan.readiness(at=at + timedelta(hours=1)) == told


def test_a_demo_has_no_plan_and_a_setting_ends_it(small: Small) -> None:
    del small
    opened = db.current()
    far = AT + timedelta(days=400)
    assert backup_plan.is_due(far)
    settings = opened.settings
    with db.instead(
        db.Database(
            Settings(
                data=settings.data, database_url=settings.database_url, key=KEY, backup_hours=0
            )
        )
    ):
        assert not backup_plan.is_due(far)
        assert backup_plan.readiness(at=far) == "ok"


def test_who_answers_for_the_practice_sees_how_they_stand(small: Small) -> None:
    make(AT + DAY)
    view = backup_plan.look(by=small.administrator, at=AT + DAY)
    assert view.standing.made_at == AT + DAY
    assert [one.at for one in view.kept] == [AT + DAY]
    for who in (small.therapist, small.medical, small.supervisor):
        with pytest.raises(NotAllowed):
            backup_plan.look(by=who, at=AT)
