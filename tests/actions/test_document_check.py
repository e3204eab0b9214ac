"""Whoever holds a document learns whether it is the kept one; and nothing of the patient."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.actions import document_check, sealing, sign_in
from kapnotes.actions.document_check import Answer, Known
from kapnotes.actions.sign_in import NOBODY
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import TooManyTries
from kapnotes.paper.checker import Checker
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import seal
from kapnotes.paper.seal_check import Reading, State, check
from kapnotes.records.document import Document
from tests.actions.shop import made
from tests.builders import AT, HERE, PASSWORD, Small, run_session, signed
from tests.paper.sealed import commented, pair, sealed, stripped, swapped
from tests.plumbing.role import as_owner
from tests.web.genuine import keep, page

pytestmark = pytest.mark.safety("KAP/seal")

SECRETS = ("Falk", "Jördis", "R-1", "Penicillin", "ocd")


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    made = Printer(seconds=60)
    made.start()
    yield made
    made.stop()


class Here:
    """Reads a file in this process: what the checker does in a child, without its start."""

    def check(self, pdf: bytes, *, certificates: Sequence[bytes], kept: bytes = b"") -> Reading:
        """Read one file."""
        return check(pdf, certificates=certificates, kept=kept)


def ask(content: bytes, by: Actor = NOBODY, checker: Checker | None = None) -> Answer:
    return document_check.of_file(
        content=content,
        checker=checker or Here(),  # type: ignore[arg-type] # it answers alike
        address=HERE,
        by=by,
        at=AT + timedelta(minutes=1),
    )


def id_of(number: str) -> UUID:
    with db.current().reading() as session:
        query = sa.select(Document.id).where(Document.number == number)
        return session.execute(query).scalar_one()


def flipped(pdf: bytes, place: int) -> bytes:
    touched = bytearray(pdf)
    touched[place] ^= 1
    return bytes(touched)


def ours(pdf: bytes) -> bytes:
    """Sealed by the practice's own key, by somebody who has it."""
    sealer = sealing.the_sealer(by=operator(), at=AT)
    return seal(pdf, sealer=sealer, signer="Test practice", reason="", at=AT)


def last_event() -> Entry:
    with db.current().reading() as session:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(1)
        return session.execute(query).scalar_one()


def test_a_document_that_the_practice_made_is_unchanged_until_it_is_touched(
    small: Small, printer: Printer
) -> None:
    run_session(small)
    signed(small, "preparation")
    signed(small, "dosing")
    first = made(small, printer)
    touched = ask(swapped(first.content), checker=Checker(seconds=60))
    assert touched.state is State.CHANGED
    assert "Page 2 is not that of the document that the practice keeps." in touched.sentences
    assert touched.known is not None
    assert f"{touched.known.number}.pdf" == first.filename
    signed(small, "integration")
    second = made(small, printer)
    found = ask(first.content)
    assert found.state is State.UNCHANGED
    assert found.known is not None
    assert f"{found.known.replaced_by}.pdf" == second.filename
    with db.current().reading() as session:
        known = sealing.certificates(session)
    assert check(first.content, certificates=known).state is State.UNCHANGED


def test_the_very_file_is_unchanged_and_says_nothing_of_the_patient(small: Small) -> None:
    number, pdf = keep(small)
    found = ask(pdf)
    assert (found.state, found.sentences) == (State.UNCHANGED, (document_check.SAME,))
    assert found.known == Known(number, "Infusion summary", 1, AT, "", None)
    assert not [secret for secret in SECRETS if secret in repr(found)]
    event = last_event()
    assert (event.event, event.actor_id, event.category) == (
        "document.checked",
        NOBODY.id,
        "look",
    )
    assert (event.patient_id, event.object_id) == (small.patient_id, id_of(number))
    assert event.details == {"asked": "file", "answer": "unchanged", "number": number}


def test_only_who_may_open_it_is_led_to_it(small: Small) -> None:
    number, pdf = keep(small)
    led = {}
    for one in small.everyone:
        known = ask(pdf, by=one).known
        assert known is not None
        led[one.name] = known.id
    assert led == {
        "Thea": id_of(number),
        "Sven": id_of(number),
        "Mina": None,  # it is not the medical edition
        "Otto": None,
        "Ada": None,
    }


def test_the_newest_version_is_told_of_every_older_one(small: Small) -> None:
    about = uuid4()
    kept = [keep(small, about=about, revision=revision) for revision in (1, 2, 3)]
    newest = kept[-1][0]
    for number, pdf in kept:
        found = ask(pdf)
        assert found.state is State.UNCHANGED
        assert found.known is not None
        assert found.known.replaced_by == ("" if number == newest else newest)
        told = document_check.of_number(number=number, address=HERE, by=NOBODY, at=AT)
        assert told == found.known


def test_what_was_done_to_it_is_told_with_the_document_it_names(small: Small) -> None:
    number, pdf = keep(small)
    second = "Page 2 is not that of the document that the practice keeps."
    for touched, said in (
        (flipped(pdf, pdf.index(b"/Count") + 7), ""),
        (flipped(pdf, pdf.rindex(b"/Contents <") + 40), ""),
        (pdf + b"\n", "After it was sealed, a byte was added to the file."),
        (commented(pdf), second),
        (stripped(pdf), "The practice's seal has been taken off."),
        (swapped(pdf), second),
        (sealed(stripped(pdf), pair()), "It is sealed with a key that is not this practice's."),
        (ours(swapped(stripped(pdf))), document_check.NOT_SAME),
        (ours(stripped(pdf)), document_check.NOT_SAME),
    ):
        found = ask(touched)
        assert found.state is State.CHANGED, found
        assert found.known is not None
        assert found.known.number == number
        assert said in " ".join(found.sentences)


def test_what_the_practice_does_not_keep_is_not_known(small: Small) -> None:
    keep(small)
    other = page("0123456789AB-F1")
    for file, said in (
        (other, document_check.FOREIGN),
        (sealed(other, pair()), document_check.FOREIGN),
        (ours(other), document_check.NOT_KEPT),
        (b"hello", "This is not a PDF."),
    ):
        found = ask(file)
        assert (found.state, found.known) == (State.UNKNOWN, None)
        assert said in found.sentences


def test_a_digest_that_was_written_into_the_record_proves_nothing(small: Small) -> None:
    _, pdf = keep(small)
    forged = swapped(pdf)
    database = db.current()
    where = "" if database.settings.is_embedded else " ON document"
    with database.engine.begin() as connection:
        as_owner(connection)
        connection.execute(sa.text(f"DROP TRIGGER document_no_update{where}"))
        connection.execute(
            sa.text("UPDATE document SET file_digest = :digest"),
            {"digest": sha256(forged).hexdigest()},
        )
    assert ask(forged).state is State.CHANGED


def test_questions_are_counted_by_address_or_account(small: Small) -> None:
    database = db.current()
    database.settings = replace(database.settings, verify_tries=3)

    def look(by: Actor = NOBODY, address: str = HERE, minutes: int = 0) -> None:
        at = AT + timedelta(minutes=minutes)
        document_check.of_number(number="0123456789AB-F1", address=address, by=by, at=at)

    for _ in range(3):
        look()
    before = last_event().position
    with pytest.raises(TooManyTries, match="Too many documents were checked from here"):
        look()
    with pytest.raises(TooManyTries):
        ask(b"hello")
    assert last_event().position == before
    look(address="192.0.2.7")
    look(by=small.therapist)
    look(minutes=16)
    for _ in range(9):
        look(by=operator())
    sign_in.sign_in(email="thea@test.example", password=PASSWORD, address=HERE, at=AT)


def test_a_number_that_cannot_be_one_is_not_even_looked_for(small: Small) -> None:
    del small
    for number in ("", "a", "x" * 4000, "'; DROP TABLE document", "\x00", "0123456789ab-f1"):
        found = document_check.of_number(number=number, address=HERE, by=NOBODY, at=AT)
        assert found is None
