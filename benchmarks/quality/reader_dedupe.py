"""The groups that the deduplication of `reader` makes of items, for benchmarks/quality/stories.py; run by an interpreter that has reader.

Reads a JSON list of items from standard input, all taken as entries of one feed, and prints a list of lists of ids. Its plugin is asked to
look at all entries (its tag `.reader.dedupe.once`), by its own code.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from reader import Content, Entry, Feed
from reader.plugins.entry_dedupe import OnceConfig

SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def entry_of(row: dict) -> Entry:
    """An item as an entry of the feed."""
    return Entry(
        row["id"],
        title=row["title"],
        link=row["url"],
        published=datetime.fromisoformat(row["published"]) if row["published"] else None,
        content=(Content(row["text"], "text/plain"),),
        added=SEEN,
        last_updated=SEEN,
        feed=Feed("http://localhost/feed"),
    )


entries = [entry_of(row) for row in json.load(sys.stdin)]
found = OnceConfig(Feed("http://localhost/feed"), entries, {each.id: each for each in entries}.get).find_duplicates()
grouped = {each.id for group in found for each in group}
print(
    json.dumps(
        [[each.id for each in group] for group in found] + [[each.id] for each in entries if each.id not in grouped]
    )
)
