"""What the page knows of a session does not depend on the order in which answers come."""

from itertools import permutations
from typing import Any

from tests.look.live.conftest import Run

MERGE = """({ Session }, { answers }) => {
  const now = "2026-01-01T00:00:00Z";
  const session = new Session({ entries: [], cursor: 0, status: null, now });
  for (const answer of answers) session.merge({ now, ...answer });
  return {
    rows: session.rows.map((row) => [row.id, row.is_struck, row.by, row.why]),
    before: session.rows.map((row) => session.before(row).map((one) => one.id)),
    byKey: session.rowOf("k1")?.id ?? null,
    cursor: session.cursor,
    status: session.status?.state ?? null,
  };
}"""


def entry(seq: int, act: str, row: str, **more: Any) -> dict[str, Any]:
    plain = {"key": f"k{seq}", "noun": "vitals", "by": f"person {seq}", "mine": False, "why": ""}
    at = f"2026-01-01T00:00:{seq:02}Z"
    return {"seq": seq, "act": act, "id": row, "at": at, "replaces": None, **plain, **more}


FIRST = entry(1, "recorded", "a", is_struck=False)
CORRECTED = entry(2, "corrected", "b", is_struck=False, replaces="a")
AT = "2026-01-01T00:00:02Z"
STRUCK = entry(3, "struck", "b", is_struck=True, why="twice", at=AT, replaces="a")
OTHER = entry(4, "recorded", "c", is_struck=False)


def test_any_order_and_any_doubling_comes_to_the_same(run: Run) -> None:
    wanted = None
    for order in permutations([FIRST, CORRECTED, STRUCK, OTHER]):
        answers = [{"entries": [one]} for one in (*order, order[0], order[2])]
        found = run("session", MERGE, {"answers": answers})
        rows = [(row, struck, why) for row, struck, _, why in found["rows"]]
        assert rows == [("c", False, ""), ("b", True, "twice")]
        assert found["before"] == [[], ["a"]]
        assert found["byKey"] == "b"
        wanted = wanted or rows
    assert wanted


def test_an_older_standing_never_covers_a_newer_one(run: Run) -> None:
    answers = [
        {"status": {"state": "in_progress"}, "now": "2026-01-01T00:00:05Z", "cursor": 7},
        {"status": {"state": "planned"}, "now": "2026-01-01T00:00:04Z", "cursor": 5},
    ]
    found = run("session", MERGE, {"answers": answers})
    assert (found["status"], found["cursor"]) == ("in_progress", 7)


STANDING = """({ dosesOf, slotsOf, nextOf }, { status, posts, now, saidAt }) => {
  const session = { status, saidAt };
  const slots = slotsOf(session, posts, now);
  return {
    slots: slots.map((slot) => slot.state),
    next: nextOf(slots)?.label ?? null,
    doses: dosesOf(session, posts).map((dose) => [dose.is_running, dose.givenAt(now)]),
  };
}"""
MINUTE = 60_000


def slot(minutes: int, **more: Any) -> dict[str, Any]:
    def at(minute: int) -> str:
        return f"1970-01-01T{minute // 60:02}:{minute % 60:02}:00Z"

    return {
        "label": f"{minutes} min",
        "minutes": minutes,
        "due_at": at(minutes),
        "grace_until": at(minutes + 5),
        "missed_at": at(minutes + 15),
        "taken_at": None,
        "state": "later",
        **more,
    }


def standing(run: Run, minute: float, **more: Any) -> Any:
    status = {"state": "in_progress", "doses": [], "slots": [slot(15), slot(30)]}
    given = {"posts": [], "now": minute * MINUTE, "saidAt": 0, **more}
    return run(
        "standing",
        STANDING,
        {
            "status": {**status, **more.get("status", {})},
            **{key: value for key, value in given.items() if key != "status"},
        },
    )


def test_slots_go_on_by_themselves_while_nothing_is_heard(run: Run) -> None:
    states = [standing(run, minute)["slots"][0] for minute in (14, 15, 20, 20.5, 30)]
    assert states == ["later", "due", "due", "late", "missed"]
    assert standing(run, 31)["next"] == "30 min"


def test_a_reading_that_waits_is_not_asked_for_again(run: Run) -> None:
    reading = {"noun": "vitals", "act": "record", "at": 16 * MINUTE}
    found = standing(run, 22, posts=[reading])
    assert found["slots"] == ["done", "later"]
    assert found["next"] == "30 min"


def test_before_it_has_begun_nothing_is_due(run: Run) -> None:
    first = slot(0, due_at=None, grace_until=None, missed_at=None, state="due")
    found = standing(run, 1, status={"state": "planned", "slots": [first]})
    assert found["slots"] == ["open"]


def test_what_runs_is_worked_out_to_the_moment_and_no_further_than_its_plan(run: Run) -> None:
    running = {
        "id": "d", "at": "1970-01-01T00:00:00Z", "mg": "36", "is_running": True,
        "is_paused": False, "rate_mg_per_h": "54", "given_mg": "9",
    }  # fmt: skip
    doses = {"state": "in_progress", "doses": [running], "slots": []}
    assert standing(run, 10, status=doses)["doses"] == [[True, 18]]
    assert standing(run, 90, status=doses)["doses"] == [[True, 36]]
    pause = {"at": 5 * MINUTE, "act": "record", "fields": {"kind": "dose_paused"}}
    assert standing(run, 10, status=doses, posts=[pause])["doses"] == [[True, 13.5]]
    stop = {"noun": "dose", "act": "stop", "row": "d", "fields": {"mg": "30"}}
    assert standing(run, 90, status=doses, posts=[stop])["doses"][0][0] is False
