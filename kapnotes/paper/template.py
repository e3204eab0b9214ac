"""The paper's own Jinja environment, in which everything is text.

Every value passes through `quiet` on its way out and is then escaped; there is no way to mark a
person's words as markup. Nothing is loaded here that knows the record.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kapnotes.paper import words
from kapnotes.paper.text import direction, pieces, quiet

TEMPLATES = Path(__file__).parents[2] / "templates"


def _finalize(value: object) -> object:
    """Nothing for None; quiet text for text; markup of our own templates as it is."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return quiet(value)
    return value


environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_finalize,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters |= {
    "day": words.day,
    "clock": words.clock,
    "moment": words.moment,
    "figure": words.figure,
    "change": words.change,
    "opening": words.opening,
    "shortened": words.shortened,
    "direction": direction,
    "pieces": lambda text: pieces(quiet(text)),
}


def fill(name: str, **values: object) -> str:
    """One of the paper's templates as HTML, with these values in it as text."""
    return environment.get_template(f"paper/{name}.html").render(**values)
