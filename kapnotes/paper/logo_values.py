"""The values that a logo's drawing may have: figures, colours, paths, and nothing that fetches."""

import re
from collections.abc import Mapping
from types import MappingProxyType

FARTHEST = 1e6
"""No coordinate of a logo is farther out."""
LONGEST = 60_000
"""Characters of one path."""
_FIGURE = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?"
_LENGTH = re.compile(rf"({_FIGURE})(px|pt|mm|cm|in|%)?")
_FIGURES = re.compile(rf"{_FIGURE}(?:[\s,]+{_FIGURE})*")
_PATH = re.compile(r"[MmZzLlHhVvCcSsQqTtAa0-9eE.,+\-\s]*")
_POINTS = re.compile(r"[0-9eE.,+\-\s]*")
_TRANSFORM = re.compile(
    r"(?:\s*(?:matrix|translate|scale|rotate|skewX|skewY)\([0-9eE.,+\-\s]*\),?)*\s*"
)
_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}|rgb\(\s*\d{1,3}%?\s*(?:,\s*\d{1,3}%?\s*){2}\)"
)
_TARGET = re.compile(r"url\(\s*['\"]?#([^)'\"\s]{1,80})['\"]?\s*\)")
_CLASS = re.compile(r"\.[A-Za-z_][\w-]{0,80}")
_NOTE = re.compile(r"/\*.*?\*/", re.DOTALL)

PAINT = frozenset(
    {"fill", "stroke", "color", "stop-color", "fill-opacity", "stroke-opacity", "opacity"}
)
"""What paints; the first four take a colour."""
TARGETS = frozenset({"fill", "stroke", "clip-path"})
"""What may name a gradient or a clip of the drawing itself."""
_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "fill-rule": frozenset({"nonzero", "evenodd"}),
        "clip-rule": frozenset({"nonzero", "evenodd"}),
        "stroke-linecap": frozenset({"butt", "round", "square"}),
        "stroke-linejoin": frozenset({"miter", "round", "bevel"}),
        "gradientUnits": frozenset({"userSpaceOnUse", "objectBoundingBox"}),
        "clipPathUnits": frozenset({"userSpaceOnUse", "objectBoundingBox"}),
        "spreadMethod": frozenset({"pad", "reflect", "repeat"}),
    }
)
_COLOURED = frozenset({"fill", "stroke", "color", "stop-color"})
_LENGTHS = frozenset(
    {
        *("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2"),
        *("fx", "fy", "offset", "stroke-width", "stroke-miterlimit", "stroke-dashoffset"),
        *("opacity", "fill-opacity", "stroke-opacity", "stop-opacity"),
    }
)
_LISTS = frozenset({"stroke-dasharray"})


def checked(name: str, value: str) -> str | None:
    """The value as it may stand, or None for what is not known."""
    if len(value) > LONGEST:
        return None
    if name in _LENGTHS:
        return value if length(value) is not None else None
    if name in _COLOURED:
        return value if _COLOUR.fullmatch(value) else None
    if name in _WORDS:
        return value if value in _WORDS[name] else None
    if name in _LISTS:
        return value if value == "none" or _FIGURES.fullmatch(value) else None
    pattern = {
        "d": _PATH,
        "points": _POINTS,
        "transform": _TRANSFORM,
        "gradientTransform": _TRANSFORM,
    }.get(name)
    return value if pattern is not None and pattern.fullmatch(value) else None


def length(value: str) -> float | None:
    """A length as a figure, whatever its unit; None for what is none or too far out."""
    found = _LENGTH.fullmatch(value.strip())
    figure = float(found[1]) if found else None
    return figure if figure is not None and abs(figure) < FARTHEST else None


def numbers(value: str, *, count: int) -> tuple[float, ...] | None:
    """So many figures, or None."""
    if not _FIGURES.fullmatch(value.strip()):
        return None
    found = tuple(float(one) for one in re.split(r"[\s,]+", value.strip()))
    return found if len(found) == count and max(map(abs, found)) < FARTHEST else None


def target(value: str) -> str | None:
    """The name inside the drawing that a `url(#name)` refers to; None for any other."""
    found = _TARGET.fullmatch(value)
    return found[1] if found else None


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute, by their names."""
    pairs = (one.partition(":") for one in style.split(";"))
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def classes(css: str) -> dict[str, dict[str, str]] | None:
    """The declarations of plain class selectors; None for a style sheet with anything else."""
    found: dict[str, dict[str, str]] = {}
    *rules, rest = _NOTE.sub("", css).split("}")
    for rule in rules:
        head, brace, body = rule.partition("{")
        names = [one.strip() for one in head.split(",")]
        if not brace or not all(_CLASS.fullmatch(one) for one in names):
            return None
        for name in names:
            found.setdefault(name[1:], {}).update(declarations(body))
    return None if rest.strip() else found
