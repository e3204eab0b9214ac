"""`paper verify FILE` leaves with 0 for an unchanged document of this practice alone."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import click
import pytest

from kapnotes import cli
from tests.paper.sealed import commented, pair, sealed
from tests.web.genuine import keep, page
from tests.web.served import Served

Verify: TypeAlias = Callable[[bytes], tuple[int, str, str]]


@pytest.fixture
def verify(served: Served, tmp_path: Path) -> Verify:
    """Return what runs the command on some bytes: exit status, standard output, standard error."""
    if not isinstance(served.app.cli.commands.get("paper"), click.Group):
        cli.fit(served.app)

    def run(content: bytes) -> tuple[int, str, str]:
        file = tmp_path / "document.pdf"
        file.write_bytes(content)
        found = served.app.test_cli_runner().invoke(args=["paper", "verify", str(file)])
        return found.exit_code, found.stdout, found.stderr

    return run


def test_the_very_file_is_unchanged(served: Served, verify: Verify) -> None:
    number, pdf = keep(served.small)
    status, out, err = verify(pdf)
    assert (status, err) == (0, "")
    assert out.startswith(f"unchanged: Infusion summary {number}, version 1, the newest. This is")
    assert out.count("\n") == 1


def test_anything_else_is_a_failure_in_one_line(served: Served, verify: Verify) -> None:
    number, pdf = keep(served.small)
    for content, said in (
        (commented(pdf), f"kapnotes: changed: Infusion summary {number}"),
        (sealed(page("0123456789AB-F1"), pair()), "kapnotes: unknown: It is sealed with a key"),
        (b"hello", "kapnotes: unknown: This is not a PDF."),
        (b"", "kapnotes: unknown: This is not a PDF."),
    ):
        status, out, err = verify(content)
        assert (status, out) == (1, "")
        assert err.startswith(said)
        assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_a_wrong_use(
    served: Served, verify: Verify, tmp_path: Path
) -> None:
    del verify
    runner = served.app.test_cli_runner()
    for args in (["paper", "verify"], ["paper", "verify", str(tmp_path / "gone.pdf")]):
        assert runner.invoke(args=args).exit_code == 2
