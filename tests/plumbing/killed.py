"""An act that is killed at a step of its own: as a power cut would, at any place in it.

The act runs in a child of this process. Its steps are the calls that the named modules make and
take, so that a test can end it before any of them, and see how many there are.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from types import FrameType, ModuleType
from typing import Any

STEPS = frozenset({"call", "return", "c_call", "c_return"})


def killed_at(step: int, act: Callable[[], object], modules: Iterable[ModuleType]) -> int:
    """Run the act in a child that dies at that step; how many steps it took, or -1 if it died.

    Raises AssertionError when the act failed.
    """
    files = {str(module.__file__) for module in modules}
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run(step, act, files, writer)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return -1
    assert status == 0, said
    return int(said)


def _run(step: int, act: Callable[[], object], files: set[str], writer: int) -> None:
    """Act, counting, and leave: nothing of the parent's is tidied up here."""
    taken = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal taken
        if event in STEPS and frame.f_code.co_filename in files:
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.setprofile(count)
        act()
        sys.setprofile(None)
        os.write(writer, str(taken).encode())
    except BaseException as error:  # noqa: BLE001 - whatever it was, the parent is told
        sys.setprofile(None)
        os.write(writer, repr(error).encode())
        os._exit(1)
    os._exit(0)
