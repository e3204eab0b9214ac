"""Logos to try: plain ones, and drawings and pictures that do more than a logo may."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

SVG = 'xmlns="http://www.w3.org/2000/svg"'


def svg(inside: str, head: str = 'viewBox="0 0 60 20"') -> bytes:
    """A drawing with that inside."""
    return f"<svg {SVG} {head}>{inside}</svg>".encode()


TWIG = svg('<path d="M0 0L30 20" stroke="#16404d"/><circle cx="9" cy="9" r="4" fill="green"/>')


def png(size: tuple[int, int] = (90, 30), mode: str = "RGBA", **told: str) -> bytes:
    """A picture with a mark in it, transparent around the mark where it can be; with words told."""
    picture = Image.new(mode, size)
    mark = {"RGBA": (200, 0, 0, 255), "RGB": (200, 0, 0), "L": 90, "1": 1, "I;16": 40_000}[mode]
    picture.paste(mark, (0, 0, size[0] // 3, size[1]))
    words = PngImagePlugin.PngInfo()
    for name, text in told.items():
        words.add_text(name, text)
    file = io.BytesIO()
    picture.save(file, format="PNG", pnginfo=words)
    return file.getvalue()


def bomb() -> bytes:
    """A few hundred bytes that say they are a picture of 65,000 by 65,000 pixels."""
    head = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(999))), (b"IEND", b""))
    )


ATTACKS = {
    "script": svg("<script>alert(1)</script><path d='M0 0h9'/>"),
    "handler": svg('<path d="M0 0h9" onload="alert(1)"/>'),
    "handler on the root": svg('<path d="M0 0h9"/>', 'viewBox="0 0 9 9" onload="alert(1)"'),
    "foreign content": svg("<foreignObject><p>hello</p></foreignObject>"),
    "picture from a file": svg('<image href="file:///etc/passwd" width="9" height="9"/>'),
    "picture from elsewhere": svg(
        '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="http://127.0.0.1/" width="9"/>'
    ),
    "copy": svg('<defs><path id="a" d="M0 0h9"/></defs><use href="#a"/>'),
    "link": svg('<a href="javascript:alert(1)"><path d="M0 0h9"/></a>'),
    "fill from elsewhere": svg('<path d="M0 0h9" fill="url(http://127.0.0.1/a.svg#b)"/>'),
    "fill from a file": svg('<path d="M0 0h9" style="fill:url(file:///etc/passwd)"/>'),
    "style from elsewhere": svg('<style>@import "http://127.0.0.1/a.css";</style>'),
    "style with a rule for all": svg('<style>* { fill: red }</style><path d="M0 0h9"/>'),
    "animation": svg('<path d="M0 0h9"><animate attributeName="x" to="9"/></path>'),
    "letters": svg('<text x="0" y="9">Juniper</text>'),
    "entity": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg ' + SVG.encode() + b">&a;</svg>",
    "entity from a file": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg '
    + SVG.encode()
    + b' viewBox="0 0 9 9"><path d="M0 0h9"/>&a;</svg>',
    "instruction": b'<?xml-stylesheet href="http://127.0.0.1/"?>' + TWIG,
    "too deep": svg("<g>" * 40 + '<path d="M0 0h9"/>' + "</g>" * 40),
    "too many": svg('<path d="M0 0h9"/>' * 2_500),
    "no size": svg('<path d="M0 0h9"/>', ""),
    "endless size": svg('<path d="M0 0h9"/>', 'viewBox="0 0 1e99 1"'),
    "nothing drawn": svg("<title>Empty</title>"),
    "another kind of XML": b"<html><body>hello</body></html>",
    "no XML": b"GIF89a, or so",
    "half an SVG": TWIG[:-9],
    "half a PNG": png()[:60],
    "most of a PNG": png()[:-12],
    "a PNG with a hole": png()[:60] + png()[64:],
    "a PNG with another letter": png()[:70] + b"?" + png()[71:],
    "a bomb": bomb(),
    "too small": png((4, 4)),
    "nothing": b"",
    "too large": b"\x89PNG\r\n\x1a\n" + bytes(600_000),
}
