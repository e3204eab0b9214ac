"""Which pages of a file are not those of another: told by number, with nothing of their text."""

import io
from collections.abc import Iterator, Sequence
from hashlib import sha256

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, PdfError, Stream

ASIDE = frozenset({"/Parent", "/P", "/V", "/StructParent", "/StructParents", "/Length", "/DL"})
"""What says where an object hangs, or is the seal itself: it differs without a difference."""
HOW_STORED = frozenset({"/Filter", "/DecodeParms"})
NAMED = 12
"""Beyond so many pages, only their count is said."""


def differences(pdf: bytes, original: bytes, *, what: str) -> tuple[str, ...]:
    """Compare two files page by page, and what is attached; `what` names the other one."""
    with Pdf.open(io.BytesIO(pdf)) as now, Pdf.open(io.BytesIO(original)) as then:
        return tuple(_sentences(now, then, what))


def _sentences(now: Pdf, then: Pdf, what: str) -> Iterator[str]:
    found, wanted = _pages(now), _pages(then)
    if len(found) != len(wanted):
        yield f"It has {_count(len(found))}; {what} has {_count(len(wanted))}."
    wrong = [
        place
        for place, (one, other) in enumerate(zip(found, wanted, strict=False), start=1)
        if one != other
    ]
    if wrong:
        yield _wrong(wrong, what)
    is_attached_wrong = _attached(now) != _attached(then)
    if is_attached_wrong:
        yield f"The data inside are not those of {what}."
    if not wrong and len(found) == len(wanted) and not is_attached_wrong:
        yield f"Each page shows what it does in {what}; something else was changed."


def _count(pages: int) -> str:
    return f"{pages} page" if pages == 1 else f"{pages} pages"


def _wrong(pages: Sequence[int], what: str) -> str:
    if len(pages) == 1:
        return f"Page {pages[0]} is not that of {what}."
    if len(pages) > NAMED:
        return f"{len(pages)} of its pages are not those of {what}."
    said = ", ".join(str(one) for one in pages[:-1])
    return f"Pages {said} and {pages[-1]} are not those of {what}."


def _pages(pdf: Pdf) -> list[bytes]:
    known: dict[tuple[int, int], bytes] = {}
    return [_page(page, known) for page in pdf.pages]


def _page(page: Page, known: dict[tuple[int, int], bytes]) -> bytes:
    """A digest of what a page shows."""
    said = sha256()
    content = page.get(Name.Contents, Array())
    for stream in [content] if isinstance(content, Stream) else content:
        said.update(_bytes(stream) + b"\n")
    for key in (Name.Resources, Name.MediaBox, Name.CropBox, Name.Rotate, Name.Annots):
        if key in page.obj:
            said.update(str(key).encode() + _digest(page.obj[key], known))
    return said.digest()


def _digest(thing: object, known: dict[tuple[int, int], bytes]) -> bytes:
    """A digest of an object with all that it leads to; a ring ends where it closes."""
    if not isinstance(thing, Object) or not thing.is_indirect:
        return _content(thing, known)
    found = known.get(thing.objgen)
    if found is None:
        known[thing.objgen] = b"a ring"
        found = known[thing.objgen] = _content(thing, known)
    return found


def _content(thing: object, known: dict[tuple[int, int], bytes]) -> bytes:
    said = sha256()
    if isinstance(thing, Stream | Dictionary):
        if thing.get(Name.Type) == Name.Page:
            return b"a page"
        skipped = ASIDE | HOW_STORED if isinstance(thing, Stream) else ASIDE
        for key in sorted(set(thing.keys()) - skipped):
            said.update(key.encode() + _digest(thing[key], known))
        if isinstance(thing, Stream):
            said.update(_bytes(thing))
    elif isinstance(thing, Array):
        for one in thing:
            said.update(_digest(one, known))
    else:
        said.update(repr(thing).encode())
    return said.digest()


def _bytes(stream: Object) -> bytes:
    """What a stream holds; as it is stored where it cannot be unpacked."""
    try:
        return stream.read_bytes()
    except PdfError:
        return stream.read_raw_bytes()


def _attached(pdf: Pdf) -> dict[str, bytes]:
    """The attached files: their names, and a digest of each."""
    return {
        name: sha256(file.get_file().read_bytes()).digest()
        for name, file in pdf.attachments.items()
    }
