"""The door handle: every view says with `@needs` which permission it asks, or why it asks none."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask_login import current_user, login_required

from kapnotes.access.actions import Action
from kapnotes.access.rules import check_role
from kapnotes.clinic.refusals import FreshNeeded

P = ParamSpec("P")
T = TypeVar("T")


def needs(action: Action) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a signed-in person through whose role has the permission; refuse everyone else."""

    def handle(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            check_role(current_user.actor, action)
            return view(*args, **kwargs)

        door: Callable[P, T] = login_required(guarded)
        door.guard = action  # type: ignore[attr-defined] # read by the house tests
        return door

    return handle


def fresh(view: Callable[P, T]) -> Callable[P, T]:
    """Let whoever gave a factor within the last five minutes through; ask everyone else for one.

    It stands below `@needs`: who may not at all is told so first. A form that is posted may bring
    the factor with it.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if not current_user.is_fresh and not current_user.confirms():
            raise FreshNeeded
        return view(*args, **kwargs)

    guarded.asks_fresh = True  # type: ignore[attr-defined] # read by the house tests
    return guarded


def open_to_all(why: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a view that needs no permission, with the reason."""

    def handle(view: Callable[P, T]) -> Callable[P, T]:
        view.guard = why  # type: ignore[attr-defined] # read by the house tests
        return view

    return handle
