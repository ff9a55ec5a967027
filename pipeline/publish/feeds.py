"""All feeds in all formats, document by document, so that each story is fetched once for the three of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.publish import atom, jsonfeed, rss
from pipeline.publish.bound import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import Draft, Edition


def feeds(edition: Edition) -> Iterator[Draft]:
    """`feed.atom`, `feed.rss`, `feed.json` of every section, each after the archive documents that it leads to."""
    binders = (atom.Binder(edition), rss.Binder(edition), jsonfeed.Binder(edition))
    for document in documents(edition):
        for binder in binders:
            yield binder.draft(document)
