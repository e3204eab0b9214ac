"""A logo on its page: the drawing itself, or a picture that the page brings along.

A PNG travels inside the page, in an attribute of its own. The printer lifts it out and serves it
from memory under its digest; nothing is fetched, and no other address is known.
"""

from base64 import b64decode
from binascii import Error
from hashlib import sha256
from xml.etree.ElementTree import Element

from markupsafe import Markup, escape

from kapnotes.paper.summary import Logo

SCHEME = "kapnotes:"
CARRIED = "data-png"
MEDIA = "image/png"
_ROOT = "<svg "


def markup(logo: Logo) -> Markup:
    """The logo as markup of our own, with the words that stand for it."""
    size = f"width:{logo.width_mm}mm;height:{logo.height_mm}mm"
    if logo.kind == "png":
        name = sha256(b64decode(logo.content)).hexdigest()
        return Markup('<img class="logo" style="{}" src="{}{}" alt="{}" data-png="{}"/>').format(
            size, SCHEME, name, logo.words, logo.content
        )
    begin = Markup(
        '<svg class="logo" style="{}" width="{}mm" height="{}mm" role="img" '
        'aria-labelledby="logo-words" '
    ).format(size, logo.width_mm, logo.height_mm)
    words = Markup('<title id="logo-words">{}</title>').format(escape(logo.words))
    head, _, drawing = logo.content.removeprefix(_ROOT).partition(">")
    return begin + Markup(f"{head}>") + words + Markup(drawing)  # noqa: S704 - written by logo_svg


def lifted(root: Element) -> dict[str, tuple[bytes, str]]:
    """The pictures that a page brings along, by the digests under which it names them."""
    found: dict[str, tuple[bytes, str]] = {}
    for picture in root.iter("img"):
        carried = picture.attrib.pop(CARRIED, "")
        try:
            content = b64decode(carried, validate=True)
        except Error:
            continue
        if content:
            found[sha256(content).hexdigest()] = (content, MEDIA)
    return found
