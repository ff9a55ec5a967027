"""Feeds that give their whole history (RFC 5005, section 4): a current document, and archive documents that never change once full.

The stories of a feed are bound in the order in which they came. The oldest of those that are in no document yet make one as soon
as the current document keeps as many besides. What is bound stays so: a story that joins another, or leaves the feed's topic, moves
no other from one document to the next. A story that changes comes again in the current document, as the RFC has it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.publish.sections import Section, sections
from pipeline.publish.shelf import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from pipeline.model.edition import Edition
    from pipeline.model.story import StoryId
    from pipeline.publish.shelf import Shelf

Bound = tuple[tuple["StoryId", ...], ...]

#: The namespace of `fh:archive`.
HISTORY = "http://purl.org/syndication/history/1.0"
#: Stories in an archive document of the main feed, and of any other; the current one has as many at least, where there are so many.
MAIN, OTHER = 250, 50
#: Of those that are bound, so many that changed last come again in the current document.
AGAIN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """One document of a feed, whatever its format."""

    section: Section
    #: None: the current document; else which archive document, from 1, the oldest.
    number: int | None
    #: Newest first.
    stories: Shelf
    #: Archive document before this one in time, and after it.
    previous: int | None
    following: int | None

    def path(self, name: str, number: int | None = None) -> PurePosixPath:
        """Where it lies in the format of that file name ("feed.atom"), or another archive document: "feed-3.atom"."""
        stem, _, ending = name.partition(".")
        return self.section.folder / (name if number is None else f"{stem}-{number}.{ending}")

    def own_path(self, name: str) -> PurePosixPath:
        """Where this document lies."""
        return self.path(name, self.number)


def documents(edition: Edition) -> Iterator[FeedDocument]:
    """All documents of all feeds: what a document leads to before it."""
    for section in sections(edition):
        bound = edition.bound.get(str(section.folder), ())
        there = {card.id: card for card in section.stories.cards}
        last = len(bound) or None
        for number, ids in enumerate(bound, start=1):
            yield FeedDocument(
                section=section,
                number=number,
                stories=section.stories.of(there[each] for each in reversed(ids) if each in there),
                previous=number - 1 or None,
                following=number + 1 if number < len(bound) else None,
            )
        yield FeedDocument(
            section=section, number=None, stories=_current(section, bound), previous=last, following=None
        )


def history(document: FeedDocument, name: str) -> Iterator[tuple[str, PurePosixPath]]:
    """The relations between the documents of a feed (RFC 5005, section 4), each with where it leads.

    The last archive document gains its `next-archive` when the one after it is full; nothing else in it ever changes.
    """
    if document.previous is not None:
        yield "prev-archive", document.path(name, document.previous)
    if document.following is not None:
        yield "next-archive", document.path(name, document.following)
    if document.number is not None:
        yield "current", document.path(name)


def made_of(document: FeedDocument, edition: Edition) -> str:
    """What a document follows from: an archive document from what was bound in it once, the current one from all it shows."""
    if document.number is not None:
        bound = edition.bound[str(document.section.folder)][document.number - 1]
        return digest((str(document.number), str(document.following), *bound))
    return digest((edition.setting, str(document.previous), document.stories.digests))


def bind(edition: Edition, before: Mapping[str, Bound]) -> dict[str, Bound]:
    """By the folder of each feed, the stories of its archive documents: those of `before`, and what is full now."""
    found = {}
    for section in sections(edition):
        name, size = str(section.folder), _size(section)
        bound = before.get(name, ())
        held = {story for each in bound for story in each}
        waiting = sorted((card.first_seen, card.id) for card in section.stories.cards if card.id not in held)
        full = max(0, len(waiting) // size - 1)
        more = (tuple(story for _, story in waiting[n * size : (n + 1) * size]) for n in range(full))
        if bound or full:
            found[name] = (*bound, *more)
    return found


def _current(section: Section, bound: Bound) -> Shelf:
    """What is not bound yet, and what changed last of all that is."""
    if not bound:
        return section.stories
    held = {story for each in bound for story in each}
    changed = heapq.nlargest(
        AGAIN, (card for card in section.stories.cards if card.id in held), key=lambda card: (card.updated, card.id)
    )
    again = {card.id for card in changed}
    return section.stories.of(card for card in section.stories.cards if card.id not in held or card.id in again)


def _size(section: Section) -> int:
    return MAIN if section.part == "all" else OTHER
