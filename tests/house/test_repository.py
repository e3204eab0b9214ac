"""What is tracked runs anywhere: no machine's path, no registry's host; commands as promised."""

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MACHINE = re.compile(r"(?<![\w.:/<-])/(?:root|work|home/\w+|Users/\w+|opt/\w+)/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|--(?:extra-)?index[-]url|--find[-]links"
)
PROMISED = ("run", "test", "bench", "bench-large", "help")


def tracked() -> list[Path]:
    """Return what stands in the repository or is about to: all that git does not ignore."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(  # noqa: S603 - git, on our own folder
        [*command, "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = (REPOSITORY / name for name in listed.split("\0") if name)
    return [file for file in files if file.is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return each tracked line of text that matches."""
    return [
        f"{file.relative_to(REPOSITORY)}:{number} {found.group()}"
        for file in tracked()
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if (found := pattern.search(line))
    ]


def pins(name: str) -> dict[str, str]:
    """Return the pinned version of each requirement of a file."""
    text = (REPOSITORY / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text, re.MULTILINE))


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE) == []


def test_no_tracked_file_names_the_host_of_a_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_every_requirement_is_pinned_with_hashes() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        text = (REPOSITORY / name).read_text()
        entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(entries) == len(pins(name))
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_tests_run_what_people_run() -> None:
    assert pins("requirements.txt").items() <= pins("tests/requirements.txt").items()


@pytest.mark.parametrize("target", PROMISED)
def test_the_makefile_keeps_a_promised_command(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE)


def test_the_build_calls_the_tests_and_nothing_else() -> None:
    script = (REPOSITORY / ".ci/run").read_text().splitlines()
    assert script[0] == "#!/usr/bin/env bash"
    assert [line for line in script[1:] if not line.startswith(("set ", "cd "))] == ["make test"]
