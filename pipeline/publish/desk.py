"""Sets stories in the words of one language."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from pipeline.publish import paths
from pipeline.publish.cards import Card, Slot
from pipeline.publish.content import Names
from pipeline.publish.moments import local, rfc3339, said
from pipeline.publish.rows import Day, Link, R, Row, Said
from pipeline.publish.texts import Words, capitalised, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Moment
    from pipeline.publish.rows import Listed


S = TypeVar("S", Card, Slot)


class Desk:
    """Sets stories in the words of one language."""

    def __init__(self, info: ArchiveInfo, names: Names, words: Words) -> None:
        self.info = info
        self.names = names
        self.words = words
        self._topics = {
            topic: Link(
                name=name,
                to=str(paths.TOPICS / paths.segment(topic) / paths.INDEX),
                language=self.foreign(names.topic_languages.get(topic)),
            )
            for topic, name in names.topics.items()
        }

    @classmethod
    def of(cls, edition: Edition) -> Desk:
        """The desk of an edition."""
        return cls(
            edition.info,
            Names.of(edition.sources, edition.topics, edition.info.language),
            words(edition.info.language),
        )

    def days(self, stories: Iterable[S], row: Callable[[S], R]) -> tuple[Day[R], ...]:
        """Stories that are sorted newest first, each as its `row`, under their days; those of a month alone under the month."""

        def heading(story: S) -> tuple[date, bool]:
            return date.fromisoformat(story.place[:10]), story.place[10] == "+"

        return tuple(
            Day(
                heading=capitalised(self.words.month(day) if month_only else self.words.weekday(day)),
                machine=f"{day:%Y-%m}" if month_only else day.isoformat(),
                rows=tuple(map(row, members)),
            )
            for (day, month_only), members in groupby(stories, key=heading)
        )

    def row(self, listed: Listed) -> Row:
        """One story in a list that has its day as the heading."""
        left = listed.sources - len(listed.carriers)
        return Row(
            title=listed.title,
            summary=listed.summary,
            language=self.foreign(listed.language),
            language_name=self.words.language_name(listed.language),
            page=listed.page,
            time=self._time_of_day(listed),
            undated=self._undated(date.fromisoformat(listed.undated)) if listed.undated else None,
            carried_by=self.words.counted(listed.sources, "sources"),
            carriers=tuple(Link(each.name, each.url, self.foreign(each.language)) for each in listed.carriers),
            more=self.words.more_carriers.format(left) if left > 0 else None,
            topics=tuple(self._topics[each] for each in listed.topics),
            seen=listed.seen,
        )

    def foreign(self, language: str | None) -> str | None:
        """The language where it has to be marked: where it is not the page's own."""
        return None if language == self.words.language else language

    def topics(self, story: StoryView) -> tuple[Link, ...]:
        """The story's topics, leading to their pages."""
        return tuple(self._topics[topic] for topic in story.topics)

    def said(self, moment: Moment) -> Said:
        """As much of a moment as the source said."""
        return Said(text=self.words.moment(moment.precision, local(moment, self.info.timezone)), machine=said(moment))

    def clocked(self, at: datetime) -> Said:
        """A time of our own clock, in the readers' zone."""
        return Said(text=self.words.at(at.astimezone(self.info.timezone)), machine=rfc3339(at))

    def undated(self, story: StoryView) -> str:
        """What stands in place of a date: "utan datum; först sedd 3 mars 2026"."""
        return self._undated(min(record.first_seen for record in story.records).astimezone(self.info.timezone).date())

    def _undated(self, seen: date) -> str:
        return f"{self.words.undated}; {self.words.first_seen.format(self.words.day(seen))}"

    def _time_of_day(self, listed: Listed) -> Said | None:
        if not listed.machine:
            return None
        shown, precision = datetime.fromisoformat(listed.shown), listed.precision
        text = self.words.clock(shown) if precision == "clock" else self.words.moment(precision, shown)
        return Said(text=text, machine=listed.machine)
