"""What joined parts have in common, kept once: font files, colour profiles, pictures.

Equal is what has the same bytes; the printer sees to it that the usual fonts do.
"""

from collections.abc import Callable
from hashlib import sha256

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream


class Shared:
    """What has been seen of a document so far, by the digest of its bytes."""

    def __init__(self) -> None:
        self._seen: dict[bytes, pikepdf.Object] = {}

    def share(self, resources: pikepdf.Object) -> None:
        """Let these resources use what was seen before, and remember the rest."""
        self._replace(resources.get("/Font", Dictionary()), _font)
        self._replace(resources.get("/XObject", Dictionary()), _picture)
        for space in resources.get("/ColorSpace", Dictionary()).values():
            if isinstance(space, Array) and space[0] == Name.ICCBased:
                space[1] = self._first(_stream(space[1]), space[1])

    def _replace(self, named: pikepdf.Object, read: Callable[[pikepdf.Object], bytes]) -> None:
        for name in list(named.keys()):
            content = read(named[name])
            if content:
                named[name] = self._first(content, named[name])

    def _first(self, content: bytes, one: pikepdf.Object) -> pikepdf.Object:
        return self._seen.setdefault(sha256(content).digest(), one)


def _font(font: pikepdf.Object) -> bytes:
    """All that makes a font what it is, or nothing for a font drawn by the page itself."""
    if "/DescendantFonts" not in font:
        return b""
    inner = font.DescendantFonts[0]
    descriptor = inner.FontDescriptor
    file = descriptor.FontFile3 if "/FontFile3" in descriptor else descriptor.FontFile2
    encoding = font.Encoding
    return b"\0".join(
        (
            bytes(font.BaseFont),
            _stream(encoding) if isinstance(encoding, Stream) else bytes(encoding),
            _stream(font.ToUnicode),
            inner.W.unparse(resolved=True),
            _stream(file),
        )
    )


def _picture(picture: pikepdf.Object) -> bytes:
    """A picture with its mask, or nothing for any other drawing."""
    if picture.get("/Subtype") != Name.Image:
        return b""
    mask = picture.get("/SMask")
    size = f"{picture.Width} {picture.Height} ".encode()
    return size + _stream(picture) + (_stream(mask) if mask is not None else b"")


def _stream(stream: pikepdf.Object) -> bytes:
    return bytes(stream.read_raw_bytes())
