"""The sources as a subscription list (OPML 2.0, opml.org/spec2.opml)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.edition import File
from pipeline.model.source import Feed
from pipeline.publish import paths
from pipeline.publish.characters import web_address
from pipeline.publish.xml import child, document, root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.source import Source
    from pipeline.publish.issue import Issue


def opml(issue: Issue) -> Iterator[File]:
    """`sources.opml`: a feed for each source, so that all can be read elsewhere too."""
    edition = issue.edition
    element = root("opml", {}, version="2.0")
    head = child(element, "head")
    child(head, "title", edition.info.title)
    if "@" in edition.info.contact:
        child(head, "ownerEmail", edition.info.contact)
    body = child(element, "body")
    for source in edition.sources:
        child(body, "outline", **_outline(source, edition.info))
    yield File(path=paths.OPML, content=document(element))


def _outline(source: Source, info: ArchiveInfo) -> dict[str, str]:
    """A source's own feed; for one that has none, the one that we publish of it."""
    address = web_address(source.url) or ""
    own_feed = isinstance(source.kind, Feed)
    ours = paths.url(info, paths.SOURCES / paths.segment(source.id) / paths.ATOM)
    fields = {
        "type": "rss",
        "text": source.name,
        "title": source.name,
        "xmlUrl": address if own_feed else ours,
        "htmlUrl": paths.url(info, paths.SOURCES / paths.segment(source.id) / paths.INDEX) if own_feed else address,
        "language": source.language or "",
        "category": ",".join(source.tags),
    }
    return {name: value for name, value in fields.items() if value}
