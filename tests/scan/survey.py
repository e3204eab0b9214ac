"""What a person's pages lead to: each door's ids, query names and fields, found by walking."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from tests.scan.practice import Person

MOST = 3
"""Pages of one door that are read, and values that are kept of each name."""
NEVER = ("/sign-out", "/static/")
FIELDS = {"input", "select", "textarea", "button"}
ELEMENTS = "{http://www.w3.org/1999/xhtml}"


@dataclass(slots=True)
class Door:
    """What was seen of one door, by method: the values of each name."""

    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    query: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


Survey = dict[tuple[str, str], Door]
"""Doors by method and endpoint."""


@dataclass(slots=True)
class Walk:
    """A walk over the pages of one person."""

    person: Person
    doors: Map
    survey: Survey = field(default_factory=lambda: defaultdict(Door))
    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every id that was seen, by the name of its place."""
    pages: int = 0

    def go(self) -> None:
        """Read at most `MOST` pages of each door that a link leads to."""
        waiting, seen, read = deque(["/"]), {"/"}, defaultdict[str, int](int)
        while waiting:
            path = waiting.popleft()
            if not (end := self._meet("GET", path)) or read[end] >= MOST:
                continue
            read[end] += 1
            for href in self._read(path):
                if href not in seen:
                    seen.add(href)
                    waiting.append(href)

    def _read(self, path: str) -> list[str]:
        status, kind, text = self.person.get(path)
        if status != 200 or kind != "text/html":
            return []
        self.pages += 1
        root = html5lib.parse(text)
        for form in root.iter(f"{ELEMENTS}form"):
            method = (form.get("method") or "get").upper()
            action = form.get("action") or path
            end = self._meet(method, action)
            if end:
                self._fields(form, self.survey[method, end], is_query=method == "GET")
        return [
            one.get("href", "").partition("#")[0]
            for one in root.iter(f"{ELEMENTS}a")
            if one.get("href", "").startswith("/") and not one.get("href", "").startswith(NEVER)
        ]

    def _fields(self, form: Element, door: Door, *, is_query: bool) -> None:
        kept = door.query if is_query else door.fields
        for one in form.iter():
            tag, name = one.tag.removeprefix(ELEMENTS), one.get("name")
            if tag not in FIELDS or not name or name == "csrf_token":
                continue
            options = [each.get("value", "") for each in one.iter(f"{ELEMENTS}option")]
            words = options or [one.get("value") or (one.text or "")]
            kept[name].update(word for word in words[:12] if word)

    def _meet(self, method: str, path: str) -> str:
        """Remember what an address names; "" for one that is no door of this practice."""
        parts = urlsplit(path)
        adapter = self.doors.bind("127.0.0.1")
        try:
            end, places = adapter.match(parts.path, method=method)
        except HTTPException:
            return ""
        door = self.survey[method, end]
        for name, value in places.items():
            if len(door.places[name]) < MOST:
                door.places[name].add(str(value))
                self.values[name].add(str(value))
        for name, value in parse_qsl(parts.query):
            if len(door.query[name]) < MOST:
                door.query[name].add(value)
        return str(end)


def walk(person: Person, doors: Map) -> Walk:
    """Walk over the pages of a person."""
    made = Walk(person, doors)
    made.go()
    return made
