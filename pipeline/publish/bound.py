"""Feeds that give their whole history (RFC 5005, section 4): a current document, and archive documents that never change once full.

The stories of a feed are bound in the order in which they came. The oldest of those that are in no document yet make one as soon
as the current document keeps as many besides. What is bound stays so: a story that joins another, or leaves the feed's topic, moves
no other from one document to the next. A story that changes comes again in the current document, as the RFC has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.publish.cards import digest
from pipeline.publish.catalogue import ALL
from pipeline.publish.shelf import shelf_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from pipeline.model.edition import Edition
    from pipeline.publish.cards import Card
    from pipeline.publish.sections import Section
    from pipeline.publish.shelf import Shelf

#: The namespace of `fh:archive`.
HISTORY = "http://purl.org/syndication/history/1.0"
#: Stories in an archive document of the main feed, and of any other; the current one has as many at least, where there are so many.
MAIN, OTHER = 50, 20
#: Of those that are bound, so many that changed since come again in the current document, the last first.
AGAIN = 20


@dataclass(frozen=True, kw_only=True)
class FeedDocument:
    """One document of a feed, whatever its format."""

    section: Section
    #: None: the current document; else which archive document, from 1, the oldest.
    number: int | None
    #: Archive document before this one in time, and after it.
    previous: int | None
    following: int | None

    @property
    def shelf(self) -> Shelf:
        """Where its stories are fetched from."""
        return self.section.stories

    @cached_property
    def cards(self) -> list[Card]:
        """Its stories, newest first. A story that left the feed since its document was bound is not shown when that is made anew."""
        catalogue, folder = self.shelf.catalogue, str(self.section.folder)
        if self.number is None:
            return list(catalogue.current(folder, AGAIN))
        there = (catalogue.card(each) for each in catalogue.bound(folder, self.number))
        return [card for card in there if card is not None and folder in card.sections]

    def made_of(self, edition: Edition) -> str:
        """What it follows from: an archive document from what was bound in it once and where it lies, the current one from all it shows."""
        if self.number is None:
            return digest((edition.setting, str(self.previous), *(card.digest for card in self.cards)))
        bound = self.shelf.catalogue.bound(str(self.section.folder), self.number)
        return digest((edition.info.url, str(self.number), str(self.following), *bound))

    def path(self, name: str, number: int | None = None) -> PurePosixPath:
        """Where it lies in the format of that file name ("feed.atom"), or another archive document: "feed-3.atom"."""
        stem, _, ending = name.partition(".")
        return self.section.folder / (name if number is None else f"{stem}-{number}.{ending}")

    def own_path(self, name: str) -> PurePosixPath:
        """Where this document lies."""
        return self.path(name, self.number)


def current(section: Section) -> FeedDocument:
    """The document that readers subscribe to."""
    last = section.stories.catalogue.documents(str(section.folder)) or None
    return FeedDocument(section=section, number=None, previous=last, following=None)


def archived(section: Section, number: int) -> FeedDocument:
    """The archive document of that number, from 1, the oldest."""
    last = section.stories.catalogue.documents(str(section.folder))
    return FeedDocument(
        section=section,
        number=number,
        previous=number - 1 or None,
        following=number + 1 if number < last else None,
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


def bind(edition: Edition, folders: Iterable[str]) -> Iterable[str]:
    """Binds what is full in the feeds of these sections; the parts of the publication that are due for it."""
    catalogue = shelf_of(edition).catalogue
    parts = []
    for folder in folders:
        for number in catalogue.bind(folder, MAIN if folder == ALL else OTHER):
            # The document before gains the link to this one.
            parts += [f"document {number - 1} {folder}"] * (number > 1)
            parts.append(f"document {number} {folder}")
    return parts
