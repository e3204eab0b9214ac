"""A page is shown as it was drawn before only while it would be drawn the same again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import nodes
from markupsafe import Markup

from kapnotes.access.actor import Actor
from kapnotes.actions import infusion, patient, session
from kapnotes.actions.infusion_view import InfusionView
from kapnotes.actions.work import edition_for
from kapnotes.audit.events import Did
from kapnotes.clinic.protocol import PROTOCOLS, plain_of
from kapnotes.clinic.vitals import VitalsLimits
from kapnotes.records.job import Making
from kapnotes.records.kept_finding import Counts
from kapnotes.records.person import Person
from kapnotes.records.session_mark import SHOWN
from kapnotes.records.session_row import TABLES
from kapnotes.web.drawn import TOKEN, Drawn, filled
from kapnotes.web.infusion_page import DRAWN, WORKED_OUT, InfusionPage
from tests.builders import AT, DOSE, minute
from tests.web.served import NOW, Served
from tests.web.visitor import plain, token_in

TEMPLATES = Path(__file__).parents[2] / "templates"
KEPT = plain_of(PROTOCOLS["other"])
READING = {"observed_at": minute(10), "systolic": 131, "diastolic": 84, "comment": "Calm"}


@pytest.fixture(autouse=True)
def _nothing_drawn() -> Iterator[None]:
    """Forget what other tests drew."""
    DRAWN.forget()
    yield
    DRAWN.forget()


@pytest.fixture
def about(served: Served) -> UUID:
    """An infusion under way, with a dose and a reading."""
    made = served.infusion()
    by = served.small.medical
    infusion.start(infusion_id=made, by=by, at=minute(0))
    session.record_dose(infusion_id=made, values=DOSE, by=by, at=minute(41))
    session.record_vitals(infusion_id=made, values=READING, by=by, at=minute(41))
    return made


def shown(served: Served, about: UUID, who: str = "therapist") -> str:
    """The page, without its tokens."""
    answer = served.visitor(who).get(f"/infusions/{about}")
    assert answer.status_code == 200
    return plain(answer.text)


def view_of(about: UUID, by: Actor) -> InfusionView:
    """What the page of this person shows."""
    edition = edition_for(by).value
    return infusion.look(infusion_id=about, edition=edition, by=by, at=NOW)


@contextmanager
def asked(served: Served) -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    sa.event.listen(served.database.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(served.database.engine, "before_cursor_execute", note)


def test_a_drawing_is_found_under_its_values_only() -> None:
    some = Drawn(most=2)
    assert some.find(("a", 1)) is None
    assert some.keep(("a", 1), Markup("one")) == "one"
    assert some.find(("a", 1)) == "one"
    assert some.find(("a", 2)) is None


def test_no_more_are_kept_than_it_says_and_those_seen_last_stay() -> None:
    some = Drawn(most=2)
    some.keep("one", Markup("one"))
    some.keep("two", Markup("two"))
    some.find("one")
    some.keep("three", Markup("three"))
    assert len(some) == 2
    assert [some.find(word) for word in ("one", "two", "three")] == ["one", None, "three"]


def test_a_thousand_infusions_leave_no_more_than_that_in_memory() -> None:
    some = Drawn(most=64)
    for number in range(1000):
        some.keep(number, Markup("x"))
    assert len(some) == 64


def test_a_token_is_filled_in_and_nothing_else_changes() -> None:
    drawing = Markup('<input value="{}"><p>{}</p>').format(TOKEN, "<b>")
    assert filled(drawing, "abc") == '<input value="abc"><p>&lt;b&gt;</p>'
    assert TOKEN in drawing, "the drawing itself stays as it is"


def test_it_is_drawn_once_and_reads_the_same(served: Served, about: UUID) -> None:
    first = shown(served, about)
    with asked(served) as again:
        assert shown(served, about) == first
    assert len(DRAWN) == 1
    assert not any("vitals.systolic" in one for one in again), "the rows are not read again"


def test_every_look_has_its_event_whether_drawn_or_not(served: Served, about: UUID) -> None:
    before = served.end_of_trail()
    for _ in range(3):
        shown(served, about)
    events = [one.event for one in served.trail(before) if one.object_id == about]
    assert events == [Did.INFUSION_VIEWED.value] * 3


def test_out_of_reach_stays_out_of_reach_once_it_is_drawn(served: Served, about: UUID) -> None:
    shown(served, about)
    assert served.visitor("other").get(f"/infusions/{about}").status_code == 404
    assert served.visitor("administrator").get(f"/infusions/{about}").status_code == 403


def test_no_drawing_holds_a_token_and_each_visitor_has_their_own(
    served: Served, about: UUID
) -> None:
    one, other = (served.newcomer("medical") for _ in range(2))
    pages = [each.get(f"/infusions/{about}").text for each in (one, other)]
    tokens = [token_in(page) for page in pages]
    assert tokens[0] != tokens[1]
    assert len(DRAWN) == 1, "both were shown the same drawing"
    for page, token in zip(pages, tokens, strict=True):
        assert TOKEN not in page
        assert page.count('name="csrf_token"') == page.count(f'value="{token}"') > 1
    form = {"csrf_token": tokens[1]}
    path = f"/infusions/{about}/complete"
    assert other.client.post(path, data=form).status_code == 302, "a filled-in token is taken"


def test_what_is_recorded_corrected_and_struck_out_is_drawn_anew(
    served: Served, about: UUID
) -> None:
    small, by = served.small, served.small.medical
    pages = [shown(served, about)]
    assert "131/84" in pages[0]
    values = {**READING, "observed_at": minute(20), "systolic": 142}
    session.record_vitals(infusion_id=about, values=values, by=by, at=minute(42))
    pages.append(shown(served, about))
    assert "142/84" in pages[-1]
    [row] = [one for one in view_of(about, small.therapist).vitals if one.systolic == 142]
    session.correct_vitals(
        row_id=row.id, values={**values, "systolic": 124}, why="Misread", by=by, at=minute(43)
    )
    pages.append(shown(served, about))
    assert "124/84" in pages[-1]
    assert "Misread" in pages[-1]
    [row] = [one for one in view_of(about, small.therapist).vitals if one.systolic == 124]
    session.strike_vitals(row_id=row.id, why="Wrong patient", by=by, at=minute(44))
    pages.append(shown(served, about))
    assert "Wrong patient" in pages[-1]
    assert len(set(pages)) == 4


def test_a_new_name_is_shown_at_once(served: Served, about: UUID) -> None:
    assert "Mina" in shown(served, about)
    rename = sa.update(Person).where(Person.id == served.small.medical.id)
    try:
        with served.database.writing() as writing:
            writing.execute(rename.values(name="Mina Renamed"))
        assert "Mina Renamed" in shown(served, about)
    finally:
        with served.database.writing() as writing:
            writing.execute(rename.values(name="Mina"))


def test_new_allergies_are_shown_at_once(served: Served, about: UUID) -> None:
    small = served.small
    assert "Penicillin" in shown(served, about)
    found = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).patient
    known = {name: getattr(found, name) for name in patient.FIELDS}
    patient.edit(
        patient_id=small.patient_id, by=small.therapist, at=AT, **{**known, "allergies": "Latex"}
    )
    assert "Latex" in shown(served, about)
    assert "Penicillin" not in shown(served, about)


def test_two_people_do_not_share_a_drawing(served: Served, about: UUID) -> None:
    pages = {who: shown(served, about, who) for who in ("therapist", "medical", "supervisor")}
    assert len(DRAWN) == 3
    assert "Record vitals" in pages["medical"]
    assert "Record vitals" not in pages["supervisor"]
    assert "Write preparation note" in pages["therapist"]
    assert "Write preparation note" not in pages["medical"]


def test_what_falls_due_meanwhile_is_shown(served: Served, about: UUID) -> None:
    infusion.complete(infusion_id=about, by=served.small.medical, at=minute(60))
    before = shown(served, about)
    served.clock.turn(days=4)
    after = served.newcomer("therapist").get(f"/infusions/{about}").text
    assert "Due by" in before
    assert before.count("Overdue since") < after.count("Overdue since")


def test_another_zone_or_day_is_another_drawing(served: Served, about: UUID) -> None:
    shown(served, about)
    by = served.small.therapist
    view = view_of(about, by)
    assert InfusionPage(by, NOW).is_drawn(view)
    assert InfusionPage(by, NOW + timedelta(minutes=1)).is_drawn(view)
    assert not InfusionPage(replace(by, zone="Asia/Tokyo"), NOW).is_drawn(view)
    assert not InfusionPage(by, NOW + timedelta(days=1)).is_drawn(view)


def test_a_change_of_anything_that_the_view_holds_is_another_drawing(
    served: Served, about: UUID
) -> None:
    served.draft("integration", infusion_id=about)
    shown(served, about)
    by = served.small.therapist
    view = view_of(about, by)
    page = InfusionPage(by, NOW)
    assert page.is_drawn(view)
    plain_ones = [one.name for one in fields(view) if one.name not in WORKED_OUT]
    assert len(plain_ones) >= 6
    for name in plain_ones:
        assert not page.is_drawn(replace(view, **_other(view, name))), name


def _other(view: InfusionView, name: str) -> dict[str, Any]:
    """Another value for a field that still makes sense to the rules."""
    value = getattr(view, name)
    if isinstance(value, bool):
        return {name: not value}
    if isinstance(value, VitalsLimits):
        return {name: replace(value, warn_spo2_below=value.warn_spo2_below + 1)}
    if isinstance(value, Counts):
        return {name: replace(value, must=value.must + 1)}
    if isinstance(value, frozenset):
        return {name: value - {next(iter(value))}}
    if value is None:
        return {name: Making(id=uuid4(), state="queued", failure="")}
    return {name: (*value, *value) or ("something",)}


def test_a_change_of_any_column_is_another_drawing(served: Served, about: UUID) -> None:
    shown(served, about)
    by = served.small.therapist
    view, page = view_of(about, by), InfusionPage(by, NOW)
    for row in (view.infusion, view.infusion.course, view.infusion.patient):
        known = vars(row)
        for column in row.__table__.columns.keys():  # noqa: SIM118 - a collection, not a dict
            if column in {"state", "planned_for", "started_at", "completed_at"}:
                continue  # the rules read these: they are changed by the tests above
            was, known[column] = known[column], {"protocol_kept": KEPT}.get(column, "another")
            assert not page.is_drawn(view), f"{row.__tablename__}.{column}"
            known[column] = was
    assert page.is_drawn(view)


def test_every_record_that_the_page_reads_has_marks(served: Served, about: UUID) -> None:
    with asked(served) as statements:
        shown(served, about)
    rows = [one for one in statements if "UNION ALL" not in one and "SELECT" in one]
    read = {name for name in TABLES if any(f"FROM {name} " in one for one in rows)}
    assert read == {table.__tablename__ for table in SHOWN}


def test_rows_that_were_not_read_are_never_an_empty_session(served: Served, about: UUID) -> None:
    by = served.small.therapist
    view = infusion.look(infusion_id=about, is_drawn=lambda _: True, by=by, at=NOW)
    assert view.is_dosed
    for name in ("doses", "vitals", "adverse_events", "struck"):
        with pytest.raises(LookupError):
            getattr(view, name)


def test_what_was_found_is_shown_even_if_it_is_forgotten_meanwhile(
    served: Served, about: UUID
) -> None:
    shown(served, about)
    by = served.small.therapist
    page = InfusionPage(by, NOW)
    view = infusion.look(
        infusion_id=about, edition=edition_for(by).value, is_drawn=page.is_drawn, by=by, at=NOW
    )
    DRAWN.forget()
    assert "131/84" in page.main(view)


def test_since_the_dose_counts_on_in_the_page_and_not_in_the_drawing(
    served: Served, about: UUID
) -> None:
    first = shown(served, about)
    served.clock.turn(minutes=7)
    assert shown(served, about) == first
    assert f'data-since="{minute(0).isoformat(timespec="seconds")}">began 08:00<' in first


OF_A_REQUEST = {"request", "session", "g", "current_user", "csrf_token", "config", "nav", "person"}
OF_THE_MOMENT = {"since"}


def names_in(template: str, app: Flask) -> Iterator[tuple[str, set[str], set[str]]]:
    """The template and all that it is made of, with the names and filters that each uses."""
    tree = app.jinja_env.parse((TEMPLATES / template).read_text())
    used = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
    yield template, used, {one.name for one in tree.find_all(nodes.Filter)}
    parts = (nodes.FromImport, nodes.Import, nodes.Include, nodes.Extends)
    for part in tree.find_all(parts):
        assert isinstance(part.template, nodes.Const), "which template it is must be known"
        yield from names_in(part.template.value, app)


def test_what_is_kept_knows_nothing_of_a_request_or_of_the_moment(app: Flask) -> None:
    found = list(names_in("infusions/main.html", app))
    assert len(found) > 8
    for template, names, filters in found:
        assert not names & OF_A_REQUEST, template
        assert not filters & OF_THE_MOMENT, template


def test_an_icon_is_drawn_once(app: Flask) -> None:
    icon = app.jinja_env.globals["icon"]
    assert icon("check") is icon("check")
    assert 'class="icon icon-check"' in icon("check")
