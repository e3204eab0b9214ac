"""An SVG logo, read strictly and written anew from what is known to be a plain drawing.

Nothing is copied: each element and each value is recognised and written by us. What could act, or
bring something in from elsewhere, is refused with its name; what is merely of no use on paper
(comments, an editor's own data, unknown attributes) is left behind.
"""

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from kapnotes.clinic.refusals import BadInput
from kapnotes.paper import logo_values as values

SPACE = "http://www.w3.org/2000/svg"
MOST_ELEMENTS = 2_000
MOST_DEPTH = 32
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
HOLDERS = frozenset({"svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop"})
LEFT_BEHIND = frozenset({"title", "desc", "metadata", "switch"})
OUTLINES = "Turn its letters into outlines (paths) in your drawing program."
NO_PLACE = "There is no place for that in a logo."
WHY = {
    "text": OUTLINES,
    "tspan": OUTLINES,
    "image": "Embed no picture in it; hand that in as PNG.",
    "style": "Save it with its colours as attributes.",
    "use": "Save it without linked copies (symbols).",
    "symbol": "Save it without linked copies (symbols).",
}
"""What to do about elements that a drawing program may well have made."""


@dataclass(frozen=True, slots=True)
class Written:
    """A drawing that was written anew, and the size of its own units."""

    markup: str
    width: float
    height: float


@dataclass(slots=True)
class _Reading:
    """What is known while the drawing is read."""

    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    skipped: int = 0
    elements: int = 0
    names: dict[str, str] = field(default_factory=dict)
    classes: dict[str, dict[str, str]] = field(default_factory=dict)
    css: list[str] | None = None
    size: tuple[float, float] = (0.0, 0.0)
    shapes: int = 0


def rewritten(content: bytes) -> Written:
    """The drawing anew. Raises BadInput with the reason for what is none, or does more."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: _start(reading, name, given)
    parser.EndElementHandler = lambda name: _end(reading, name)
    parser.CharacterDataHandler = lambda text: _text(reading, text)
    parser.EntityDeclHandler = lambda *_: _refuse("The drawing defines entities of its own.")
    parser.ExternalEntityRefHandler = lambda *_: _refuse("The drawing refers to other files.")
    parser.ProcessingInstructionHandler = lambda *_: _refuse(
        "The drawing has processing instructions."
    )
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, UnicodeError, ValueError):
        _refuse("The file is neither a PNG nor a drawing (SVG) that can be read.")
    if not reading.shapes:
        _refuse("There is nothing drawn in it.")
    return Written("".join(reading.out), *reading.size)


def _start(reading: _Reading, name: str, given: dict[str, str]) -> None:
    space, _, local = name.rpartition(" ")
    if reading.skipped:
        reading.skipped += 1
        return
    if not reading.open and (space, local) != (SPACE, "svg"):
        _refuse("The file is neither a PNG nor a drawing (SVG) that can be read.")
    if space != SPACE or local in LEFT_BEHIND:
        reading.skipped = 1
        return
    if local == "style":
        reading.css = []
        reading.open.append(local)
        return
    if local not in SHAPES | HOLDERS or (local == "svg" and reading.open):
        _refuse(f"The drawing has a <{local[:20]}>. {WHY.get(local, NO_PLACE)}")
    reading.elements += 1
    if reading.elements > MOST_ELEMENTS or len(reading.open) >= MOST_DEPTH:
        _refuse("The drawing is too complicated for a logo.")
    reading.shapes += local in SHAPES
    reading.open.append(local)
    reading.out.append(f"<{local}")
    kept = _root(reading, given) if local == "svg" else _kept(reading, given)
    reading.out += [f" {key}={quoteattr(value)}" for key, value in kept.items()]
    reading.out.append(">")


def _end(reading: _Reading, name: str) -> None:
    if reading.skipped:
        reading.skipped -= 1
        return
    local = name.rpartition(" ")[2]
    reading.open.pop()
    if local == "style":
        found = values.classes("".join(reading.css or ()))
        if found is None:
            _refuse(f"The drawing has a style sheet that is not plain. {WHY['style']}")
        reading.classes |= found
        reading.css = None
        return
    reading.out.append(f"</{local}>")


def _text(reading: _Reading, text: str) -> None:
    if reading.css is not None and not reading.skipped:
        reading.css.append(text)


def _root(reading: _Reading, given: dict[str, str]) -> dict[str, str]:
    """The drawing's own frame: its view box, or its size where it has none."""
    box = values.numbers(given.get("viewBox", ""), count=4)
    if box is None:
        width, height = (values.length(given.get(name, "")) for name in ("width", "height"))
        if width is None or height is None:
            _refuse("The drawing does not say how large it is (viewBox).")
        box = (0.0, 0.0, width, height)
    if not (0 < box[2] < values.FARTHEST and 0 < box[3] < values.FARTHEST):
        _refuse("The drawing does not say how large it is (viewBox).")
    reading.size = (box[2], box[3])
    frame = {"xmlns": SPACE, "viewBox": " ".join(f"{one:g}" for one in box)}
    return frame | {key: kept for key, kept in _kept(reading, given).items() if key in values.PAINT}


def _kept(reading: _Reading, given: dict[str, str]) -> dict[str, str]:
    """The attributes that are known, with values that are; later ones win, as in a browser."""
    found: dict[str, str] = {}
    for name, value in given.items():
        _check_harmless(name)
        if name == "id":
            found["id"] = _name(reading, value)
        elif name not in {"class", "style"}:
            _keep(reading, found, name, value)
    for one in given.get("class", "").split():
        for name, value in reading.classes.get(one, {}).items():
            _keep(reading, found, name, value)
    for name, value in values.declarations(given.get("style", "")).items():
        _keep(reading, found, name, value)
    return found


def _check_harmless(name: str) -> None:
    local = name.rpartition(" ")[2].lower()
    if local.startswith("on"):
        _refuse(f"The drawing has a script ({local[:20]}). {NO_PLACE}")
    if local in {"href", "src"}:
        _refuse("The drawing refers to something outside of itself. Save it without links.")


def _keep(reading: _Reading, found: dict[str, str], name: str, value: str) -> None:
    """Keep one attribute; a paint that names a gradient names it as we call it."""
    text = value.strip()
    if "url(" in text.lower():
        target = values.target(text)
        if target is None:
            _refuse("The drawing refers to something outside of itself. Save it without links.")
        if name in values.TARGETS:
            found[name] = f"url(#{_name(reading, target)})"
        return
    checked = values.checked(name, text)
    if checked is not None:
        found[name] = checked


def _name(reading: _Reading, name: str) -> str:
    """The name of a gradient or a clip, as we call it."""
    return reading.names.setdefault(name, f"logo-{len(reading.names) + 1}")


def _refuse(sentence: str) -> NoReturn:
    raise BadInput({"logo": sentence})
