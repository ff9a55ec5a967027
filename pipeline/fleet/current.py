"""sources.yaml as it is now: a worker runs for weeks, and the file changes meanwhile."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.errors import SamflodeError
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.config import Config
    from pipeline.model.source import Source

log = logging.getLogger("samflode.worker")


class CurrentConfig:
    """What sources.yaml and corrections.yaml say."""

    def __init__(self, load: Callable[[], Config], path: Path) -> None:
        """Raises ConfigError where the file is wrong; later it is the last one that was right that holds."""
        self._load = load
        self._paths = (path, path.with_name("corrections.yaml"))
        self._stamp = self._stamped()
        self._known = Known(load(), self._digest())

    def now(self) -> Known:
        """What they say now."""
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = Known(self._load(), self._digest())
                log.info("%s has changed: %d sources", self._paths[0], len(self._known.config.sources))
            except SamflodeError as error:
                log.warning("%s\nThe worker goes on with what it read before.", error.message)
        return self._known

    def _stamped(self) -> tuple[tuple[int, int], ...]:
        found = []
        for path in self._paths:
            try:
                facts = path.stat()
                found.append((facts.st_mtime_ns, facts.st_size))
            except OSError:
                found.append((0, 0))
        return tuple(found)

    def _digest(self) -> str:
        return hashlib.blake2b(b"\0".join(map(_content, self._paths)), digest_size=8).hexdigest()


class Known:
    """One state of sources.yaml."""

    def __init__(self, config: Config, digest: str) -> None:
        self.config = config
        #: Of the files: another one may have other times in it.
        self.digest = digest

    @cached_property
    def by_host(self) -> Mapping[str, Sequence[Source]]:
        """The sources of each host, in their own order."""
        found: defaultdict[str, list[Source]] = defaultdict(list)
        for source in self.config.sources:
            found[host_of(source.url)].append(source)
        return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
