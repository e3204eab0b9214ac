"""Questions and lines as the engine hands them to a page: every type, and every trouble with it."""

import json
from dataclasses import replace

from kapnotes.forms.definition import ItemType
from kapnotes.forms.page import Ask, Choice, Tell

LONG = (
    "Describes two weeks of quieter mornings; washing down to about forty minutes on most days. "
    "The week after the third infusion was harder: the old rule about the door came back when "
    "the sister visited.\n\nAgrees that the exposure at the bus stop comes first."
)
HEBREW = (
    "\u05e9\u05dc\u05d5\u05dd \u2014 gr\u00fc\u00df dich \U0001f33f "
    "</textarea><script>alert(1)</script>"
)


def when(name: str, value: str, op: str = "=") -> str:
    """Return one condition as the browser reads it."""
    return json.dumps({"any": False, "when": [{"name": name, "op": op, "value": value}]})


def choices(*labels: str, chosen: str = "") -> tuple[Choice, ...]:
    """Return options whose codes are their labels in lower case."""
    return tuple(Choice(x.lower().replace(" ", "-"), x, x == chosen) for x in labels)


def _row(number: str, *values: str) -> tuple[Ask, ...]:
    time, systolic, comment = values or ("", "", "")
    stem = f"vitals.{number}."
    return (
        Ask("time", f"{stem}time", ItemType.TIME, label="Time", level=3, raw=(time,)),
        Ask(
            "systolic",
            f"{stem}systolic",
            ItemType.INTEGER,
            label="Systolic",
            unit="mmHg",
            level=3,
            raw=(systolic,),
            minimum="40",
            maximum="300",
        ),
        Ask("high", f"{stem}high", ItemType.BOOLEAN, label="Repeated", level=3),
        Ask(
            "comment",
            f"{stem}comment",
            ItemType.TEXT,
            label="What was done",
            level=3,
            raw=(comment,),
            shown=False,
            when=when(f"{stem}high", "true"),
        ),
    )


STATE = Ask(
    "state",
    "state",
    ItemType.GROUP,
    label="State today",
    level=1,
    prefix="1",
    items=(
        Ask(
            "consent",
            "consent",
            ItemType.BOOLEAN,
            label="Consent gone through again",
            help="The signed form may be older; this asks about today.",
            level=2,
            required=True,
        ),
        Ask(
            "consent-why",
            "consent-why",
            ItemType.TEXT,
            label="Why not",
            level=2,
            shown=False,
            when=when("consent", "false"),
        ),
        Ask(
            "mood",
            "mood",
            ItemType.CHOICE,
            label="Mood",
            level=2,
            required=True,
            choices=choices("Even", "Low", "Anxious", "Irritable", chosen="Low"),
            raw=("low",),
            earlier="Anxious",
        ),
        Ask(
            "slept",
            "slept",
            ItemType.STRING,
            label="Sleep",
            level=2,
            earlier="Six hours, woke once",
        ),
        Ask(
            "symptoms",
            "symptoms",
            ItemType.CHOICE,
            label="Since the last visit",
            control="check-box",
            level=2,
            raw=("sleeps-badly", "headache"),
            choices=(
                Choice("sleeps-badly", "Sleeps badly", True),
                Choice("headache", "Headache", True),
                Choice("dissociation", "Feeling unreal for more than an hour on any day", False),
                Choice("none", "None of these", False),
            ),
        ),
        Ask(
            "work",
            "work",
            ItemType.TEXT,
            label="What has changed",
            help="In a few sentences; the patient reads this too.",
            level=2,
            required=True,
            raw=(LONG,),
            max_length=20000,
            earlier=LONG,
            carried=False,
        ),
        Ask(
            "distress",
            "distress",
            ItemType.INTEGER,
            label="Distress now",
            control="slider",
            help="0 is none, 10 the worst imaginable.",
            level=2,
            minimum="0",
            maximum="10",
            raw=("4",),
        ),
    ),
)

FIGURES = Ask(
    "figures",
    "figures",
    ItemType.GROUP,
    label="Figures and times",
    level=1,
    prefix="2",
    items=(
        Ask(
            "weight",
            "weight",
            ItemType.DECIMAL,
            label="Weight",
            unit="kg",
            level=2,
            raw=("72,5",),
            carried=True,
            earlier="72.5 kg",
        ),
        Ask(
            "dose",
            "dose",
            ItemType.QUANTITY,
            label="Dose asked for",
            level=2,
            raw=("0.5",),
            units=(Choice("mg/kg", "mg/kg", True), Choice("mg", "mg", False)),
        ),
        Ask("day", "day", ItemType.DATE, label="Date of birth", level=2, raw=("1984-02-17",)),
        Ask("at", "at", ItemType.TIME, label="Last food", level=2, raw=("06:40",)),
        Ask("seen", "seen", ItemType.DATETIME, label="Seen", level=2, raw=("2026-11-23T09:05",)),
        Ask(
            "escort",
            "escort",
            ItemType.STRING,
            label="Who takes the patient home",
            level=2,
            max_length=200,
            raw=('Ada "Bo" <b>Lind</b>',),
        ),
        Ask(
            "approach",
            "approach",
            ItemType.CHOICE,
            label="Approach",
            level=2,
            choices=choices(
                "Exposure with response prevention",
                "Cognitive therapy",
                "Acceptance and commitment",
                "Supportive",
                "Psychodynamic",
                "Internal family systems",
            ),
        ),
        Ask(
            "music",
            "music",
            ItemType.OPEN_CHOICE,
            label="Music",
            level=2,
            choices=choices("Own list", "The practice's list", "Silence"),
            other="Rain, from the window",
        ),
        Ask(
            "note",
            "note",
            ItemType.DISPLAY,
            label="Driving is not allowed until the next morning.",
            level=2,
        ),
    ),
)

VITALS = Ask(
    "measures",
    "measures",
    ItemType.GROUP,
    label="Measured today",
    level=1,
    prefix="3",
    items=(
        Ask(
            "vitals",
            "vitals",
            ItemType.GROUP,
            label="Vitals before the dose",
            control="gtable",
            help="One row for each reading.",
            level=2,
            rows=(_row("0", "09:10", "138", ""), _row("3", "09:25", "131", ""), _row("4")),
            blank_row=_row("__n__"),
        ),
        Ask(
            "steps",
            "steps",
            ItemType.GROUP,
            label="Exposure",
            level=2,
            items=(
                Ask(
                    "hierarchy",
                    "hierarchy",
                    ItemType.STRING,
                    label="Step of the hierarchy",
                    level=3,
                    raw=("Bus stop, no wipes",),
                ),
                Ask("minutes", "minutes", ItemType.INTEGER, label="Minutes", level=3, unit="min"),
            ),
        ),
    ),
)

WRONG = Ask(
    "wrong",
    "wrong",
    ItemType.GROUP,
    label="What could not be read",
    level=1,
    items=(
        Ask(
            "w-boolean",
            "w-boolean",
            ItemType.BOOLEAN,
            label="Escort present",
            level=2,
            error="Choose yes or no.",
        ),
        Ask(
            "w-integer",
            "w-integer",
            ItemType.INTEGER,
            label="Heart rate",
            unit="/min",
            help="Counted over a full minute where it is irregular.",
            level=2,
            raw=("seventy",),
            error="Write a whole number, such as 72.",
        ),
        Ask(
            "w-date",
            "w-date",
            ItemType.DATE,
            label="Weighed on",
            level=2,
            raw=("31.2.2026",),
            error="Write a day that exists, such as 2026-11-23.",
        ),
        Ask(
            "w-moment",
            "w-moment",
            ItemType.DATETIME,
            label="Dose started",
            level=2,
            raw=("yesterday",),
            error="Write a day and a time.",
        ),
        Ask(
            "w-quantity",
            "w-quantity",
            ItemType.QUANTITY,
            label="Drawn up",
            level=2,
            raw=("NaN",),
            units=(Choice("mg", "mg", True),),
            error="Write a number, such as 36.5.",
        ),
        Ask(
            "w-choice",
            "w-choice",
            ItemType.CHOICE,
            label="Route",
            level=2,
            choices=choices("IV", "IM", "Sublingual"),
            error="Choose one of the list.",
        ),
        Ask(
            "w-text",
            "w-text",
            ItemType.TEXT,
            label="In the patient's words",
            level=2,
            raw=("\n" + HEBREW,),
            max_length=60,
            error="This is longer than 60 characters.",
        ),
        Ask(
            "w-slider",
            "w-slider",
            ItemType.INTEGER,
            label="Nausea",
            control="slider",
            level=2,
            minimum="0",
            maximum="10",
            raw=("11",),
            error="Write a whole number from 0 to 10.",
        ),
    ),
)

ASKS = (STATE, FIGURES, VITALS)
LABELS = {item.name: item.label for item in WRONG.items}
ERRORS = {item.name: item.error for item in WRONG.items}


def answered(name: str, text: str) -> tuple[Ask, ...]:
    """Return the questions with one text answered otherwise, as somebody else left them."""
    return tuple(
        replace(
            group,
            items=tuple(
                replace(item, raw=(text,)) if item.name == name else item for item in group.items
            ),
        )
        for group in ASKS
    )


def line(label: str, value: str, kind: str = "line", **more: object) -> Tell:
    """Return one line of a note; its type is that of its kind."""
    kinds = {"text": ItemType.TEXT, "list": ItemType.CHOICE}
    told = Tell(label.lower(), kinds.get(kind, ItemType.STRING), label, 2, "", kind, value)
    return replace(told, **more)


TELLS = (
    Tell(
        "t-state",
        ItemType.GROUP,
        "State today",
        1,
        "1",
        "section",
        items=(
            line("Consent gone through again", "Yes"),
            line("Mood", "Low", carried=True),
            line("Since the last visit", "", "list", values=("Sleeps badly", "Headache")),
            line("What has changed", LONG, "text"),
            line("In the patient's words", HEBREW, "text"),
            line("Distress now", "", blank=True),
            Tell(
                "t-exposure",
                ItemType.GROUP,
                "Exposure",
                2,
                "",
                "section",
                items=(line("Step of the hierarchy", "Bus stop"), line("Minutes", "35 min")),
            ),
        ),
    ),
    Tell(
        "t-vitals",
        ItemType.GROUP,
        "Vitals before the dose",
        1,
        "2",
        "table",
        columns=("Time", "Blood pressure", "Comment"),
        cells=(("09:10", "138/84 mmHg", ""), ("09:25", "131/80 mmHg", "after ten minutes' rest")),
    ),
)
