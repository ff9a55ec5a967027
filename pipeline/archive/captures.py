"""The last good answer of each listing, so that `doctor` can say what its page looked like before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive import files

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model.source import SourceId


class LastCaptures:
    """The bodies as they came, in `captures/last/ID.html` of the store; each replaced by the next good one."""

    def __init__(self, store: Path) -> None:
        self._folder = store / "captures" / "last"

    def keep(self, source: SourceId, body: bytes) -> None:
        """Puts a good answer in the place of the one before. Raises ArchiveUnwritable."""
        files.make_folder(self._folder)
        files.replace(self._path(source), body)

    def last(self, source: SourceId) -> bytes | None:
        """The last good answer of a source; None: there is none."""
        try:
            return self._path(source).read_bytes()
        except OSError:
            return None

    def _path(self, source: SourceId) -> Path:
        # Ids are a-z, 0-9 and "-": they can't leave the folder.
        return self._folder / f"{source}.html"
