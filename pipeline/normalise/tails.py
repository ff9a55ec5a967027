"""Ends of texts and titles that say nothing of the news: "Läs mer", "The post … appeared first on …", " | Site name".

Two ways to know them: phrases that content systems write in the languages we collect, and what the items of one source have in
common at their ends. The second is a fact of a whole batch, so it is found once and then applied to each item.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.normalise.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

#: Links to the whole text, as teasers end in them; each may go on with what it leads to ("Läs mer om dommen →").
_READ_MORE = (
    r"(?:läs|les|læs)\s+(?:mer[ae]?|meir|vidare|videre|hela?\s+\w+|hei?le\s+\w+|\w+\s+h[äe]r)",  # sv, nb, nn, da
    r"fortsätt\s+(?:att\s+)?läsa|fortsett\s+å\s+lese|hald\s+fram\s+å\s+lese|fortsæt\s+(?:med\s+at\s+)?læs\w+",
    r"lue\s+(?:lisää|koko\s+\w+)|jatka\s+lukemista",  # fi
    r"(?:click\s+here\s+to\s+)?(?:read|learn|find\s+out|see)\s+more|continue\s+reading|read\s+(?:on|the\s+(?:full|rest|whole)\s+\w+)",  # en
    r"(?:llegir|llegeix|llegiu|segueix\s+llegint|continua\s+llegint|continuar\s+llegint)(?:-ne)?(?:\s+més)?|més\s+informació",  # ca
    r"(?:leer|lee|seguir|sigue|continuar|continúa)\s+(?:más|leyendo|(?:la|el)\s+\w+\s+complet[ao])|más\s+información",  # es
    r"(?:hier\s+)?weiter\s?lesen|mehr\s+(?:lesen|erfahren|dazu)|lesen\s+sie\s+mehr",  # de
)
#: Others, which are calls only where nothing follows: with what they lead to they may be the news ("Mer information om avtalet …").
_READ_THAT = (
    r"(?:visa|vis|se)\s+(?:mera?|mere|meir)|(?:mera?|mere|meir)\s+informa(?:tion|sjon)|(?:se|visa|vis)\s+hel[ae]\s+\w+",  # sv, nb, nn, da
    r"(?:näytä|katso)\s+lisää|lisätietoja",  # fi
    r"more|more\s+information|(?:view|show|see)\s+(?:more|(?:the\s+)?full\s+\w+)|(?:the\s+)?full\s+(?:story|article|text)",  # en
    r"(?:veure|mostra|mostrar)(?:-ne)?\s+més|saber-ne\s+més",  # ca
    r"(?:ver|saber|mostrar)\s+más",  # es
    r"mehr|(?:mehr|weitere)\s+informationen|zu[mr]\s+(?:ganzen\s+)?(?:artikel|beitrag|meldung|pressemitteilung)",  # de
)
_ARROWS = r"[\s.…:»›→⟶➔>\])–-]*"
_CALL = rf"(?:{'|'.join(_READ_MORE)})"
#: The call as a paragraph of its own, or behind the end of a sentence; there it may say what it leads to.
_CALL_ALONE = re.compile(
    rf"(?:\A|(?<=[.!?…»”\"')\]])\s+|\n)[\s(\[«‹»›→–-]*{_CALL}\b[^.!?\n]{{0,80}}{_ARROWS}\Z", re.IGNORECASE
)
_CALL_THAT = re.compile(
    rf"(?:\A|(?<=[.!?…»”\"')\]])\s+|\n)[\s(\[«‹»›→–-]*(?:{'|'.join(_READ_THAT)})\b{_ARROWS}\Z", re.IGNORECASE
)
#: The call set right behind the last words, as text of a link: known by its capital ("… nya krav Läs mer »").
_CALL_INLINE = re.compile(rf"\s*[\[(]?(?-i:(?=[A-ZÅÄÖÆØ])){_CALL}{_ARROWS}\Z", re.IGNORECASE)
#: WordPress's line below every entry of a feed, in its translations.
_FIRST_ON = re.compile(
    r"""(?:\A|\s)(?:
      (?:The\ (?:post|article)|This\ (?:post|entry|article))\ (?:.{1,500}?\ )?(?:first\ appeared|appeared\ first|was\ first\ published|originally\ appeared)\ (?:on|in|at)
    | Inlägget\ .{1,500}?\ (?:dök\ först\ upp\ på|publicerades\ först\ på|kom\ först\ från|visades\ först\ på|kommer\ från)
    | Innlegget\ .{1,500}?\ (?:dukket\ først\ opp\ på|ble\ først\ publisert\ på|vises\ først\ på|kom\ først\ på|dukka\ først\ opp\ på)
    | Indlægget\ .{1,500}?\ (?:blev\ først\ udgivet\ på|blev\ vist\ første\ gang\ den|dukkede\ først\ op\ på|vises\ først\ på)
    | Artikkeli\ .{1,500}?\ julkaistiin\ ensimmäisen\ kerran
    | L['’]entrada\ .{1,500}?\ (?:ha\ aparegut\ primer|aparegué\ primer|es\ va\ publicar\ primer|s['’]ha\ publicat\ primer)\ (?:a|en)
    | La\ entrada\ .{1,500}?\ (?:ha\ aparegut\ primer|apareix\ primer)\ (?:a|en)
    | La\ entrada\ .{1,500}?\ (?:se\ publicó\ primero|apareció\ primero|aparece\ primero|se\ publicó\ por\ primera\ vez)\ en
    | Der\ Beitrag\ .{1,500}?\ erschien\ zuerst\ auf
    | L['’]article\ .{1,500}?\ est\ apparu\ en\ premier\ sur
    )\ [^\n]{0,150}\Z""",
    re.VERBOSE | re.IGNORECASE,
)
#: WordPress's mark that an excerpt was cut: "[…]", "[...]", "(…)".
_CUT_MARK = re.compile(r"(?:(?<=[.!?…])|(?P<within>))\s*[\[(](?:…|\.\.\.)[\])]\s*\Z")

#: The words that calls of their own begin with, how those set behind the last words begin, and what WordPress's lines can't do without.
_CALLING = frozenset(
    """läs les læs fortsätt fortsett hald fortsæt lue jatka click read learn find see continue llegir llegeix llegiu segueix continua
    continuar més leer lee seguir sigue continúa más hier weiter weiterlesen mehr lesen visa vis se mera mer mere meir näytä katso
    lisätietoja more view show full the veure mostra mostrar saber ver weitere zum zur""".split()  # noqa: SIM905
)
_INLINE = re.compile(
    "L(?i:äs|es|æs|ue|earn|leg|ee)|F(?i:orts|ind)|H(?i:ald|ier)|J(?i:atka)|C(?i:lick|ontin)|R(?i:ead)|S(?i:ee|eg|ig)|M(?i:és|ás|ehr)|W(?i:eiter)"
)
_WHERE_FIRST = ("appear", "publish", "först", "kommer från", "først", "ensimmäisen", "primer", "zuerst", "apparu")
#: Letters that a pattern takes for others regardless of case, and `lower` does not.
_CASELESS = re.compile("[ſıİ\u212a]")
_WORD = re.compile(r"[^\W_]+")

#: What stands between a title and the name of its site; a hyphen only between spaces.
_SEPARATOR = re.compile(r"\s+(?:[|–—·•«»‹›~/:]|::|-|--|\|\|)\s+|\s*\|\s*|\s+[«»›]\s*")
#: A tail is common where at least so many items, and this share of them, end in it.
_FEWEST, _SHARE = 3, 0.8
_LONGEST_TITLE_TAIL = 60
#: The phrases, each within so many characters from the end; all keep to the last line. WordPress's may name a title of 500.
_LONGEST_CALL = 250
_ENDS = ((_FIRST_ON, 1_000), (_CALL_ALONE, _LONGEST_CALL), (_CALL_THAT, _LONGEST_CALL), (_CALL_INLINE, _LONGEST_CALL))


def without_tail(text: str, common: Collection[str] = ()) -> str:
    """A clean text without the phrases at its end, and without last paragraphs that fold to one of `common`.

    >>> without_tail("Nya krav gäller från maj. Läs mer »")
    'Nya krav gäller från maj.'
    """
    while True:
        head, mark, last = text.rpartition("\n\n")
        if mark and fold_text(last) in common:
            text = head
            continue
        shorter = text
        for pattern, longest in _sought(text):
            start = max(0, len(shorter) - longest, shorter.rfind("\n", 0, -1))
            if (found := pattern.search(shorter, start)) is not None:
                shorter = shorter[: found.start()]
        if shorter.endswith(("]", ")")):
            shorter = _CUT_MARK.sub(lambda mark: "" if mark["within"] is None else "…", shorter)
        shorter = shorter.rstrip()
        if shorter == text:
            return text
        text = shorter


def _sought(text: str) -> Sequence[tuple[re.Pattern[str], int]]:
    """The phrases that may stand at the end of a text: none, mostly, and what tells so is cheaper than to seek them."""
    end = text[-_ENDS[0][1] :]
    lower = end.lower()
    may_hold = (
        any(each in lower for each in _WHERE_FIRST)
        or not _CALLING.isdisjoint(_WORD.findall(lower[-_LONGEST_CALL:]))
        or _INLINE.search(end, max(0, len(end) - _LONGEST_CALL)) is not None
        or not (end.isascii() or _CASELESS.search(end) is None)
    )
    return _ENDS if may_hold else ()


def without_title_tail(title: str, tails: Collection[str]) -> str:
    """A title without the last parts that fold to one of `tails`; never empty.

    >>> without_title_tail("Nya krav | Adda – Nyheter", {"adda", "nyheter"})
    'Nya krav'
    """
    while (parts := _split(title)) is not None and fold_text(parts[1]) in tails:
        title = parts[0]
    return title


def common_tails(texts: Iterable[str]) -> frozenset[str]:
    """The last paragraphs, folded, that the texts of one source have in common."""
    last = [fold_text(text.rpartition("\n\n")[2]) for text in texts if "\n\n" in text]
    return _common(last)


def common_title_tails(titles: Sequence[str], site: str) -> frozenset[str]:
    """The ends of titles, folded, that are the site's name or that the different titles of one source have in common."""
    own = {fold_text(site)} - {""}
    common: frozenset[str] = frozenset()
    rest = list(dict.fromkeys(titles))
    # Tails may stand one behind the other: "Nya krav – Nyheter – Adda".
    for _ in range(3):
        rest = [without_title_tail(title, common | own) for title in rest]
        parts = [_split(title) for title in rest]
        found = _common([fold_text(each[1]) if each else "" for each in parts])
        if not found:
            break
        common |= found
    return common | own


def _common(ends: Sequence[str]) -> frozenset[str]:
    counts = Counter(end for end in ends if end)
    fewest = max(_FEWEST, _SHARE * len(ends))
    return frozenset(end for end, count in counts.items() if count >= fewest)


def _split(title: str) -> tuple[str, str] | None:
    """What stands before and behind the last separator of a title; None where nothing would be left, or the end is too long."""
    last = next(reversed(list(_SEPARATOR.finditer(title))), None)
    if last is None:
        return None
    head, tail = title[: last.start()].rstrip(), title[last.end() :].strip()
    return (head, tail) if head and tail and len(tail) <= _LONGEST_TITLE_TAIL else None
