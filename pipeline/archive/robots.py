"""What the robots.txt of each site said, so that it is not asked for in every run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from pipeline.archive import files
from pipeline.model.capture import RobotsFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Characters; a longer one is asked for again.
LONGEST = 65_536


class RobotsFiles:
    """All of them in `robots.json` of the store, by origin. Nothing is lost when it is."""

    def __init__(self, store: Path) -> None:
        self._path = store / "robots.json"

    def read(self) -> dict[str, RobotsFile]:
        """What was kept, by origin; empty where nothing was, or where it can't be read."""
        try:
            data = orjson.loads(self._path.read_bytes())
            return {
                origin: RobotsFile(text=str(each["text"]), read_at=datetime.fromisoformat(each["read_at"]))
                for origin, each in data.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def keep(self, known: Mapping[str, RobotsFile]) -> None:
        """Puts these in the place of what was kept. Raises ArchiveUnwritable."""
        data = {
            origin: {"read_at": each.read_at.isoformat(), "text": each.text}
            for origin, each in sorted(known.items())
            if len(each.text) <= LONGEST
        }
        files.replace(self._path, orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
