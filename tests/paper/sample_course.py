"""A course summary with a bit of everything, as values."""

from datetime import date, datetime
from decimal import Decimal

from kapnotes.paper.course_draw import draw_course
from kapnotes.paper.course_summary import (
    CourseGlance,
    CourseSummary,
    DecisionLine,
    HomeworkLine,
    InfusionLine,
    SignatureLine,
    StepLine,
)
from kapnotes.paper.score import RatingRow, ScorePoint, ScoreRow, Scores, ScoreTrend
from kapnotes.paper.summary import Line, PaperSize
from kapnotes.paper.trend import Dosed
from tests.paper.sample import SAMPLE
from tests.paper.sample_told import HEBREW, MADE_AT, ZONE

POINTS = (
    ScorePoint("Base", date(2026, 11, 9), Decimal(31)),
    ScorePoint("1 d", date(2026, 11, 17), Decimal(27)),
    ScorePoint("3 d", date(2026, 11, 23), Decimal(19)),
)
DOSES = tuple(
    Dosed(number, datetime(2026, 11, day, 14, 5, tzinfo=ZONE))
    for number, day in ((1, 16), (2, 19), (3, 23))
)
COURSE = CourseSummary(
    letterhead=SAMPLE.letterhead,
    patient=SAMPLE.patient,
    title="Course 1",
    on=date(2026, 11, 23),
    made_at=MADE_AT,
    state="Running",
    about=(
        Line("Indication", "Obsessive-compulsive disorder. Treatment-resistant"),
        Line("Diagnosis", "F42.2"),
        Line("Protocol", "Induction of six, 0.5 mg/kg over 40 min"),
        Line("Began", "9 Nov 2026"),
        Line("Goals", HEBREW),
    ),
    glance=CourseGlance(
        "3 infusions given; the induction has 6.",
        "Y-BOCS 31 \u2192 19. Response.",
        "1 adverse event, none serious.",
        "Go ahead as planned (after infusion 2). Risk: low.",
    ),
    infusions=(
        InfusionLine(
            1,
            date(2026, 11, 16),
            "Induction, IV",
            "31 mg (0.5 mg/kg)",
            "40",
            "148/92",
            "97",
            "nausea, mild",
            "120",
        ),
        InfusionLine(
            2, date(2026, 11, 19), "Induction, IV", note="Not signed yet.", is_left_out=True
        ),
        InfusionLine(3, date(2026, 11, 23), "Induction, IV", note="Planned."),
    ),
    adverse=(("1", "14:29", "Nausea", "mild", "Pump paused for two minutes.", "Resolved"),),
    scores=Scores(
        rows=(
            ScoreRow(
                "Y-BOCS",
                date(2026, 11, 23),
                Decimal(19),
                Decimal(40),
                "moderate",
                Decimal(31),
                Decimal(-12),
                "Response (\u221238.7 %)",
                last_change=Decimal(-8),
                since="3 d after dose 3",
                claims="No remission",
            ),
            ScoreRow("GAD-7", date(2026, 11, 23), None, Decimal(21), is_complete=False),
        ),
        trends=(ScoreTrend("Y-BOCS", POINTS, Decimal(40), Decimal(20), "response", DOSES),),
        columns=("Y-BOCS", "GAD-7"),
        rules=("Rule y-bocs 1 (Farris 2013), response from 35 %.",),
        verdict="Y-BOCS 31 \u2192 19.",
    ),
    by_infusion=(
        RatingRow(date(2026, 11, 9), "Baseline", ("31", "")),
        RatingRow(date(2026, 11, 16), "After infusion 1", ("27 (\u22124)", "12")),
    ),
    effects=(("1", "31", "27"),),
    effect_heads=("Infusion", "Before", "1 d after"),
    effects_of="Y-BOCS",
    decisions=(DecisionLine(1, date(2026, 11, 17), "Go ahead as planned", "Well borne.", "Low"),),
    steps=(StepLine("Door handle", 2, "75", "40", "\u221235", "25"),),
    homework=(HomeworkLine("Door handle", date(2026, 11, 17), date(2026, 11, 24), "open"),),
    deviations=("Infusion 1, vital signs: 1 late of 7.",),
    unsigned=("Infusion 2, dosing session note: a draft (Jana K\u00fchn).",),
    signatures=(
        SignatureLine(1, "Preparation note", "Jana K\u00fchn, LMFT, 16 Nov 2026, 10:55 CET"),
        SignatureLine(2, "Dosing session note", "A draft (Jana K\u00fchn).", is_open=True),
    ),
)
COURSE_PAGES = draw_course(COURSE, paper=PaperSize.A4)
