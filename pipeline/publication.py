"""What the archive holds, for those who read it: the publication, exports, and what a search finds."""

from __future__ import annotations

import gc
import logging
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive import newest
from pipeline.archive.port import Difference, Marked, Readable
from pipeline.collect.redaction import Redaction
from pipeline.health import health
from pipeline.model.change import Changes
from pipeline.organise import topics_of
from pipeline.publish import (
    CYCLES,
    EVERYTHING,
    edition_beside,
    edition_now,
    export_items,
    export_stories,
    forget,
    has_parquet,
    index_search,
    is_damage,
    item_row,
    items_into,
    kept,
    letter,
    put_out,
    refreshed,
    section_of,
    setting_of,
    spoiled_parts,
    stories_into,
    story_views,
    vocabulary_of,
)
from pipeline.survey import Newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.archive import Archive
    from pipeline.model.config import Config
    from pipeline.model.edition import StoryView
    from pipeline.model.item import Record
    from pipeline.model.query import Query
    from pipeline.model.search import Term
    from pipeline.publish import Letter, Written
    from pipeline.publish.catalogue import Catalogue

_LOGGER = logging.getLogger(__name__)

#: So many records are in memory while the topics of all are renewed.
_AT_ONCE = 1_000


def republish(config: Config, archive: Archive, folder: Path, *, full: bool = False, check: bool = False) -> Written:
    """Writes the publication of what the archive holds into `folder`; files that stay the same are neither made nor touched.

    What the publication remembers of itself is made anew where it is damaged. With `check` files that somebody removed or cut are
    noticed; with `full` no file there is believed to be what it was.
    """
    try:
        with _seldom_collected():
            return _republished(config, archive, folder, full=full, check=check)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        _LOGGER.warning("what the publication remembers of itself is damaged (%s), and made anew", error)
        forget(folder)
        return _republished(config, archive, folder, full=full, check=check)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Python looks as seldom as in the presses for objects that hold one another."""
    before = gc.get_threshold()
    gc.set_threshold(*CYCLES)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _republished(config: Config, archive: Archive, folder: Path, *, full: bool, check: bool) -> Written:
    config = _told(config)
    with kept(folder) as catalogue:
        if full or not catalogue.said("setting"):
            catalogue.add_due([EVERYTHING])
        if check:
            catalogue.add_due(spoiled_parts(folder))
        if full or catalogue.said("vocabulary") != vocabulary_of(config.topics):
            _renew_topics(config, archive)
        # Others may collect meanwhile.
        with archive.one_state():
            return _put_out(config, archive, folder, catalogue, full=full)


def _put_out(config: Config, archive: Archive, folder: Path, catalogue: Catalogue, *, full: bool) -> Written:
    state = health(config.sources, archive.histories(), archive.count().by_source)
    made = edition_now(config, archive, state, catalogue)
    is_new = catalogue.said("setting") != setting_of(config)
    marks = {} if is_new else orjson.loads(catalogue.said("marks") or "{}")
    for known in (marks, {}):
        difference, newest = _difference(archive, known), Newest(config, archive, catalogue.standing)
        if difference.whole:
            newest.begin()
        due = refreshed(
            made, config, archive, catalogue, difference.stories, whole=difference.whole, changed=newest.take
        )
        if len(made.stories) == archive.count().stories:
            break
    touched = {each.id for each in config.sources if section_of(each.id) in (due or ())}
    made = replace(made, quality=newest.qualities(touched))
    catalogue.say(marks=orjson.dumps(difference.marks).decode())
    catalogue.keep()
    if due is None and not has_parquet():
        _LOGGER.info("export/ has no Parquet: that needs pyarrow (pip install 'samflode[parquet]')")
    elsewhere = None
    if isinstance(archive, Readable) and (full or is_new):
        elsewhere = partial(edition_beside, config, archive.beside(), folder, state, made.setting)
    # What makes it needs memory of its own: it comes before the pages, and counts when they are there.
    is_found = index_search(made, folder, full=full)
    written = put_out(made, folder, due=due, full=full, elsewhere=elsewhere)
    if not is_found():
        _LOGGER.warning("the search index could not be made; the one before stays")
    catalogue.done()
    catalogue.keep()
    return written


def _difference(archive: Archive, marks: Mapping[str, str]) -> Difference:
    """What may have changed since the archive gave those marks; everything, where it can't tell."""
    if isinstance(archive, Marked):
        return archive.changed_since(marks)
    return Difference(marks={}, stories=archive.stories(), whole=True)


def _told(config: Config) -> Config:
    """The configuration as everybody may know it: no address of a source holds what came from the environment."""
    redaction = Redaction(config.secrets)
    return replace(config, sources=tuple(replace(each, url=redaction.url(each.url)) for each in config.sources))


def _renew_topics(config: Config, archive: Archive) -> None:
    """Gives every record the topics of the vocabulary as it is now: words that were added hold for what came before, too."""
    others = iter([each.item.id for each in archive.records() if topics_of(each.item, config.topics) != each.topics])
    while some := list(islice(others, _AT_ONCE)):
        with archive.turn():
            # Read again: who collects meanwhile may have changed them.
            records = [record for each in some if (record := archive.record(each)) is not None]
            renewed = tuple(replace(each, topics=topics_of(each.item, config.topics)) for each in records)
            archive.commit(Changes(amended=renewed), {})
        archive.checkpoint()


def exported(archive: Archive, query: Query, *, what: str, form: str, delimiter: str = ",") -> Iterator[bytes]:
    """The items or the stories that `query` asks for, as a text in pieces. Of a story it is enough that one item fits."""
    if what == "items":
        return export_items(_seen_last(archive, archive.records(query)), form, delimiter=delimiter)
    return export_stories(_views(archive, query), form, delimiter=delimiter)


def found_rows(archive: Archive, asked: Sequence[Term], query: Query, *, limit: int) -> list[dict[str, Any]]:
    """The items that hold the words, as rows of the exports; the best first."""
    found = islice(archive.search(asked, query), limit)
    return [item_row(record) for record in _seen_last(archive, found)]


def exported_into(path: Path, archive: Archive, query: Query, *, what: str, form: str) -> None:
    """Writes the same into a new file of a format that is no text."""
    if what == "items":
        items_into(path, _seen_last(archive, archive.records(query)), form)
    else:
        stories_into(path, _views(archive, query), form)


def digested(config: Config, archive: Archive, query: Query, *, since: datetime) -> Letter:
    """The letter of the stories that the query asks for."""
    ids = {topic.id for topic in config.topics}
    views = (
        replace(each, topics=tuple(topic for topic in each.topics if topic in ids)) for each in _views(archive, query)
    )
    return letter(config, list(views), since=since, topics=query.topics)


def _views(archive: Archive, query: Query) -> Iterator[StoryView]:
    """The stories that have an item which the query asks for, in the order of the newest such item of each."""
    for record in archive.records(query):
        story = archive.story(record.story)
        assert story is not None, record.story
        members = [found for each in story.items if (found := archive.record(each)) is not None]
        if newest(members, query) == record:
            yield from story_views(members, [story])


def _seen_last(archive: Archive, records: Iterable[Record]) -> Iterator[Record]:
    """The records with a `last_seen` that counts the times at which their sources still held them."""
    held = {each: history.last_success for history in archive.histories().values() for each in history.held}
    for record in records:
        last = held.get(record.item.id)
        yield record if last is None or last <= record.last_seen else replace(record, last_seen=last)
