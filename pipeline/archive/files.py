"""Files that are whole or not there: written beside, made durable, and put in place in one step."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Of files under way; one that is found was left by a crash, and means nothing.
SUFFIX = ".new"


@contextmanager
def writing(path: Path, *, hint: str | None = None) -> Iterator[None]:
    """Turns what the system says against writing `path` into ArchiveUnwritable; `hint` says what to do where it is none of the store's."""
    try:
        yield
    except OSError as error:
        raise ArchiveUnwritable(
            f"{path} can't be written: {error.strerror or error}", path=str(path), hint=hint
        ) from error


def replace(path: Path, content: bytes, *, durable: bool = True) -> bool:
    """Puts `content` in the place of the file, durably; whether it was anything new. The same content is not written.

    A crash at any moment leaves the old file or the new one; of what is not `durable`, a power cut may leave neither. Raises ArchiveUnwritable, and then the old file is as it was.
    """
    with writing(path):
        if _is(path, content):
            return False
        beside = path.with_name(path.name + SUFFIX)
        with beside.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
        if durable:
            sync_folder(path.parent)
    return True


@contextmanager
def held(folder: Path, *, shared: bool) -> Iterator[None]:
    """Holds a folder while its files are read together (`shared`), or are brought from one state into the next; waits for the other."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, durably. Raises ArchiveUnwritable."""
    with writing(path):
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Makes durable what was created, renamed or removed in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False
