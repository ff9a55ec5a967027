"""The parts of the publication that one can subscribe to: everything, one source, one topic, one of the configured feeds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.model.source import SourceId
from pipeline.publish import paths
from pipeline.publish.shelf import shelf_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import PurePosixPath

    from pipeline.model.config import Topic
    from pipeline.model.edition import Edition
    from pipeline.model.source import Source
    from pipeline.publish.shelf import Card, Shelf

Part = Literal["all", "source", "topic", "feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One merged feed, in three formats, with its page."""

    part: Part
    id: str
    #: Where its page and its feeds lie.
    folder: PurePosixPath
    #: What it is called among its like: "Adda", "Elektronik".
    name: str
    #: What it is called out of context, in a feed reader's list.
    title: str
    #: Newest first.
    stories: Shelf
    #: Of a section of one source that sources.yaml (still) holds.
    source: Source | None = None

    @property
    def page(self) -> PurePosixPath:
        """Its HTML page."""
        return self.folder / paths.INDEX


def sections(edition: Edition) -> tuple[Section, ...]:
    """All parts: everything first, then sources, topics and feeds, each in the order of sources.yaml."""
    return (everything(edition), *of_sources(edition), *of_topics(edition), *of_feeds(edition))


def everything(edition: Edition) -> Section:
    """The main feed, with the front page."""
    title = edition.info.title
    return Section(part="all", id="", folder=paths.ROOT, name=title, title=title, stories=shelf_of(edition))


def of_sources(edition: Edition) -> Iterator[Section]:
    """A section for each source; after them those that left sources.yaml but have stories, so that no address of theirs ends."""
    shelf = shelf_of(edition)
    by_source = _by(shelf, lambda card: card.sources)
    configured = {source.id: source for source in edition.sources}
    names = source_names(edition)
    for each in (*configured, *(SourceId(gone) for gone in sorted(by_source.keys() - configured.keys()))):
        name = names.get(each, each)
        yield Section(
            part="source",
            id=each,
            folder=paths.SOURCES / paths.segment(each),
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=shelf.of(by_source[each]),
            source=configured.get(each),
        )


def of_topics(edition: Edition) -> Iterator[Section]:
    """A section for each topic of the vocabulary."""
    shelf = shelf_of(edition)
    by_topic = _by(shelf, lambda card: card.topics)
    for topic in edition.topics:
        name = topic_name(topic, edition.info.language)
        yield Section(
            part="topic",
            id=topic.id,
            folder=paths.TOPICS / paths.segment(topic.id),
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=shelf.of(by_topic[topic.id]),
        )


def of_feeds(edition: Edition) -> Iterator[Section]:
    """A section for each further merged feed."""
    shelf = shelf_of(edition)
    by_feed = _by(shelf, lambda card: card.feeds)
    for spec in edition.feeds:
        yield Section(
            part="feed",
            id=spec.id,
            folder=paths.FEEDS / paths.segment(spec.id),
            name=spec.title,
            title=spec.title,
            stories=shelf.of(by_feed[spec.id]),
        )


def _by(shelf: Shelf, names: Callable[[Card], tuple[str, ...]]) -> defaultdict[str, list[Card]]:
    """The cards under each of the names that they have, in their order."""
    found: defaultdict[str, list[Card]] = defaultdict(list)
    for card in shelf.cards:
        for name in names(card):
            found[name].append(card)
    return found


def source_names(edition: Edition) -> Mapping[SourceId, str]:
    """What readers call each configured source."""
    return {source.id: source.name for source in edition.sources}


def topic_name(topic: Topic, language: str) -> str:
    """What a topic is called in the site's language, else in the first that it has a name in."""
    return topic.name.get(language) or next(iter(topic.name.values()), topic.id)
