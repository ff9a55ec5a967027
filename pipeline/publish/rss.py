"""Feeds in RSS 2.0 (rssboard.org/rss-specification), with the extensions that the Best Practices Profile advises."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from pipeline.model.edition import File
from pipeline.model.source import Feed
from pipeline.publish import paths
from pipeline.publish.characters import web_address
from pipeline.publish.content import UNDETERMINED, Names, as_html, authors, tags
from pipeline.publish.moments import rfc822
from pipeline.publish.sections import Section, sections
from pipeline.publish.texts import words
from pipeline.publish.xml import child, document, root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView

MEDIA_TYPE = "application/rss+xml"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
NAMESPACES: dict[str | None, str] = {"atom": ATOM, "content": CONTENT, "dc": DC}


def rss(edition: Edition) -> Iterator[File]:
    """`feed.rss` of every section."""
    names = Names.of(edition)
    for section in sections(edition):
        yield File(path=section.folder / paths.RSS, content=document(feed(section, edition.info, names)))


def feed(section: Section, info: ArchiveInfo, names: Names) -> etree._Element:
    """The feed of one section, with an item for each of its stories."""
    element = root("rss", NAMESPACES, version="2.0")
    channel = child(element, "channel")
    child(channel, "title", section.title)
    child(channel, "link", paths.url(info, section.page))
    child(channel, "description", words(info.language).feed_description(section.name))
    child(channel, "language", info.language)
    if section.stories:
        child(channel, "lastBuildDate", rfc822(max(story.updated for story in section.stories)))
    child(channel, "generator", "Samflöde")
    address = paths.url(info, section.folder / paths.RSS)
    child(channel, f"{{{ATOM}}}link", rel="self", type=MEDIA_TYPE, href=address)
    for story in section.stories:
        _item(channel, story, info, names)
    return element


def _item(channel: etree._Element, story: StoryView, info: ArchiveInfo, names: Names) -> None:
    lead = story.lead.item
    item = child(channel, "item")
    child(item, "title", lead.title)
    child(item, "link", paths.url(info, paths.story_page(story.id)))
    child(item, "guid", paths.story_tag(info, story.id), isPermaLink="false")
    if story.published is not None:
        child(item, "pubDate", rfc822(story.published.at))
    for name in authors(story, names):
        child(item, f"{{{DC}}}creator", name)
    child(item, f"{{{DC}}}language", lead.language or UNDETERMINED)
    for topic in story.topics:
        child(item, "category", names.topics[topic], domain=paths.url(info, paths.TOPICS / paths.INDEX))
    for tag in tags(story):
        child(item, "category", tag)
    # Of all elements this one alone is HTML: plain text is escaped once more.
    child(item, "description", html.escape(lead.summary or lead.title, quote=False))
    child(item, f"{{{CONTENT}}}encoded", as_html(story, names))
    _source(item, story, names)


def _source(item: etree._Element, story: StoryView, names: Names) -> None:
    """The feed that the lead came from; RSS has no word for pages that are none."""
    source = names.sources.get(story.lead.item.source)
    address = web_address(source.url) if source else None
    if source is not None and address is not None and isinstance(source.kind, Feed):
        child(item, "source", source.name, url=address)
