"""The embedded databases of the tests are copies of one prepared file."""

from pathlib import Path

import pytest

from tests.plumbing.embedded import Embedded


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_each_copy_is_as_prepared_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        path_of(url).write_bytes(b"migrated")

    embedded = Embedded(folder=tmp_path, prepare=prepare)
    with embedded.fresh() as one, embedded.fresh() as other:
        path_of(one).write_bytes(b"changed")
        assert path_of(other).read_bytes() == b"migrated"
        assert path_of(other).stat().st_mode & 0o077 == 0
    assert len(prepared) == 1
    assert not path_of(one).exists()


def test_a_template_that_is_not_closed_is_refused(tmp_path: Path) -> None:
    def prepare(url: str) -> None:
        Path(f"{path_of(url)}-wal").write_bytes(b"pages")

    with pytest.raises(RuntimeError, match="left a connection open"):
        Embedded(folder=tmp_path, prepare=prepare).fresh().__enter__()


def test_an_empty_database_is_no_file_yet(tmp_path: Path) -> None:
    with Embedded(folder=tmp_path, prepare=lambda _: None).empty() as url:
        assert not path_of(url).exists()
