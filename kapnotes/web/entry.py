"""A record's form on a page: blank, filled from the record, or shown again as it was posted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request

from kapnotes import forms
from kapnotes.actions import entry
from kapnotes.clinic.refusals import BadInput, CautionOpen, ReasonNeeded, Refusal
from kapnotes.forms import Ask, Raw
from kapnotes.library import record_definition
from kapnotes.web.session import me


@dataclass(frozen=True, slots=True)
class Form:
    """What the form template shows. `errors` are those beside fields, by posted name."""

    asks: tuple[Ask, ...]
    errors: dict[str, str] = field(default_factory=dict)
    sentence: str = ""
    cautions: tuple[str, ...] = ()
    reason: str = ""
    reason_error: str = ""


def posted() -> dict[str, list[str]]:
    """The form of this request, to the letter, every value of every name."""
    return request.form.to_dict(flat=False)


def values(noun: str) -> dict[str, Any]:
    """The posted record, read and checked. Raises BadInput."""
    return entry.read(noun, posted(), zone=me().zone)


def reason() -> str:
    """What was written in the form's reason."""
    return request.form.get("_reason", "")


def blank(noun: str, known: Mapping[str, Any] | None = None) -> Form:
    """The form of a new record, with what is known already."""
    raw = entry.to_raw(noun, known or {}, zone=me().zone)
    return Form(_asked(forms.ask(record_definition(noun), raw)))


def again(noun: str, refusal: Refusal) -> Form:
    """The form as it was posted, with what is wrong beside it; nothing that was typed is lost."""
    raw: Raw = posted()
    definition = record_definition(noun)
    names = {ask.name for ask in forms.ask(definition, raw)}
    if isinstance(refusal, BadInput):
        beside = {name: text for name, text in refusal.errors.items() if name in names}
        rest = [text for name, text in refusal.errors.items() if name not in names]
        asks = _asked(forms.ask(definition, raw, errors=beside))
        return Form(asks, beside, " ".join(rest), reason=reason())
    cautions = refusal.cautions if isinstance(refusal, CautionOpen) else ()
    is_about_reason = isinstance(refusal, ReasonNeeded)
    return Form(
        _asked(forms.ask(definition, raw)),
        {},
        "" if is_about_reason else refusal.sentence,
        tuple(caution.sentence for caution in cautions),
        reason(),
        refusal.sentence if is_about_reason and not cautions else "",
    )


def _asked(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """A record has no signing to wait for: what it needs, it needs now, and says so."""
    return tuple(
        replace(ask, required=False, label=f"{ask.label} (needed)") if ask.required else ask
        for ask in asks
    )
