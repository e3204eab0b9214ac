"""The worker leaves the time to the people: who catches up rests, and who waits looks rarely."""

from itertools import pairwise
from threading import Event
from time import monotonic, sleep

from kapnotes import worker
from kapnotes.actions import check
from kapnotes.worker import Lane, Pace

WORK = 0.01


def test_a_lane_that_catches_up_takes_a_quarter_of_the_time() -> None:
    ended, spans = Event(), list[tuple[float, float]]()

    def turn() -> int:
        begun = monotonic()
        sleep(WORK)
        spans.append((begun, monotonic()))
        if len(spans) == 6:
            ended.set()
        return 1

    Lane(turn, worker.FOR_CHECKS, ended).run()
    for (begun, end), (following, _) in pairwise(spans):
        assert following - end >= 3 * (end - begun)


def test_a_lane_with_nothing_to_do_rests_its_time_and_ends_at_once_when_told() -> None:
    ended, turns = Event(), list[float]()

    def turn() -> int:
        turns.append(monotonic())
        return 0

    lane = Lane(turn, Pace(0.05), ended)
    lane.start()
    sleep(0.2)
    ended.set()
    lane.join(1)
    assert not lane.is_alive()
    assert 2 <= len(turns) <= 5


def test_only_documents_are_looked_for_twice_a_second() -> None:
    assert worker.FOR_DOCUMENTS.idle == 0.5
    rarely = (worker.FOR_DELIVERIES, worker.FOR_PROOF, worker.FOR_CHECKS, worker.FOR_UNUSUAL)
    assert all(one.idle >= 2 for one in rarely)


def test_a_turn_of_the_checks_holds_the_trail_for_few_chains() -> None:
    assert check.BATCH <= 3
    assert worker.FOR_CHECKS.rest(check.BATCH, 0.04) == 0.12
