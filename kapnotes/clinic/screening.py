"""What the screening of a preparation note leaves standing: alerts, until each is resolved.

Contraindications: psychosis, substance use disorder, blood pressure, and bipolar disorder without a
mood stabiliser (a published intake guide); others [B]. Medicines: benzodiazepine, other hypnotic,
stimulant, MAO inhibitor, opioid (REMS forms); lamotrigine and the rest [B]. An alert is raised by a
note and stays on the patient, whatever later notes say, until somebody resolves it with a reason.
The software shows; a clinician decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class AlertLevel(StrEnum):
    """How much an alert weighs before a dose. Only `know` asks for no reason there."""

    HOLD = "hold"
    WEIGH = "weigh"
    KNOW = "know"


LEVELS = tuple(AlertLevel)
"""The gravest first."""
NONE = "none"

CONTRAINDICATIONS = MappingProxyType(
    {
        "hypertension": "Uncontrolled high blood pressure",
        "heart": "Unstable heart disease, or a recent heart attack",
        "aneurysm": "Aneurysm or vascular malformation",
        "intracranial-pressure": "Raised pressure in the head",
        "eye-pressure": "Raised pressure in the eye",
        "psychosis": "Psychosis, now or before",
        "mania": "Mania or hypomania, now",
        "substance-use": "Active substance use disorder",
        "pregnancy": "Pregnancy, or trying for one",
        "breastfeeding": "Breastfeeding",
        "liver": "Severe liver disease",
        "cystitis": "Cystitis or other bladder disease",
        "thyroid": "Untreated overactive thyroid",
        "airway": "Difficult airway or severe sleep apnoea",
        "seizures": "Uncontrolled seizures",
        "ketamine-reaction": "Earlier serious reaction to ketamine",
    }
)
"""All of them hold a dose, in the note's order."""
INTERACTIONS = MappingProxyType(
    {
        "benzodiazepine": "Benzodiazepine",
        "hypnotic": "Other hypnotic or sedative",
        "opioid": "Opioid",
        "stimulant": "Stimulant",
        "maoi": "MAO inhibitor",
        "lamotrigine": "Lamotrigine",
        "theophylline": "Theophylline or aminophylline",
        "cyp3a4": "Strong CYP3A4 inhibitor or inducer",
    }
)
WEIGHTY = MappingProxyType(
    {
        "maoi": "an MAO inhibitor",
        "stimulant": "a stimulant",
        "opioid": "an opioid",
        "theophylline": "theophylline",
    }
)
"""Medicines that can make a dose dangerous; the others weaken it, or add to drowsiness."""
SUBSTANCES = MappingProxyType(
    {
        "alcohol": "Alcohol",
        "cannabis": "Cannabis",
        "opioids": "Opioids",
        "stimulants": "Stimulants",
        "sedatives": "Sedatives",
        "ketamine": "Ketamine outside of care",
        "hallucinogens": "Hallucinogens",
    }
)
OWN_WORDS = "own-words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that a screening found. `about` is the linkId that it came from.

    `code` is that linkId and the code of the answer: `contraindications.psychosis`.
    """

    code: str
    level: AlertLevel
    sentence: str
    about: str


def alerts(answers: Mapping[str, object]) -> tuple[Alert, ...]:
    """Return what the answers of a preparation note raise, the gravest first.

    Answers are plain: a list of codes, or of a person's own words where the note has room for them.
    A blank raises nothing, and says nothing.
    """
    found = [
        *(
            _alert("contraindications", code, words, AlertLevel.HOLD, "Contraindication")
            for code, words in _ticked(answers, "contraindications", CONTRAINDICATIONS)
        ),
        *(
            _alert("interactions", code, words, _weight(code in WEIGHTY), "Medicine")
            for code, words in _ticked(answers, "interactions", INTERACTIONS)
        ),
        *(
            _alert("misuse-history", code, words, _weight(code == "ketamine"), "Substance use")
            for code, words in _ticked(answers, "misuse-history", SUBSTANCES)
        ),
    ]
    return tuple(sorted(found, key=lambda alert: LEVELS.index(alert.level)))


def _ticked(
    answers: Mapping[str, object], link_id: str, words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return what is ticked with its words, in the note's order; own words come last."""
    value = answers.get(link_id)
    given = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    own = [one.strip() for one in given if one not in words and one != NONE]
    return [
        *((code, text) for code, text in words.items() if code in given),
        *((OWN_WORDS, text) for text in own if text),
    ]


def _alert(link_id: str, code: str, words: str, level: AlertLevel, head: str) -> Alert:
    is_plain = code != OWN_WORDS and words[1].islower()
    said = words[0].lower() + words[1:] if is_plain else words
    return Alert(code=f"{link_id}.{code}", level=level, sentence=f"{head}: {said}.", about=link_id)


def _weight(is_weighty: bool) -> AlertLevel:  # noqa: FBT001 - the claim itself
    return AlertLevel.WEIGH if is_weighty else AlertLevel.KNOW
