"""Where each field of an entry came from, in words that name what stands in sources.yaml or in the source itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.entry import Entry
    from pipeline.model.item import Item
    from pipeline.model.source import Selector, Source

#: The fields of an item that have an origin of their own.
FIELDS = ("title", "link", "published", "updated", "language", "summary", "text", "authors")
_RSS = {
    "title": "<title>",
    "link": "<link>",
    "published": "<pubDate>",
    "updated": "<atom:updated> or <dcterms:modified>",
    "summary": "<description>",
    "text": "<content:encoded>",
    "authors": "<author> or <dc:creator>",
}
_ATOM = {
    "title": "<title>",
    "link": "<link>",
    "published": "<published>",
    "updated": "<updated>",
    "summary": "<summary>",
    "text": "<content>",
    "authors": "<author>",
}
_JSON_FEED = {
    "title": "title",
    "link": "url",
    "published": "date_published",
    "updated": "date_modified",
    "summary": "summary",
    "text": "content_html",
    "authors": "authors",
}
_SITEMAP = {
    "title": "<news:title>",
    "link": "<loc>",
    "published": "<news:publication_date>",
    "updated": "<lastmod>",
}
#: What `Origin.fields` calls a way, in words.
_WAYS = {
    "listing:guessed": "guessed from the item",
    "first sentence": "the first sentence of its text",
}
#: The same for ways to read the page of an article; others are named as they stand there.
_ARTICLE_WAYS = {
    "json-ld": "JSON-LD of its page",
    "meta": "meta tags of its page",
    "microdata": "microdata of its page",
    "time": "<time> on its page",
    "visible": "what its page shows",
    "guessed": "guessed from its page",
    "html": "lang of its page",
    "canonical": "canonical link of its page",
}
#: The item's names for what entries call otherwise.
_ENTRY_NAMES = {"text": "content"}
#: Those of the selectors of `article:`.
_SELECTOR_NAMES = {"published": "date", "authors": "author"}


def provenance(source: Source, entry: Entry, item: Item) -> dict[str, str]:
    """By field of the item, where it came from; the fields that the item has not are left out."""
    usual = _usual(source, entry)
    has = {
        "title": item.title,
        "link": item.url,
        "published": item.published,
        "updated": item.updated,
        "summary": item.summary,
        "text": item.text,
        "authors": item.authors,
        "language": item.language,
    }
    return {name: _one(name, entry, usual, source) for name, value in has.items() if value}


def _one(name: str, entry: Entry, usual: Mapping[str, str], source: Source) -> str:
    how = entry.origin.fields.get(_ENTRY_NAMES.get(name, name))
    if how is not None:
        return _in_words(how, name, source)
    match name:
        case "language":
            return "declared by the source" if entry.language else "guessed from the words"
        case "title" if entry.title is None:
            return "the first sentence of its text"
        case "summary" if entry.summary is None:
            return "the beginning of its text"
        case "text" if entry.content is None:
            return usual.get("summary", entry.origin.by)
    return usual.get(name, entry.origin.by)


def _in_words(how: str, name: str, source: Source) -> str:
    way = how.removeprefix("article:")
    if way == how:
        return _WAYS.get(how) or (f"<{how}>" if isinstance(source.kind, Feed) else how)
    selector = getattr(source.article, _SELECTOR_NAMES.get(name, name), None)
    if way == "selector" and selector is not None:
        return f"{_written(selector)} on its page"
    return _ARTICLE_WAYS.get(way, f"{way} of its page")


def _usual(source: Source, entry: Entry) -> Mapping[str, str]:
    """Where the fields of such an entry come from, if nothing else is said of one."""
    kind = source.kind
    match kind:
        case Feed():
            if entry.origin.by == "jsonfeed":
                return _JSON_FEED
            return _ATOM if entry.origin.by.startswith("atom") else _RSS
        case Listing():
            selectors = {"title": kind.title, "link": kind.link, "published": kind.date, "summary": kind.summary}
            return {name: _written(selector) for name, selector in selectors.items() if selector is not None}
        case AutoListing():
            return {}
        case JsonApi():
            expressions = {"title": kind.title, "link": kind.link, "published": kind.date, "summary": kind.summary}
            return {name: f"`{expression}`" for name, expression in expressions.items() if expression}
        case Sitemap():
            return _SITEMAP
        case _:
            assert_never(kind)


def _written(selector: Selector) -> str:
    return f"`{selector.css}{f'@{selector.attribute}' if selector.attribute else ''}`"
