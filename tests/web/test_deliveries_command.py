"""`deliveries send` sends what is due where no worker runs; 1 when something failed."""

from pathlib import Path

import click
import pytest

from kapnotes import cli
from kapnotes.clinic.document import Channel
from kapnotes.records import delivery
from tests.kept import CONTENT, deliver, keep
from tests.web.served import Served
from tests.web.test_hand_out import set_up


@pytest.fixture(autouse=True)
def _commands(served: Served) -> None:
    if not isinstance(served.app.cli.commands.get("deliveries"), click.Group):
        cli.fit(served.app)


def run(served: Served) -> tuple[int, str, str]:
    found = served.app.test_cli_runner().invoke(args=["deliveries", "send"])
    return found.exit_code, found.stdout, found.stderr


def test_what_is_due_is_sent_and_what_failed_is_said(served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "chart"
    found = keep(served.small)
    with set_up(served, chart_folder=str(folder)):
        assert run(served) == (0, "0 sent, 0 failed.\n", "")
        deliver(served.small, found, state=delivery.WAITING)
        status, out, err = run(served)
        assert (status, out) == (1, "0 sent, 1 failed.\n")
        assert err == "kapnotes: Why stands on the documents page of each patient.\n"
        folder.mkdir(mode=0o750)
        other = keep(served.small, revision=2)
        deliver(served.small, other, state=delivery.WAITING, channel=Channel.CHART_FOLDER)
        assert run(served) == (0, "1 sent, 0 failed.\n", "")
    assert (folder / f"{other.number}.pdf").read_bytes() == CONTENT
