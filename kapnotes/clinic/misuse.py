"""The misuse watch: what was said and seen, when, and whether somebody is to look at it.

Misuse outside the clinic can lead to dependence, so signs are asked about at every integration and
before maintenance. Here is a running picture and, by a practice's rule, a task for the medical
professional and the supervisor: never a verdict. Figures [B], all of them settings; AUDIT-C from 3
is the lower of the two usual cut points, so that nobody is overlooked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.instant import instant

SIGNS = MappingProxyType(
    {
        "craving": "Craving for ketamine",
        "early": "Asks for doses early, more or higher",
        "outside": "Ketamine from elsewhere",
        "hiding": "Hides or plays down use",
        "tolerance": "Needs more for the same effect",
        "other-substances": "More alcohol or other substances",
        "neglect": "Neglects work, people or health for it",
    }
)
"""The signs that the integration note asks about; its `none` is the answer that there were none."""
NONE = "none"
CONCERNS = ("none", "low", "moderate", "high")
"""How the integration note words the concern, which is a clinician's and not worked out here."""
BOUNDS = MappingProxyType(
    {"craving_from": (1, 10), "audit_c_from": (1, 12), "signals": (1, 20), "within_days": (1, 730)}
)


class EventKind(StrEnum):
    """What is noted between the sessions."""

    MORE = "more"
    SOONER = "sooner"
    LOST = "lost"


EVENT_WORDS = MappingProxyType(
    {
        EventKind.MORE: "Asked for a higher dose, or for more",
        EventKind.SOONER: "Asked for the next dose sooner",
        EventKind.LOST: "Reported medicine as lost",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The answers of one integration. Signs are codes of the note; empty is "not asked"."""

    at: datetime
    signs: frozenset[str] = frozenset()
    craving: int | None = None
    concern: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A request or a loss, noted when it came."""

    at: datetime
    kind: EventKind
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditC:
    """The total of an AUDIT-C, 0 to 12; an incomplete one is none."""

    at: datetime
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MisuseFacts:
    """All that is known, in any order."""

    asked: tuple[Asked, ...] = ()
    events: tuple[Event, ...] = ()
    audits: tuple[AuditC, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MisuseRule:
    """When a practice has somebody look: one signal of `at_once`, or several within some days.

    `at_once` holds signs, kinds of events, `audit-c`, and `concern` for a moderate or high one.
    """

    at_once: frozenset[str] = frozenset({"outside", "hiding", "lost", "concern"})
    signals: int = 2
    within_days: int = 90
    craving_from: int = 5
    audit_c_from: int = 3

    def __post_init__(self) -> None:
        """Raise `BadInput` for a signal that is not known, or figures that cannot be meant."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        if self.at_once - frozenset(signals()):
            errors["at_once"] = "Choose from what is listed."
        refuse(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that was said or seen. `words` are those written with it."""

    at: datetime
    code: str
    sentence: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The running picture, newest first. `why` says what raised the task: empty, there is none.

    `asked_at` is when the question was last asked, None if it never was.
    """

    signals: tuple[Signal, ...]
    asked_at: datetime | None
    why: tuple[str, ...]

    @property
    def raises_task(self) -> bool:
        """Whether the medical professional and the supervisor are to look at it."""
        return bool(self.why)


def signals() -> tuple[str, ...]:
    """Return the names that `MisuseRule.at_once` may hold, in their order."""
    return (*SIGNS, *EventKind, "audit-c", "concern")


def picture(
    facts: MisuseFacts,
    rule: MisuseRule | None = None,
    *,
    at: datetime,
    looked_at: datetime | None = None,
) -> Picture:
    """Return what was said when, up to `at`, and whether it raises a task.

    What stood already when the task was last `looked_at` raises none again.
    """
    rule = rule or DEFAULT_RULE
    now = instant(at)
    found = sorted(
        (signal for signal in _signals(facts, rule) if instant(signal.at) <= now),
        key=lambda signal: instant(signal.at),
        reverse=True,
    )
    asked = [instant(one.at) for one in facts.asked if one.signs and instant(one.at) <= now]
    return Picture(
        signals=tuple(found),
        asked_at=max(asked, default=None),
        why=_why(found, rule, now, looked_at),
    )


def is_asked(facts: MisuseFacts, *, since: datetime, until: datetime) -> bool:
    """Say whether the question was asked in that time, both ends included."""
    ends = instant(since), instant(until)
    return any(one.signs and ends[0] <= instant(one.at) <= ends[1] for one in facts.asked)


def _why(
    found: Iterable[Signal], rule: MisuseRule, now: datetime, looked_at: datetime | None
) -> tuple[str, ...]:
    new = [one for one in found if looked_at is None or instant(one.at) > instant(looked_at)]
    at_once = tuple(one.sentence for one in new if one.code in rule.at_once)
    since = now - timedelta(days=rule.within_days)
    recent = [one for one in new if instant(one.at) >= since]
    if len(recent) < rule.signals:
        return at_once
    many = f"{_count(len(recent), 'signal')} in {_count(rule.within_days, 'day')}."
    return (*at_once, many)


def _signals(facts: MisuseFacts, rule: MisuseRule) -> Iterator[Signal]:
    for one in facts.asked:
        yield from _answers(one, rule)
    for event in facts.events:
        sentence = f"{EVENT_WORDS[event.kind]}."
        yield Signal(at=event.at, code=event.kind, sentence=sentence, words=event.words)
    for audit in facts.audits:
        if audit.total >= rule.audit_c_from:
            yield Signal(at=audit.at, code="audit-c", sentence=f"AUDIT-C {audit.total} of 12.")


def _answers(one: Asked, rule: MisuseRule) -> Iterator[Signal]:
    """Return the signs in their order, then in the person's own words, and what was rated."""
    is_rated = one.craving is not None and one.craving >= rule.craving_from
    rated = f", {one.craving} of 10" if one.craving is not None else ""
    signs = one.signs - {NONE} | ({"craving"} if is_rated else set())
    for code in (*SIGNS, *sorted(signs - SIGNS.keys())):
        if code in signs:
            sentence = f"{SIGNS.get(code, code)}{rated if code == 'craving' else ''}."
            key = code if code in SIGNS else "own-words"
            yield Signal(at=one.at, code=key, sentence=sentence, words=one.words)
    if one.concern in {"moderate", "high"}:
        sentence = f"The clinician's concern: {one.concern}."
        yield Signal(at=one.at, code="concern", sentence=sentence, words=one.words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


DEFAULT_RULE = MisuseRule()
