"""The ways a source is read, as sources.yaml describes them, with their short forms: `listing: auto`, `json: wordpress`, `article: true`."""

from __future__ import annotations

from pydantic import Field

from pipeline.config.values import AddressPattern, Css, JmesPath, Pages, Part, Settings
from pipeline.config.wording import YES_AND_NO, Unfit
from pipeline.model.source import WORDPRESS

#: The fields that say how a source is read; without any of them it is a feed.
KINDS = ("listing", "json", "sitemap")
#: In the place of a listing's `item`: nobody describes the page.
AUTO = "auto"


class ListingFields(Settings):
    """An HTML page that lists news. Every selector but `item` and `next` is looked up inside the item; the first match counts."""

    item: Css = Field(
        description="One piece of news on the page; `auto` finds the news, and all parts of it, by itself.",
        examples=[".news-item"],
    )
    title: Part | None = Field(default=None, description="Its title. Left out: the text of the link.", examples=["h2"])
    link: Part | None = Field(
        default=None,
        description="The link to its own page: its href, or the attribute after `@`. Left out: the item's first link.",
        examples=["a"],
    )
    date: Part | None = Field(
        default=None, description="Its date, in any of the usual ways of writing one.", examples=[".date"]
    )
    summary: Part | None = Field(default=None, description="Its introduction.", examples=[".intro"])
    next: Part | None = Field(
        default=None,
        description="The link to the next older page; followed only as far as `pages` says. Left out: found on the page.",
        examples=["a.next"],
    )
    pages: Pages = Field(default=1, description="At most so many pages in one run.")


class JsonFields(Settings):
    """A JSON API. Every field is a JMESPath expression, all but `items` within one item."""

    items: JmesPath = Field(default="[]", description="The list of items in the answer.")
    title: JmesPath = Field(description="The title.", examples=["title.rendered"])
    link: JmesPath = Field(description="The address of the item's own page.", examples=["link"])
    date: JmesPath | None = Field(default=None, description="The date of publication.", examples=["date_gmt"])
    summary: JmesPath | None = Field(
        default=None, description="The introduction; may hold HTML.", examples=["excerpt.rendered"]
    )
    pages: Pages = Field(
        default=1, description="At most so many pages in one run, by the API's own paging (WordPress: ?page=N)."
    )


class SitemapFields(Settings):
    """A sitemap, an index of sitemaps, or a news sitemap."""

    include: AddressPattern | None = Field(
        default=None, description="Only addresses that it is found in.", examples=["/noticies/"]
    )
    exclude: AddressPattern | None = Field(
        default=None, description="No addresses that it is found in.", examples=["/tag/"]
    )


class ArticleFields(Settings):
    """The page of every new item is opened; what has no selector here is found without one."""

    title: Part | None = Field(default=None, description="The title.", examples=["h1"])
    text: Part | None = Field(
        default=None, description="The element that holds the whole text.", examples=["article .body"]
    )
    date: Part | None = Field(default=None, description="The date of publication.", examples=["time@datetime"])
    author: Part | None = Field(default=None, description="Who wrote it.", examples=[".byline"])


def listing_as_written(value: object) -> object:
    """Fields, for which `auto` may stand. Raises Unfit."""
    match value:
        case "auto":
            return {"item": AUTO}
        case bool():
            raise Unfit(
                f"`listing: {str(value).lower()}` says nothing about the page",
                "write `listing: auto`, or describe it with selectors below `listing:`, such as `item: .news-item`",
            )
    return value


_WORDPRESS = {name: getattr(WORDPRESS, name) for name in ("items", "title", "link", "date", "summary")}


def json_as_written(value: object) -> object:
    """Fields, for which the name of a recipe may stand. Raises Unfit."""
    match value:
        case "wordpress":
            return _WORDPRESS
        case str() | bool():
            raise Unfit(
                "the fields of the API are needed here",
                "write `json: wordpress` for a WordPress site, else `items`, `title` and `link` below `json:`",
            )
    return value


def switch_as_written(value: object) -> object:
    """Fields, of which none has to be given: `true` stands for none of them. Raises Unfit."""
    match value:
        case True:
            return {}
        case False:
            return None
        case str():
            meant = YES_AND_NO.get(value.lower())
            advice = (
                f"write `{meant}`" if meant else "write `true`, or fields in the lines below, two spaces further in"
            )
            raise Unfit("a text stands where fields are needed", advice)
    return value
