"""What somebody with an account tries at every door: other methods, other heads, ways out.

Each test walks the whole table of doors, so that a new door is tried as soon as it stands there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.builders import PASSWORD
from tests.web.served import Served
from tests.web.targets import Ids, aim_at, path_of
from tests.web.test_access import DENIED, OWN_SITTING, ROWS
from tests.web.visitor import Page, Visitor

EVIL = "https://evil.example/"
CHANGES = [(method, address) for method, address in ROWS if method != "GET"]
LOOKS = [(method, address) for method, address in ROWS if method == "GET"]
ORDER = ("therapist", "supervisor", "administrator", "medical", "nobody")
pytestmark = pytest.mark.parametrize("served", ["embedded"], indirect=True, scope="module")
MAKES = ("document", "part", "job", "delivery", "disclosure", "note_seen")
"""Tables to which a look may add: a document that is asked for is made, and who read what."""


def opened(served: Served, method: str, address: str) -> tuple[Visitor, Ids, dict[str, str]]:
    """Somebody whom the table lets in, and what they try the door on."""
    row = ROWS[method, address]
    who = next((who for who in ORDER if row[who] not in DENIED), ORDER[0])
    ids, form = aim_at(address)(served)
    own = address in OWN_SITTING
    return (served.newcomer(who) if own else served.visitor(who)), ids, form


@contextmanager
def unchanged(served: Served, *but: str) -> Iterator[None]:
    """Nothing is written but into these tables."""
    before = served.rows_of_everything()
    yield
    after = served.rows_of_everything()
    assert [name for name in after if after[name] != before[name] and name not in but] == []


@pytest.mark.safety("ASVS-3.5/forgery")
@pytest.mark.parametrize(("method", "address"), LOOKS, ids=str)
def test_a_look_changes_nothing(served: Served, method: str, address: str) -> None:
    """A link cannot do anything: what a page elsewhere may have a browser ask for only shows."""
    if address in OWN_SITTING:
        return
    visitor, ids, _ = opened(served, method, address)
    path = path_of(address, ids)
    with unchanged(served, *MAKES):
        assert visitor.get(path).status_code < 500
        visitor.client.head(path, buffered=True)
        assert visitor.client.options(path).status_code in {200, 404}
        assert visitor.client.open(path, method="TRACE").status_code in {404, 405}
        assert visitor.client.open(path, method="DELETE").status_code in {400, 404, 405}


@pytest.mark.safety("ASVS-3.5/forgery")
def test_a_method_is_not_named_by_a_field_or_a_head(served: Served) -> None:
    note_id = served.draft("preparation")
    head = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    with unchanged(served):
        for query in ("?_method=POST", "?_method=DELETE"):
            served.therapist.get(f"/notes/{note_id}/discard{query}", headers=head)


@pytest.mark.safety("ASVS-4.1/proxies")
@pytest.mark.parametrize("address", sorted({address for _, address in LOOKS}))
def test_no_head_and_no_query_leads_elsewhere(served: Served, address: str) -> None:
    if address in OWN_SITTING:
        return
    visitor, ids, _ = opened(served, "GET", address)
    path = path_of(address, ids)
    query = "&".join(f"{name}={EVIL}" for name in ("next", "return", "url", "back", "_next"))
    head = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "//evil.example",
        "X-Original-URL": "/people",
        "X-Rewrite-URL": "/people",
        "Forwarded": "host=evil.example",
        "Referer": EVIL,
    }
    plain, asked = visitor.get(path), visitor.get(f"{path}?{query}", headers=head)
    assert asked.status_code == plain.status_code
    assert "//evil.example" not in asked.headers.get("Location", "")
    assert "evil.example" not in asked.headers.get("Refresh", "")
    if asked.mimetype == "text/html":
        assert 'href="https://evil' not in asked.text


@pytest.mark.parametrize(("method", "address"), CHANGES, ids=str)
def test_a_change_leads_on_within_the_practice(served: Served, method: str, address: str) -> None:
    if address in OWN_SITTING:
        return
    visitor, ids, form = opened(served, method, address)
    evil = dict.fromkeys(("next", "return", "back", "url", "_next", "_back"), EVIL)
    for_query = f"{path_of(address, ids)}?next={EVIL}&next=//evil.example"
    answer = visitor.ask(method, for_query, {**evil, **form})
    assert answer.status_code < 500
    place = answer.headers.get("Location", "/")
    assert (urlsplit(place).netloc, place[:1], place[:2] in {"//", "/\\"}) == ("", "/", False)


@pytest.mark.safety("ASVS-4.1/proxies")
def test_the_throttle_counts_the_address_that_is_there(served: Served) -> None:
    """Without a configured proxy a made-up `X-Forwarded-For` is nobody's address."""
    visitor = served.newcomer()
    statuses = []
    for number in range(200):
        head = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        form = {"email": f"who{number}@test.example", "password": "not it, I am afraid"}
        at = {"REMOTE_ADDR": "198.51.100.7"}
        statuses.append(visitor.post("/sign-in", form, headers=head, environ_base=at).status_code)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429


OUTSIDE = (
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "/%2f/evil.example",
    "/\t/evil.example",
    "/patients\r\nSet-Cookie: kapnotes=x",
    " //evil.example",
    "/.//evil.example",
    "/patients/..//evil.example",
    "@evil.example",
    "/sign-out",
    "",
)
"""Where a person is not to be led who confirmed a factor, or who unlocked."""


@pytest.mark.safety("ASVS-3.4/headers")
@pytest.mark.parametrize("then", OUTSIDE)
def test_nobody_is_led_out_of_the_practice_by_next(served: Served, then: str) -> None:
    """After a factor, and in the page that asks for it, `next` is a door of ours or Today."""
    page = served.therapist.get("/confirm", query_string={"next": then})
    shown = Page(page.text).typed().get("next", [""])
    assert shown in ([""], ["/"]), shown
    form = {"next": then, "password": PASSWORD}
    answer = served.therapist.post("/confirm", form)
    assert answer.status_code in {200, 302, 422}
    assert answer.headers.get("Location", "/") in {"/", "/confirm"}
    assert len(answer.headers.getlist("Set-Cookie")) <= 1
