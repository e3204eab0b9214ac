"""A parcel opens whole under its own key, or not at all: not cut, not changed, not put together."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.db import parcel
from kapnotes.db.parcel import OtherKey, ParcelBroken, head_of, pack, unpack
from kapnotes.keys import KeyRing

pytestmark = pytest.mark.safety("HIP-308.a7/half-file")
RING = KeyRing(bytes(range(32)))
OTHER = KeyRing(bytes(range(1, 33)))
FRAME = struct.Struct(">BI")


def packed(*pieces: bytes, sealed: bytes = b"") -> bytes:
    file = io.BytesIO()
    pack(file, RING, pieces, recovery_sealed=sealed)
    return file.getvalue()


def unpacked(content: bytes, ring: KeyRing = RING) -> bytes:
    return b"".join(unpack(io.BytesIO(content), ring))


def frames_of(content: bytes) -> tuple[bytes, list[bytes]]:
    """A parcel taken apart: its head, and its framed pieces."""
    source = io.BytesIO(content)
    head, found = head_of(source).packed(), []
    while frame := source.read(FRAME.size):
        found.append(frame + source.read(FRAME.unpack(frame)[1]))
    return head, found


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), max_size=6), st.binary(max_size=80))
def test_what_went_in_comes_out(pieces: list[bytes], sealed: bytes) -> None:
    content = packed(*pieces, sealed=sealed)
    assert unpacked(content) == b"".join(pieces)
    assert head_of(io.BytesIO(content)).recovery_sealed == sealed


def test_a_large_piece_is_packed_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "PIECE_BYTES", 1000)
    content = packed(b"a" * 2500)
    assert len(frames_of(content)[1]) == 4
    assert unpacked(content) == b"a" * 2500


@settings(max_examples=100)
@given(st.data())
def test_a_cut_at_any_place_is_told(data: st.DataObject) -> None:
    content = packed(b"first", b"second", sealed=b"sealed")
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(ParcelBroken):
        unpacked(content[:cut])


@settings(max_examples=100)
@given(st.data())
def test_a_flip_of_any_bit_is_told(data: st.DataObject) -> None:
    content = bytearray(packed(b"first", b"second", sealed=b"sealed"))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ParcelBroken):
        unpacked(bytes(content))


def test_pieces_that_change_places_or_come_from_another_parcel_are_told() -> None:
    head, frames = frames_of(packed(b"one", b"two"))
    _, others = frames_of(packed(b"one", b"two"))
    first, second, last = frames
    for wrong in (
        [second, first, last],
        [first, first, second, last],
        [first, last],
        [first, second],
        [others[0], second, last],
        [first, second, last, last],
        [first, second, last, b"x"],
    ):
        with pytest.raises(ParcelBroken):
            unpacked(head + b"".join(wrong))
    assert unpacked(head + b"".join(frames)) == b"onetwo"


def test_another_key_is_told_apart_from_a_change() -> None:
    with pytest.raises(OtherKey, match="another key"):
        unpacked(packed(b"piece"), OTHER)
    with pytest.raises(ParcelBroken, match="no backup of this product"):
        unpacked(b"%PDF-1.7 something else altogether, and long enough to have a head")
