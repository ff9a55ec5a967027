"""An entry and the page of its article put together: selectors win, then the entry's own words, and guesses fill what is missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from pipeline.extract.dating import has_clock, is_exact, same_day
from pipeline.model.entry import Text
from pipeline.model.source import Feed
from pipeline.web.html import paragraphs

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from pipeline.extract.page import Page
    from pipeline.extract.reading import Found
    from pipeline.model.entry import Entry
    from pipeline.model.source import Source

#: Where a sentence ends: after a full stop and before a letter or an opening mark.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\"')\]]*\s+(?=[^\W\d_]|[\"'«“(¿¡])")
_LONGEST_TITLE = 160
#: Host names under which a site has the same page for other devices (AMP, mobile).
_SAME_SITE = re.compile(r"\A(?:(?:www|amp|m|mobil|mobile)\.)+")
#: Where a redirect leads to something else than the article.
_OTHER_PAGE = re.compile(
    r"(?<![^\W_])(?:login|logga-?in|signin|sso|oauth|auth|consent|samtycke|cookies?|kakor|error|fel|404|not-?found|paywall|subscribe|captcha)(?![^\W_])",
    re.IGNORECASE,
)


def completed(entry: Entry, page: Page, source: Source, shared: Container[str]) -> Entry:
    """The entry with what its page says: selectors win over it, guesses only fill what it lacks; the text is the page's."""
    fields = dict(entry.origin.fields)

    def take(name: str, found: Found) -> str:
        fields[name] = f"article:{found.by}"
        return found.value

    title, published, updated, content, summary = (
        entry.title,
        entry.published,
        entry.updated,
        entry.content,
        entry.summary,
    )
    if page.title is not None and _is_better_title(page.title, title, fields.get("title")):
        title = Text(value=take("title", page.title))
    if page.published is not None and _is_better_date(page.published, published, fields.get("published"), source):
        published = take("published", page.published)
    if page.updated is not None and updated is None:
        updated = take("updated", page.updated)
    if page.text is not None and _is_fuller(page.text, content):
        content = Text(value=take("content", page.text))
    if summary is None and page.summary is not None and page.summary.value not in shared and _is_about(page):
        summary = Text(value=take("summary", page.summary))
    authors = entry.authors
    if page.authors and (not authors or page.authors[0].by == "selector"):
        authors = tuple(take("authors", author) for author in page.authors)
    language = entry.language
    if page.language is not None and (language is None or not isinstance(source.kind, Feed)):
        language, fields["language"] = page.language, "article:html"
    link = entry.link
    if page.url not in shared and page.url != _unmarked(link) and _is_moved(page, entry):
        link, fields["link"] = page.url, "article:redirect"
    if page.canonical not in shared and page.canonical != link and _is_same_page(page.canonical, link, entry):
        link, fields["link"] = page.canonical, "article:canonical"
    return replace(
        entry,
        title=title,
        published=published,
        updated=updated,
        content=content,
        summary=summary,
        authors=authors,
        language=language,
        link=link,
        origin=replace(entry.origin, fields=fields),
    )


def _is_better_title(found: Found, own: Text | None, how: str | None) -> bool:
    """Whether the page's title is to be taken: by a selector, for one that is missing or guessed, and for one that is cut off."""
    if own is None or found.by == "selector" or how == "listing:guessed":
        return True
    stem = own.value.rstrip(" .…")
    return own.value.endswith(("…", "...")) and len(found.value) > len(stem) and found.value.startswith(stem)


def _is_fuller(found: Found, own: Text | None) -> bool:
    """Whether the page's text is to be taken: unless the entry's own is twice as long, as where the page hides its text."""
    return own is None or found.by == "selector" or 2 * len(found.value) >= len(paragraphs(own.value))


def _is_better_date(found: Found, own: str | None, how: str | None, source: Source) -> bool:
    """Whether the page's date is to be taken instead of the entry's own.

    A selector says so. A guess fills what is missing, or adds the time of day to the same day.
    """
    if own is None or found.by == "selector":
        return True
    if how == "listing:guessed" and found.by in {"json-ld", "meta", "microdata"}:
        return True
    return is_exact(found.value) and not has_clock(own) and same_day(own, found.value, source.timezone)


def _is_about(page: Page) -> bool:
    """Whether a page's description speaks of its article: half of its longer words stand there. Else it praises the site."""
    text = " ".join(found.value for found in (page.title, page.text) if found is not None)
    known = set(re.findall(r"\w{5,}", text.casefold()))
    words = re.findall(r"\w{5,}", page.summary.value.casefold()) if page.summary else []
    return bool(words) and 2 * sum(word in known for word in words) >= len(words)


def _unmarked(link: str | None) -> str | None:
    return None if link is None else urldefrag(link).url


def _is_moved(page: Page, entry: Entry) -> bool:
    """Whether a redirect led to the article's own page: one with a headline and a text, no front page, list, login or consent."""
    its = urlsplit(page.url)
    return (
        page.url != entry.origin.capture_url
        and its.path not in {"", "/"}
        and page.title is not None
        and page.text is not None
        and _OTHER_PAGE.search(f"{its.netloc}{its.path}") is None
    )


def _is_same_page(canonical: str | None, link: str | None, entry: Entry) -> bool:
    """Whether a canonical address can be that of the page behind `link`: on its site, and not the front page or the list."""
    if canonical is None or link is None or canonical == entry.origin.capture_url:
        return False
    its, own = urlsplit(canonical), urlsplit(link)
    return _SAME_SITE.sub("", its.netloc) == _SAME_SITE.sub("", own.netloc) and (
        its.path not in {"", "/"} or own.path == its.path
    )


def shared_by(pages: Collection[Page]) -> frozenset[str]:
    """Addresses and descriptions that several pages give as their own: those of the template."""
    canonicals = Counter(address for page in pages for address in {page.canonical, page.url} if address)
    summaries = Counter(page.summary.value for page in pages if page.summary)
    return frozenset(value for counter in (canonicals, summaries) for value, count in counter.items() if count > 2)


def titled(entry: Entry) -> Entry:
    """The entry with a title, where it has any text to make one of: the first sentence."""
    if entry.title is not None:
        return entry
    text = entry.summary or entry.content
    plain = "" if text is None else paragraphs(text.value) if text.type == "html" else text.value
    first = next((line for line in plain.splitlines() if line.strip()), "")
    title = _SENTENCE_END.split(first.strip(), maxsplit=1)[0]
    if len(title) > _LONGEST_TITLE:
        title = title[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
    if not title:
        return entry
    origin = replace(entry.origin, fields={**entry.origin.fields, "title": "first sentence"})
    return replace(entry, title=Text(value=title), origin=origin)
