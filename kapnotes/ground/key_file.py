"""The file of the root key, and beside it, while a rotation is under way, the one that follows.

`practice.key` is the key that stands; `practice.key.next` the one that a rotation is about to put
in its place; `practice.key.<mark>` one of before, for backups that were made under it.
"""

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kapnotes.ground.unsafe import SettingsRefused
from kapnotes.keys.private_file import keep_folder, write_private

KEY_BYTES = 32
NAME = "practice.key"
MARK_SIGNS = 8


class KeyMissing(SettingsRefused):
    """There is a practice, but the key to it is gone."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where the root key lies."""

    path: Path

    @property
    def next_path(self) -> Path:
        """Where the key lies that follows it."""
        return self.path.with_name(f"{self.path.name}.next")

    def former_path(self, mark: str) -> Path:
        """Where a key of before lies, by the mark of its root."""
        return self.path.with_name(f"{self.path.name}.{mark[:MARK_SIGNS]}")

    def former(self) -> list[Path]:
        """The keys of before that still lie there."""
        found = self.path.parent.glob(f"{self.path.name}.{'[0-9a-f]' * MARK_SIGNS}")
        return sorted(found)

    def read(self) -> bytes:
        """The key that stands."""
        return read_key(self.path)

    def read_next(self) -> bytes:
        """The key that a rotation is about to put in its place; b"" if there is none."""
        return read_key(self.next_path) if self.next_path.exists() else b""

    def stage(self) -> bytes:
        """Make the key that follows, unless one lies there already; return it."""
        write_private(self.next_path, encoded(os.urandom(KEY_BYTES)), is_new=True)
        return self.read_next()

    def promote(self, mark: str) -> None:
        """Let the next key stand, and lay the one of that mark aside."""
        with suppress(FileExistsError):
            os.link(self.path, self.former_path(mark))
        keep_folder(self.path.parent)
        self.next_path.replace(self.path)
        keep_folder(self.path.parent)


def encoded(key: bytes) -> bytes:
    """A key as its file holds it."""
    return base64.b64encode(key)


def key_file_of(env: Mapping[str, str], data: Path) -> KeyFile | None:
    """Where the key lies by setting; None when the environment itself holds it."""
    if env.get("KAPNOTES_KEY"):
        return None
    return KeyFile(Path(env.get("KAPNOTES_KEY_FILE") or data / NAME))


def read_key(path: Path) -> bytes:
    """The key in a file that only its owner reads."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsRefused(
            f"The key file {path.name} can be read by others. Run: chmod 600 on it."
        )
    return decoded(path.read_text().strip(), path.name)


def decoded(text: str, name: str) -> bytes:
    """A key from base64. Raises SettingsRefused for anything that is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
        raise SettingsRefused(f"{name} must hold 32 random bytes in base64.")
    return key
