"""Every date in real feeds, as four readers read it: ours, feedparser, dateutil and dateparser.

    python benchmarks/quality/feed_dates.py [FOLDER]

The dates are those of elements that are dates by their name (RSS, Dublin Core, Atom in all versions, CDF, JSON Feed), taken from the
bytes of the feeds in ../shared/real/feeds, whatever else is wrong with the feed. A difference from feedparser that stands in
`DIFFERENCES` is one by intent, with who is right.
"""

from __future__ import annotations

import html
import re
import sys
import warnings
from calendar import timegm
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.normalise import parse_date  # noqa: E402
from pipeline.web.encoding import decode  # noqa: E402

FEEDS = ROOT.parent / "shared" / "real" / "feeds"
#: Some feeds say "today"; they are old.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_ELEMENT = re.compile(
    r"<(?:\w+:)?(?P<name>pubDate|lastBuildDate|date|dcterms:\w+|created|issued|modified|published|updated|valid|available|expirationDate|updateBase|lastmod)"
    r"\b[^<>]*>(?:\s*<!\[CDATA\[)?(?P<text>[^<>]{1,200}?)(?:\]\]>\s*)?</(?:\w+:)?(?P=name)\s*>"
    r'|"(?P<key>date_published|date_modified)"\s*:\s*"(?P<value>[^"]{1,200})"',
    re.IGNORECASE,
)

#: A text that feedparser reads otherwise than we do, by a pattern: who is right and why.
DIFFERENCES: tuple[tuple[str, str], ...] = (
    (r".* [AP]M", "feedparser leaves out the PM and is twelve hours early. We are right, and so are the others."),
    (
        r"\d{4}",
        "A year alone (dcterms:dateCopyrighted); the others make up a month and a day. We are right to read no moment.",
    ),
)


@dataclass(slots=True, kw_only=True)
class Row:
    """A text, and what the readers make of it; a reader that is not named makes nothing of it."""

    text: str
    feeds: set[str] = field(default_factory=set)
    ours: datetime | None = None
    precision: str | None = None
    theirs: dict[str, datetime] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether feedparser reads another moment, or ours reads none where any other does."""
        if self.ours is None:
            return bool(self.theirs)
        other = self.theirs.get("feedparser")
        return other is not None and abs(other - self.ours) >= timedelta(
            seconds=60 if self.precision == "minute" else 1
        )

    @property
    def excuse(self) -> str | None:
        """Why a difference is none to mend."""
        return next((why for pattern, why in DIFFERENCES if re.fullmatch(pattern, self.text)), None)


def texts(folder: Path = FEEDS) -> dict[str, set[str]]:
    """The dates in the feeds, each with the names of its feeds."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*/*")):
        if path.name.endswith(".serde.json"):
            continue
        body = path.read_bytes()
        for match in _ELEMENT.finditer(decode(body, content_type="application/xml", kind="xml").text):
            text = html.unescape(html.unescape(match["text"] or match["value"])).strip()
            if text:
                found.setdefault(text, set()).add(f"{path.parent.name}/{path.name}")
    return found


def rows(folder: Path = FEEDS, *, others: bool = True) -> list[Row]:
    """A row for each different text; empty where the folder is not there. `others` asks dateutil and dateparser, too."""
    found = []
    for text, feeds in texts(folder).items():
        moment = parse_date(text, languages=["en"], now=NOW)
        row = Row(text=text, feeds=feeds, ours=moment and moment.at, precision=moment and moment.precision)
        row.theirs = _theirs(text, others=others)
        found.append(row)
    return found


def _theirs(text: str, *, others: bool) -> dict[str, datetime]:
    from feedparser.datetimes import _parse_date

    found: dict[str, datetime] = {}
    with warnings.catch_warnings(action="ignore"):
        if (parsed := _parse_date(text)) is not None:
            found["feedparser"] = datetime.fromtimestamp(timegm(parsed), UTC)
        if others:
            found |= _by_others(text)
    return found


def _by_others(text: str) -> dict[str, datetime]:
    import dateparser
    from dateutil import parser

    found = {}
    for name, read in (("dateutil", parser.parse), ("dateparser", dateparser.parse)):
        try:
            at = read(text)
        except Exception:  # noqa: BLE001 - some say so that it is no date
            continue
        if at is not None:
            found[name] = at if at.tzinfo else at.replace(tzinfo=UTC)
    return found


def main(arguments: list[str]) -> int:
    """The differences, and the counts."""
    table = rows(Path(arguments[0])) if arguments else rows()
    for row in table:
        if row.differs:
            print(
                f"{row.text!r:50} ours {row.ours} ({row.precision}), theirs { {k: str(v) for k, v in row.theirs.items()} }"
            )
            print(f"    {row.excuse or 'TO MEND'}  {sorted(row.feeds)[:2]}")
    counts = {name: sum(name in row.theirs for row in table) for name in ("feedparser", "dateutil", "dateparser")}
    alike = sum("feedparser" in row.theirs and not row.differs for row in table)
    print(
        f"{len(table)} different dates: read by samflode {sum(row.ours is not None for row in table)}, "
        + ", ".join(f"by {name} {count}" for name, count in counts.items())
        + f"; as feedparser reads it {alike}; differences without an excuse {sum(row.differs and not row.excuse for row in table)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
