"""Every setting of sources.yaml, once: type, default, and a sentence for the maintainer.

Validation, the JSON Schema (`schema`) and the tables of docs/sources.md are made from these models. A default is given as
one would write it in the file. To add a setting: a field here, its use in `build`, its place in `pipeline.model`.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from pipeline.config import names
from pipeline.config.kinds import (
    KINDS,
    ArticleFields,
    JsonFields,
    ListingFields,
    SitemapFields,
    json_as_written,
    listing_as_written,
    switch_as_written,
)
from pipeline.config.values import (
    Address,
    Contact,
    Id,
    Language,
    Limit,
    Pause,
    Recipient,
    Schedule,
    Settings,
    SiteAddress,
    Size,
    Span,
    Store,
    Text,
    TextPattern,
    Words,
    Zone,
    written_default,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class ArchiveFields(Settings):
    """The archive as its readers meet it."""

    title: Text = Field(description="Title of the archive site and of the merged feed.", examples=["Samlade nyheter"])
    url: SiteAddress = Field(
        description="Where the publication will be served; the links in it are absolute under this address.",
        examples=["https://nyheter.example.se/"],
    )
    language: Literal["sv", "en"] = Field(
        default="sv", description="Language of the archive site's own texts: sv or en."
    )
    timezone: Zone = written_default(
        default="UTC",
        description="For dates of sources that give no zone, for the days that the site shows, and for cron expressions.",
        examples=["Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Europe/Helsinki", "Europe/Madrid", "UTC"],
    )
    contact: Contact | None = Field(
        default=None,
        description="Whom the owner of a site can ask; every request carries it in its User-Agent.",
        examples=["redaktion@example.se"],
    )
    hub: Address | None = Field(
        default=None,
        description="A WebSub hub, which tells feed readers of news at once; the feeds name it.",
        examples=["https://hub.example.se/"],
    )
    packed: list[Literal["gzip", "brotli"]] = Field(
        default=[],
        description="Packed copies of the text files beside them (`feed.atom.gz`, `feed.atom.br`), for web servers that send these: gzip, brotli.",
        examples=[["gzip", "brotli"]],
    )


class FetchFields(Settings):
    """How the web is treated, and what of it is accepted."""

    concurrency: int = Field(default=32, ge=1, le=1_000, description="Requests under way at once, over all hosts.")
    per_host: int = Field(default=1, ge=1, le=100, description="Requests under way at once to one host.")
    delay: Pause = written_default(
        default="1s",
        description="Between two requests to one host, at least; a Crawl-delay in robots.txt can lengthen it.",
    )
    timeout: Limit = written_default(
        default="30s", description="For one whole response, from the connection to its last byte."
    )
    max_bytes: Size = written_default(default="10MB", description="Of one response, after decompression.")
    retries: int = Field(
        default=2, ge=0, le=20, description="How many times a request that failed in passing is made again."
    )
    robots: bool = Field(default=True, description="Whether robots.txt is obeyed.")
    allow_private_addresses: bool = Field(
        default=False,
        description="Whether loopback, private and link-local addresses may be asked, also behind redirects.",
    )


class SourceSettings(Settings):
    """What `defaults:` may hold: every field of a source that can be the same for many."""

    name: Text | None = Field(
        default=None, description="What readers see. Left out: the id.", examples=["Electronics Watch"]
    )
    every: Schedule = written_default(
        default="6h",
        description='How often it is asked: a duration, a cron expression such as "0 6 * * 1-5", or `auto`: as often as it has news.',
        examples=["6h", "1h", "1d", "auto", "0 6 * * 1-5"],
    )
    language: Language | None = Field(
        default=None,
        description="Its usual language. Left out: guessed for each item.",
        examples=["sv", "en", "nb", "nn", "da", "fi", "ca", "es", "de"],
    )
    timezone: Zone | None = Field(
        default=None,
        description="For dates that come without an offset. Left out: that of the archive.",
        examples=["Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Europe/Helsinki", "Europe/Madrid", "UTC"],
    )
    tags: list[Text] = Field(default=[], description="Given to each of its items.", examples=[["ngo"]])
    include: TextPattern | None = Field(
        default=None,
        description="Only items in whose title or text it is found; upper and lower case are alike.",
        examples=["procure|worker"],
    )
    exclude: TextPattern | None = Field(
        default=None,
        description="No items in whose title or text it is found; stronger than `include`.",
        examples=["vacancy"],
    )
    listing: Annotated[
        ListingFields | None,
        BeforeValidator(listing_as_written, json_schema_input_type=Literal["auto"] | ListingFields),
    ] = Field(
        default=None,
        description="Makes it an HTML listing: `auto`, or selectors for the parts of the page.",
        examples=[{"item": ".news-item", "title": "h2", "link": "a", "date": ".date"}, "auto"],
    )
    json_: Annotated[
        JsonFields | None, BeforeValidator(json_as_written, json_schema_input_type=Literal["wordpress"] | JsonFields)
    ] = Field(
        default=None,
        alias="json",
        description="Makes it a JSON API: `wordpress`, or JMESPath expressions for the parts of the answer.",
        examples=[{"items": "data.articles", "title": "headline", "link": "url", "date": "publishedAt"}, "wordpress"],
    )
    sitemap: Annotated[
        SitemapFields | None, BeforeValidator(switch_as_written, json_schema_input_type=bool | SitemapFields)
    ] = Field(
        default=None,
        description="Makes it a sitemap: `true`, or which addresses of it count.",
        examples=[{"include": "/nyheter/"}, True],
    )
    article: Annotated[
        ArticleFields | None, BeforeValidator(switch_as_written, json_schema_input_type=bool | ArticleFields)
    ] = Field(
        default=None,
        description="Opens the page of every new item: `true` finds text and date by itself, or selectors for them.",
        examples=[True, {"text": "article .body", "date": "time@datetime"}],
    )


class SourceFields(SourceSettings):
    """One source. Without `listing`, `json` or `sitemap` it is a feed of any format: RSS, Atom, RDF or JSON Feed."""

    model_config = ConfigDict(
        json_schema_extra={"not": {"anyOf": [{"required": list(pair)} for pair in combinations(KINDS, 2)]}}
    )

    id: Id = Field(
        description="Its name in addresses and files: a to z, 0 to 9 and `-`. Lasts for ever; never give it to another source.",
        examples=["adda"],
    )
    url: Address = Field(
        description="The address of the feed, of the page that lists the news, of the API or of the sitemap.",
        examples=["https://www.adda.se/feed/"],
    )


class TopicFields(Settings):
    """One word of the archive's vocabulary."""

    id: Id = Field(
        description="Its name in addresses: a to z, 0 to 9 and `-`. Lasts for ever.", examples=["elektronik"]
    )
    name: dict[Language, Text] = Field(
        min_length=1,
        description="What readers see, in each language.",
        examples=[{"sv": "Elektronik", "en": "Electronics"}],
        json_schema_extra={"propertyNames": {"pattern": names.LANGUAGE_PATTERN, "title": "language code"}},
    )
    words: list[Text] = Field(
        min_length=1,
        description="An item that holds one of them, in any language, gets the topic.",
        examples=[["elektronik", "electronics"]],
    )


class FeedFields(Settings):
    """A further merged feed beside the main one; a list that is empty or left out takes all."""

    id: Id = Field(description="Its name in addresses: a to z, 0 to 9 and `-`. Lasts for ever.", examples=["svenska"])
    title: Text = Field(description="What readers see.", examples=["Bara svenska nyheter"])
    languages: list[Language] = Field(default=[], description="Only items in these languages.", examples=[["sv"]])
    topics: list[Text] = Field(
        default=[], description="Only items with one of these topics.", examples=[["elektronik"]]
    )
    sources: list[Text] = Field(default=[], description="Only items from these sources.", examples=[["adda"]])


class SearchFields(Settings):
    """A saved search; new stories that it finds are told to `notify`. A list that is empty or left out takes all."""

    id: Id = Field(description="Its name in messages: a to z, 0 to 9 and `-`.", examples=["kobolt"])
    words: Words = Field(
        description='What to look for, as `samflode search` takes it: `kobolt "etiska krav" -textil`.',
        examples=["kobolt"],
    )
    languages: list[Language] = Field(default=[], description="Only items in these languages.", examples=[["sv"]])
    topics: list[Text] = Field(
        default=[], description="Only items with one of these topics.", examples=[["elektronik"]]
    )
    sources: list[Text] = Field(default=[], description="Only items from these sources.", examples=[["adda"]])
    notify: list[Recipient] = Field(
        default=[],
        description="Who is told of what it finds, as Apprise addresses. Left out: `notify` of the file.",
        examples=[["mailto://redaktion@example.se"]],
    )


class SourcesFile(Settings):
    """What Samflöde collects, from where, and how it publishes it."""

    archive: ArchiveFields = Field(
        description="What the archive is called and where it will be served.",
        examples=[{"title": "Nyheter", "url": "https://nyheter.example.se/"}],
    )
    fetch: FetchFields = written_default(default={}, description="How the web is treated. Every field may be left out.")
    defaults: SourceSettings = written_default(
        default={},
        description="Any field of a source but `id` and `url`; holds for each source that does not give it itself.",
    )
    sources: list[SourceFields] = Field(
        min_length=1,
        description="The places that news comes from.",
        examples=[[{"id": "adda", "url": "https://www.adda.se/feed/"}]],
    )
    topics: list[TopicFields] = Field(
        default=[],
        description="A vocabulary; an item gets every topic of which it holds a word.",
        examples=[[{"id": "elektronik", "name": {"sv": "Elektronik"}, "words": ["elektronik", "electronics"]}]],
    )
    feeds: list[FeedFields] = Field(
        default=[],
        description="Further merged feeds beside the main one.",
        examples=[[{"id": "svenska", "title": "Bara svenska nyheter", "languages": ["sv"]}]],
    )
    searches: list[SearchFields] = Field(
        default=[],
        description="Saved searches; new stories that one finds are told to `notify`, once.",
        examples=[[{"id": "kobolt", "words": 'kobolt "etiska krav"'}]],
    )
    captures: Span | None = Field(
        default=None,
        description="Keep every response as WARC for so long. Left out: none is kept.",
        examples=["30d"],
    )
    alert_after: Span = written_default(default="2d", description="A source that fails for longer is told to `notify`.")
    notify: list[Recipient] = Field(
        default=[],
        description="Apprise addresses; take secrets from the environment with `${NAME}`.",
        examples=[["mailto://redaktion@example.se"]],
    )
    ping: Address | None = Field(
        default=None,
        description="Asked after each run that came to its end, so that a dead man's switch notices the one that did not.",
        examples=["https://monitor.example.se/samflode"],
    )
    store: Store | None = Field(
        default=None,
        description="Where the archive is kept: a folder, or postgresql://user@host/database. `--store` is stronger.",
        examples=["store/"],
    )


#: Where each set of fields stands, the places in lists left out.
TABLES: Mapping[tuple[str, ...], type[Settings]] = {
    (): SourcesFile,
    ("archive",): ArchiveFields,
    ("fetch",): FetchFields,
    ("defaults",): SourceSettings,
    ("sources",): SourceFields,
    **{
        (parent, name): model
        for parent in ("sources", "defaults")
        for name, model in (
            ("listing", ListingFields),
            ("json", JsonFields),
            ("sitemap", SitemapFields),
            ("article", ArticleFields),
        )
    },
    ("topics",): TopicFields,
    ("feeds",): FeedFields,
    ("searches",): SearchFields,
}


def fields_of(model: type[Settings]) -> dict[str, Any]:
    """The fields of a set by the names that they have in the file; what is required first."""
    named = {info.alias or name: info for name, info in model.model_fields.items()}
    return dict(sorted(named.items(), key=lambda pair: not pair[1].is_required()))
