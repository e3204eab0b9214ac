"""The page that checks a document: open to whoever holds one, and silent about the patient."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from kapnotes.web.request import Request
from tests.paper.sealed import commented, pair, sealed, stripped
from tests.web.genuine import keep, page
from tests.web.served import Served
from tests.web.visitor import Page, Visitor

SECRETS = ("Falk", "Jördis", "R-1<", "Penicillin", "Treatment-resistant", "Thea")


@pytest.fixture(autouse=True)
def _as_many_as_one_likes(served: Served) -> Iterator[None]:
    """Many documents are checked here from one address."""
    before = served.database.settings
    served.database.settings = replace(before, verify_tries=10_000)
    yield
    served.database.settings = before


def post(visitor: Visitor, content: bytes, path: str = "/verify") -> TestResponse:
    """Choose a file and press the button.

    The body is put together here: the test client would leave a temporary file open.
    """
    head = b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    body = head % (b"csrf_token", b"", visitor.token().encode())
    body += head % (b"file", b'; filename="summary.pdf"', content) + b"--x--\r\n"
    return visitor.client.post(path, data=body, content_type="multipart/form-data; boundary=x")


def words(answer: TestResponse) -> str:
    return Page(answer.text).words()


@pytest.mark.safety("KAP/verify")
def test_a_stranger_learns_that_a_file_is_unchanged_and_no_more(served: Served) -> None:
    number, pdf = keep(served.small)
    answer = post(served.newcomer(), pdf)
    said = words(answer)
    assert answer.status_code == 200
    assert "Unchanged" in said
    assert number in said
    assert "<dt>Version</dt><dd>1</dd>" in answer.text
    assert "there is no newer version" in said
    assert "/documents/" not in answer.text
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_may_open_it_finds_the_way(served: Served) -> None:
    _, pdf = keep(served.small)
    assert "/documents/" in post(served.therapist, pdf).text
    assert "/documents/" not in post(served.visitor("other"), pdf).text
    assert "/documents/" not in post(served.visitor("administrator"), pdf).text


def test_a_changed_file_is_told_with_what_was_changed(served: Served) -> None:
    number, pdf = keep(served.small)
    for touched, said in (
        (commented(pdf), "Page 2 is not that of the document that was sealed."),
        (stripped(pdf), "The practice's seal has been taken off."),
        (sealed(page(number), pair()), "a key that is not this practice's"),
    ):
        found = words(post(served.newcomer(), touched))
        assert "Changed" in found
        assert "Do not rely on it." in found
        assert said in found
        assert number in found


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"hello", page("0123456789AB-F1")])
def test_what_is_none_of_ours_is_not_known(served: Served, content: bytes) -> None:
    answer = post(served.newcomer(), content)
    assert answer.status_code == 200
    assert "Not known here" in words(answer)


def test_no_file_and_an_empty_file_are_asked_for_again(served: Served) -> None:
    visitor = served.newcomer()
    for answer in (visitor.post("/verify"), post(visitor, b"")):
        assert answer.status_code == 422
        assert "Choose the PDF that you want to check." in words(answer)


def test_only_this_page_takes_a_large_file_and_not_one_too_large(served: Served) -> None:
    served.database.settings = replace(served.database.settings, verify_megabytes=2)
    visitor = served.newcomer()
    assert post(visitor, b"x" * 1_900_000).status_code == 200
    assert post(visitor, b"x" * ((2 << 20) + 1)).status_code == 413
    assert post(visitor, b"x" * 3_000_000).status_code == 413
    assert post(visitor, b"x" * 1_900_000, "/sign-in").status_code == 413


def test_an_uploaded_file_never_touches_the_disk(served: Served) -> None:
    assert served.app.request_class is Request
    stream = Request({})._get_file_stream(10_000_000, None)  # noqa: SLF001 - what Werkzeug asks
    assert isinstance(stream, BytesIO)


def test_a_form_without_its_token_or_from_elsewhere_is_refused(served: Served) -> None:
    client = served.newcomer().client
    assert client.post("/verify", data={"file": (BytesIO(b"x"), "a.pdf")}).status_code == 400
    visitor = served.newcomer()
    form = {"csrf_token": visitor.token(), "file": (BytesIO(b"x"), "a.pdf")}
    away = {"Origin": "https://elsewhere.example"}
    assert visitor.client.post("/verify", data=form, headers=away).status_code == 403


def test_a_document_that_was_replaced_says_so_first(served: Served) -> None:
    about = uuid4()
    first, pdf = keep(served.small, about=about)
    second, _ = keep(served.small, about=about, revision=2)
    said = words(post(served.newcomer(), pdf))
    assert "Unchanged, but replaced" in said
    assert "Ask the practice for it." in said
    old = served.newcomer().get(f"/verify/{first}")
    assert old.status_code == 200
    assert f"Ask the practice for document {second}." in words(old)
    assert not [secret for secret in SECRETS if secret in old.text]
    new = served.newcomer().get(f"/verify/{second}")
    assert "<dt>Version</dt><dd>2</dd>" in new.text
    assert "there is no newer version" in words(new)


@pytest.mark.parametrize("number", ["0123456789AB-F9", "<script>", "x" * 300, "a b", "%00"])
def test_an_unknown_number_is_unknown(served: Served, number: str) -> None:
    answer = served.newcomer().get(f"/verify/{number}")
    assert answer.status_code == 404
    assert "The practice has made no document with this number." in words(answer)
    assert "<script>" not in answer.text.replace("<script type", "")


def test_too_many_questions_are_asked_to_wait(served: Served) -> None:
    served.database.settings = replace(served.database.settings, verify_tries=2)
    served.clock.turn(days=2)
    visitor = served.newcomer()
    number, pdf = keep(served.small)
    assert visitor.get(f"/verify/{number}").status_code == 200
    assert visitor.get("/verify/0123456789AB-F9").status_code == 404
    before = served.end_of_trail()
    for answer in (visitor.get(f"/verify/{number}"), post(visitor, pdf)):
        assert answer.status_code == 429
        assert "Too many documents were checked from here." in words(answer)
    assert visitor.get("/verify").status_code == 200
    assert not served.trail(before)
    assert post(served.newcomer("therapist"), pdf).status_code == 200


def test_each_question_is_an_event(served: Served) -> None:
    number, pdf = keep(served.small)
    before = served.end_of_trail()
    post(served.newcomer(), pdf)
    served.newcomer().get(f"/verify/{number}")
    served.newcomer().get("/verify/0123456789AB-F9")
    found = [
        (entry.event, entry.patient_id, entry.details.get("answer"))
        for entry in served.trail(before)
    ]
    about = served.small.patient_id
    assert found == [
        ("document.checked", about, "unchanged"),
        ("document.checked", about, None),
        ("document.checked", None, None),
    ]
