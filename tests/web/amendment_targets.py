"""The doors of amendments: for each, a request of the therapist's patient to try it on."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from kapnotes.actions.amendment_answer import Answer, deny, disagree
from tests.asked import WORDS, ask_for
from tests.builders import AT
from tests.web.served import Served

Target: TypeAlias = tuple[dict[str, UUID | str | int], dict[str, str]]


def waits(served: Served) -> Target:
    """A request about the record that waits for its answer, nothing typed."""
    made = ask_for(served.small)
    return {"patient_id": served.small.patient_id, "amendment_id": made}, {}


def answered(served: Served) -> Target:
    """The same, with all that an answer needs."""
    return waits(served)[0], {"words": WORDS, "basis": "accurate"}


def extended(served: Served) -> Target:
    """An answer, by the move of the address."""
    ids, form = answered(served)
    return {**ids, "move": "extend"}, form


def denied(served: Served) -> Target:
    """A request that was denied, and what the patient says to it."""
    ids, form = answered(served)
    about = {name: UUID(str(value)) for name, value in ids.items()}
    answer = Answer("It is accurate", "accurate")
    deny(
        patient_id=about["patient_id"],
        amendment_id=about["amendment_id"],
        answer=answer,
        by=served.small.therapist,
        at=AT,
    )
    return ids, form


def disagreed(served: Served) -> Target:
    """A request that was denied, with the statement of disagreement."""
    ids, form = denied(served)
    about = {name: UUID(str(value)) for name, value in ids.items()}
    disagree(
        patient_id=about["patient_id"],
        amendment_id=about["amendment_id"],
        answer=Answer("It is not"),
        by=served.small.therapist,
        at=AT,
    )
    return {**ids, "move": "rebut"}, form


FIRST = "/patients/<patient_id>/amendments/<amendment_id>"
AIMS: dict[str, Callable[[Served], Target]] = {
    FIRST: waits,
    f"{FIRST}/<move>": extended,
    f"{FIRST}/disagree": denied,
}
