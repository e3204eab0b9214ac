"""The letterhead of a document: the newest that was set, or that of the practice's set-up."""

from hashlib import sha256
from json import dumps

from kapnotes.paper.logo import Drawing, read
from kapnotes.paper.summary import ENGLISH, Letterhead, Logo, PaperSize
from kapnotes.records import letterhead
from kapnotes.records.practice import Practice

SET_UP = "set-up"


def letterhead_of(practice: Practice, row: letterhead.Letterhead | None) -> Letterhead:
    """What stands at the head of a document: name, lines, logo."""
    lines = row.lines if row is not None else practice.letterhead
    return Letterhead(
        practice=practice.name,
        lines=tuple(line for line in lines.splitlines() if line.strip()),
        logo=_logo(row),
        digest=row.digest if row is not None else digest_of(lines, practice.paper_size),
        language=row.language if row is not None else ENGLISH,
    )


def paper_of(practice: Practice, row: letterhead.Letterhead | None) -> PaperSize:
    """The sheet that documents are printed on."""
    return PaperSize(row.paper_size if row is not None else practice.paper_size)


def digest_of(
    lines: str,
    paper_size: str,
    logo: bytes | None = None,
    kind: str = "",
    words: str = "",
    *,
    language: str = ENGLISH,
) -> str:
    """SHA-256 of a letterhead: what it shows, and nothing of when it was set.

    English is left out of it, so that a letterhead of before there was a choice keeps its digest.
    """
    picture = sha256(logo).hexdigest() if logo else ""
    spoken = [] if language == ENGLISH else [language]
    text = dumps([lines, paper_size, kind, words, picture, *spoken], ensure_ascii=False)
    return sha256(b"kapnotes letterhead v1\x00" + text.encode()).hexdigest()


def _logo(row: letterhead.Letterhead | None) -> Logo | None:
    if row is None or row.logo is None:
        return None
    found: Drawing = read(row.logo, row.logo_kind)
    return Logo(row.logo_kind, found.content, row.logo_words, found.width_mm, found.height_mm)
