"""Feeds in JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.edition import File
from pipeline.publish import paths
from pipeline.publish.content import Names, as_html, as_text, authors, tags
from pipeline.publish.moments import rfc3339
from pipeline.publish.sections import Section, sections
from pipeline.publish.texts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Record

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


def jsonfeed(edition: Edition) -> Iterator[File]:
    """`feed.json` of every section."""
    names = Names.of(edition)
    for section in sections(edition):
        content = orjson.dumps(feed(section, edition.info, names), option=orjson.OPT_APPEND_NEWLINE)
        yield File(path=section.folder / paths.JSON, content=content)


def feed(section: Section, info: ArchiveInfo, names: Names) -> dict[str, Any]:
    """The feed of one section, with an item for each of its stories."""
    return {
        "version": VERSION,
        "title": section.title,
        "description": words(info.language).feed_description(section.name),
        "home_page_url": paths.url(info, section.page),
        "feed_url": paths.url(info, section.folder / paths.JSON),
        "language": info.language,
        "authors": [{"name": info.title, "url": info.url}],
        "items": [_item(story, info, names) for story in section.stories],
    }


def _item(story: StoryView, info: ArchiveInfo, names: Names) -> dict[str, Any]:
    lead = story.lead.item
    fields = {
        "id": paths.story_tag(info, story.id),
        "url": paths.url(info, paths.story_page(story.id)),
        "external_url": lead.url,
        "title": lead.title,
        "summary": lead.summary,
        "content_html": as_html(story, names),
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
