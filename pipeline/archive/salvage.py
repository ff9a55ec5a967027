"""What can still be read of a file that is not as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive.tables import SUM, digest, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Bytes of a row up to which every other value of every byte is tried; of a longer one only single bits.
_TRIED = 4_000
_BITS = tuple(1 << bit for bit in range(8))
_ALL = tuple(mask for mask in range(1, 256) if mask not in _BITS)
#: Where a row ends, and where it begins: one of the two is there still where a single byte of either has changed.
_END = re.compile(rb'"' + SUM.encode() + rb'":"[0-9a-f]{16}"\}')
_BEGINNING = re.compile(rb'(?P<named>.(?="id":"))|(?<=\d": )(?P<numbered>\{)', re.DOTALL)
#: Length of `,"sum":"0123456789abcdef"}`.
_TAIL = 26


def salvaged(content: bytes, make: Callable[[dict[str, Any]], object]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The rows of a file that are whole, or could be made whole again, and the pieces between them that could not.

    A row's `sum` says when it is as it was written. Where one byte of it changed, that byte is found by trying: the digest fits
    only one of the few hundred thousand rows that differ in one byte. `make` raises where a row is not one of its kind.
    """
    rows, lost = [], []
    for piece in _pieces(content):
        row = _row(piece, make)
        if row is not None:
            rows.append(row)
            continue
        # Two rows, where the end of the first can't be seen: then their lines tell them apart.
        for line in piece.split(b"\n"):
            if (row := _row(line, make)) is not None:
                rows.append(row)
            elif len(line) > _TAIL and b'"check"' not in line:
                lost.append(line)
    return rows, lost


def _pieces(content: bytes) -> Iterator[bytes]:
    """The file in pieces that each end where a row does."""
    start = 0
    for end in _END.finditer(content):
        yield content[start : end.end()]
        start = end.end()
    if b'"sum"' in content[start:] or b'"id"' in content[start:]:
        yield content[start:]


def _row(piece: bytes, make: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    for candidate in _candidates(piece):
        try:
            row = orjson.loads(candidate)
            if not isinstance(row, dict) or not is_whole(row):
                continue
            make(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        return row
    return None


def _candidates(piece: bytes) -> Iterator[bytes]:
    """What the row in a piece may have been, the likeliest first."""
    found = _BEGINNING.search(piece)
    if found is None:
        return
    text = (b"{" + piece[found.start() + 1 :]).rstrip(b",\r\n")
    yield text
    bare = text[:-_TAIL] + b"}"
    summed = _with_sum(bare)
    if len(summed) == len(text) and sum(one != other for one, other in zip(summed, text, strict=True)) == 1:
        # The byte is in the sum.
        yield summed
    said = text[-_TAIL:][8:-2].decode("ascii", "replace")
    yield from (_with_sum(each) for each in _neighbours(bare) if digest(each) == said)


def _with_sum(bare: bytes) -> bytes:
    return bare[:-1] + b',"' + SUM.encode() + b'":"' + digest(bare).encode() + b'"}'


def _neighbours(text: bytes) -> Iterator[bytes]:
    """Every text that differs in one byte, those that differ in one bit first; of a long text only these."""
    changed = bytearray(text)
    for masks in (_BITS, _ALL if len(text) <= _TRIED else ()):
        for at, byte in enumerate(text):
            for mask in masks:
                changed[at] = byte ^ mask
                yield bytes(changed)
            changed[at] = byte
