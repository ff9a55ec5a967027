"""Feeds in JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.edition import Draft
from pipeline.publish import paths
from pipeline.publish.content import as_text, authors, tags
from pipeline.publish.entries import Entries
from pipeline.publish.moments import rfc3339
from pipeline.publish.texts import words

if TYPE_CHECKING:
    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Record
    from pipeline.publish.bound import FeedDocument
    from pipeline.publish.content import Contents, Names

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


class Binder:
    """Makes the documents of one edition; an item is made once, however many feeds it is in."""

    def __init__(self, edition: Edition, contents: Contents) -> None:
        self._edition = edition
        self._contents = contents
        self._items = Entries(edition, "json", self._made)

    def draft(self, document: FeedDocument, made_of: str) -> Draft:
        """A document that is made when it has to be."""
        return Draft(
            path=document.own_path(paths.JSON),
            made_of=made_of,
            make=lambda: self.content(document),
            lasting=document.number is not None,
        )

    def content(self, document: FeedDocument) -> bytes:
        """A document with an item for each of its stories."""
        items = [orjson.Fragment(each) for each in self._items.of(document)]
        return orjson.dumps({**_head(document, self._edition.info), "items": items}, option=orjson.OPT_APPEND_NEWLINE)

    def _made(self, story: StoryView) -> bytes:
        return orjson.dumps(_item(story, self._edition.info, self._contents))


def _head(document: FeedDocument, info: ArchiveInfo) -> dict[str, Any]:
    """All that stands before the items."""
    section, older = document.section, document.previous
    head: dict[str, Any] = {
        "version": VERSION,
        "title": section.title,
        "description": words(info.language).feed_description(section.name),
        "home_page_url": paths.url(info, section.page),
        "feed_url": paths.url(info, document.own_path(paths.JSON)),
    }
    if older is not None:
        head["next_url"] = paths.url(info, document.path(paths.JSON, older))
    if info.hub and document.number is None:
        head["hubs"] = [{"type": "WebSub", "url": info.hub}]
    return {**head, "language": info.language, "authors": [{"name": info.title, "url": info.url}]}


def _item(story: StoryView, info: ArchiveInfo, contents: Contents) -> dict[str, Any]:
    names = contents.names
    lead = story.lead.item
    fields = {
        "id": paths.story_tag(info, story.id),
        "url": paths.url(info, paths.story_page(story.id)),
        "external_url": lead.url,
        "title": lead.title,
        "summary": lead.summary,
        "content_html": contents.html(story),
        "content_text": as_text(story, names),
        "date_published": rfc3339(story.published.at) if story.published else None,
        "date_modified": rfc3339(story.updated),
        "language": lead.language,
        "authors": [{"name": name} for name in authors(story, names)],
        "tags": list(dict.fromkeys((*(names.topics[topic] for topic in story.topics), *tags(story)))),
    }
    # The extension is ours ("_samflode"); a field without a value is left out, as the specification wants it.
    return {
        **{name: value for name, value in fields.items() if value not in (None, "", [])},
        "_samflode": {
            "about": paths.url(info, paths.EXPORT / paths.INDEX),
            "items": [_original(record, names) for record in story.records],
        },
    }


def _original(record: Record, names: Names) -> dict[str, Any]:
    """One source's own wording, with its address."""
    item = record.item
    return {
        "id": item.id,
        "source": item.source,
        "source_name": names.source(item.source),
        "title": item.title,
        "url": item.url,
        "language": item.language,
        "published": rfc3339(item.published.at) if item.published else None,
        "published_precision": item.published.precision if item.published else None,
    }
