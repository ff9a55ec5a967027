"""One state of the publication, made of what the archive holds: everything that is to be said, before it has a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.model.edition import Edition, SourceHealth, StoryView
from pipeline.publish.bound import bind
from pipeline.publish.cards import card_of, digest, digest_of
from pipeline.publish.catalogue import Catalogue
from pipeline.publish.characters import fit, web_address
from pipeline.publish.content import Names
from pipeline.publish.finder import available
from pipeline.publish.made_by import own_digest
from pipeline.publish.parquet import has_parquet
from pipeline.publish.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from pipeline.model.config import Config
    from pipeline.model.item import ItemId, Moment, Record
    from pipeline.model.story import Story, StoryId


def edition(
    config: Config, records: Iterable[Record], stories: Iterable[Story], health: Sequence[SourceHealth]
) -> Edition:
    """All that is published, newest story first; whatever the order that records and stories come in."""
    views = {view.id: _known(view, config) for view in story_views(records, stories)}
    catalogue = Catalogue.in_memory()
    catalogue.noting = False
    made = edition_of(config, catalogue, views.__getitem__, health)
    names = Names.of(made.sources, made.topics, made.info.language)
    for view in views.values():
        catalogue.take(card_of(view, names, made.info.timezone, config.feeds, digest_of(view)))
    bind(made, catalogue.sections())
    return made


def edition_of(
    config: Config,
    catalogue: Catalogue,
    fetch: Callable[[StoryId], StoryView],
    health: Sequence[SourceHealth],
) -> Edition:
    """An edition of the stories in a catalogue, and of what fetches them."""
    return Edition(
        info=replace(config.archive, url=web_address(config.archive.url) or config.archive.url),
        stories=Shelf(catalogue, fetch),
        sources=config.sources,
        health=tuple(health),
        topics=config.topics,
        feeds=config.feeds,
        setting=setting_of(config),
    )


def setting_of(config: Config) -> str:
    """A digest of all that pages follow from beside stories and health: change any of it, and every page is made anew."""
    sources = [
        (each.id, each.name, each.url, each.language, each.tags, type(each.kind).__name__) for each in config.sources
    ]
    said = repr((__version__, config.archive, sources, config.topics, config.feeds))
    return digest((said, own_digest(), str(available()), str(has_parquet())))


def view_of(config: Config, story: Story, records: Iterable[Record]) -> StoryView | None:
    """One story with what its items say; None where there are none."""
    members = tuple(map(_fitted, records))
    return _known(_view(story, members), config) if members else None


def _known(view: StoryView, config: Config) -> StoryView:
    """The story without topics that the vocabulary doesn't hold."""
    known = {topic.id for topic in config.topics}
    return (
        view
        if known.issuperset(view.topics)
        else replace(view, topics=tuple(each for each in view.topics if each in known))
    )


def story_views(records: Iterable[Record], stories: Iterable[Story]) -> Iterator[StoryView]:
    """Each story with what its items say, in the order of `stories`; a story none of whose items is there is left out."""
    by_id: dict[ItemId, Record] = {record.item.id: _fitted(record) for record in records}
    for story in stories:
        members = tuple(by_id[each] for each in story.items if each in by_id)
        if members:
            yield _view(story, members)


def _fitted(record: Record) -> Record:
    item = fit(record.item)
    return record if item is record.item else replace(record, item=item)


def _view(story: Story, members: tuple[Record, ...]) -> StoryView:
    lead = next((each for each in members if each.item.id == story.lead), members[0])
    lead_first = (lead, *(each for each in members if each is not lead))
    published = next((each.item.published for each in lead_first if each.item.published), None)
    first_seen = min(each.first_seen for each in members)
    return StoryView(
        id=story.id,
        former=story.former,
        lead=lead,
        records=members,
        published=published,
        updated=max(changed(each) for each in members),
        sorted_by=_sorted_by(published, first_seen),
        languages=tuple(dict.fromkeys(each.item.language for each in lead_first if each.item.language)),
        topics=tuple(dict.fromkeys(topic for each in lead_first for topic in each.topics)),
        sources=tuple(dict.fromkeys(each.item.source for each in members)),
    )


def _sorted_by(published: Moment | None, first_seen: datetime) -> datetime:
    """When a story counts as published.

    A date after the story was first seen is that of an event, or a mistake: it would stand on top of the front page until it
    comes. One day of grace is for sources with a wrong time zone.
    """
    if published is None or (published.at - first_seen).days >= 1:
        return first_seen
    return published.at


def changed(record: Record) -> datetime:
    """When the item last changed in a way that readers notice.

    The source's own `updated` counts where it lies between our last two looks at the item; a source whose `updated` stands
    still, or runs ahead, is not believed, and our clock counts. An item that never changed is as old as the source says.
    """
    item = record.item
    looks = [record.first_seen, *(revision.seen_at for revision in record.history)]
    if not record.history:
        own = (each.at for each in (item.updated, item.published) if each and each.at <= record.first_seen)
        return next(own, record.first_seen)
    if item.updated and looks[-2] < item.updated.at <= looks[-1]:
        return item.updated.at
    return looks[-1]
