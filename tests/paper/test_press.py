"""The printer: warm, whole again after any accident, and never without an answer."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from kapnotes.paper.binding import Pressed
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer, PrintFailed
from tests.paper.sample import LONGEST_NOTE, SAMPLE, with_text
from tests.paper.sample_binding import BINDING
from tests.paper.sample_told import MADE_AT

SMALL = (
    '<html lang="en" data-sheet="sheet"><head><title>A</title></head><body><p>{}</p></body></html>'
)
PAGE = SMALL.format("A")


@pytest.fixture
def own() -> Iterator[Printer]:
    """A printer that a test may break, with a limit that it may reach."""
    printer = Printer(seconds=6, megabytes=700)
    printer.start()
    yield printer
    printer.stop()


def _wait(printer: Printer) -> str:
    """The sentence of a printer that has become ready."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        ready, sentence = printer.ready()
        if ready:
            return sentence
        time.sleep(0.05)
    pytest.fail(f"not ready: {printer.ready()[1]}")


def _child() -> psutil.Process:
    """The newest child process that prints."""
    children = psutil.Process().children()
    return max(
        (one for one in children if "resource_tracker" not in " ".join(one.cmdline())),
        key=lambda one: one.create_time(),
    )


def test_it_starts_by_itself_and_again_after_it_was_stopped() -> None:
    printer = Printer()
    assert printer.ready()[0] is False
    assert printer.part(PAGE, at=MADE_AT).content.startswith(b"%PDF-1.7")
    assert _wait(printer) == "The printer is warm."
    printer.stop()
    assert printer.ready()[0] is False
    printer.stop()
    assert printer.part(PAGE, at=MADE_AT).content.startswith(b"%PDF-1.7")
    printer.stop()


def test_a_child_killed_while_it_binds_is_tried_once_more(own: Printer) -> None:
    parts = tuple(own.part(SMALL.format(number), at=MADE_AT).content for number in range(60))
    binding = replace(BINDING, parts=parts)
    expected = own.bind(binding)
    found: list[bytes] = []
    work = threading.Thread(target=lambda: found.append(own.bind(binding)))
    victim = _child()
    work.start()
    time.sleep(0.05)
    victim.kill()
    work.join(30)
    assert found == [expected]


def test_a_killed_child_is_replaced(own: Printer) -> None:
    before = own.part(PAGE, at=MADE_AT)
    _wait(own)
    _child().kill()
    assert own.part(PAGE, at=MADE_AT) == before
    _wait(own)
    _child().kill()
    time.sleep(0.5)
    assert own.part(PAGE, at=MADE_AT) == before


def test_a_child_killed_at_work_is_tried_once_more(own: Printer) -> None:
    expected = own.part(draw(SAMPLE), at=MADE_AT)
    _wait(own)
    found: list[Pressed] = []
    work = threading.Thread(target=lambda: found.append(own.part(draw(SAMPLE), at=MADE_AT)))
    victim = _child()
    work.start()
    time.sleep(0.1)
    victim.kill()
    work.join(30)
    assert found == [expected]


@pytest.mark.safety("ASVS-15.1/document-limits")
def test_out_of_time_is_said_and_the_next_print_works(own: Printer) -> None:
    _wait(own)
    endless = SMALL.format('<b style="display: flex">' * 18 + "a" + "</b>" * 18)
    begun = time.monotonic()
    with pytest.raises(PrintFailed, match="within 6 seconds"):
        own.part(endless, at=MADE_AT)
    assert time.monotonic() - begun < 20
    assert own.part(PAGE, at=MADE_AT).content.startswith(b"%PDF")


@pytest.mark.safety("ASVS-15.1/document-limits")
def test_out_of_memory_is_said_and_the_next_print_works() -> None:
    printer = Printer(seconds=20, megabytes=420)
    try:
        with pytest.raises(PrintFailed):
            printer.part(SMALL.format("abc " * 4_000_000), at=MADE_AT)
        assert printer.part(PAGE, at=MADE_AT).content.startswith(b"%PDF")
    finally:
        printer.stop()


def test_a_child_too_small_to_begin_with_is_said() -> None:
    printer = Printer(seconds=20, megabytes=150)
    try:
        with pytest.raises(PrintFailed, match="Nothing that was written is lost"):
            printer.part(PAGE, at=MADE_AT)
    finally:
        printer.stop()


def test_the_child_knows_neither_the_database_nor_a_key() -> None:
    heavy = "sqlalchemy", "cryptography", "pyhanko", "flask", "kapnotes.db", "kapnotes.keys"
    asks = f"import sys, kapnotes.paper.child as _; print({{*{heavy!r}}} & {{*sys.modules}})"
    out = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    assert out.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (PAGE.replace('"sheet"', '"unknown"'), "no stylesheet called 'unknown'"),
        (SMALL.format("<br>"), "not well-formed"),
        (SMALL.format('<img alt="a" src="file:///etc/passwd"/>'), "was refused"),
        (SMALL.format("<style>@import 'http://127.0.0.1/'</style>"), "was refused"),
    ],
)
def test_what_cannot_be_printed_is_said(printer: Printer, page: str, words: str) -> None:
    with pytest.raises(PrintFailed, match=words):
        printer.part(page, at=MADE_AT)


def test_an_attachment_of_the_server_is_left_out(printer: Printer) -> None:
    page = PAGE.replace("<title>", '<link rel="attachment" href="file:///etc/passwd"/><title>')
    assert b"EmbeddedFile" not in printer.part(page, at=MADE_AT).content


def test_many_threads_share_it(printer: Printer) -> None:
    found: list[Pressed] = []
    threads = [
        threading.Thread(target=lambda: found.append(printer.part(PAGE, at=MADE_AT)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "value",
    [
        "a\n" * (LONGEST_NOTE // 2),
        "a" * LONGEST_NOTE,
        "אa" * (LONGEST_NOTE // 2),
        "\u202ea\u202c" * (LONGEST_NOTE // 3),
        "a" + "\u0301" * (LONGEST_NOTE - 1),
        "a\u0301\u0302\u0303" * (LONGEST_NOTE // 4),
        "🌊" * (LONGEST_NOTE // 10),
        "word " * (LONGEST_NOTE // 5),
        "\u200f1" * (LONGEST_NOTE // 2),
    ],
    ids=["lines", "one word", "mixed", "overrides", "pile", "piles", "emoji", "prose", "marks"],
)
def test_the_longest_note_is_printed_or_refused_in_time(printer: Printer, value: str) -> None:
    begun = time.monotonic()
    try:
        outcome = printer.part(draw(with_text(value)), at=MADE_AT).content[:5].decode()
    except PrintFailed as failed:
        outcome = str(failed)
    assert outcome == "%PDF-" or "Nothing that was written is lost" in outcome
    assert time.monotonic() - begun < 40
