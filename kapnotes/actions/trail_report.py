"""Reports of the trail: a search, or who looked at one record, as CSV or as a sealed PDF.

Each carries the signed head of the trail, so that it can be held against the trail later. What is
left out for its length is said in the report.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from json import dumps
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.attempt import Workshop
from kapnotes.actions.report import Report, printed
from kapnotes.actions.trail import Line, Question, lines_of, name_of, sees_whole
from kapnotes.actions.work import Stamp
from kapnotes.audit.events import Category, Did
from kapnotes.audit.seal import Anchor, signed_head, testimony
from kapnotes.audit.sentences import SENTENCES
from kapnotes.audit.things import CATEGORY_WORDS, THING_WORDS
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.db import Session
from kapnotes.exchange import csv_table
from kapnotes.exchange.csv_table import Cell
from kapnotes.paper import words
from kapnotes.paper.about import identity_of
from kapnotes.paper.letterhead import letterhead_of, paper_of
from kapnotes.paper.trail_sheet import OF_A_RECORD, OF_A_SEARCH, TrailSheet, draw_trail
from kapnotes.records import letterhead, patient, person, trail
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice, the_practice

MOST_ROWS = 50_000
"""How many entries a table holds."""
MOST_PRINTED = 1_000
"""How many entries are printed."""
HEAD = ("entry", "at", "who", "role", "what", "kind", "outcome", "record_number")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about, its words, and the head of the trail when it was asked for."""

    question: Question
    about: Patient | None
    facts: tuple[tuple[str, str], ...]
    head: Anchor
    practice: Practice


def as_table(
    *, question: Question, is_record: bool = False, by: Actor, at: datetime
) -> Iterator[str]:
    """The entries as CSV, piece by piece, at most `MOST_ROWS`; its end tells the signed head.

    It is refused before the first piece, or not at all.
    """
    asked = ask(question=question, is_record=is_record, form="csv", by=by, at=at)
    return _table(asked, by=by, at=at)


def _table(asked: Asked, *, by: Actor, at: datetime) -> Iterator[str]:
    zone = ZoneInfo(asked.practice.zone)
    yield csv_table.begin(HEAD)
    written, is_whole = 0, True
    for some, is_all in _pages(asked, most=MOST_ROWS, by=by, at=at):
        written += len(some)
        is_whole = is_all
        yield csv_table.lines(_row(one, zone) for one in some)
    yield "\r\n"
    yield csv_table.lines(_ending(asked.head, written, is_whole=is_whole))


def _row(one: Line, zone: ZoneInfo) -> tuple[Cell, ...]:
    at = one.at.astimezone(zone).isoformat(timespec="seconds")
    kind = CATEGORY_WORDS[Category(one.category)]
    outcome = "refused" if one.is_refused else "done"
    return one.position, at, one.who, one.role, one.did, kind, outcome, one.record_number


def _ending(head: Anchor, written: int, *, is_whole: bool) -> Iterator[tuple[Cell, ...]]:
    yield "entries in this table", written
    if not is_whole:
        yield (f"There are older entries: a table holds {MOST_ROWS:,}. Search a shorter time.",)
    yield from _proof(head)
    yield "signed", head.text().decode()
    yield "signature", head.signature
    yield "testimony", testimony(db.current().ring, head).decode().replace("\n", "")


def _proof(head: Anchor) -> tuple[tuple[str, str], ...]:
    return (("entries in the trail", f"{head.position:,}"), ("hash of the last one", head.hash))


def as_pdf(
    *, question: Question, is_record: bool = False, shop: Workshop, by: Actor, at: datetime
) -> bytes:
    """The entries as a sealed PDF, the newest `MOST_PRINTED`. Raises PrintFailed or SealFailed."""
    asked = ask(question=question, is_record=is_record, form="pdf", by=by, at=at)
    lines: list[Line] = []
    left_out = ""
    for some, is_all in _pages(asked, most=MOST_PRINTED, by=by, at=at):
        lines += some
        if not is_all:
            left_out = f"Only the newest {len(lines):,} entries are printed. The table has more."
    with db.current().reading() as session:
        row = letterhead.newest(session)
    sheet = _sheet(asked, lines, left_out, at=at)
    paper = paper_of(asked.practice, row)
    told = TrailSheet(letterhead=letterhead_of(asked.practice, row), **sheet)  # type: ignore[arg-type] # its own fields
    report = Report(
        practice=asked.practice.name,
        paper=paper,
        title=f"{told.title}: {asked.about.name}" if asked.about else told.title,
        description=told.title,
        content_digest=_digest(lines),
        is_final=True,
        draw=lambda: draw_trail(told, paper=paper),
    )
    stamp = Stamp("not kept", "", asked.head)
    return printed(report, stamp, printer=shop.printer, verify="", by=by, at=at)[0]


def _sheet(
    asked: Asked, lines: Sequence[Line], left_out: str, *, at: datetime
) -> dict[str, object]:
    zone = ZoneInfo(asked.practice.zone)
    today = at.astimezone(zone).date()
    first = lines[-1].at.astimezone(zone).date() if lines else today
    last = lines[0].at.astimezone(zone).date() if lines else today
    return {
        "patient": identity_of(asked.about) if asked.about else None,
        "title": OF_A_RECORD if asked.about else OF_A_SEARCH,
        "period": f"{words.day(first)} to {words.day(last)}",
        "on": today,
        "facts": asked.facts,
        "days": [
            (words.day(on), [_cells(one, zone, is_record=asked.about is not None) for one in some])
            for on, some in groupby(lines, lambda one: one.at.astimezone(zone).date())
        ],
        "left_out": left_out,
        "head": (*_proof(asked.head), ("Signature", asked.head.signature)),
    }


def _cells(one: Line, zone: ZoneInfo, *, is_record: bool) -> tuple[str, ...]:
    who = f"{one.who} ({one.role})" if one.role and one.role != one.who else one.who
    cells = (f"{one.at.astimezone(zone):%H:%M:%S}", who, one.did)
    return cells if is_record else (*cells, one.record_number)


def _digest(lines: Sequence[Line]) -> str:
    told = [[one.position, one.at.isoformat(), one.who, one.did] for one in lines]
    text = dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(b"kapnotes trail report v1\x00" + text.encode()).hexdigest()


@looks(Did.TRAIL_EXPORTED)
def ask(
    deed: Deed, *, question: Question, is_record: bool, form: str, by: Actor, at: datetime
) -> Asked:
    """What a report is to be about, within reach. Raises NotAllowed or OutOfReach."""
    check_role(by, Action.PRINT_SUMMARY if is_record else Action.SEE_TRAIL)
    about = None
    if question.patient_id is not None and not sees_whole(by):
        about = patient.fetch(deed.session, question.patient_id, reach=by.reach(at))
        deed.on(about)
    deed.details["form"] = form
    here = the_practice(deed.session)
    if here is None:
        raise OutOfReach
    facts = () if is_record else tuple(_facts(deed.session, question))
    head = signed_head(deed.session, db.current().ring)
    return Asked(question, about, facts, head, here)


def _facts(session: Session, question: Question) -> Iterator[tuple[str, str]]:
    """What was looked for, in words."""
    if question.person_id is not None:
        yield "Who", name_of(question.person_id, person.named(session, {question.person_id}))
    if question.thing is not None:
        yield "About", THING_WORDS[question.thing]
    if question.category is not None:
        yield "Kind of act", CATEGORY_WORDS[question.category]
    if question.did is not None:
        yield "Exactly what", SENTENCES[question.did]
    if question.outcome is not None:
        yield "Outcome", question.outcome.value
    if question.first is not None:
        yield "From", words.day(question.first)
    if question.last is not None:
        yield "To", words.day(question.last)


def _pages(
    asked: Asked, *, most: int, by: Actor, at: datetime
) -> Iterator[tuple[list[Line], bool]]:
    """Pages of entries, newest first, each read anew within reach, `most` entries in all.

    Beside each stands False once entries are left out. Nothing that came after the report was
    asked for is in it.
    """
    search = asked.question.search(by.zone)
    before: int | None = None
    while most > 0:
        with db.current().reading() as session:
            found = trail.page(
                session, search, reach=by.reach(at), whole=sees_whole(by), before=before
            )
            lines = lines_of(session, found.entries, by=by, at=at)
        known = [one for one in lines if one.position <= asked.head.position]
        before = found.older
        left = len(known) > most or (len(known) == most and before is not None)
        yield known[:most], not left
        most -= len(known)
        if before is None:
            return


def of_record(patient_id: UUID) -> Question:
    """The question of who looked at one record."""
    return Question(patient_id=patient_id)
