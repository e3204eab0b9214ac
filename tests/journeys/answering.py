"""Answering a note's form in the browser, from what a browser would post."""

from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page

Raw = Mapping[str, Sequence[str]]


def answer(page: Page, raw: Raw) -> None:
    """Fill every field that is on the page; conditions show further ones, so go round again."""
    left = dict(raw)
    for _ in range(6):
        done = [name for name, values in left.items() if _fill(page, name, values)]
        for name in done:
            del left[name]
        if not left:
            return
    raise AssertionError(f"never asked: {sorted(left)}")


def _fill(page: Page, name: str, values: Sequence[str]) -> bool:
    fields = page.locator(f"[name='{name}']")
    if not fields.count() or not _is_shown(fields):
        return False
    kind = fields.first.get_attribute("type") or fields.first.evaluate("one => one.localName")
    if kind in {"radio", "checkbox"}:
        for value in values:
            page.locator(f"[name='{name}'][value='{value}']").check(force=True)
    elif kind == "select":
        fields.first.select_option(list(values))
    else:
        fields.first.fill(values[0])
    return True


def _is_shown(fields: Locator) -> bool:
    return bool(fields.first.evaluate("one => one.closest('[hidden]') === null"))
