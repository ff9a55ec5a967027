"""Content-coding undone as it arrives, never more of it in memory than is asked for (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: Bytes that a decoder gives at once: a bomb is met after so many, not after all of it.
PIECE = 65_536
#: Bytes that are fed at once to decoders that can't be told how much to give.
SIP = 256
#: More codings than this over one another are an attack.
MOST_CODINGS = 3


#: No coding; the last ones are mistakes of servers that browsers forgive.
_NONE = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit"})


class Decoder(Protocol):
    """Undoes one coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes out, in pieces."""

    def is_whole(self) -> bool:
        """Whether the coded data came to its own end."""


class _Zlib:
    """gzip (RFC 1952), one member or several, and deflate with or without its zlib wrapper (RFC 1950, RFC 1951)."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._engine = zlib.decompressobj(wbits)
        self._fed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._engine.eof:
                if self._wbits != zlib.MAX_WBITS | 16 or not data.startswith(b"\x1f\x8b"):
                    return  # padding after the end
                self._engine = zlib.decompressobj(self._wbits)
            try:
                piece = self._engine.decompress(data, PIECE)
            except zlib.error:
                if self._fed or self._wbits != zlib.MAX_WBITS:
                    raise
                self._wbits = -zlib.MAX_WBITS
                self._engine = zlib.decompressobj(self._wbits)
                continue
            self._fed = True
            if piece:
                yield piece
            data = self._engine.unconsumed_tail or self._engine.unused_data

    def is_whole(self) -> bool:
        return self._engine.eof or not self._fed


class _Sipped:
    """A decoder that gives all that it has for what it is fed, fed in sips."""

    def __init__(self, decompress: Callable[[bytes], bytes], is_whole: Callable[[], bool]) -> None:
        self._decompress = decompress
        self._is_whole = is_whole

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), SIP):
            if piece := self._decompress(data[start : start + SIP]):
                yield piece

    def is_whole(self) -> bool:
        return self._is_whole()


def _brotli() -> Decoder:
    import brotli

    engine = brotli.Decompressor()
    return _Sipped(engine.process, engine.is_finished)


def _zstd() -> Decoder:
    import zstandard

    engine = zstandard.ZstdDecompressor().decompressobj()
    return _Sipped(engine.decompress, lambda: engine.eof)


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(zlib.MAX_WBITS | 16),
    "x-gzip": lambda: _Zlib(zlib.MAX_WBITS | 16),
    "deflate": lambda: _Zlib(zlib.MAX_WBITS),
    "br": _brotli,
    "zstd": _zstd,
}


class Decoding:
    """All codings of one response, the last applied undone first."""

    def __init__(self, field: str | None, *, url: str) -> None:
        names = [name for part in (field or "").split(",") if (name := part.strip().lower()) not in _NONE]
        unknown = [name for name in names if name not in _DECODERS]
        if unknown or len(names) > MOST_CODINGS:
            raise DecodeError(f"the response is coded as `{field}`, which can't be undone", url=url)
        self._url = url
        self._decoders = [_DECODERS[name]() for name in reversed(names)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes out of one piece of the body, in pieces. Raises DecodeError where the coding is broken."""
        pieces: Iterable[bytes] = (data,)
        for decoder in self._decoders:
            pieces = _through(decoder, pieces)
        try:
            yield from pieces
        except Exception as error:
            raise DecodeError("the response's compression is broken", url=self._url) from error

    def finish(self) -> None:
        """Raises DecodeError where the coded data stopped before its end."""
        if not all(decoder.is_whole() for decoder in self._decoders):
            raise DecodeError(
                "the response was cut off within its compression",
                url=self._url,
                hint="The site was interrupted; it is asked again at the next run.",
            )


def _through(decoder: Decoder, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from decoder.feed(piece)
