"""What is remembered of runs, and of what people were told: `watch.json` of the store's folder."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive import files
from pipeline.model.alert import Told
from pipeline.model.source import SourceId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMark:
    """One run, as far as it came."""

    #: UTC.
    started: datetime
    #: UTC; None: it did not come to its end, or is under way.
    finished: datetime | None = None
    #: Of its sources.
    asked: int = 0
    failed: int = 0
    host: str = ""
    pid: int = 0

    def may_be_alive(self) -> bool:
        """Whether its process may be running still; what another machine does is not known here."""
        if self.host != socket.gethostname():
            return True
        if self.pid == os.getpid():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All that the file holds."""

    #: The last run that came to its end.
    last: RunMark | None = None
    #: The run that began last, while it has not come to its end.
    under_way: RunMark | None = None
    #: UTC; when the last run began that never came to its end. None: all did.
    broken: datetime | None = None
    told: Told = field(default_factory=Told)


class Watch:
    """The file. What it holds is small, and each change is durable when the call returns."""

    def __init__(self, store: Path) -> None:
        self._path = store / "watch.json"

    def read(self) -> Watched:
        """What the file holds; nothing where there is none, or where it can't be read."""
        try:
            data = orjson.loads(self._path.read_bytes())
            broken = data.get("broken")
            return Watched(
                last=_mark(data.get("last")),
                under_way=_mark(data.get("under_way")),
                broken=datetime.fromisoformat(broken) if broken else None,
                told=_told(data.get("told") or {}),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Watched()

    def begin(self, now: datetime, *, alone: bool) -> None:
        """Notes that a run begins and, where the one before did not come to its end, that too. Raises ArchiveUnwritable.

        `alone`: nobody else can be running now, for the store takes one at a time.
        """
        held = self.read()
        before = held.under_way
        is_dead = before is not None and (alone or not before.may_be_alive())
        broken = before.started if before is not None and is_dead else held.broken
        mark = RunMark(started=now, host=socket.gethostname(), pid=os.getpid())
        self._keep(replace(held, under_way=mark, broken=broken))

    def end(self, now: datetime, *, asked: int, failed: int) -> None:
        """Notes that the run came to its end. Raises ArchiveUnwritable."""
        held = self.read()
        if held.under_way is not None:
            done = replace(held.under_way, finished=now, asked=asked, failed=failed)
            self._keep(replace(held, last=done, under_way=None))

    def drop(self) -> None:
        """Forgets that a run began: somebody stopped it by hand, and knows. Raises ArchiveUnwritable."""
        self._keep(replace(self.read(), under_way=None))

    def keep(self, told: Told) -> None:
        """Notes what people were told. Raises ArchiveUnwritable."""
        self._keep(replace(self.read(), told=told))

    def _keep(self, held: Watched) -> None:
        files.make_folder(self._path.parent)
        content = {
            "last": _mark_json(held.last),
            "under_way": _mark_json(held.under_way),
            "broken": held.broken and held.broken.isoformat(),
            "told": {
                "failing": {each: at.isoformat() for each, at in sorted(held.told.failing.items())},
                "unfinished": held.told.unfinished and held.told.unfinished.isoformat(),
                "searches": {
                    each: {"until": until.isoformat(), "stories": list(held.told.stories.get(each, ()))}
                    for each, until in sorted(held.told.searches.items())
                },
            },
        }
        files.replace(self._path, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _mark(data: Mapping[str, Any] | None) -> RunMark | None:
    if data is None:
        return None
    finished = data.get("finished")
    return RunMark(
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(finished) if finished else None,
        asked=int(data.get("asked", 0)),
        failed=int(data.get("failed", 0)),
        host=str(data.get("host", "")),
        pid=int(data.get("pid", 0)),
    )


def _mark_json(mark: RunMark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {
        "started": mark.started.isoformat(),
        "finished": mark.finished and mark.finished.isoformat(),
        "asked": mark.asked,
        "failed": mark.failed,
        "host": mark.host,
        "pid": mark.pid,
    }


def _told(data: Mapping[str, Any]) -> Told:
    searches = data.get("searches") or {}
    return Told(
        failing={SourceId(each): datetime.fromisoformat(at) for each, at in (data.get("failing") or {}).items()},
        unfinished=datetime.fromisoformat(data["unfinished"]) if data.get("unfinished") else None,
        searches={each: datetime.fromisoformat(known["until"]) for each, known in searches.items()},
        stories={each: tuple(known.get("stories", ())) for each, known in searches.items()},
    )
