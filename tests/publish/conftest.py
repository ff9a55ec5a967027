"""A small archive as the publication sees it, and the files that it becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model.config import FeedSpec, Topic
from pipeline.model.edition import SourceHealth
from pipeline.model.item import Revision
from pipeline.model.report import Failure
from pipeline.publish import edition, publish
from tests.builders import NOW, config, moment, record, source, story

TOPICS = (
    Topic(id="elektronik", name={"sv": "Elektronik", "en": "Electronics"}, words=("elektronik",)),
    Topic(id="textil", name={"sv": "Textil"}, words=("textil",)),
)
SOURCES = (
    source("adda"),
    source("electronics-watch", name="Electronics Watch", language="en"),
    source("nytt", name="Nytt & <Nyttigt>"),
)
SVENSKA = FeedSpec(id="svenska", title="Bara svenska nyheter", languages=("sv",), topics=(), sources=())


def health_of(each, condition="ok"):
    failing = condition == "failing"
    return SourceHealth(
        source=each,
        condition=condition,
        last_success=NOW,
        failing_since=NOW if failing else None,
        failure=Failure(kind="http_status", message="404 <Not Found>", hint="Open it.") if failing else None,
        entries=20,
        items=2,
        next_due=NOW + timedelta(hours=6),
    )


@pytest.fixture
def shared():
    """A story that two sources tell in two languages; the first corrected it later."""
    before = {"title": "Konferensen i Malmo", "published": "2026-03-01"}
    return (
        record(
            "i1",
            title="Konferensen i Malmö",
            summary="Tretton länder möttes.",
            text="Första stycket.\n\nAndra stycket.",
            story="s-i1",
            topics=("elektronik",),
            authors=("Åsa Öberg",),
            tags=("nätverk",),
            history=(Revision(seen_at=datetime(2026, 3, 4, 9, tzinfo=UTC), before=before),),
        ),
        record(
            "i2",
            source="electronics-watch",
            url="https://electronicswatch.org/en/conference_1",
            title="Conference in Malmö",
            summary="Thirteen countries met.",
            language="en",
            published=moment("2026-03-02T00:00:00+01:00", "day"),
            story="s-i1",
        ),
    )


@pytest.fixture
def small(shared):
    """An edition of four stories: the shared one, one of a day, one of a month, one without a date."""
    records = (
        *shared,
        record("day", title="Dagens", published=moment("2024-05-17T00:00:00+02:00", "day"), topics=("textil",)),
        record("month", title="Månadens", source="nytt", published=moment("2024-05-01T00:00:00+02:00", "month")),
        record("undated", title="Odaterad", source="nytt", published=None, language=None, url=None),
    )
    stories = (story("i1", "i2", former=("s-gone",)), story("day"), story("month"), story("undated"))
    health = [health_of(each, "failing" if each.id == "nytt" else "ok") for each in SOURCES]
    return edition(config(*SOURCES, topics=TOPICS, feeds=(SVENSKA,)), records, stories, health)


@pytest.fixture
def published(small):
    """Path → content of everything."""
    return {str(file.path): file.content for file in publish(small)}
