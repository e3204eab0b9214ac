"""A document as a Bundle: whole, valid, the same bytes each time, coded where codes are known."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes import forms
from kapnotes.clinic.document import DocumentKind
from kapnotes.exchange.coding import LOINC
from kapnotes.exchange.document import document_bundle
from kapnotes.exchange.narrative import fit
from kapnotes.exchange.share import share
from tests.exchange.r4b import coded, problems, resources
from tests.exchange.sample import (
    CHARTED,
    COURSE,
    DOSE,
    DOSING,
    INFUSION,
    MISSING,
    PATIENT,
    RATED,
    key,
    note,
    with_infusion,
    with_text,
)

TROUBLE = "\x00\x0b\x1b\x85\u202e0.5\u202c \u2066x\u2069 \ud800 \ufffe <b>&amp;]]></div> \u2028"


def test_it_is_a_document_of_r4b(bundle: dict[str, Any]) -> None:
    assert problems(bundle) == []


def test_the_same_values_give_the_same_bytes() -> None:
    again = replace(CHARTED, infusions=tuple(CHARTED.infusions))
    assert document_bundle(CHARTED) == document_bundle(again)


def test_it_says_what_it_is_of_whom_by_whom_and_what_it_replaces(bundle: dict[str, Any]) -> None:
    [first] = resources(bundle, "Composition")
    assert coded(first["type"], LOINC) == ["28570-0"]
    assert first["status"] == "final"
    assert first["date"] == bundle["timestamp"] == "2026-11-24T09:12:00+01:00"
    assert first["identifier"]["value"] == bundle["identifier"]["value"] == CHARTED.number
    assert first["subject"]["display"] == PATIENT.name
    assert [one["display"] for one in first["author"]] == ["Thea K\u00fchn, LMFT"]
    assert first["custodian"]["display"] == "Praxis am Kanal"
    [replaced] = first["relatesTo"]
    assert (replaced["code"], replaced["targetIdentifier"]["value"]) == (
        "replaces",
        CHARTED.replaces,
    )


def test_every_signature_attests_it_once(bundle: dict[str, Any]) -> None:
    [first] = resources(bundle, "Composition")
    said = [(one["party"]["display"], one["time"][:16]) for one in first["attester"]]
    assert said == [
        ("Thea K\u00fchn, LMFT", "2026-11-23T18:05"),
        ("Sven \u00d8stergaard, PsyD", "2026-11-24T10:05"),
        ("Thea K\u00fchn, LMFT", "2026-11-24T11:05"),
    ]


def test_what_is_not_signed_is_no_final_document() -> None:
    made = json.loads(document_bundle(replace(CHARTED, is_final=False)))
    assert resources(made, "Composition")[0]["status"] == "preliminary"


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_of_document_has_a_type(kind: DocumentKind) -> None:
    made = json.loads(document_bundle(replace(CHARTED, kind=kind)))
    [code] = coded(resources(made, "Composition")[0]["type"], LOINC)
    assert code


def test_a_note_that_is_not_there_is_said_and_a_withheld_one_too() -> None:
    withheld = replace(MISSING, missing="Not part of it.", is_withheld=True)
    made = json.loads(document_bundle(with_infusion(notes=(MISSING, withheld))))
    sections = resources(made, "Composition")[0]["section"][-1]["section"][-2:]
    assert [one["emptyReason"]["coding"][0]["code"] for one in sections] == [
        "unavailable",
        "withheld",
    ]
    assert sections[0]["emptyReason"]["text"] == "Not yet written."


def test_notes_are_read_back_as_they_were_answered() -> None:
    made = forms.read_json(document_bundle(CHARTED))
    found = {one["id"]: one for one in resources(made, "QuestionnaireResponse")}
    for one in (*(each.filled for each in INFUSION.notes), DOSING.addenda[0].filled):
        if one is not None:
            assert forms.from_response(one.definition, found[str(one.id)]) == one.answers
    assert found[str(RATED.id)]["status"] == "completed"


def test_a_diagnosis_that_is_no_code_is_words() -> None:
    made = json.loads(
        document_bundle(replace(CHARTED, courses=(replace(COURSE, diagnosis="see letter"),)))
    )
    [found] = resources(made, "Condition")
    assert "coding" not in found["code"]
    assert found["code"]["text"].endswith("(see letter)")


def test_what_is_not_recorded_is_left_out_and_said() -> None:
    bare = replace(
        INFUSION,
        glance=None,
        alerts=(),
        consent=None,
        consent_words=(),
        started_at=None,
        completed_at=None,
        arrival=None,
        doses=(),
        readings=(),
        schedule=(),
        events=(),
        adverse=(),
        discharge=None,
        scores=(),
        notes=(),
    )
    owner = replace(PATIENT, pronouns="", allergies="")
    course = replace(COURSE, goals="", diagnosis="", protocol="")
    made = forms.read_json(
        document_bundle(
            replace(
                CHARTED,
                patient=owner,
                courses=(course,),
                infusions=(bare,),
                consents=(),
                alerts=(),
                measures=(),
                replaces="",
            )
        )
    )
    assert problems(made) == []
    said = json.dumps(resources(made, "Composition")[0])
    assert "No dose is recorded." in said
    assert "No adverse event is recorded." in said
    assert "relatesTo" not in said
    assert resources(made, "Composition")[0]["author"][0]["display"] == "Praxis am Kanal"


def test_a_document_that_shows_one_note_says_nothing_of_other_parts() -> None:
    alone = replace(
        INFUSION,
        glance=None,
        alerts=(),
        consent=None,
        consent_words=(),
        arrival=None,
        doses=(),
        readings=(),
        schedule=(),
        events=(),
        adverse=(),
        discharge=None,
        scores=(),
        notes=(note("preparation"),),
        is_whole=False,
    )
    made = forms.read_json(document_bundle(replace(CHARTED, infusions=(alone,))))
    assert problems(made) == []
    inside = resources(made, "Composition")[0]["section"][-1]["section"]
    assert [one["title"] for one in inside] == ["Preparation note (Signed)"]


def test_what_speaks_of_something_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="Not in the bundle"):
        document_bundle(replace(CHARTED, courses=()))


def test_a_chart_is_joined_from_kept_shares() -> None:
    second = replace(
        INFUSION, id=key("second"), number=4, title="Infusion 4", doses=(), notes=(), events=()
    )
    chart = replace(CHARTED, infusions=(INFUSION, second), kind=DocumentKind.CHART)
    kept = [share(one, patient_id=PATIENT.id) for one in chart.infusions]
    joined = document_bundle(replace(chart, infusions=()), shares=kept)
    assert joined == document_bundle(chart)
    made = forms.read_json(joined)
    assert problems(made) == []
    assert len(resources(made, "Procedure")) == 2


def test_a_share_that_is_not_valid_is_not_written() -> None:
    with pytest.raises(ValueError, match="valid"):
        share(replace(INFUSION, doses=(replace(DOSE, mg=Decimal("NaN")),)), patient_id=PATIENT.id)


@given(st.text(max_size=80) | st.just(TROUBLE))
def test_whatever_was_typed_leaves_a_valid_document(words: str) -> None:
    made = forms.read_json(document_bundle(with_text(words)))
    assert problems(made) == []
    [answered] = [
        one
        for one in resources(made, "QuestionnaireResponse")
        if one["id"] == str(key("preparation"))
    ]
    definition = note("preparation").filled
    assert definition is not None
    read = forms.from_response(definition.definition, answered)
    assert read.get("assessment", "") == fit(words)


def test_words_are_text_in_narratives_and_cannot_turn_a_line_around() -> None:
    text = document_bundle(with_text(TROUBLE))
    made = json.loads(text)
    for one in (each["text"]["div"] for each in resources(made, "Composition")):
        assert "<b>" not in one
    consent = resources(made, "Consent")[0]
    assert "\u202e" not in consent["text"]["div"]
    assert "&lt;b&gt;" in consent["text"]["div"]
    assert "\\u0000" not in text
