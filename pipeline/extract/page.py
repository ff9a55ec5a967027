"""What the page of one article says, field by field, each with where it was found.

In the order of trust: selectors first; then JSON-LD, `<meta>` and microdata, which are written for programs; then what readers see; the main text alone
is cut out of the page by trafilatura.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from pipeline.extract import jsonld, metadata, visible
from pipeline.extract.dating import is_mostly_date
from pipeline.extract.published import published_on, updated_on
from pipeline.extract.reading import Found, Reading
from pipeline.web.html import Tag, base_address, inline_text, language_of, paragraphs, parse_html
from pipeline.web.selectors import address_of, date_in, outermost, select, value_of

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from pipeline.model.source import Article, Selector

#: An articleBody that is so much longer than the text that was cut out holds what that has missed.
_LONGER = 1.3
#: Characters that an articleBody must have at least: shorter ones are teasers.
_ENOUGH = 250
#: Characters of an article that are kept: a novel has more, an article not.
_LONGEST_TEXT = 200_000
#: What stands in place of an article for those who have not paid, logged in or agreed to something, and how long that can be.
_LONGEST_WALL = 600
_WALL = re.compile(
    r"(?:logga in|bli (?:medlem|prenumerant)|prenumerera|log in|sign in|subscribe|anmelden|einloggen|abonnieren|logg inn|log ind|kirjaudu|"
    r"inicia(?:r)? (?:la )?sessi[oó]n?)\b.{0,60}\b(?:läsa|read|lesen|lese|læse|lukea|lukeaksesi|leer|llegir|continue|access)\b"
    r"|(?:enable|aktivera|aktivieren sie|slå på|habilita)\s+(?:javascript|cookies)|javascript is (?:disabled|required)"
    r"|(?:we|vi|wir) (?:and our partners |och våra partners |und unsere partner )?(?:use|använder|verwenden|nutzen|bruker|bruger) (?:cookies|kakor|informasjonskapsler)"
    r"|(?:accept|acceptera|godkänn|akzeptieren|godta|godkend)\w* (?:all |alla |alle )?(?:cookies|kakor)",
    re.IGNORECASE | re.DOTALL,
)
#: How a line begins that points to other articles, in our languages and as often seen in others.
_LONGEST_POINTER = 160
_POINTER = re.compile(
    r"\W*(?:läs (?:också|även|mer|vidare)|relaterat|les (?:også|mer)|læs (?:også|mere)|lue (?:myös|lisää)|read (?:also|next)|also read|related(?: articles| stories| posts)?\s*(?::|\Z)|"
    r"more (?:from|on) |mehr zum thema|lesen sie (?:auch|mehr)|auch interessant|das könnte sie auch|lea también|le puede interesar|te puede interesar|"
    r"llegi(?:u|r) també|à lire aussi|lire aussi|pour lire la suite|leggi anche)",
    re.IGNORECASE,
)
#: So many tags are no article. Above the lower number trafilatura does without its second opinions, which cost their square.
_MANY_TAGS, _MOST_TAGS = 20_000, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an article's page says; every field is None (or empty) where it says nothing that can be trusted."""

    #: The address that answered, after redirects.
    url: str
    title: Found | None
    published: Found | None
    updated: Found | None
    summary: Found | None
    text: Found | None
    authors: tuple[Found, ...]
    #: Canonical address (RFC 6596), absolute.
    canonical: str | None
    language: str | None
    #: Names of the selectors that found nothing.
    missed: tuple[str, ...]


def read_page(
    markup: str, url: str, article: Article, *, timezone: tzinfo = UTC, fetched_at: datetime | None = None
) -> Page:
    """What the page at `url` says of its article; total, whatever the markup is. Raises ValueError for what is no CSS selector."""
    soup = parse_html(markup)
    nodes = jsonld.nodes_of(soup)
    node = jsonld.article_of(nodes, soup, url)
    metas = metadata.metas_of(soup)
    titles = (*jsonld.texts(node.get("headline")), metas.get("og:title", ""), *_document_titles(soup))
    headline = visible.headline_of(soup, titles)
    page = Reading(
        markup=markup,
        url=url,
        soup=soup,
        nodes=nodes,
        node=node,
        metas=metas,
        headline=headline,
        timezone=timezone,
        fetched_at=fetched_at,
    )
    title = _selected(soup, article.title)
    published = _selected_date(soup, article.date)
    text = _selected_text(soup, article.text)
    author = _selected(soup, article.author)
    chosen = {
        "title": (article.title, title),
        "date": (article.date, published),
        "text": (article.text, text),
        "author": (article.author, author),
    }
    return Page(
        url=url,
        title=title or _title(page),
        published=published or published_on(page),
        updated=updated_on(page),
        summary=_summary(page),
        text=text or _text(page),
        authors=(author,) if author else _authors(page),
        canonical=_canonical(soup, url),
        language=language_of(soup),
        missed=tuple(name for name, (selector, found) in chosen.items() if selector is not None and found is None),
    )


def _selected(soup: Tag, selector: Selector | None) -> Found | None:
    tags = [] if selector is None else select(soup, selector.css)
    values = (" ".join(value_of(tag, selector.attribute if selector else None).split()) for tag in tags)
    return next((Found(value=value, by="selector") for value in values if value), None)


def _selected_date(soup: Tag, selector: Selector | None) -> Found | None:
    if selector is None or selector.attribute is not None:
        return _selected(soup, selector)
    return next(
        (Found(value=date, by="selector") for tag in select(soup, selector.css) if (date := date_in(tag))), None
    )


def _selected_text(soup: Tag, selector: Selector | None) -> Found | None:
    """The first element's text; of a selector for paragraphs ("main p") all of them, for one alone is no article."""
    if selector is None or selector.attribute is not None:
        return _selected(soup, selector)
    tags = [tag for tag in outermost(select(soup, selector.css)) if inline_text(tag)]
    chosen = tags if tags and tags[0].name == "p" else tags[:1]
    text = "\n\n".join(paragraphs(tag) for tag in chosen)
    return Found(value=text, by="selector") if text else None


def _title(page: Reading) -> Found | None:
    """The headline as it stands on the page, where what is written for programs agrees; else the first of what they are told."""
    if page.headline is not None:
        return Found(value=inline_text(page.headline), by="visible")
    site = page.metas.get("og:site_name", "")
    candidates = [(text, "json-ld") for text in jsonld.texts(page.node.get("headline"))]
    candidates += [(text, "microdata") for text in metadata.microdata(page.soup, "headline")]
    candidates += [(page.metas[name], "meta") for name in metadata.TITLES if name in page.metas]
    candidates += [(text, "guessed") for text in _document_titles(page.soup)]
    return next((Found(value=title, by=by) for text, by in candidates if (title := _without_site(text, site))), None)


def _without_site(title: str, site: str) -> str:
    """A title without the name of the site at its end, or after a "|" or "»"."""
    parts = visible.SEPARATORS.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() == site.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—•·»:-")
    head, bar, _ = title.rpartition(" | ")
    return head if bar and len(head) > 10 else title


def _summary(page: Reading) -> Found | None:
    text = next(iter(jsonld.texts(page.node.get("description"))), None)
    if text:
        return Found(value=text, by="json-ld")
    text = metadata.first_of(page.metas, metadata.DESCRIPTIONS)
    return Found(value=text, by="meta") if text else None


def _authors(page: Reading) -> tuple[Found, ...]:
    """The people who wrote the article; where none is named, the organisation that says so to programs."""
    stated = [author for author in jsonld.authors_of(page.node, page.nodes) if visible.is_name(author.name)]
    site = page.metas.get("og:site_name", "").casefold()
    people = [author.name for author in stated if not author.is_organisation and author.name.casefold() != site]
    if people:
        return tuple(Found(value=name, by="json-ld") for name in people)
    named = metadata.first_of(page.metas, metadata.AUTHORS) or ""
    marked = next(metadata.microdata(page.soup, "author"), "")
    organisations = {author.name.casefold() for author in stated} | {site}
    for name, by in ((named, "meta"), (marked, "microdata")):
        if visible.is_name(name) and name.casefold() not in organisations:
            return (Found(value=name, by=by),)
    shown = visible.authors_near(page.soup, page.headline)
    if shown:
        return tuple(Found(value=name, by="visible") for name in shown)
    return tuple(Found(value=author.name, by="json-ld") for author in stated)


def _text(page: Reading) -> Found | None:
    """The main text without the headline and the date above it.

    It is what trafilatura cuts out or, where that has missed much, the articleBody of JSON-LD.
    """
    cut = _main_text(page.markup)
    body = page.node.get("articleBody")
    stated = _bounded(paragraphs(body)) if isinstance(body, str) else ""
    if len(stated) >= _ENOUGH and len(stated) > _LONGER * len(cut):
        return Found(value=_without_head(stated, page), by="json-ld")
    text = _without_head(cut, page)
    return Found(value=text, by="guessed") if text and not _is_wall(text) else None


def _is_wall(text: str) -> bool:
    """Whether a text only asks to log in, to pay or to consent to cookies."""
    return len(text) <= _LONGEST_WALL and _WALL.search(text) is not None


def _without_head(text: str, page: Reading) -> str:
    """A text without the lines at its beginning that only repeat the headline and the date."""
    headline = "" if page.headline is None else inline_text(page.headline)
    lines = text.split("\n\n")
    while len(lines) > 1 and (lines[0] == headline or is_mostly_date(lines[0])):
        del lines[0]
    return "\n\n".join(lines)


def _main_text(markup: str) -> str:
    """The main text of a page, paragraphs separated by an empty line; "" where there is none."""
    import trafilatura  # noqa: TID251

    tags = markup.count("<")
    if tags > _MOST_TAGS:
        return ""
    text = trafilatura.extract(markup, include_comments=False, include_tables=True, fast=tags > _MANY_TAGS) or ""
    lines = (line.strip().removeprefix("- ") for line in text.splitlines())
    return _bounded("\n\n".join(line for line in lines if line and not _is_pointer(line)))


def _is_pointer(line: str) -> bool:
    """Whether a paragraph only points to other articles: "Läs också: …"."""
    return len(line) <= _LONGEST_POINTER and _POINTER.match(line) is not None


def _bounded(text: str) -> str:
    """A text that ends, where it is too long, with the last paragraph that has room."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return text[:_LONGEST_TEXT].rpartition("\n\n")[0] or text[:_LONGEST_TEXT]


def _canonical(soup: Tag, url: str) -> str | None:
    tag = next(iter(select(soup, "link[rel~=canonical i][href]")), None)
    if tag is not None and (address := address_of(tag, base_address(soup, url))):
        return address
    return None


def _document_titles(soup: Tag) -> list[str]:
    return [text for tag in soup.find_all("title", limit=1) if (text := inline_text(tag))]
