"""The notes of a plausible infusion: signed, co-signed with an addendum, and missing."""

from dataclasses import replace

from kapnotes.paper.summary import AddendumWords, NotePart
from tests.paper.sample_told import (
    EMOJI,
    HEBREW,
    MARKUP,
    blank,
    line,
    section,
    several,
    signed,
    table,
    text,
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
    signatures=(signed(-74),),
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
    signatures=(signed(4), signed(20, "Miriam Østergaard-López")),
    addenda=(
        AddendumWords(
            text="The eyeshade was taken off by the patient at minute 24, not at minute 30 as the "
            "medical record has it.",
            reason="Left out by oversight",
            signature=replace(signed(21), meaning="I wrote this addendum"),
        ),
    ),
)
INTEGRATION = NotePart(
    kind="integration",
    title="Integration note",
    missing="Integration note: not yet written, due 3 Dec 2026.",
)
