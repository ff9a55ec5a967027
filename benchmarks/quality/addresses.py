"""Which addresses lead to one page: ours beside courlan and w3lib, over the pairs of tests/normalise/addresses.tsv.

    python benchmarks/quality/addresses.py [--show]

A false merge makes two articles one and is the worse mistake; a missed one shows an article twice. Readers that are not installed
are left out.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.normalise.address import address_key  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLE = ROOT / "tests" / "normalise" / "addresses.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two addresses, whether they lead to one page, and what is asked by them."""

    same: bool
    one: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one normaliser did."""

    reader: str
    same: int
    #: Of those that are the same.
    found: int
    different: int
    #: Of those that are different, taken for the same.
    merged: int
    a_second: float


def pairs() -> Iterator[Pair]:
    """Those of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            says, one, other, reason = line.split("\t")
            yield Pair(same=says == "same", one=_text(one), other=_text(other), reason=reason)


def readers() -> Iterator[tuple[str, Callable[[str], str | None]]]:
    """Name and function of each that is installed."""
    yield "samflode", address_key
    try:
        from courlan import clean_url, normalize_url
    except ImportError:
        pass
    else:
        yield "courlan", clean_url
        yield "courlan strict", lambda url: normalize_url(url, strict=True)
    try:
        from w3lib.url import canonicalize_url
    except ImportError:
        pass
    else:
        yield "w3lib", canonicalize_url


def rows(*, show: bool = False) -> list[Row]:
    """A row for each reader."""
    found = []
    of = list(pairs())
    for name, read in readers():
        start = time.perf_counter()
        answers = [(_read(read, pair.one), _read(read, pair.other)) for pair in of]
        took = time.perf_counter() - start
        alike = [one is not None and one == other for one, other in answers]
        if show and name == "samflode":
            for pair, one in zip(of, alike, strict=True):
                if one != pair.same:
                    print("merged" if one else "missed", pair)
        found.append(
            Row(
                reader=name,
                same=sum(pair.same for pair in of),
                found=sum(pair.same and one for pair, one in zip(of, alike, strict=True)),
                different=sum(not pair.same for pair in of),
                merged=sum(one and not pair.same for pair, one in zip(of, alike, strict=True)),
                a_second=2 * len(of) / took,
            )
        )
    return found


def _read(read: Callable[[str], str | None], url: str) -> str | None:
    try:
        return read(url)
    except Exception:  # noqa: BLE001 - some raise for what they can't read
        return None


def _text(field: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], field)


def main(arguments: list[str]) -> int:
    """The table."""
    print(f"{'reader':15} {'found':>12} {'falsely merged':>15} {'a second':>9}")
    for row in rows(show="--show" in arguments):
        print(
            f"{row.reader:15} {f'{row.found} of {row.same}':>12} {f'{row.merged} of {row.different}':>15} {row.a_second:9.0f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
