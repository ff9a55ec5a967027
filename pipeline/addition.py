"""`sources add`: from any address of a site to a block for sources.yaml, tried out before it is proposed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.collect import collect
from pipeline.config.names import free_id, slug
from pipeline.errors import FetchError, NothingMatched
from pipeline.extract import extract
from pipeline.extract.article import open_articles
from pipeline.extract.discover import discover
from pipeline.extract.infer import written
from pipeline.extract.prospects import folded
from pipeline.extract.signs import is_generic, parts_of_title, same_site
from pipeline.model.collection import Visit
from pipeline.model.source import (
    WORDPRESS,
    Article,
    AutoListing,
    Feed,
    Interval,
    JsonApi,
    Listing,
    Selector,
    Sitemap,
    Source,
    SourceId,
)
from pipeline.normalise import normalise
from pipeline.normalise.zones import zone_of
from pipeline.web.urls import host_of, readable, readable_host

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from datetime import datetime
    from typing import TypeVar

    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture, Request
    from pipeline.model.collection import Collection
    from pipeline.model.config import Config
    from pipeline.model.discovery import Discovery, Way
    from pipeline.model.entry import Entry
    from pipeline.model.item import Item

    Result = TypeVar("Result")

#: Articles that are opened for the table, where a source is to open them.
_SAMPLE = 3
#: Sources of the same site that are asked whether they bring the same news.
_MOST_ASKED = 3
_MOST_OF_ONE = 4
#: Two sources are the same where so much of their entries is.
_SAME = 0.6
#: The share of items in one language from which on it is the source's.
_ONE_LANGUAGE = 0.9
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source that could be added."""

    way: Way
    source: Source
    #: What it would collect now.
    items: tuple[Item, ...]
    #: What is to be written, in the order of the file.
    fields: dict[str, Any]
    #: How it was found, for the lines above it.
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What came of a search for a source."""

    #: The best first; empty only where the source is there already.
    proposals: tuple[Proposal, ...]
    #: The source that collects the news of that address already.
    present: Source | None
    #: Other sources of the same site, which collect something else of it.
    neighbours: tuple[Source, ...] = ()
    requests: int


async def addition(config: Config, url: str, fetcher: Fetcher, now: datetime) -> Addition:
    """The source that `url`, any address of a site, stands for: there already, or ready to be added.

    Raises FetchError where the address can't be read, NothingMatched where no news is found behind it.
    """
    present = _at((url,), config.sources)
    if present is not None:
        return Addition(proposals=(), present=present, requests=0)
    blank = _blank(config, url)

    def newest(source: Source, entries: Sequence[Entry]) -> datetime | None:
        items, _ = normalise(entries, source, now)
        return max((item.published.at for item in items if item.published), default=None)

    known = {folded(source.url) for source in config.sources}
    found = await _converse(discover(blank, newest=newest, known=known), fetcher)
    present = _at(found.addresses, config.sources)
    if present is not None:
        return Addition(proposals=(), present=present, requests=found.requests)
    if not found.ways:
        raise _nothing(url, found)
    present, asked = await _present(found.ways[0], config, fetcher)
    proposals = [] if present else [await _proposal(way, found, config, fetcher, now) for way in found.ways]
    neighbours = [
        source for source in config.sources if source is not present and same_site(source.url, found.ways[0].url)
    ]
    return Addition(
        proposals=tuple(proposals), present=present, neighbours=tuple(neighbours), requests=found.requests + asked
    )


async def _converse(talk: Generator[Request, Capture, Result], fetcher: Fetcher) -> Result:
    """What a conversation comes to."""
    answer: Capture | FetchError | None = None
    while True:
        try:
            request = talk.throw(answer) if isinstance(answer, FetchError) else talk.send(answer)  # type: ignore[arg-type]
        except StopIteration as end:
            result: Result = end.value
            return result
        try:
            answer = await fetcher.fetch(request)
        except FetchError as error:
            answer = error


# Whether it is there already.


def _at(addresses: Iterable[str], sources: Iterable[Source]) -> Source | None:
    """The source that has one of these addresses, in whatever spelling."""
    places = set(map(folded, addresses))
    return next((source for source in sources if folded(source.url) in places), None)


async def _present(way: Way, config: Config, fetcher: Fetcher) -> tuple[Source | None, int]:
    """The source that collects what this way leads to, by whatever way of its own, and how many requests it took to see that."""
    alike = [source for source in config.sources if _narrowed(source.kind) == _narrowed(way.kind)]
    present = _at((way.url, *way.addresses), alike)
    if present is not None:
        return present, 0
    links = _links(way.extraction.entries)
    requests = 0
    for source in [source for source in config.sources if same_site(source.url, way.url)][:_MOST_ASKED]:
        collection = await _asked(source, fetcher)
        requests += collection.requests
        if source in alike and collection.capture is not None and folded(collection.capture.url) == folded(way.url):
            return source, requests
        theirs = _links(collection.extraction.entries) if collection.extraction else set()
        if links and len(links & theirs) >= _SAME * len(links | theirs):
            return source, requests
    return None, requests


async def _asked(source: Source, fetcher: Fetcher) -> Collection:
    """What a source brings now, its articles left closed."""
    plain = replace(source, article=None)
    visit = Visit(source=plain, talk=lambda: extract(plain, ()), validators=None, reading="")
    (collection,) = [each async for each in collect([visit], _Few(fetcher))]
    return collection


class _Few:
    """A fetcher for a look at a source: a sitemap may have dozens of others in it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._left = _MOST_OF_ONE

    async def fetch(self, request: Request) -> Capture:
        """The answer. Raises FetchError where enough was asked."""
        self._left -= 1
        if self._left < 0:
            raise FetchError("no more than this is asked for a look", url=request.url)
        return await self._fetcher.fetch(request)


def _narrowed(kind: object) -> object:
    """What tells two sources at one address apart: the part of a sitemap that each takes."""
    return kind.include and kind.include.pattern if isinstance(kind, Sitemap) else None


def _links(entries: Iterable[Entry]) -> set[str]:
    return {folded(entry.link) for entry in entries if entry.link}


# What is proposed.


async def _proposal(way: Way, found: Discovery, config: Config, fetcher: Fetcher, now: datetime) -> Proposal:
    source, items = _described(way, found, config, now)
    entries = way.extraction.entries
    if source.article is not None:
        opened = await _converse(open_articles(source, replace(way.extraction, entries=entries[:_SAMPLE]), ()), fetcher)
        items, _ = normalise((*opened.entries, *entries[_SAMPLE:]), source, now)
    fields: dict[str, Any] = {"id": source.id, "name": source.name, "url": readable(way.url)}
    if source.language is not None:
        fields["language"] = source.language
    if source.timezone.key != config.archive.timezone.key:
        fields["timezone"] = source.timezone.key
    fields |= _kind_fields(way)
    if source.article is not None:
        fields["article"] = True
    return Proposal(way=way, source=source, items=items, fields=fields, comment=_comment(way, items, now))


def _described(way: Way, found: Discovery, config: Config, now: datetime) -> tuple[Source, tuple[Item, ...]]:
    """The source that a way in would be, and what it gives before any article is opened."""
    source = replace(_blank(config, way.url), kind=way.kind)
    items, _ = normalise(way.extraction.entries, source, now)
    host = host_of(way.url)
    language = _language(items, found.language)
    zone = next((zone for each in (language, found.language, _main(items)) if (zone := zone_of(host, each))), None)
    name = _name(way, found)
    source = replace(
        source,
        id=SourceId(
            free_id(
                name, readable_host(host), {each.id for each in config.sources}, [f"-{language}"] if language else ()
            )
        ),
        name=name,
        language=language,
        timezone=zone or source.timezone,
        article=Article() if _needs_articles(way, items) else None,
    )
    return source, normalise(way.extraction.entries, source, now)[0]


def _blank(config: Config, url: str) -> Source:
    """A source of which nothing is known but an address."""
    return Source(
        id=SourceId("new"),
        name="",
        url=url,
        kind=Feed(),
        article=None,
        every=Interval(length=timedelta(hours=6)),
        language=None,
        timezone=config.archive.timezone,
        tags=(),
        include=None,
        exclude=None,
    )


def _needs_articles(way: Way, items: Sequence[Item]) -> bool:
    """Whether the way in itself has no texts, or no dates."""
    texts = sum(bool(item.summary or item.text) for item in items)
    # A sitemap's dates are of changes; only a news sitemap says when something was published.
    dates = sum(item.published is not None for item in items)
    return isinstance(way.kind, Sitemap) or min(texts, dates) * 2 < len(items)


def _kind_fields(way: Way) -> dict[str, Any]:
    match way.kind:
        case Feed():
            return {}
        case JsonApi() as kind if kind == WORDPRESS:
            return {"json": "wordpress"}
        case JsonApi() as kind:
            parts = {name: getattr(kind, name) for name in ("items", "title", "link", "date", "summary")}
            return {"json": {name: value for name, value in parts.items() if value is not None}}
        case Sitemap(include=include):
            return {"sitemap": True if include is None else {"include": include.pattern}}
        case AutoListing(next=None):
            return {"listing": "auto"}
        case AutoListing() | Listing() as kind:
            return {"listing": _listing_fields(kind)}


def _listing_fields(kind: AutoListing | Listing) -> dict[str, Any]:
    fields: dict[str, Any] = {"item": kind.item if isinstance(kind, Listing) else "auto"}
    for name in ("title", "link", "date", "summary", "next"):
        selector: Selector | None = getattr(kind, name, None)
        if selector is not None:
            fields[name] = written(selector)
    if kind.pages > 1:
        fields["pages"] = kind.pages
    return fields


def _comment(way: Way, items: Sequence[Item], now: datetime) -> str:
    newest = max((item.published.at for item in items if item.published), default=None)
    dated = f", the newest of {newest:%Y-%m-%d}" if newest else ""
    entries = f"{len(items)} {'entry' if len(items) == 1 else 'entries'}"
    lines = [f"Found on {now:%Y-%m-%d}: {_what(way)} {way.how}.", f"It gave {entries}{dated}."]
    if way.doubt is not None:
        lines.append(f"Beware: {way.doubt}.")
    return "\n".join(lines)


def _what(way: Way) -> str:
    match way.kind:
        case Feed():
            return "a feed,"
        case JsonApi():
            return "an API,"
        case Sitemap():
            return "a sitemap,"
        case _:
            return "a listing,"


def _name(way: Way, found: Discovery) -> str:
    """What the site is called: the likeliest of what it and its feed say, without a line that praises it."""
    host = host_of(way.url)
    plain = slug(readable_host(host).removeprefix("www.").rpartition(".")[0]).replace("-", "")

    def likeness(name: str) -> float:
        """How much a name is like that of the host: the same letters, the same beginning, its initials."""
        own = slug(name).replace("-", "")
        initials = "".join(part[0] for part in slug(name).split("-") if part)
        alike = 4 * (len(own) > 2 and (own in plain or plain in own)) + _begin_alike(own, plain) / 4
        return alike + (2 if len(initials) > 2 and initials == plain else 0)

    said = list(found.shown_names)
    for title in way.titles[:1]:
        said += [*reversed(parts_of_title(title)), title]
    weights: Counter[str] = Counter()
    weights.update(dict.fromkeys(map(_short, found.stated_names), 3))
    weights.update(_short(each) for each in said)
    # What a feed says of itself is a sentence, in which the name may stand first.
    weights.update(part for each in way.titles[1:] for part in parts_of_title(each)[:1] if likeness(part) > 4)
    fit = [name for name in weights if name and not is_generic(name) and len(name) <= _LONGEST_NAME]
    if not fit:
        return readable_host(host).removeprefix("www.")
    return max(fit, key=lambda name: (weights[name] + likeness(name), -fit.index(name)))


def _short(name: str) -> str:
    """A name without what is said of it behind a bar or a dash: "AOC – Analyse, Opinion, Critique"."""
    name = " ".join(name.split())
    first = next(iter(parts_of_title(name)), name)
    return first if not is_generic(first) else name


def _begin_alike(one: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _language(items: Sequence[Item], declared: str | None) -> str | None:
    """The language of all but a few items; None where they are in several."""
    said = Counter(item.language for item in items if item.language)
    if not said:
        return _primary(declared)
    (top, count), total = said.most_common(1)[0], sum(said.values())
    if count >= _ONE_LANGUAGE * total and (total >= 3 or top == _primary(declared)):
        return top
    return None


def _main(items: Sequence[Item]) -> str | None:
    return next((top for top, _ in Counter(item.language for item in items if item.language).most_common(1)), None)


def _primary(tag: str | None) -> str | None:
    primary = (tag or "").partition("-")[0].lower()
    return {"no": "nb"}.get(primary, primary) or None


def _nothing(url: str, found: Discovery) -> NothingMatched:
    looked = f": looked in vain for {', '.join(found.in_vain)}" if found.in_vain else ""
    return NothingMatched(
        f"no news was found from {readable(url)} ({found.requests} requests){looked}",
        url=url,
        hint="Give the address of the page that lists the news, or of a feed. Where a page is drawn by scripts alone, ask the site's owner for a feed.",
    )
