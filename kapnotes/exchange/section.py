"""A section of a document: its words, and the resources behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from kapnotes.exchange.coding import Resource, concept, reference, terminology
from kapnotes.exchange.narrative import narrative
from kapnotes.forms import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title, short words, resources, sections inside.

    `empty` is the code of why there is nothing (`list-empty-reason`); its words are the section's.
    """

    title: str
    words: tuple[str, ...] = ()
    code: Code | None = None
    resources: tuple[Resource, ...] = ()
    sections: tuple["Section", ...] = ()
    empty: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.words or self.resources or self.sections)

    def walk(self) -> Iterator[Resource]:
        """Every resource in it, in the order of the document."""
        return chain(self.resources, *(one.walk() for one in self.sections))

    def written(self) -> Resource:
        """The section as a Composition has it."""
        made: Resource = {
            "title": self.title,
            "code": concept(self.code) if self.code else None,
            "text": narrative(self.words),
            "entry": [reference(one["id"]) for one in self.resources],
            "section": [one.written() for one in self.sections if not one.is_blank],
        }
        if self.empty and not self.resources and not self.sections:
            reason = terminology("list-empty-reason", self.empty)
            made["emptyReason"] = concept(reason, text=" ".join(self.words))
        return made
