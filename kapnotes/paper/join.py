"""From parts to one document: pages, tags, outline, attachments and claims, each of them once.

The first part becomes the document and the others are joined to it, so that a document of one
part costs next to nothing. Nothing here depends on the moment or the place it runs: the same
binding gives the same bytes.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

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


def join(binding: Binding, sheets: Sheets) -> bytes:
    """The whole document. Raises Unprintable for parts that cannot be bound."""
    if not binding.parts:
        raise Unprintable("A document needs at least one part.")
    sources = [_opened(part) for part in binding.parts]
    whole, *others = sources
    lengths = [len(source.pages) for source in sources]
    for source in others:
        whole.pages.extend(source.pages)
    pages = [page.obj for page in whole.pages]
    starts = [0, *accumulate(lengths)]
    spans = [pages[begin:end] for begin, end in pairwise(starts)]
    trees = [_taken(whole, source, source.Root.StructTreeRoot) for source in sources]
    outlines = [
        _taken(whole, source, source.Root.get("/Outlines", Dictionary())) for source in sources
    ]
    join_links.resolve(whole, sources, spans, binding.bookmarks)
    join_tags.merge(whole, trees, spans)
    join_outline.hang(whole, outlines, spans, binding.bookmarks)
    shared = Shared()
    for resources in _resources(spans):
        shared.share(resources)
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


def _taken(whole: Pdf, source: Pdf, found: pikepdf.Object) -> pikepdf.Object:
    """An object of the part as one of the whole."""
    return found if source is whole else whole.copy_foreign(source.make_indirect(found))


def _resources(spans: Sequence[Sequence[pikepdf.Object]]) -> Iterator[pikepdf.Object]:
    """The resources of each part once: its pages have them in common."""
    for pages in spans:
        seen = {page.Resources.objgen: page.Resources for page in pages}
        yield from seen.values()


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
