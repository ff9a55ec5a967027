"""What becomes of a value, and why: for the maintainer who wonders. Pure; every explanation ends in what the program itself does."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from datetime import timezone as fixed
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from pipeline.normalise.address import address_key, canonical_url
from pipeline.normalise.dates import read_date
from pipeline.normalise.language import detect_language
from pipeline.normalise.text import clean_text
from pipeline.normalise.tracking import is_tracking
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, tzinfo

#: What each of the date readers is for, as a maintainer would say it.
_RULES = {
    "iso": "ISO 8601, as feeds and `datetime` attributes write it",
    "internet": "RFC 822, as most feeds write it",
    "basic": "a date of digits alone: 20210304, a week, a day of the year, or seconds since 1970",
    "words": "a day, the name of a month and a year",
    "numbers": "a day, a month and a year in numbers",
    "relative": "counted back from now",
    "month": "a month of a year: which day is not said",
    "no year": "a day and a month: the nearest past year in which they fit",
    "dateparser": "read by dateparser, as a language that is not among ours",
}
#: Two numbers that can each be a month, so that only their order tells the day.
_EITHER_ORDER = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])([./-])(0?[1-9]|1[0-2])\2?(?:\s*-?\d{2,4})?(?!\d)")

#: A zone that no source is in: where it changes the moment, the zone was not said.
_ELSEWHERE = fixed(timedelta(hours=-11, minutes=-23))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a value becomes, with what led to it."""

    #: None: nothing, and `reasons` say why.
    becomes: str | None
    #: Name and value of what is known of the result.
    details: tuple[tuple[str, str], ...] = ()
    #: Sentences, in the order of the steps.
    reasons: tuple[str, ...] = ()


def explain_date(text: str, *, languages: Sequence[str], timezone: tzinfo, now: datetime) -> Explanation:
    """The moment that a text states, how much of it was said, where, and by which rule it was read."""
    reading = read_date(text, languages=languages, timezone=timezone, now=now)
    if reading is None:
        return Explanation(becomes=None, reasons=(_why_no_date(text),))
    start, end = reading.span
    stood = text[start:end]
    reasons = [f"Read as {_RULES[reading.rule]}."]
    if (
        (order := _EITHER_ORDER.search(stood))
        and reading.rule == "numbers"
        and order[1].lstrip("0") != order[3].lstrip("0")
    ):
        said = f"language {languages[0]}" if languages else "no language"
        reasons.append(
            f"{order[1]} and {order[3]} could each be the month; with {said} and zone {timezone}, the day is {reading.moment.at.day}."
        )
    if reading.moment.precision in {"minute", "second"}:
        same = read_date(text, languages=languages, timezone=_ELSEWHERE, now=now)
        if same is not None and same.moment.at != reading.moment.at:
            reasons.append(f"The text says no offset, so the zone of the source is taken: {timezone}.")
    return Explanation(
        becomes=reading.moment.at.isoformat(),
        details=(("precision", reading.moment.precision), ("stands at", f"“{stood}”, characters {start} to {end}")),
        reasons=tuple(reasons),
    )


def explain_text(markup_or_text: str) -> Explanation:
    """The plain text of markup or text, with each kind of thing that was mended or taken away."""
    cleaned = clean_text(markup_or_text)
    return Explanation(
        becomes=cleaned or None,
        details=(("characters", f"{len(markup_or_text)} before, {len(cleaned)} after"),),
        reasons=tuple(_changes_of_text(markup_or_text, cleaned)) or ("Nothing had to be changed.",),
    )


def explain_url(url: str, *, base: str | None) -> Explanation:
    """The canonical address, the key that it is compared by, and what was taken away."""
    canonical = canonical_url(url, base=base)
    if canonical is None:
        return Explanation(becomes=None, reasons=("It is no http or https address, so an item would have none.",))
    return Explanation(
        becomes=canonical,
        details=(("is the same as any address with the key", address_key(canonical)),),
        reasons=tuple(_changes_of_address(absolute(url, base or "") or url, canonical))
        or ("Nothing had to be changed.",),
    )


def explain_language(text: str, *, prior: str | None) -> Explanation:
    """The language of a text, and whether what is known beforehand decided it."""
    found = detect_language(text, prior=prior)
    alone = detect_language(text)
    if prior is None:
        reason = "By the words alone." if found else "The words are of none of our languages, or too few to tell."
    elif found == alone:
        reason = f"By the words alone; that {prior} was expected makes no difference."
    else:
        reason = f"By the words alone it would be {alone or 'unknown'}; that {prior} was expected decides."
    return Explanation(becomes=found, reasons=(reason,))


def _why_no_date(text: str) -> str:
    if not re.search(r"\d", text):
        return "There is no number in it, and it is no word such as “yesterday”: no date is better than a wrong one."
    if re.fullmatch(r"\s*\d+([.,]\d+)?\s*", text):
        return "It is only a number: no date is better than a wrong one."
    return "No reader knows this form as a date for certain: no date is better than a wrong one."


def _changes_of_text(before: str, after: str) -> Iterator[str]:
    if "<" in before and before.count("<") > after.count("<"):
        yield "Markup was taken away."
    if re.search(r"&(?:amp;)+#?\w+;", before):
        yield "Character references that were escaped more than once were resolved."
    elif re.search(r"&#?\w+;", before):
        yield "Character references were resolved."
    if re.search("[ÃÂ][\x80-¿]|â€|ï»¿", before):
        yield "Letters that were decoded wrongly somewhere (mojibake) were mended."
    if any(unicodedata.category(sign) in {"Cf", "Cc"} and sign not in "\n\r\t" for sign in before):
        yield "Invisible characters (soft hyphens, zero-width and directional marks, controls) were taken away."
    if unicodedata.normalize("NFC", before) != before:
        yield "Letters and their marks were composed (NFC)."
    if "\n\n" in after:
        yield "Paragraphs are separated by an empty line."
    if re.search(r"[^\S\n]{2,}|^\s|\s\Z|\u00a0", before):
        yield "White space was folded."


def _changes_of_address(before: str, after: str) -> Iterator[str]:
    old, new = urlsplit(before), urlsplit(after)
    if new.hostname != old.hostname and old.hostname and new.hostname:
        yield f"The host became {new.hostname}, from {old.hostname}."
    elif new.netloc != old.netloc:
        yield "The host was written in its plain form, without default port and credentials."
    taken = [name for name, value in parse_qsl(old.query, keep_blank_values=True) if is_tracking(name, value)]
    if taken:
        yield f"These parameters only tell where a reader came from: {', '.join(taken)}."
    if old.fragment and not new.fragment:
        yield f"#{old.fragment} is a place on the page, not another page."
    if new.path != old.path:
        yield f"The path became {new.path}, from {old.path or 'nothing'}."
