"""From what changed in the archive to what has to be published anew."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import ArchiveUnwritable
from pipeline.publish import paths
from pipeline.publish.bound import bind
from pipeline.publish.cards import card_of, digest, digest_of
from pipeline.publish.catalogue import NAME as CATALOGUE
from pipeline.publish.catalogue import Catalogue
from pipeline.publish.content import Names
from pipeline.publish.damage import is_whole
from pipeline.publish.edition import edition_of, view_of
from pipeline.publish.manifest import NAME as MANIFEST
from pipeline.publish.manifest import is_known, spoiled
from pipeline.publish.shelf import at_hand
from pipeline.publish.sitemap import FEW
from pipeline.publish.write import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.model.config import Config, Topic
    from pipeline.model.edition import Edition, SourceHealth, StoryView
    from pipeline.model.item import ItemId, Record
    from pipeline.model.source import SourceId
    from pipeline.model.story import Story, StoryId

#: What is due when everything is.
EVERYTHING = "everything"


class Library(Protocol):
    """Where stories are fetched from."""

    def story(self, story: StoryId, /) -> Story | None:
        """The story of that id, or the one that it was joined into."""

    def record(self, item: ItemId, /) -> Record | None:
        """The record of an item."""


@contextmanager
def kept(folder: Path) -> Iterator[Catalogue]:
    """The catalogue of the publication in that folder. Raises ArchiveUnwritable."""
    own = folder / OWN
    try:
        own.mkdir(parents=True, exist_ok=True)
        with Catalogue.opened(own / CATALOGUE) as catalogue:
            if not is_known(own / MANIFEST):
                catalogue.add_due([EVERYTHING])
            yield catalogue
    except OSError as error:
        where = str(error.filename2 or error.filename or own)
        raise ArchiveUnwritable(f"{where} can't be written: {error.strerror}", path=where) from error
    except sqlite3.OperationalError as error:
        raise ArchiveUnwritable(f"{own / CATALOGUE} can't be written: {error}", path=str(own)) from error


def forget(folder: Path) -> None:
    """Removes what is damaged of what the publication in that folder remembers of itself; its files stay."""
    own = folder / OWN
    damaged = [name for name in (CATALOGUE, MANIFEST) if (own / name).exists() and not is_whole(own / name)]
    for name in damaged or (CATALOGUE, MANIFEST):
        for each in (name, f"{name}-journal"):
            (own / each).unlink(missing_ok=True)


def section_of(source: SourceId) -> str:
    """The part of the publication that is due whenever something in a source's stories changed."""
    return f"section {paths.inside(paths.SOURCES, source)}"


def spoiled_parts(folder: Path) -> set[str]:
    """The parts of which somebody removed or cut a file; what is made each time is not among them."""
    manifest = folder / OWN / MANIFEST
    return {part for part in spoiled(manifest, folder) if " " in part} if is_known(manifest) else set()


def vocabulary_of(topics: Sequence[Topic]) -> str:
    """A digest of the topics with their words."""
    return digest((repr(topics),))


def edition_now(config: Config, library: Library, health: Sequence[SourceHealth], catalogue: Catalogue) -> Edition:
    """The edition of what a catalogue knows, with its stories fetched from the library."""

    def fetch(story_id: StoryId) -> StoryView:
        story = library.story(story_id)
        view = None if story is None else view_of(config, story, _records(library, story))
        assert view is not None, story_id
        return view

    return edition_of(config, catalogue, at_hand(fetch), health)


@contextmanager
def edition_beside(
    config: Config,
    opened: Callable[[], AbstractContextManager[Library]],
    folder: Path,
    health: Sequence[SourceHealth],
    setting: str,
) -> Iterator[Edition]:
    """In another process the edition of what the catalogue of the publication in that folder knows, as far as it is kept.

    Raises ValueError where what is made of it would be something else than there, where the `setting` is that one.
    """
    with opened() as library, Catalogue.reading(folder / OWN / CATALOGUE) as catalogue:
        edition = edition_now(config, library, health, catalogue)
        if edition.setting != setting:
            raise ValueError(edition.setting)
        yield edition


def _records(library: Library, story: Story) -> tuple[Record, ...]:
    return tuple(found for each in story.items if (found := library.record(each)) is not None)


def refreshed(
    edition: Edition,
    config: Config,
    library: Library,
    catalogue: Catalogue,
    stories: Iterable[Story],
    *,
    whole: bool,
    changed: Callable[[Story, Sequence[Record]], None],
) -> list[str] | None:
    """The parts that are due, once the catalogue knows of the stories that may have changed; None: all.

    `stories` are all that there are, where it is `whole`. Each that is not as it was is told to `changed`, with its items.
    """
    everything = catalogue.said("setting") != edition.setting or EVERYTHING in catalogue.due()
    catalogue.noting = not everything
    few = len(edition.stories) <= FEW
    names = Names.of(edition.sources, edition.topics, edition.info.language)
    if whole:
        catalogue.begin_seen()
    for story in stories:
        records = _records(library, story)
        view = view_of(config, story, records)
        if view is None:
            catalogue.drop(story.id)
        else:
            told = digest_of(view)
            catalogue.see(story.id)
            # A card follows from the setting, and what the digest is of.
            if everything or told != catalogue.digest(story.id):
                catalogue.take(card_of(view, names, edition.info.timezone, config.feeds, told))
            elif not whole:
                continue
        changed(story, records)
        for former in () if whole else story.former:
            catalogue.drop(former)
    if whole:
        catalogue.drop_unseen()
    catalogue.settle()
    catalogue.add_due(bind(edition, catalogue.sections()))
    if everything or few != (len(edition.stories) <= FEW):
        catalogue.add_due([EVERYTHING])
    catalogue.say(setting=edition.setting, vocabulary=vocabulary_of(config.topics))
    due = catalogue.due()
    return None if EVERYTHING in due else due
