"""How many dates are read as they were meant, beside other readers, and how fast.

    python benchmarks/quality/dates.py [--show]

Two sets: the date strings of ../shared/real/dates, with the answers given there, and those of `date_cases.py`, made by CLDR and by
hand for this. Right is the moment to its precision, and the precision itself where a reader gives one; wrong where null was right is
counted apart, because an invented date is the worse mistake. `--show` prints ours that are not right.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
SHARED = ROOT.parent / "shared" / "real" / "dates" / "dates.jsonl"

from benchmarks.quality.date_cases import Case, cases  # noqa: E402
from pipeline.normalise import parse_date  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Moment and precision; None: no date.
Read = tuple[datetime, str | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one reader did over one set."""

    reader: str
    set: str
    cases: int
    right: int
    #: Of those that are dates.
    wrong: int
    missed: int
    #: Of those that are none, read as one.
    invented: int
    none: int
    a_second: float


def ours(case: Case, zone: tzinfo, now: datetime | None) -> Read:
    moment = parse_date(case.text, languages=[case.language], timezone=zone, now=now)
    return (moment.at, moment.precision) if moment else None


def by_dateparser(case: Case, _zone: tzinfo, now: datetime | None) -> Read:
    import dateparser

    settings = {
        "TIMEZONE": case.zone, "RETURN_AS_TIMEZONE_AWARE": True, "DATE_ORDER": "DMY", "PREFER_DAY_OF_MONTH": "first",
        "PREFER_DATES_FROM": "past",
    }  # fmt: skip
    if now:
        settings["RELATIVE_BASE"] = now.replace(tzinfo=None)
    language = "no" if case.language == "nn" else case.language
    read = dateparser.parse(case.text, languages=[language], settings=settings)
    return (read, None) if read else None


def by_dateutil(case: Case, zone: tzinfo, _now: datetime | None) -> Read:
    from dateutil import parser

    with warnings.catch_warnings(action="ignore"):
        read = parser.parse(case.text, dayfirst=True, default=datetime(2026, 1, 1))
    return (read if read.tzinfo else read.replace(tzinfo=zone), None)


READERS: dict[str, Callable[[Case, tzinfo, datetime | None], Read]] = {
    "samflode": ours,
    "dateparser": by_dateparser,
    "dateutil": by_dateutil,
}


def verdict(case: Case, read: Read) -> str:
    """`right`, `wrong`, `missed`, or `invented`."""
    if case.iso is None or case.precision is None:
        return "right" if read is None else "invented"
    if read is None:
        return "missed"
    at, precision = read
    if precision not in {None, case.precision}:
        return "wrong"
    if case.precision in {"day", "month"}:
        return "right" if at.date().isoformat().startswith(case.iso) else "wrong"
    limit = 1 if case.precision == "second" else 60
    return "right" if abs((at - datetime.fromisoformat(case.iso)).total_seconds()) < limit else "wrong"


def shared() -> list[Case]:
    """The set of ../shared; empty where it is not there."""
    if not SHARED.is_file():
        return []
    found = []
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(
            Case(
                text=row["text"],
                language=row["lang"],
                zone=row["tz"],
                iso=row["iso"],
                precision=row["precision"],
                family=row["kind"],
                now=row["now"] or "",
            )
        )
    return found


def measure(name: str, reader: str, of: Sequence[Case]) -> tuple[Row, list[tuple[str, Case, Read]]]:
    """A row, and what was not right."""
    read = READERS[reader]
    zones = {case.zone: ZoneInfo(case.zone) for case in of}
    nows = {now: datetime.fromisoformat(now) if now else None for now in {case.now for case in of}}
    answers: list[Read] = []
    start = time.perf_counter()
    for case in of:
        try:
            answers.append(read(case, zones[case.zone], nows[case.now]))
        except Exception:  # noqa: BLE001 - some say so that it is no date
            answers.append(None)
    took = time.perf_counter() - start
    verdicts = [verdict(case, answer) for case, answer in zip(of, answers, strict=True)]
    counts = Counter(verdicts)
    row = Row(
        reader=reader, set=name, cases=len(of), right=counts["right"], wrong=counts["wrong"], missed=counts["missed"],
        invented=counts["invented"], none=sum(case.iso is None for case in of), a_second=len(of) / took,
    )  # fmt: skip
    bad = [(v, case, answer) for v, case, answer in zip(verdicts, of, answers, strict=True) if v != "right"]
    return row, bad


def rows(*, show: bool = False, readers: Sequence[str] = tuple(READERS)) -> list[Row]:
    """A row for each set and reader. The speeds are of feed dates, and of all others, as pages write them."""
    made, real = list(cases()), shared()
    found = []
    for name, of in (("CLDR, sites, feeds (shared)", real), ("forms by hand and CLDR (own)", made)):
        for reader in readers if of else ():
            row, bad = measure(name, reader, of)
            found.append(row)
            if show and reader == "samflode":
                _print_bad(bad)
    for name, of in (
        ("speed: feed dates", [case for case in real or made if case.family == "feed"]),
        ("speed: page dates", [case for case in real or made if case.family in {"site", "cldr"}]),
    ):
        found.extend(measure(name, reader, of)[0] for reader in readers)
    return found


def _print_bad(bad: Sequence[tuple[str, Case, Read]]) -> None:
    families: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for v, case, answer in bad:
        print(f"{v:8} {case.family:12} {case.language} {case.text!r} is {case.iso} {case.precision}, read as {answer}")
        families[case.family, case.language][v] += 1
    for key, counts in sorted(families.items()):
        print(*key, dict(counts))


def table(found: Sequence[Row]) -> str:
    """The rows as text."""
    lines = [
        f"{'set':30} {'reader':12} {'cases':>6} {'right':>7} {'wrong':>7} {'missed':>7} {'invented':>14} {'a second':>9}"
    ]
    for row in found:
        dated = max(1, row.cases - row.none)
        invented = f"{row.invented} of {row.none}"
        lines.append(
            f"{row.set:30} {row.reader:12} {row.cases:6} {row.right / max(1, row.cases):7.2%} {row.wrong / dated:7.2%} {row.missed / dated:7.2%} {invented:>14} {row.a_second:9.0f}"
        )
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """The table."""
    show = "--show" in arguments
    print(table(rows(show=show, readers=("samflode",) if show else tuple(READERS))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
