"""The practice's own scales: what is kept, what is refused in plain words, and retiring."""

import copy
import json
from typing import Any

import pytest

from kapnotes import db
from kapnotes.actions import measure, measure_view, own_measure
from kapnotes.actions.own_measure import NotImported
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from tests.builders import AT, Small

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"


def question(number: int) -> dict[str, Any]:
    return {
        "linkId": f"a{number}",
        "type": "choice",
        "text": f"Question {number}",
        "required": True,
        "answerOption": [
            {
                "valueCoding": {"code": str(worth), "display": f"{worth}"},
                "extension": [{"url": ORDINAL, "valueDecimal": worth}],
            }
            for worth in range(4)
        ],
    }


SUM = {
    "linkId": "total",
    "type": "decimal",
    "text": "Total",
    "readOnly": True,
    "extension": [
        {
            "url": CALCULATED,
            "valueExpression": {
                "language": "text/fhirpath",
                "expression": f"%resource.descendants().where(linkId.startsWith('a')).answer"
                f".valueCoding.extension.where(url = '{ORDINAL}').valueDecimal"
                ".aggregate($total + $this, 0)",
            },
        }
    ],
}
OWN: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "url": "urn:practice:sleep",
    "version": "1",
    "name": "SleepQuality",
    "title": "Sleep quality",
    "status": "active",
    "item": [question(1), question(2)],
}


def imported(small: Small, **changed: Any) -> str:
    source = json.dumps({**copy.deepcopy(OWN), **changed})
    return own_measure.import_scale(source=source, by=small.administrator, at=AT).key


def record(small: Small, key: str, **raw: str) -> Any:
    saved = measure.record(
        patient_id=small.patient_id,
        key=key,
        raw={name: [value] for name, value in raw.items()},
        observed_at=AT,
        by=small.therapist,
        at=AT,
    )
    return measure_view.open_one(measure_id=saved.measure_id, by=small.therapist, at=AT).row


def test_an_imported_scale_is_taken_like_any_other(small: Small) -> None:
    key = imported(small)
    assert key == "own-sleep-quality"
    found = record(small, key, a1="1", a2="3")
    assert (found.is_complete, found.rule_version, found.band) == (True, "definition", "")
    assert not record(small, key, a1="1").is_complete


def test_its_own_expression_scores_it_and_it_has_no_band(small: Small) -> None:
    key = imported(small, item=[question(1), question(2), SUM])
    whole, half = record(small, key, a1="1", a2="3"), record(small, key, a1="1")
    assert (whole.total, whole.band, half.total, half.is_complete) == (4, "", None, False)


def test_a_retired_scale_is_offered_no_more_and_stays_readable(small: Small) -> None:
    key = imported(small)
    found = record(small, key, a1="1", a2="3")
    [one] = own_measure.look(by=small.administrator, at=AT)
    own_measure.retire(own_measure_id=one.row.id, by=small.administrator, at=AT)
    with pytest.raises(OutOfReach):
        record(small, key, a1="1")
    view = measure_view.open_one(measure_id=found.id, by=small.therapist, at=AT)
    assert (view.title, view.definition.version) == ("Sleep quality", "1")
    [taken] = measure_view.look(patient_id=small.patient_id, by=small.therapist, at=AT).taken
    assert not taken.is_offered


def test_a_change_is_a_further_version_and_the_newest_is_asked(small: Small) -> None:
    key = imported(small)
    with pytest.raises(NotImported, match="wrong"):
        imported(small, title="Sleep, changed")
    imported(small, version="2", title="Sleep, changed")
    with db.current().reading() as session:
        assert own_measure.definition(session, key).title == "Sleep, changed"
        assert own_measure.definition(session, key, "1").title == "Sleep quality"
        with pytest.raises(OutOfReach):
            own_measure.definition(session, key, "3")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "Choose a file"),
        ("{", "not well-formed"),
        ("[]", "in braces"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[" * 50_000, "deep"),
        ('{"a":' * 60 + "1" + "}" * 60, "deep"),
        (json.dumps({**OWN, "title": "x\x00"}), "cannot be kept"),
        (json.dumps({**OWN, "item": []}), ""),
        (json.dumps({**OWN, "item": [{**question(1), "type": "colour"}]}), ""),
        (json.dumps({**OWN, "version": "1" * 21}), "At most 20"),
        (json.dumps({**OWN, "item": [question(1), question(1)]}), "more than once"),
        ("x" * 300_000, "longer than"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(small: Small, source: str, says: str) -> None:
    with pytest.raises(NotImported) as refused:
        own_measure.import_scale(source=source, by=small.administrator, at=AT)
    assert any(says in one.sentence for one in refused.value.problems)
    assert own_measure.look(by=small.administrator, at=AT) == ()


def test_only_the_administrator_imports_and_retires(small: Small) -> None:
    for who in (small.therapist, small.medical, small.supervisor):
        with pytest.raises(NotAllowed):
            own_measure.import_scale(source=json.dumps(OWN), by=who, at=AT)
