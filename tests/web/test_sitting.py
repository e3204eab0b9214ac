"""Signing in, and how a sitting ends (ONC d1, d5, d12; ASVS 6 and 7)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
import sqlalchemy as sa
from argon2 import Type

from kapnotes.access.actor import Actor
from kapnotes.actions import password as passwords
from kapnotes.actions.sitting import token_hash
from kapnotes.records.sitting import SignInTry, Sitting
from tests.builders import PASSWORD, add_person
from tests.web.served import PEOPLE, Clock, Served
from tests.web.visitor import Page, Visitor, plain

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
_numbers = count()


HEAVY = passwords._HASHER  # noqa: SLF001 - before the tests make it light
"""What passwords are hashed with outside of these tests."""


def is_in(visitor: Visitor) -> bool:
    """Whether a page opens; asking for one is input of a person."""
    answer = visitor.get("/account")
    leads = answer.headers.get("Location", "").partition("?")[0]
    assert answer.status_code == 200 or leads in {"/sign-in", "/locked"}
    return answer.status_code == 200


def new_person() -> Actor:
    """Somebody with an account of this test's own."""
    return add_person(f"Person{next(_numbers)}", "therapist")


def cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("kapnotes")
    assert found is not None
    return found.value


@pytest.fixture
def strict(served: Served) -> Iterator[int]:
    """Allow three tries."""
    before = served.database.settings
    served.database.settings = replace(before, sign_in_tries=3)
    yield 3
    served.database.settings = before


def test_a_password_is_kept_as_a_heavy_argon2id_hash() -> None:
    assert HEAVY.type is Type.ID
    assert (HEAVY.memory_cost >= 46 * 1024, HEAVY.time_cost >= 1) == (True, True)


@pytest.mark.parametrize("who", PEOPLE)
def test_everyone_with_an_account_signs_in_and_out(served: Served, who: str) -> None:
    visitor = served.newcomer(who)
    assert is_in(visitor)
    answer = visitor.sign_out()
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(visitor)


@pytest.mark.safety("ONC-d5/idle-lock")
def test_a_sitting_locks_fifteen_minutes_after_the_last_input(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    for _ in range(3):
        clock.turn(minutes=14, seconds=59)
        assert is_in(visitor)
    clock.turn(minutes=15, seconds=1)
    assert not is_in(visitor)


@pytest.mark.safety("ONC-d5/idle-lock")
def test_what_a_page_does_by_itself_is_no_input(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    path, form = f"/notes/{served.draft()}/draft", {"_version": "1", "themes": "typed once"}
    assert visitor.put(path, form).status_code == 200
    for _ in range(2):
        clock.turn(minutes=7)
        assert visitor.put(path, form).status_code == 200
        assert visitor.get("/sign-in/token").status_code == 200
    clock.turn(minutes=2)
    assert visitor.put(path, form).status_code == 401
    assert visitor.get("/sign-in/token").status_code == 401
    assert not is_in(visitor)


def test_who_types_and_is_saved_sits_on(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    path = f"/notes/{served.draft()}/draft"
    for version in (1, 2, 3):
        clock.turn(minutes=14)
        form = {"_version": str(version), "themes": f"paragraph {version}"}
        assert visitor.put(path, form).status_code == 200
    clock.turn(minutes=16)
    assert visitor.put(path, {"_version": "4", "themes": "late"}).status_code == 401


@pytest.mark.safety("ONC-d5/absolute-end")
def test_a_sitting_ends_after_twelve_hours_whatever_happens(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    for _ in range(51):
        clock.turn(minutes=14)
        assert is_in(visitor)
    clock.turn(minutes=7)
    assert not is_in(visitor)


@pytest.mark.safety("ASVS-7.4/ended-at-once")
def test_signing_out_ends_the_sitting_on_the_server(served: Served) -> None:
    visitor, thief = served.newcomer("therapist"), served.newcomer()
    thief.client.set_cookie("kapnotes", cookie(visitor))
    assert is_in(thief)
    visitor.sign_out()
    assert not is_in(thief)


@pytest.mark.safety("ONC-d1/disabled")
def test_a_disabled_account_ends_at_once_and_does_not_sign_in(served: Served) -> None:
    person, visitor = new_person(), served.newcomer()
    visitor.sign_in(person.name)
    assert is_in(visitor)
    assert served.visitor("administrator").post(f"/people/{person.id}/disable").status_code == 302
    assert not is_in(visitor)
    assert served.newcomer().sign_in(person.name).status_code == 401


def test_a_new_first_password_is_shown_once_and_ends_every_sitting(served: Served) -> None:
    person, visitor, administrator = (
        new_person(),
        served.newcomer(),
        served.visitor("administrator"),
    )
    visitor.sign_in(person.name)
    page = Page(administrator.post(f"/people/{person.id}/password").text)
    assert not is_in(visitor)
    [shown] = [page.words(one) for one in page.all("code")]
    assert served.newcomer().sign_in(person.name).status_code == 401
    assert served.newcomer().sign_in(person.name, shown).status_code == 302
    assert shown not in administrator.get("/people").text


def test_changing_ones_password_ends_ones_other_sittings(served: Served) -> None:
    name, here, there = new_person().name, served.newcomer(), served.newcomer()
    here.sign_in(name)
    there.sign_in(name)
    fresh = "quite another sentence"
    assert here.post("/account", {"old": PASSWORD, "password": fresh}).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert served.newcomer().sign_in(name).status_code == 401
    assert served.newcomer().sign_in(name, fresh).status_code == 302


@pytest.mark.safety("ASVS-6.2/passwords")
@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"old": "not it", "password": "quite another sentence"}, "old"),
        ({"old": PASSWORD, "password": "short"}, "password"),
        ({"old": PASSWORD, "password": "password1234"}, "password"),
        ({"old": PASSWORD, "password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({}, "password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_beside_its_field(
    served: Served, form: dict[str, str], name: str
) -> None:
    who, visitor = new_person().name, served.newcomer()
    visitor.sign_in(who)
    answer = visitor.post("/account", form)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.beside(name)
    assert page.typed() == {"old": [""], "password": [""]}
    assert served.newcomer().sign_in(who).status_code == 302


def test_the_cookie_is_made_anew_at_sign_in(served: Served) -> None:
    """What a stranger planted before, or read before, is worth nothing after (ASVS 7.2.4)."""
    visitor, thief = served.newcomer(), served.newcomer()
    token = visitor.token()
    thief.client.set_cookie("kapnotes", cookie(visitor))
    visitor.sign_in("Thea")
    assert not is_in(thief)
    answer = visitor.client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 400
    assert is_in(visitor)


@pytest.mark.safety("ASVS-7.2/sittings")
def test_each_sign_in_has_a_token_of_its_own_and_only_its_hash_is_kept(served: Served) -> None:
    tokens = set()
    for _ in range(2):
        visitor = served.newcomer("therapist")
        with visitor.client.session_transaction() as kept:
            tokens.add(str(kept["_user_id"]))
    assert len(tokens) == 2
    with served.database.reading() as session:
        rows = session.execute(sa.select(Sitting.token_hash)).scalars().all()
    assert {token_hash(token) for token in tokens} <= set(rows)
    assert not tokens & set(rows)


def test_signing_in_with_a_token_ends_nobody_elses_sitting(served: Served) -> None:
    first = served.newcomer("therapist")
    served.newcomer("therapist")
    assert is_in(first)


@pytest.mark.safety("ASVS-6.3/alike")
def test_unknown_and_known_accounts_answer_alike(served: Served) -> None:
    known, unknown = "thea@test.example", "nobody@test.example"
    answers = [
        served.newcomer().post("/sign-in", {"email": email, "password": "a wrong password"})
        for email in (known, unknown)
    ]
    first, second = (
        plain(answer.text).replace(email, "")
        for answer, email in zip(answers, (known, unknown), strict=True)
    )
    assert first == second
    assert [answer.status_code for answer in answers] == [401, 401]
    assert set(answers[0].headers.keys()) == set(answers[1].headers.keys())


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("thea@test.example", ""),
        ("thea@test.example", "x" * 2000),
        ("thea@test.example", PASSWORD + "\0"),
        ("thea\0@test.example", PASSWORD),
        ("", PASSWORD),
        ("x" * 5000, PASSWORD),
        ("'; drop table person --", PASSWORD),
    ],
)
def test_nonsense_does_not_sign_in(served: Served, email: str, password: str) -> None:
    answer = served.newcomer().post("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 401
    assert "do not match an account" in answer.text
    assert password == "" or password not in answer.text


def test_the_email_is_taken_in_any_case(served: Served) -> None:
    form = {"email": " Thea@TEST.example ", "password": PASSWORD}
    assert served.newcomer().post("/sign-in", form).status_code == 302


@pytest.mark.safety("ASVS-6.3/alike")
def test_too_many_tries_ask_for_a_wait(served: Served, strict: int, clock: Clock) -> None:
    name, visitor = new_person().name, served.newcomer()
    for _ in range(strict):
        assert visitor.sign_in(name, "a wrong password").status_code == 401
    answer = visitor.sign_in(name)
    assert (answer.status_code, "Too many tries" in answer.text) == (429, True)
    clock.turn(minutes=15, seconds=1)
    assert visitor.sign_in(name).status_code == 302


@pytest.mark.safety("ASVS-6.3/alike")
def test_a_stranger_elsewhere_does_not_lock_a_clinician_out(served: Served, strict: int) -> None:
    name, stranger = new_person().name, served.newcomer()
    for _ in range(strict + 1):
        stranger.sign_in(name, "a wrong password", environ_overrides=ELSEWHERE)
    assert stranger.sign_in(name, environ_overrides=ELSEWHERE).status_code == 429
    assert served.newcomer().sign_in(name).status_code == 302


def test_an_address_that_tries_many_accounts_is_slowed_down(
    served: Served, strict: int, clock: Clock
) -> None:
    ring = served.database.ring
    address = ring.lookup_hash(f"address {ELSEWHERE['REMOTE_ADDR']}")
    with served.database.writing() as session:
        for number in range(strict * 10):
            account = ring.lookup_hash(f"account {number}")
            session.add(SignInTry(account_hash=account, address_hash=address, at=clock.at))
    answer = served.newcomer().sign_in(new_person().name, environ_overrides=ELSEWHERE)
    assert answer.status_code == 429


def test_a_forwarded_address_is_not_believed(served: Served, strict: int) -> None:
    name, visitor = new_person().name, served.newcomer()
    for number in range(strict):
        head = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert visitor.sign_in(name, "a wrong password", headers=head).status_code == 401
    head = {"X-Forwarded-For": "198.51.100.77"}
    assert visitor.sign_in(name, headers=head).status_code == 429


def test_sign_in_sign_out_and_refused_tries_are_events(served: Served) -> None:
    before, visitor = served.end_of_trail(), served.newcomer()
    visitor.sign_in("Thea", "a wrong password")
    visitor.sign_in("Thea")
    visitor.sign_out()
    kept = [(one.event, one.role, one.outcome) for one in served.trail(before)]
    assert kept == [
        ("sign_in.failed", "", "done"),
        ("sign_in.begun", "therapist", "done"),
        ("sign_in.succeeded", "therapist", "done"),
        ("sign_out.done", "therapist", "done"),
    ]
    assert "a wrong password" not in str([one.details for one in served.trail(before)])


def test_who_is_not_signed_in_may_still_press_sign_out(served: Served) -> None:
    assert served.newcomer().post("/sign-out").location == "/sign-in"


def test_who_is_signed_in_is_led_on_from_the_sign_in_page(served: Served) -> None:
    assert served.visitor("medical").get("/sign-in").location == "/"
