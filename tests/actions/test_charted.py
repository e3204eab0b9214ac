"""The bundle of a document says the same as its pages: from one reading, in the same words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kapnotes import db, forms
from kapnotes.access.actor import Actor
from kapnotes.actions import addendum, infusion, measure, process_note, session, summary
from kapnotes.actions.charted import alerts_of, charted_summary, consents_of
from kapnotes.actions.charted_measure import measures_of
from kapnotes.actions.work import edition_for
from kapnotes.exchange.charted import Charted
from kapnotes.exchange.document import document_bundle
from kapnotes.exchange.share import share
from kapnotes.forms import Coded
from kapnotes.paper.draw import draw
from kapnotes.paper.summary import Edition, InfusionSummary
from kapnotes.paper.words import figure
from kapnotes.records import alert, consent
from kapnotes.records import measure as measures
from kapnotes.records.practice import the_practice
from tests.actions import charted_words as said
from tests.actions.charted_words import rows_of, squeezed, text_of
from tests.builders import AT, DOSE, HERE, PASSWORD, Small, arrive, minute, plan, signed
from tests.exchange.r4b import problems, resources
from tests.whole_session import run_whole_session

CANARY = "canary-of-the-process"
BERLIN = ZoneInfo("Europe/Berlin")
THEMES = "An empty house by the sea"
ODD = "\u00dcber Br\u00fccken \U0001f642 </textarea><script>alert(1)</script> \u05e9\u05dc"

READINGS: tuple[dict[str, Any], ...] = (
    {
        "observed_at": minute(1),
        "systolic": 131,
        "diastolic": 84,
        "respiratory_rate": 13,
        "sedation": 4,
        "distress": 3,
        "nausea": 1,
        "comment": "Calm",
    },
    {"observed_at": minute(40), "heart_rate": 101, "spo2": 96},
)


def told(
    small: Small, infusion_id: UUID | None = None, *, by: Actor | None = None
) -> tuple[InfusionSummary, Charted, dict[str, Any]]:
    """An infusion as its page, its values and its bundle."""
    who = by or small.therapist
    with db.current().reading() as opened:
        about = the_practice(opened)
        assert about is not None
        opened.expunge(about)
        about.zone = BERLIN.key
        gathered = summary.infusion_summary(
            opened,
            infusion_id or small.infusion_id,
            practice=about,
            edition=edition_for(who),
            reach=who.reach(AT),
            at=AT,
        )
    page = gathered.summary
    charted = charted_summary(gathered, page, owner=gathered.infusion.patient, number="A1-F1")
    return page, charted, forms.read_json(document_bundle(charted))


def whole(small: Small) -> UUID:
    """A whole session with its three notes, an addendum, an alert, and a scale taken twice."""
    run_whole_session(small)
    for at, scored in ((-30, 2), (54, 1)):
        raw = {f"q{number}": [str(scored)] for number in range(1, 9)}
        measure.record(
            patient_id=small.patient_id,
            key="phq-9",
            raw={**raw, "q9": ["0"]},
            observed_at=minute(at),
            by=small.therapist,
            at=AT,
        )
    signed(
        small,
        "preparation",
        assessment=ODD,
        interactions=[Coded("lamotrigine")],
        **{"interactions-words": "200 mg"},
    )
    note_id = signed(small, "dosing")
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="Pressure at home 122/78",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    signed(small, "integration", themes=THEMES)
    return small.infusion_id


def by_muscle(small: Small) -> UUID:
    """A second infusion, IM: two doses, a reading with every value and one with two."""
    run_whole_session(small)
    signed(small, "dosing")
    about, by = plan(small.course_id, small.therapist, route="im"), small.medical
    arrive(about, by)
    infusion.start(infusion_id=about, by=by, at=minute(0))
    for at in (0, 20):
        values = {**DOSE, "observed_at": minute(at), "stopped_at": None}
        session.record_dose(
            infusion_id=about, values=values, reason="As planned", by=by, at=minute(at + 1)
        )
    for values in READINGS:
        session.record_vitals(infusion_id=about, values=values, by=by, at=minute(45))
    infusion.complete(infusion_id=about, by=by, at=minute(55))
    return about


@pytest.mark.parametrize("told_of", [whole, by_muscle])
@pytest.mark.parametrize("edition", Edition)
def test_dose_vitals_scores_and_notes_are_those_of_the_page(
    small: Small, told_of: Callable[[Small], UUID], edition: Edition
) -> None:
    about = told_of(small)
    by = small.medical if edition is Edition.MEDICAL else small.therapist
    page, charted, bundle = told(small, about, by=by)
    html = draw(page)
    text, rows = text_of(html), rows_of(html)
    assert problems(bundle) == []

    taken = said.readings(bundle, BERLIN)
    assert len(taken) == len(page.vitals) > 0
    for values in taken:
        assert any(set(values) <= set(row) and row[0] == values[0] for row in rows), values

    given = said.doses(bundle, BERLIN)
    assert len(given) == len(page.doses) > 0
    for values in given:
        assert any(all(squeezed(one) in "".join(row) for one in values) for row in rows), values

    assert len(resources(bundle, "AdverseEvent")) == len(page.adverse)
    for event in resources(bundle, "AdverseEvent"):
        assert squeezed(event["event"]["text"]) in text

    points = {
        (row.scale, one.on.isoformat(), figure(one.total))
        for row in page.scores
        for one in row.points
    }
    assert said.scores(bundle) == points
    for row in page.scores:
        assert any(f"{figure(row.total)}of" in "".join(cells) for cells in rows)

    assert {one["code"]["text"] for one in resources(bundle, "Flag")} == {
        one.sentence for one in page.alerts
    }
    assert page.consent is not None
    assert len(resources(bundle, "Consent")) == bool(page.consent.words)

    read = said.notes(bundle)
    assert read == {one.kind: _fresh(one.tells) for one in page.notes if one.tells}
    [document] = resources(bundle, "Composition")
    for one in page.notes:
        if one.missing:
            assert one.missing in forms.write_json(document)
    assert charted.is_final is not page.draft


def _fresh(tells: tuple[forms.Tell, ...]) -> tuple[forms.Tell, ...]:
    """The same lines, whether or not they were carried over from an earlier note."""
    return tuple(replace(one, carried=False, items=_fresh(one.items)) for one in tells)


def test_the_whole_session_is_in_it(small: Small) -> None:
    whole(small)
    page, _, bundle = told(small)
    [dose] = resources(bundle, "MedicationAdministration")
    steps = [one for one in resources(bundle, "Observation") if "partOf" in one]
    assert [one["code"]["text"] for one in steps] == ["Infusion paused", "Infusion resumed"]
    assert {one["partOf"][0]["reference"] for one in steps} == {f"urn:uuid:{dose['id']}"}
    asked = {
        one["questionnaire"].rpartition(":")[2]: one
        for one in resources(bundle, "QuestionnaireResponse")
    }
    assert asked.keys() == {
        "arrival|1",
        "discharge|1",
        "note-preparation|1",
        "note-dosing|1",
        "addendum|1",
        "note-integration|1",
    }
    assert asked["note-dosing|1"]["status"] == "amended"
    assert asked["note-preparation|1"]["status"] == "completed"
    assert "Pressure at home 122/78" in forms.write_json(asked["addendum|1"])
    document = forms.write_json(resources(bundle, "Composition")[0])
    for sentence in (*page.schedule, page.glance.dose, page.glance.reaction):
        assert sentence in document


def test_times_are_those_of_the_practices_wall(small: Small) -> None:
    whole(small)
    _, _, bundle = told(small)
    arrival = next(
        one
        for one in resources(bundle, "QuestionnaireResponse")
        if one["questionnaire"].endswith("arrival|1")
    )
    [at] = [one["answer"][0] for one in arrival["item"] if one["linkId"] == "observed_at"]
    assert at["valueDateTime"] == "2026-11-23T08:45:00+01:00"
    [procedure] = resources(bundle, "Procedure")
    assert procedure["performedPeriod"]["start"] == "2026-11-23T09:00:00+01:00"


def test_the_medical_edition_has_nothing_of_the_integration_note(small: Small) -> None:
    whole(small)
    _, _, full = told(small)
    _, _, medical = told(small, by=small.medical)
    assert THEMES in forms.write_json(full)
    text = forms.write_json(medical)
    assert THEMES not in text
    assert "questionnaire:note-integration" not in text
    assert "Not part of the medical edition." in text


def test_no_process_note_is_in_any_bundle(small: Small) -> None:
    run_whole_session(small)
    note_id = signed(small, "preparation")
    process_note.save(note_id=note_id, base=0, text=CANARY, by=small.therapist, at=AT)
    for who in (small.therapist, small.medical, small.supervisor):
        _, _, bundle = told(small, by=who)
        assert CANARY not in forms.write_json(bundle)


def test_the_same_record_gives_the_same_bytes(small: Small) -> None:
    whole(small)
    _, first, _ = told(small)
    _, second, _ = told(small)
    assert document_bundle(first) == document_bundle(second)
    parts = [share(one, patient_id=small.patient_id) for one in first.infusions]
    assert document_bundle(replace(second, infusions=()), shares=parts) == document_bundle(first)


def test_what_is_unsigned_is_no_final_document_and_is_not_in_it(small: Small) -> None:
    run_whole_session(small)
    _, charted, bundle = told(small)
    assert not charted.is_final
    [document] = resources(bundle, "Composition")
    assert document["status"] == "preliminary"
    assert said.notes(bundle) == {}


def test_measures_of_a_document_are_those_that_its_page_counts(small: Small) -> None:
    whole(small)
    _, charted, bundle = told(small)
    before, now = [
        one for one in resources(bundle, "Observation") if one["code"].get("text") == "PHQ-9"
    ]
    assert (before["valueQuantity"]["value"], now["valueQuantity"]["value"]) == (16, 8)
    assert now["note"][0]["text"].startswith("-8 since baseline (16): ")
    reach = small.therapist.reach(AT)
    with db.current().reading() as opened:
        rows = measures.of_patient(opened, small.patient_id, reach=reach, answers=True)
        rated = measures_of(opened, rows, zone=BERLIN.key)
    whole_bundle = forms.read_json(document_bundle(replace(charted, measures=rated)))
    assert problems(whole_bundle) == []
    found = [one for one in resources(whole_bundle, "Observation") if one["id"] == now["id"]]
    assert [one["valueQuantity"]["value"] for one in found] == [8]


def test_a_chart_adds_consents_and_alerts(small: Small) -> None:
    whole(small)
    _, charted, _ = told(small)
    reach = small.therapist.reach(AT)
    with db.current().reading() as opened:
        chart = replace(
            charted,
            consents=consents_of(consent.of_patient(opened, small.patient_id, reach=reach)),
            alerts=alerts_of(alert.of_patient(opened, small.patient_id, reach=reach), zone=BERLIN),
        )
    bundle = forms.read_json(document_bundle(chart))
    assert problems(bundle) == []
    [agreed] = resources(bundle, "Consent")
    assert len(agreed["provision"]["code"]) == 12
    [flag] = resources(bundle, "Flag")
    assert "lamotrigine" in flag["code"]["text"]
