"""One signed thing worked out again: a version, a co-signature, an addendum, a kept document.

Each check returns what is wrong in words of ours, "" for nothing; never a word of the record.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from kapnotes.clinic.note import LOCKED, NoteKind, NoteState
from kapnotes.keys import SealBroken
from kapnotes.library import note_definition
from kapnotes.records.content import addendum_digest, digest, plain_values
from kapnotes.records.document import Document
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion, ReviewComment
from kapnotes.records.note_proof import Told
from kapnotes.records.session_row import Row

NOT_OPEN = "its sealed content does not open in its place"


def version_fault(
    told: Told, found: Note | None, version: NoteVersion | None, rows: Sequence[Row]
) -> str:
    """What is wrong with a signed version. `rows` are those of its session, for a dosing note."""
    if found is None or version is None:
        return "it was signed and is not there"
    try:
        content = version.content
        _ = version.cautions
    except (SealBroken, ValueError):
        return NOT_OPEN
    if digest(content) != version.digest:
        return "its content is not what its digest is over"
    if version.digest != told.details.get("digest"):
        return "it is not the content that was signed"
    if not _is_by(told, version):
        return "who signed it, and when, is not what the trail says"
    kept = json.loads(content)
    return _about(kept, found, version) or _standing(kept, found, version, rows)


def _is_by(told: Told, signed: NoteVersion | Cosignature | Addendum) -> bool:
    return (signed.signer_id, signed.signer_role, signed.signed_at) == (
        told.actor_id,
        told.role,
        told.at,
    )


def _about(kept: Mapping[str, Any], found: Note, version: NoteVersion) -> str:
    """Whether the content is of this note, and its definition the one it was written with."""
    stands = {
        "note": found.id,
        "kind": found.kind,
        "patient": found.patient_id,
        "infusion": found.infusion_id,
        "author": found.author_id,
    }
    if any(kept.get(name) != str(value) for name, value in stands.items()):
        return "its content is that of another note"
    if version.patient_id != found.patient_id or version.signer_id != found.author_id:
        return "its signature is not that of its author"
    written = kept["definition"]
    if written["version"] != version.definition_version:
        return "its definition is not the one that was signed"
    try:
        definition = note_definition(found.kind, version.definition_version)
    except (KeyError, ValueError):
        return "its definition is not there any more"
    if written["digest"] != definition.digest:
        return "its definition has changed since it was signed"
    return ""


def _standing(
    kept: Mapping[str, Any], found: Note, version: NoteVersion, rows: Sequence[Row]
) -> str:
    """Whether note and session still stand as the newest version says."""
    if version.number > found.signed_versions:
        return "the note does not know of it"
    is_newest = version.number == found.signed_versions
    if not is_newest or NoteState(found.state) not in LOCKED or found.kind != NoteKind.DOSING:
        return ""
    return session_fault(kept["session"], rows)


def session_fault(signed: Sequence[Mapping[str, Any]], rows: Sequence[Row]) -> str:
    """Whether what a session holds is what was signed of it, row by row."""
    standing = {str(row.id): row for row in rows}
    if len(signed) != len(standing):
        return "its session has other rows than were signed"
    for one in signed:
        row = standing.get(one["id"])
        if row is None or row.__tablename__ != one["record"]:
            return "its session has other rows than were signed"
        try:
            values = plain_values(row)
        except (SealBroken, ValueError):
            return "a row of its session does not open in its place"
        if any(values[name] != value for name, value in one.items() if name in values):
            return "a row of its session is not as it was signed"
    return ""


def cosignature_fault(
    told: Told, found: Note | None, cosigned: Cosignature | None, version: NoteVersion | None
) -> str:
    """What is wrong with a co-signature."""
    if found is None or cosigned is None or version is None:
        return "its co-signature was given and is not there"
    if not cosigned.digest == version.digest == told.details.get("digest"):
        return "its co-signature is over another content"
    if not _is_by(told, cosigned):
        return "who co-signed it, and when, is not what the trail says"
    return "it was co-signed by its author" if cosigned.signer_id == found.author_id else ""


def addendum_fault(
    told: Told, found: Note | None, added: Addendum | None, versions: Sequence[NoteVersion]
) -> str:
    """What is wrong with an addendum."""
    if found is None or added is None or not versions:
        return "its addendum was signed and is not there"
    try:
        reason, text = added.reason, added.text
    except (SealBroken, ValueError):
        return "its addendum does not open in its place"
    again = {
        addendum_digest(
            added.note_id,
            added.number,
            adds_to=one.digest,
            author=added.signer_id,
            reason=reason,
            text=text,
        )
        for one in versions
    }
    if added.digest not in again or told.details.get("digest", added.digest) != added.digest:
        return "its addendum is not what its digest is over"
    return "" if _is_by(told, added) else "who added to it, and when, is not what the trail says"


def comments_fault(comments: Sequence[ReviewComment]) -> str:
    """Whether what was said in review can be read."""
    try:
        for one in comments:
            _ = one.comment
    except (SealBroken, ValueError):
        return "a comment of its review does not open in its place"
    return ""


def document_fault(found: Document | None) -> str:
    """What is wrong with a kept document."""
    if found is None:
        return "it was kept and is not there"
    try:
        content = found.content
    except (SealBroken, ValueError):
        return NOT_OPEN
    if len(content) != found.size or sha256(content).hexdigest() != found.file_digest:
        return "its bytes are not those that were kept"
    return ""
