"""A letter and the letterhead through their doors: nothing typed is lost, nothing acts."""

import io

import pytest

from tests.builders import PASSWORD
from tests.paper.logos import ATTACKS, TWIG
from tests.web.served import Served

ODD = "Dear </textarea><script>alert(1)</script> & \u201cyou\u201d"
TYPED = {"recipient": "Dr. Example\r\nStreet 1", "salutation": ODD, "words": "First.\r\n\r\nLast."}


def here(served: Served) -> str:
    return f"/patients/{served.small.patient_id}/letter"


def digest_in(text: str) -> str:
    return text.partition('name="digest" value="')[2].partition('"')[0]


def test_the_blank_letter_chooses_nothing(served: Served) -> None:
    page = served.therapist.ask("GET", here(served), {})
    assert page.status_code == 200
    assert "checked" not in page.text


def test_a_letter_is_reviewed_signed_and_stands_among_the_documents(served: Served) -> None:
    visitor = served.therapist
    shown = visitor.ask("POST", here(served), {**TYPED, "parts": "medicines"})
    assert shown.status_code == 200
    assert "<script>alert(1)</script>" not in shown.text
    assert "Penicillin" in shown.text
    sent = {**TYPED, "parts": "medicines", "digest": digest_in(shown.text), "password": PASSWORD}
    answer = visitor.ask("POST", f"{here(served)}/sign", sent)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/documents")
    assert "Letter" in visitor.ask("GET", answer.headers["Location"], {}).text
    assert "Penicillin" in served.printed.pages[-1]


def test_what_was_typed_comes_back_to_be_changed(served: Served) -> None:
    visitor = served.therapist
    back = visitor.ask("POST", here(served), {**TYPED, "parts": "scores", "_change": "1"})
    assert back.status_code == 200
    assert "First." in back.text
    assert "Last." in back.text
    assert 'value="scores" checked' in back.text.replace(' id="f-parts"', "")
    wrong = visitor.ask("POST", here(served), {**TYPED, "recipient": ""})
    assert wrong.status_code == 422
    assert "Last." in wrong.text


def test_the_wrong_password_and_another_letter_sign_nothing(served: Served) -> None:
    visitor = served.therapist
    shown = visitor.ask("POST", here(served), TYPED)
    sent = {**TYPED, "digest": digest_in(shown.text), "password": "another"}
    answer = visitor.ask("POST", f"{here(served)}/sign", sent)
    assert answer.status_code == 403
    assert "That is not your password." in answer.text
    assert "Last." in answer.text
    changed = {**sent, "words": "Another letter.", "password": PASSWORD}
    answer = visitor.ask("POST", f"{here(served)}/sign", changed)
    assert answer.status_code == 409
    assert "Nothing was signed" in answer.text


def test_a_preview_is_a_draft(served: Served) -> None:
    answer = served.therapist.ask("POST", f"{here(served)}/preview.pdf", TYPED)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "DRAFT, not for filing." in served.printed.pages[-1]


@pytest.mark.parametrize("name", sorted(ATTACKS.keys() - {"too large"}))
def test_a_bad_logo_is_told_and_the_form_stays(served: Served, name: str) -> None:
    administrator = served.visitor("administrator")
    form = {
        "lines": "9 Quiet Street",
        "paper_size": "Letter",
        "logo_words": "Two hills",
        "language": "en",
    }
    file = (io.BytesIO(ATTACKS[name]), "logo.svg")
    answer = administrator.ask("POST", "/settings/letterhead", {**form, "logo": file})
    if name == "nothing":
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert "9 Quiet Street" in answer.text
    assert "The logo was not taken" in answer.text
    assert "<script>alert" not in answer.text


def test_a_logo_is_handed_out_as_a_picture_that_does_nothing(served: Served) -> None:
    administrator = served.visitor("administrator")
    form = {"lines": "1 Quiet Street", "paper_size": "A4", "logo_words": "<i>", "language": "en"}
    file = (io.BytesIO(TWIG), "twig.svg")
    assert (
        administrator.ask("POST", "/settings/letterhead", {**form, "logo": file}).status_code == 302
    )
    answer = administrator.ask("GET", "/settings/letterhead/logo", {})
    assert answer.headers["Content-Type"] == "image/svg+xml"
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"
    page = administrator.ask("GET", "/settings/letterhead", {})
    assert 'alt="&lt;i&gt;"' in page.text
    sample = administrator.ask("POST", "/settings/letterhead/preview.pdf", form)
    assert sample.headers["Content-Type"] == "application/pdf"
