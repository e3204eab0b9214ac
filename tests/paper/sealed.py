"""A document with its number inside, sealed; and what people and programs do to one."""

import io

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from kapnotes.paper import certificate
from kapnotes.paper.binding import Attachment, Binding, Bookmark, Furniture
from kapnotes.paper.certificate import KeyPair
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import Sealer, seal
from tests.paper.authority import AT
from tests.paper.sample import MADE_AT, SAMPLE
from tests.paper.sample_binding import whole

NUMBER = "0A1B2C3D4E5F-F1"
CONTENT_DIGEST = "5e" * 32


def bound(printer: Printer, number: str = NUMBER) -> bytes:
    """The sample as a whole document, with data inside, before it is sealed."""
    furniture = Furniture(
        practice="Lindenhof Practice",
        number=number,
        content_digest=CONTENT_DIGEST,
        trail_head="1234-0a1b2c3d4e5f6789-9f8e7d6c5b4a3210",
        verify_url=f"https://lindenhof.example/verify/{number}",
    )
    binding = Binding(
        parts=(),
        furniture=furniture,
        title="Infusion summary",
        author="Lindenhof Practice",
        description="Infusion 4",
        language="en",
        bookmarks=(Bookmark("Infusion 4", 0),),
        attachments=(Attachment("data.json", "application/fhir+json", b"{}", "The data"),),
        at=MADE_AT,
    )
    return whole(printer, draw(SAMPLE), binding)


def saved(pdf: Pdf) -> bytes:
    """A file written anew."""
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def pair(organisation: str = "Lindenhof Practice") -> KeyPair:
    """A practice's own key."""
    return certificate.make(organisation, at=AT)


def sealed(pdf: bytes, own: KeyPair, *, tsa_url: str = "") -> bytes:
    """The document with the seal of that key on it."""
    sealer = Sealer(own, tsa_url, tsa_seconds=2)
    return seal(pdf, sealer=sealer, signer="Lindenhof Practice", reason="Complete", at=AT)


def stripped(pdf: bytes) -> bytes:
    """The document without its seal, written anew."""
    with Pdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm
        del opened.Root.Perms
        del opened.pages[0].Annots
        return saved(opened)


def swapped(pdf: bytes) -> bytes:
    """The document with its second page exchanged for another one, the seal left in it."""
    with Pdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[1]
        page.Contents = opened.make_stream(b"BT /F1 12 Tf 72 700 Td (1.0 mg/kg) Tj ET")
        return saved(opened)


def commented(pdf: bytes) -> bytes:
    """The document with a comment put on its second page, as a viewer appends it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page: IndirectObject = writer.find_page_for_modification(1)[0]
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 - its names collide with pikepdf's

    note = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Annot"),
            generic.NameObject("/Subtype"): generic.NameObject("/FreeText"),
            generic.NameObject("/Rect"): generic.ArrayObject(
                [generic.NumberObject(one) for one in (72, 72, 300, 100)]
            ),
            generic.NameObject("/Contents"): generic.TextStringObject("1.0 mg/kg"),
        }
    )
    page_object = page.get_object()
    page_object[generic.NameObject("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page_object)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def encrypted(pdf: bytes) -> bytes:
    """The document behind a password."""
    with Pdf.open(io.BytesIO(pdf)) as opened:
        file = io.BytesIO()
        opened.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))
        return file.getvalue()


def bomb() -> bytes:
    """A small file that unpacks to 768 MB where the number is looked for."""
    import zlib  # noqa: PLC0415 - for this alone

    pdf = Pdf.new()
    pdf.add_blank_page()
    packer = zlib.compressobj(1)
    zeros = bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(768)) + packer.flush()
    stream = pdf.make_stream(b"")
    stream.write(packed, filter=Name.FlateDecode)
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
    pdf.Root.ViewerPreferences = Dictionary()
    return saved(pdf)


def ring() -> bytes:
    """A file whose pages are their own parents."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n"
        b"3 0 obj<</T(Seal)/FT/Sig/Kids[3 0 R]/Parent 3 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n"
    )


def nested() -> bytes:
    """A file with an array inside an array, and so on."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages " + deep + b">>endobj\ntrailer<</Root 1 0 R>>\n"
