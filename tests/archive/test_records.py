"""What is written is what is read."""

from __future__ import annotations

import inspect
import re
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import records
from pipeline.model.capture import Validators
from pipeline.model.change import Changes
from pipeline.model.entry import Older, Origin
from pipeline.model.history import Attempt, History, Pause, Profile, Walk, Whereabouts
from pipeline.model.item import Item, Moment, Record, Revision
from pipeline.model.report import Failure
from pipeline.model.story import Story

PAGE = Path(__file__).parents[2] / "docs" / "archive.md"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
names = st.text("abc-1", min_size=1, max_size=8)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)
maybe = st.none() | times
moments = st.none() | st.builds(Moment, at=times, precision=st.sampled_from(["second", "minute", "day", "month"]))
many = st.lists(names, max_size=3).map(tuple)
origins = st.builds(
    Origin, capture_url=texts, fetched_at=times, position=st.integers(0, 9), by=names,
    fields=st.dictionaries(names, names, max_size=2),
)  # fmt: skip
items = st.builds(
    Item, id=names, source=names, keys=many, url=st.none() | names, title=names, summary=texts, text=texts,
    language=st.none() | names, published=moments, updated=moments, authors=many, tags=many, origin=origins,
)  # fmt: skip
revisions = st.builds(Revision, seen_at=times, before=st.dictionaries(names, st.none() | texts, min_size=1, max_size=2))
archived = st.builds(
    Record, item=items, story=names, topics=many, first_seen=times, last_seen=times,
    history=st.lists(revisions, max_size=2).map(tuple),
)  # fmt: skip
stories = st.builds(Story, id=names, lead=names, items=st.lists(names, min_size=1, max_size=3).map(tuple), former=many)
failures = st.builds(Failure, kind=names, message=texts, hint=texts, retry_after=st.none() | st.floats(0, 1e6))
walks = st.builds(
    Walk, reading=names, waiting=st.lists(st.builds(Older, url=names, guessed=st.booleans(), archive=st.booleans()), max_size=2).map(tuple),
    number=st.integers(2, 99), front=names, pages=many, entries=many, tries=st.integers(0, 2),
)  # fmt: skip
histories = st.builds(
    History,
    validators=st.none()
    | st.builds(Validators, url=names, etag=st.none() | names, last_modified=st.none() | names, digest=names, reading=names,
        answered=st.none() | names),
    attempts=st.lists(
        st.builds(
            Attempt, at=times, outcome=st.sampled_from(["ok", "unchanged", "failed"]), failure=st.none(),
            entries=st.integers(0, 9), new=st.integers(0, 9), seconds=st.floats(0, 9),
        ),
        max_size=2,
    ).map(tuple),
    profile=st.none() | st.builds(Profile, entries=st.floats(0, 9), dated=st.floats(0, 1), summarised=st.floats(0, 1), titled=st.floats(0, 1), linked=st.floats(0, 1)),
    complaints=many, complained_since=maybe, held=many, next_due=maybe, last_success=maybe, failing_since=maybe,
    failures=st.integers(0, 9), walk=st.none() | walks,
    whereabouts=st.none()
    | st.builds(
        Whereabouts, written=names, address=st.none() | names, leads_to=st.none() | names, times=st.integers(0, 9), gone_since=maybe,
    ),
    pauses=st.lists(st.builds(Pause, host=names, until=times), max_size=2).map(tuple),
)  # fmt: skip


def there_and_back(value, write, read):
    return read(orjson.loads(orjson.dumps(write(value))))


@given(archived)
def test_a_record_is_read_as_it_was_written(value):
    assert value == there_and_back(value, records.record_to_json, records.record_from_json)


@given(stories)
def test_a_story_is_read_as_it_was_written(value):
    assert value == there_and_back(value, records.story_to_json, records.story_from_json)


@given(histories)
def test_a_history_is_read_as_it_was_written(value):
    assert value == there_and_back(value, records.history_to_json, records.history_from_json)


def test_a_history_that_was_written_before_there_were_walks_has_none():
    assert records.history_from_json({"failures": 2}) == History(failures=2)


@given(st.lists(archived, max_size=2), st.lists(stories, max_size=2), many)
def test_changes_are_read_as_they_were_written(some, told, joined):
    value = Changes(added=tuple(some), revised=tuple(some[:1]), stories=tuple(told), joined=joined)

    assert value == there_and_back(value, records.changes_to_json, records.changes_from_json)


def test_a_history_of_before_redirects_were_learned_is_read():
    known = {"url": "https://a.se/", "digest": "d", "reading": "r"}

    history = records.history_from_json({"validators": known})

    assert (None, None, ()) == (history.validators.answered, history.whereabouts, history.pauses)


@pytest.mark.skipif(not PAGE.exists(), reason="no documentation here")
def test_every_field_that_stands_in_a_file_is_explained():
    """docs/archive.md, with which somebody has to get everything out again who has nothing but a text editor."""
    written = set(re.findall(r'"(\w+)":', inspect.getsource(records)))

    assert set() == {name for name in written if f"`{name}`" not in PAGE.read_text(encoding="utf-8")}


@pytest.mark.skipif(not PAGE.exists(), reason="no documentation here")
def test_every_table_and_column_of_a_database_is_explained():
    schema = files("pipeline.archive").joinpath("postgres.sql").read_text(encoding="utf-8")
    names = set(re.findall(r"CREATE TABLE (\w+)", schema)) | set(
        re.findall(r"(?:^    |\(|, )([a-z]+) (?:text|bigint|json|integer)\b", schema, re.MULTILINE)
    )

    assert {"items", "keys_recent", "topics", "living", "fresh", "format"} <= names
    assert set() == {name for name in names if f"`{name}`" not in PAGE.read_text(encoding="utf-8")}
