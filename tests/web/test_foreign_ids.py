"""One id of an address is another household's: as if it had never been, at every door (ASVS 8).

The table is made from the URL map. In each address that names several things, each in turn is
taken from a stranger's patient, and from another patient of the same therapist.
"""

import re

import pytest

from tests.web.households import STRANGE, ids_of, second, strangers
from tests.web.served import Served
from tests.web.targets import aim_at, path_of
from tests.web.test_access import DENIED, ROWS
from tests.web.visitor import Visitor, plain

PLACE = re.compile(r"<(\w+_id)>")
SWAPS = [
    (method, address, place)
    for method, address in ROWS
    if len(PLACE.findall(address)) > 1
    for place in PLACE.findall(address)
]
ORDER = ("therapist", "supervisor", "administrator", "medical")


@pytest.fixture(scope="module", params=["stranger", "beside"])
def theirs(request: pytest.FixtureRequest, served: Served) -> Served:
    """A household that nobody of the first reaches, and the therapist's own second one."""
    return strangers(served) if request.param == "stranger" else second(served)


def who_opens(served: Served, method: str, address: str) -> Visitor:
    """Somebody whom the table lets in at that door."""
    row = ROWS[method, address]
    return served.visitor(next(who for who in ORDER if row[who] not in DENIED))


@pytest.mark.safety("ASVS-8.1/table", "ASVS-8.2/not-there")
@pytest.mark.parametrize(("method", "address", "place"), SWAPS, ids=str)
def test_a_foreign_id_among_ones_own_is_nowhere(
    served: Served, theirs: Served, method: str, address: str, place: str
) -> None:
    aim, visitor = aim_at(address), who_opens(served, method, address)
    ids, form = aim(served)
    foreign = ids_of(theirs, aim)[place]
    assert foreign != ids[place]
    before = served.rows_of_everything()
    answer = visitor.ask(method, path_of(address, {**ids, place: foreign}), form)
    nowhere = visitor.ask(method, path_of(address, {**ids, place: served.small.medical.id}), form)
    assert (answer.status_code, plain(answer.text)) == (404, plain(nowhere.text))
    assert not [word for word in STRANGE if word in answer.text]
    assert served.rows_of_everything() == before
