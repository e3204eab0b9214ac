"""The gallery, and a page that looks at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.look.gallery import Draft, opened

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def draft() -> Draft:
    """Return what the gallery keeps of its draft."""
    return Draft()


@pytest.fixture
def gallery(draft: Draft) -> Iterator[str]:
    """Return the address of a gallery of this test's own: a page that closes still saves."""
    with opened(draft) as address:
        yield address


@pytest.fixture
def look(gallery: str, new_context: NewContext) -> Callable[..., Page]:
    """Return what opens a page of the gallery, started, in a theme and a width."""

    def go(path: str, *, theme: str = "", width: int = 1280) -> Page:
        context = new_context(base_url=gallery)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": gallery}])
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        page.wait_for_selector("html[data-started]", state="attached")
        return page

    return go
