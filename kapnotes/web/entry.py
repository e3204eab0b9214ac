"""A record's form on a page: blank, filled from the record, or shown again as it was posted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request

from kapnotes import forms
from kapnotes.actions import entry
from kapnotes.clinic.refusals import BadInput, CautionOpen, ReasonNeeded, Refusal, Stale
from kapnotes.forms import Ask, Raw
from kapnotes.library import record_definition
from kapnotes.web.session import me

NEEDED = " (needed)"
DIGITS = 10
"""More than a record's version can have."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the form template shows. `errors` are those beside fields, by posted name.

    `reason` passes the cautions; `why` says why a row is corrected or struck out.
    """

    asks: tuple[Ask, ...]
    errors: dict[str, str] = field(default_factory=dict)
    sentence: str = ""
    cautions: tuple[str, ...] = ()
    reason: str = ""
    reason_error: str = ""
    why: str = ""
    why_error: str = ""
    version: int | None = None

    @property
    def needed(self) -> frozenset[str]:
        """The names of what the record is not kept without: such an answer is not taken back."""
        return frozenset(ask.name for ask in self.asks if ask.label.endswith(NEEDED))

    @property
    def is_refused(self) -> bool:
        """Whether something stands in the way of saving what was posted."""
        errors = (self.errors, self.cautions, self.sentence, self.reason_error, self.why_error)
        return any(errors)


def posted() -> dict[str, list[str]]:
    """The form of this request, to the letter, every value of every name."""
    return request.form.to_dict(flat=False)


def values(noun: str) -> dict[str, Any]:
    """The posted record, read and checked. Raises BadInput."""
    return entry.read(noun, posted(), zone=me().zone)


def reason() -> str:
    """What was written to pass the cautions."""
    return request.form.get("_reason", "")


def why() -> str:
    """What was written of why a row is corrected or struck out."""
    return request.form.get("_why", "")


def base() -> int | None:
    """The version of the record that the form was opened on; None where the form has none."""
    text = request.form.get("_version")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < DIGITS else -1


def blank(noun: str, known: Mapping[str, Any] | None = None, *, version: int | None = None) -> Form:
    """The form of a new record, or of one in a version, with what is known already."""
    raw = entry.to_raw(noun, known or {}, zone=me().zone)
    return Form(_asked(forms.ask(record_definition(noun), raw)), version=version)


def again(noun: str, refusal: Refusal, *, newest: int | None = None) -> Form:
    """The form as it was posted, with what is wrong beside it; nothing that was typed is lost.

    Who was told that somebody changed the record meanwhile may then save on its `newest` version.
    """
    raw: Raw = posted()
    definition = record_definition(noun)
    names = {ask.name for ask in forms.ask(definition, raw)}
    if isinstance(refusal, BadInput):
        beside = {name: text for name, text in refusal.errors.items() if name in names}
        rest = [text for name, text in refusal.errors.items() if name not in names]
        asks = _asked(forms.ask(definition, raw, errors=beside))
        rest_of_it = " ".join(rest)
        return Form(asks, beside, rest_of_it, reason=reason(), why=why(), version=base())
    cautions = refusal.cautions if isinstance(refusal, CautionOpen) else ()
    is_about_reason = isinstance(refusal, ReasonNeeded)
    beside_reason = refusal.sentence if is_about_reason and not cautions else ""
    is_about_why = refusal.about == "why"
    return Form(
        _asked(forms.ask(definition, raw)),
        {},
        "" if is_about_reason else refusal.sentence,
        tuple(caution.sentence for caution in cautions),
        reason=reason(),
        reason_error="" if is_about_why else beside_reason,
        why=why(),
        why_error=beside_reason if is_about_why else "",
        version=newest if isinstance(refusal, Stale) else base(),
    )


def _asked(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """A record has no signing to wait for: what it needs, it needs now, and says so."""
    return tuple(
        replace(ask, required=False, label=ask.label + NEEDED) if ask.required else ask
        for ask in asks
    )
