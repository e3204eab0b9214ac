"""Somebody at the doors: a browser without scripts that posts each form with its own token."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import PASSWORD
from tests.factors import code_for

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Form = Mapping[str, str | Sequence[str]]


@dataclass(slots=True)
class Visitor:
    """One browser. `name` is who signed in with it, "" for nobody."""

    client: FlaskClient
    name: str = ""
    _token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, form: Form | None = None, **more: Any) -> TestResponse:
        """Post a form with this browser's token."""
        return self.client.post(path, data={"csrf_token": self.token(), **(form or {})}, **more)

    def put(self, path: str, form: Form | None = None, **more: Any) -> TestResponse:
        """Send what a page saves by itself; its token stands in the head, as the script has it."""
        head = {"X-CSRFToken": self.token(), **more.pop("headers", {})}
        return self.client.put(path, data=form or {}, headers=head, **more)

    def ask(self, method: str, path: str, form: Form | None = None) -> TestResponse:
        """Ask by any method."""
        if method == "GET":
            return self.get(path)
        return self.post(path, form) if method == "POST" else self.put(path, form)

    def token(self) -> str:
        """The token of this browser's session: one who is signed in asks for it once."""
        if not self.name:
            return token_in(self.client.get("/sign-in").text)
        if not self._token:
            self._token = self.client.get("/sign-in/token").get_json()["csrf"]
        return self._token

    def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        """Sign in through the doors, as `name` of the small practice, with a second factor."""
        email = f"{name.lower()}@test.example"
        answer = self.post("/sign-in", {"email": email, "password": password}, **more)
        if answer.headers.get("Location") == "/sign-in/factor":
            token = token_in(self.client.get("/sign-in/factor").text)
            form = {"csrf_token": token, "code": code_for(email)}
            answer = self.client.post("/sign-in/factor", data=form, **more)
        if answer.status_code == 302:
            self.name, self._token = name, ""
        return answer

    def sign_out(self) -> TestResponse:
        """Sign out through the door."""
        answer = self.post("/sign-out")
        self.name, self._token = "", ""
        return answer


def token_in(html: str) -> str:
    """The form token of a page."""
    found = TOKEN.search(html)
    assert found is not None, "there is no form on this page"
    return found[1]


def plain(html: str) -> str:
    """A page without what differs from answer to answer: its tokens."""
    return TOKEN.sub("", html)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, read strictly: html5lib raises for anything that is not well-formed."""

    html: str
    root: Element = field(init=False)

    def __post_init__(self) -> None:
        """Read the page, but for what it keeps aside until it locks."""
        reader = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        object.__setattr__(self, "root", reader.parse(self.html))
        for aside in self.all("template", id="lock-overlay"):
            for part in list(aside):
                aside.remove(part)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of a kind; `_` stands for `-` in an attribute's name."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self.root.iter(tag)
            if all(one.get(name) == value for name, value in wanted.items())
        ]

    def by_id(self, id_: str) -> Element | None:
        """The element of that id."""
        return next((one for one in self.root.iter() if one.get("id") == id_), None)

    def words(self, element: Element | None = None) -> str:
        """What is read in an element, or on the whole page, without runs of white space."""
        return " ".join("".join((self.root if element is None else element).itertext()).split())

    def beside(self, name: str) -> str:
        """The error linked with the field of that name, "" if there is none."""
        error = self.by_id(f"f-{name}-error")
        if error is None:
            return ""
        described = [
            one for one in self.root.iter() if error.get("id") in _words(one, "aria-describedby")
        ]
        assert described, f"the error of {name} is linked with nothing"
        posts = [each for one in described for each in one.iter() if each.get("name") == name]
        assert posts, f"what the error of {name} is linked with does not post {name}"
        return self.words(error).removeprefix("Error: ")

    def errors(self) -> dict[str, str]:
        """Every error on the page, by the name of its field."""
        ids = [
            one.get("id", "") for one in self.root.iter() if "field-error" in _words(one, "class")
        ]
        names = [id_.removeprefix("f-").removesuffix("-error") for id_ in ids]
        return {name: self.beside(name) for name in names}

    def typed(self) -> dict[str, list[str]]:
        """What the page's forms would post now, without tokens."""
        values: dict[str, list[str]] = {}
        for one in self.root.iter():
            name = one.get("name")
            if name and name != "csrf_token" and (value := _value(one)) is not None:
                values.setdefault(name, []).append(value)
        return values


def _words(element: Element, attribute: str) -> list[str]:
    return (element.get(attribute) or "").split()


def _value(element: Element) -> str | None:
    if element.tag == "textarea":
        return "".join(element.itertext())
    if element.tag == "select":
        chosen = [one for one in element.iter("option") if one.get("selected") is not None]
        return chosen[0].get("value") if chosen else ""
    if element.tag == "input":
        if element.get("type") in {"radio", "checkbox"} and element.get("checked") is None:
            return None
        return element.get("value", "")
    return None
