"""How a chart is judged by a rubric, what it scores, and what scores say by row.

Met, Partly, Not met and N/A [S: overcomewithus.com]; a weighted score of 100 [S:
mentalhealthforms.com]; that partly is worth half [B]. A person answers; findings of the
documentation checks only suggest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode, CheckLevel
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.rubric import Rubric

TENTH = Decimal("0.1")
PERCENT = 100


class Answer(StrEnum):
    """How a chart stands by one row."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


Answers: TypeAlias = Mapping[str, Answer]
"""The answer by the code of its row."""
ANSWER_WORDS = MappingProxyType(
    {
        Answer.MET: "Met",
        Answer.PARTLY: "Partly",
        Answer.NOT_MET: "Not met",
        Answer.NOT_APPLICABLE: "N/A",
    }
)
WORTH = MappingProxyType(
    {Answer.MET: Decimal(1), Answer.PARTLY: Decimal("0.5"), Answer.NOT_MET: Decimal(0)}
)
"""What an answer is worth of its row's weight; N/A leaves the row out."""
FAILED = frozenset({Answer.PARTLY, Answer.NOT_MET})
"""The answers that can lead to a corrective action."""

_C = CheckCode
ROW_OF: Mapping[CheckCode, str] = MappingProxyType(
    {
        **dict.fromkeys(CheckCode, "session_safety"),
        **dict.fromkeys((_C.NOTE_MISSING, _C.NOTE_LATE), "timeliness"),
        **dict.fromkeys((_C.NOTE_UNSIGNED, _C.COSIGNATURE_LATE), "signature"),
        _C.GOALS_UNLINKED: "goals",
        _C.CONSENT: "consent",
        _C.RISK_WITHOUT_PLAN: "risk",
        _C.TEXT_CLONED: "own_text",
        _C.MEASURE_MISSING: "measures",
        _C.PROCESS_SUSPECTED: "chart_only",
    }
)
"""The row that a documentation check belongs to: what is of no other is of the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a chart scores of 100, to one place; None if no row applies.

    `unanswered` are the rows still open, in their order: until there are none the score is what
    the answers so far come to.
    """

    points: Decimal | None
    unanswered: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether every row is answered."""
        return not self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often a row was answered how, and what that comes to of 100; None if it never applied."""

    met: int = 0
    partly: int = 0
    not_met: int = 0
    not_applicable: int = 0

    @property
    def points(self) -> Decimal | None:
        """The mean worth of its answers, of 100."""
        applied = self.met + self.partly + self.not_met
        worth = self.met * WORTH[Answer.MET] + self.partly * WORTH[Answer.PARTLY]
        return _of_hundred(worth, Decimal(applied))


LONGEST_WORDS = 2000
WITHOUT_WORDS = "Say what is missing: whoever wrote this chart will read it."


def check_given(answer: str, words: str) -> tuple[Answer, str]:
    """Return an answer with its words, read; raise `BadInput` naming `answer` or `words`.

    What is not wholly met needs words: without them nobody knows what to do better.
    """
    if answer not in set(Answer):
        raise BadInput({"answer": "Choose an answer."})
    said = words.strip()
    if len(said) > LONGEST_WORDS:
        raise BadInput({"words": f"Shorten this to {LONGEST_WORDS:,} characters."})
    if Answer(answer) in FAILED and not said:
        raise BadInput({"words": WITHOUT_WORDS})
    return Answer(answer), said


def mean(points: Iterable[Decimal | None]) -> Decimal | None:
    """Return the mean of scores, to one place: each chart counts once; None if none has a score."""
    known = [one for one in points if one is not None]
    if not known:
        return None
    return (sum(known, Decimal(0)) / len(known)).quantize(TENTH, ROUND_HALF_UP)


def check_answers(rubric: Rubric, answers: Answers) -> None:
    """Raise `BadInput` for answers to rows that are not asked."""
    asked = {row.code for row in rubric.shown}
    refuse(dict.fromkeys(sorted(answers.keys() - asked), "This row is not asked."))


def score(rubric: Rubric, answers: Answers) -> Score:
    """Return what a chart scores: rows that are hidden, not answered or N/A weigh nothing."""
    counted = [
        (row.weight, WORTH[answers[row.code]])
        for row in rubric.shown
        if answers.get(row.code) in WORTH
    ]
    whole = Decimal(sum(weight for weight, _ in counted))
    worth = sum((weight * worth for weight, worth in counted), Decimal(0))
    return Score(
        points=_of_hundred(worth, whole),
        unanswered=tuple(row.code for row in rubric.shown if row.code not in answers),
    )


def suggestions(rubric: Rubric, findings: Iterable[CheckFinding]) -> dict[str, Answer]:
    """Return what the checks' findings suggest: never "Met", and nothing for a hint.

    What must be is not met, what should be is partly met. Whoever audits decides.
    """
    asked = {row.code for row in rubric.shown}
    found: dict[str, Answer] = {}
    for finding in findings:
        row = ROW_OF[finding.code]
        if row not in asked or finding.level is CheckLevel.HINT:
            continue
        if finding.level is CheckLevel.MUST:
            found[row] = Answer.NOT_MET
        else:
            found.setdefault(row, Answer.PARTLY)
    return found


def tallies(charts: Iterable[Answers]) -> dict[str, Tally]:
    """Return for each row how it was answered over several charts, by the rows' codes in order."""
    counts: dict[str, dict[Answer, int]] = {}
    for answers in charts:
        for code, answer in answers.items():
            row = counts.setdefault(code, dict.fromkeys(Answer, 0))
            row[answer] += 1
    return {
        code: Tally(**{answer.value: number for answer, number in counts[code].items()})
        for code in sorted(counts)
    }


def _of_hundred(worth: Decimal, whole: Decimal) -> Decimal | None:
    if not whole:
        return None
    return (worth * PERCENT / whole).quantize(TENTH, ROUND_HALF_UP)
