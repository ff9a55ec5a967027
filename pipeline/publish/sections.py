"""The parts of the publication that one can subscribe to: everything, one source, one topic, one of the configured feeds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.publish import paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from pipeline.model.config import FeedSpec, Topic
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Record
    from pipeline.model.source import Source, SourceId

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
    stories: tuple[StoryView, ...]
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
    return Section(part="all", id="", folder=paths.ROOT, name=title, title=title, stories=tuple(edition.stories))


def of_sources(edition: Edition) -> Iterator[Section]:
    """A section for each source; after them those that left sources.yaml but have stories, so that no address of theirs ends."""
    by_source: defaultdict[SourceId, list[StoryView]] = defaultdict(list)
    for story in edition.stories:
        for each in story.sources:
            by_source[each].append(story)
    configured = {source.id: source for source in edition.sources}
    names = source_names(edition)
    for each in (*configured, *sorted(by_source.keys() - configured.keys())):
        name = names.get(each, each)
        yield Section(
            part="source",
            id=each,
            folder=paths.SOURCES / paths.segment(each),
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=tuple(by_source[each]),
            source=configured.get(each),
        )


def of_topics(edition: Edition) -> Iterator[Section]:
    """A section for each topic of the vocabulary."""
    by_topic: defaultdict[str, list[StoryView]] = defaultdict(list)
    for story in edition.stories:
        for each in story.topics:
            by_topic[each].append(story)
    for topic in edition.topics:
        name = topic_name(topic, edition.info.language)
        yield Section(
            part="topic",
            id=topic.id,
            folder=paths.TOPICS / paths.segment(topic.id),
            name=name,
            title=f"{name} – {edition.info.title}",
            stories=tuple(by_topic[topic.id]),
        )


def of_feeds(edition: Edition) -> Iterator[Section]:
    """A section for each further merged feed."""
    for spec in edition.feeds:
        yield Section(
            part="feed",
            id=spec.id,
            folder=paths.FEEDS / paths.segment(spec.id),
            name=spec.title,
            title=spec.title,
            stories=tuple(story for story in edition.stories if any(holds(spec, record) for record in story.records)),
        )


def holds(spec: FeedSpec, record: Record) -> bool:
    """Whether an item is one that the feed is for; all its conditions have to hold of the same item.

    A language of the feed covers its regions: "sv" takes "sv-FI" (RFC 4647, section 3.3.1).
    """
    language = (record.item.language or "").lower()
    return (
        (not spec.sources or record.item.source in spec.sources)
        and (not spec.topics or not set(spec.topics).isdisjoint(record.topics))
        and (
            not spec.languages
            or any(language == each.lower() or language.startswith(f"{each.lower()}-") for each in spec.languages)
        )
    )


def source_names(edition: Edition) -> Mapping[SourceId, str]:
    """What readers call each configured source."""
    return {source.id: source.name for source in edition.sources}


def topic_name(topic: Topic, language: str) -> str:
    """What a topic is called in the site's language, else in the first that it has a name in."""
    return topic.name.get(language) or next(iter(topic.name.values()), topic.id)
