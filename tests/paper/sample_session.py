"""A plausible session: its checks, vitals, steps and events."""

from kapnotes.paper.summary import Check, EventRow, Line, VitalsRow
from tests.paper.sample_told import minute

VITALS = tuple(
    VitalsRow(minute(after), *values, "SA")
    for after, *values in (
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
    minute(-18),
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
    minute(112),
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
    EventRow(minute(24), "24", "Infusion paused", "Nausea", "S. Abebe"),
    EventRow(minute(26), "26", "Infusion resumed", "Now 46.5 mg/h", "S. Abebe"),
)
EVENTS = tuple(
    EventRow(minute(after), str(after), what, words, "J. Kühn")
    for after, what, words in (
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
