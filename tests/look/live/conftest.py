"""The live page's modules by themselves, in a page of the gallery."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]


@pytest.fixture
def run(look: Callable[..., Page]) -> Run:
    """Return what runs a function of a module: `run("clock", "({ hms }) => hms(1000)")`."""
    page = look("/plain")

    def call(module: str, function: str, given: Any = None) -> Any:
        return page.evaluate(
            "async ([module, source, given]) => (0, eval)(`(${source})`)("
            "await import(`/static/js/live/${module}.js`), given)",
            [module, function, given],
        )

    return call
