"""What people rely on at the places: history, the next thing, scales, documents, quiet titles."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

import pytest

from kapnotes.actions import cosigning, infusion, patient, reading, session
from kapnotes.forms import Answers, Coded
from kapnotes.records import document
from kapnotes.web import patient_page
from tests.builders import AT, DOSE, HERE, PASSWORD, minute, sign, written
from tests.web.good import DOSE as DOSE_FORM
from tests.web.good import EVENT, VITALS
from tests.web.served import Served
from tests.web.test_queries import asked_for
from tests.web.visitor import Page

WHY = "Typed in the wrong row"
NAMES = ("Falk", "Jördis")


def page(served: Served, path: str, who: str = "therapist") -> Page:
    answer = served.visitor(who).get(path)
    assert answer.status_code == 200
    return Page(answer.text)


def spoken(element: Element) -> str:
    """What is read in an element, each piece on its own."""
    return " ".join(" ".join(element.itertext()).split()).replace(" : ", ": ")


def struck(shown: Page) -> list[str]:
    return [spoken(one) for one in shown.all("details", class_="struck")]


@pytest.mark.parametrize(
    ("noun", "form", "field", "said"),
    [
        ("dose", DOSE_FORM, "lot", "Lot L7"),
        ("vitals", VITALS, "heart_rate", "Heart rate 72 per min"),
        ("adverse_event", EVENT, "words", "Brief"),
    ],
)
def test_what_was_corrected_and_struck_stays_readable(
    served: Served, noun: str, form: dict[str, str], field: str, said: str
) -> None:
    here = f"/infusions/{served.infusion()}"
    assert served.medical.post(f"{here}/{noun}/new", form).status_code == 302
    assert struck(page(served, here)) == []
    for posted in ({**form, field: "77"}, {"strike": "yes"}):
        view = served.rows(UUID(here.split("/")[2]))
        [row] = (*view.doses, *view.vitals, *view.adverse_events)
        path = f"{here}/{noun}/{row.id}/correct"
        assert served.medical.post(path, {**posted, "_why": WHY}).status_code == 302
    for who in ("therapist", "supervisor"):
        [history] = struck(page(served, here, who))
        assert history.startswith("Struck out or corrected (2)")
        assert f"Corrected by Mina, 23 Nov 2026, 09:05: {WHY}" in history
        assert f"Struck out by Mina, 23 Nov 2026, 09:05: {WHY}" in history
        assert said in history
        assert "77" in history
        assert "Recorded by Mina" in history


def test_the_history_does_not_ask_the_database_once_more_for_each_row(served: Served) -> None:
    made = served.infusion(given=True)
    here = f"/infusions/{made}"

    def strike(minutes: int) -> None:
        values = {"observed_at": minute(minutes), "heart_rate": 70 + minutes}
        session.record_vitals(infusion_id=made, values=values, by=served.small.medical, at=AT)
        row = next(one for one in served.rows(made).vitals if one.heart_rate == 70 + minutes)
        session.strike_vitals(row_id=row.id, why=WHY, by=served.small.medical, at=AT)

    strike(1)
    before = len(asked_for(served, "therapist", here))
    for minutes in range(2, 9):
        strike(minutes)
    assert "(8)" in struck(page(served, here))[0]
    assert len(asked_for(served, "therapist", here)) == before


def test_a_correction_is_asked_what_a_new_row_is_asked(served: Served) -> None:
    here = f"/infusions/{served.infusion()}"
    assert served.therapist.post(f"{here}/dose/new", DOSE_FORM).status_code == 302
    [row] = served.rows(UUID(here.split("/")[2])).doses
    path = f"{here}/dose/{row.id}/correct"
    odd = {**DOSE_FORM, "mg": "45", "drawn_mg": "60", "_why": WHY}
    answer = served.therapist.post(path, odd)
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert "the plan comes to 35 mg" in shown.words()
    assert [one.strip() for one in shown.typed()["_why"]] == [WHY]
    assert "_reason" in shown.typed()
    assert served.rows(row.infusion_id).doses[0].id == row.id
    stands = "More pain, agreed with Mina"
    assert served.therapist.post(path, {**odd, "_reason": stands}).status_code == 302
    view = served.rows(row.infusion_id)
    assert [(one.mg, one.caution_reason) for one in view.doses] == [(Decimal(45), stands)]
    assert [one.row.struck_reason for one in view.struck] == [WHY]


def test_a_correction_without_its_reason_is_told_so_beside_it_alone(served: Served) -> None:
    here = f"/infusions/{served.infusion()}"
    assert served.therapist.post(f"{here}/vitals/new", VITALS).status_code == 302
    [row] = served.rows(UUID(here.split("/")[2])).vitals
    path = f"{here}/vitals/{row.id}/correct"
    shown = Page(served.therapist.post(path, VITALS).text)
    assert shown.errors() == {"_why": "Please write why it is corrected."}
    long = Page(served.therapist.post(path, {**VITALS, "_why": "x" * 4001}).text)
    assert list(long.errors()) == ["_why"]


def current(shown: Page) -> list[str]:
    [nav] = shown.all("nav", class_="top-nav")
    return [shown.words(one) for one in nav.iter("a") if one.get("aria-current") == "page"]


def test_everything_of_a_patient_stands_under_patients(served: Served) -> None:
    small, note = served.small, served.draft()
    for path in (
        "/patients",
        f"/patients/{small.patient_id}",
        f"/courses/{small.course_id}",
        f"/infusions/{small.infusion_id}",
        f"/infusions/{small.infusion_id}/vitals/new",
        f"/notes/{note}/edit",
    ):
        assert current(page(served, path)) == ["Patients"], path
    assert current(page(served, "/")) == ["Today"]
    assert current(page(served, f"/infusions/{small.infusion_id}", "supervisor")) == ["Patients"]
    assert current(page(served, "/review", "supervisor")) == ["Review"]
    assert current(page(served, f"/notes/{served.signed()}", "supervisor")) == []


def field(shown: Page, name: str) -> Element:
    [found] = [one for one in shown.root.iter() if one.get("data-field") == name]
    return found


def test_a_needed_answer_says_so_and_is_not_taken_back(served: Served) -> None:
    here = f"/infusions/{served.small.infusion_id}"
    shown = page(served, f"{here}/dose/new")
    assert "Weight (needed)" in shown.words(field(shown, "weight_kg"))
    assert "Clear" not in shown.words(field(shown, "drug_form"))
    event = page(served, f"{here}/adverse_event/new")
    assert "Clear" not in event.words(field(event, "severity"))
    assert "Clear" in event.words(field(event, "serious"))
    draft = page(served, f"/notes/{served.draft()}/edit")
    assert "Clear" in draft.words(field(draft, "risk-wish")), "a draft's answer can be taken back"


def focused(shown: Page) -> list[str | None]:
    return [one.get("name") for one in shown.root.iter() if one.get("autofocus") is not None]


def test_new_vitals_begin_in_systolic(served: Served) -> None:
    path = f"/infusions/{served.small.infusion_id}/vitals/new"
    assert focused(page(served, path)) == ["systolic"]
    refused = Page(served.therapist.post(path, {**VITALS, "systolic": "7"}).text)
    assert focused(refused) == [], "what is wrong is met first"
    assert focused(page(served, path.replace("vitals", "dose"))) == []


def card(served: Served, who: str, infusion_id: UUID) -> str:
    shown = page(served, "/", who)
    return next(
        spoken(one)
        for one in shown.all("li")
        if any(str(infusion_id) in (link.get("href") or "") for link in one.iter("a"))
    )


@pytest.mark.parametrize("who", ["medical", "therapist"])
def test_today_says_the_next_thing_of_an_open_session(served: Served, who: str) -> None:
    small = served.small
    made = served.infusion()
    infusion.start(infusion_id=made, by=small.medical, at=minute(0))
    assert "Waits for a dose. Open session" in card(served, who, made)
    session.record_dose(infusion_id=made, values=DOSE, by=small.medical, at=minute(41))
    assert "Vitals until 09:30. Open session" in card(served, who, made)
    earlier = served.infusion()
    infusion.start(infusion_id=earlier, by=small.medical, at=minute(-30))
    dose = {**DOSE, "observed_at": minute(-30), "stopped_at": minute(10)}
    session.record_dose(infusion_id=earlier, values=dose, by=small.medical, at=minute(41))
    assert "Waits for discharge and completion. Open session" in card(served, who, earlier)
    infusion.complete(infusion_id=made, by=small.medical, at=AT)
    assert "Waits for" not in card(served, who, made)


def test_today_asks_for_the_doses_of_all_its_sessions_at_once(served: Served) -> None:
    def begin() -> None:
        made = served.infusion()
        infusion.start(infusion_id=made, by=served.small.medical, at=minute(0))
        session.record_dose(infusion_id=made, values=DOSE, by=served.small.medical, at=minute(41))

    begin()
    before = len(asked_for(served, "medical", "/"))
    for _ in range(3):
        begin()
    assert len(asked_for(served, "medical", "/")) == before


def scored(served: Served, kind: str, scale: str, total: int, *, days: int) -> None:
    """A note with one total, signed by its author and by the supervisor."""
    small = served.small
    day = AT.date() - timedelta(days=days)
    dates = ("session-date", "consent-date", "weight-date")
    changed: Answers = dict.fromkeys(dates if kind == "preparation" else dates[:1], day)
    changed["scales"] = [{"scale": Coded(scale), "score": Decimal(total)}]
    made = written(small, kind, **changed)
    sign(small, made, at=AT - timedelta(minutes=days))
    view = reading.look(note_id=made, by=small.supervisor, at=AT)
    assert view.newest is not None
    cosigning.cosign(
        note_id=made,
        digest=view.newest.version.digest,
        password=PASSWORD,
        address=HERE,
        by=small.supervisor,
        at=AT,
    )


def scales(served: Served, who: str) -> dict[str, str]:
    """The words under each scale on the patient's page."""
    shown = page(served, f"/patients/{served.small.patient_id}", who)
    found = [one for one in shown.all("article") if one.get("class") == "scale"]
    return {one.get("aria-label") or "": spoken(one) for one in found}


def test_scales_are_read_from_the_signed_notes_that_a_person_may_read(served: Served) -> None:
    waiting = [{"scale": Coded("gad-7"), "score": Decimal(9)}]
    sign(served.small, written(served.small, "preparation", scales=waiting))  # type: ignore[arg-type] # rows
    assert scales(served, "therapist") == {}, "nothing is signed by all who have to"
    scored(served, "preparation", "phq-9", 14, days=9)
    scored(served, "integration", "phq-9", 7, days=4)
    scored(served, "integration", "pcl-5", 33, days=4)
    before = len(asked_for(served, "therapist", f"/patients/{served.small.patient_id}"))
    for who in ("therapist", "supervisor"):
        seen = scales(served, who)
        assert list(seen) == ["PHQ-9", "PCL-5"]
        assert seen["PHQ-9"].startswith("PHQ-9: 7 of 27, mild 19 Nov 2026 · 14 at baseline")
        assert "Base 14 Nov 2026 14" in seen["PHQ-9"], "the table behind the drawing"
        assert "As a table" not in seen["PCL-5"], "one total is no trend"
    assert list(scales(served, "medical")) == ["PHQ-9"]
    assert scales(served, "medical")["PHQ-9"].startswith("PHQ-9: 14 of 27")
    scored(served, "preparation", "phq-9", 5, days=1)
    path = f"/patients/{served.small.patient_id}"
    assert len(asked_for(served, "therapist", path)) == before
    assert "newest" not in page(served, path).words()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patient, "MOST_SIGNED", 2)
        patch.setattr(patient_page, "MOST_SIGNED", 2)
        assert "From the newest 2 signed notes." in page(served, path).words()
        assert "14 at baseline" not in scales(served, "therapist")["PHQ-9"]


def test_the_newest_kept_summary_of_each_infusion_is_listed_by_edition(served: Served) -> None:
    small = served.small
    path = f"/patients/{small.patient_id}"
    first, second = served.infusion(), served.infusion()
    number = served.rows(first).infusion.number
    keep(served, first, "full", "AAA-F1", minutes=1)
    keep(served, second, "full", "BBB-F1", minutes=2)
    keep(served, first, "full", "AAA-F2", minutes=3)
    keep(served, first, "medical", "AAA-M1", minutes=4)
    for who, wanted in (("therapist", ["AAA-F2", "BBB-F1"]), ("medical", ["AAA-M1"])):
        shown = page(served, path, who)
        [panel] = [one for one in shown.all("section") if one.get("aria-labelledby") == "documents"]
        lines = [spoken(one) for one in panel.iter("li")]
        assert [one.split(" · ")[0].split()[-1] for one in lines] == wanted
        assert f"Summary of infusion {number}" in lines[0]
        links = [one.get("href") or "" for one in panel.iter("a")]
        assert f"{path}/documents" in links
        links = [one for one in links if one.endswith("/summary.pdf")]
        assert links[0] == f"/infusions/{first}/summary.pdf"
        assert len(links) == len(wanted)


def keep(served: Served, infusion_id: UUID, edition: str, number: str, *, minutes: int) -> None:
    with served.database.writing() as opened:
        opened.add(
            document.Document(
                id=uuid4(),
                patient_id=served.small.patient_id,
                kind="infusion_summary",
                about_id=infusion_id,
                edition=edition,
                number=number,
                revision=int(number[-1]),
                content_digest="0" * 64,
                file_digest="0" * 64,
                size=1,
                made_at=AT + timedelta(minutes=minutes),
                made_by_id=served.small.therapist.id,
                replaces=None,
                content=b"%PDF",
            )
        )


def test_no_title_names_a_patient(served: Served) -> None:
    small, note = served.small, served.draft()
    for path in (
        f"/patients/{small.patient_id}",
        f"/patients/{small.patient_id}/edit",
        f"/patients/{small.patient_id}/trail",
        f"/courses/{small.course_id}",
        f"/infusions/{small.infusion_id}",
        f"/infusions/{small.infusion_id}/dose/new",
        f"/notes/{note}/edit",
        f"/notes/{note}",
        "/",
    ):
        shown = page(served, path)
        [title] = [shown.words(one) for one in shown.all("title")]
        assert not [name for name in NAMES if name in title], path
