"""Where a page of a listing leads to older ones, when nobody said so. Pure.

Theory. Sites say it in few ways, and these are tried in the order in which they can be trusted: `rel=next` (HTML, section 4.6.7.14); a
link that is called "next" or "older"; links that are the page's own address with another number in it (`?start=20`, `/page/3/`,
`?block886.page=3`), or bare numbers in a pager; an archive of news, by itself or by years. Nothing is ever made up: an address that the
page does not hold is not asked for. Of numbers the smallest above the page's own is next, so that the links back, to the first and to
the last page need no names. Known mistakes: a page with two pagers of one shape
follows the first, and the arrow of a calendar may be taken for one of a pager. Of 112 pages with a marked next page among those that
autopager was taught with (forums, shops, blogs in many languages), 105 lead to it or, where "next" is newer, to the older one; 6 to none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from pipeline.model.entry import Older
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import address_of, first_value, link_in, select
from pipeline.web.urls import absolute, same_site

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from pipeline.extract.pages import Page
    from pipeline.model.source import Selector

#: What links to the next older page are called, in the languages of the partners and some more; without arrows, in lower case.
_LABELS = frozenset(
    """next|next page|older|older posts|older entries|older news|older articles|older items|previous posts|previous entries|more news
    |load more|show more|nästa|nästa sida|äldre|äldre nyheter|äldre inlägg|äldre artiklar|äldre poster|tidigare nyheter|fler nyheter
    |visa fler|visa fler nyheter|visa äldre nyheter|fler äldre nyheter|neste|neste side|eldre|eldre innlegg|eldre nyheter|eldre saker
    |flere nyheter|vis flere|næste|næste side|ældre|ældre indlæg|ældre nyheder|flere nyheder|següent|pàgina següent|següents|més antigues
    |entrades més antigues|entrades anteriors|notícies anteriors|més notícies|siguiente|página siguiente|más antiguas|entradas antiguas
    |entradas anteriores|noticias anteriores|más noticias|weiter|nächste|nächste seite|ältere|ältere beiträge|ältere meldungen
    |ältere einträge|suivant|page suivante|articles plus anciens|seuraava|seuraava sivu|vanhemmat|vanhemmat uutiset|volgende
    |volgende pagina|oudere berichten|successivo|pagina successiva""".replace("\n    ", "").split("|")
)
#: What the links the other way are called.
_NEWER_LABELS = frozenset(
    """previous|previous page|newer|newer posts|newer entries|föreg|föregående|föregående sida|nyare|nyare inlägg|forrige|nyere|nyere innlegg
    |anterior|pàgina anterior|més recents|más recientes|zurück|vorherige|neuere beiträge|edellinen|précédent""".replace(
        "\n    ", ""
    ).split("|")
)
#: What only says "next" within a pager.
_ARROWS = frozenset({">", "»", "›", "→", ">>", "&gt;", "chevron_right", "arrow_forward"})
#: Classes of such links, or of what they stand in alone.
_CLASSES = re.compile(
    r"(?:^|[-_])(?:next|older|nasta|neste|naeste)(?:$|[-_])|nav-previous|^(?:pg|pager)[-_]?(?:next|older)$"
)
#: Classes of boxes for the links in both directions.
_BOTH_WAYS = re.compile(r"prev\w*[-_]?next|next[-_]?prev|newer[-_]?older")
_PAGER = re.compile(r"pagi|pager|paging|nav-links|page-numbers|sidnumrering|sidor|bl[aä]ddr|page-?nav", re.IGNORECASE)
#: Names of parameters that number pages, or the items before a page.
_PARAMETER = re.compile(
    r"(?:.*[._\-\[])?(?:page|paged|pageno|pagenum|pagenumber|page_?number|pageindex|currentpage|current_page|pg|p|sida|side|seite|sivu"
    r"|pagina|pag|start|limitstart|offset|skip|from|startindex|PAGEN_\d)\]?",
    re.IGNORECASE,
)
#: Parameters that go with them and say nothing (TYPO3's checksum).
_COMPANIONS = re.compile(r"cHash$|tx_\w+\[(?:controller|action)\]$")
_PATH_NUMBER = re.compile(
    r"^(?P<stem>.*?)/?(?:/|[-_])(?P<word>page|sida|side|seite|sivu|pagina|pag|p)[/_=-]?(?P<number>\d{1,6})(?P<tail>/|\.\w{3,5})?$",
    re.IGNORECASE,
)
_ARROW_MARKS = re.compile(r"^[\s<>«»‹›←→↓+…:.-]+|[\s<>«»‹›←→↓+…:.-]+$")
#: Archives that say that they are of news; and those that only say "archive".
_NEWS_ARCHIVE = re.compile(
    r"(?:nyhets|presse?|news[ -]?|noticias?[ -]|blog[g]?)ar[ck]h?iv(?:e|et|o|s)?|ar[ck]hiv(?:e|et)? (?:nyheter|news)|arxiu de not[ií]cies"
    r"|archivo de noticias|archive of news",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"arkiv(?:et)?|archives?|arxiu|archivo|archiv", re.IGNORECASE)
_YEAR = re.compile(r"(?:\D{0,20} )?(?P<year>(?:19|20)\d\d)(?: ?\(\d+\))?")


def older_pages(page: Page, selector: Selector | None, visited: Container[str]) -> tuple[Older, ...]:
    """The pages that hold what is older than `page`, the next one first; none that was visited, or lies on another site."""

    def fit(addresses: Iterable[str | None]) -> Iterator[str]:
        own = {page.capture.url, urldefrag(page.source.url).url}
        for address in addresses:
            bare = urldefrag(address).url if address else ""
            if bare and bare not in own and bare not in visited and same_site(bare, page.source.url, page.capture.url):
                yield bare

    if selector is not None:
        found = next(fit(_selected(page, selector)), None)
        return () if found is None else (Older(url=found),)
    links = [(tag, address) for tag in page.soup.find_all(["a", "link"]) if (address := address_of(tag, page.base))]
    anchors = [(tag, address) for tag, address in links if tag.name == "a"]
    for way in (_related(links), _labelled(anchors, page), _numbered(anchors, page), _in_pager(anchors)):
        found = next(fit(way), None)
        if found is not None:
            return (Older(url=found),)
    return tuple(Older(url=address, archive=True) for address in dict.fromkeys(fit(_archives(anchors, page))))


def turns_page(text: str) -> bool:
    """Whether a link's text is that of a pager: "Äldre inlägg »", "Next". No item of news is called so.

    >>> turns_page("Äldre inlägg »"), turns_page("Next"), turns_page("Äldre får ny vård")
    (True, True, False)
    """
    label = _label(text)
    return label in _LABELS or label in _NEWER_LABELS


def _selected(page: Page, selector: Selector) -> Iterator[str | None]:
    if selector.attribute is not None:
        yield absolute(first_value(page.soup, selector.css, selector.attribute), page.base)
    else:
        yield from (link_in(tag, page.base) for tag in select(page.soup, selector.css))


def _related(links: list[tuple[Tag, str]]) -> Iterator[str]:
    return (address for tag, address in links if "next" in (attribute(tag, "rel") or "").lower().split())


def _labelled(anchors: list[tuple[Tag, str]], page: Page) -> Iterator[str]:
    """Links that are called next or older. One whose address has a smaller number than the page's own leads back."""
    for tag, address in anchors:
        words = (_label(inline_text(tag)), _label(attribute(tag, "aria-label")), _label(attribute(tag, "title")))
        if (
            any(word in _LABELS for word in words)
            or any(_CLASSES.search(name) and not _BOTH_WAYS.search(name) for name in _classes(tag))
            or (inline_text(tag) in _ARROWS and _pager_of(tag) is not None)
        ) and not _leads_back(address, page):
            yield address


def _leads_back(address: str, page: Page) -> bool:
    its, own = _number_in(address, page.capture.url), _number_in(page.capture.url, page.capture.url)
    return its is not None and own is not None and its <= own


def _label(text: str | None) -> str:
    return _ARROW_MARKS.sub("", text or "").casefold()


def _classes(tag: Tag) -> list[str]:
    """The classes of a link and of the element that holds nothing but it."""
    own = (attribute(tag, "class") or "").lower().split()
    parent = tag.parent
    if parent is not None and parent.name in {"li", "span", "div", "p"} and len(parent.find_all("a", limit=2)) == 1:
        own += (attribute(parent, "class") or "").lower().split()
    return own


def _numbered(anchors: list[tuple[Tag, str]], page: Page) -> Iterator[str]:
    """Links that are the page's own address with a larger number in it, the smallest first."""
    current = _number_in(page.capture.url, page.capture.url)
    found: dict[int, str] = {}
    for tag, address in anchors:
        number = _number_in(address, page.capture.url)
        # A page without a number is the first one; where they are counted from 0, the second one has the number 1 and is called 2.
        if number is not None and number > (1 if current is None and inline_text(tag) != "2" else current or 0):
            found.setdefault(number, address)
    return (found[number] for number in sorted(found))


def _number_in(address: str, own: str) -> int | None:
    """The number of a page in its address, where it otherwise is that of the page at `own`; 0 is one, too."""
    path, number, named = _parts(address)
    own_path, _, own_named = _parts(own)
    if path != own_path:
        return None
    if number is not None:
        return number if _plain(named) == _plain(own_named) else None
    counted = {name: value for name, value in named if _PARAMETER.fullmatch(name) and value.isdigit()}
    rest = [(name, value) for name, value in named if name not in counted]
    own_rest = [(name, value) for name, value in own_named if not (_PARAMETER.fullmatch(name) and value.isdigit())]
    if not counted or _plain(rest) != _plain(own_rest):
        return None
    return max(int(value[:9]) for value in counted.values())


def _parts(address: str) -> tuple[str, int | None, list[tuple[str, str]]]:
    """The path without its number and its final slash, its number, and the parameters of an address."""
    parts = urlsplit(address)
    match = _PATH_NUMBER.match(parts.path)
    path = match["stem"] if match else parts.path
    return (
        unquote(path).rstrip("/").casefold(),
        int(match["number"]) if match else None,
        parse_qsl(parts.query, keep_blank_values=True),
    )


def _plain(named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pair for pair in named if not _COMPANIONS.match(pair[0]))


def _in_pager(anchors: list[tuple[Tag, str]]) -> Iterator[str]:
    """Of the bare numbers in a pager the one after that which is no link or is marked as the current one."""
    for tag, _ in anchors:
        pager = _pager_of(tag) if _digits(tag) else None
        if pager is not None:
            numbers = {
                number: address for each, address in anchors if (number := _digits(each)) and pager in each.parents
            }
            current = _current(pager)
            if current is not None and current + 1 in numbers:
                yield numbers[current + 1]
            return


def _current(pager: Tag) -> int | None:
    """The number that a pager marks as the current one, or that is no link among links."""
    marked = select(pager, "[aria-current], .current, .active, .selected")
    plain = [
        tag
        for tag in select(pager, "strong, b, em, span, li")
        if tag.find("a") is None and tag.find_parent("a") is None
    ]
    return next((number for tag in (*marked, *plain) if tag is not pager and (number := _digits(tag))), None)


def _digits(tag: Tag) -> int | None:
    text = inline_text(tag)
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _pager_of(tag: Tag) -> Tag | None:
    """The pager that a link stands in: up to five elements above it."""
    for parent, _ in zip(tag.parents, range(5), strict=False):
        named = " ".join(attribute(parent, name) or "" for name in ("class", "id", "aria-label", "role"))
        if _PAGER.search(named) and parent.name not in {"body", "html", "main"}:
            return parent
    return None


def _archives(anchors: list[tuple[Tag, str]], page: Page) -> Iterator[str]:
    """Archives of news: the years from the newest one on, else a page that is called so."""
    path = urlsplit(page.source.url).path.rstrip("/")
    years: dict[int, str] = {}
    for tag, address in anchors:
        match = _YEAR.fullmatch(inline_text(tag))
        if match and match["year"] in address and _is_near(address, path):
            years.setdefault(int(match["year"]), address)
    if len(years) > 1:
        yield from (years[year] for year in sorted(years, reverse=True))
        return
    for tag, address in anchors:
        text = inline_text(tag)
        if _NEWS_ARCHIVE.fullmatch(text) or (_ARCHIVE.fullmatch(_label(text)) and _is_near(address, path)):
            yield address
            return


def _is_near(address: str, path: str) -> bool:
    """Whether an address lies in the part of the site that the source's path is in: else "Arkiv" may be a place for papers."""
    first = path.split("/")[1] if path.count("/") else ""
    return bool(first) and urlsplit(address).path.split("/")[1] == first
