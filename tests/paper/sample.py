"""A rich and plausible infusion summary, in our own words, with every part that can be there."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes.forms import ItemType, Tell
from kapnotes.paper.summary import (
    AddendumWords,
    AdverseRow,
    Check,
    CourseFacts,
    DoseRow,
    EventRow,
    Glance,
    InfusionSummary,
    Letterhead,
    Line,
    NotePart,
    PatientIdentity,
    Proof,
    ScorePoint,
    ScoreRow,
    ScoreTrend,
    SignatureWords,
    VitalsRow,
)

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 14, 5, tzinfo=ZONE)
MADE_AT = datetime(2026, 11, 24, 9, 12, tzinfo=ZONE)
HEBREW = "אני מרגישה שלווה, כאילו הדלת נפתחה"
EMOJI = "🌊 and 🙂"
MARKUP = "</textarea><script>alert('x')</script>"


def line(label: str, value: str, *, carried: bool = False) -> Tell:
    return Tell(_id(label), ItemType.STRING, label, 2, "", "line", value, carried=carried)


def text(label: str, value: str) -> Tell:
    return Tell(_id(label), ItemType.TEXT, label, 2, "", "text", value)


def several(label: str, *values: str) -> Tell:
    return Tell(_id(label), ItemType.CHOICE, label, 2, "", "list", values=values)


def blank(label: str) -> Tell:
    return Tell(_id(label), ItemType.STRING, label, 2, "", "line", blank=True)


def table(label: str, columns: tuple[str, ...], *cells: tuple[str, ...]) -> Tell:
    return Tell(_id(label), ItemType.GROUP, label, 2, "", "table", columns=columns, cells=cells)


def section(label: str, *items: Tell, level: int = 1) -> Tell:
    return Tell(_id(label), ItemType.GROUP, label, level, "", "section", items=items)


def _id(label: str) -> str:
    return label.lower().replace(" ", "-")


def _minute(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def _signed(hours: int, who: str = "Jana Kühn") -> SignatureWords:
    if who == "Jana Kühn":
        return SignatureWords(who, "LMFT", "therapist", "I wrote this note", _minute(hours * 60))
    return SignatureWords(
        who, "PsyD", "supervisor", "I reviewed this note and co-sign it", _minute(hours * 60)
    )


VITALS = tuple(
    VitalsRow(_minute(minutes), *values, "SA")
    for minutes, *values in (
        (-15, 122, 78, 74, 99, 14, 5, 3, 0, "Baseline, acceptable"),
        (0, 124, 80, 78, 99, 14, 5, 3, 0, "Start"),
        (10, 136, 86, 84, 98, 14, 5, 2, 0, ""),
        (20, 144, 90, 88, 98, 13, 4, 2, 1, ""),
        (26, 148, 92, 96, 97, 16, 4, 8, 4, "Nausea; pump paused two minutes"),
        (30, 142, 88, 90, 97, 14, 4, 4, 2, ""),
        (40, 138, 86, 84, 97, 13, 4, 2, 1, "Stop"),
        (50, 134, 84, 80, 98, 13, 4, 1, 0, ""),
        (60, 130, 82, 78, 98, 14, 5, 1, 0, ""),
        (75, 126, 80, 76, 99, 14, 5, 1, 0, ""),
        (90, 124, 78, 74, 99, 14, 5, 1, 0, ""),
        (115, 122, 78, 72, 99, 14, 5, 1, 0, "Discharge"),
    )
)
ARRIVAL = Check(
    _minute(-18),
    "S. Abebe",
    (
        Line(
            "Confirmed",
            "identity; consent, again today; fasting; medicines gone through; time-out "
            "(T. Vogel, S. Abebe, J. Kühn)",
        ),
        Line("Not confirmed", "escort home (brother, to be called at 15:00)", is_open=True),
        Line("Last food", "08:30"),
        Line("Last drink", "12:45"),
        Line("Medicines today", "Fluvoxamine 100 mg at 07:00"),
        Line("Weight", "62 kg, 23 Nov 2026"),
        Line("Vitals before the dose", "Acceptable, judged by T. Vogel"),
    ),
)
DISCHARGE = Check(
    _minute(112),
    "T. Vogel",
    (
        Line(
            "Confirmed",
            "vitals near baseline; alert and oriented; walking steadily; nausea controlled; "
            "dissociation settled; suicide risk asked again; a responsible adult present (brother)"
            "; written instructions given; told not to drive",
        ),
        Line("Not recorded", "follow-up booked"),
        Line("Aldrete score", "10 of 10"),
        Line("Left at", "16:05, 120 min after the first dose"),
        Line("Judged by", "T. Vogel"),
    ),
)
STEPS = (
    EventRow(_minute(24), "24", "Infusion paused", "Nausea", "S. Abebe"),
    EventRow(_minute(26), "26", "Infusion resumed", "Now 46.5 mg/h", "S. Abebe"),
)
EVENTS = tuple(
    EventRow(_minute(minute), str(minute), what, words, "J. Kühn")
    for minute, what, words in (
        (8, "Onset", ""),
        (12, "Eyes closed", ""),
        (24, "Tears", "Quiet, hands open"),
        (25, "Touch as agreed", "Hand on shoulder"),
        (26, "What was done", "Reading of 14:31. Pump paused, observed every five minutes"),
        (30, "Music changed", "Softer"),
        (38, "Words", "\u201eEs war still.\u201c"),
        (52, "Water given", ""),
    )
)
PREPARATION = NotePart(
    kind="preparation",
    title="Preparation note",
    state="Signed",
    tells=(
        section(
            "Session",
            line("Date and time", "20 Nov 2026, 10:00 to 10:55"),
            line("Place", "Practice, room 2"),
            several("People present", "Patient", "Therapist"),
            line("Modality", "Individual, in person"),
        ),
        section(
            "Focus and indication",
            text(
                "Focus today",
                "Contamination fears with washing of two to three hours a day; avoids door "
                "handles, the office kitchen and her niece's toys. Wants to be able to eat lunch "
                "with colleagues again. Severity unchanged since the last visit.",
            ),
            line("Severity today", "Severe (Y-BOCS 27)"),
            line("Course of illness", "Since age 19, chronic with two remissions"),
            table(
                "Medicine trials",
                ("Medicine", "Dose", "Weeks", "Response"),
                ("Sertraline", "200 mg", "16", "Partial, lost after 8 months"),
                ("Fluvoxamine", "300 mg", "14", "None"),
                ("Clomipramine", "200 mg", "12", "Partial, stopped for side effects"),
            ),
        ),
        section(
            "Screening",
            several(
                "Contraindications looked for, none found",
                "uncontrolled hypertension",
                "psychosis",
                "mania",
                "active substance use disorder",
                "pregnancy",
                "raised intracranial pressure",
                "severe liver disease",
                "cystitis",
            ),
            line("Benzodiazepine", "No"),
            line("Other sedatives", "No"),
            line("Lamotrigine", "No"),
            line("Misuse of ketamine, ever", "No"),
            blank("Last ECG"),
        ),
        section(
            "Consent and set",
            several(
                "Consent talked through",
                "off-label use",
                "altered state",
                "may stop treatment",
                "driving",
                "fasting",
                "touch",
            ),
            line("Consent form", "Version 3, signed 2 Nov 2026", carried=True),
            text("Intention in her words", "To notice the door without having to close it."),
            text("Hopes and fears, as said", f"{HEBREW}"),
            line("Music and eyeshade", "Both, practice list 2", carried=True),
            line("Touch", "Hand on shoulder if asked for"),
        ),
        section(
            "Readiness",
            line("Escort", "Brother, 0151 555 0142"),
            line("Readiness", "Go"),
            line("Suicide risk screen", "Low; no ideation this month"),
            line("Safety plan", "Reviewed, unchanged"),
        ),
    ),
    signatures=(_signed(-74),),
)
DOSING = NotePart(
    kind="dosing",
    title="Dosing-session note",
    state="Co-signed",
    tells=(
        section(
            "Arrival",
            line("Identity and consent", "Both confirmed"),
            line("Time-out", "13:58, both clinicians"),
            line("Last food", "08:30"),
            line("Last drink", "12:45, water"),
            line("Medicines today", "Fluvoxamine 100 mg"),
            line("Escort", "Confirmed by telephone"),
        ),
        section(
            "The session as lived",
            line("Onset", "About 8 minutes"),
            line("Depth", "Moderate, in contact throughout"),
            text(
                "Course of the session",
                "Settled quickly with breath and music. From minute 10 described floating in warm "
                f"water {EMOJI} and a long corridor with many doors, none of which had to be "
                "checked.\nAt minute 24 a wave of disgust with urge to wash; stayed with it, "
                "hands open on the blanket, without the ritual. Peak 8 of 10, falling to 3 within "
                "six minutes.\n\nQuiet from minute 35; tears, said to be of relief.",
            ),
            text(
                "What the therapist did",
                "Presence, few words. Named the urge as a wave at minute 25. Hand on shoulder on "
                "request from minute 25 to 28, as agreed. Music softened at minute 30.",
            ),
            text("Words at the end", f"\u201eEs war still. Größer als ich.\u201c {MARKUP}"),
        ),
        section(
            "Recovery and discharge",
            line("Aldrete", "10 of 10 at 15:50"),
            line("Oriented, walking, nausea controlled", "Yes, all three"),
            line("Risk checked again", "Low, unchanged"),
            line("Escort present", "Yes, brother"),
            line("Instructions", "Given in writing; no driving until tomorrow"),
            line("Discharged", "16:05"),
        ),
    ),
    signatures=(_signed(4), _signed(20, "Miriam Østergaard-López")),
    addenda=(
        AddendumWords(
            text="The eyeshade was taken off by the patient at minute 24, not at minute 30 as the "
            "medical record has it.",
            reason="Left out by oversight",
            signature=replace(_signed(21), meaning="I wrote this addendum"),
        ),
    ),
)
INTEGRATION = NotePart(
    kind="integration",
    title="Integration note",
    missing="Integration note: not yet written, due 3 Dec 2026.",
)

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
    proof=Proof(
        document_number="KN-2026-000317-2",
        content_digest="4f2a9c1d77e0b35a6c8812f40de99b7351ab0c4e2f6d8890a1b2c3d4e5f60718",
        trail_head="b81e55d0c2f94a7788aa12fe3409cd6711e0be52a9f3746b5d2c1098f7e6a5b4",
    ),
    glance=Glance(
        dose="Racemic ketamine 31 mg IV (0.5 mg/kg) over 40 min, complete.",
        reaction="Brief nausea and a transient BP of 148/92; both resolved without medicine.",
        risk="Low. No ideation before or after. Safety plan unchanged.",
        plan="Infusion 4 on 27 Nov at the same dose; ERP homework: door handles.",
    ),
    doses=(
        DoseRow(
            started_at=START,
            stopped_at=_minute(40),
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
            _minute(24),
            "Nausea",
            "mild",
            action="Infusion paused for two minutes, head raised",
            outcome="resolved",
            resolved_at=_minute(40),
        ),
        AdverseRow(
            _minute(26),
            "Raised blood pressure",
            "moderate",
            action="Observed every five minutes; no medicine needed",
            outcome="resolved",
            resolved_at=_minute(60),
            words="148/92 once, without symptoms",
        ),
    ),
    notes=(PREPARATION, DOSING, INTEGRATION),
    scores=(
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
    replaces="KN-2026-000317-1",
)
DRAFT = replace(
    SAMPLE, draft=True, draft_reason="The integration note is not yet written.", replaces=""
)
SIGNED = replace(SAMPLE, notes=(PREPARATION, DOSING))
LONGEST_NOTE = 20_000
"""Characters in the longest text that a note can hold."""


def with_text(value: str, *, times: int = 1) -> InfusionSummary:
    """The sample with that text as the only content of one note, so many times."""
    told = tuple(text(f"Text {number}", value) for number in range(times))
    return replace(SAMPLE, notes=(replace(PREPARATION, tells=(section("Long", *told),)),))
