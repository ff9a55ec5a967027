"""Feeds in RSS 2.0 (rssboard.org/rss-specification), with the extensions that the Best Practices Profile advises."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from pipeline.model.edition import Draft
from pipeline.model.source import Feed
from pipeline.publish import paths
from pipeline.publish.bound import HISTORY, history
from pipeline.publish.characters import web_address
from pipeline.publish.content import authors, tags
from pipeline.publish.entries import Entries
from pipeline.publish.moments import rfc822
from pipeline.publish.paths import UNDETERMINED
from pipeline.publish.texts import words
from pipeline.publish.xml import child, inside, place_for_entries, root, written

if TYPE_CHECKING:
    from lxml import etree

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.publish.bound import FeedDocument
    from pipeline.publish.content import Contents, Names

MEDIA_TYPE = "application/rss+xml"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
NAMESPACES: dict[str | None, str] = {"atom": ATOM, "content": CONTENT, "dc": DC, "fh": HISTORY}
#: Minutes for which a reader may keep the current document.
TTL = 60


class Binder:
    """Makes the documents of one edition; an item is made once, however many feeds it is in."""

    def __init__(self, edition: Edition, contents: Contents) -> None:
        self._edition = edition
        self._contents = contents
        self._items = Entries(edition, "rss", self._made)

    def draft(self, document: FeedDocument, made_of: str) -> Draft:
        """A document that is made when it has to be."""
        return Draft(
            path=document.own_path(paths.RSS),
            made_of=made_of,
            make=lambda: self.content(document),
            lasting=document.number is not None,
        )

    def content(self, document: FeedDocument) -> bytes:
        """A document with an item for each of its stories."""
        element = root("rss", NAMESPACES, version="2.0")
        place_for_entries(_channel(element, document, self._edition.info))
        style = paths.to_root(document.own_path(paths.RSS)) + str(paths.FEED_STYLE)
        return written(element, self._items.of(document), style=style)

    def _made(self, story: StoryView) -> bytes:
        holder = root("rss", NAMESPACES)
        _item(holder, story, self._edition.info, self._contents)
        return inside(holder)


def _channel(parent: etree._Element, document: FeedDocument, info: ArchiveInfo) -> etree._Element:
    """The channel with all that stands before its items."""
    section = document.section
    channel = child(parent, "channel")
    child(channel, "title", section.title)
    child(channel, "link", paths.url(info, section.page))
    child(channel, "description", words(info.language).feed_description(section.name))
    child(channel, "language", info.language)
    if document.cards:
        child(channel, "lastBuildDate", rfc822(max(card.updated for card in document.cards)))
    child(channel, "generator", "Samflöde")
    if document.number is None:
        child(channel, "ttl", str(TTL))
    address = paths.url(info, document.own_path(paths.RSS))
    child(channel, f"{{{ATOM}}}link", rel="self", type=MEDIA_TYPE, href=address)
    for rel, path in history(document, paths.RSS):
        child(channel, f"{{{ATOM}}}link", rel=rel, type=MEDIA_TYPE, href=paths.url(info, path))
    if document.number is not None:
        child(channel, f"{{{HISTORY}}}archive")
    elif info.hub:
        child(channel, f"{{{ATOM}}}link", rel="hub", href=info.hub)  # WebSub, section 4
    return channel


def _item(channel: etree._Element, story: StoryView, info: ArchiveInfo, contents: Contents) -> None:
    names = contents.names
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
    child(item, f"{{{CONTENT}}}encoded", contents.html(story))
    _source(item, story, names)


def _source(item: etree._Element, story: StoryView, names: Names) -> None:
    """The feed that the lead came from; RSS has no word for pages that are none."""
    source = names.sources.get(story.lead.item.source)
    address = web_address(source.url) if source else None
    if source is not None and address is not None and isinstance(source.kind, Feed):
        child(item, "source", source.name, url=address)
