"""The site's own words, in Swedish and English, and how each writes dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from pipeline.model.item import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. `{}` stands for what is filled in."""

    language: str
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
    was: str
    became: str
    nothing: str
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

    def moment(self, moment: Moment, shown: datetime) -> str:
        """As much of the moment as the source said; `shown` is it in the readers' zone."""
        match moment.precision:
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


def words(language: str) -> Words:
    """The words of a language; English for one that has none here."""
    return _TABLE.get(language.partition("-")[0].lower(), EN)


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


SV = Words(
    language="sv",
    skip="Hoppa till innehållet",
    menu="Huvudmeny",
    news="Nyheter",
    newest="Senaste nytt",
    archive="Arkiv",
    archive_lead="Allt som har samlats in, månad för månad.",
    sources="Källor",
    sources_lead="De webbplatser som nyheterna hämtas från.",
    topics="Ämnen",
    topics_lead="Nyheterna efter vad de handlar om.",
    subscribe="Prenumerera",
    subscribe_lead="Ett flöde ger nyheterna direkt i en flödesläsare, ett e-postprogram eller ett annat system. "
    "Kopiera adressen till ett flöde och klistra in den där. Atom och RSS fungerar överallt, JSON är lättast att programmera mot.",
    all_news="Alla nyheter",
    more_feeds="Fler flöden",
    status="Driftläge",
    status_lead="Hur insamlingen går, källa för källa. Alla tider är i tidszonen {}.",
    status_fine="Alla källor svarar som de ska.",
    export="Data",
    export_lead="Hela arkivet för kalkylprogram och egna analyser. Filerna skrivs om så snart något ändras.",
    export_fields="Fälten",
    export_field="Fält",
    export_type="Typ",
    export_meaning="Betydelse",
    months="Månader",
    older="Äldre nyheter",
    newer_month="Nyare",
    older_month="Äldre",
    neighbours="Nyheterna före och efter",
    newer_story="Nyare",
    older_story="Äldre",
    whole_archive="Hela arkivet",
    all_sources="Alla källor",
    all_topics="Alla ämnen",
    by_year="Efter år",
    no_news="Här finns inga nyheter än.",
    undated="utan datum",
    first_seen="först sedd {}",
    published="Publicerad",
    updated="Uppdaterad",
    language_label="Språk",
    source="Källa",
    authors="Av",
    tags="Källans etiketter",
    whole_text="Hela texten",
    wordings="Så skriver källorna",
    changed_on="Ändrad {}",
    was="Före",
    became="Efter",
    nothing="(inget)",
    read_original="Läs hos {}",
    no_page="Källan ger ingen adress till en egen sida.",
    more_carriers="och {} till",
    moved="Nyheten har flyttat",
    moved_to="Nyheten har slagits samman med en annan om samma sak:",
    site="Om webbplatsen",
    opml="Källorna som OPML",
    lasting_link="Denna sidas adress",
    condition="Läge",
    last_success="Senast hämtad",
    entries="Poster nu",
    items="I arkivet",
    next_due="Hämtas nästa gång",
    never="aldrig",
    at_once="vid nästa körning",
    failing_since="sedan {}",
    unknown="okänt språk",
    page_of_source="Källans webbplats",
    no_longer_collected="Källan hämtas inte längre; det som samlats in finns kvar.",
    subtitle="Nyheter från flera källor i ett flöde: {}",
    made_with="Samlat med Samflöde",
    conditions={"ok": "fungerar", "ailing": "svarar ofullständigt", "failing": "svarar inte", "new": "inte hämtad än", "retired": "nedlagd"},
    fields={"title": "Rubrik", "summary": "Ingress", "text": "Text", "url": "Adress", "published": "Datum"},
    forms={
        "sources": ("källa", "källor"),
        "stories": ("nyhet", "nyheter"),
        "changes": ("ändring", "ändringar"),
        "failing": ("källa svarar inte som den ska.", "källor svarar inte som de ska."),
    },
    weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    months_long=(
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    date_form="{day} {month} {year}",
    clock_form="kl. {hour:02}.{minute:02}",
    languages={
        "sv": "svenska", "en": "engelska", "nb": "norska (bokmål)", "nn": "norska (nynorsk)", "no": "norska",
        "da": "danska", "fi": "finska", "is": "isländska", "fo": "färöiska", "se": "nordsamiska", "ca": "katalanska",
        "es": "spanska", "pt": "portugisiska", "gl": "galiciska", "eu": "baskiska", "de": "tyska", "nl": "nederländska",
        "fr": "franska", "it": "italienska", "pl": "polska", "cs": "tjeckiska", "et": "estniska", "lv": "lettiska",
        "lt": "litauiska", "ru": "ryska", "uk": "ukrainska",
    },
)  # fmt: skip

EN = Words(
    language="en",
    skip="Skip to content",
    menu="Main menu",
    news="News",
    newest="Latest news",
    archive="Archive",
    archive_lead="Everything collected so far, month by month.",
    sources="Sources",
    sources_lead="The websites that the news comes from.",
    topics="Topics",
    topics_lead="The news by what it is about.",
    subscribe="Subscribe",
    subscribe_lead="A feed brings the news straight to a feed reader, a mail program or another system. "
    "Copy the address of a feed and paste it there. Atom and RSS work everywhere, JSON is easiest to program with.",
    all_news="All news",
    more_feeds="More feeds",
    status="Status",
    status_lead="How the collecting goes, source by source. All times are in the time zone {}.",
    status_fine="All sources answer as they should.",
    export="Data",
    export_lead="The whole archive for spreadsheets and your own analyses. The files are written anew as soon as anything changes.",
    export_fields="The fields",
    export_field="Field",
    export_type="Type",
    export_meaning="Meaning",
    months="Months",
    older="Older news",
    newer_month="Newer",
    older_month="Older",
    neighbours="The news before and after",
    newer_story="Newer",
    older_story="Older",
    whole_archive="The whole archive",
    all_sources="All sources",
    all_topics="All topics",
    by_year="By year",
    no_news="There is no news here yet.",
    undated="undated",
    first_seen="first seen {}",
    published="Published",
    updated="Updated",
    language_label="Language",
    source="Source",
    authors="By",
    tags="The source’s tags",
    whole_text="The whole text",
    wordings="What the sources say",
    changed_on="Changed {}",
    was="Before",
    became="After",
    nothing="(nothing)",
    read_original="Read at {}",
    no_page="The source gives no address of a page of its own.",
    more_carriers="and {} more",
    moved="This news has moved",
    moved_to="This news was joined with another that tells the same:",
    site="About this site",
    opml="The sources as OPML",
    lasting_link="The address of this page",
    condition="Condition",
    last_success="Last collected",
    entries="Entries now",
    items="In the archive",
    next_due="Next due",
    never="never",
    at_once="at the next run",
    failing_since="since {}",
    unknown="unknown language",
    page_of_source="The source’s website",
    no_longer_collected="This source is no longer collected; what was collected stays.",
    subtitle="News from several sources in one feed: {}",
    made_with="Collected with Samflöde",
    conditions={"ok": "works", "ailing": "answers in part", "failing": "fails", "new": "not yet collected", "retired": "gone for good"},
    fields={"title": "Title", "summary": "Summary", "text": "Text", "url": "Address", "published": "Date"},
    forms={
        "sources": ("source", "sources"),
        "stories": ("story", "stories"),
        "changes": ("change", "changes"),
        "failing": ("source does not answer as it should.", "sources do not answer as they should."),
    },
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months_long=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    date_form="{day} {month} {year}",
    clock_form="{hour:02}:{minute:02}",
    languages={
        "sv": "Swedish", "en": "English", "nb": "Norwegian (Bokmål)", "nn": "Norwegian (Nynorsk)", "no": "Norwegian",
        "da": "Danish", "fi": "Finnish", "is": "Icelandic", "fo": "Faroese", "se": "Northern Sami", "ca": "Catalan",
        "es": "Spanish", "pt": "Portuguese", "gl": "Galician", "eu": "Basque", "de": "German", "nl": "Dutch",
        "fr": "French", "it": "Italian", "pl": "Polish", "cs": "Czech", "et": "Estonian", "lv": "Latvian",
        "lt": "Lithuanian", "ru": "Russian", "uk": "Ukrainian",
    },
)  # fmt: skip

_TABLE = {"sv": SV, "en": EN}
