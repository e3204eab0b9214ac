"""The doors of chart audits: for each, an audit of the therapist's charts to try it on."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from kapnotes.actions import corrective_action
from kapnotes.clinic.chart_sample import SampleBy
from tests import audited
from tests.audited import chart_ids
from tests.builders import AT
from tests.web.served import Served

Target: TypeAlias = tuple[dict[str, UUID | str | int], dict[str, str]]


def planned(served: Served) -> Target:
    """An audit that is planned, its form posted blank."""
    served.infusion(given=True)
    made = audited.planned(served.small)
    return {"audit_id": made}, {}


def drawn(served: Served) -> Target:
    """An audit with one chart, of which nothing is answered."""
    served.infusion(given=True)
    made = audited.drawn(served.small, by=SampleBy.CHANCE, count=1)
    return {"audit_id": made}, {}


def chart(served: Served) -> Target:
    """A chart of an audit, a row posted without a word on what is not met."""
    ids, _ = drawn(served)
    [one] = chart_ids(served.small, UUID(str(ids["audit_id"])))
    typed = {"goals.answer": "not_met", "goals.words": "", "goals.base": "0"}
    return {**ids, "chart_id": one}, typed


def answered(served: Served) -> Target:
    """An audit with one chart that is answered, so that it can be ended."""
    ids, _ = chart(served)
    audit_id, chart_id = (UUID(str(ids[name])) for name in ("audit_id", "chart_id"))
    audited.answer(served.small, audit_id, chart_id, goals=audited.NOT_MET)
    return ids, {}


def _given(served: Served) -> UUID:
    ids, _ = answered(served)
    audit_id, chart_id = (UUID(str(ids[name])) for name in ("audit_id", "chart_id"))
    return corrective_action.give(
        audit_id=audit_id,
        chart_id=chart_id,
        code="goals",
        what="Name the goal",
        owner_id=served.small.therapist.id,
        due_on=AT.date() + timedelta(days=9),
        by=served.small.supervisor,
        at=AT,
    )


def given(served: Served) -> Target:
    """A corrective action of the therapist."""
    return {"action_id": _given(served)}, {"words": "Named"}


def done(served: Served) -> Target:
    """A corrective action that the therapist closed."""
    made = _given(served)
    corrective_action.close(action_id=made, words="Named", by=served.small.therapist, at=AT)
    return {"action_id": made}, {"words": "It is not"}


AIMS: dict[str, Callable[[Served], Target]] = {
    "/chart-audits/<audit_id>": drawn,
    "/chart-audits/<audit_id>/edit": planned,
    "/chart-audits/<audit_id>/draw": planned,
    "/chart-audits/<audit_id>/drop": planned,
    "/chart-audits/<audit_id>/draw-again": drawn,
    "/chart-audits/<audit_id>/end": answered,
    "/chart-audits/<audit_id>/report.pdf": drawn,
    "/chart-audits/<audit_id>/data.csv": drawn,
    "/chart-audits/<audit_id>/charts/<chart_id>": chart,
    "/chart-audits/<audit_id>/charts/<chart_id>/actions": chart,
    "/corrective-actions/<action_id>": given,
    "/corrective-actions/<action_id>/close": given,
    "/corrective-actions/<action_id>/reopen": done,
    "/corrective-actions/<action_id>/verify": done,
}
