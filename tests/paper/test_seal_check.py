"""Whatever is done to a sealed document is told: as a change, or as none of ours."""

import io
import time

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.paper.certificate import KeyPair
from kapnotes.paper.checker import Checker, CheckerBusy
from kapnotes.paper.press import Printer
from kapnotes.paper.seal_check import Reading, State, check
from tests.paper.authority import stamping
from tests.paper.sealed import (
    CONTENT_DIGEST,
    NUMBER,
    bomb,
    bound,
    commented,
    encrypted,
    nested,
    pair,
    ring,
    saved,
    sealed,
    stripped,
    swapped,
)

pytestmark = pytest.mark.safety("KAP/seal")

OWN = pair()
OTHER = pair("Another practice")


@pytest.fixture(scope="module")
def plain(printer: Printer) -> bytes:
    return bound(printer)


@pytest.fixture(scope="module")
def pdf(plain: bytes) -> bytes:
    return sealed(plain, OWN)


def read(pdf: bytes, kept: bytes = b"") -> Reading:
    return check(pdf, certificates=OWN.certificates, kept=kept)


def test_a_sealed_document_is_unchanged_and_names_itself(pdf: bytes) -> None:
    assert read(pdf) == Reading(
        State.UNCHANGED,
        NUMBER,
        CONTENT_DIGEST,
        ("The practice's seal is on it and whole.",),
        is_sealed=True,
    )


@settings(max_examples=100)
@given(data=st.data())
def test_any_flipped_bit_is_told(pdf: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pdf) - 1))
    bit = data.draw(st.integers(0, 7))
    touched = bytearray(pdf)
    touched[place] ^= 1 << bit
    assert read(bytes(touched)).state is not State.UNCHANGED


@settings(max_examples=100)
@given(data=st.data())
def test_any_flipped_bit_of_the_signature_itself_is_told(pdf: bytes, data: st.DataObject) -> None:
    """It stands between the two ranges that it covers, filled up with zeros."""
    begins = pdf.rindex(b"/Contents <")
    place = data.draw(st.integers(begins, pdf.index(b"endobj", begins)))
    touched = bytearray(pdf)
    touched[place] ^= 1 << data.draw(st.integers(0, 7))
    assert read(bytes(touched)).state is not State.UNCHANGED


@settings(max_examples=40)
@given(data=st.data())
def test_any_piece_cut_out_or_put_in_is_told(pdf: bytes, data: st.DataObject) -> None:
    begins = data.draw(st.integers(0, len(pdf) - 1))
    ends = data.draw(st.integers(begins, min(len(pdf), begins + 5000)))
    put = data.draw(st.binary(max_size=50))
    touched = pdf[:begins] + put + pdf[ends:]
    if touched != pdf:
        assert read(touched).state is not State.UNCHANGED


@pytest.mark.parametrize("more", [b"\n", b"\0", b"%\n%%EOF\n", b"x" * 5000])
def test_bytes_behind_the_seal_are_told(pdf: bytes, more: bytes) -> None:
    found = read(pdf + more)
    assert (found.state, found.number) == (State.CHANGED, NUMBER)


def test_an_appended_comment_is_told_with_its_page(pdf: bytes) -> None:
    found = read(commented(pdf))
    assert (found.state, found.number) == (State.CHANGED, NUMBER)
    assert found.sentences[0].startswith("After it was sealed, ")
    assert "Page 2 is not that of the document that was sealed." in found.sentences


def test_an_update_appended_by_another_library_is_told(pdf: bytes) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    file = io.BytesIO()
    writer.write(file)
    assert file.getvalue().startswith(pdf)
    found = read(file.getvalue())
    assert found.state is State.CHANGED
    assert found.sentences[0].startswith("After it was sealed, ")


def test_a_stripped_seal_is_changed_and_not_somebody_elses(pdf: bytes) -> None:
    found = read(stripped(pdf), kept=pdf)
    assert (found.state, found.number) == (State.CHANGED, NUMBER)
    assert found.content_digest == CONTENT_DIGEST
    assert found.sentences[0] == "The practice's seal has been taken off."


def test_the_document_before_it_was_sealed_is_no_better(plain: bytes) -> None:
    assert read(plain).state is State.CHANGED


def test_a_swapped_page_is_told_by_its_number(pdf: bytes) -> None:
    found = read(swapped(pdf), kept=pdf)
    assert (found.state, found.is_sealed) == (State.CHANGED, True)
    assert "Page 2 is not that of the document that the practice keeps." in found.sentences


def test_pages_taken_out_and_other_data_are_told(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
        del opened.pages[-1]
        opened.attachments["data.json"] = b'{"total": 70}'
        found = read(saved(opened), kept=pdf)
    wanted = f"It has {pages - 1} pages; the document that the practice keeps has {pages} pages."
    assert wanted in found.sentences
    assert "The data inside are not those of the document that the practice keeps." in (
        found.sentences
    )


def test_another_practices_seal_is_not_ours(plain: bytes) -> None:
    found = read(sealed(plain, OTHER))
    assert (found.state, found.is_sealed) == (State.UNKNOWN, False)
    assert found.sentences == ("It is sealed with a key that is not this practice's.",)


def test_a_certificate_that_only_says_the_same_name_is_not_ours(plain: bytes) -> None:
    assert read(sealed(plain, pair())).state is State.UNKNOWN


def test_another_seal_in_place_of_ours_is_not_ours(pdf: bytes) -> None:
    assert read(sealed(stripped(pdf), OTHER)).state is State.UNKNOWN


def test_a_seal_put_on_beside_ours_is_told(pdf: bytes) -> None:
    """As by somebody who countersigns: our certification allows no change at all."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.Root.AcroForm.Fields.append(
            opened.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="More"))
        )
        assert read(saved(opened)).state is State.CHANGED


def test_a_time_stamp_that_was_touched_is_told(plain: bytes) -> None:
    with stamping() as server:
        stamped = sealed(plain, OWN, tsa_url=server.url)
    assert read(stamped).state is State.UNCHANGED
    token = stamped.index(b"060B2A864886F70D0109100104")  # the type of what was stamped
    touched = bytearray(stamped)
    touched[token + 100] ^= 1
    assert read(bytes(touched)).state is State.CHANGED


STRANGE = {
    "nothing": b"",
    "no pdf": b"hello",
    "a head alone": b"%PDF-1.7\n",
    "a ring": ring(),
    "deeply nested": nested(),
    "zeros": b"%PDF-1.7\n" + bytes(100_000),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_file_made_to_break_a_reader_is_answered_in_a_sentence(case: str) -> None:
    found = read(STRANGE[case])
    assert found.state is State.UNKNOWN
    assert all(sentence.endswith(".") for sentence in found.sentences)
    assert found.sentences


def test_an_encrypted_file_is_said_to_be_one(pdf: bytes) -> None:
    found = read(encrypted(pdf))
    assert found.state is State.CHANGED  # the seal is still to be seen, for it is never encrypted
    assert found.sentences == ("This PDF is encrypted, and no document of this practice is.",)


def test_a_blank_pdf_is_none_of_ours() -> None:
    blank = pikepdf.Pdf.new()
    blank.add_blank_page()
    found = read(saved(blank))
    assert (found.state, found.number) == (State.UNKNOWN, "")


def test_each_file_is_read_in_a_process_of_its_own(pdf: bytes) -> None:
    found = Checker().check(pdf, certificates=OWN.certificates)
    assert found == read(pdf)


@pytest.mark.safety("ASVS-5.2/foreign-files")
def test_a_file_that_unpacks_without_end_ends_within_its_memory() -> None:
    file = bomb()
    assert len(file) < 5_000_000
    found = Checker(megabytes=512).check(file, certificates=OWN.certificates)
    assert found.state is State.UNKNOWN
    assert len(found.sentences) == 1


@pytest.mark.safety("ASVS-5.2/foreign-files")
def test_a_file_that_takes_too_long_ends_in_time(pdf: bytes) -> None:
    begun = time.monotonic()
    found = Checker(seconds=0.1).check(pdf, certificates=OWN.certificates)
    assert time.monotonic() - begun < 5
    assert found.state is State.UNKNOWN
    assert "takes longer than a check may" in found.sentences[0]


def test_a_second_file_at_the_same_time_is_asked_to_wait(pdf: bytes) -> None:
    checker = Checker()
    with checker._lock, pytest.raises(CheckerBusy, match="try again in a moment"):  # noqa: SLF001 - as if one were read
        checker.check(pdf, certificates=OWN.certificates)


def test_our_own_key_on_other_content_is_whole_as_a_seal(plain: bytes, pdf: bytes) -> None:
    """The seal alone says no more; that the file is not the kept one is the record's to say."""
    with pikepdf.open(io.BytesIO(plain)) as opened:
        opened.pages[1].Contents = opened.make_stream(b"")
        other = sealed(saved(opened), OWN)
    assert read(other).state is State.UNCHANGED
    assert other != pdf


def test_the_certificate_is_pinned_and_not_its_words(pdf: bytes) -> None:
    assert check(pdf, certificates=()).state is State.UNKNOWN
    assert check(pdf, certificates=OTHER.certificates).state is State.UNKNOWN


def test_a_practice_with_several_keys_knows_each(plain: bytes) -> None:
    keys: list[KeyPair] = [OTHER, OWN]
    for own in keys:
        found = check(sealed(plain, own), certificates=[one.certificates[0] for one in keys])
        assert found.state is State.UNCHANGED
