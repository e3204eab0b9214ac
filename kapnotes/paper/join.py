"""From parts to one document: pages, tags, outline, attachments and claims, each of them once.

The first part becomes the document and the others are joined to it, so that a document of one
part costs next to nothing. Nothing here depends on the moment or the place it runs: the same
binding gives the same bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String

from kapnotes.paper import join_links, join_outline, join_tags
from kapnotes.paper.binding import Attachment, Binding
from kapnotes.paper.claims import info, packet
from kapnotes.paper.errand import Unprintable
from kapnotes.paper.furniture import Sheets
from kapnotes.paper.join_furniture import furnish
from kapnotes.paper.join_shared import Shared

VERSION = "1.7"
_HUNG = (("/StructTreeRoot",), ("/Outlines",), ("/Names", "/Dests"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a part brings: its pages, its tags, its outline and the places it has named."""

    pages: Sequence[pikepdf.Object]
    tree: pikepdf.Object
    outline: pikepdf.Object
    names: pikepdf.Object


def join(binding: Binding, sheets: Sheets) -> bytes:
    """The whole document. Raises Unprintable for parts that cannot be bound."""
    if not binding.parts:
        raise Unprintable("A document needs at least one part.")
    whole, shared = _opened(binding.parts[0]), Shared()
    taken = [_first(whole, shared)]
    taken += [_taken(whole, part, shared) for part in binding.parts[1:]]
    spans = [one.pages for one in taken]
    join_links.resolve(whole, [one.names for one in taken], spans, binding.bookmarks)
    join_tags.merge(whole, [one.tree for one in taken], spans)
    join_outline.hang(whole, [one.outline for one in taken], spans, binding.bookmarks)
    furnish(whole, sheets, spans, binding.furniture, shared)
    _attach(whole, binding)
    _describe(whole, binding)
    return _saved(whole)


def _opened(part: bytes) -> Pdf:
    try:
        source = Pdf.open(io.BytesIO(part))
    except pikepdf.PdfError:
        raise Unprintable("A part of it cannot be read.") from None
    if "/StructTreeRoot" not in source.Root or not len(source.pages):
        raise Unprintable("A part of it has no tags.")
    return source


def _first(whole: Pdf, shared: Shared) -> Taken:
    """What the document has of its own before the others are joined to it."""
    pages = [page.obj for page in whole.pages]
    shared.lay(pages, shared.lift(pages))
    return Taken(pages, *(_hung(whole, *keys) for keys in _HUNG))


def _taken(whole: Pdf, part: bytes, shared: Shared) -> Taken:
    """What of a part goes into the whole; the part itself is let go, for it takes much room."""
    with _opened(part) as source:
        gaps = shared.lift([page.obj for page in source.pages])
        before = len(whole.pages)
        whole.pages.extend(source.pages)
        found = [whole.copy_foreign(source.make_indirect(_hung(source, *keys))) for keys in _HUNG]
    pages = [page.obj for page in whole.pages[before:]]
    shared.lay(pages, gaps)
    return Taken(pages, *found)


def _hung(source: Pdf, *keys: str) -> pikepdf.Object:
    """What hangs under these keys of the catalog, one below the other."""
    found: pikepdf.Object = source.Root
    for key in keys:
        found = found.get(key, Dictionary())
    return found


def _attach(whole: Pdf, binding: Binding) -> None:
    """Put the files inside, each associated with the document by its relationship."""
    names = [one.name for one in binding.attachments]
    if len(set(names)) < len(names):
        raise Unprintable("Two of its attachments have the same name.")
    moment = info(binding)["/CreationDate"]
    specs = [_attached(whole, one, moment) for one in binding.attachments]
    if specs:
        whole.Root.AF = pikepdf.Array(specs)


def _attached(whole: Pdf, one: Attachment, moment: str) -> pikepdf.Object:
    spec = pikepdf.AttachedFileSpec(
        whole,
        one.content,
        description=one.description,
        filename=one.name,
        mime_type=one.mime,
        creation_date=moment,
        mod_date=moment,
    )
    spec.relationship = Name(f"/{one.relationship}")
    whole.attachments[one.name] = spec
    return whole.attachments[one.name].obj


def _describe(whole: Pdf, binding: Binding) -> None:
    """Language, title, dates and claims of the whole, and how a reader should open it."""
    root = whole.Root
    root.Lang = String(binding.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.MarkInfo = Dictionary(Marked=True)
    root.Metadata = whole.make_stream(packet(binding), Type=Name.Metadata, Subtype=Name.XML)
    facts = Dictionary({key: String(value) for key, value in info(binding).items() if value})
    whole.trailer.Info = whole.make_indirect(facts)


def _saved(whole: Pdf) -> bytes:
    file = io.BytesIO()
    whole.save(
        file,
        min_version=VERSION,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return file.getvalue()
