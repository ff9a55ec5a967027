"""What a publication knows of the archive that it was made from, so that the next one only looks at what changed.

It is kept beside the manifest, in `.samflode/catalogue.json`. All but one thing in it follows from the archive, and is made anew
where it is missing or can't be read: the archive documents of the feeds, which stay as they were first bound.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import orjson

from pipeline.errors import ArchiveUnwritable
from pipeline.publish.edition import edition_of, setting_of, view_of
from pipeline.publish.shelf import Card, at_hand, card_from_json, card_of, card_to_json, digest
from pipeline.publish.write import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.config import Config, Topic
    from pipeline.model.edition import Edition, SourceHealth, StoryView
    from pipeline.model.item import ItemId, Record
    from pipeline.model.story import Story, StoryId

NAME = "catalogue.json"
FORMAT = 1


class Library(Protocol):
    """Where stories are fetched from."""

    def story(self, story: StoryId, /) -> Story | None:
        """The story of that id, or the one that it was joined into."""

    def record(self, item: ItemId, /) -> Record | None:
        """The record of an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What was published last."""

    #: `Edition.setting`, as it was.
    setting: str = ""
    #: A digest of the topics by which the archive's records were sorted.
    vocabulary: str = ""
    #: What the archive said of its parts.
    marks: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[StoryId, Card] = field(default_factory=dict)
    #: `Edition.bound`.
    bound: Mapping[str, tuple[tuple[StoryId, ...], ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Catalogue:
        """The catalogue of the publication in that folder; an empty one where there is none that can be read."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            content = orjson.loads((folder / OWN / NAME).read_bytes())
            if content["format"] == FORMAT:
                same: dict[str, tuple[str, ...]] = {}
                cards = (card_from_json(row, same) for row in content["cards"])
                return cls(
                    setting=str(content["setting"]),
                    vocabulary=str(content["vocabulary"]),
                    marks=dict(content["marks"]),
                    cards={card.id: card for card in cards},
                    bound={name: tuple(map(tuple, documents)) for name, documents in content["bound"].items()},
                )
        return cls()

    def keep(self, folder: Path) -> None:
        """Puts it into the folder of the publication, whole; untouched where it is the same. Raises ArchiveUnwritable."""
        own = folder / OWN
        content = {
            "format": FORMAT,
            "setting": self.setting,
            "vocabulary": self.vocabulary,
            "marks": self.marks,
            "bound": self.bound,
            "cards": [card_to_json(card) for card in self.cards.values()],
        }
        written = orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
        partial = own / f"{NAME}.new"
        try:
            with suppress(FileNotFoundError, NotADirectoryError):
                if (own / NAME).read_bytes() == written:
                    return
            own.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(written)
            partial.replace(own / NAME)
        except OSError as error:
            where = str(error.filename2 or error.filename or own)
            raise ArchiveUnwritable(f"{where} can't be written: {error.strerror}", path=where) from error


def vocabulary_of(topics: Sequence[Topic]) -> str:
    """A digest of the topics with their words."""
    return digest((repr(topics),))


def renewed(
    config: Config,
    library: Library,
    health: Sequence[SourceHealth],
    before: Catalogue,
    *,
    marks: Mapping[str, str],
    changed: Iterable[Story],
    whole: bool,
) -> tuple[Edition, Catalogue]:
    """The edition as it is now, with its catalogue. `changed` are the stories that may differ from `before`; all, where it is `whole`."""

    def fetch(story_id: StoryId) -> StoryView:
        story = library.story(story_id)
        view = None if story is None else view_of(config, story, library.record)
        assert view is not None, story_id
        return view

    cards = {} if whole else dict(before.cards)
    for story in changed:
        view = view_of(config, story, library.record)
        if view is None:
            cards.pop(story.id, None)
        else:
            cards[story.id] = card_of(view, config.archive.timezone, config.feeds)
        for former in story.former:
            cards.pop(former, None)
    edition = edition_of(config, cards.values(), at_hand(fetch), health, before.bound)
    catalogue = Catalogue(
        setting=setting_of(config),
        vocabulary=vocabulary_of(config.topics),
        marks=marks,
        cards=cards,
        bound=edition.bound,
    )
    return edition, catalogue
