"""Feeds in Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.model.edition import Draft
from pipeline.model.source import Feed
from pipeline.publish import paths
from pipeline.publish.bound import HISTORY, history
from pipeline.publish.characters import web_address
from pipeline.publish.content import authors, tags
from pipeline.publish.entries import Entries
from pipeline.publish.listing import carriers
from pipeline.publish.moments import rfc3339
from pipeline.publish.paths import UNDETERMINED
from pipeline.publish.texts import words
from pipeline.publish.xml import XML_LANG, child, inside, place_for_entries, root, written

if TYPE_CHECKING:
    from lxml import etree

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.source import Source
    from pipeline.publish.bound import FeedDocument
    from pipeline.publish.content import Contents, Names

NAMESPACE = "http://www.w3.org/2005/Atom"
NAMESPACES: dict[str | None, str] = {None: NAMESPACE, "fh": HISTORY}
MEDIA_TYPE = "application/atom+xml"
#: `updated` of a feed without entries, where Atom wants one: nothing ever changed, and we read no clock.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Binder:
    """Makes the documents of one edition; an entry is made once, however many feeds it is in."""

    def __init__(self, edition: Edition, contents: Contents) -> None:
        self._edition = edition
        self._contents = contents
        self._entries = Entries(edition, "atom", self._made)

    def draft(self, document: FeedDocument, made_of: str) -> Draft:
        """A document that is made when it has to be."""
        return Draft(
            path=document.own_path(paths.ATOM),
            made_of=made_of,
            make=lambda: self.content(document),
            lasting=document.number is not None,
        )

    def content(self, document: FeedDocument) -> bytes:
        """A document with an entry for each of its stories."""
        element = _head(document, self._edition.info)
        place_for_entries(element)
        style = paths.to_root(document.own_path(paths.ATOM)) + str(paths.FEED_STYLE)
        return written(element, self._entries.of(document), style=style)

    def _made(self, story: StoryView) -> bytes:
        holder = root("feed", NAMESPACES)
        _entry(holder, story, self._edition.info, self._contents)
        return inside(holder)


def _head(document: FeedDocument, info: ArchiveInfo) -> etree._Element:
    """All that stands before the entries."""
    section = document.section
    element = root("feed", NAMESPACES)
    element.set(XML_LANG, info.language)
    child(element, "id", paths.tag(info, *section.folder.parts, "feed"))
    child(element, "title", section.title)
    child(element, "subtitle", words(info.language).feed_description(section.name))
    child(element, "updated", rfc3339(max((card.updated for card in document.cards), default=NEVER)))
    child(element, "link", rel="self", type=MEDIA_TYPE, href=paths.url(info, document.own_path(paths.ATOM)))
    child(element, "link", rel="alternate", type="text/html", href=paths.url(info, section.page))
    for rel, path in history(document, paths.ATOM):
        child(element, "link", rel=rel, type=MEDIA_TYPE, href=paths.url(info, path))
    if document.number is not None:
        child(element, f"{{{HISTORY}}}archive")
    elif info.hub:
        child(element, "link", rel="hub", href=info.hub)  # WebSub, section 4
    person = child(element, "author")
    child(person, "name", info.title)
    child(person, "uri", info.url)
    child(element, "generator", "Samflöde")
    return element


def _entry(parent: etree._Element, story: StoryView, info: ArchiveInfo, contents: Contents) -> None:
    names = contents.names
    item = story.lead.item
    entry = child(parent, "entry")
    entry.set(XML_LANG, item.language or UNDETERMINED)
    child(entry, "id", paths.story_tag(info, story.id))
    child(entry, "title", item.title)
    if story.published is not None:
        child(entry, "published", rfc3339(story.published.at))
    child(entry, "updated", rfc3339(story.updated))
    page = paths.url(info, paths.story_page(story.id))
    child(entry, "link", rel="alternate", type="text/html", href=page)
    _links_to_originals(entry, story)
    for name in authors(story, names):
        child(child(entry, "author"), "name", name)
    for topic in story.topics:
        scheme = paths.url(info, paths.TOPICS / paths.INDEX)
        child(entry, "category", term=topic, label=names.topics[topic], scheme=scheme)
    for tag in tags(story):
        child(entry, "category", term=tag)
    if item.summary:
        child(entry, "summary", item.summary)
    child(entry, "content", contents.html(story), type="html")
    _source(entry, story, names)


def _links_to_originals(entry: etree._Element, story: StoryView) -> None:
    """`via` (RFC 4287, section 4.2.7.2: where the information comes from) for the lead, `related` for the other sources."""
    for record in carriers(story):
        if record.item.url:
            link = child(
                entry,
                "link",
                rel="via" if record is story.lead else "related",
                href=record.item.url,
                title=record.item.title,
            )
            if record.item.language:
                link.set("hreflang", record.item.language)


def _source(entry: etree._Element, story: StoryView, names: Names) -> None:
    """Where the lead came from (section 4.2.11), as far as we know; when that feed was updated isn't kept."""
    source: Source | None = names.sources.get(story.lead.item.source)
    address = web_address(source.url) if source else None
    if source is None or address is None:
        return
    element = child(entry, "source")
    child(element, "id", address)
    child(element, "title", source.name)
    child(element, "link", rel="self" if isinstance(source.kind, Feed) else "alternate", href=address)
