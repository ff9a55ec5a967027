"""A page for every story: all its sources with their own words, and what changed when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.model.story import StoryId
from pipeline.publish import paths
from pipeline.publish.changes import Revised, revisions
from pipeline.publish.content import body, paragraphs
from pipeline.publish.linked import news_article
from pipeline.publish.listing import shortened
from pipeline.publish.rows import Link, Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from pipeline.model.edition import Draft
    from pipeline.model.item import Record
    from pipeline.publish.cards import Card
    from pipeline.publish.desk import Desk
    from pipeline.publish.issue import Issue
    from pipeline.publish.render import Press
    from pipeline.publish.shelf import Shelf

#: Of the title of the next story, in characters.
_NEIGHBOUR = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one item says."""

    id: str
    source: Link
    title: str
    url: str | None
    language: str | None
    language_name: str
    published: Said | None
    updated: Said | None
    first_seen: Said
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    #: Paragraphs.
    summary: tuple[str, ...]
    text: tuple[str, ...]
    revisions: tuple[tuple[Said, Revised], ...]


def story_page(issue: Issue, story: str) -> Iterator[Draft]:
    """The page of a story, and one for each story that was joined into it, which leads there; none of one that is no more."""
    catalogue, press = issue.shelf.catalogue, issue.press
    found = issue.shelf.beside(StoryId(story))
    if found is None:
        return
    card, newer, older = found
    path = paths.story_page(card.id)
    values = partial(_values, issue.shelf, card.id, press.desk, newer, older)
    yield press.draft(path, "story.html", values, card.digest, *_named(newer), *_named(older))
    for former in card.former:
        if catalogue.card(former) is None:
            yield _redirect(press, paths.story_page(former), to=path, card=card)


def _named(neighbour: Card | None) -> tuple[str, ...]:
    return () if neighbour is None else (neighbour.id, neighbour.listed.title, neighbour.listed.language or "")


def _values(shelf: Shelf, story_id: StoryId, desk: Desk, newer: Card | None, older: Card | None) -> dict[str, Any]:
    story = shelf.fetched(story_id)
    lead = story.lead.item
    first = wording(story.lead, desk)
    others = (wording(record, desk) for record in story.records if record is not story.lead)
    return {
        "title": lead.title,
        "lead": first,
        "body": body(story),
        "published": desk.said(story.published) if story.published else None,
        "undated": None if story.published else desk.undated(story),
        "topics": desk.topics(story),
        "wordings": [first, *others],
        "carried_by": desk.words.counted(len(story.sources), "sources"),
        "description": lead.summary[:300],
        "linked_data": news_article(story, desk.info, desk.names),
        "newer": _link(newer, desk),
        "older": _link(older, desk),
    }


def _link(card: Card | None, desk: Desk) -> Link | None:
    if card is None:
        return None
    name = shortened(card.listed.title, _NEIGHBOUR)
    return Link(name=name, to=str(paths.story_page(card.id)), language=desk.foreign(card.listed.language))


def wording(record: Record, desk: Desk) -> Wording:
    """One item as its story's page shows it."""
    item = record.item
    source = f"{paths.inside(paths.SOURCES, item.source)}/{paths.INDEX}"
    return Wording(
        id=item.id,
        source=Link(name=desk.names.source(item.source), to=source),
        title=item.title,
        url=item.url,
        language=desk.foreign(item.language),
        language_name=desk.words.language_name(item.language),
        published=desk.said(item.published) if item.published else None,
        updated=desk.said(item.updated) if item.updated and item.updated != item.published else None,
        first_seen=desk.clocked(record.first_seen),
        authors=item.authors,
        tags=item.tags,
        summary=paragraphs(item.summary),
        text=paragraphs(item.text),
        revisions=tuple((desk.clocked(revised.seen_at), revised) for revised in revisions(record)),
    )


def _redirect(press: Press, path: PurePosixPath, *, to: PurePosixPath, card: Card) -> Draft:
    """A page that leads to another (HTML, "Meta refresh"), for web servers that know nothing of us."""
    values = {
        "title": press.desk.words.moved,
        "target": paths.to_root(path) + str(to),
        "target_url": paths.url(press.info, to),
        "target_title": card.listed.title,
        "target_language": press.desk.foreign(card.listed.language),
    }
    return press.draft(path, "moved.html", lambda: values, str(to), card.listed.title, card.listed.language or "")
