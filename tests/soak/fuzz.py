"""Mutates real feeds and pages for so many seconds: python tests/soak/fuzz.py 600 [SEED].

Whatever comes of it goes through reading and normalising. Nothing but our own kinds of errors may be raised, nothing may take longer
than five seconds or 500 MB, and what comes out has to keep its promises (`promises`). Where ../shared/real is not there, the examples of
the repository are mutated. Says what it did and exits 1 where a case broke a promise; the case is then kept in the folder of temporary
files.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.memory import peak as peak_memory  # noqa: E402
from pipeline.errors import SourceError  # noqa: E402
from pipeline.extract import extract  # noqa: E402
from pipeline.model.capture import Capture, Headers, Request  # noqa: E402
from pipeline.model.source import Article, AutoListing, Feed, JsonApi, Listing, Selector, Sitemap  # noqa: E402
from pipeline.normalise import canonical_url, clean_text, normalise  # noqa: E402
from tests.builders import source  # noqa: E402

if TYPE_CHECKING:
    from pipeline.model.entry import Extraction

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SECONDS, MEGABYTES = 5.0, 500
REAL = ROOT.parent / "shared" / "real"
LARGEST = 300_000

# fmt: off
#: What strangers put where nobody expects it.
PIECES = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[31m", b"\xc3", b"\xed\xa0\x80",
    b"&#0;", b"&#xD800;", b"&#99999999;", b"&amp;amp;ouml;", b"&undefined;", b'<?xml version="1.0" encoding="utf-16"?>',
    b'<?xml version="1.0" encoding="x-none"?>', b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;', b"<item>", b"</item>", b"<entry>", b"<title>", b"</channel>", b"<div>" * 400,
    b"[" * 500, b'{"a":' * 300, b"<a href='javascript:alert(1)'>", b"<link>http://[::1</link>", b"<link>//</link>", b"<pubDate>99999</pubDate>",
    b"<published>-0001-13-45T99:99:99Z</published>", b"<guid/>", b"<base href='data:,'>", b" " * 3000, b"a" * 5000, b"(" * 200, b"1e9999",
    "İıſẞ\u202e\ufeff\U0001f469\u200d\U0001f692".encode(), b"<meta charset=utf-7>", b"xml:base='http://a.example:99999/'", b"<svg><script>",
    b"\r\n\r\n", b"<script>", b"<table><tr><td>", b"<title type='xhtml'>", b"=" * 1000, b"<time datetime='P1Y'>", b"\xe5\xe4\xf6", b"Maj 2026 kl. 25.61",
]
# fmt: on


def corpus() -> list[tuple[str, bytes]]:
    """Names and contents of what is mutated, none of them huge."""
    folders = [REAL / "feeds", REAL / "listings", REAL / "articles", REAL / "sites-2"] if REAL.is_dir() else []
    files = [each for folder in folders or [ROOT / "examples"] for each in sorted(folder.rglob("*")) if each.is_file()]
    kept = [
        each for each in files if not each.name.endswith((".serde.json", "routes.json", "gold.json", ".yaml", ".md"))
    ]
    found = [(str(each.name), each.read_bytes()) for each in kept]
    return [(name, body) for name, body in found if 0 < len(body) <= LARGEST]


def mutated(body: bytes, others: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    """The body with up to eight things done to it."""
    data = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        match chance.randrange(8):
            case 0:
                data[at : min(to, at + 2_000)] = b""
            case 1:
                data[at:at] = chance.choice(PIECES)
            case 2:
                data[at:at] = data[at : min(to, at + 500)] * chance.randint(1, 20)
            case 3:
                for _ in range(chance.randint(1, 30)):
                    data[chance.randrange(len(data) or 1) : 1 + at] = (
                        bytes([chance.randrange(256)]) if not data else b""
                    )
                    if data:
                        data[chance.randrange(len(data))] = chance.randrange(256)
            case 4:
                other = chance.choice(others)[1]
                begin = chance.randrange(len(other))
                data[at:at] = other[begin : begin + chance.randint(1, 3_000)]
            case 5:
                del data[at:]
            case 6:
                data[:] = data.decode("utf-8", "replace").encode(
                    chance.choice(["utf-16", "latin-1", "cp1252", "utf-32"]), "replace"
                )
            case _:
                word = bytes(data[at : at + chance.randint(1, 12)])
                data[:] = data.replace(word, chance.choice(PIECES), 3) if word else data
        data = data[: LARGEST * 2] or bytearray(b" ")
    return bytes(data)


def kinds(name: str, chance: random.Random):
    """The kind of source that a file is read as: what it is, mostly; sometimes anything."""
    listing = Listing(
        item="article, li, tr, .item, item, div", title=Selector(css="h1, h2, h3, a"), link=Selector(css="a"),
        date=Selector(css="time, .date"), summary=Selector(css="p"), next=Selector(css="a.next"), pages=1,
    )  # fmt: skip
    api = JsonApi(
        items=chance.choice(["[]", "items", "@"]),
        title="title",
        link="url",
        date="date_published",
        summary="summary",
        pages=1,
    )
    every = [Feed(), listing, AutoListing(next=None, pages=1), api, Sitemap(include=None, exclude=None)]
    if chance.random() < 0.15:
        return chance.choice(every)
    if name.endswith((".html", ".htm")):
        return chance.choice([listing, AutoListing(next=None, pages=1)])
    return Feed()


def read(body: bytes, other: bytes, name: str, chance: random.Random) -> Counter[str]:
    """What became of one case, by kind; raises what is not ours, AssertionError where a promise was broken."""
    kind = kinds(name, chance)
    types = [
        "text/html; charset=utf-8",
        "application/rss+xml",
        "application/json",
        "text/xml; charset=iso-8859-1",
        "",
        "image/png",
    ]
    own = source(url="https://k.example/n", kind=kind, article=Article() if chance.random() < 0.2 else None)
    conversation = extract(own, ())
    try:
        request = next(conversation)
        for number in range(4):
            request = conversation.send(_capture(request, body if number == 0 else other, chance.choice(types)))
        conversation.close()
    except StopIteration as end:
        promises(end.value, own)
        return Counter([type(kind).__name__, "entries" if end.value.entries else "nothing"])
    except SourceError as error:
        if error.kind == "internal" or not error.message or not error.hint:
            raise AssertionError(f"an error that helps nobody: {error.kind}, {error.message}") from error
        return Counter([type(kind).__name__, error.kind])
    return Counter([type(kind).__name__, "asks for more"])


def _capture(request: Request, body: bytes, content_type: str) -> Capture:
    fields = Headers([("Content-Type", content_type)] if content_type else [])
    return Capture(
        request=request, url=request.url, status=200, headers=fields, body=body, fetched_at=NOW, elapsed=timedelta(0)
    )


def promises(extraction: Extraction, own) -> None:
    """What holds for every item that is ever published."""
    items, _ = normalise(extraction.entries, own, NOW)
    assert len(items) <= 2_000
    for item in items:
        assert 1 <= len(item.title) <= 500
        assert len(item.summary) <= 2_000
        assert item.url is None or item.url.startswith(("http://", "https://"))
        assert item.url is None or canonical_url(item.url) == item.url
        assert clean_text(item.title) == item.title
        assert all(each.isalnum() and each.isascii() for each in item.id)
        assert not any(each < " " and each != "\n" for each in item.title + item.summary + item.text)
        json.dumps(item.title + item.summary + item.text).encode()


def fuzz(seed: int, *, cases: int | None = None, seconds: float | None = None) -> tuple[Counter[str], list[str]]:
    """What became of the cases, by kind, and a line for each that broke a promise; it is kept among the temporary files."""
    chance, files = random.Random(seed), corpus()
    done: Counter[str] = Counter()
    broken: list[str] = []
    ends = time.monotonic() + (seconds or float("inf"))
    while time.monotonic() < ends and done["cases"] != cases and len(broken) < 25:
        name, body = chance.choice(files)
        case, other = mutated(body, files, chance), mutated(chance.choice(files)[1], files, chance)
        began = time.process_time()
        why = ""
        try:
            done.update(read(case, other, name, chance))
        except Exception as error:  # that is what is looked for
            why = f"{type(error).__name__}: {error}"[:400]
        took = time.process_time() - began
        if why or took > SECONDS:
            kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{done['cases']}-{name}"
            kept.write_bytes(case)
            broken.append(f"{kept}: {why or f'took {took:.1f} s'}")
        done["milliseconds at most"] = max(done["milliseconds at most"], int(took * 1000))
        done["cases"] += 1
    return done, broken


def main(seconds: float, seed: int) -> int:
    """1 where a case broke a promise, else 0."""
    done, broken = fuzz(seed, seconds=seconds)
    peak = peak_memory()
    print(*broken, ", ".join(f"{name} {count}" for name, count in done.most_common()), sep="\n")
    print(f"{len(broken)} broken, {peak:.0f} MB at most")
    return int(bool(broken) or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600, int(sys.argv[2]) if len(sys.argv) > 2 else 2026))
