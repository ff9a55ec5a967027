"""When an article was published and changed, by all that its page says; the only door to htmldate.

The theory: what is written for programs is right, but in UTC, and readers mean the day where they live; what stands by the headline
comes next, then the address. Where all of these are silent, htmldate is asked, which finds a date on nearly every page, also where
there is none of publication: its answer counts only where that day is written out on the page, outside boxes about something else.

Known mistakes: a page that gives programs the date of its last change as that of publication.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.extract import jsonld, metadata, visible
from pipeline.extract.dating import clock_of, days_of, find_date, is_exact, writes_day
from pipeline.extract.reading import Found
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import date_in
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.reading import Reading

#: A date in an address, as blogs and newspapers have it: /2024/05/03/, /2024-05-03-, /20240503/.
_ADDRESS_DATE = re.compile(
    r"/((?:19|20)\d\d)(?:/(\d{1,2})/(\d{1,2})(?=/)|-(\d\d)-(\d\d)(?=[-/_.])|(\d\d)(\d\d)(?=[-/_.]))"
)
#: The same with the day first, a part of the path by itself: /29-10-2021.
_ADDRESS_DAY_FIRST = re.compile(r"/(?:[^/]*[-_~])?(\d\d)[-.](\d\d)[-.]((?:19|20)\d\d)(?=[-/_.]|\Z)")
#: Properties of RDFa that say when: Drupal marks its articles with them.
_RDFA = frozenset(
    {"schema:datepublished", "schema:datecreated", "dc:date", "dc:created", "dcterms:created", "dcterms:issued"}
)
#: Words for "date" before one, in our languages.
_DATE_LABEL = re.compile(r"\A\W*(?:datum|date|dato|päivä|data|fecha)\b", re.IGNORECASE)
#: A moment that is given in UTC, whatever the clocks of its readers say.
_IN_UTC = re.compile(r"(?:Z|[+-]00:?00|UTC|GMT)\s*\Z", re.IGNORECASE)
#: Farther from UTC no clock is (Kiribati, Baker Island).
_EARLIEST_ZONE, _LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
_QUARTER = timedelta(minutes=15)
#: So many tags are no article, and htmldate is not asked.
_MOST_TAGS = 20_000
#: Boxes where a date by itself says nothing of the article, and boxes where it says something only if it is the page's only one.
_ELSEWHERE = re.compile(
    r"(?<![^\W_])(?:comments?|kommentar\w*|leserbrief\w*|respond|repl(?:y|ies)|nav|navigation|navbar|menu|meny|events?|veranstaltung\w*|"
    r"kalender|calendar|reviews?|bewertung\w*|termine?|related\w*|relater\w*|latest|recent|senaste)(?![^\W_])",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS = frozenset({"nav", "aside", "footer"})
_BOX = re.compile(r"(?<![^\W_])(?:teasers?|sidebar)(?![^\W_])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{5})")
_COMMENT = re.compile(r"comment|kommentar", re.IGNORECASE)
#: Where a press release says when: "Stockholm, den 5 maj 2024 –", "Berlin (12.11.2021).".
_DATELINE = re.compile(
    r"\(?[A-ZÅÄÖÆØÜÉ][\w./ -]{2,30},?\s*\(?((?:den\s+|am\s+|the\s+)?\d[^.:–—()]{0,9}[^:–—()]{3,16})\)?\s*[.:–—-]"
)
#: How pages that are drawn by a script name the date of their article in it.
_IN_SCRIPT = re.compile(
    r"""(?:date_?published|publish(?:ed)?_?(?:at|on|date|time)|created_?at)\\*["']?\s*[:=]\s*\\*["'](\d{4}-\d\d-\d\d)""",
    re.IGNORECASE,
)
#: From this trust on a shown date wins over a vague one for programs, and over any: one with a label.
_SURE, _LABELLED = 15, 40
_ATTRIBUTES = ("datetime", "content", "title", "data-date", "data-datetime")


def published_on(page: Reading) -> Found | None:
    """When the page says its article was published; None where it does not say, or what it says can't be trusted."""
    in_address = _in_address(page.url)
    stated, is_vague = _stated(page, ("datePublished", "dateCreated"), metadata.PUBLISHED)
    if stated is not None:
        shown = visible.date_near(page.soup, page.headline, for_readers=True)
        if shown is not None and _wins(shown, stated, page, is_vague=is_vague):
            return Found(value=shown.text, by="visible")
        return _as_readers_say(stated, page, shown, in_address)
    shown = visible.date_near(page.soup, page.headline)
    if shown is not None and not _contradicts(shown.text, in_address):
        return _readable(Found(value=shown.text, by="visible"), page)
    if in_address is not None:
        return Found(value=in_address.isoformat(), by="address")
    return _guessed(page)


def updated_on(page: Reading) -> Found | None:
    """When the page says its article was last changed; None where it does not say so to programs."""
    return _stated(page, ("dateModified",), metadata.UPDATED)[0]


def _stated(page: Reading, names: tuple[str, ...], metas: tuple[str, ...]) -> tuple[Found | None, bool]:
    """The date that the page tells programs, and whether that can as well be another one."""
    for text in (text for name in names for text in jsonld.texts(page.node.get(name))):
        if find_date(text):
            return Found(value=text, by="json-ld"), False
    named = next(metadata.dates_of(page.metas, metas), None)
    marked = next((text for text in metadata.microdata(page.soup, names[0]) if find_date(text)), None)
    if named is not None and (marked is None or named[0] not in metadata.VAGUE):
        return Found(value=named[1], by="meta"), named[0] in metadata.VAGUE
    marked = marked or _only_marked(page.soup, names[0]) or (_in_rdfa(page.soup) if "datePublished" in names else None)
    return (Found(value=marked, by="microdata"), False) if marked else (None, False)


def _only_marked(soup: Tag, name: str) -> str | None:
    """The date that a page marks in a footer or an aside of its article, where it marks no other."""
    tags = [tag for tag in soup.find_all(itemprop=True) if name in (attribute(tag, "itemprop") or "").split()]
    dates = {date_in(tag) for tag in tags}
    return dates.pop() if len(dates) == 1 and find_date(next(iter(dates))) and not _is_commented(tags[0]) else None


def _in_rdfa(soup: Tag) -> str | None:
    """The date that a page marks in RDFa for its article, outside boxes about others."""
    for tag in soup.find_all(property=True):
        names = set((attribute(tag, "property") or "").lower().split())
        content = attribute(tag, "content") or ""
        if tag.name != "meta" and names & _RDFA and find_date(content) and not metadata.is_about_others(tag):
            return content
    return None


def _wins(shown: visible.Shown, stated: Found, page: Reading, *, is_vague: bool) -> bool:
    """Whether the date for readers is taken instead of that for programs: where a label says what it is, or the other does not.

    Never where it is the day of the last change.
    """
    if shown.trust < (_SURE if is_vague else _LABELLED):
        return False
    days = days_of(shown.text)
    updated = updated_on(page)
    others = {day for found in (stated, updated) if found is not None for day in _days_around(found.value)}
    return len(days) == 1 and not others.intersection(days)


def _days_around(written: str) -> set[date]:
    """The days that a date can mean, wherever on Earth it is read."""
    moment = _in_utc(written)
    if moment is None:
        return set(days_of(written))
    return {(moment + offset).date() for offset in (_EARLIEST_ZONE, timedelta(0), _LATEST_ZONE)}


def _as_readers_say(found: Found, page: Reading, shown: visible.Shown | None, in_address: date | None) -> Found:
    """A moment in UTC by the clock of the readers, where the page shows that their day is the one before or after.

    It is written in the zone of the source where that agrees, else in the one that a time of day on the page gives away; else as
    the mere day.
    """
    moment = _in_utc(found.value)
    if moment is None:
        return found
    there = moment.astimezone(page.timezone)
    text = shown.text if shown is not None else ""
    days = [day for day in (in_address, *days_of(text)) if day and _can_be(day, moment)]
    if not days:
        # Midnight there: a mere day, which a program has written in UTC.
        is_day = there.date() != moment.date() and there.time() == time.min
        return Found(value=there.date().isoformat(), by=found.by) if is_day else found
    if moment.date() in days:
        return found
    if there.date() in days:
        return Found(value=there.isoformat(), by=found.by)
    return Found(value=_by_clock(moment, days[-1], text), by=found.by)


def _by_clock(moment: datetime, day: date, shown: str) -> str:
    """A moment with the offset that a shown day and time of day give away; the mere day where they don't."""
    clock = clock_of(shown) if day in days_of(shown) else None
    if clock is not None:
        local = datetime.combine(day, clock, tzinfo=UTC)
        offset = round((local - moment) / _QUARTER) * _QUARTER
        if abs(local - moment - offset) < timedelta(minutes=2) and _EARLIEST_ZONE <= offset <= _LATEST_ZONE:
            sign, minutes = "-" if offset < timedelta(0) else "+", abs(offset) // timedelta(minutes=1)
            return f"{(moment + offset).replace(tzinfo=None).isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}"
    return day.isoformat()


def _in_utc(written: str) -> datetime | None:
    """The moment that is written, where it is exact and in UTC."""
    if not _IN_UTC.search(written):
        return None
    try:
        moment = datetime.fromisoformat(written.strip()) if is_exact(written) else parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


def _can_be(day: date, moment: datetime) -> bool:
    """Whether a moment falls on a day anywhere on Earth."""
    return (moment + _EARLIEST_ZONE).date() <= day <= (moment + _LATEST_ZONE).date()


def _contradicts(shown: str, in_address: date | None) -> bool:
    """Whether a shown date is more than a day from that of the address: then it is another date."""
    days = days_of(shown)
    return in_address is not None and bool(days) and all(abs(day - in_address) > timedelta(days=1) for day in days)


def _in_address(url: str) -> date | None:
    """The day that an address names; None where it names none, or only a month, or leaves open which number is the month."""
    for match in _ADDRESS_DATE.finditer(url):
        year, month, day = (int(number) for number in match.groups() if number)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    for match in _ADDRESS_DAY_FIRST.finditer(url):
        day, month, year = (int(number) for number in match.groups())
        if 12 < day <= 31 or day == month:
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def _readable(shown: Found, page: Reading) -> Found:
    """A shown date whose month is in no language of ours, as htmldate reads it, where that fits its numbers."""
    if days_of(shown.value) or not re.search(r"[^\W\d_]{3}", shown.value):
        return shown
    day = _asked(page)
    numbers = {int(number) for number in re.findall(r"\d+", shown.value)}
    return Found(value=day.isoformat(), by=shown.by) if day and {day.day, day.year} <= numbers else shown


def _guessed(page: Reading) -> Found | None:
    """The dateline of a press release, else what htmldate says, where the page writes that day out."""
    if (line := _dateline(page)) is not None:
        return Found(value=line, by="guessed")
    day = _asked(page)
    return Found(value=day.isoformat(), by="guessed") if day and _is_written(page, day) else None


def _asked(page: Reading) -> date | None:
    """What htmldate says of the page."""
    from htmldate import find_date as ask  # noqa: TID251

    if page.markup.count("<") > _MOST_TAGS:
        return None
    latest = page.fetched_at + timedelta(days=1) if page.fetched_at else None
    written = ask(page.markup, original_date=True, url=page.url, max_date=latest)
    return date.fromisoformat(written) if written else None


def _dateline(page: Reading) -> str | None:
    for tag in page.soup.find_all(["p", "div", "strong", "b", "em"]):
        text = next((string for string in tag.find_all(string=True, recursive=False) if string.strip()), "")
        match = _DATELINE.match(text.strip()[:120])
        if match and (written := find_date(match[1])) and _place(tag, page) is _Place.ARTICLE:
            return written
    return None


def _is_written(page: Reading, day: date) -> bool:
    """Whether a day is written on a page, for readers or for programs: outside boxes about something else, or as the only one."""
    in_boxes: set[bool] = set()
    for tag in page.soup.find_all():
        for text in _written_in(tag):
            is_it = writes_day(text, day)
            place = _place(tag, page) if is_it or days_of(text) else _Place.ELSEWHERE
            if is_it and place is _Place.ARTICLE:
                return True
            if place is _Place.BOX:
                in_boxes.add(is_it)
    return in_boxes == {True} or any(match[1] == day.isoformat() for match in _IN_SCRIPT.finditer(page.markup))


def _written_in(tag: Tag) -> Iterator[str]:
    """The texts of an element itself in which the date of publication can stand."""
    texts = [value for name in _ATTRIBUTES if (value := attribute(tag, name))]
    if tag.name not in {"script", "style"}:
        texts += tag.find_all(string=True, recursive=False)
    if any(_YEAR.search(text) for text in texts) and not visible.is_another(inline_text(tag)):
        yield from filter(_YEAR.search, texts)


class _Place(Enum):
    """Where on a page an element stands, as far as a date in it is concerned."""

    ARTICLE = "article"
    #: A box that is about other articles, or about this one.
    BOX = "box"
    #: Comments, menus, calendars, and links to what else there is.
    ELSEWHERE = "elsewhere"


def _place(tag: Tag, page: Reading) -> _Place:
    """Where an element stands: a link to the page itself is about its article wherever it is."""
    for box in (tag, *tag.parents):
        if box.name == "a" and absolute(attribute(box, "href") or "#", page.url) == page.url:
            return _Place.ARTICLE
    if visible.is_linked(tag):
        return _Place.ELSEWHERE
    found = _Place.ARTICLE
    for box in (tag, *tag.parents):
        names = f"{attribute(box, 'class') or ''} {attribute(box, 'id') or ''}"
        is_labelled = box.name == "aside" and tag.parent is not None and _DATE_LABEL.match(inline_text(tag.parent))
        is_elsewhere = (box.name in _ELSEWHERE_TAGS and not is_labelled) or _ELSEWHERE.search(names)
        if (is_elsewhere or _BOX.search(names)) and box.name not in {"body", "html"} and box.find("h1") is None:
            if is_elsewhere:
                return _Place.ELSEWHERE
            found = _Place.BOX
    return found


def _is_commented(tag: Tag) -> bool:
    return any(
        _COMMENT.search(f"{box.get('class')} {box.get('id')} {box.get('itemtype')}") for box in (tag, *tag.parents)
    )
