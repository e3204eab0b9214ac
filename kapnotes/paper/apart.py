"""Work done in a thread of its own: a library starts an event loop where there may be one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises, from a thread that has no event loop.

    pyHanko runs a loop to sign and to read a seal. Whoever asks may stand in one already.
    """
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(work).result()
