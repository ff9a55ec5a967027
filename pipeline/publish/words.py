"""What the site has words for, and how a language writes dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from pipeline.model.item import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. `{}` stands for what is filled in."""

    language: str
    #: As OpenGraph wants it: "sv_SE".
    locale: str
    #: What leads to the site in this language.
    switch: str
    skip: str
    menu: str
    news: str
    newest: str
    archive: str
    archive_lead: str
    sources: str
    sources_lead: str
    topics: str
    topics_lead: str
    subscribe: str
    subscribe_lead: str
    all_news: str
    more_feeds: str
    status: str
    status_lead: str
    status_fine: str
    quality: str
    quality_lead: str
    #: Of the items, and of the shares of them.
    quality_headings: tuple[str, ...]
    #: With when a source was last asked, and when the next is due.
    status_last: str
    #: With what the last visits of a source brought, in figures.
    last_visits: str
    export: str
    export_lead: str
    export_fields: str
    export_field: str
    export_type: str
    export_meaning: str
    months: str
    older: str
    newer_month: str
    older_month: str
    neighbours: str
    newer_story: str
    older_story: str
    whole_archive: str
    all_sources: str
    all_topics: str
    by_year: str
    no_news: str
    undated: str
    first_seen: str
    published: str
    updated: str
    language_label: str
    source: str
    authors: str
    tags: str
    whole_text: str
    wordings: str
    changed_on: str
    read_original: str
    no_page: str
    more_carriers: str
    moved: str
    moved_to: str
    site: str
    opml: str
    lasting_link: str
    condition: str
    last_success: str
    entries: str
    items: str
    next_due: str
    never: str
    at_once: str
    failing_since: str
    unknown: str
    page_of_source: str
    no_longer_collected: str
    subtitle: str
    made_with: str
    new: str
    new_since: str
    new_none: str
    new_first: str
    tongues: str
    tongues_lead: str
    jump: str
    topic: str
    year: str
    deleted: str
    inserted: str
    search: str
    search_in: str
    search_words: str
    search_any: str
    search_order: str
    search_best: str
    search_newest: str
    search_found: str
    search_one: str
    search_none: str
    search_busy: str
    search_failed: str
    search_more: str
    search_tip: str
    search_script: str
    upcoming: str
    upcoming_lead: str
    upcoming_none: str
    upcoming_file: str
    upcoming_said: str
    upcoming_last: str
    overview: str
    overview_lead: str
    as_table: str
    chart_topics: str
    chart_topics_note: str
    chart_topics_most: str
    chart_sources: str
    chart_sources_note: str
    chart_languages: str
    chart_languages_note: str
    chart_shared: str
    chart_shared_note: str
    chart_nothing: str
    number_label: str
    no_topic: str
    strip: str
    about: str
    about_lead: str
    digest_title: str
    digest_none: str
    digest_more: str
    digest_why: str
    #: Of the about page: heading and paragraph.
    about_parts: tuple[tuple[str, str], ...]
    #: What kinds of event are called.
    occasions: Mapping[str, str]
    #: How a source did on a day.
    days: Mapping[str, str]
    conditions: Mapping[str, str]
    #: What the fields of an item are called where they changed.
    fields: Mapping[str, str]
    #: A thing counted: one, several.
    forms: Mapping[str, tuple[str, str]]
    weekdays: tuple[str, ...]
    months_long: tuple[str, ...]
    #: Of day, month, year.
    date_form: str
    #: Of hour and minute.
    clock_form: str
    languages: Mapping[str, str]

    def counted(self, number: int, form: str) -> str:
        """As in "1 källa", "3 källor", "12 000 nyheter"."""
        one, many = self.forms[form]
        return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") + "\N{NO-BREAK SPACE}" + (one if number == 1 else many)

    def feed_description(self, name: str) -> str:
        """What a feed of that name holds."""
        return self.subtitle.format(name)

    def day(self, day: date) -> str:
        """As in "17 mars 2025"."""
        return self.date_form.format(day=day.day, month=self.months_long[day.month - 1], year=day.year)

    def weekday(self, day: date) -> str:
        """As in "måndag 17 mars 2025"."""
        return f"{self.weekdays[day.weekday()]} {self.day(day)}"

    def month(self, day: date) -> str:
        """As in "mars 2025"."""
        return f"{self.months_long[day.month - 1]} {day.year}"

    def clock(self, at: datetime) -> str:
        """As in "09.05"."""
        return self.clock_form.format(hour=at.hour, minute=at.minute)

    def at(self, at: datetime) -> str:
        """As in "17 mars 2025 kl. 09.05"."""
        return f"{self.day(at)}, {self.clock(at)}"

    def moment(self, precision: Precision, shown: datetime) -> str:
        """As much of a moment as the source said; `shown` is it in the readers' zone."""
        match precision:
            case "month":
                return self.month(shown)
            case "day":
                return self.day(shown)
            case "minute" | "second":
                return self.at(shown)

    def language_name(self, tag: str | None) -> str:
        """The name of a language: "svenska" for "sv" and "sv-FI"; the tag itself where the table has none; "okänt språk" for None."""
        if tag is None:
            return self.unknown
        return self.languages.get(tag.lower()) or self.languages.get(tag.lower().partition("-")[0]) or tag
