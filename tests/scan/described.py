"""Every door as an OpenAPI description, with what a survey saw: what schemathesis reads."""

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.routing import Map, Rule

from tests.scan.survey import Door, Walk

PROTECTED = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
)
LEFT_OUT = frozenset(
    {
        "sign_in.leave",  # ends the sitting of the scan itself
        "hand_over.page",  # the same: a page in a patient's hands
        "measures.give",  # the same
        "people.disable",  # the demo's other people are still to scan
        "people.new_password",  # the same
        "people.reset_factors",  # the same
        "locking.lock",  # locks the sitting of the scan itself
        "locking.open_page",  # the same, at the fifth wrong code
        "locking.unlock",  # the same
        "locking.input_",  # the same: a page that waited says so
        "sittings.end",  # ends a sitting
        "sittings.end_others",  # the same
        "confirm.give",  # guesses are counted, and stop at a few
    }
)
BY_SCRIPT: dict[str, tuple[str, ...]] = {
    "live.send": (
        "key", "act", "noun", "row", "kind", "about_id", "observed_at", "is_running", "amount",
        "unit", "words", "_reason", "_why", "systolic", "diastolic", "pulse", "spo2",
    ),
    "notes.save_draft": ("_version", "plan", "themes", "assessment", "people-names"),
}  # fmt: skip
"""Fields that a page's script posts: no form on the page names all of them."""
IDS = {"row": "row_id", "about_id": "row_id", "key": "row_id"}


def description(doors: Map, walked: Walk, base_url: str) -> dict[str, Any]:
    """Describe every door of the practice."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in doors.iter_rules():
        if rule.endpoint in LEFT_OUT | {"static"}:
            continue
        address = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            seen = walked.survey.get((method, rule.endpoint), Door())
            paths.setdefault(address, {})[method.lower()] = _operation(rule, method, seen, walked)
    return {
        "openapi": "3.0.3",
        "info": {"title": "kapnotes", "version": "1"},
        "servers": [{"url": base_url}],
        "paths": paths,
    }


def _operation(rule: Rule, method: str, seen: Door, walked: Walk) -> dict[str, Any]:
    places = [
        {"name": name, "in": "path", "required": True, "schema": _place(name, walked)}
        for name in sorted(rule.arguments)
    ]
    query = [
        {"name": name, "in": "query", "required": False, "schema": _words(values)}
        for name, values in sorted(seen.query.items())
    ]
    answer = {
        "description": "any",
        "headers": {name: {"required": True, "schema": {"type": "string"}} for name in PROTECTED},
    }
    made: dict[str, Any] = {
        "operationId": f"{method} {rule.endpoint}",
        "parameters": [*places, *query],
        "responses": {"default": answer},
    }
    if method != "GET":
        made["requestBody"] = {"required": True, "content": _body(rule.endpoint, seen, walked)}
    return made


def _body(endpoint: str, seen: Door, walked: Walk) -> dict[str, Any]:
    fields = {name: _words(values) for name, values in sorted(seen.fields.items())}
    for name in BY_SCRIPT.get(endpoint, ()):
        known = walked.values.get(IDS.get(name, ""), set())
        fields.setdefault(name, _words(known))
    form = {"schema": {"type": "object", "properties": fields}}
    return {"application/x-www-form-urlencoded": form}


def _place(name: str, walked: Walk) -> dict[str, Any]:
    """An id that was seen, or as rarely as one in three any other."""
    known = sorted(walked.values.get(name, set()))[:9]
    any_id = {"type": "string", "format": "uuid"} if name.endswith("_id") else {"type": "string"}
    return {"anyOf": [{"enum": known}, {"enum": known}, any_id]} if known else any_id


def _words(values: Iterable[str]) -> dict[str, Any]:
    known = sorted(values)[:12]
    free = {"type": "string"}
    return {"anyOf": [{"enum": known}, free]} if known else free
