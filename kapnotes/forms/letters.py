"""Words as people type them, kept to the letter."""

import re
from collections.abc import Sequence

from kapnotes.forms import wording
from kapnotes.forms.answer import Unreadable

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def only(values: Sequence[str]) -> str:
    """Return the one value that was posted, "" if all are blank; several are refused."""
    if len(values) == 1:
        return values[0]
    given = {value for value in values if value.strip()}
    if len(given) > 1:
        raise Unreadable(wording.ONE_ANSWER)
    return given.pop() if given else ""


def parse(text: str) -> str:
    r"""Return words with every line end as `\n`; NUL and lone surrogates are refused."""
    if _UNSTORABLE.search(text):
        raise Unreadable(wording.UNSTORABLE)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def parse_line(text: str) -> str:
    """Return words that stand on one line."""
    line = parse(text)
    if "\n" in line:
        raise Unreadable(wording.ONE_LINE)
    return line


def check(text: str, most: int | None) -> str:
    """Return what is wrong with the length of words, or ""."""
    return wording.too_long(len(text), most) if most is not None and len(text) > most else ""
