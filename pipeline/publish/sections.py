"""The parts of the publication that one can subscribe to: everything, one source, one topic, one of the configured feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.publish import paths
from pipeline.publish.shelf import shelf_of
from pipeline.publish.texts import capitalised, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from pipeline.model.config import Topic
    from pipeline.model.edition import Edition
    from pipeline.model.source import Source, SourceId
    from pipeline.publish.shelf import Shelf

Part = Literal["all", "source", "topic", "feed", "language"]


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
    #: Of the name, where it is not the page's.
    language: str | None = None

    @property
    def prefix(self) -> str:
        """The folder as the beginning of a path; "" for the publication's own."""
        return "" if self.folder == paths.ROOT else f"{self.folder}/"

    @property
    def page(self) -> PurePosixPath:
        """Its HTML page."""
        return self.folder / paths.INDEX


def everything(edition: Edition) -> Section:
    """The main feed, with the front page."""
    title = edition.info.title
    return Section(part="all", id="", folder=paths.ROOT, name=title, title=title, stories=shelf_of(edition))


def of_sources(edition: Edition) -> Iterator[Section]:
    """A section for each source; after them those that left sources.yaml but have stories, so that no address of theirs ends."""
    shelf = shelf_of(edition)
    configured = {source.id: source for source in edition.sources}
    for each in (*configured, *_gone(edition)):
        name = configured[each].name if each in configured else each
        folder = paths.SOURCES / paths.segment(each)
        yield Section(
            part="source",
            id=each,
            folder=folder,
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=shelf.of(str(folder)),
            source=configured.get(each),
        )


def _gone(edition: Edition) -> list[SourceId]:
    """The sources that have stories and left sources.yaml."""
    known = {str(paths.SOURCES / paths.segment(each.id)) for each in edition.sources}
    shelf = shelf_of(edition)
    left = (each for each in shelf.catalogue.sections() if each.startswith(f"{paths.SOURCES}/") and each not in known)
    return sorted(_source_in(shelf, each) for each in left)


def _source_in(shelf: Shelf, folder: str) -> SourceId:
    """Which source a section is of, by what a story of it says."""
    (card,) = shelf.of(folder).cards(most=1)
    story = shelf.fetched(card.id)
    return next(each for each in story.sources if str(paths.SOURCES / paths.segment(each)) == folder)


def of_topics(edition: Edition) -> Iterator[Section]:
    """A section for each topic of the vocabulary."""
    for topic in edition.topics:
        language = edition.info.language
        name, folder = topic_name(topic, language), paths.TOPICS / paths.segment(topic.id)
        yield Section(
            part="topic",
            id=topic.id,
            folder=folder,
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=shelf_of(edition).of(str(folder)),
            language=None if (own := topic_language(topic, language)) == language else own,
        )


def of_feeds(edition: Edition) -> Iterator[Section]:
    """A section for each further merged feed."""
    for spec in edition.feeds:
        folder = paths.FEEDS / paths.segment(spec.id)
        yield Section(
            part="feed",
            id=spec.id,
            folder=folder,
            name=spec.title,
            title=spec.title,
            stories=shelf_of(edition).of(str(folder)),
        )


def of_languages(edition: Edition) -> Iterator[Section]:
    """A section for each language that a lead is in, the most frequent first; they have pages and no feeds."""
    shelf = shelf_of(edition)
    found = (shelf.of(each) for each in shelf.catalogue.sections() if each.startswith(f"{paths.LANGUAGES}/"))
    for stories in sorted(found, key=lambda each: (-len(each), each.section)):
        tag = stories.section.partition("/")[2]
        name = capitalised(words(edition.info.language).language_name(None if tag == paths.UNDETERMINED else tag))
        yield Section(
            part="language",
            id=tag,
            folder=paths.LANGUAGES / tag,
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=stories,
        )


def topic_name(topic: Topic, language: str) -> str:
    """What a topic is called in the site's language, else in the first that it has a name in."""
    return topic.name.get(language) or next(iter(topic.name.values()), topic.id)


def topic_language(topic: Topic, language: str) -> str | None:
    """The language of that name; None where the topic has none but its id."""
    return language if topic.name.get(language) else next(iter(topic.name), None)
