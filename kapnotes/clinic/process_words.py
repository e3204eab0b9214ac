"""The words by which process content is suspected, by theme: English, and narrow on purpose.

Each is a pattern over text in which every quotation mark is a straight one. Family history, trauma
in summary, and what a patient reports of their day belong in the chart and match nothing here [B].
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ProcessTheme(StrEnum):
    """What the words look like."""

    COUNTERTRANSFERENCE = "countertransference"
    TRANSFERENCE = "transference"
    FANTASY = "fantasy"
    THIRD_PARTY = "third_party"
    INTERPRETATION = "interpretation"
    TRANSCRIPT = "transcript"
    OWN_MEMO = "own_memo"


PATIENT = r"(?:(?:the|this) )?(?:patient|pt|client)\b"
RELATIVE = (
    r"(?:(?:step|grand)?(?:mother|father|mum|mom|dad|parents?|sister|brother|son|daughter)"
    r"|husband|wife|spouse|partner|boyfriend|girlfriend|ex|uncle|aunt|cousin|niece|nephew"
    r"|friend|boss|colleague|neighbou?r|roommate)"
)
SOMEBODY = rf"\b(?:his|her|their|(?:patient|pt|client)'s) (?:\w+ )?{RELATIVE}\b"
FELT = r"(?:felt|feel|was|am|noticed|found myself)"
FEELING = (
    r"(?:angry|irritated|annoyed|bored|sleepy|attracted|protective|maternal|paternal|helpless"
    r"|disgusted|repulsed|seduced|guilty|envious|jealous|tearful|frustrated|anxious|drained"
    r"|pulled|drawn)"
)
ABOUT = r"(?:by|with|towards?|to|of|at|for|about)"
CHARGED = r"(?:sexual|erotic|violent|sadistic|masochistic|revenge|incestuous|murderous)"
FANTASIES = r"(?:ph|f)antas(?:y|ies)"
STRIVING = rf"(?:wish|desire|conflict|motive|{FANTASIES}|hatred|identif|repeat|seek|punish)"
HAVING = r"(?:had|has|having|hid|hides)"
CONFIDED = r"(?:confided|confessed|disclosed|admitted (?:that|having|to (?:him|her|them)))"
SAID = rf"(?:said|told|screamed|shouted|yelled|whispered|wrote|texted|replied|{CONFIDED})"

WORDS: Mapping[ProcessTheme, tuple[str, ...]] = MappingProxyType(
    {
        ProcessTheme.COUNTERTRANSFERENCE: (
            r"\bcounter-?\s?transferen\w+",
            rf"\bI {FELT} (?:feeling |\w+ly )?{FEELING} (?:\w+ ){{0,2}}?{ABOUT} {PATIENT}",
            rf"\bmy own (?:\w+ )?(?:feelings?|reactions?|irritation|attraction) {ABOUT} {PATIENT}",
            rf"\bI found myself \w+ing\b[^.\n]{{0,60}}\b{PATIENT}",
        ),
        ProcessTheme.TRANSFERENCE: (
            r"(?<!counter)(?<!counter[-\s])\btransference\b(?! (?:of|to)\b)",
            rf"\b{PATIENT} (?:sees|experiences|treats|relates to) me as (?:an?|his|her|their)\b",
            r"\bprojective identification\b",
            r"\b(?:re-?)?enact(?:ment|s|ed|ing) (?:of \w+ )?(?:with me|between us|in the room)\b",
        ),
        ProcessTheme.FANTASY: (
            rf"\b{CHARGED} (?:\w+ )?(?:{FANTASIES}|daydreams?)\b",
            rf"\b{FANTASIES} (?:of|about|that|in which|where|involving)\b",
            r"\bfantasi[sz](?:es|ed|ing) (?:of|about|that)\b",
        ),
        ProcessTheme.THIRD_PARTY: (
            rf"{SOMEBODY} (?:\w+ ){{0,3}}?{SAID}\b[^.\n\"]{{0,40}}\"[^\"\n]+\"",
            rf"{SOMEBODY} (?:(?:had|has|later|once) )?{CONFIDED}\b",
            rf"{SOMEBODY} (?:\w+ ){{0,2}}?{HAVING} (?:an? )?(?:secret )?(?:affairs?|abortion)\b",
            rf"{SOMEBODY} (?:is|was|has been) (?:secretly|unfaithful|cheating)\b",
        ),
        ProcessTheme.INTERPRETATION: (
            rf"\bunconscious(?:ly)? (?:\w+ ){{0,2}}?{STRIVING}\w*",
            r"\b(?:pre-?)?oedipal\b",
            r"\bprimal scene\b",
            r"\bI interpreted (?:his|her|their|the (?:patient|client)'s)\b",
        ),
        ProcessTheme.OWN_MEMO: (
            r"\bnote to self\b",
            r"\b(?:not for|keep (?:this |it )?out of|leave (?:this |it )?out of) the chart\b",
            r"\b(?:bring|take|raise) (?:(?:this|it|that) )?(?:to|in) (?:my )?supervision\b",
            r"\b(?:bring|take) (?:(?:this|it|that) )?to my own therapy\b",
        ),
    }
)
PATTERNS: Mapping[ProcessTheme, re.Pattern[str]] = MappingProxyType(
    {
        theme: re.compile("|".join(words).replace(" ", r"\s+"), re.IGNORECASE)
        for theme, words in WORDS.items()
    }
)
DENIED = re.compile(
    r"\b(?:no|not|denies|denied|without|never|neither|nor|negative for)\b[^.;:\n]{0,40}$",
    re.IGNORECASE,
)
"""What stands before words that are denied: at most so much, and in the same sentence."""
QUOTATION = re.compile(r"\"[^\"]+\"")
TURN = re.compile(
    r"^[ \t]*(?P<who>therapist|th|t|me|patient|pt|p|client)[ \t]*[:-][ \t]*(?P<said>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
SPEAKERS = MappingProxyType(
    {
        **dict.fromkeys(("therapist", "th", "t", "me"), "therapist"),
        **dict.fromkeys(("patient", "pt", "p", "client"), "patient"),
    }
)
QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u201f\u00ab\u00bb", '\'\'""""""')
"""Every way of writing a quotation mark, to the straight one of the same length."""
