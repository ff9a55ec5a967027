"""The journal of the run under way: a line for each commit, durable before anything else is written.

A line is a checksum (BLAKE2b, 16 hexadecimal digits), a space, and a JSON object. The last line may be torn: its commit never
returned, so nobody was told of it. Any other line that is not as it was written is damage.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive.files import sync_folder, writing
from pipeline.errors import ArchiveDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Journal:
    """The file that commits are written to first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, commit: dict[str, Any], *, durable: bool = True) -> None:
        """Adds a commit; it is durable when this returns, or with the next that is. Raises ArchiveUnwritable, and then it was not added."""
        body = orjson.dumps(commit)
        line = _checksum(body) + b" " + body + b"\n"
        with writing(self._path):
            created = not self._path.exists()
            # Without a buffer: what of a line found no room would be written after all when the file is closed.
            with self._path.open("ab", buffering=0) as file:
                end = file.tell()
                try:
                    rest = memoryview(line)
                    while rest:
                        rest = rest[file.write(rest) :]
                    if durable:
                        os.fsync(file.fileno())
                except OSError:
                    # Half a line would stand in the way of the next one.
                    os.ftruncate(file.fileno(), end)
                    raise
            if created:
                sync_folder(self._path.parent)

    def commits(self) -> Iterator[dict[str, Any]]:
        """The commits, oldest first. Raises ArchiveDamaged where a line but the last is not as it was written."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for number, line in enumerate(lines, start=1):
            checksum, _, body = line.partition(b" ")
            if line and checksum == _checksum(body):
                yield orjson.loads(body)
            elif any(lines[number:]) or (line and number < len(lines)):
                raise ArchiveDamaged(f"{self._path}: line {number} is not as it was written", where=str(self._path))

    def whole_lines(self) -> list[bytes]:
        """The lines that are as they were written, in a journal of which others are not."""
        lines = self._path.read_bytes().split(b"\n")
        return [
            line + b"\n" for line in lines if line and line.partition(b" ")[0] == _checksum(line.partition(b" ")[2])
        ]

    def trim(self) -> None:
        """Takes off a torn last line, so that the next one begins on a line of its own."""
        with writing(self._path):
            try:
                content = self._path.read_bytes()
            except FileNotFoundError:
                return
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.truncate(self._path, whole)

    def exists(self) -> bool:
        """Whether there is anything in it."""
        return self._path.exists()

    def clear(self) -> None:
        """Removes it, durably: everything in it has found its place."""
        with writing(self._path):
            self._path.unlink(missing_ok=True)
            sync_folder(self._path.parent)


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=8).hexdigest().encode()
