"""Bodies that no form of ours posts, at every door that changes something: nothing fails inside."""

from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes.records.sitting import SignInTry
from tests.web.served import Served
from tests.web.targets import path_of
from tests.web.test_access import OWN_SITTING
from tests.web.test_attacks import CHANGES, opened

pytestmark = pytest.mark.parametrize("served", ["embedded"], indirect=True, scope="module")
BOUNDARY = "multipart/form-data; boundary=b"
BODIES: dict[str, dict[str, Any]] = {
    "json": {"data": b'{"password": {"$ne": ""}, "id": 1}', "content_type": "application/json"},
    "a list": {"data": b"[" * 5000, "content_type": "application/json"},
    "xml": {
        "data": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
        b"<a>&b;</a>",
        "content_type": "application/xml",
    },
    "no text": {"data": b"plan=\xff\xfe&reason=\xc3\x28&%ff=%ff", "content_type": ""},
    "cut off": {"data": b"--b\r\nContent-Disposition: form-data; name=", "content_type": BOUNDARY},
    "no boundary": {"data": b"plan=x", "content_type": "multipart/form-data"},
    "a file for a field": {
        "data": b'--b\r\nContent-Disposition: form-data; name="reason"; filename="../../x.html"'
        b"\r\nContent-Type: text/html\r\n\r\n<script>\r\n--b--\r\n",
        "content_type": BOUNDARY,
    },
    "many names": {"data": b"&".join(b"a%d=" % n for n in range(4000)), "content_type": ""},
    "nothing but nulls": {"data": b"reason=%00&words=%00&text=%00&kind=%00", "content_type": ""},
}
FORM = "application/x-www-form-urlencoded"


@pytest.mark.safety("ASVS-4.3/bodies", "ASVS-2.2/bad-input")
@pytest.mark.parametrize("kind", BODIES)
def test_an_odd_body_breaks_nothing(served: Served, kind: str) -> None:
    """Whatever the body is, the answer is a page; no failure inside, and nothing leads away."""
    body = {**BODIES[kind], "content_type": BODIES[kind]["content_type"] or FORM}
    for method, address in CHANGES:
        if address in OWN_SITTING:
            continue
        with served.database.writing() as session:
            session.execute(sa.delete(SignInTry))  # what is no password counts as a try
        visitor, ids, _ = opened(served, method, address)
        head = {"X-CSRFToken": visitor.token()}
        answer = visitor.client.open(path_of(address, ids), method=method, headers=head, **body)
        assert answer.status_code < 500, (address, answer.status_code)
        assert "Traceback" not in answer.text, address
