"""Sets stories in the words of one edition."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.publish import paths
from pipeline.publish.content import Names, carriers
from pipeline.publish.moments import day_of, local, rfc3339, said
from pipeline.publish.rows import Day, Link, Row, Said
from pipeline.publish.texts import Words, capitalised, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Moment, Record
    from pipeline.publish.cards import Card

#: Of a summary in a list, in characters: two lines on a wide screen.
_SUMMARY = 170
#: Of a title in a list; only broken sources have longer ones.
_TITLE = 240
#: So many sources are named in a list; the story's page names all.
_CARRIERS = 5


class Desk:
    """Sets stories in the words of one edition."""

    def __init__(self, info: ArchiveInfo, names: Names, words: Words) -> None:
        self.info = info
        self.names = names
        self.words = words

    @classmethod
    def of(cls, edition: Edition) -> Desk:
        """The desk of an edition."""
        return cls(edition.info, Names.of(edition), words(edition.info.language))

    def days(self, cards: Iterable[Card]) -> tuple[Day, ...]:
        """Stories that are sorted newest first, under their days; those of a month alone under the month."""

        def heading(card: Card) -> tuple[date, bool]:
            return card.day, card.month_only

        return tuple(
            Day(
                heading=capitalised(self.words.month(day) if month_only else self.words.weekday(day)),
                machine=f"{day:%Y-%m}" if month_only else day.isoformat(),
                rows=tuple(card.row for card in members),
            )
            for (day, month_only), members in groupby(cards, key=heading)
        )

    def row(self, story: StoryView) -> Row:
        """One story in a list that has its day as the heading."""
        item = story.lead.item
        named = carriers(story)
        left = len(named) - _CARRIERS
        return Row(
            title=shortened(item.title, _TITLE),
            summary=shortened(" ".join((item.summary or item.text[: 2 * _SUMMARY]).split()), _SUMMARY),
            language=self.foreign(item.language),
            language_name=self.words.language_name(item.language),
            page=str(paths.story_page(story.id)),
            time=self._time_of_day(story),
            undated=None if story.published else self.undated(story),
            carried_by=self.words.counted(len(named), "sources"),
            carriers=tuple(self.original(record) for record in named[:_CARRIERS]),
            more=self.words.more_carriers.format(left) if left > 0 else None,
            topics=self.topics(story),
            seen=rfc3339(min(record.first_seen for record in story.records)),
        )

    def foreign(self, language: str | None) -> str | None:
        """The language where it has to be marked: where it is not the page's own."""
        return None if language == self.words.language else language

    def original(self, record: Record) -> Link:
        """The source's name, leading to its own page of the item."""
        item = record.item
        return Link(name=self.names.source(item.source), to=item.url, language=self.foreign(item.language))

    def topics(self, story: StoryView) -> tuple[Link, ...]:
        """The story's topics, leading to their pages."""
        return tuple(
            Link(name=self.names.topics[topic], to=str(paths.TOPICS / paths.segment(topic) / paths.INDEX))
            for topic in story.topics
        )

    def said(self, moment: Moment) -> Said:
        """As much of a moment as the source said."""
        return Said(text=self.words.moment(moment, local(moment, self.info.timezone)), machine=said(moment))

    def clocked(self, at: datetime) -> Said:
        """A time of our own clock, in the readers' zone."""
        return Said(text=self.words.at(at.astimezone(self.info.timezone)), machine=rfc3339(at))

    def undated(self, story: StoryView) -> str:
        """What stands in place of a date."""
        return f"{self.words.undated}; {self.first_seen(story)}"

    def first_seen(self, story: StoryView) -> str:
        """When our own clock first saw the story: "först sedd 3 mars 2026"."""
        seen = min(record.first_seen for record in story.records).astimezone(self.info.timezone)
        return self.words.first_seen.format(self.words.day(seen))

    def _time_of_day(self, story: StoryView) -> Said | None:
        moment = story.published
        if moment is None:
            return None
        shown = local(moment, self.info.timezone)
        if shown.date() != day_of(story, self.info.timezone):
            return self.said(moment)
        if moment.precision in {"day", "month"}:
            return None
        return Said(text=self.words.clock(shown), machine=said(moment))


def shortened(text: str, length: int) -> str:
    """The text, cut between words with "…" where it is longer than `length` characters.

    >>> shortened("Nya krav på handskar", 12)
    'Nya krav på…'
    """
    if len(text) <= length:
        return text
    head = text[: length + 1]
    cut = head.rfind(" ", length // 2)
    return head[: cut if cut > 0 else length].rstrip(" ,;:–-.") + "…"
