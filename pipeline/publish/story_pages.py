"""A page for every story: all its sources with their own words, and what changed when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.publish import paths
from pipeline.publish.changes import Revised, revisions
from pipeline.publish.content import body, paragraphs
from pipeline.publish.render import Press
from pipeline.publish.rows import Link, Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from pipeline.model.edition import Edition, File, StoryView
    from pipeline.model.item import Record
    from pipeline.publish.rows import Desk


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


def story_pages(edition: Edition) -> Iterator[File]:
    """The page of each story, and one for each story that was joined into it, which leads there."""
    press = Press.of(edition)
    alive = {story.id for story in edition.stories}
    for story in edition.stories:
        path = paths.story_page(story.id)
        title = story.lead.item.title
        yield press.page(path, "story.html", title=title, **_values(story, press.desk))
        for former in story.former:
            if former not in alive:
                yield _redirect(press, paths.story_page(former), to=path, title=title)


def _values(story: StoryView, desk: Desk) -> dict[str, Any]:
    lead = story.lead.item
    others = [record for record in story.records if record is not story.lead]
    return {
        "lead": wording(story.lead, desk),
        "body": body(story),
        "published": desk.said(story.published) if story.published else None,
        "undated": None if story.published else desk.undated(story),
        "topics": desk.topics(story),
        "wordings": [wording(record, desk) for record in (story.lead, *others)],
        "carried_by": desk.words.counted(len(story.sources), "sources"),
        "description": lead.summary[:300],
        "tag": paths.story_tag(desk.info, story.id),
    }


def wording(record: Record, desk: Desk) -> Wording:
    """One item as its story's page shows it."""
    item = record.item
    source = paths.SOURCES / paths.segment(item.source) / paths.INDEX
    return Wording(
        id=item.id,
        source=Link(name=desk.names.source(item.source), to=str(source)),
        title=item.title,
        url=item.url,
        language=desk.foreign(item.language),
        language_name=desk.words.language_name(item.language),
        published=desk.said(item.published) if item.published else None,
        updated=desk.said(item.updated) if item.updated and item.updated != item.published else None,
        first_seen=desk.clocked(record.first_seen),
        authors=item.authors,
        tags=item.tags,
        summary=tuple(paragraphs(item.summary)),
        text=tuple(paragraphs(item.text)),
        revisions=tuple((desk.clocked(revised.seen_at), revised) for revised in revisions(record)),
    )


def _redirect(press: Press, path: PurePosixPath, *, to: PurePosixPath, title: str) -> File:
    """A page that leads to another (HTML, "Meta refresh"), for web servers that know nothing of us."""
    return press.page(
        path,
        "moved.html",
        title=press.desk.words.moved,
        target=paths.to_root(path) + str(to),
        target_url=paths.url(press.info, to),
        target_title=title,
    )
