"""What one item of a listing says of its news where no selector tells: its link, title, date and summary.

The theory: an item is a teaser of another page, so most of its links lead there; its heading, or else the longest text
of such a link, is the title; a `<time>` or a short text that is little more than a date is the date; the first real
paragraph is the summary. Known mistakes: an item that teases two pages gives the one with more to read in its link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.dating import find_date, is_mostly_date, without_dates
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import address_of, date_in, link_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Characters of a text that are looked at to say whether it is a title.
_LONGEST_TITLE = 1_000
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

#: What links say that lead to the whole text without naming it, as seen in sv, en, nb, da, fi, ca, es and de.
_READ_MORE = re.compile(
    r"""\W*(?: läs\ (?:mer|vidare|hela.*|artikeln|nyheten) | till\ (?:artikeln|nyheten)
    | (?:read|learn|find\ out|see|view)\ more.* | more(?:\ info.*)? | continue\ reading.* | full\ (?:story|article) | details?
    | les\ (?:mer|meir|videre|saken|hele.*) | læs\ (?:mere|videre|hele.*) | mer | mere | lue\ (?:lisää|koko.*)
    | lle(?:geix|gir)(?:-ne)?\ més.* | més(?:\ informació)? | leer\ más.* | (?:saber\ )?más(?:\ información)? | ver\ más
    | weiter(?:\ ?lesen)?.* | mehr(?:\ (?:lesen|erfahren|dazu))?.* | zum\ artikel | (?:här|here|her|aquí|aquí|hier) | link | pdf )\W*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
#: Links of an item that lead to lists of others, or away (rel values, HTML Living Standard, section 4.6.6).
_OTHER_RELATIONS = frozenset({"tag", "author", "category", "nofollow", "sponsored"})
_SHARE = re.compile(
    r"//(?:www\.)?(?:facebook\.com/(?:sharer|dialog)|twitter\.com/(?:intent|share)|x\.com/(?:intent|share)|linkedin\.com/share)"
)
#: Where the comments on an item stand, below its text (WordPress, Blogger, Disqus).
_TO_COMMENTS = re.compile(r"#(?:comments?(?:-form|-\d+)?|respond|disqus_thread|kommentare?r?)\Z", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp)\Z", re.IGNORECASE)
#: Names of classes that mark a date, as seen on sites in the languages above.
DATE_CLASS = re.compile(
    r"(?<![^\W_])(?:date|dates|datetime|datum|dato|data|fecha|pvm|quan|when|time|tid|tidpunkt|published|publicerad|publishdate|"
    r"pubdate|postdate|posted|publi\w*|created|timestamp)(?![^\W_])|[a-z](?:Date|Datum|Time)\b",
)


def title_of(item: Tag, link: str | None, base: str) -> str:
    """The heading of an item, else the longest text of its links that names something; "" where there is none."""
    for heading in item.find_all(HEADINGS):
        if (text := inline_text(heading)) and is_telling(text):
            return text
    links = [tag for tag in _links(item) if link is None or address_of(tag, base) == link]
    texts = [text for tag in links if is_telling(text := inline_text(tag))]
    return max(texts, key=len, default="") or next(_described(links), "")


def link_of(item: Tag, base: str) -> str | None:
    """The address that an item is a teaser of; None where none of its links is one."""
    for tag in (item, *item.find_all(HEADINGS)):
        if (address := _own_link(tag, base)) is not None:
            return address
    weights: dict[str, int] = {}
    for tag in _links(item):
        address = address_of(tag, base)
        if address is None or leads_elsewhere(tag, address):
            continue
        text = inline_text(tag)
        weights[address] = max(
            weights.get(address, 0), (len(text) if is_telling(text) else 1) + _is_permalink(tag) * 1000
        )
    return max(weights, key=lambda address: weights[address]) if weights else link_in(item, base)


def date_of(item: Tag) -> str | None:
    """The date of an item as it is written; None where none is marked up as one, or stands by itself."""
    for time in item.find_all("time"):
        if text := date_in(time):
            return text
    for tag in item.find_all(itemprop=["datePublished", "dateCreated"]):
        if text := date_in(tag):
            return text
    for tag in item.find_all(class_=True):
        if DATE_CLASS.search(attribute(tag, "class") or "") and is_mostly_date(inline_text(tag)):
            return date_in(tag)
    texts = (inline_text(tag) for tag in item.find_all() if tag.find() is None)
    return next((find_date(text) for text in texts if is_mostly_date(text)), None)


def summary_of(item: Tag, title: str) -> str:
    """The first paragraph of an item that is neither its title nor its date; "" where there is none."""
    for paragraph in item.find_all("p"):
        text = inline_text(paragraph)
        if len(text) >= 40 and text not in title and title not in {text, ""} and not is_mostly_date(text):
            return text
    return ""


def is_telling(text: str) -> bool:
    """Whether a text could be a title: it has letters, and is not a "Read more" or a bare date."""
    rest = without_dates(text[:_LONGEST_TITLE])
    return any(letter.isalpha() for letter in rest) and not _READ_MORE.match(text)


def is_no_page(address: str) -> bool:
    """Whether an address is that of the comments on an item, or of a picture in it: not what an item leads to."""
    return _TO_COMMENTS.search(address) is not None or _PICTURE.search(address) is not None


def _links(item: Tag) -> list[Tag]:
    own = [item] if item.name == "a" else []
    return own + list(item.find_all("a", href=True))


def _own_link(tag: Tag, base: str) -> str | None:
    """The address of a link that `tag` is, or of the first inside a heading."""
    if tag.name == "a":
        return address_of(tag, base)
    return link_in(tag, base) if tag.name in HEADINGS and tag.find("a", href=True) is not None else None


def _described(links: Iterable[Tag]) -> Iterator[str]:
    """What links without telling text say of themselves to those who can't see them."""
    for link in links:
        texts = [attribute(link, "title"), attribute(link, "aria-label")]
        texts += [attribute(image, "alt") for image in link.find_all("img")]
        yield from (" ".join(text.split()) for text in texts if text and is_telling(text))


def _is_permalink(tag: Tag) -> bool:
    return bool({"bookmark", "permalink"} & set((attribute(tag, "rel") or "").lower().split()))


def leads_elsewhere(tag: Tag, address: str) -> bool:
    """Whether a link of an item leads to a list of others, to a form that shares it, to its comments or a picture."""
    relations = set((attribute(tag, "rel") or "").lower().split())
    return bool(relations & _OTHER_RELATIONS) or _SHARE.search(address) is not None or is_no_page(address)
