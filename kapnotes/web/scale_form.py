"""A scale's form on a page, for a clinician and for a patient."""

from dataclasses import replace

from kapnotes.forms import Ask, Definition


def plainly(definition: Definition, asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The questions alone: what they come to is shown once they are kept.

    A scale has no signing to wait for, so a blank of it is said, and never refused.
    """
    return tuple(
        replace(ask, required=False, items=plainly(definition, ask.items))
        for ask in asks
        if not definition.index[ask.link_id].calculated
    )


def for_patient(definition: Definition, asks: tuple[Ask, ...], *, is_own: bool) -> tuple[Ask, ...]:
    """The same for a patient: what stands over the parts of a built-in scale is for clinicians."""
    plain = plainly(definition, asks)
    return plain if is_own else tuple(replace(ask, help="") for ask in plain)
