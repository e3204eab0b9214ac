"""The documentation checks in words: which are made, what each rests on, and by which limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.actions.check_view import Beside, Shown
from kapnotes.clinic.check_care import CONSENT, MEASURE
from kapnotes.clinic.check_rule import CHECKS, CheckLevel, CheckRule
from kapnotes.forms import Item
from kapnotes.library import record_definition
from kapnotes.paper.parts import ROUTES, TITLES

LEVEL_WORDS = {
    CheckLevel.MUST: "To put right",
    CheckLevel.SHOULD: "To look at",
    CheckLevel.HINT: "Hint",
}
"""How much a finding weighs, in words. A hint may well be nothing."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check as the page of the setting lists it; `source` is what it rests on."""

    code: str
    title: str
    source: str
    level: str
    level_words: str
    version: str
    is_on: bool


def rows(rule: CheckRule) -> tuple[CheckRow, ...]:
    """Every check with its source, and whether the practice makes it."""
    return tuple(
        CheckRow(
            code.value,
            check.title,
            rests_on(check.source),
            check.level.value,
            LEVEL_WORDS[check.level],
            check.version,
            code not in rule.off,
        )
        for code, check in CHECKS.items()
    )


def sentences(rule: CheckRule) -> Iterator[str]:
    """What the rule says, in a few sentences."""
    off = [check.title for code, check in CHECKS.items() if code in rule.off]
    yield f"{len(CHECKS) - len(off)} of {len(CHECKS)} checks are made."
    if off:
        yield f"Switched off: {'; '.join(off)}."
    days = f"{rule.integration_days} day{'' if rule.integration_days == 1 else 's'}"
    routes = [ROUTES[one] for one in ROUTES if one in rule.drawn_by]
    balance = f" The balance of what is drawn is asked for: {', '.join(routes)}." if routes else ""
    yield (
        f"Integration within {days} of the dose; a safety plan from {_word('plan_from', rule)} "
        f"risk; a dose more than {rule.dose_percent}% off its protocol.{balance}"
    )
    yield (
        f"Vitals ask for an action from {_word('level_from', rule)}, an open adverse event for a "
        f"follow-up from {_word('event_from', rule)} on."
    )
    yield (
        f"Text counts as copied when {rule.clone_percent}% of it, and {rule.clone_words} words, "
        f"stand in an earlier note in runs of {rule.clone_run} words or more."
    )


def _word(name: str, rule: CheckRule) -> str:
    chosen = _shown(record_definition("check_rule").item(name))
    return chosen[getattr(rule, name)].lower()


def _shown(item: Item) -> dict[str, str]:
    return {option.code: option.display for option in item.options}


def words_of(level: str) -> str:
    """A level in words."""
    return LEVEL_WORDS[CheckLevel(level)]


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as a page shows it, with the address of what it is about.

    `beside` are passages of copied text; `earlier` says where they stood and `earlier_href` leads
    there, both "" where that note is not the reader's to see. `place` names what it is on.
    """

    level: str
    title: str
    sentence: str
    source: str
    href: str
    place: str
    beside: tuple[Beside, ...] = ()
    earlier: str = ""
    earlier_href: str = ""
    earlier_at: datetime | None = None


def lines(found: Iterable[Shown]) -> tuple[Line, ...]:
    """Findings as `templates/checks/findings.html` takes them, under the name `checks`."""
    return tuple(map(_line, found))


def _line(one: Shown) -> Line:
    finding, before = one.finding, one.earlier
    return Line(
        finding.level.value,
        finding.title,
        finding.sentence,
        rests_on(finding.source),
        href_of(
            finding.section,
            finding.link_id,
            note_id=one.note_id,
            writes=one.writes,
            infusion_id=one.infusion_id,
            patient_id=one.patient_id,
        ),
        place_of(finding.section, one.note_kind),
        one.beside,
        f"{TITLES[before.kind]}, infusion {before.infusion}, {before.patient} "
        f"({before.record_number})"
        if before
        else "",
        f"/notes/{before.version.note_id}" if before else "",
        before.version.signed_at if before else None,
    )


_PLACES = {
    "consent": "Consent",
    "measure": "Measures",
    "dose": "Dose",
    "vitals": "Vitals",
    "adverse_event": "Adverse events",
    "arrival": "Arrival check",
    "discharge": "Recovery and discharge",
}
"""The records in which a finding stands, in words."""
_ON_PAGE = frozenset({"dose", "vitals", "adverse_event"})
"""Records that have a part of the infusion's page."""


def place_of(section: str, note_kind: str) -> str:
    """What a finding is on, in words: its note, or the record; "" for the infusion itself."""
    return TITLES[note_kind] if note_kind else _PLACES.get(section, "")


def href_of(
    section: str,
    link_id: str,
    *,
    note_id: UUID | None,
    writes: bool,
    infusion_id: UUID,
    patient_id: UUID,
) -> str:
    """Where a finding is to be seen: in the note that is being written, or wherever it stands."""
    if note_id is not None:
        if writes:
            return f"/notes/{note_id}/edit" + (f"#f-{link_id or section}" if section else "")
        return f"/notes/{note_id}" + (f"#t-{section}" if section else "")
    if section == CONSENT:
        return f"/patients/{patient_id}/consents"
    if section == MEASURE:
        return f"/patients/{patient_id}/measures"
    here = f"/infusions/{infusion_id}"
    if section in _ON_PAGE:
        return f"{here}#{section}"
    return f"{here}/session" if section else here


LEVELS: Sequence[tuple[str, str]] = tuple((one.value, words) for one, words in LEVEL_WORDS.items())
"""Each level with its words, the gravest first."""


def rests_on(source: str) -> str:
    """What a check rests on, as a person reads it: the row of a chart review, and where it is from.

    "Row 2 [S: x; B: y]" is "Row 2 of a chart review (x; background: y)".
    """
    row, _, inside = source.partition(" [")
    told = [one.strip() for one in inside.rstrip("]").split(";")]
    named = [one.removeprefix("S: ") for one in told if one.startswith("S: ")]
    own = [one.removeprefix("B: ") for one in told if one.startswith("B: ")]
    words = "; ".join([*named, *(f"background: {one}" for one in own)])
    return f"{row} of a chart review ({words})" if words else f"{row} of a chart review"
