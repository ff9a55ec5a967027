"""What a page says of itself in `<meta>` (OpenGraph, Dublin Core and the like) and in microdata, outside boxes about others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.dating import find_date
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import date_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Names (also `property`, `itemprop`) under which pages give the date of publication, in the order of trust.
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "rnews:datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "bt:pubdate", "vr:published_time",
    "date_published", "publication_date", "published_at", "originalpublicationdate", "publish-date", "publish_date", "publishdate",
    "pubdate", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.created", "dc.date", "dcterms.date",
    "dc:date", "article_date_original", "article:create", "article.created", "citation_publication_date", "citation_date",
    "displaydate", "creation_date", "datecreated", "date",
)  # fmt: skip
#: Those of them that content systems also fill with the date of the last change, or of what the page is about.
VAGUE = frozenset({
    "dc.date.created", "dcterms.created", "dc.created", "dc.date", "dcterms.date", "dc:date", "displaydate", "creation_date",
    "datecreated", "date",
})  # fmt: skip
#: The same for the date of the last change.
UPDATED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified", "datemodified",
    "dcterms.modified", "dc.date.modified", "dc.modified", "last-modified", "lastmod", "eomportal-lastupdate",
)  # fmt: skip
TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "title")
DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "sailthru.author", "parsely-author", "byl")

#: Class and id names of boxes that are about something else than the article, as seen on sites in our languages.
_OTHERS = re.compile(
    r"(?<![^\W_])(?:comments?|kommentar\w*|disqus|respond|reply|replies|trackback\w*|related\w*|relater\w*|relaterat|similar|recommend\w*|"
    r"sidebar|sidofalt|sidfot|footer|foot|peu|breadcrumbs?|nav|navbar|navigation|menu|meny|cookie\w*|teasers?|promo|promos|puffs?|"
    r"latest|recent\w*|senaste|mest|popular\w*|mostread|trending|newsletter|share|sharing|widget\w*|calendar|kalender|events?|evenemang\w*|veranstaltung\w*|"
    r"next|prev|previous|pager|pagenav|copyright|advert\w*|ads?|banner|carousel|slider|verwandt\w*|weitere\w*|mehr|more)(?![^\W_])",
    re.IGNORECASE,
)
_OTHER_TAGS = frozenset({"nav", "footer", "aside", "figure", "figcaption", "blockquote"})
_WHOLE = frozenset({"body", "html", "main", "[document]"})


def metas_of(soup: Tag) -> Mapping[str, str]:
    """The contents of a page's `<meta>`, by name in lower case; the first of each that is not empty."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta", attrs={"content": True}):
        content = " ".join((attribute(tag, "content") or "").split())
        if not content or is_about_others(tag):
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            name = attribute(tag, kind)
            if name:
                found.setdefault(name.lower(), content)
    return found


def first_of(metas: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The content of the first of `names` that a page has."""
    return next((metas[name] for name in names if name in metas), None)


def dates_of(metas: Mapping[str, str], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each of `names` whose content holds a whole date, or a date in digits alone (20240503), with that content."""
    for name in names:
        value = metas.get(name, "")
        if find_date(value) or re.match(r"(?:19|20)\d{6}(?:T?\d{4,6}Z?)?\Z", value):
            yield name, value


def microdata(soup: Tag, name: str) -> Iterator[str]:
    """The values of a microdata property (HTML Living Standard, section 5) that belong to the article; no `<meta>` among them."""
    for tag in soup.find_all(itemprop=True):
        if tag.name != "meta" and name in (attribute(tag, "itemprop") or "").split() and not is_about_others(tag):
            value = date_in(tag) if name.startswith("date") else _named(tag)
            if value:
                yield value


def is_about_others(tag: Tag, headline: Tag | None = None) -> bool:
    """Whether an element stands in a box that is about something else: comments, related articles, navigation, the footer.

    A box that holds the page's headline, or an h1, is none, whatever it is called ("content-sidebar-wrap").
    """
    around = set() if headline is None else {id(parent) for parent in headline.parents}
    for box in (tag, *tag.parents):
        if id(box) in around:
            return False
        if box.name in _OTHER_TAGS or "Comment" in (attribute(box, "itemtype") or ""):
            return True
        if box.name not in _WHOLE and _OTHERS.search(_names(box)) and box.find("h1") is None:
            return True
    return False


def _names(box: Tag) -> str:
    """The class and id names of an element, without those that WordPress makes of an article's own categories."""
    names = f"{attribute(box, 'class') or ''} {attribute(box, 'id') or ''}".split()
    return " ".join(name for name in names if not name.startswith(("category-", "tag-", "has-", "no-", "with-")))


def _named(tag: Tag) -> str:
    inner = tag.find(itemprop="name")
    if isinstance(inner, Tag):
        return attribute(inner, "content") or inline_text(inner)
    return attribute(tag, "content") or inline_text(tag)
