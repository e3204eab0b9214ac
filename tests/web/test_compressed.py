"""What is sent compressed reads the same; pages that could repeat a request are never packed."""

import gzip

import pytest

from tests.web.served import Served

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("name", ["css/live.css", "js/start.js", "mark.svg"])
def test_a_file_is_the_same_packed_and_not(served: Served, name: str) -> None:
    visitor = served.visitor()
    plain = visitor.get(f"/static/{name}")
    packed = visitor.get(f"/static/{name}", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_file_that_is_known_is_not_sent_again(served: Served) -> None:
    visitor = served.visitor()
    first = visitor.get("/static/css/live.css", headers=PACKED)
    head = {**PACKED, "If-None-Match": first.headers["ETag"]}
    again = visitor.get("/static/css/live.css", headers=head)
    assert (again.status_code, again.data) == (304, b"")


def test_the_live_page_is_packed_and_the_pages_with_answers_of_a_form_are_not(
    served: Served,
) -> None:
    here = f"/infusions/{served.infusion()}"
    live = served.therapist.get(f"{here}/session", headers=PACKED)
    assert live.headers["Content-Encoding"] == "gzip"
    assert b"data-live" in gzip.decompress(live.data)
    for path in (here, "/patients", "/sign-in"):
        assert "Content-Encoding" not in served.therapist.get(path, headers=PACKED).headers
