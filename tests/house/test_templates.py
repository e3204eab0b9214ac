"""Templates show and do not decide; nothing in them needs the policy to be opened."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

REPOSITORY = Path(__file__).parents[2]
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

every_template = pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: path.relative_to(REPOSITORY / "templates").as_posix()
)


class Reader(HTMLParser):
    """Collects what the Content-Security-Policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        self.refused += [f"<{tag} {name}>" for name in given if name == "style" or name[:2] == "on"]
        self.refused += [
            f"<{tag}> javascript:" for v in given.values() if "javascript:" in (v or "")
        ]
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.refused.append("<script> without src")
        if tag == "style":
            self.refused.append("<style>")


def refused_in(source: str, *, on_paper: bool = False) -> list[str]:
    """Return what the policy would refuse; paper has no policy, and carries its own styles."""
    reader = Reader()
    reader.feed(JINJA.sub("", source))
    return [what for what in reader.refused if not (on_paper and "style" in what)]


@every_template
def test_it_parses_and_leaves_all_escaping_on(template: Path) -> None:
    tree = Environment(autoescape=True).parse(template.read_text())
    assert [node for node in tree.find_all(nodes.Filter) if node.name == "safe"] == []
    assert "autoescape false" not in template.read_text()


@every_template
def test_nothing_in_it_is_inline(template: Path) -> None:
    assert refused_in(template.read_text(), on_paper="paper" in template.parts) == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color: red">',
        "<p {% if warm %}style='color: red'{% endif %}>",
        '<button onclick="sign()">',
        '<a href="javascript:sign()">',
        "<script>sign()</script>",
        "<style>p { color: red }</style>",
    ],
)
def test_the_reader_sees_what_is_inline(source: str) -> None:
    assert refused_in(source)


def test_the_reader_lets_files_and_data_pass() -> None:
    assert (
        refused_in('<script type="application/json">{}</script><script src="a.js"></script>') == []
    )
