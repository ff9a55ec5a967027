"""The template that look-alike blocks of a page were filled from: where in each of them its link, title, date and summary stand.

A block is taken apart into *slots*: its elements by their way down from the block (tags, the classes that all of the kind
share, the column of a table). A slot that nearly all blocks of a group have, with another value in each, is a field of the
template; which field it is shows in what stands there. So a title that is no link, or a link that is an icon, is found by
where it stands in the others.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.dating import is_mostly_date
from pipeline.extract.teaser import HEADINGS, is_telling
from pipeline.web.html import NavigableString, Tag, attribute, inline_text
from pipeline.web.selectors import address_of, date_in

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The way from a block down to an element of it, a step each; () is the block itself.
Path = tuple[str, ...]

#: Elements of one block that are looked at.
MOST_SLOTS = 120
#: Of the blocks of a group, so many have to have a slot before it is a field.
ENOUGH = 0.6
#: Words of a title; more are a paragraph.
LONGEST_TITLE = 40
SHORTEST_SUMMARY = 40

#: Classes that tell members of one list apart: their position, their state, a number.
_VARYING = re.compile(
    r"\d|^(?:odd|even|first|last|active|current|new|alt|featured|sticky|top|(?:has|is|no|status|category|tag|type|format)-.*|hentry)$",
    re.IGNORECASE,
)
#: Tags whose text is part of the sentence around it.
_INLINE = frozenset({"b", "i", "em", "br", "sup", "sub", "mark", "u", "small", "wbr", "img", "svg", "path", "use"})


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
    #: How many links a block holds, on average, that stand where the items' links stand: more than one is more than one item.
    repeated: float


def steady_classes(tag: Tag) -> list[str]:
    """The classes of an element that say what it is, not which one of many."""
    return [name for name in (attribute(tag, "class") or "").split() if not _VARYING.search(name)]


def signature(tag: Tag) -> str:
    """The tag's name with the classes that its look-alikes share."""
    return ".".join([tag.name, *sorted(steady_classes(tag))])


class Block(dict[Path, Tag]):
    """The elements of a block by the way down to them; of several with one way the first."""

    def __init__(self, tag: Tag) -> None:
        super().__init__({(): tag})
        #: How many elements there are with one way.
        self.counts: Counter[Path] = Counter({(): 1})


def slots(block: Tag) -> Block:
    """A block, taken apart."""
    found = Block(block)
    ways: dict[int, Path] = {id(block): ()}
    for element in block.find_all(limit=MOST_SLOTS):
        if id(element.parent) not in ways:
            continue
        step = signature(element)
        if element.name in {"td", "th"}:
            step = f"{element.name}:{sum(1 for before in element.previous_siblings if isinstance(before, Tag)) + 1}"
        way = (*ways[id(element.parent)], step)
        ways[id(element)] = way
        found.setdefault(way, element)
        found.counts[way] += 1
    return found


def template_of(blocks: Sequence[Block], base: str) -> Template | None:
    """The template of blocks that were taken apart by `slots`; None where no slot leads each of them to a page of its own."""
    by_path: dict[Path, list[Tag]] = defaultdict(list)
    for block in blocks:
        for path, tag in block.items():
            by_path[path].append(tag)
    frequent = {path: tags for path, tags in by_path.items() if len(tags) >= ENOUGH * len(blocks)}
    links = {path: _addresses(tags, base) for path, tags in frequent.items() if tags[0].name == "a"}
    texts = {path: [_text(tag) for tag in tags] for path, tags in frequent.items()}
    link = max(links, key=lambda path: _link_worth(path, links[path], texts[path], len(blocks)), default=None)
    if link is None or len(set(links[link])) < max(2, ENOUGH * len(blocks)):
        return None
    dates = {path: sum(map(is_mostly_date, texts[path])) for path in frequent}
    date = max(dates, key=lambda path: (dates[path], len(path)), default=())
    title = _title(link, texts, frequent, len(blocks))
    summary = _summary(title, texts)
    return Template(
        link=link,
        title=title,
        date=date if dates.get(date, 0) >= max(1, 0.3 * len(blocks)) else None,
        summary=summary,
        linked=len(set(links[link])) / len(blocks),
        dated=dates.get(date, 0) / len(blocks),
        summarised=len(texts[summary]) / len(blocks) if summary else 0,
        headed=title is not None and any(step.split(".")[0] in HEADINGS for step in title),
        words=_mean_words(texts[title]) if title is not None else 0,
        repeated=sum(block.counts[link] for block in blocks) / len(links[link]),
    )


def text_at(block: Block, path: Path | None) -> str:
    """What a slot of a block says; "" where the block has no such slot."""
    tag = block.get(path) if path is not None else None
    return _text(tag) if tag is not None else ""


def date_at(block: Block, path: Path | None) -> str | None:
    """The date in a slot of a block, for programs where it has one."""
    tag = block.get(path) if path is not None else None
    return (date_in(tag) or None) if tag is not None else None


def _text(tag: Tag) -> str:
    """The text of an element, without what its block-like parts say: a cell's or a paragraph's own line."""
    if tag.find() is None or all(child.name in _INLINE for child in tag.find_all()):
        return inline_text(tag)
    if tag.name in {"a", "p", *HEADINGS}:
        return inline_text(tag)
    return " ".join(
        " ".join(child for child in tag.children if type(child) is NavigableString and child.strip()).split()
    )


def _addresses(tags: Sequence[Tag], base: str) -> list[str]:
    return [address for tag in tags if (address := address_of(tag, base))]


def _link_worth(path: Path, addresses: Sequence[str], texts: Sequence[str], blocks: int) -> tuple[float, int]:
    """How likely a slot holds the links of the items: each has one, each its own, in a heading or with much to read, early."""
    share = len(set(addresses)) / blocks
    telling = [text for text in texts if is_telling(text)]
    words = _mean_words(telling) * len(telling) / max(1, len(texts))
    headed = any(step.split(".")[0] in HEADINGS for step in path)
    return (share * (1 + headed + min(words, 8) / 8), -len(path))


def _title(link: Path, texts: dict[Path, list[str]], tags: dict[Path, list[Tag]], blocks: int) -> Path | None:
    """The slot of the titles: a heading, what names itself one, the link where it says more than a word or two, else the longest line."""

    def worth(path: Path) -> float:
        telling = [text for text in texts[path] if is_telling(text) and not is_mostly_date(text)]
        share = len(telling) / blocks
        different = len(set(telling)) / max(1, len(telling))
        words = _mean_words(telling)
        if share < ENOUGH or different < 0.4 or words > LONGEST_TITLE:
            return 0
        lettered = sum(len(re.findall(r"[^\W\d_]{2,}", text)) for text in telling) / len(telling)
        value = min(lettered, 4) / 4
        value += 1.0 * any(step.split(".")[0] in HEADINGS for step in path)
        value += 0.6 * any(
            re.search(r"title|headline|heading|rubrik|titel|tittel|titol|titulo", step, re.IGNORECASE) for step in path
        )
        value += 0.5 * (path[: len(link)] == link or link[: len(path)] == path) * (lettered >= 2)
        value += 0.3 * all(tag.name in {"b", "strong", "a"} for tag in tags[path]) * (lettered >= 2)
        value -= 0.2 * (words > 12) + 0.4 * (words > 20) + 0.02 * len(path)
        return share * value * different

    best = max(texts, key=worth, default=None)
    return best if best is not None and worth(best) > 0 else None


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


def _mean_words(texts: Sequence[str]) -> float:
    return sum(len(text.split()) for text in texts) / len(texts) if texts else 0.0
