"""What was drawn before, kept in memory for as long as it would be drawn the same again.

It is safe because a drawing is found only under every value that it was made from: whoever asks
has read those values from the database in this very request, within the reader's reach, and the
look has its event. A session's rows, which never change once they are written, are read by their
marks (`records/session_mark.py`). What is saved is the drawing, never the asking. A value that
changed makes another key, and so another drawing; nothing has to be thrown away in time.

What belongs to one request has no place in a drawing. The token of its forms is filled in each
time; the page around it is drawn each time. Drawings stay in this process and go with it.
"""

from collections import OrderedDict
from collections.abc import Hashable
from functools import cache
from secrets import token_hex
from threading import Lock

from flask import Flask
from markupsafe import Markup

TOKEN = token_hex(16)
"""Where a form's token goes: nobody can know it, so nobody can write it into a record."""


def fit(app: Flask) -> None:
    """Give every template `icon(name)`: each of the few icons is drawn once."""

    @cache
    def icon(name: str) -> Markup:
        found: Markup = app.jinja_env.get_template("parts/icons.html").module.icon(name)  # type: ignore[attr-defined]
        return found

    app.jinja_env.globals["icon"] = icon


def filled(drawing: Markup, token: str) -> Markup:
    """The drawing with the token of this request in its forms."""
    return drawing.replace(TOKEN, token)


class Drawn:
    """Drawings under the values they were made from, at most so many: those last seen."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._drawings: OrderedDict[Hashable, Markup] = OrderedDict()
        self._holding = Lock()

    def __len__(self) -> int:
        return len(self._drawings)

    def find(self, values: Hashable) -> Markup | None:
        """What was drawn from these values, if it is still kept."""
        with self._holding:
            found = self._drawings.get(values)
            if found is not None:
                self._drawings.move_to_end(values)
            return found

    def keep(self, values: Hashable, drawing: Markup) -> Markup:
        """Keep what was drawn from these values, and give it back."""
        with self._holding:
            self._drawings[values] = drawing
            while len(self._drawings) > self._most:
                self._drawings.popitem(last=False)
        return drawing

    def forget(self) -> None:
        """Keep none of them any longer."""
        with self._holding:
            self._drawings.clear()
