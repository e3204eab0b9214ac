"""A running infusion: its steps from start to stop, and how much of it was given so far.

Rates are mg per hour, amounts mg, all exact decimals. Times are aware and count as instants, so
that a night on which the clocks are changed adds no hour. Steps may come in any order: one that
is recorded late counts at its own time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution, Concern, Refusal

THOUSANDTH = Decimal("0.001")
ZERO = Decimal(0)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1) // MICROSECOND


class StepKind(StrEnum):
    """What was done; at one and the same time, in this order."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    RATE_CHANGED = "rate_changed"
    STOPPED = "stopped"


BETWEEN = frozenset({StepKind.PAUSED, StepKind.RESUMED, StepKind.RATE_CHANGED})
"""The steps between start and stop."""
RANKS = {kind: rank for rank, kind in enumerate(StepKind)}


class ImpossibleStep(Refusal):
    """The step cannot have been taken as the infusion stood then."""

    code = "impossible_step"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an infusion.

    A start and a change of rate have a rate; a resumption has one where it goes on at another
    rate than before. The rate of a pause or a stop says nothing.
    """

    kind: StepKind
    at: datetime
    rate_mg_per_h: Decimal | None = None


def given_mg(steps: Iterable[Step], planned_mg: Decimal, *, at: datetime) -> Decimal:
    """Return the mg that ran in by `at`: rate by time without the pauses, never above the plan.

    To three places, half up. A rate that is changed while paused counts from the resumption on.
    A stretch without a known rate adds nothing; `check_dose` lets none begin without one.
    """
    until = instant(at)
    flow, since, total = _Flow(), until, ZERO
    for step in _in_order(steps):
        when = instant(step.at)
        if when > until:
            break
        total += flow.between(since, when)
        flow, since = flow.after(step), when
    total += flow.between(since, until)
    given = (total / HOUR).quantize(THOUSANDTH, ROUND_HALF_UP)
    return min(given, planned_mg.quantize(THOUSANDTH, ROUND_FLOOR))


def is_paused(steps: Iterable[Step]) -> bool:
    """Say whether the infusion stands paused after all its steps; one that is stopped does not."""
    flow = _flow(steps)
    return flow.is_paused and not flow.is_stopped


def rate(steps: Iterable[Step]) -> Decimal | None:
    """Return the rate that is set after all steps, in mg per hour, also while it is paused."""
    return _flow(steps).rate_mg_per_h


def check_step(steps: Iterable[Step], new: Step) -> tuple[Concern, ...]:
    """Return what is refused or unusual about one more step, refusals first.

    It is judged by how the infusion stood at its own time, whatever was recorded since, so that
    a pause and its end can be added later one after the other. What it leaves untrue of the steps
    after it is a caution.
    """
    known = tuple(steps)
    before = [step for step in known if instant(step.at) <= instant(new.at)]
    refusals = (*_figure(new), *_sequence(known, _flow(before), new))
    after = [step for step in _in_order(known) if instant(step.at) > instant(new.at)]
    return refusals or tuple(_overtaken(after, new))


@dataclass(frozen=True, slots=True)
class _Flow:
    """How the infusion stands between two steps."""

    is_started: bool = False
    is_paused: bool = False
    is_stopped: bool = False
    rate_mg_per_h: Decimal | None = None

    def after(self, step: Step) -> "_Flow":
        """Return how it stands after a step; one that cannot be changes nothing."""
        if self.is_stopped or self.is_started is (step.kind is StepKind.STARTED):
            return self
        rate = self.rate_mg_per_h if step.rate_mg_per_h is None else step.rate_mg_per_h
        match step.kind:
            case StepKind.STARTED:
                return replace(self, is_started=True, rate_mg_per_h=rate)
            case StepKind.PAUSED:
                return replace(self, is_paused=True)
            case StepKind.RESUMED:
                return replace(self, is_paused=False, rate_mg_per_h=rate)
            case StepKind.RATE_CHANGED:
                return replace(self, rate_mg_per_h=rate)
            case _:
                return replace(self, is_stopped=True)

    def between(self, since: datetime, until: datetime) -> Decimal:
        """Return what runs in between two instants, in mg per hour by microseconds."""
        is_flowing = self.is_started and not self.is_paused and not self.is_stopped
        if not is_flowing or self.rate_mg_per_h is None:
            return ZERO
        return self.rate_mg_per_h * ((until - since) // MICROSECOND)


def _in_order(steps: Iterable[Step]) -> list[Step]:
    """Return the steps by time; those of one instant in an order that does not vary."""
    return sorted(
        steps, key=lambda step: (instant(step.at), RANKS[step.kind], step.rate_mg_per_h or ZERO)
    )


def _flow(steps: Iterable[Step]) -> _Flow:
    flow = _Flow()
    for step in _in_order(steps):
        flow = flow.after(step)
    return flow


def _figure(new: Step) -> Iterator[Refusal]:
    value = new.rate_mg_per_h
    if value is not None and (not value.is_finite() or value <= 0):
        sentence = "Enter a rate above zero. To halt the infusion, pause it."
        yield ImpossibleStep(sentence, about="rate_mg_per_h")
    elif value is None and new.kind in {StepKind.STARTED, StepKind.RATE_CHANGED}:
        yield ImpossibleStep("Enter the rate, in mg per hour.", about="rate_mg_per_h")


def _sequence(known: tuple[Step, ...], flow: _Flow, new: Step) -> Iterator[Refusal]:
    kinds = {step.kind for step in known}
    same = {step.kind for step in known if instant(step.at) == instant(new.at)}
    if new.kind is StepKind.STARTED:
        sentence = "The infusion has been started already." if new.kind in kinds else ""
    elif not flow.is_started:
        sentence = "This is before the start of the infusion."
    elif new.kind is StepKind.STOPPED and new.kind in kinds:
        sentence = "The infusion has been stopped already. Correct its end instead."
    elif flow.is_stopped:
        sentence = "The infusion had been stopped by then."
    elif new.kind in BETWEEN and same & BETWEEN:
        sentence = "Another step of this infusion has this very time. Give this one its own."
    elif new.kind is StepKind.PAUSED and flow.is_paused:
        sentence = "The infusion was paused already at that time."
    elif new.kind is StepKind.RESUMED and not flow.is_paused:
        sentence = "The infusion was not paused at that time."
    else:
        sentence = ""
    if sentence:
        yield ImpossibleStep(sentence, about="observed_at")


def _overtaken(after: list[Step], new: Step) -> Iterator[Caution]:
    """Yield what the step leaves untrue of those after it, which stay as they are."""
    turns = [step.kind for step in after if step.kind in {StepKind.PAUSED, StepKind.RESUMED}]
    if new.kind is StepKind.STOPPED and after:
        sentence = "There are steps after this end of the infusion; they no longer count."
    elif new.kind is StepKind.PAUSED and turns[:1] == [StepKind.PAUSED]:
        sentence = "The next step is a pause too. Record when the infusion was resumed before it."
    elif new.kind is StepKind.RESUMED and turns[:1] == [StepKind.RESUMED]:
        sentence = "The infusion is resumed again after this, without a pause between."
    else:
        return
    yield Caution("step_overtaken", sentence, "observed_at")
