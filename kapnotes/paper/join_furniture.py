"""Furniture on the pages: under the text the DRAFT mark, over it the footer with the page number.

All of it is artifact content, which a reading voice passes over. The one exception is the notice
that the document replaces another: it is the first thing that the document says.
"""

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

from kapnotes.paper import join_tags
from kapnotes.paper.binding import Furniture
from kapnotes.paper.furniture import Sheets
from kapnotes.paper.join_shared import Shared, resources_of

_DRAFT = b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q /furniture-draft Do Q EMC\n"
_NOTICE = b"/P <</MCID %d>> BDC q /furniture-notice Do Q EMC\n"
_FOOT = b"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC q %s %s Q EMC\n"


def furnish(
    whole: Pdf,
    sheets: Sheets,
    spans: Sequence[Sequence[pikepdf.Object]],
    said: Furniture,
    shared: Shared,
) -> None:
    """Put the furniture on every page."""
    forms = _forms(whole, sheets, said, shared)
    number = forms["foot"].Resources.Font[f"/{sheets.font}"]
    pages = [page for span in spans for page in span]
    for resources in resources_of(pages):
        for name, form in forms.items():
            resources.XObject[f"/furniture-{name}"] = form
        resources.Font["/number"] = number
    under = (_DRAFT if said.draft else b"") + b"q\n"
    foot = b"/furniture-foot Do" + (b" q /furniture-code Do Q" if "code" in forms else b"")
    before = whole.make_stream(under)
    for place, page in enumerate(pages, start=1):
        words = sheets.number(place, len(pages), draft=said.draft)
        after = whole.make_stream(_FOOT % (foot, words))
        page.Contents = Array([before, page.Contents, after])
    if said.replaces:
        mark = join_tags.say_first(whole, pages[0])
        pages[0].Contents[0] = whole.make_stream(_NOTICE % mark + under)


def _forms(
    whole: Pdf, sheets: Sheets, said: Furniture, shared: Shared
) -> dict[str, pikepdf.Object]:
    """Each sheet as one drawing, to be used on as many pages as there are."""
    names = ["foot", *(["draft"] if said.draft else []), *(["notice"] if said.replaces else [])]
    with Pdf.open(io.BytesIO(sheets.pdf)) as source:
        gaps = shared.lift([page.obj for page in source.pages])
        forms = {
            name: whole.copy_foreign(source.make_indirect(Page(page).as_form_xobject()))
            for name, page in zip(names, source.pages, strict=True)
        }
    shared.lay(list(forms.values()), gaps)
    if said.verify_url:
        forms["code"] = whole.make_stream(
            sheets.code(said.verify_url),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=forms["foot"].BBox,
            Resources=Dictionary(),
        )
    return forms
