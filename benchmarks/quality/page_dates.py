"""Dates on pages, in the forms that Swedish sites write: ours beside htmldate, which reads pages and not strings.

    python benchmarks/quality/page_dates.py

Seventeen forms, twelve months, days 5 and 27: 408 pages as Joomla writes them, with the date as visible text alone.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.quality.date_cases import Case, made  # noqa: E402
from pipeline.normalise import parse_date  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMS = (
    *("{d} {Month} {yyyy}", "{d} {mon} {yyyy}", "Publicerad: {d} {Month} {yyyy}", "Publicerad {yyyy}-{mm}-{dd}", "{yyyy}-{mm}-{dd}"),
    *("{Day}en den {d} {Month} {yyyy}", "{d} {Month} {yyyy} kl. 14.30", "{o} {Month} {yyyy}", "den {o} {Month} {yyyy}", "{d}/{m} {yyyy}"),
    *("{d}/{m}-{yy}", "{yy}-{mm}-{dd}", "{yyyy}{mm}{dd}", "{wd} {d} {mon} {yyyy}", "{Day} {d} {Month} {yyyy}", "{dd}.{mm}.{yyyy}"),
    "Uppdaterad {d} {Month} {yyyy}",
)  # fmt: skip
_PAGE = """<html lang="sv"><head><title>Nya krav</title></head><body><nav>Start</nav><div class="item-page"><h1>Nya krav</h1>
<dl class="article-info"><dd class="published">{}</dd></dl><p>Regionerna skärper kraven på sina leverantörer.</p></div></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one reader did."""

    reader: str
    cases: int
    right: int
    missed: int
    wrong: int
    a_second: float


def cases() -> Iterator[Case]:
    """The 408 texts."""
    for form in FORMS:
        for month in range(1, 13):
            for day in (5, 27):
                yield made(form, "sv", datetime(2024, month, day), "page")


def readers() -> Iterator[tuple[str, Callable[[str], str | None]]]:
    """Name and function (a text to the day that its page says) of each that is installed."""
    now = datetime(2026, 3, 1, tzinfo=UTC)

    def ours(text: str) -> str | None:
        moment = parse_date(text, languages=["sv"], now=now)
        return None if moment is None else moment.at.date().isoformat()

    yield "samflode", ours
    try:
        from htmldate import find_date
    except ImportError:
        return
    yield "htmldate", lambda text: find_date(_PAGE.format(text), original_date=True, extensive_search=True)


def rows() -> list[Row]:
    """A row for each reader."""
    found = []
    of = [(case.text, (case.iso or "")[:10]) for case in cases()]
    for name, read in readers():
        start = time.perf_counter()
        answers = [read(text) for text, _ in of]
        took = time.perf_counter() - start
        right = sum(answer == gold for answer, (_, gold) in zip(answers, of, strict=True))
        missed = sum(answer is None for answer in answers)
        found.append(
            Row(
                reader=name,
                cases=len(of),
                right=right,
                missed=missed,
                wrong=len(of) - right - missed,
                a_second=len(of) / took,
            )
        )
    return found


def main() -> int:
    """The table."""
    print(f"{'reader':10} {'cases':>5} {'right':>5} {'missed':>6} {'wrong':>5} {'a second':>9}")
    for row in rows():
        print(f"{row.reader:10} {row.cases:5} {row.right:5} {row.missed:6} {row.wrong:5} {row.a_second:9.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
