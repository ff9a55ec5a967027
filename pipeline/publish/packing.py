"""Text files as a web server can send them without packing them each time: `feed.atom.gz`, `feed.atom.br`."""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import brotli

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: By the names of sources.yaml: how the file's name ends, and what packs it. The same bytes always give the same.
PACKERS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", partial(gzip.compress, compresslevel=9, mtime=0)),
    # 9 of 11: the last two steps take ten times as long for a few hundredths.
    "brotli": (".br", partial(brotli.compress, mode=brotli.MODE_TEXT, quality=9)),
}
_TEXTS = frozenset(
    {
        ".atom",
        ".css",
        ".csv",
        ".html",
        ".ics",
        ".js",
        ".json",
        ".ndjson",
        ".opml",
        ".rss",
        ".svg",
        ".txt",
        ".xml",
        ".xsl",
    }
)


def is_text(path: str) -> bool:
    """Whether packing makes the file smaller."""
    return PurePosixPath(path).suffix in _TEXTS
