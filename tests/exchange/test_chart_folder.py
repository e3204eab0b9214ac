"""Documents in a real folder: whole files under their numbers, and what is in the way is said."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest

from kapnotes.exchange import chart_folder
from kapnotes.exchange.parcel import NotDelivered, Parcel
from tests.exchange.test_document_reference import SENT
from tests.exchange.test_fhir_server import NAMES, PARCEL
from tests.house.plan import REPOSITORY

NUMBER = SENT.number
NOBODY = 65_534
ONE_PAGE = 65_536


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "chart"
    made.mkdir(mode=0o750)
    yield made
    made.chmod(0o750)


def big(size: int) -> Parcel:
    content = os.urandom(size)
    digest = sha256(content).hexdigest()
    return replace(PARCEL, sent=replace(SENT, content=content), file_digest=digest)


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def refused(folder: Path, parcel: Parcel = PARCEL) -> NotDelivered:
    with pytest.raises(NotDelivered) as caught:
        chart_folder.put(parcel, folder=str(folder))
    assert not [name for name in NAMES if name in caught.value.sentence]
    return caught.value


def test_the_document_and_its_manifest_lie_there(folder: Path) -> None:
    assert chart_folder.put(PARCEL, folder=str(folder)) == f"{NUMBER}.pdf"
    assert files(folder) == [f"{NUMBER}.json", f"{NUMBER}.pdf"]
    assert (folder / f"{NUMBER}.pdf").read_bytes() == SENT.content
    told = json.loads((folder / f"{NUMBER}.json").read_text())
    assert told["sha256"] == sha256(SENT.content).hexdigest()
    assert (told["number"], told["version"], told["size"]) == (NUMBER, 2, len(SENT.content))
    assert (told["kind"], told["record_number"]) == ("infusion_summary", "KN-1042")
    assert (told["replaces"], told["file"]) == (SENT.replaces, f"{NUMBER}.pdf")
    text = (folder / f"{NUMBER}.json").read_text()
    assert not [name for name in ("Müller", "Aïcha", "1991") if name in text]


def test_the_same_document_twice_is_one_file_that_was_not_written_again(folder: Path) -> None:
    chart_folder.put(PARCEL, folder=str(folder))
    before = {name: (folder / name).stat().st_ino for name in files(folder)}
    chart_folder.put(PARCEL, folder=str(folder))
    assert {name: (folder / name).stat().st_ino for name in files(folder)} == before


def test_only_owner_and_group_read_what_lies_there(folder: Path) -> None:
    chart_folder.put(PARCEL, folder=str(folder))
    assert {(folder / name).stat().st_mode & 0o777 for name in files(folder)} == {0o640}
    folder.chmod(0o700)
    other = replace(PARCEL, sent=replace(SENT, number="B-1"))
    chart_folder.put(other, folder=str(folder))
    assert (folder / "B-1.pdf").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_everybody_opens_gets_nothing(folder: Path) -> None:
    folder.chmod(0o755)
    assert "chmod o-rwx" in refused(folder).sentence
    assert files(folder) == []


def test_another_file_of_that_name_is_left_as_it_is(folder: Path) -> None:
    path = folder / f"{NUMBER}.pdf"
    path.write_bytes(b"somebody else's")
    error = refused(folder)
    assert (error.code, error.is_final) == ("other_file", True)
    assert path.read_bytes() == b"somebody else's"
    assert files(folder) == [path.name]


def test_a_link_that_leads_elsewhere_is_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(b"mine")
    (folder / f"{NUMBER}.pdf").symlink_to(outside)
    refused(folder)
    assert outside.read_bytes() == b"mine"


@pytest.mark.parametrize("number", ["../up", "a/b", ".hidden", "", "Falk, Jördis", "A" * 41])
def test_a_number_that_is_no_name_for_a_file_is_refused(folder: Path, number: str) -> None:
    error = refused(folder, replace(PARCEL, sent=replace(SENT, number=number)))
    assert (error.code, error.is_final) == ("name", True)
    assert files(folder) == []


def test_a_folder_that_is_not_there_is_said_and_waited_for(folder: Path) -> None:
    folder.rmdir()
    error = refused(folder)
    assert (error.code, error.is_final) == ("no_folder", False)
    folder.write_text("a file")
    assert refused(folder).code == "no_folder"
    folder.unlink()
    folder.mkdir(mode=0o750)
    chart_folder.put(PARCEL, folder=str(folder))
    assert len(files(folder)) == 2


def elsewhere(before: str, folder: Path, size: int) -> str:
    """Put a document in a process of its own, under the limits that `before` sets there."""
    code = (
        "import os, resource, sys\n"
        "from dataclasses import replace\n"
        "from kapnotes.exchange import chart_folder\n"
        "from kapnotes.exchange.parcel import NotDelivered\n"
        "from tests.exchange.test_chart_folder import big\n"
        f"parcel = big({size})\n"
        f"{before}\n"
        "try:\n"
        f"    print(chart_folder.put(parcel, folder={str(folder)!r}))\n"
        "except NotDelivered as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    return done.stdout.strip()


def test_a_disk_that_takes_no_more_leaves_no_half_file(folder: Path) -> None:
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({ONE_PAGE}, {ONE_PAGE}))"
    assert elsewhere(limit, folder, 10 * ONE_PAGE) == "full"
    assert files(folder) == []


def test_a_full_file_system_leaves_no_half_file_and_is_used_once_there_is_room(
    folder: Path,
) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k,mode=0750", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("only root mounts a file system of its own")
    try:
        parcel = big(ONE_PAGE)
        (folder / "other").write_bytes(bytes(ONE_PAGE + 4096))
        assert refused(folder, parcel).code == "full"
        assert files(folder) == ["other"]
        (folder / "other").unlink()
        chart_folder.put(parcel, folder=str(folder))
        assert (folder / f"{NUMBER}.pdf").read_bytes() == parcel.sent.content
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607 - what was mounted


@pytest.mark.parametrize("mode", [0o550, 0o000])
def test_a_folder_that_may_not_be_written_to_is_said(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    for above in folder.parents:
        if above != Path("/tmp") and str(above).startswith("/tmp/"):  # noqa: S108 - pytest's own
            above.chmod(above.stat().st_mode | 0o011)
    drop = f"os.getuid() or os.setuid({NOBODY})"
    assert elsewhere(drop, folder, 10) == "shut"
    folder.chmod(0o750)
    assert files(folder) == []


def test_what_a_crash_left_half_written_is_taken_away(folder: Path) -> None:
    (folder / f".{NUMBER}.pdf.0123456789abcdef.part").write_bytes(b"%PDF-1.7 half")
    (folder / ".B-1.pdf.0123456789abcdef.part").write_bytes(b"of another document")
    (folder / f"{NUMBER}.pdf").write_bytes(SENT.content)
    chart_folder.put(PARCEL, folder=str(folder))
    assert files(folder) == [
        ".B-1.pdf.0123456789abcdef.part",
        f"{NUMBER}.json",
        f"{NUMBER}.pdf",
    ]


def watched(folder: Path, put: Callable[[], object]) -> list[str]:
    """Look at the folder all the time while something is put there; return what was wrong."""
    over, wrong = Event(), []

    def look() -> None:
        while not over.is_set():
            for path in folder.glob("[!.]*.json"):
                told = json.loads(path.read_text())
                content = (folder / told["file"]).read_bytes()
                if sha256(content).hexdigest() != told["sha256"]:
                    wrong.append(path.name)

    thread = Thread(target=look)
    thread.start()
    try:
        put()
    finally:
        over.set()
        thread.join()
    return wrong


def test_whoever_waits_for_manifests_never_sees_a_half_file(folder: Path) -> None:
    def put() -> None:
        for number in range(40):
            parcel = big(200_000)
            parcel = replace(parcel, sent=replace(parcel.sent, number=f"A{number}"))
            chart_folder.put(parcel, folder=str(folder))

    assert watched(folder, put) == []
    assert len(files(folder)) == 80
