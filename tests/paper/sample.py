"""A rich and plausible infusion summary, in our own words, with every part that can be there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kapnotes.paper.score import ScorePoint, ScoreRow, Scores, ScoreTrend
from kapnotes.paper.summary import (
    AdverseRow,
    CourseFacts,
    DoseRow,
    Glance,
    InfusionSummary,
    Letterhead,
    PatientIdentity,
)
from tests.paper.sample_notes import DOSING, INTEGRATION, PREPARATION
from tests.paper.sample_session import ARRIVAL, DISCHARGE, EVENTS, STEPS, VITALS
from tests.paper.sample_told import MADE_AT, START, minute, section, text

SAMPLE = InfusionSummary(
    letterhead=Letterhead(
        "Praxis am Kanal, ketamine-assisted psychotherapy",
        ("Uferstraße 12, 10999 Berlin", "Telephone +49 30 555 0100"),
    ),
    patient=PatientIdentity(
        name="Müller-Świątek, Aïcha",
        birth_date=date(1991, 3, 4),
        record_number="KN-1042",
        pronouns="she/her",
        allergies="Penicillin (rash)",
    ),
    course=CourseFacts(
        on=date(2026, 11, 23),
        infusion=3,
        infusions=6,
        phase="Induction",
        route="IV",
        indication="Obsessive-compulsive disorder, treatment-resistant",
        diagnosis="F42.2",
        protocol="Induction of six, 0.5 mg/kg over 40 min",
        goals="Lunch with colleagues once a week; washing under 30 minutes a day.",
        state="Completed",
    ),
    made_at=MADE_AT,
    glance=Glance(
        dose="Racemic ketamine 31 mg IV (0.5 mg/kg) over 40 min, complete.",
        reaction="Brief nausea and a transient BP of 148/92; both resolved without medicine.",
        risk="Low. No ideation before or after. Safety plan unchanged.",
        plan="Infusion 4 on 27 Nov at the same dose; ERP homework: door handles.",
    ),
    doses=(
        DoseRow(
            started_at=START,
            stopped_at=minute(40),
            drug="Ketamine, racemic",
            route="IV",
            mg=Decimal("31.0"),
            mg_per_kg=Decimal("0.50"),
            planned_mg_per_kg=Decimal("0.5"),
            rate_mg_per_h=Decimal("46.5"),
            concentration_mg_per_ml=Decimal(10),
            lot="K7731-B",
            weight_kg=Decimal("62.0"),
            weighed_on=date(2026, 11, 23),
            drawn_mg=Decimal(50),
            wasted_mg=Decimal(19),
            wasted_by="S. Abebe, RN",
            witnessed_by="Dr T. Vogel",
            changes="Paused from 14:29 to 14:31 for nausea, then continued at the same rate.",
            given_by="Dr T. Vogel",
            how="left forearm, 22 G",
            steps=STEPS,
        ),
    ),
    arrival=ARRIVAL,
    vitals=VITALS,
    schedule=(
        "In time: 6 of 7 readings of the schedule.",
        "75 min: taken 9 minutes late, at 15:29.",
    ),
    events=EVENTS,
    discharge=DISCHARGE,
    adverse=(
        AdverseRow(
            minute(24),
            "Nausea",
            "mild",
            is_serious=False,
            action="Infusion paused for two minutes, head raised",
            outcome="resolved",
            resolved_at=minute(40),
        ),
        AdverseRow(
            minute(26),
            "Raised blood pressure",
            "moderate",
            is_serious=False,
            action="Observed every five minutes; no medicine needed",
            outcome="resolved",
            resolved_at=minute(60),
            words="148/92 once, without symptoms",
        ),
    ),
    notes=(PREPARATION, DOSING, INTEGRATION),
    scales=Scores(
        rows=(
            ScoreRow(
                "Y-BOCS",
                date(2026, 11, 23),
                Decimal(19),
                Decimal(40),
                "moderate",
                Decimal(31),
                Decimal(-12),
                "Response (39% better)",
            ),
            ScoreRow(
                "PHQ-9",
                date(2026, 11, 23),
                Decimal(9),
                Decimal(27),
                "mild",
                Decimal(16),
                Decimal(-7),
                "Change of 5 or more",
            ),
            ScoreRow(
                "GAD-7",
                date(2026, 11, 23),
                None,
                Decimal(21),
                "",
                Decimal(14),
                None,
                "Two items unanswered",
            ),
            ScoreRow(
                "CADSS-6",
                date(2026, 11, 23),
                Decimal(0),
                Decimal(24),
                "back to baseline",
                Decimal(0),
                Decimal(0),
                "At discharge",
            ),
        ),
        trends=(
            ScoreTrend(
                "Y-BOCS",
                (
                    ScorePoint("Base", date(2026, 11, 9), Decimal(31)),
                    ScorePoint("1", date(2026, 11, 16), Decimal(27)),
                    ScorePoint("2", date(2026, 11, 19), Decimal(22)),
                    ScorePoint("3", date(2026, 11, 23), Decimal(19)),
                ),
                highest=Decimal(40),
                mark=Decimal(20),
                mark_label="response at 20 or less",
            ),
            ScoreTrend(
                "PHQ-9",
                (
                    ScorePoint("Base", date(2026, 11, 9), Decimal(16)),
                    ScorePoint("1", date(2026, 11, 16), Decimal(13)),
                    ScorePoint("2", date(2026, 11, 19), Decimal(11)),
                    ScorePoint("3", date(2026, 11, 23), Decimal(9)),
                ),
                highest=Decimal(27),
                mark=Decimal(4),
                mark_label="remission below 5",
            ),
        ),
    ),
)
DRAFT = replace(SAMPLE, draft=True, draft_reason="The integration note is not yet written.")
SIGNED = replace(SAMPLE, notes=(PREPARATION, DOSING))
LONGEST_NOTE = 20_000
"""Characters in the longest text that a note can hold."""


def with_text(value: str, *, times: int = 1) -> InfusionSummary:
    """The sample with that text as the only content of one note, so many times."""
    told = tuple(text(f"Text {number}", value) for number in range(times))
    return replace(SAMPLE, notes=(replace(PREPARATION, tells=(section("Long", *told),)),))
