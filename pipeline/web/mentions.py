"""What a text mentions that is the same in every language: days, numbers, places, names, and what kind of thing happened.

Two tables beside this file say what things are called: glossary.txt those that news of public buying speaks of, places.txt places.
What is in neither is a name (a capital where no sentence begins) or a root: the beginning of a word as cognates have it in common,
"konferens" and "conference", "medisinsk" and "medical".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.web.folding import fold
from pipeline.web.months import at_figures, dated, month_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_T = TypeVar("_T")

#: What is looked at of a text: its lead. What comes later speaks of other things, too.
LONGEST = 900
#: Letters that roots are told by, and those of words that tell by themselves.
ROOT, WORD = 5, 8

#: How cognates are spelled alike: one letter or a pair of them for all that sound so.
_SOUNDS = (
    *(("ph", "f"), ("th", "t"), ("sch", "sk"), ("ch", "k"), ("ck", "k"), ("qu", "kv"), ("x", "ks"), ("w", "v"), ("z", "s")),
    *(("ce", "se"), ("ci", "si"), ("cy", "sy"), ("c", "k"), ("y", "i")),
)  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+")
_FIRST = re.compile(r"['\"“«(]*([^\W_]+)")
_SENTENCE_START = re.compile(r"[.!?:…\n–]['\"”»)]*\s+['\"“«(]*([^\W_]+)")
_NUMBER = re.compile(
    r"(?<![\d.,:])(\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)(?![\d:])"
    r"(?:\s*(m\b|mio|mill|miljon|million|milion|millon|mrd|miljard|milliard|billion)|(?=\D|\Z))",
    re.IGNORECASE,
)
_SCALES = {"mrd": 10**9, "miljard": 10**9, "milliard": 10**9, "billion": 10**9}
_DIGITS = re.compile(r"\d+")
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")

# fmt: off
#: Words for numbers and for places in a row that mean nothing else in another of the languages; folded.
_NUMBER_WORDS = {word: value for value, words in {
    3: "three drei tres kolme", 4: "fyra four quatre cuatro vier", 5: "fem five cinc cinco funf viisi", 6: "sex seks sis seis sechs kuusi",
    7: "sju syv seven siete sieben", 8: "atta otte eight vuit ocho acht", 9: "nio nine nou nueve neun", 10: "tio ten diez zehn kymmenen",
    11: "elva elleve eleven onze once elf", 12: "tolv twelve dotze doce zwolf", 13: "tretton tretten thirteen tretze trece dreizehn",
    14: "fjorton fjorten fourteen catorze catorce vierzehn", 15: "femton femten fifteen quinze quince funfzehn",
    16: "sexton seksten sixteen setze dieciseis sechzehn", 17: "sjutton sytten seventeen disset diecisiete siebzehn",
    18: "arton atten eighteen divuit dieciocho achtzehn", 19: "nitton nitten nineteen dinou diecinueve neunzehn",
    20: "tjugo tjue tyve twenty vint veinte zwanzig", 30: "trettio tretti tredive thirty trenta treinta dreissig",
    40: "fyrtio forti fyrre forty quaranta cuarenta vierzig", 50: "femtio femti halvtreds fifty cinquanta cincuenta funfzig",
    60: "sextio seksti tres sixty seixanta sesenta sechzig", 70: "sjuttio sytti seventy setanta setenta siebzig",
    80: "attio atti firs eighty vuitanta ochenta achtzig", 90: "nittio nitti halvfems ninety noranta noventa neunzig",
    100: "hundra hundre hundrede hundred cent cien hundert"}.items() for word in words.split() if word != "tres"}
_ORDINALS = {word: value for value, words in {
    2: "andra second segona segunda zweite", 3: "tredje third tercera tercer dritte kolmas", 4: "fjarde fjerde fourth quarta cuarta vierte neljas",
    5: "femte fifth cinquena cinque quinta quinto funfte viides", 6: "sjatte sjette sixth sisena sexta sechste kuudes",
    7: "sjunde sjuende syvende seventh setena septima siebte", 8: "attonde attende ottende eighth vuitena octava achte",
    9: "nionde niende ninth novena neunte", 10: "tionde tiende tenth desena decima zehnte",
    11: "elfte ellevte eleventh onzena undecima", 12: "tolfte tolvte twelfth dotzena duodecima"}.items() for word in words.split()}
#: Roots that nearly all news of these sources has.
_COMMON = frozenset(
    """offen publi uphan innko inkop indko anska proku kompr kontr regio munis sosia hallb barek baere susta sosten natio inter
    arbet arbei arbej trebal vorke organ lever suppl prove propo under milio milli kvest infor forsk forst efter etter samma andra andre mella
    melem gemei gemen felle faell ekono ekolo respo ansva requi krave servi nivel nya ny heter perso delta parti ektra admin autor myndi politi
    progr proje prose produ sektor sekto alter bevis siste siden senas forde fordi fleir fleer begyn bland utan skall skulle
    unive ameri ofise kvali stand strat utvek utvik udvik desen devel""".split()  # noqa: SIM905
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What a text mentions; everything folded."""

    #: Months and days, "06-05".
    days: frozenset[str]
    years: frozenset[int]
    numbers: frozenset[int]
    ordinals: frozenset[int]
    cities: frozenset[str]
    #: Countries and regions, by their name in the table.
    lands: frozenset[str]
    #: Other names, of people, organisations and places.
    names: frozenset[str]
    #: By the names in the glossary, each with its weight.
    events: frozenset[tuple[str, float]]
    products: frozenset[tuple[str, float]]
    topics: frozenset[tuple[str, float]]
    routines: frozenset[str]
    #: The first `WORD` letters of long words, the first `ROOT` of the others, that no table has.
    words: frozenset[str]
    roots: frozenset[str]
    links: frozenset[str]


def as_written(text: str, beginning: str) -> str | None:
    """The first word of a text that is one of the names, words or roots that `mentions` gives of it, as it stands there."""
    return next((each for each in _TOKEN.findall(text) if _sound(fold(each)).startswith(beginning)), None)


def read_mentions(text: str) -> Mentions:
    """What the beginning of a text mentions; `LONGEST` characters are looked at."""
    text = text[:LONGEST]
    written = _TOKEN.findall(text)
    words = [*map(_word, written)]
    days, years, rest = dated(text, may_name_months=any(each.may_be_month for each in words))
    known: dict[str, set[tuple[str, float]]] = {}
    taken: set[int] = set()
    # Most words are in no table.
    told = [(at, each) for at, each in enumerate(words) if each.is_told]
    for at, kind, name, weight, length in _found(told, words):
        known.setdefault(kind, set()).add((name, weight))
        taken.update(range(at, at + length))
    names, long, roots = _others(text, written, words, taken)
    return Mentions(
        days=_held(days),
        years=_held(years),
        numbers=_numbers(rest, {each.number for _, each in told if each.number is not None}),
        ordinals=_held(each.ordinal for _, each in told if each.ordinal is not None),
        cities=_held(name for name, _ in known.get("city", ())),
        lands=_held(
            land
            for kind in ("country", "people", "region")
            for name, _ in known.get(kind, ())
            for land in name.split(" ")
        ),
        names=names,
        events=_held(known.get("event", ())),
        products=_held(known.get("product", ())),
        topics=_held(known.get("topic", ())),
        routines=_held(name for name, _ in known.get("routine", ())),
        words=long,
        roots=roots,
        links=_held(_LINK.findall(text)) if "://" in text else _NOTHING,
    )


_NOTHING: frozenset[Any] = frozenset()


def _held(found: Iterable[_T]) -> frozenset[_T]:
    """A set to be kept, of which there are many, and most are empty: these are one."""
    return frozenset(found) or _NOTHING


def _numbers(text: str, found: set[int]) -> frozenset[int]:
    """The numbers in figures, beside those that were found in words."""
    for match in at_figures(_NUMBER, text):
        digits = re.sub(r"[ \u00a0\u202f.,](?=\d{3}(?!\d))", "", match[1]).replace(",", ".")
        scale = 1 if match[2] is None else _SCALES.get(match[2].casefold(), 10**6)
        value = float(digits) * scale
        if value == int(value) and value > 2:
            found.add(int(value))
    return _held(found)


@dataclass(frozen=True, slots=True)
class _Word:
    """What is to be said of a word wherever it stands."""

    folded: str
    #: Whether it is the name of a month, or has one in it that a number follows ("maj2026").
    may_be_month: bool
    number: int | None
    ordinal: int | None
    #: What the tables have under this word alone, and the rows that begin with it.
    entries: tuple[tuple[str, str, float], ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, str, float]], ...]
    #: Whether it is written with a capital, and all in capitals as abbreviations are.
    capital: bool
    is_short_shout: bool
    #: Letters, enough of them to count among those that are shouted or not.
    is_counted: bool
    #: Whether the tables know it, and whether it may be a name, a long word, or a root.
    is_told: bool
    may_tell: bool
    #: What it is known by as a name, a long word, or a root; "" where it is none.
    name: str
    long: str
    root: str


@lru_cache(maxsize=1 << 13)
def _word(written: str) -> _Word:
    folded, table = fold(written), _table()
    is_month = month_of(written) is not None
    told = written.isalpha() and len(written) >= 3 and not is_month
    sound = _sound(folded) if told else ""
    stem = sound[:ROOT]
    is_common = stem in _COMMON
    entries = _entries_of(written, folded, table)
    rows = tuple(each for each in table.rows.get(folded, ()) if _may_name(written, each[1][0]))
    number, ordinal = _NUMBER_WORDS.get(folded), _ORDINALS.get(folded)
    capital = written[0].isupper()
    long = sound[:WORD] if len(sound) >= WORD and not is_common else ""
    root = stem if ROOT < len(sound) < WORD and not is_common else ""
    return _Word(
        folded=folded,
        may_be_month=is_month or (_DIGITS.search(written) is not None and not written.isdecimal()),
        number=number,
        ordinal=ordinal,
        entries=entries,
        rows=rows,
        capital=capital,
        is_short_shout=written.isupper() and len(written) < 8,
        is_counted=written[0].isalpha() and len(written) > 3,
        is_told=bool(entries or rows) or number is not None or ordinal is not None,
        may_tell=capital or bool(long or root),
        name=sound.removesuffix("s")[:WORD] if told else "",
        long=long,
        root=root,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Words of the tables, each leading to class, name, weight."""

    whole: dict[str, list[tuple[str, str, float]]]
    beginnings: dict[str, list[tuple[str, str, float]]]
    endings: dict[str, list[tuple[str, str, float]]]
    #: By their first word: the rows, each as (words, class, name, weight).
    rows: dict[str, list[tuple[tuple[str, ...], tuple[str, str, float]]]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    table = _Table({}, {}, {}, {})
    for file in ("glossary.txt", "places.txt"):
        for line in files("pipeline.web").joinpath(file).read_text(encoding="utf-8").splitlines():
            head, mark, tail = line.partition(": ")
            if not mark or line.startswith("#"):
                continue
            kind, _, name = head.partition(" ")
            weight = 1.0
            if file == "glossary.txt":
                number, _, name = name.partition(" ")
                weight = float(number)
            for word in tail.split():
                _add(table, word, (kind, name, weight))
    return table


def _add(table: _Table, word: str, entry: tuple[str, str, float]) -> None:
    if "+" in word:
        row = tuple(word.split("+"))
        table.rows.setdefault(row[0], []).append((row, entry))
    elif word.startswith("-"):
        table.endings.setdefault(word[1:], []).append(entry)
    elif word.endswith("-"):
        table.beginnings.setdefault(word[:-1], []).append(entry)
    else:
        table.whole.setdefault(word, []).append(entry)


def _found(told: Sequence[tuple[int, _Word]], words: Sequence[_Word]) -> Iterator[tuple[int, str, str, float, int]]:
    """Place, class, name, weight and length of each thing of the tables that the words speak of."""
    for at, word in told:
        for row, entry in word.rows:
            if _stands(row, [each.folded for each in words[at : at + len(row)]]):
                yield at, *entry, len(row)
        for entry in word.entries:
            yield at, *entry, 1


def _entries_of(written: str, folded: str, table: _Table) -> tuple[tuple[str, str, float], ...]:
    """What the tables have under a word as a whole, by its beginning and by its end."""
    entries = [*table.whole.get(folded, ())]
    if folded.endswith("s"):
        entries += [
            each for each in table.whole.get(folded[:-1], ()) if each[0] in ("country", "city", "region", "people")
        ]
    for cut in range(3, len(folded) + 1):
        entries += table.beginnings.get(folded[:cut], ())
        entries += table.endings.get(folded[-cut:], ())
    return tuple(entry for entry in dict.fromkeys(entries) if _may_name(written, entry[0]))


def _may_name(written: str, kind: str) -> bool:
    """Whether a word as it is written can stand for a thing of that kind: places have capitals."""
    return kind not in ("country", "city") or not written[0].islower()


def _stands(row: Sequence[str], words: Sequence[str]) -> bool:
    return len(words) == len(row) and all(
        word.startswith(part[:-1]) if part.endswith("-") else word == part
        for part, word in zip(row, words, strict=True)
    )


def _others(
    text: str, written: Sequence[str], words: Sequence[_Word], taken: set[int]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Names, long words and roots that no table has."""
    first = _FIRST.match(text)
    beginnings = {*_SENTENCE_START.findall(text, first.end() if first else 0), first[1] if first else ""}
    counted = [each.capital for each in words if each.is_counted]
    shouted = sum(counted) > 0.6 * len(counted)
    names: set[str] = set()
    long: set[str] = set()
    roots: set[str] = set()
    for at, each in [(at, each) for at, each in enumerate(words) if each.may_tell]:
        if each.capital:
            named = each.name and not shouted and (each.is_short_shout or written[at] not in beginnings)
            if named and at not in taken:
                names.add(each.name)
            elif at not in taken:
                long.add(each.long)
                roots.add(each.root)
        else:
            if each.long:
                long.add(each.long)
            if each.root and at not in taken:
                roots.add(each.root)
    return _held(names), _held(long - {""}), _held(roots - {""})


def _sound(folded: str) -> str:
    for written, spoken in _SOUNDS:
        folded = folded.replace(written, spoken)
    return re.sub(r"(.)\1", r"\1", folded)
