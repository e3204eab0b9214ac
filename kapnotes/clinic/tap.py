"""What can be put down by one tap in a session: the built-in list, and a practice's own.

A code is stored with each event and is for ever; its label is what people read, and a practice
may change it, hide the tap, move it and add its own. Events of the software itself have kinds of
their own that stand in no such list.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Refusal

LONGEST_CODE = 40
LONGEST_LABEL = 40
MOST_SHOWN = 24
MOST = 60
OWN = "own_"
OWN_CODE = re.compile(rf"{OWN}[a-z0-9_]+")
CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
INVISIBLE = "Cf"


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap: the code that is stored, the label that is read, and whether it is offered."""

    code: str
    label: str
    is_shown: bool = True


BUILT_IN = (
    Tap("onset", "Onset"),
    Tap("eyes_open", "Eyes open"),
    Tap("eyes_closed", "Eyes closed"),
    Tap("spoke", "Spoke"),
    Tap("tears", "Tears"),
    Tap("laughter", "Laughter"),
    Tap("nausea", "Nausea"),
    Tap("vomiting", "Vomiting"),
    Tap("restless", "Restless"),
    Tap("music_changed", "Music changed"),
    Tap("touch_as_agreed", "Touch as agreed"),
    Tap("repositioned", "Repositioned"),
    Tap("water_given", "Water given"),
    Tap("blanket_given", "Blanket given"),
    Tap("left_room", "Left room"),
    Tap("came_back", "Came back"),
    Tap("reassured", "Reassured"),
)
WORDS = "words"
DOSE_PAUSED = "dose_paused"
DOSE_RESUMED = "dose_resumed"
RATE_CHANGED = "rate_changed"
LEVEL_ANSWERED = "level_answered"
SYSTEM_KINDS: Mapping[str, str] = MappingProxyType(
    {
        WORDS: "Words",
        DOSE_PAUSED: "Infusion paused",
        DOSE_RESUMED: "Infusion resumed",
        RATE_CHANGED: "Rate changed",
        LEVEL_ANSWERED: "What was done",
    }
)
WITH_RATE = frozenset({DOSE_RESUMED, RATE_CHANGED})
IN_WORDS = frozenset({WORDS, LEVEL_ANSWERED})


class ImpossibleTap(Refusal):
    """What was put down is not of the list, or not of the past."""

    code = "impossible_tap"


class WordsMissing(Refusal):
    """The entry is nothing without words."""

    code = "words_missing"


def check_taps(taps: Iterable[Tap]) -> None:
    """Raise `BadInput` unless a practice can have these taps.

    Errors are named as the rows of a form: `taps.3.label`, `taps.3.code`, or `taps` for the whole.
    """
    listed = tuple(taps)
    errors: dict[str, str] = {}
    labels = {_folded(label) for label in SYSTEM_KINDS.values()}
    codes: set[str] = set()
    for number, tap in enumerate(listed):
        if not is_code(tap.code) or tap.code in codes:
            errors[f"taps.{number}.code"] = "This is no code of a tap, or stands here twice."
        if sentence := _wrong_label(tap.label, labels):
            errors[f"taps.{number}.label"] = sentence
        labels.add(_folded(tap.label))
        codes.add(tap.code)
    if sum(tap.is_shown for tap in listed) > MOST_SHOWN or len(complete(listed)) > MOST:
        errors["taps"] = f"Show at most {MOST_SHOWN} taps, of at most {MOST} in all."
    refuse(errors)


def is_code(code: str) -> bool:
    """Say whether a tap may have that code: a built-in one, or a well-formed one of its own."""
    if code in _LABELS:
        return True
    return len(code) <= LONGEST_CODE and OWN_CODE.fullmatch(code) is not None


def own_code(label: str, taken: Collection[str]) -> str:
    """Return a code for a practice's own tap from its label, unlike those that are taken."""
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "tap"
    code, count = (OWN + slug)[:LONGEST_CODE], 1
    while code in taken:
        count += 1
        ending = f"_{count}"
        code = (OWN + slug)[: LONGEST_CODE - len(ending)] + ending
    return code


def complete(taps: Iterable[Tap], earlier: Iterable[Tap] = ()) -> tuple[Tap, ...]:
    """Return the taps with each that they leave out, built-in or of an earlier list, hidden.

    No tap ever vanishes: what was recorded by it keeps its label.
    """
    listed = tuple(taps)
    codes = {tap.code for tap in listed}
    left_out = {tap.code: tap for tap in (*BUILT_IN, *earlier) if tap.code not in codes}
    return (*listed, *(replace(tap, is_shown=False) for tap in left_out.values()))


def label_of(kind: str, taps: Iterable[Tap] = ()) -> str:
    """Return what people read for the kind of an event, by the practice's list if it is there.

    A kind that stands nowhere is read from its code.
    """
    labels = {**_LABELS, **{tap.code: tap.label for tap in taps}, **SYSTEM_KINDS}
    if kind in labels:
        return labels[kind]
    return kind.removeprefix(OWN).replace("_", " ").strip().capitalize()


def check_event(
    kind: str, words: str, taps: Iterable[Tap], *, at: datetime, values: Mapping[str, Any]
) -> Iterator[Refusal]:
    """Yield what is refused about one event of a session. `at` is now, `values` its entries.

    A hidden tap is taken: it may have been tapped while it was still shown.
    """
    if kind not in SYSTEM_KINDS and kind not in {tap.code for tap in taps}:
        yield ImpossibleTap("This practice has no such tap.", about="kind")
    if instant(values["observed_at"]) > instant(at):
        yield ImpossibleTap("This time is in the future.", about="observed_at")
    if kind in IN_WORDS and not words.strip():
        yield WordsMissing("Write a few words.", about="words")
    if values.get("rate_mg_per_h") is not None and kind not in WITH_RATE:
        yield ImpossibleTap("A rate belongs to an infusion only.", about="rate_mg_per_h")
    if values.get("about_id") is not None and kind != LEVEL_ANSWERED:
        yield ImpossibleTap("Only what was done about a reading names it.", about="about_id")


_LABELS = {tap.code: tap.label for tap in BUILT_IN}


def _wrong_label(label: str, taken: Collection[str]) -> str:
    """Return what is wrong with a label, "" if nothing."""
    has_controls = any(unicodedata.category(letter) in CONTROLS for letter in label)
    is_trimmed = label == label.strip() and len(label) <= LONGEST_LABEL
    if has_controls or not is_trimmed or not _folded(label):
        return f"Enter 1 to {LONGEST_LABEL} characters."
    return "Another entry has this label." if _folded(label) in taken else ""


def _folded(label: str) -> str:
    """Return a label without what a second spelling may change: case, width, spaces."""
    seen = "".join(letter for letter in label if unicodedata.category(letter) != INVISIBLE)
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())
