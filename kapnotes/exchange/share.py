"""One infusion's share of a bundle: written and checked once, joined into every document.

A chart of twenty infusions after one new one writes only that one. A share is text in lines. The
first says what the Composition takes from it: its section, who wrote and who signed, what was
done. Each other line is an entry. It knows nothing of the document around it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kapnotes import forms
from kapnotes.exchange import infusion as infusions
from kapnotes.exchange.charted import Infusion
from kapnotes.exchange.charted_note import Signature
from kapnotes.exchange.coding import Resource, by, moment, period, reference
from kapnotes.exchange.narrative import tidy
from kapnotes.exchange.people import of_infusion, practitioner

_BEFORE = '{"fullUrl":"'


@dataclass(frozen=True, slots=True)
class Share:
    """A share, read back: entries are JSON text by their address."""

    section: Resource
    authors: Sequence[Resource]
    attesters: Sequence[Resource]
    event: Resource
    entries: dict[str, str]


def share(infusion: Infusion, *, patient_id: UUID) -> str:
    """The infusion's share as text. Raises ValueError if a resource of it is not valid R4B."""
    here = {note.filled.id for note in infusion.notes if note.filled}
    section = infusions.section(infusion, patient_id=patient_id, here=here)
    resources = (*map(practitioner, of_infusion(infusion)), *section.walk())
    head = {
        "section": section.written(),
        "author": list(_authors(infusion)),
        "attester": [_attester(one) for _, one in _signatures(infusion)],
        "event": {
            "period": period(infusion.started_at, infusion.completed_at),
            "detail": [reference(infusion.id)],
        },
    }
    entries = written(resources)
    check(with_entries({"resourceType": "Bundle", "type": "collection"}, entries))
    return "\n".join((forms.write_json(tidy(head)), *entries.values()))


def read(text: str) -> Share:
    """A share as `share` wrote it."""
    head, *lines = text.split("\n")
    said = json.loads(head)
    return Share(
        said["section"],
        said.get("author", ()),
        said.get("attester", ()),
        said["event"],
        {_address(line): line for line in lines},
    )


def _address(line: str) -> str:
    return line.removeprefix(_BEFORE).partition('"')[0]


def written(resources: Iterable[Resource]) -> dict[str, str]:
    """The entries of resources as JSON text by their address, the first of each."""
    found: dict[str, str] = {}
    for one in resources:
        address = f"urn:uuid:{one['id']}"
        if address not in found:
            found[address] = forms.write_json({"fullUrl": address, "resource": tidy(one)})
    return found


def with_entries(head: Resource, entries: Mapping[str, str]) -> str:
    """A Bundle as JSON text, from what it says of itself and its entries."""
    return f'{forms.write_json(tidy(head))[:-1]},"entry":[{",".join(entries.values())}]}}'


def check(text: str) -> None:
    """Raise ValueError unless this is a valid R4B Bundle."""
    from fhir.resources.R4B.bundle import (  # noqa: PLC0415 - a quarter of a second, rarely needed
        Bundle,
    )

    Bundle.model_validate_json(text)


def _signatures(infusion: Infusion) -> Iterator[tuple[bool, Signature]]:
    """Every signature under notes and addenda, with whether it is that of an author."""
    for note in infusion.notes:
        for place, one in enumerate(note.signatures):
            yield place == 0, one
        for added in note.addenda:
            yield True, added.signature


def _attester(one: Signature) -> Resource:
    return {"mode": "professional", "time": moment(one.at), "party": by(one.by)[0]}


def _authors(infusion: Infusion) -> Iterator[Resource]:
    """Who wrote the notes and addenda in it."""
    return (by(one.by)[0] for is_author, one in _signatures(infusion) if is_author)
