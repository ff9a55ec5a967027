"""What readers see of an article's headline, date and author on its page, where nothing is said for programs.

The theory: the headline is the first h1 that the page's own title speaks of; the date stands near it, in a `<time>`, in an element
whose class says so, behind a word like "Publicerad", or by itself; what is farther away, in a link, or in a box about others is
another date. Known mistakes: an event's date right below the headline, where the page does not say when it was published.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.extract.dating import find_date, is_mostly_date, is_only_dates
from pipeline.extract.metadata import is_about_others
from pipeline.extract.teaser import DATE_CLASS, HEADINGS
from pipeline.web.html import NavigableString, Tag, attribute, inline_text
from pipeline.web.selectors import date_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Words before a date of publication, and before one of a later change, in sv, en, nb, nn, da, fi, ca, es and de.
_PUBLISHED = re.compile(
    r"\b(?:public(?:era|erad|erat|erades|eret|at|ada|ado|ación|ació)|publié\w*|mis(?:e)? en ligne|pubblicat[oa]|gepubliceerd|geplaatst|publisert|published|posted|udgivet|offentliggjort|offentleggjort|"
    r"julkaistu|veröffentlicht|erschienen|skapad|skriven|opprettet|oprettet)\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:(?:senast\s+|sist\s+|last\s+|sidst\s+|zuletzt\s+)?(?:uppdatera\w*|ändra[dt]\w*|granskad\w*|updated?|modified|changed|"
    r"reviewed|oppdatert|endr[ea]t|opdateret|ændret|revidert|päivitetty|muokattu|actualitza\w*|actualiza\w*|modifica\w*|"
    r"aktualisiert|geändert|bearbeitet))\b",
    re.IGNORECASE,
)
#: Words beside dates of something else: of an event, of a last day to apply.
_ANOTHER = re.compile(
    r"\b(?:sista|senast|deadline|ansök\w*|anmäl\w*|closing|expires?|giltig\w*|valid|when|när|tid|time|frist\w*|\w+frist|tilmeld\w*|"
    r"påmeld\w*|ilmoittau\w*|termini|plazo|appl(?:y|ication)\w*|regist(?:er|ration)\w*|event|starts?|börjar|äger rum|anmeldung)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGIT = re.compile(r"\d")
_TWO_DIGITS = re.compile(r"(?<![\d.,])(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.\s?\d\d(?![\d.,])")
_LONGEST_SHORT = 60
#: Separates a page's title from the name of its site.
SEPARATORS = re.compile(r"\s+[|–—•·»:-]+\s+|\s*[|»]\s*")
#: Text longer than this is no line about a date.
_LONGEST = 160
#: Characters of text between the headline and a date that says nothing of itself.
_NEAR = 400
_BYLINE_CLASS = re.compile(
    r"(?<![^\W_])(?:byline|author|authors|forfatter|författare|skribent|createdby|autor)(?![^\W_])", re.IGNORECASE
)


#: How the heading of the comments begins, which repeats that of the article.
_OF_COMMENTS = re.compile(
    r"(?:\d+|one|ein|en|ett|et|un|una)\s+(?:thoughts?|comments?|responses?|repl(?:y|ies)|kommentar\w*|antwort\w*|gedanken?|svar|tankar|comentari\w*)\b"
    r"|(?:share all|kundenbewertung\w*|kommentar\w* (?:zu|till|til)|comments? on|dołącz do)\b"
)
#: Words before the name in a byline.
_BEFORE_NAME = re.compile(
    r"\A\W*(?:(?:skrivet|skriven|written|posted|publicerad|skrevet|geschrieben|escrit|escrito|kirjoittanut)\s+)?"
    r"(?:(?:av|af|by|von|per|por|author|text|tekst|skribent|forfatter|författare|autor)\b\s*:?\s+)?",
    re.IGNORECASE,
)


#: What is left of a byline whose name stands elsewhere.
_LABEL = re.compile(
    r"\W*(?:(?:posted|published|written|publicerad|veröffentlicht|publisert|udgivet|publicado|publicat|on|by|in|am|von|av|af|per|por|der|"
    r"autor(?:in)?|author|forfatter|författare|artikel|text|skribent|redaktion|about the author|author archive)\W*)+",
    re.IGNORECASE,
)


class Shown(NamedTuple):
    """A date on the page, with how far it can be trusted; 0: not at all where there are others, 40: a label says what it is."""

    trust: float
    text: str


def headline_of(soup: Tag, titles: Iterable[str]) -> Tag | None:
    """The element of the headline: of all h1, h2 and h3 the longest that one of `titles` holds, else one that holds a title.

    The longest, because a title often names the site too, and so does a heading. One that says more than every title may be that of
    the comments ("5 thoughts on …"). Where no heading agrees, it is the only h1 that there is.
    """
    folded = {words for title in titles if (words := _folded(title))}
    headings = [
        (words, tag)
        for name in ("h1", "h2", "h3")
        for tag in soup.find_all(name)
        if (words := _folded(inline_text(tag)))
    ]
    parts = {words for title in titles for part in SEPARATORS.split(title) if (words := _folded(part))}
    held = [
        (len(words), tag)
        for words, tag in headings
        if words in parts or any(_is_held(words, title) for title in folded)
    ]
    if held:
        return max(held, key=lambda pair: pair[0])[1]
    longer = [
        (tag.name == "h1", len(words), tag)
        for words, tag in headings
        if not _OF_COMMENTS.match(words) and any(len(title) > 15 and title in words for title in folded)
    ]
    if longer:
        return max(longer, key=lambda found: found[:2])[2]
    tags = [tag for words, tag in headings if tag.name == "h1"]
    return tags[0] if len(tags) == 1 else None


def _is_held(headline: str, title: str) -> bool:
    """Whether a title is that of a heading, alone or with the name of the site; a few of its words may head anything."""
    return headline == title or (len(headline) > 12 and headline in title and 2 * len(headline) > len(title))


def date_near(soup: Tag, headline: Tag | None, *, for_readers: bool = False) -> Shown | None:
    """The date of publication that a page shows, as it is written; None where none can be told from others.

    A `<time>` gives what it says to programs or, `for_readers`, the words in it.
    """
    candidates = list(_candidates(_scope(soup, headline), headline, for_readers=for_readers))
    trusted = [candidate for candidate in candidates if candidate.trust > 0]
    if trusted:
        return max(trusted, key=lambda candidate: candidate.trust)
    # The only date of a page that has no headline to be near to.
    texts = {candidate.text for candidate in candidates}
    return candidates[0] if headline is None and len(texts) == 1 else None


def authors_near(soup: Tag, headline: Tag | None) -> tuple[str, ...]:
    """The names that a page gives its author: rel=author, else a byline; empty where there is none."""
    scope = _scope(soup, headline)
    for tag in scope.find_all(["a", "span", "p", "div", "li", "dd", "address", "cite"]):
        is_author = "author" in (attribute(tag, "rel") or "").split() or _BYLINE_CLASS.search(
            attribute(tag, "class") or ""
        )
        text = _BEFORE_NAME.sub("", inline_text(tag)) if is_author else ""
        if is_name(text) and find_date(text) is None and not is_about_others(tag, headline):
            return (text,)
    return ()


def is_name(text: str) -> bool:
    """Whether a text can be that of an author: no mere label ("Autor:", "Posted on"), address or markup."""
    return 1 < len(text) <= 60 and not _LABEL.fullmatch(text) and not re.search(r"[{}<>]|://|:\s*\Z", text)


def _scope(soup: Tag, headline: Tag | None) -> Tag:
    """The part of the page that is the article: the outermost box around the headline that is called so, else the body."""
    if headline is not None:
        boxes = [parent for parent in headline.parents if parent.name in {"article", "main"}]
        return boxes[-1] if boxes else soup
    for name in ("main", "article"):
        tags = list(soup.find_all(name))
        if len(tags) == 1:
            return tags[0]
    return soup


def _candidates(scope: Tag, headline: Tag | None, *, for_readers: bool) -> Iterator[Shown]:
    offsets = _offsets(scope)
    start = offsets.get(id(headline), 0)
    end = start + (len(inline_text(headline)) if headline is not None else 0)
    for tag in scope.find_all():
        if tag.name in {"script", "style", "meta", "head"}:
            continue
        text = inline_text(tag) if _is_short(tag) else ""
        date, trust = _stated(tag, text, for_readers=for_readers)
        if date is None or trust <= 0 or is_linked(tag) or is_about_others(tag, headline):
            continue
        position = offsets[id(tag)]
        # What stands far above the headline is the page's own date, today's.
        distance = 5 * (start - position - len(text)) if position < start else position - end
        is_near = headline is not None and distance <= _NEAR
        penalty = min(max(distance, 0) / 100, 29)
        yield Shown(trust=trust - penalty if trust >= 30 or is_near else 0, text=date)


def _stated(tag: Tag, text: str, *, for_readers: bool) -> tuple[str | None, float]:
    """The date that an element states, with the trust that the element deserves by itself."""
    classes = f"{attribute(tag, 'class') or ''} {attribute(tag, 'id') or ''}"
    if tag.name == "time":
        written = text if for_readers else date_in(tag)
        return (written if find_date(written) else None), 50 + 5 * tag.has_attr("pubdate") - 40 * _is_update(
            f"{classes} {text}"
        )
    if not text or len(text) > _LONGEST:
        return None, 0
    said, updated = _PUBLISHED.search(text), _UPDATED.search(text)
    if said and (date := find_date(_UPDATED.split(text[said.end() :], maxsplit=1)[0])):
        return date, 45
    date = find_date(text[: updated.start()] if updated else text)
    if date is None:
        # A date in a language that is not in our tables: where the class says so, and a year is in it.
        is_date = DATE_CLASS.search(classes) and len(text) <= 40 and _YEAR.search(text) and not updated
        return (text, 30) if is_date else _of_two_digits(text, classes)
    if DATE_CLASS.search(classes):
        return date, 40
    if _BYLINE_CLASS.search(classes):
        return date, 35
    if _ANOTHER.search(text):
        return None, 0
    if is_mostly_date(text):
        return date, 20
    return (date, 15) if tag.name not in HEADINGS and (text.startswith(date) or text.endswith(date)) else (None, 0)


def _of_two_digits(text: str, classes: str) -> tuple[str | None, float]:
    """A date whose year has two digits (8.5.12), where its place or hardly a word beside it says that it is one."""
    found = _TWO_DIGITS.search(text)
    if found is None or _UPDATED.search(text) or _ANOTHER.search(text) or len(text) > _LONGEST_SHORT:
        return None, 0
    is_said = DATE_CLASS.search(classes) or _BYLINE_CLASS.search(classes) or _PUBLISHED.search(text)
    return found.group(), 30 if is_said else 10 * (len(text) - len(found.group()) <= 20)


def is_another(text: str) -> bool:
    """Whether a short text says of its date that it is not that of publication: of a change, an event, a last day."""
    if len(text) > _LONGEST or _PUBLISHED.search(text):
        return False
    return _UPDATED.search(text) is not None or _ANOTHER.search(text) is not None


def _is_update(text: str) -> bool:
    return _UPDATED.search(text) is not None and _PUBLISHED.search(text) is None


def _is_short(tag: Tag) -> bool:
    """Whether the text of an element is short enough for a line about a date, and has digits."""
    length, has_digits = 0, False
    for string in tag.strings:
        length += len(string)
        has_digits = has_digits or _DIGIT.search(string) is not None
        if length > 3 * _LONGEST:
            return False
    return has_digits


def is_linked(tag: Tag) -> bool:
    """Whether a date is part of a link that says more than it, and so of what the link leads to."""
    for link in tag.parents:
        if link.name == "a" and link.has_attr("href"):
            times = "".join(inline_text(time) for time in link.find_all("time"))
            text = inline_text(link)
            return text != times and not is_only_dates(text)
    return False


def _offsets(scope: Tag) -> dict[int, int]:
    """How many characters of text come before each element of `scope`."""
    offsets, length = {}, 0
    for node in scope.descendants:
        if isinstance(node, Tag):
            offsets[id(node)] = length
        elif type(node) is NavigableString:
            length += len(" ".join(node.split()))
    return offsets


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
