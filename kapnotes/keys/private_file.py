"""Files that only their owner reads: written whole or not at all, and there after a power cut."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes, *, is_new: bool) -> None:
    """Write a file that only its owner reads.

    One that `is_new` never takes the place of another: of two that are written at once, one stays.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _link(fresh, path)
        else:
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    keep_folder(path.parent)


def _link(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return


def keep_folder(folder: Path) -> None:
    """See to it that names which were given in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
