"""What is remembered of runs, and of what people were told: `watch.json` of the store's folder."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive import files
from pipeline.model.alert import Told
from pipeline.model.source import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    #: The runs that began and have not come to their end, in that order; several where many write into one database.
    under_way: tuple[RunMark, ...] = ()
    #: UTC; when the last run began that never came to its end. None: all did.
    broken: datetime | None = None
    told: Told = field(default_factory=Told)


class Watch:
    """The file. What it holds is small, and each change is durable when the call returns; runs at the same time change it in turn."""

    def __init__(self, store: Path) -> None:
        self._path = store / "watch.json"

    def read(self) -> Watched:
        """What the file holds; nothing where there is none, or where it can't be read."""
        try:
            data = orjson.loads(self._path.read_bytes())
            broken = data.get("broken")
            return Watched(
                last=_mark(data["last"]) if data.get("last") else None,
                under_way=tuple(map(_mark, _marks(data.get("under_way")))),
                broken=datetime.fromisoformat(broken) if broken else None,
                told=told_from_json(data.get("told") or {}),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Watched()

    def begin(self, now: datetime, *, alone: bool) -> RunMark:
        """Notes that a run begins and, where one before did not come to its end, that too. Raises ArchiveUnwritable.

        `alone`: nobody else can be running now, for the store takes one at a time.
        """
        mark = RunMark(started=now, host=socket.gethostname(), pid=os.getpid())
        with self._held():
            held = self.read()
            dead = tuple(each for each in held.under_way if alone or not each.may_be_alive())
            broken = max((each.started for each in dead), default=held.broken)
            alive = tuple(each for each in held.under_way if each not in dead)
            self._put(replace(held, under_way=(*alive, mark), broken=broken))
        return mark

    def end(self, mark: RunMark, now: datetime, *, asked: int, failed: int) -> None:
        """Notes that a run came to its end. Raises ArchiveUnwritable."""
        with self._held():
            held = _without(self.read(), mark)
            self._put(replace(held, last=replace(mark, finished=now, asked=asked, failed=failed)))

    def drop(self, mark: RunMark) -> None:
        """Forgets that a run began: somebody stopped it by hand, and knows. Raises ArchiveUnwritable."""
        with self._held():
            self._put(_without(self.read(), mark))

    def told(self) -> Told:
        """What people were told."""
        return self.read().told

    def keep(self, told: Told) -> None:
        """Notes what people were told. Raises ArchiveUnwritable."""
        with self._held():
            self._put(replace(self.read(), told=told))

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Within it no other process changes the file. Raises ArchiveUnwritable."""
        files.make_folder(self._path.parent)
        with files.writing(self._path), files.held(self._path.parent, shared=False):
            yield

    def _put(self, held: Watched) -> None:
        content = {
            "last": held.last and _mark_json(held.last),
            "under_way": [*map(_mark_json, held.under_way)],
            "broken": held.broken and held.broken.isoformat(),
            "told": told_to_json(held.told),
        }
        files.replace(self._path, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _without(held: Watched, mark: RunMark) -> Watched:
    return replace(held, under_way=tuple(each for each in held.under_way if each != mark))


def _marks(data: Any) -> Sequence[Mapping[str, Any]]:
    """The runs under way; there was one at the most in files of older versions."""
    if data is None:
        return ()
    return [data] if isinstance(data, dict) else [*data]


def _mark(data: Mapping[str, Any]) -> RunMark:
    finished = data.get("finished")
    return RunMark(
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(finished) if finished else None,
        asked=int(data.get("asked", 0)),
        failed=int(data.get("failed", 0)),
        host=str(data.get("host", "")),
        pid=int(data.get("pid", 0)),
    )


def _mark_json(mark: RunMark) -> dict[str, Any]:
    return {
        "started": mark.started.isoformat(),
        "finished": mark.finished and mark.finished.isoformat(),
        "asked": mark.asked,
        "failed": mark.failed,
        "host": mark.host,
        "pid": mark.pid,
    }


def told_to_json(told: Told) -> dict[str, Any]:
    """What people were told, as JSON has it."""
    return {
        "failing": {each: at.isoformat() for each, at in sorted(told.failing.items())},
        "unfinished": told.unfinished and told.unfinished.isoformat(),
        "searches": {
            each: {"until": until.isoformat(), "stories": list(told.stories.get(each, ()))}
            for each, until in sorted(told.searches.items())
        },
    }


def told_from_json(data: Mapping[str, Any]) -> Told:
    """What `told_to_json` gave. Raises ValueError, TypeError, KeyError or AttributeError where it did not."""
    searches = data.get("searches") or {}
    return Told(
        failing={SourceId(each): datetime.fromisoformat(at) for each, at in (data.get("failing") or {}).items()},
        unfinished=datetime.fromisoformat(data["unfinished"]) if data.get("unfinished") else None,
        searches={each: datetime.fromisoformat(known["until"]) for each, known in searches.items()},
        stories={each: tuple(known.get("stories", ())) for each, known in searches.items()},
    )
