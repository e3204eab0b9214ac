"""A lock's whole life in one call: a code, a wrong one, the right one, a factor, other sittings."""

import pytest

from kapnotes.actions import locking, sitting
from kapnotes.clinic.refusals import WrongCode
from tests.builders import AT, HERE, PASSWORD, Small
from tests.factors import sit_down

CODE = "491730"


def play_lock(small: Small) -> None:
    """Lock and open a sitting in each way, then end the others."""
    by, email = small.therapist, "thea@test.example"
    here, *others = (sit_down(email, PASSWORD, address=HERE, at=AT) for _ in range(3))
    locking.set_code(token=here, code=CODE, given=PASSWORD, address=HERE, by=by, at=AT)
    locking.lock(token=here, by=by, at=AT)
    with pytest.raises(WrongCode):
        locking.unlock_by_code(token=here, code="000001", by=by, at=AT)
    locking.unlock_by_code(token=here, code=CODE, by=by, at=AT)
    locking.lock(token=here, by=by, at=AT)
    locking.unlock(token=here, given=PASSWORD, address=HERE, by=by, at=AT)
    other = sitting.presence(token=others[0], at=AT, is_input=False)
    assert other is not None
    sitting.end(sitting_id=other.id, by=by, at=AT)
    assert sitting.end_others(token=here, by=by, at=AT) == 1
