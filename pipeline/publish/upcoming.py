"""What is ahead: the events that stories announce, as a page and as a calendar (RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.model.edition import Draft
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.rows import Said
from pipeline.publish.texts import capitalised
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icalendar import Event  # noqa: TID251

    from pipeline.publish.cards import Card
    from pipeline.publish.desk import Desk
    from pipeline.publish.issue import Issue
    from pipeline.publish.occasions import Occasion

#: The calendar keeps what is over so long, so that it doesn't vanish from the readers' calendars at once.
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """An event in the list."""

    kind: str
    days: Said
    title: str
    sentence: str
    #: Of title and sentence, where it is not the page's.
    language: str | None
    language_name: str
    source: str
    url: str | None
    #: From the publication's folder.
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The events that begin in a month."""

    name: str
    machine: str
    events: tuple[Ahead, ...]


def calendar(issue: Issue) -> Iterator[Draft]:
    """`events.ics`: what is ahead on the day of the edition, and what is over for no longer than `KEPT`."""
    today = issue.today
    kept = issue.shelf.catalogue.occasions(today - KEPT) if today else []
    made_of = digest((issue.edition.setting, _told(kept)))
    yield Draft(path=paths.EVENTS, made_of=made_of, make=partial(_calendar, issue, kept))


def upcoming(issue: Issue) -> Iterator[Draft]:
    """`upcoming/` with what is ahead on the day of the edition."""
    today = issue.today
    ahead = issue.shelf.catalogue.occasions(today) if today else []
    values = partial(_values, issue.press.desk, ahead)
    yield issue.press.draft(paths.UPCOMING / paths.INDEX, "upcoming.html", values, _told(ahead))


def _told(events: list[tuple[Card, Occasion]]) -> str:
    return digest(f"{card.digest} {occasion}" for card, occasion in events)


def _values(desk: Desk, ahead: list[tuple[Card, Occasion]]) -> dict[str, Any]:
    months = [
        Month(
            name=capitalised(desk.words.month(first)),
            machine=f"{first:%Y-%m}",
            events=tuple(_ahead(card, occasion, desk) for card, occasion in members),
        )
        for first, members in groupby(ahead, key=lambda each: each[1].first.replace(day=1))
    ]
    return {"title": desk.words.upcoming, "months_ahead": months}


def _ahead(card: Card, occasion: Occasion, desk: Desk) -> Ahead:
    return Ahead(
        kind=desk.words.occasions[occasion.kind],
        days=Said(text=_days(occasion, desk), machine=occasion.first.isoformat()),
        title=occasion.title,
        sentence=occasion.sentence,
        language=desk.foreign(occasion.language),
        language_name=desk.words.language_name(occasion.language),
        source=occasion.source,
        url=occasion.url,
        page=str(paths.story_page(card.id)),
    )


def _days(occasion: Occasion, desk: Desk) -> str:
    """As in "tisdag 12 maj 2026", "12 maj 2026 – 14 maj 2026", "Sista dag tisdag 12 maj 2026"."""
    words, first, last = desk.words, occasion.first, occasion.last
    if occasion.kind == "consultation":
        return f"{words.upcoming_last} {words.weekday(last)}"
    if first == last:
        return capitalised(words.weekday(first))
    return f"{words.day(first)} – {words.day(last)}"


def _calendar(issue: Issue, kept: list[tuple[Card, Occasion]]) -> bytes:
    from icalendar import Calendar  # noqa: TID251

    info = issue.edition.info
    calendar = Calendar()
    calendar.add("prodid", "-//Samflöde//Samflöde//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", info.title)
    calendar.add("x-published-ttl", "PT6H")
    for card, occasion in kept:
        calendar.add_component(_event(issue, card, occasion))
    return bytes(calendar.to_ical())


def _event(issue: Issue, card: Card, occasion: Occasion) -> Event:
    from icalendar import Event  # noqa: TID251

    info, words = issue.edition.info, issue.press.desk.words
    page = paths.url(info, paths.story_page(card.id))
    title = f"{words.upcoming_last}: {occasion.title}" if occasion.kind == "consultation" else occasion.title
    said = f"{words.upcoming_said} ({occasion.source}): {occasion.sentence}"
    event = Event()
    event.add("uid", f"{paths.segment(card.id)}-{occasion.first.isoformat()}@{host_of(info.url)}")
    event.add("dtstamp", card.updated.astimezone(UTC))
    event.add("dtstart", occasion.first)
    event.add("dtend", occasion.last + timedelta(days=1))
    event.add("summary", title, parameters={"LANGUAGE": occasion.language} if occasion.language else {})
    event.add("description", "\n\n".join(each for each in (said, occasion.url, page) if each))
    event.add("url", page)
    event.add("categories", [words.occasions[occasion.kind]])
    event.add("transp", "TRANSPARENT")
    return event
