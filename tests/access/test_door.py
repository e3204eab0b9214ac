"""The door handle: without a permission, or without a sitting, no view runs."""

from uuid import uuid4

import pytest
from flask import Flask
from flask_login import LoginManager, UserMixin

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.door import needs, open_to_all
from kapnotes.access.roles import Administrator, Role, Therapist
from kapnotes.clinic.refusals import NotAllowed

ran: list[str] = []


class Someone(UserMixin):  # type: ignore[misc] # flask_login carries no types
    def __init__(self, role: type[Role]) -> None:
        self.id = role.key
        self.actor = Actor(uuid4(), "Someone", role)


@needs(Action.WRITE_NOTE)
def write(word: str) -> str:
    """A view."""
    ran.append(word)
    return f"wrote {word}"


@open_to_all("a test asks")
def greet() -> str:
    """Another one."""
    return "hello"


@pytest.fixture
def app() -> Flask:
    ran.clear()
    made = Flask(__name__)
    made.secret_key = "a key of the tests"
    manager = LoginManager(made)
    people = {role.key: Someone(role) for role in (Therapist, Administrator, Role)}
    manager.request_loader(lambda request: people.get(request.headers.get("As", "x")))
    made.add_url_rule("/write/<word>", view_func=write)
    made.add_url_rule("/greet", view_func=greet)
    made.register_error_handler(NotAllowed, lambda refusal: (refusal.sentence, 403))
    return made


def test_who_has_the_permission_comes_through(app: Flask) -> None:
    answer = app.test_client().get("/write/x", headers={"As": "therapist"})
    assert (answer.status_code, answer.text, ran) == (200, "wrote x", ["x"])


@pytest.mark.parametrize("role", ["administrator", ""])
def test_who_has_not_is_refused_before_the_view(app: Flask, role: str) -> None:
    answer = app.test_client().get("/write/x", headers={"As": role})
    assert answer.status_code == 403
    assert "may not write note" in answer.text
    assert ran == []


def test_who_is_not_signed_in_is_turned_away_before_the_view(app: Flask) -> None:
    assert app.test_client().get("/write/x").status_code == 401
    assert ran == []


def test_a_setting_of_the_library_does_not_open_the_door(app: Flask) -> None:
    """flask_login lets everyone through when LOGIN_DISABLED is set; the permission still asks."""
    app.config["LOGIN_DISABLED"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get("/write/x").status_code == 500
    assert ran == []


def test_an_open_door_says_why(app: Flask) -> None:
    assert app.test_client().get("/greet").text == "hello"
    assert greet.guard == "a test asks"  # type: ignore[attr-defined] # set by the decorator


def test_the_guard_and_the_name_of_a_view_can_be_read() -> None:
    assert write.guard is Action.WRITE_NOTE  # type: ignore[attr-defined] # set by the decorator
    assert (write.__name__, write.__doc__) == ("write", "A view.")
