"""The chart folder: kept documents as files that another system takes up from there.

The PDF first, then its manifest; each is written under a name that begins with a dot and renamed
when all of it is on the disk, so that no half file is ever seen. Whoever takes them up waits for
manifests. A file is called by its document's number: no name of a patient stands in one.
"""

import errno
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kapnotes.exchange.parcel import NotDelivered, Parcel

FORMAT = "kapnotes-document-1"
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")
PART = ".part"
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SHUT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def put(parcel: Parcel, *, folder: str) -> str:
    """Put a document and its manifest there; return the name of its file.

    What lies there already with the same bytes is left as it is. Raises NotDelivered.
    """
    number = parcel.sent.number
    if not NUMBER.fullmatch(number):
        raise NotDelivered(
            "The document's number is no name for a file.", code="name", is_final=True
        )
    try:
        with _opened(folder) as place:
            _sweep(place, number)
            _keep(place, f"{number}.pdf", parcel.sent.content)
            _keep(place, f"{number}.json", manifest(parcel))
    except OSError as error:
        raise _failure(error) from None
    return f"{number}.pdf"


def manifest(parcel: Parcel) -> bytes:
    """What the file is, as JSON: the same bytes for the same document."""
    sent = parcel.sent
    told = {
        "format": FORMAT,
        "number": sent.number,
        "kind": sent.kind.value,
        "title": sent.title,
        "edition": parcel.edition,
        "version": parcel.revision,
        "replaces": sent.replaces or None,
        "record_number": sent.patient.record_number,
        "practice": sent.practice.name,
        "made_at": sent.made_at.isoformat(timespec="seconds"),
        "file": f"{sent.number}.pdf",
        "media_type": sent.content_type,
        "size": len(sent.content),
        "pages": parcel.pages,
        "sha256": parcel.file_digest,
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    """The folder, open as long as it is written to; one that everybody reads is refused."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if stat.S_IMODE(os.fstat(place).st_mode) & 0o007:
            raise NotDelivered(
                "Everybody on that machine can open the chart folder. Run: chmod o-rwx on it.",
                code="open_folder",
            )
        yield place
    finally:
        os.close(place)


def _sweep(place: int, number: str) -> None:
    """Take away what a crash left of this document: nobody else writes it now."""
    for name in os.listdir(place):
        if name.startswith((f".{number}.pdf.", f".{number}.json.")) and name.endswith(PART):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=place)


def _keep(place: int, name: str, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all."""
    there = _content(place, name, most=len(content))
    if there == content:
        return
    if there is not None:
        raise NotDelivered(
            "Another file of that name lies in the chart folder. It was left as it is.",
            code="other_file",
            is_final=True,
        )
    fresh = f".{name}.{secrets.token_hex(8)}{PART}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(fresh, flags, 0o600, dir_fd=place)
    try:
        try:
            os.fchmod(handle, 0o600 | (stat.S_IMODE(os.fstat(place).st_mode) & 0o040))
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.rename(fresh, name, src_dir_fd=place, dst_dir_fd=place)
    except OSError:
        with suppress(OSError):
            os.unlink(fresh, dir_fd=place)
        raise
    _settle(place)


def _content(place: int, name: str, *, most: int) -> bytes | None:
    """What lies there under that name, one byte more than `most` at most; None for nothing."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(name, flags, dir_fd=place)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read(most + 1)


def _settle(place: int) -> None:
    """Have the new name on the disk; not every file system can say so of a folder."""
    try:
        os.fsync(place)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def _failure(error: OSError) -> NotDelivered:
    if error.errno in _GONE:
        return NotDelivered("The chart folder is not there.", code="no_folder")
    if error.errno in _FULL:
        return NotDelivered("The chart folder has no room left.", code="full")
    if error.errno in _SHUT:
        return NotDelivered("The chart folder cannot be written to.", code="shut")
    name = errno.errorcode.get(error.errno or 0, "unknown")
    return NotDelivered(f"The chart folder failed ({name}).", code="folder")
