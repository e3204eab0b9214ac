"""The practice's rules: each change is a new version, by the administrator alone, never lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import infusion, setting
from kapnotes.actions.rules import rules_at, rules_of
from kapnotes.audit.trail import Entry
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, Refusal, Stale
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.setting import DEFAULTS, NAMES, Setting, to_plain
from kapnotes.clinic.tap import BUILT_IN, Tap
from kapnotes.records import setting as records
from kapnotes.records.setting import PracticeSetting
from tests.builders import AT, Small, arrive, minute
from tests.plumbing.role import owning

IV = "schedule.iv"
LATER = AT + timedelta(days=1)


def plain(name: str, **changed: Any) -> dict[str, Any]:
    return {**to_plain(DEFAULTS[name]), **changed}


def minutes_of(value: Setting) -> tuple[int, ...]:
    assert isinstance(value, Schedule)
    return value.minutes


BUILT_IN_MINUTES = minutes_of(DEFAULTS[IV])


def standing(small: Small, name: str = IV) -> setting.Standing:
    return next(one for one in setting.look(by=small.medical, at=AT) if one.name == name)


def change(small: Small, name: str = IV, *, at: datetime = AT, **changed: Any) -> bool:
    return setting.change(name=name, values=plain(name, **changed), by=small.administrator, at=at)


def rows() -> list[tuple[str, dict[str, Any]]]:
    with db.current().reading() as session:
        found = session.execute(sa.select(PracticeSetting)).scalars()
        return sorted((str(row.id), row.value) for row in found)


def newest_event() -> Entry:
    with db.current().reading() as session:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(1)
        return session.execute(query).scalar_one()


def test_until_the_practice_sets_its_own_every_rule_is_the_products(small: Small) -> None:
    found = setting.look(by=small.therapist, at=AT)
    assert [one.name for one in found] == list(NAMES)
    assert {one.name: one.value for one in found} == DEFAULTS
    assert all(one.is_default and one.version is None and not one.set_by for one in found)


def test_a_change_is_a_version_under_a_name_with_its_event(small: Small) -> None:
    assert change(small, minutes=[0, 20, 60])
    now = standing(small)
    assert now.value == Schedule(minutes=(0, 20, 60))
    assert (now.set_by, now.set_at, now.is_default) == ("Ada", AT, False)
    setting.change(name=IV, values=plain(IV, minutes="0, 5"), by=small.administrator, at=LATER)
    event = newest_event()
    assert (event.event, event.outcome, event.category) == ("setting.changed", "done", "practice")
    assert event.object_id == standing(small).version
    assert event.details == {"setting": IV, "is_default": False}


def test_no_version_is_ever_altered(small: Small) -> None:
    change(small, minutes=[0, 20])
    before = rows()
    change(small, minutes=[0, 30], at=LATER)
    assert len(rows()) == 2
    assert before[0] in rows()
    for statement in ("UPDATE practice_setting SET name = 'x'", "DELETE FROM practice_setting"):
        with pytest.raises(sa.exc.DBAPIError), owning() as session:
            session.execute(sa.text(statement))
    assert len(rows()) == 2


def test_its_history_says_who_changed_what_from_what(small: Small) -> None:
    change(small, minutes=[0, 20])
    change(small, minutes=[0, 30], at=LATER)
    change(small, at=LATER)
    found = setting.history(name=IV, by=small.supervisor, at=LATER)
    minutes = [(minutes_of(one.before), minutes_of(one.value)) for one in found.versions]
    built_in = BUILT_IN_MINUTES
    assert minutes == [((0, 30), built_in), ((0, 20), (0, 30)), (built_in, (0, 20))]
    assert {one.set_by for one in found.versions} == {"Ada"}
    assert found.standing.is_default
    assert found.standing.version is not None
    assert newest_event().details == {"setting": IV}


def test_what_changes_nothing_leaves_no_version_and_no_event(small: Small) -> None:
    change(small, minutes=[0, 20])
    event = newest_event().position
    assert not change(small, minutes=[0, 20], at=LATER)
    assert not change(small, "dose_limits.iv", caution_mg_per_kg=Decimal("1.00"))
    assert not change(small, "discharge_rule")
    assert not change(small, "taps")
    assert newest_event().position == event
    assert len(rows()) == 1


def test_a_session_keeps_the_rules_that_it_began_with(small: Small) -> None:
    change(small, minutes=[0, 20], at=minute(-30))
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    change(small, minutes=[0, 30], at=minute(10))
    begun = infusion.look(infusion_id=small.infusion_id, by=small.medical, at=AT).infusion
    with db.current().reading() as session:
        known = {at: rules_at(session, at).schedule(Route.IV).minutes for at in (minute(-31), AT)}
        kept = rules_of(session, begun, at=AT).schedule(Route.IV).minutes
    assert known == {minute(-31): BUILT_IN_MINUTES, AT: (0, 30)}
    assert kept == (0, 20)


def test_two_versions_of_one_moment_have_an_order(small: Small) -> None:
    for last in (20, 30, 40, 50):
        change(small, minutes=[0, last])
    assert minutes_of(standing(small).value) == (0, 50)
    with db.current().reading() as session:
        later = AT + timedelta(seconds=1)
        assert records.as_of(session, later)[IV]["minutes"] == [0, 50]
        assert [row.value["minutes"][1] for row in records.versions(session, IV)] == [
            50,
            40,
            30,
            20,
        ]


@pytest.mark.parametrize("opened_on_default", [True, False])
def test_a_form_that_is_older_than_the_rule_is_stale(
    small: Small, *, opened_on_default: bool
) -> None:
    if not opened_on_default:
        change(small, minutes=[0, 10])
    base = str(standing(small).version or "")
    change(small, minutes=[0, 20], at=LATER)
    before = rows()
    with pytest.raises(Stale):
        setting.change(name=IV, values=plain(IV), base=base, by=small.administrator, at=LATER)
    assert rows() == before
    event = newest_event()
    assert (event.event, event.outcome, event.reason) == ("setting.changed", "refused", "stale")
    newest = str(standing(small).version)
    assert setting.change(name=IV, values=plain(IV), base=newest, by=small.administrator, at=LATER)


def test_of_two_who_save_in_the_same_moment_one_is_told(small: Small) -> None:
    def save(last: int) -> str:
        try:
            setting.change(
                name=IV,
                values=plain(IV, minutes=[0, last]),
                base="",
                by=small.administrator,
                at=AT,
            )
        except Stale:
            return "stale"
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        came = sorted(pool.map(save, (20, 30, 40, 50)))
    assert came == ["saved", "stale", "stale", "stale"]
    assert len(rows()) == 1


@pytest.mark.parametrize("who", ["therapist", "medical", "supervisor"])
def test_only_the_administrator_changes_a_rule(small: Small, who: str) -> None:
    by = getattr(small, who)
    setting.look(by=by, at=AT)
    with pytest.raises(NotAllowed):
        setting.change(name=IV, values=plain(IV, minutes=[0, 20]), by=by, at=AT)
    assert rows() == []
    event = newest_event()
    assert (event.event, event.outcome, event.actor_id) == ("setting.changed", "refused", by.id)


def test_a_rule_that_does_not_exist_is_nowhere(small: Small) -> None:
    by = small.administrator
    asked: tuple[Callable[[], object], ...] = (
        lambda: setting.history(name="schedule.rectal", by=by, at=AT),
        lambda: setting.change(name="", values={}, by=by, at=AT),
    )
    for ask in asked:
        with pytest.raises(OutOfReach):
            ask()


@pytest.mark.parametrize(
    ("name", "changed", "about"),
    [
        (IV, {"minutes": [15, 30]}, "minutes"),
        (IV, {"grace_minutes": 61}, "grace_minutes"),
        ("dose_limits.im", {"refusal_mg_per_kg": Decimal(1)}, "refusal_mg_per_kg"),
        ("vitals_levels", {"urgent_spo2_below": 99}, "urgent_spo2_below"),
        ("arrival_rule", {"food_hours": None}, "food_hours"),
        ("discharge_rule", {"needed": ["a lift"]}, "needed"),
        ("discharge_rule", {"least_minutes_iv": 1441}, "least_minutes_iv"),
        ("taps", {"taps": [{"code": "onset", "label": "", "is_shown": True}]}, "taps.0.label"),
        (IV, {"colour": "red"}, "colour"),
    ],
)
def test_what_the_clinic_cannot_take_leaves_nothing(
    small: Small, name: str, changed: dict[str, Any], about: str
) -> None:
    before = newest_event().position
    with pytest.raises(BadInput) as found:
        change(small, name, **changed)
    assert about in found.value.errors
    assert rows() == []
    assert newest_event().position == before


def taps_of(small: Small) -> tuple[Tap, ...]:
    found = standing(small, "taps").value
    assert isinstance(found, tuple)
    return found


def test_no_tap_ever_vanishes(small: Small) -> None:
    own = {"label": "Yawning", "is_shown": True}
    change(small, "taps", taps=[*plain("taps")["taps"], own])
    assert taps_of(small) == (*BUILT_IN, Tap("own_yawning", "Yawning"))
    assert not standing(small, "taps").is_default
    change(small, "taps", taps=[own | {"code": "own_yawning"}], at=LATER)
    assert [tap.code for tap in taps_of(small) if tap.is_shown] == ["own_yawning"]
    assert {tap.code for tap in taps_of(small)} == {tap.code for tap in BUILT_IN} | {"own_yawning"}
    change(small, "taps", at=LATER)
    assert taps_of(small) == (*BUILT_IN, Tap("own_yawning", "Yawning", is_shown=False))
    assert standing(small, "taps").is_default


def test_a_refusal_of_the_form_names_no_value_in_the_trail(small: Small) -> None:
    with pytest.raises(Refusal):
        setting.change(name=IV, values=plain(IV), base="older", by=small.administrator, at=AT)
    assert newest_event().details == {"setting": IV}
