"""What is kept of the web's answers: the last good one of each listing, and the recordings of the runs for as long as was asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.archive import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.source import SourceId

#: How recordings are named: by the moment that their run began at, UTC. What is named otherwise is not ours to remove.
_RECORDING = re.compile(r"samflode-([0-9]{14})-[0-9]{5}\.warc\.gz\Z")


def captures_of(store: Path) -> Path:
    """The folder of a store that its recordings lie in."""
    return store / "captures"


def prune(folder: Path, before: datetime) -> int:
    """Removes the recordings of runs that began before a moment, each as a whole; how many they were. Raises ArchiveUnwritable."""
    old = [path for path in _recordings(folder) if _began(path) < before]
    for path in old:
        with files.writing(path):
            path.unlink(missing_ok=True)
    if old:
        with files.writing(folder):
            files.sync_folder(folder)
    return len(old)


def _recordings(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.warc.gz") if _RECORDING.match(path.name))


def _began(path: Path) -> datetime:
    found = _RECORDING.match(path.name)
    try:
        return datetime.strptime(found[1] if found else "", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


class LastCaptures:
    """For `doctor`, which says what a page looked like before. The bodies as they came, in `captures/last/ID.html` of the store; each replaced by the next good one."""

    def __init__(self, store: Path, *, hide: Callable[[bytes], bytes] = bytes) -> None:
        """`hide` takes out of a body what is not to be written down."""
        self._folder = captures_of(store) / "last"
        self._hide = hide

    def keep(self, source: SourceId, body: bytes) -> None:
        """Puts a good answer in the place of the one before. Raises ArchiveUnwritable."""
        files.make_folder(self._folder)
        # It helps `doctor`, and the next answer replaces it: not worth a wait for the disk, a thousand times in a run.
        files.replace(self._path(source), self._hide(body), durable=False)

    def last(self, source: SourceId) -> bytes | None:
        """The last good answer of a source; None: there is none."""
        try:
            return self._path(source).read_bytes()
        except OSError:
            return None

    def _path(self, source: SourceId) -> Path:
        # Ids are a-z, 0-9 and "-": they can't leave the folder.
        return self._folder / f"{source}.html"
