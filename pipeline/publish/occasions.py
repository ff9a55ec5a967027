"""The events that a story announces, as its card keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.web.announcements import announcements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from pipeline.model.edition import StoryView
    from pipeline.model.item import Record
    from pipeline.publish.content import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """An event, in the words of the source that states its days."""

    #: Of `pipeline.web.announcements.KINDS`.
    kind: str
    first: date
    #: Inclusive.
    last: date
    #: The words that the days were taken from.
    sentence: str
    title: str
    #: Of both; None: unknown.
    language: str | None
    #: Name of the source.
    source: str
    url: str | None


def occasions(story: StoryView, names: Names, zone: ZoneInfo) -> tuple[Occasion, ...]:
    """The events of a story, one for each day that one begins on: in the words of the lead where it states them, else of the item that did so first."""
    found: dict[date, Occasion] = {}
    for record in (story.lead, *story.records):
        item = record.item
        for each in announcements(item.title, f"{item.summary}\n{item.text}", _day(record, zone)):
            occasion = Occasion(
                kind=each.kind, first=each.first, last=each.last, sentence=each.sentence,
                title=item.title, language=item.language, source=names.source(item.source), url=item.url,
            )  # fmt: skip
            found.setdefault(each.first, occasion)
    return tuple(found[first] for first in sorted(found))


def _day(record: Record, zone: ZoneInfo) -> date:
    """The day from which the event lies ahead: that of publication; where that is unknown or ahead, the one on which we saw the item."""
    published, seen = record.item.published, record.first_seen.astimezone(zone).date()
    return seen if published is None else min(published.at.date(), seen)


def occasion_from_json(fields: Mapping[str, Any]) -> Occasion:
    """The event of its fields. Raises TypeError, KeyError or ValueError for what is none."""
    first, last = (date.fromisoformat(fields[name]) for name in ("first", "last"))
    return Occasion(**{**fields, "first": first, "last": last})
