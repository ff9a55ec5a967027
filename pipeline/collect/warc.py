"""Captures ⇄ records of WARC 1.1 (ISO 28500:2017); the only door to warcio.

A capture is kept as it was understood: with its content-coding undone. The fields that describe the bytes on the wire keep their
names behind `X-Archive-Orig-`, as other web archives do it, and a true Content-Length stands in their place, so that every
reader of WARC can show the record. A request that brought no response has a `metadata` record that says why.
"""

from __future__ import annotations

import io
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator  # noqa: TID251
from warcio.bufferedreaders import ChunkedDataReader  # noqa: TID251
from warcio.exceptions import ArchiveLoadFailed  # noqa: TID251
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException  # noqa: TID251
from warcio.utils import Digester  # noqa: TID251
from warcio.warcwriter import WARCWriter  # noqa: TID251

from pipeline.collect.decoding import Decoding
from pipeline.errors import TooLarge, UsageError
from pipeline.model.capture import Capture, Headers
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.model.capture import Request

VERSION = "1.1"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
#: Profiles of revisit records (section 6.7): the server said so, or the same bytes came again.
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_ORIGINAL = "X-Archive-Orig-"
#: They describe the bytes on the wire, which are not what is kept.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
#: Of request and response: what lets somebody in is nobody else's.
_PRIVATE = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "set-cookie2"})
_HIDDEN = "(not recorded)"
_CHUNK = 65_536
#: What reading a file that is no WARC, or a broken one, ends in.
_BROKEN = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    zlib.error,
    EOFError,
    ValueError,
    AttributeError,
    TypeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An earlier record that holds a body in full."""

    url: str
    #: As its WARC-Date is written.
    date: str
    #: As its WARC-Payload-Digest is written.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a record lies, and what it is."""

    path: Path
    #: Of its first byte.
    offset: int
    #: WARC-Type.
    kind: str
    url: str
    at: datetime
    #: "" where there is none.
    digest: str
    #: Of a revisit; "" for others.
    profile: str
    #: Of a response or a revisit; 0 for others.
    status: int
    #: Of warcinfo and metadata: what they say.
    says: Mapping[str, str]


class Writer:
    """Writes records into a file, each compressed by itself: what was written stays readable whatever happens after it."""

    def __init__(self, file: BinaryIO) -> None:
        self._writer = WARCWriter(file, gzip=True, warc_version=VERSION)

    def info(self, filename: str, at: datetime, says: Mapping[str, str]) -> None:
        """The record that begins a file."""
        record = self._writer.create_warcinfo_record(filename, dict(says))
        record.rec_headers.replace_header("WARC-Date", written_date(at))
        self._writer.write_record(record)

    def exchange(self, request: Request, capture: Capture, *, hidden: str, base: Base | None) -> None:
        """A request and its response; `base` holds the body where the response has none, or the same.

        `hidden` are the names of the secrets that stand in them as `${NAME}`.
        """
        status = f"{capture.status} {_phrase(capture.status)}".strip()
        facts = {"WARC-Date": written_date(capture.fetched_at)}
        if hidden:
            facts["WARC-Hidden-Variables"] = hidden
        fields = _HttpFields(status, _kept_fields(capture), protocol="HTTP/1.1")
        if base is not None or capture.status == HTTPStatus.NOT_MODIFIED:
            facts["WARC-Profile"] = NOT_MODIFIED if capture.status == HTTPStatus.NOT_MODIFIED else SAME_PAYLOAD
            if base is not None:
                facts["WARC-Payload-Digest"] = base.digest
                facts["WARC-Refers-To-Target-URI"] = base.url
                facts["WARC-Refers-To-Date"] = base.date
            response = self._writer.create_warc_record(
                capture.url, "revisit", http_headers=fields, warc_headers_dict=facts
            )
        else:
            response = self._writer.create_warc_record(
                capture.url,
                "response",
                payload=io.BytesIO(capture.body),
                length=len(capture.body),
                http_headers=fields,
                warc_headers_dict=facts,
            )
        self._writer.write_record(response)
        asked = self._request(request, facts["WARC-Date"])
        asked.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
        self._writer.write_record(asked)

    def resource(self, url: str, at: datetime, text: str) -> None:
        """A record of what is known of an address without having asked for it now (section 6.4)."""
        content = text.encode()
        self._writer.write_record(
            self._writer.create_warc_record(
                url,
                "resource",
                payload=io.BytesIO(content),
                length=len(content),
                warc_content_type="text/plain; charset=utf-8",
                warc_headers_dict={"WARC-Date": written_date(at)},
            )
        )

    def says(self, url: str, at: datetime, says: Mapping[str, str]) -> None:
        """A record of what is no response: why there was none, or which source is done."""
        text = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in says.items()).encode()
        self._writer.write_record(
            self._writer.create_warc_record(
                url,
                "metadata",
                payload=io.BytesIO(text),
                length=len(text),
                warc_content_type="application/warc-fields",
                warc_headers_dict={"WARC-Date": written_date(at)},
            )
        )

    def _request(self, request: Request, date: str) -> Any:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = [("Host", parts.netloc.rpartition("@")[2]), *_open_fields(request.headers)]
        return self._writer.create_warc_record(
            request.url,
            "request",
            http_headers=_HttpFields(f"GET {target} HTTP/1.1", fields, is_http_request=True),
            warc_headers_dict={"WARC-Date": date},
        )


def records(path: Path) -> Iterator[Found]:
    """The records of a file but for requests, in their order; what a crash left at its end is left out.

    Raises UsageError where it is no WARC.
    """
    count = 0
    try:
        with path.open("rb") as file:
            iterator = ArchiveIterator(file)
            for record in iterator:
                offset = iterator.offset
                says = _fields_of(record)
                if not _is_whole(record):
                    return
                count += 1
                if (found := _found(path, offset, record, says)) is not None:
                    yield found
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", hint="Mend its permissions or its path.") from error
    except _BROKEN as error:
        if count:
            return  # the end of a run that was killed
        raise UsageError(
            f"{path} can't be read as WARC: {' '.join(str(error).split())[:200] or type(error).__name__}",
            hint="Name a .warc or .warc.gz file with a gzip member for each record; `warcio recompress` makes such a file of others.",
        ) from error


def captured(found: Found, request: Request, *, max_bytes: int, base: Found | None = None) -> tuple[Capture, str]:
    """The capture that a response or a revisit is, as an answer to `request`, and the names of the secrets hidden in it.

    The body and, for a 304 that is to be given as a whole answer, the status and the fields come from `base`.
    Raises TooLarge, DecodeError; UsageError where the file is not what it was.
    """
    if base is not None and found.profile == NOT_MODIFIED:
        # The whole answer, as if it had come now.
        capture, hidden = _read(base, request, max_bytes)
        return replace(capture, fetched_at=found.at), hidden
    capture, hidden = _read(found, request, max_bytes)
    if base is not None:
        whole, also = _read(base, request, max_bytes)
        return replace(capture, body=whole.body), " ".join(dict.fromkeys(f"{hidden} {also}".split()))
    return capture, hidden


def payload_digest(body: bytes) -> str:
    """A body's WARC-Payload-Digest, as warcio writes it."""
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)


def written_date(moment: datetime) -> str:
    """A WARC-Date: UTC, to the second where there is nothing finer (section 5.4)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


class _HttpFields(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """Fields in UTF-8: warcio itself would percent-encode every value that is not ASCII, and so change it."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        text: str = self.to_str(filter_func)
        return text.encode("utf-8", "surrogateescape") + b"\r\n"


def _kept_fields(capture: Capture) -> list[tuple[str, str]]:
    fields = [
        (f"{_ORIGINAL}{name}" if name.lower() in _OF_THE_WIRE else name, value)
        for name, value in _open_fields(capture.headers)
    ]
    return [*fields, ("Content-Length", str(len(capture.body)))]


def _open_fields(headers: Headers) -> list[tuple[str, str]]:
    return [(name, _HIDDEN if name.lower() in _PRIVATE else " ".join(value.splitlines())) for name, value in headers]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _fields_of(record: Any) -> dict[str, str]:
    """What a warcinfo or metadata record says (application/warc-fields); nothing for others."""
    if record.rec_type not in {"warcinfo", "metadata"}:
        return {}
    text = record.raw_stream.read(_CHUNK).decode("utf-8", "replace")
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _is_whole(record: Any) -> bool:
    """Whether the record is as long as it says; a run that was killed may have left half a record at the end."""
    while record.raw_stream.read(_CHUNK):
        pass
    return record.rec_headers.get_header("Content-Length") is not None and record.raw_stream.limit == 0


def _found(path: Path, offset: int, record: Any, says: Mapping[str, str]) -> Found | None:
    fields = record.rec_headers
    if record.rec_type not in {"warcinfo", "metadata", "response", "revisit", "resource"}:
        return None
    if record.rec_type in {"response", "revisit"} and record.http_headers is None:
        return None  # of another protocol, or a resource without an answer
    return Found(
        path=path,
        offset=offset,
        kind=record.rec_type,
        url=fields.get_header("WARC-Target-URI") or "",
        at=_moment(fields.get_header("WARC-Date")),
        digest=fields.get_header("WARC-Payload-Digest") or "",
        profile=_profile(fields.get_header("WARC-Profile") or ""),
        status=_status(record),
        says=says,
    )


def _status(record: Any) -> int:
    code = record.http_headers.get_statuscode() if record.http_headers else ""
    return int(code) if code.isascii() and code.isdigit() else 0


def _profile(written: str) -> str:
    """The profile of WARC 1.1 that is meant: 1.0 spells them differently."""
    return written.replace("/warc/1.0/", "/warc/1.1/")


def _moment(written: str | None) -> datetime:
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(written or "").astimezone(UTC)
    return datetime.fromtimestamp(0, UTC)


def _read(found: Found, request: Request, max_bytes: int) -> tuple[Capture, str]:
    try:
        with found.path.open("rb") as file:
            file.seek(found.offset)
            record = next(iter(ArchiveIterator(file)))
            fields = record.http_headers or _resource_fields(record)
            headers = _restored(fields.headers)
            body = b"" if found.kind == "revisit" else _body(record, request.url, max_bytes)
            capture = Capture(
                request=request,
                url=request.url,
                status=int(fields.get_statuscode()),
                headers=headers,
                body=body,
                fetched_at=found.at,
                elapsed=timedelta(0),
            )
            return capture, record.rec_headers.get_header("WARC-Hidden-Variables") or ""
    except (OSError, StopIteration, *_BROKEN) as error:
        raise UsageError(
            f"{found.path} is not what it was: the record of {found.url} can't be read",
            hint="Let nobody change recordings while they are read; take the file out of the folder if it is damaged.",
        ) from error


def _restored(fields: list[tuple[str, str]]) -> Headers:
    """The fields as they came over the wire."""
    original = {name.lower().removeprefix(_ORIGINAL.lower()) for name, _ in fields if _is_original(name)}
    return Headers(
        (name[len(_ORIGINAL) :] if _is_original(name) else name, value)
        for name, value in fields
        if name.lower() not in original
    )


def _is_original(name: str) -> bool:
    return name.lower().startswith(_ORIGINAL.lower())


def _resource_fields(record: Any) -> StatusAndHeaders:
    """The fields of an answer that was never one of HTTP."""
    return StatusAndHeaders("200 OK", [("Content-Type", record.content_type or "")], protocol="HTTP/1.1")


def _body(record: Any, url: str, max_bytes: int) -> bytes:
    """The body, whatever codings the recording left on it undone, never more of it than allowed."""
    fields = record.http_headers or StatusAndHeaders("", [])
    stream = record.raw_stream
    if "chunked" in (fields.get_header("Transfer-Encoding") or "").lower():
        stream = ChunkedDataReader(stream)
    decoding = Decoding(fields.get_header("Content-Encoding"), url=url)
    body = bytearray()
    while chunk := stream.read(_CHUNK):
        for piece in decoding.feed(chunk):
            body += piece
            if len(body) > max_bytes:
                raise TooLarge(
                    f"the recording of {readable_host(host_of(url))} holds more than {max_bytes / 1_000_000:g} MB",
                    url=url,
                )
    decoding.finish()
    return bytes(body)
