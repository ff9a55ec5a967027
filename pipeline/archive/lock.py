"""One writer at a time: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from pipeline.archive.files import writing
from pipeline.errors import ArchiveBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock. The system lets go of it when the process ends (flock(2)); the file says who holds it.

    Raises ArchiveBusy where another process does, ArchiveUnwritable where the file can't be made.
    """
    descriptor = _acquired(path)
    try:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
        with writing(path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, orjson.dumps(holder) + b"\n")
        yield
    finally:
        try:
            # Removed while it is still held: whoever opened it meanwhile finds that it is no longer the file at this path.
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _acquired(path: Path) -> int:
    while True:
        with writing(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = os.pread(descriptor, 4096, 0)
            os.close(descriptor)
            raise _busy(path, held) from None
        if _is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(descriptor)
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def _busy(path: Path, held: bytes) -> ArchiveBusy:
    try:
        holder = orjson.loads(held)
        since = datetime.fromisoformat(holder["since"])
        who = f"process {holder['pid']} on {holder['host']}"
    except (ValueError, KeyError, TypeError):
        return ArchiveBusy(f"another run holds {path.parent}", holder="unknown", since=None)
    return ArchiveBusy(
        f"another run holds {path.parent}: {who}, since {since:%Y-%m-%d %H:%M} UTC", holder=who, since=since
    )
