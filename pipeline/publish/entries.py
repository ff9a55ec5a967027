"""Entries of feeds in one format: each is made once, however many documents hold it, and those of current documents once for all runs."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from pipeline.publish.cards import digest
from pipeline.publish.shelf import shelf_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.story import StoryId
    from pipeline.publish.bound import FeedDocument
    from pipeline.publish.cards import Card


#: Bytes of the entries of one format that are kept: a document of a source holds what was news over months, and so do those of its topics.
_KEPT = 4_000_000


class Entries:
    """The entries of one edition in one format."""

    def __init__(self, edition: Edition, form: str, make: Callable[[StoryView], bytes]) -> None:
        self._edition = edition
        self._form = form
        self._make = make
        #: Those that were made last.
        self._recent: OrderedDict[StoryId, bytes] = OrderedDict()
        self._size = 0

    def of(self, document: FeedDocument) -> list[bytes]:
        """The entries of a document, newest first."""
        one = self._kept if document.number is None else self._one
        return [one(card) for card in document.cards]

    def _kept(self, card: Card) -> bytes:
        """An entry of a current document: it will be there the next time, too, when one of its neighbours is new."""
        catalogue, made_of = shelf_of(self._edition).catalogue, digest((self._edition.setting, card.digest))
        found = catalogue.entry(card.id, self._form, made_of)
        if found is None:
            found = self._one(card)
            catalogue.keep_entry(card.id, self._form, made_of, found)
        return found

    def _one(self, card: Card) -> bytes:
        if card.id not in self._recent:
            made = self._recent[card.id] = self._make(shelf_of(self._edition).fetched(card.id))
            self._size += len(made)
            while self._size > _KEPT and len(self._recent) > 1:
                self._size -= len(self._recent.popitem(last=False)[1])
        return self._recent[card.id]
