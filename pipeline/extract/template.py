"""The template that look-alike blocks of a page were filled from: where in each of them its link, title, date and summary stand.

A block is taken apart into *slots*: its elements by their way down from the block (tags, the classes that all of the kind
share, the column of a table, the second and third of a kind). A slot that nearly all blocks of a group have, with another value
in each, is a field of the template; which field it is shows in what stands there. So a title that is no link, or a link that is
an icon, is found by where it stands in the others.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.dating import is_loosely_date, is_mostly_date
from pipeline.extract.teaser import DATE_CLASS, HEADINGS, is_no_page, is_telling
from pipeline.web.html import NavigableString, Tag, attribute, inline_text
from pipeline.web.selectors import date_in
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.extract.sight import Sight
    from pipeline.extract.tables import Columns

#: The way from a block down to an element of it, a step each; () is the block itself.
Path = tuple[str, ...]

#: Elements of one block that are looked at.
MOST_SLOTS = 120
#: Of several elements with one way, so many are told apart.
_MOST_ALIKE = 6
#: Of the blocks of a group, so many have to have a slot before it is a field.
ENOUGH = 0.6
#: Of the blocks, so many have to have a date in one slot before it is the date's.
_ENOUGH_DATES = 0.3
#: Of the links, so many have to lead to one host before it is the listing's.
_ENOUGH_OF_HOST = 0.9
#: Texts of which fewer than this share differ in more than a number name nothing.
_MOST_SAME = 0.3
#: Words of a title; more are a paragraph.
LONGEST_TITLE = 40
SHORTEST_SUMMARY = 40
#: Shorter titles are labels, of which one item can have several ("PDF", "2024-101").
_FEWEST_WORDS = 2

#: Classes that tell members of one list apart: their position, their state, a number.
_VARYING = re.compile(
    r"\d|[-_](?:odd|even)$|^(?:odd|even|first|last|active|current|new|alt|featured|sticky|top|(?:has|is|no|status|category|tag|type|format)-.*|hentry)$",
    re.IGNORECASE,
)
_TITLE_NAME = re.compile(r"title|headline|heading|rubrik|titel|tittel|titol|titulo|otsikko|überschrift", re.IGNORECASE)
#: Words beside dates that are not those of publication.
_ANOTHER_DATE = re.compile(
    r"\b(?:updated?|modified|uppdatera\w*|ändra\w*|oppdatert|opdateret|päivitetty|actualitza\w*|actualiza\w*|aktualisiert|deadline"
    r"|sista|senast|closing|expires?|hearing|argued)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Where the fields of a group of blocks stand; None: nowhere in particular."""

    link: Path
    title: Path | None
    date: Path | None
    summary: Path | None
    #: Shares of the blocks, between 0 and 1, that have the field.
    linked: float
    dated: float
    summarised: float
    #: Whether titles are headings.
    headed: bool
    #: Of a title, on average.
    words: float
    #: Of the titles, the share that differs from all others.
    distinct: float
    #: How many titles with links a block holds, on average: more than one is more than one item.
    repeated: float
    #: Where nearly all links lead to; None: to several hosts.
    host: str | None


def steady_classes(tag: Tag) -> list[str]:
    """The classes of an element that say what it is, not which one of many."""
    return [name for name in (attribute(tag, "class") or "").split() if not _VARYING.search(name)]


def signature(tag: Tag) -> str:
    """The tag's name with the classes that its look-alikes share."""
    return ".".join([tag.name, *sorted(steady_classes(tag))])


class Block(dict[Path, Tag]):
    """The elements of a block by the way down to them."""

    def __init__(self, tag: Tag) -> None:
        super().__init__({(): tag})
        #: How many elements there are with one way, those of one kind not told apart.
        self._counts: Counter[Path] = Counter({(): 1})
        self._plain: dict[Path, Path] = {(): ()}

    def add(self, above: Path, step: str, element: Tag) -> Path:
        """Takes in an element that stands a step below `above`; its way."""
        plain = (*self._plain[above], step)
        self._counts[plain] += 1
        way, number = (*above, step), 1
        while way in self and number < _MOST_ALIKE:
            number += 1
            way = (*above, f"{step}#{number}")
        self._plain[way] = plain
        self.setdefault(way, element)
        return way

    def count(self, path: Path) -> int:
        """How many elements of the block are of the kind that stands at `path`."""
        return self._counts[self._plain[path]] if path in self._plain else 0


def slots(block: Tag, columns: Columns) -> Block:
    """A block, taken apart. A row of a table also has the cells that reach down into it from the rows above."""
    found = Block(block)
    ways: dict[int, Path] = {id(block): ()}
    if block.contents:
        ways.setdefault(id(block.contents[0].parent), ())
    for column, cell in columns.carried(block) if block.name == "tr" else ():
        found.add((), f"{cell.name}:{column}", cell)
    for element in block.find_all(limit=MOST_SLOTS):
        above = ways.get(id(element.parent))
        if above is None:
            continue
        step = f"{element.name}:{columns.of(element)}" if element.name in {"td", "th"} else signature(element)
        ways[id(element)] = found.add(above, step, element)
    return found


def template_of(blocks: Sequence[Block], sight: Sight) -> Template | None:
    """The template of blocks that were taken apart by `slots`; None where no slot leads each of them to a page of its own."""
    by_path: dict[Path, list[Tag]] = defaultdict(list)
    for block in blocks:
        for path, tag in block.items():
            by_path[path].append(tag)
    frequent = {path: tags for path, tags in by_path.items() if len(tags) >= ENOUGH * len(blocks)}
    links = {
        path: [address for tag in tags if (address := sight.address(tag)) and not is_no_page(address)]
        for path, tags in frequent.items()
        if tags[0].name == "a"
    }
    texts = {path: [sight.line(tag) for tag in tags] for path, tags in frequent.items()}
    link = max(links, key=lambda path: _link_worth(path, links[path], texts[path], len(blocks)), default=None)
    if link is None or len(set(links[link])) < max(2, ENOUGH * len(blocks)):
        return None
    date, dated = _date(by_path, texts, sight, len(blocks))
    title = _title(link, date, texts, frequent, len(blocks))
    summary = _summary(title, texts)
    return Template(
        link=link,
        title=title,
        date=date,
        summary=summary,
        linked=len(set(links[link])) / len(blocks),
        dated=dated,
        summarised=len(texts[summary]) / len(blocks) if summary else 0,
        headed=title is not None and _is_headed(title),
        distinct=len(set(texts[title])) / max(1, len(texts[title])) if title is not None else 0,
        words=_mean_words(texts[title]) if title is not None else 0,
        repeated=_repeated(blocks, link, title, texts)
        if title is None or _mean_words(texts[title]) >= _FEWEST_WORDS
        else 1,
        host=_host(links[link]),
    )


def date_at(block: Block, path: Path | None) -> str | None:
    """The date in a slot of a block, for programs where it has one."""
    tag = block.get(path) if path is not None else None
    return (date_in(tag) or None) if tag is not None else None


def _host(addresses: Sequence[str]) -> str | None:
    host, count = Counter(map(host_of, addresses)).most_common(1)[0]
    return host if host and count >= _ENOUGH_OF_HOST * len(addresses) else None


def _lettered(text: str) -> str:
    """A text without its numbers."""
    return re.sub(r"\d+", "", text)


def _is_headed(path: Path) -> bool:
    return any(step.split(".")[0].split("#")[0] in HEADINGS for step in path)


def _link_worth(path: Path, addresses: Sequence[str], texts: Sequence[str], blocks: int) -> tuple[float, int]:
    """How likely a slot holds the links of the items: each has one, each its own, in a heading or with much to read, early."""
    share = len(set(addresses)) / blocks
    # "Read more" and "Case details" are the same in all items.
    telling = {_lettered(text) for text in texts if is_telling(text)}
    words = (
        _mean_words(list(telling)) * len(telling) / max(1, len(texts)) if len(telling) > _MOST_SAME * len(texts) else 0
    )
    return (share * (1 + _is_headed(path) + min(words, 8) / 8), -len(path))


def _date(
    tags: Mapping[Path, list[Tag]], texts: Mapping[Path, list[str]], sight: Sight, blocks: int
) -> tuple[Path | None, float]:
    """The slot of the dates, and the share of the blocks that have one there: dates in full, else those in a date's own place."""
    worth: dict[Path, float] = {}
    shares: dict[Path, float] = {}
    for path, found in tags.items():
        if len(found) < _ENOUGH_DATES * blocks or path == ():
            continue
        count: float = sum(map(sight.is_date, found))
        if count < len(found) and path in texts:
            others = (tag for tag in found if not sight.is_date(tag) and _is_small(tag))
            count += sum(is_loosely_date(sight.line(tag) or inline_text(tag)) for tag in others) / 2
        if count:
            is_time = found[0].name == "time" or DATE_CLASS.search(attribute(found[0], "class") or "") is not None
            another = sum(_ANOTHER_DATE.search(_around(tag)) is not None for tag in found) / len(found)
            shares[path] = count / blocks
            worth[path] = shares[path] + 0.2 * is_time - 0.3 * another + 0.001 * len(path)
    best = max(worth, key=lambda path: worth[path], default=None)
    if best is None or shares[best] < _ENOUGH_DATES:
        return None, 0.0
    return best, min(1.0, shares[best])


def _is_small(tag: Tag) -> bool:
    return len(tag.find_all(limit=5)) < 5


def _around(tag: Tag) -> str:
    """What an element says, with what stands right before it."""
    before = tag.previous_sibling
    words = before if isinstance(before, NavigableString) else ""
    return f"{words} {tag.get_text()}"[-120:]


def _title(
    link: Path, date: Path | None, texts: dict[Path, list[str]], tags: dict[Path, list[Tag]], blocks: int
) -> Path | None:
    """The slot of the titles: a heading, what names itself one, the link where it says more than a word or two, else the longest line."""

    def worth(path: Path) -> float:
        telling = [text for text in texts[path] if is_telling(text)] if path != date else []
        share = len(telling) / blocks
        different = len(set(telling)) / max(1, len(telling))
        words = _mean_words(telling)
        if share < ENOUGH or different < 0.4 or words > LONGEST_TITLE:
            return 0
        lettered = sum(len(re.findall(r"[^\W\d_]{3,}", text)) for text in telling) / len(telling)
        value = min(lettered, 4) / 4
        value += 1.0 * _is_headed(path)
        value += 0.6 * any(_TITLE_NAME.search(step) for step in path)
        value += 0.5 * (path[: len(link)] == link or link[: len(path)] == path) * (lettered >= 2)
        value += 0.3 * all(tag.name in {"b", "strong", "a"} for tag in tags[path]) * (lettered >= 2)
        # "2026 NYSlipOp 1443 (opens in a new window)": a number in words that are always the same.
        value -= 0.4 * (len({_lettered(text) for text in telling}) < _MOST_SAME * len(telling))
        value -= 0.2 * (words > 12) + 0.4 * (words > 20) + 0.02 * len(path)
        # A link around a whole card says its date, too.
        value -= 0.4 * (date is not None and len(path) < len(date) and date[: len(path)] == path)
        return share * value * different

    worths = {path: worth(path) for path in texts}
    best = max(worths, key=lambda path: worths[path], default=None)
    return best if best is not None and worths[best] > 0 else None


def _summary(title: Path | None, texts: dict[Path, list[str]]) -> Path | None:
    """The slot of the summaries: the one with most to read that is not the title."""
    best, most = None, float(SHORTEST_SUMMARY)
    for path, values in texts.items():
        if title is not None and (path == title or title[: len(path)] == path or path[: len(title)] == title):
            continue
        mean = sum(map(len, values)) / len(values)
        if mean > most and not all(map(is_mostly_date, values)):
            best, most = path, mean
    return best


def _repeated(blocks: Sequence[Block], link: Path, title: Path | None, texts: Mapping[Path, Sequence[str]]) -> float:
    """How many titles with links a block holds: links that say the same in every block ("Summary") are no titles."""
    counts = [min(block.count(path) for path in (link, title or link)) for block in blocks]
    same = [path for path in texts if path != link and _kind(path) == _kind(link) and _are_the_same(texts[path])]
    boilerplate = sum(path in block for path in same for block in blocks)
    return max(1.0, (sum(counts) - boilerplate) / max(1, sum(count > 0 for count in counts)))


def _kind(path: Path) -> Path:
    return tuple(step.partition("#")[0] for step in path)


def _are_the_same(texts: Sequence[str]) -> bool:
    return len({_lettered(text) for text in texts}) <= _MOST_SAME * len(texts)


def _mean_words(texts: Sequence[str]) -> float:
    return sum(len(text.split()) for text in texts) / len(texts) if texts else 0.0
