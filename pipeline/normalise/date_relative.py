"""Dates that are said from the present: "i går kl. 10", "2 hours ago", "fa 3 dies"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model.item import Precision

#: How many days ago, in sv, en, nb, nn, da, fi, ca, es and de.
DAYS = {
    **dict.fromkeys(
        ("idag", "i dag", "today", "tänään", "avui", "hoy", "heute", "just nu", "nyss", "nettopp", "just now", "now"), 0
    ),
    **dict.fromkeys(("igår", "i går", "yesterday", "eilen", "ahir", "ayer", "gestern"), 1),
    **dict.fromkeys(
        ("i förrgår", "iförrgår", "förrgår", "i forgårs", "forgårs", "i forgars", "the day before yesterday",
         "toissapäivänä", "i førgår", "førgår", "abans-d'ahir", "abans d'ahir", "despús-ahir", "anteayer", "antes de ayer", "vorgestern"), 2
    ),
}  # fmt: skip
#: Units by the beginning of their names, in seconds; what is said in months or years is too rough for a day.
_UNITS: tuple[tuple[str, int], ...] = (
    (r"sek\w*|sec\w*|segon\w*|segundo\w*", 1),
    (r"min\w*|m", 60),
    (r"tim|timm\w+|timme|time|timer|timar|hours?|hrs?|h|tunti\w*|tunnin|hor(?:a|as|es)|std|stunden?", 3_600),
    (r"dag|dagar|dager|dage|dagen|dygn|days?|d|päivä\w*|pv|di(?:a|es)|días?|dias|tag|tage|tagen", 86_400),
    (r"veck(?:a|or)|weeks?|w|uker?|uke|veker?|veke|ug(?:e|er)|viikko\w*|setman(?:a|es)|semanas?|wochen?", 604_800),
)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "en ett ein ei eit et one a an yksi un una uno eine einer einem yhden",
            "två two to tvo kaksi dos dues zwei",
            "tre three kolme tres drei",
            "fyra four fire neljä quatre cuatro vier",
            "fem five viisi cinc cinco fünf",
            "sex six seks kuusi sis seis sechs",
        ),
        start=1,
    )
    for word in words.split()
}
_AGO = re.compile(
    rf"(?:(?P<before>för|for|fa|hace|vor)\s+)?(?:(?:about|ca|cirka|unos|uns|etwa|over|mer än)\.?\s+)?"
    rf"(?:(?P<number>\d{{1,3}}|(?:{'|'.join(_NUMBERS)})(?![^\W\d_]))\s*)?(?P<unit>[^\W\d_]+)\.?(?:\s+(?P<after>sedan|sen|siden|sidan|ago|sitten))?"
)
_SAID = re.compile("|".join(sorted(map(re.escape, DAYS), key=len, reverse=True)))


def read_said(text: str, now: datetime) -> tuple[datetime, Precision, tuple[int, int]] | None:
    """The moment that `text` says from `now` (aware, in the zone meant), its precision and where it stands; None: it says none.

    A day is given as its midnight.
    """
    said = _SAID.search(text)
    if said and _stands_alone(text, *said.span()):
        day = (now - timedelta(days=DAYS[said[0]])).replace(hour=0, minute=0, second=0, microsecond=0)
        return day, "day", said.span()
    for match in _AGO.finditer(text):
        # Finnish leaves out the one: "viikko sitten".
        if not (match["after"] if match["number"] is None else match["before"] or match["after"]) or not _stands_alone(
            text, *match.span()
        ):
            continue
        seconds = next((size for names, size in _UNITS if re.fullmatch(names, match["unit"])), None)
        if seconds is None:
            continue
        count = _count(match["number"])
        moment = now - timedelta(seconds=count * seconds)
        if seconds < 86_400:
            return moment.replace(second=0, microsecond=0), "minute", match.span()
        return moment.replace(hour=0, minute=0, second=0, microsecond=0), "day", match.span()
    return None


def _count(number: str | None) -> int:
    if number is None:
        return 1
    return int(number) if number.isdigit() else _NUMBERS[number]


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (text[:start][-1:].isalnum() or text[end:][:1].isalnum())
