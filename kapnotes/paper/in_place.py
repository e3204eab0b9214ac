"""Texts of drawings, drawn in place: not each as a drawing of its own inside the drawing.

WeasyPrint makes a group of every SVG text that is centred or flush right, with resources and a
transparency of its own: hundreds of objects in each part, which say nothing.
"""

from typing import Any

import pydyf

_ROOMS = ("XObject", "Pattern", "Shading")
"""Resources that a group names in its own way: one that has some stays a group."""


def draw_in_place(pdf: pydyf.PDF, objects: dict[bytes, Any], pages: list[Any]) -> None:
    """Put what the plain groups draw into the pages themselves."""
    for page in pages:
        resources = objects[page["Resources"]]
        groups = _plain_groups(objects, resources)
        content = objects[page["Contents"]]
        content.stream = [
            one for operation in content.stream for one in _spelled(operation, groups)
        ]
    for page in pages:
        resources = objects[page["Resources"]]
        for name, group in _plain_groups(objects, resources).items():
            inside = objects[group.extra["Resources"]]
            for key, state in inside["ExtGState"].items():
                resources["ExtGState"].setdefault(key, state)
            inside.clear()
            _empty(pdf, group)
            del resources["XObject"][name.decode()]


def _plain_groups(objects: dict[bytes, Any], resources: Any) -> dict[bytes, Any]:
    """The groups that draw text and nothing else, by their names."""
    found = {}
    for name, reference in resources["XObject"].items():
        one = objects[reference]
        if isinstance(one, pydyf.Stream) and one.extra.get("Subtype") == "/Form":
            inside = objects[one.extra["Resources"]]
            if not any(inside[room] for room in _ROOMS):
                found[name.encode()] = one
    return found


def _spelled(operation: Any, groups: dict[bytes, Any]) -> list[Any]:
    """An operation, or the operations of the group that it would draw."""
    if isinstance(operation, bytes) and operation.endswith(b" Do"):
        group = groups.get(operation[1:-3])
        if group is not None:
            return [b"q", *group.stream, b"Q"]
    return [operation]


def _empty(pdf: pydyf.PDF, item: pydyf.Object) -> None:
    """Leave nothing under an object's number."""
    nothing = pydyf.Dictionary()
    nothing.number = item.number
    pdf.objects[item.number] = nothing
