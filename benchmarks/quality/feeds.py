"""Real and hostile feeds, read by us and by others: entries, titles, links, and what the authors of a feed expect of it.

    python benchmarks/quality/feeds.py [FOLDER]

FOLDER holds one folder for each project that the feeds come from (default: ../shared/real/feeds beside the repository):

- `feed-rs`: beside each feed its gold, `NAME.serde.json`, what another parser reads.
- `feedparser`: the comment at the top of each file says what a reader should find (`Expect:`), and with which
  Content-Type it is served (`Header:`).
- anything else: must not raise.

Every feed is also held against feedparser. A difference that stands in `DIFFERENCES` is one by intent, with who is right.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import feedparser

from pipeline.errors import SourceError
from pipeline.extract.feed import read_feed
from pipeline.model.capture import Capture, Headers, Request
from pipeline.model.source import Feed, Interval, Source, SourceId
from pipeline.normalise import clean_text
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.entry import Entry, Extraction

FEEDS = Path(__file__).parents[2].parent / "shared" / "real" / "feeds"
URL = "http://127.0.0.1:8097/feeds/feed.xml"
_NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_HEADER = re.compile(rb"^Header:\s+Content-type:\s*(.*)$", re.MULTILINE | re.IGNORECASE)
_EXPECT = re.compile(r"^Expect:\s*(.*)$", re.MULTILINE)

#: By a part of a feed's name: what differs by intent, and who is right.
DIFFERENCES = {
    "linenoise": "Mojibake: clean text is what was meant, not what the bytes spell.",
    "atom-entry_author_name": "An element without title, text and link is no news: left out, with a warning.",
    "rss-item_category.": "An element without title, text and link is no news: left out, with a warning.",
    "chardet-": "feedparser guesses with chardet, which is not installed here, else reads ISO-8859-2; `Expect:` is on our side.",
    "bozo_double-encoded-html": "UTF-8 that was encoded twice; we read what was meant.",
    "atom_example_3": "FeedBurner's counting address in the gold; ours is feedburner:origLink, the site's own. We are right.",
    "rss_2.0_rps": "FeedBurner's counting address in the gold; ours is feedburner:origLink, the site's own. We are right.",
    "atom_xml_base": "An Atom link without rel is an alternate (RFC 4287, section 4.2.7.2); the gold drops it. We are right.",
    "rss_2.0_spec_1": "A guid that does not deny being a permalink is one (RSS 2.0); the gold drops it. We are right.",
}


@dataclass(slots=True, kw_only=True)
class Row:
    """What became of one feed."""

    name: str
    #: The format that we saw; "" where it was refused.
    by: str
    #: The exception that came out of reading it; a refusal (SourceError) is none.
    raised: str = ""
    entries: int = 0
    #: What the comparisons counted: ("feedparser" or "gold", "count" | "title" | "link") → (alike, all).
    alike: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    #: Of the author's `Expect:` that speaks of what we keep: whether it holds; None: it speaks of nothing that we keep.
    expected: bool | None = None
    #: Every difference, a line each.
    differences: list[str] = field(default_factory=list)

    @property
    def excuse(self) -> str | None:
        """Why a difference is none to mend."""
        return next((why for part, why in DIFFERENCES.items() if part in self.name), None)


def rows(folder: Path = FEEDS) -> list[Row]:
    """One row for each feed below `folder`; empty where it is not there."""
    paths = sorted(path for path in folder.glob("*/*") if not path.name.endswith(".serde.json"))
    return [_row(path) for path in paths]


def _row(path: Path) -> Row:
    body = path.read_bytes()
    header = _HEADER.search(body[:1000])
    content_type = header[1].decode("ascii", "replace").strip() if header else "application/xml"
    row = Row(name=f"{path.parent.name}/{path.name}", by="")
    extraction, refused = _read(body, content_type, row)
    ours = {entry.origin.position: entry for entry in extraction.entries} if extraction else {}
    row.entries = len(ours)
    row.by = extraction.entries[0].origin.by if extraction and extraction.entries else ""
    if path.suffix != ".json":
        _compare(row, "feedparser", ours, list(_theirs(body, content_type)))
    gold = path.with_name(f"{path.stem}.serde.json")
    if gold.exists():
        _compare(row, "gold", ours, list(_gold(json.loads(gold.read_text(encoding="utf-8")))))
    if path.parent.name == "feedparser":
        _expect(row, body, content_type, extraction, noticed=refused or bool(extraction and extraction.warnings))
    return row


def _read(body: bytes, content_type: str, row: Row) -> tuple[Extraction | None, bool]:
    capture = Capture(
        request=Request(url=URL),
        url=URL,
        status=200,
        headers=Headers([("Content-Type", content_type)]),
        body=body,
        fetched_at=_NOW,
        elapsed=timedelta(0),
    )
    source = Source(
        id=SourceId("feed"),
        name="Feed",
        url=URL,
        kind=Feed(),
        article=None,
        every=Interval(length=timedelta(hours=6)),
        language=None,
        timezone=ZoneInfo("UTC"),
        tags=(),
        include=None,
        exclude=None,
    )
    try:
        return read_feed(capture, source), False
    except SourceError:
        return None, True
    except Exception as error:  # noqa: BLE001 - what comes out is the figure
        row.raised = f"{type(error).__name__}: {error}"
        return None, False


#: Title and the addresses that would do as link, of one entry.
_Theirs = tuple[str, tuple[str, ...]]


def _theirs(body: bytes, content_type: str) -> Iterator[_Theirs]:
    with warnings.catch_warnings(action="ignore"):
        parsed = feedparser.parse(
            io.BytesIO(body), response_headers={"content-type": content_type, "content-location": URL}
        )
    for entry in parsed.entries:
        link = absolute(entry.get("feedburner_origlink") or entry.get("link") or "", URL)
        yield entry.get("title") or "", (link,) if link else ()


def _gold(feed: dict[str, Any]) -> Iterator[_Theirs]:
    for entry in feed["entries"]:
        links = (absolute(link["href"], URL) for link in entry["links"] if link["rel"] in {None, "alternate"})
        yield (entry["title"] or {}).get("content") or "", tuple(link for link in links if link)


def _compare(row: Row, who: str, ours: dict[int, Entry], theirs: list[_Theirs]) -> None:
    """Counts what is alike; of elements that say nothing at all neither side has an entry."""
    telling = {position: each for position, each in enumerate(theirs) if any(each) or position in ours}
    row.alike[who, "count"] = (min(len(ours), len(telling)), max(len(ours), len(telling)))
    if ours.keys() != telling.keys():
        row.differences.append(f"{who}: {len(ours)} entries for {len(telling)}")
    titles = links = both = 0
    for position, (title, addresses) in telling.items():
        if position not in ours:
            continue
        entry = ours[position]
        both += 1
        told = clean_text(entry.title.value) if entry.title else ""
        if told == clean_text(title):
            titles += 1
        else:
            row.differences.append(f"{who}: title {told!r} for {clean_text(title)!r}")
        if entry.link in addresses or (not addresses and entry.link is None):
            links += 1
        else:
            row.differences.append(f"{who}: link {entry.link} for {' or '.join(addresses) or 'none'}")
    row.alike[who, "title"], row.alike[who, "link"] = (titles, both), (links, both)


class _NotKept(Exception):
    """An expectation speaks of what we don't keep."""


def _expect(row: Row, body: bytes, content_type: str, extraction: Extraction | None, *, noticed: bool) -> None:
    written = _EXPECT.search(decode(body, content_type=content_type, kind="xml").text)
    if written is None or (extraction is None and row.raised):
        return
    told = _Told(extraction, body, content_type, noticed=noticed)
    verdicts = []
    for part in _conjuncts(ast.parse(written[1].strip(), mode="eval").body):
        try:
            verdicts.append(told.holds(part))
        except _NotKept:
            continue
        if not verdicts[-1]:
            row.differences.append(f"expected: {ast.unparse(part)}")
    row.expected = all(verdicts) if verdicts else None


def _conjuncts(node: ast.expr) -> list[ast.expr]:
    return node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) else [node]


class _Told:
    """What an extraction tells, in the words of feedparser's expectations: `entries[0]['title'] == '…'`, `bozo`, `encoding`."""

    def __init__(self, extraction: Extraction | None, body: bytes, content_type: str, *, noticed: bool) -> None:
        self._entries = extraction.entries if extraction else ()
        self._body = body
        self._content_type = content_type
        self._noticed = noticed

    def holds(self, node: ast.expr) -> bool:
        """Whether one comparison holds, both sides cleaned of markup; raises _NotKept."""
        if isinstance(node, ast.Name) and node.id == "bozo":
            return self._noticed
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Name) and node.operand.id == "bozo":
            return True  # what we remark on beyond feedparser is no fault
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
            raise _NotKept
        try:
            right = ast.literal_eval(node.comparators[0])
        except ValueError:
            raise _NotKept from None
        if isinstance(node.left, ast.Name) and node.left.id == "encoding":
            return self._reads_as(right)
        if isinstance(node.left, ast.Call) and isinstance(node.left.func, ast.Name) and node.left.func.id == "ord":
            return self._value(node.left.args[0]) == chr(right)
        if not isinstance(right, str):
            raise _NotKept
        return self._value(node.left) == clean_text(right)

    def _reads_as(self, encoding: str) -> bool:
        ours = decode(self._body, content_type=self._content_type, kind="xml").text
        return _letters(ours) == _letters(self._body.decode(encoding, "replace"))

    def _value(self, node: ast.expr) -> str:
        steps = list(_steps(node))
        if steps[:2] != ["entries", 0]:
            raise _NotKept
        entry = self._entries[0] if self._entries else None
        match steps[2:]:
            case ["title"] | ["title_detail", "value"]:
                text = entry and entry.title
            case ["description" | "summary"]:
                text = entry and (entry.summary or entry.content)
            case ["content", 0, "value"]:
                text = entry and (entry.content or entry.summary)
            case ["link"]:
                return (entry and entry.link) or ""
            case ["id" | "guid"]:
                return entry.key if entry else ""
            case ["author_detail", "name"]:
                return entry.authors[0] if entry and entry.authors else ""
            case ["category"]:
                return entry.tags[0] if entry and entry.tags else ""
            case ["published" | "created" | "issued"]:
                return (entry and entry.published) or ""
            case ["updated" | "modified"]:
                return (entry and (entry.updated or entry.published)) or ""
            case ["summary_detail" | "title_detail" | "content", *_, "base"]:
                return entry.base if entry else ""
            case _:
                raise _NotKept
        return clean_text(text.value) if text else ""


def _letters(text: str) -> str:
    """What two readings of the same bytes have to have in common."""
    return "".join(character for character in text if character.isalnum())


def _steps(node: ast.expr) -> Iterator[str | int]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            yield from _steps(value)
            yield key
        case ast.Attribute(value=value, attr=name):
            yield from _steps(value)
            yield name
        case _:
            raise _NotKept


def main(folder: Path = FEEDS) -> int:
    """Prints the figures, and every difference with who is right; 1 where one is not accounted for."""
    table = rows(folder)
    if not table:
        print(f"{folder} is not here")
        return 0
    print(
        f"{len(table)} feeds, {sum(row.entries for row in table)} entries; {sum(bool(row.raised) for row in table)} raised"
    )
    print(
        "formats:",
        ", ".join(
            f"{by or 'refused or empty'} {count}" for by, count in Counter(row.by for row in table).most_common()
        ),
    )
    for who in ("feedparser", "gold"):
        for what in ("count", "title", "link"):
            pairs = [row.alike[who, what] for row in table if (who, what) in row.alike]
            alike, all_ = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
            print(f"{what} as {who} has it: {alike} of {all_} ({alike / all_:.2%})")
    verdicts = Counter(row.expected for row in table if row.name.startswith("feedparser/"))
    print(
        f"expectations of feedparser's cases: {verdicts[True]} hold, {verdicts[False]} don't, {verdicts[None]} speak of what we don't keep"
    )
    unexplained = 0
    for row in table:
        for difference in ([row.raised] if row.raised else []) + row.differences:
            print(f"  {row.name}: {difference}\n      {row.excuse or 'NOT EXPLAINED'}")
            unexplained += row.excuse is None
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
