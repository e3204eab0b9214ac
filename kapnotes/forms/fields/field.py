"""The verbs that every field type has, and that say all about it."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from kapnotes.forms.answer import Posted
from kapnotes.forms.definition import Item

_Kind = TypeVar("_Kind")


class Field(Protocol[_Kind]):
    """One field type. Its module is one of these: the verbs are the module's functions.

    Verbs come in pairs, each undoing the other: `read` and `post` for the HTML form, `store` and
    `restore` for the database, `export` and `accept` for FHIR. All are about one answer; what
    can hold several is a `ManyField` too.
    """

    def read(self, item: Item, posted: Posted) -> _Kind | None:
        """Return the answer in posted text, None if it is blank; else raise Unreadable."""

    def post(self, item: Item, value: _Kind) -> Posted:
        """Return the text that a browser would post for an answer."""

    def check(self, item: Item, value: _Kind) -> str:
        """Return what is wrong with an answer in a sentence, "" if nothing is."""

    def show(self, item: Item, value: _Kind) -> str:
        """Return an answer as a person reads it."""

    def store(self, item: Item, value: _Kind) -> Any:
        """Return an answer as JSON that loses nothing."""

    def restore(self, item: Item, stored: Any) -> _Kind:
        """Return the answer in stored JSON; ValueError or KeyError if it does not fit."""

    def export(self, item: Item, value: _Kind) -> dict[str, Any]:
        """Return the `answer` of a FHIR QuestionnaireResponse."""

    def accept(self, item: Item, answer: Mapping[str, Any]) -> _Kind:
        """Return the answer in a FHIR `answer`; ValueError or KeyError if it does not fit."""


class ManyField(Protocol[_Kind]):
    """What a field type has besides, if it can hold several answers."""

    def read_many(self, item: Item, posted: Posted) -> list[_Kind]:
        """Return the answers in posted text, none if it is blank; else raise Unreadable."""

    def post_many(self, item: Item, values: list[_Kind]) -> Posted:
        """Return the text that a browser would post for several answers."""

    def check_many(self, item: Item, values: list[_Kind]) -> str:
        """Return what is wrong with several answers in a sentence, "" if nothing is."""
