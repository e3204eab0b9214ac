"""Every door has a guard: a permission that `@needs` asks, or a reason why it asks none.

`doors.txt` lists the doors, `roles.txt` who has which permission: both are read by people, and a
change of either is a change of who gets in. Write them anew: `python -m tests.house.test_doors`.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.roles import PEOPLE, Operator, role_of
from kapnotes.settings import Settings
from kapnotes.web.app import create_app

HERE = Path(__file__).parent
DOORS, ROLES = HERE / "doors.txt", HERE / "roles.txt"
STATIC = "the look of the pages, the same for everyone"
OPEN = {
    "hand_over.given_back",
    "hand_over.give_back",
    "hand_over.page",
    "hand_over.save",
    "sign_in.form",
    "sign_in.enter",
    "sign_in.leave",
    "sign_in.token",
    "second_factor.form",
    "second_factor.give",
    "second_factor.ask_passkey",
    "second_factor.set_up",
    "second_factor.begin_app",
    "second_factor.confirm_app",
    "second_factor.ask_new_passkey",
    "second_factor.add_passkey",
    "health.lives",
    "health.ready",
    "locking.ask_passkey",
    "locking.input_",
    "locking.lock",
    "locking.page",
    "locking.unlock",
    "metrics.figures",
    "verify.form",
    "verify.check",
    "verify.look_up",
    "static",
}
"""The doors without a permission. A new one is a decision: add it here, with eyes open."""

WHAT_TO_DO = (
    "The doors are not those of tests/house/doors.txt. Put @needs(Action....) on a new view, "
    "give it a row in tests/web/access.txt, then run: python -m tests.house.test_doors"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("doors")
    url = f"sqlite:///{folder / 'practice.db'}"
    made = create_app(Settings(data=folder, database_url=url, key=bytes(range(32))))
    opened = db.current()
    yield made
    opened.close()


def guard_of(app: Flask, endpoint: str) -> Action | str:
    """Return the permission a door asks, or why it asks none; "" for one without a guard."""
    if endpoint == "static":
        return STATIC
    guard: Action | str = getattr(app.view_functions[endpoint], "guard", "")
    return guard


def methods_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Walk the URL map: address, method, endpoint."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield re.sub(r"<[^<>]*:(\w+)>", r"<\1>", rule.rule), method, rule.endpoint


def doors(app: Flask) -> str:
    """Write the doors as a table: method, address, permission or reason."""
    rows = [
        f"{method:5} {rule:52} {f'everyone: {guard}' if type(guard) is str else guard.value}"
        for rule, method, endpoint in sorted(methods_of(app))
        for guard in [guard_of(app, endpoint)]
    ]
    return "\n".join(rows) + "\n"


def roles() -> str:
    """Write the permissions as a table: a row for each, an x for each role that has it."""
    kinds = (*PEOPLE, Operator)
    head = f"{'':20}" + "".join(f"{role.key:15}" for role in kinds)
    rows = [
        f"{action.value:20}" + "".join(f"{'x' * (action in role.may):15}" for role in kinds)
        for action in Action
    ]
    return "\n".join(line.rstrip() for line in (head, *rows)) + "\n"


@pytest.mark.safety("ONC-d1/guarded-doors")
def test_every_door_has_a_guard_or_a_reason(app: Flask) -> None:
    bare = {end for _, _, end in methods_of(app) if not guard_of(app, end)}
    assert not bare, f"without a guard: {bare}. Put @needs(Action....) on each view."


def test_the_open_doors_are_few_and_known(app: Flask) -> None:
    found = {end for _, _, end in methods_of(app) if not isinstance(guard_of(app, end), Action)}
    assert found == OPEN


def test_the_doors_are_those_of_the_list(app: Flask) -> None:
    kept, now = set(DOORS.read_text().splitlines()), set(doors(app).splitlines())
    new, lost = sorted(now - kept), sorted(kept - now)
    assert not new, f"{WHAT_TO_DO}\nnew: {new}"
    assert not lost, f"{WHAT_TO_DO}\ngone: {lost}"


def test_every_permission_opens_a_door_or_is_asked_inside(app: Flask) -> None:
    asked = {guard_of(app, end) for _, _, end in methods_of(app)}
    assert set(Action) - asked == {
        Action.MAKE_BACKUP,  # the command line and the worker
        Action.READ_INTEGRATION,
        Action.MAKE_CHECKS,
        Action.ROTATE_KEY,  # the command line alone
        Action.SEND_REMINDERS,
        Action.WORK_OUT_DUE,
    }


def test_who_has_which_permission_is_written_down() -> None:
    assert roles() == ROLES.read_text(), (
        "A role gained or lost a permission. If the clinical lead agrees, run: "
        "python -m tests.house.test_doors"
    )


def test_an_unknown_role_opens_nothing() -> None:
    assert role_of("owner").may == frozenset()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/practice.db"
        settings = Settings(data=Path(folder), database_url=url, key=bytes(range(32)))
        DOORS.write_text(doors(create_app(settings)))
    ROLES.write_text(roles())
