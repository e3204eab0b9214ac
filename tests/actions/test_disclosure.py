"""What leaves stands in the patient's list, with its event and before it leaves; and only there."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import course_data, disclosure, document_list, job, reading
from kapnotes.audit.trail import Entry
from kapnotes.clinic.document import Channel, DocumentKind, JobState
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach
from kapnotes.records.disclosure import Disclosure
from kapnotes.records.document import Document
from tests import kept
from tests.builders import AT, Small, signed
from tests.kept import CONTENT, keep


def hand_out(
    small: Small, found: Document, *, channel: str = "download", by: Actor | None = None
) -> disclosure.Handed:
    return disclosure.hand_out(
        document_id=found.id,
        channel=channel,
        recipient=" Dr Weber, town hospital ",
        purpose="treatment",
        by=by or small.therapist,
        at=AT,
    )


def listed() -> list[Disclosure]:
    with db.current().reading() as session:
        rows = list(session.execute(sa.select(Disclosure).order_by(Disclosure.at)).scalars())
        for one in rows:
            assert one.recipient
            session.expunge(one)
        return rows


def events(event: str, outcome: str = "done") -> list[dict[str, object]]:
    with db.current().reading() as session:
        query = sa.select(Entry.details).where(Entry.event == event, Entry.outcome == outcome)
        return list(session.execute(query).scalars())


@pytest.mark.safety("ONC-d11/disclosures")
def test_a_hand_out_is_a_row_and_an_event_without_its_words(small: Small) -> None:
    found = keep(small)
    handed = hand_out(small, found)
    [row] = listed()
    assert (row.id, row.document_id, row.number) == (handed.disclosure_id, found.id, found.number)
    assert (row.recipient, row.purpose) == ("Dr Weber, town hospital", "Treatment by somebody else")
    assert (row.channel, row.by_id) == ("download", small.therapist.id)
    [details] = events("document.disclosed")
    assert details == {
        "kind": "infusion_summary",
        "edition": "full",
        "number": found.number,
        "channel": "download",
    }


def test_recipient_and_purpose_lie_sealed_in_the_database(small: Small) -> None:
    hand_out(small, keep(small))
    with db.current().reading() as session:
        row = session.execute(sa.text("SELECT * FROM disclosure")).one()
    assert b"Weber" not in b"".join(bytes(v) for v in row if isinstance(v, bytes | memoryview))


def test_own_words_of_a_purpose_stay_as_they_are(small: Small) -> None:
    found = keep(small)
    words = "An opinion for the pension office"
    disclosure.hand_out(
        document_id=found.id,
        channel="print",
        recipient="The patient",
        purpose=words,
        by=small.therapist,
        at=AT,
    )
    assert listed()[0].purpose == words


def test_the_file_of_a_download_is_the_very_bytes_and_its_makers_alone(small: Small) -> None:
    found = keep(small)
    handed = hand_out(small, found)
    assert handed.disclosure_id is not None
    pdf = disclosure.fetch(disclosure_id=handed.disclosure_id, by=small.therapist, at=AT)
    assert (pdf.content, pdf.filename) == (CONTENT, f"{found.number}.pdf")
    assert len(events("document.handed_out")) == 1
    for by in (small.supervisor, small.medical, small.other_therapist):
        with pytest.raises(OutOfReach):
            disclosure.fetch(disclosure_id=handed.disclosure_id, by=by, at=AT)
    printed = hand_out(small, found, channel="print")
    assert printed.disclosure_id is not None
    with pytest.raises(OutOfReach):
        disclosure.fetch(disclosure_id=printed.disclosure_id, by=small.therapist, at=AT)


def test_who_does_not_reach_it_or_reads_another_edition_hands_nothing_out(small: Small) -> None:
    full = keep(small)
    medical = keep(small, edition="medical")
    for by in (small.other_therapist, small.medical):
        with pytest.raises(OutOfReach):
            hand_out(small, full, by=by)
    with pytest.raises(OutOfReach):
        hand_out(small, medical)
    with pytest.raises(NotAllowed):
        hand_out(small, full, by=small.administrator)
    assert listed() == []
    hand_out(small, medical, by=small.medical)
    hand_out(small, full, by=small.supervisor)
    assert len(listed()) == 2


@pytest.mark.parametrize("channel", ["", "fax", "export", "chart_folder", "fhir_server"])
def test_a_way_that_is_none_or_not_set_up_is_refused(small: Small, channel: str) -> None:
    found = keep(small)
    with pytest.raises(BadInput) as caught:
        hand_out(small, found, channel=channel)
    assert "channel" in caught.value.errors
    assert listed() == []
    ways = disclosure.open_form(document_id=found.id, by=small.therapist, at=AT).ways
    assert [one.channel for one in ways if one.is_open] == [Channel.DOWNLOAD, Channel.PRINT]


@pytest.mark.safety("ONC-d11/disclosures")
def test_what_is_exported_as_data_stands_in_the_list_too(small: Small) -> None:
    note_id = signed(small, "preparation")
    course_data.table(course_id=small.course_id, by=small.therapist, at=AT)
    course_data.resources(course_id=small.course_id, by=small.supervisor, at=AT)
    reading.export(note_id=note_id, by=small.therapist, at=AT)
    told = [(one.what, one.channel, one.recipient) for one in listed()]
    assert sorted(told) == [
        ("course_measures", "export", "Sven, PhD"),
        ("course_table", "export", "Thea, PhD"),
        ("note_answers", "export", "Thea, PhD"),
    ]
    assert "was not asked" in listed()[0].purpose
    assert len(events("course.exported")) == 2


def test_an_export_that_is_refused_leaves_no_row(small: Small) -> None:
    for by in (small.other_therapist, small.medical):
        with pytest.raises((OutOfReach, NotAllowed)):
            course_data.table(course_id=small.course_id, by=by, at=AT)
    assert listed() == []


def look(small: Small, by: Actor | None = None) -> document_list.DocumentsView:
    return document_list.look(patient_id=small.patient_id, by=by or small.therapist, at=AT)


def test_the_page_groups_versions_and_names_what_each_is_about(small: Small) -> None:
    first = keep(small)
    second = keep(small, revision=2, replaces=first.number)
    keep(small, kind=DocumentKind.COURSE_SUMMARY, about_id=small.course_id)
    keep(small, kind=DocumentKind.CHART, about_id=small.patient_id)
    note_id = signed(small, "preparation")
    keep(small, kind=DocumentKind.NOTE, about_id=note_id)
    view = look(small)
    assert sorted(one.title for one in view.kept) == [
        "Chart",
        "Preparation note of infusion 1",
        "Summary of course 1",
        "Summary of infusion 1",
    ]
    [summary] = [one for one in view.kept if one.document.id == second.id]
    assert [one.document.number for one in summary.earlier] == [first.number]
    assert summary.earlier[0].replaced_by == second.number
    form = disclosure.open_form(document_id=first.id, by=small.therapist, at=AT)
    assert form.replaced_by == second.number


def test_each_reads_the_list_of_their_own_edition_and_reach(small: Small) -> None:
    full, medical = keep(small), keep(small, edition="medical")
    kept.ask(small, state=JobState.FAILED, failure="It could not.")
    hand_out(small, full)
    assert [one.document.id for one in look(small).kept] == [full.id]
    assert [one.document.id for one in look(small, small.medical).kept] == [medical.id]
    assert look(small, small.medical).making == []
    assert len(look(small, small.medical).disclosures) == 1
    with pytest.raises(OutOfReach):
        look(small, small.other_therapist)
    with pytest.raises(NotAllowed):
        look(small, small.administrator)


def failed_job(small: Small) -> UUID:
    return kept.ask(small, state=JobState.FAILED, failure="It took too long.", steps=(2, 5))


def test_what_could_not_be_made_is_asked_for_again_by_whoever_reads_it(small: Small) -> None:
    job_id = failed_job(small)
    [making] = look(small).making
    assert (making.title, making.standing.failure) == ("Summary of infusion 1", "It took too long.")
    for by in (small.other_therapist, small.medical):
        with pytest.raises(OutOfReach):
            job.again(job_id=job_id, by=by, at=AT)
    again = job.again(job_id=job_id, by=small.supervisor, at=AT)
    assert (again.id, again.state, again.failure, again.total) == (job_id, JobState.QUEUED, "", 0)
    assert job.asked(job_id).by_id == small.supervisor.id
    assert len(events("document.asked")) == 1
    job.again(job_id=job_id, by=small.therapist, at=AT)
    assert len(events("document.asked")) == 1


def test_a_failed_job_is_not_shown_beside_the_one_that_came_after(small: Small) -> None:
    failed_job(small)
    with db.current().writing() as session:
        session.execute(sa.text("UPDATE job SET asked_at = '2026-11-22 09:00:00.000000'"))
    later = kept.ask(small)
    assert [one.standing.id for one in look(small).making] == [later]
    with pytest.raises(OutOfReach):
        job.again(job_id=uuid4(), by=small.therapist, at=AT)
