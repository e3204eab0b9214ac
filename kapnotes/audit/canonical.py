"""The canonical JSON of an entry: what its hash is over, made by the writer and the verifier alike.

Keys are sorted, nothing stands between them, letters stand as they are: what `json.dumps` writes
with `sort_keys` and without `ensure_ascii`. It is spelt out here because a verifier writes a
million of them: the words of an entry (its role, event, outcome …) are few, and make a frame in
which the rest is filled in.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import TypeAlias

DOMAIN = "kapnotes trail v1\x00"
START = "0" * 64
"""What the first entry has in place of a hash before it."""
NULL = "null"


Frame: TypeAlias = tuple[str, ...]


@lru_cache(maxsize=16_384)
def frame(  # noqa: PLR0917 - the words of an entry, by place as they stand in its row
    role: str, event: str, category: str, outcome: str, reason: str, object_kind: str, /
) -> Frame:
    """The domain and canonical JSON of every entry with these words, in nine pieces.

    Between them the rest is filled in. Raises TypeError for what is no text.
    """
    return (
        f'{DOMAIN}{{"actor_id":"',
        '","at":"',
        f'","category":{quoted(category)},"details":',
        f',"event":{quoted(event)},"object_id":',
        f',"object_kind":{quoted(object_kind)},"object_version":',
        f',"outcome":{quoted(outcome)},"patient_id":',
        ',"position":',
        ',"prev_hash":"',
        f'","reason":{quoted(reason)},"role":{quoted(role)}}}',
    )


def filled(  # noqa: PLR0917 - by place: names would cost as much as the hash
    around: Frame,
    actor_id: str,
    at: str,
    details: str,
    object_id: str,
    version: str,
    patient_id: str,
    position: str,
    prev_hash: str,
    /,
) -> bytes:
    """What the hash of an entry is over: its frame with all that is its own.

    Actor, time and hash are bare and of one length each; everything else is JSON already.
    """
    (begin, actor, time, data, thing, kind, outcome, place, end) = around
    pieces = (begin, actor_id, actor, at, time, details, data, object_id, thing, version, kind)
    return "".join((*pieces, patient_id, outcome, position, place, prev_hash, end)).encode()


def canonical_details(details: Mapping[str, object]) -> str:
    """The details of an entry as canonical JSON."""
    if not details:
        return "{}"
    return (
        "{" + ",".join([f"{quoted(key)}:{_plain(details[key])}" for key in sorted(details)]) + "}"
    )


def _plain(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
