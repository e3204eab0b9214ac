"""What joined parts have in common, kept once: font files, colour profiles, pictures.

Equal is what has the same bytes; the printer sees to it that the usual fonts do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream


@dataclass(frozen=True, slots=True)
class Gap:
    """What belongs into a place of the resources, whether it was left there or taken out."""

    kind: str
    name: str
    digest: bytes


class Shared:
    """What the document has so far, by the digest of its bytes.

    What it has already is taken out of a part before its pages are copied (`lift`), for fonts are
    most of what they weigh, and put back from the document's own afterwards (`lay`).
    """

    def __init__(self) -> None:
        self._known: dict[bytes, pikepdf.Object] = {}

    def lift(self, pages: Sequence[pikepdf.Object]) -> list[list[Gap]]:
        """Take out of these pages (or drawings) what is known; the gaps of each resources."""
        return [self._lifted(resources) for resources in resources_of(pages)]

    def lay(self, pages: Sequence[pikepdf.Object], gaps: Sequence[Sequence[Gap]]) -> None:
        """Fill the gaps of the copies of these pages, and remember what is new in them."""
        for resources, found in zip(resources_of(pages), gaps, strict=True):
            for gap in found:
                named = resources[gap.kind]
                named[gap.name] = self._known.setdefault(gap.digest, named[gap.name])

    def _lifted(self, resources: pikepdf.Object) -> list[Gap]:
        gaps = []
        for kind, read in _KINDS.items():
            named = resources.get(kind, Dictionary())
            for name in list(named.keys()):
                content = read(named[name])
                if content:
                    gaps.append(Gap(kind, name, sha256(content).digest()))
                    if gaps[-1].digest in self._known:
                        named[name] = Dictionary()
        return gaps


def resources_of(pages: Sequence[pikepdf.Object]) -> list[pikepdf.Object]:
    """The resources of these pages, each once: they have them in common."""
    return list({page.Resources.objgen: page.Resources for page in pages}.values())


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


def _profile(space: pikepdf.Object) -> bytes:
    """A colour space with a profile of its own, or nothing for one that is only named."""
    if isinstance(space, Array) and space[0] == Name.ICCBased:
        return _stream(space[1])
    return b""


_KINDS: MappingProxyType[str, Callable[[pikepdf.Object], bytes]] = MappingProxyType(
    {"/Font": _font, "/XObject": _picture, "/ColorSpace": _profile}
)
