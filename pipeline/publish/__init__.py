"""5 · edition → files. Publishers are pure functions of the edition: the same edition gives the same bytes. `write` alone writes.

A new kind of file is a function `Edition → Iterable[File | Draft]` in the table `PUBLISHERS`, and its place in `paths`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.publish.catalogue import Catalogue, renewed, vocabulary_of
from pipeline.publish.edition import edition, setting_of, story_views
from pipeline.publish.export_files import export_files
from pipeline.publish.exports import EXPORTS, FILES, export_items, export_stories, item_row, items_into, stories_into
from pipeline.publish.feeds import feeds
from pipeline.publish.opml import opml
from pipeline.publish.site import site
from pipeline.publish.sitemap import sitemap
from pipeline.publish.status import status
from pipeline.publish.story_pages import story_pages
from pipeline.publish.write import Written, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.model.edition import Draft, Edition, File

__all__ = [
    "EXPORTS",
    "FILES",
    "PUBLISHERS",
    "Catalogue",
    "Written",
    "edition",
    "export_items",
    "export_stories",
    "item_row",
    "items_into",
    "publish",
    "renewed",
    "setting_of",
    "stories_into",
    "story_views",
    "vocabulary_of",
    "write",
]

#: Everything that is published, in the order of writing: what is led to before what leads there, so that a reader who comes
#: in the middle finds no page that isn't there yet.
PUBLISHERS: tuple[Callable[[Edition], Iterable[File | Draft]], ...] = (
    story_pages,
    export_files,
    opml,
    status,
    site,
    feeds,
    sitemap,
)


def publish(edition: Edition) -> Iterator[File | Draft]:
    """Every file of the publication, one after the other; each path once. A draft is made when its content is asked for."""
    for publisher in PUBLISHERS:
        yield from publisher(edition)
