"""JSON APIs, read by the JMESPath expressions of sources.yaml; the only door to jmespath."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import jmespath  # noqa: TID251
import orjson

from pipeline.errors import DecodeError, ExtractError, FetchError, NothingMatched
from pipeline.extract.versions import title_key, version_of
from pipeline.model.capture import Purpose, Request
from pipeline.model.entry import MOST_DROPPED, Dropped, Entry, EntryKey, Extraction, Older, Origin, Text
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute, same_site

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation
    from pipeline.model.source import JsonApi, Source

#: Where APIs put the address of their next page, as seen: JSON:API, Django REST, HAL, Graph-like ones.
_NEXT = (
    "links.next",
    "links.next.href",
    "next",
    "_links.next.href",
    "paging.next",
    "meta.next",
    "next_page_url",
    "next_url",
    "nextPageUrl",
    "pagination.next",
    "pagination.next_url",
    "pagination.links.next",
    "meta.pagination.links.next",
    "meta.links.next",
    '"@odata.nextLink"',
)
#: Where they count their pages: the number of this one, and of the last.
_COUNTS = (
    ("current_page", "last_page"),
    ("meta.current_page", "meta.last_page"),
    ("page", "total_pages"),
    ("page", "totalPages"),
    ("page", "pages"),
    ("meta.page", "meta.total_pages"),
    ("meta.page", "meta.totalPages"),
    ("pagination.page", "pagination.pages"),
    ("pagination.page", "pagination.total_pages"),
    ("pagination.current_page", "pagination.total_pages"),
    ("meta.pagination.current_page", "meta.pagination.total_pages"),
    ("meta.pagination.page", "meta.pagination.pageCount"),
)
#: One link of a Link header (RFC 8288, section 3).
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL_NEXT = re.compile(r"""\brel\s*=\s*"?[^";,]*\bnext\b""", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")
#: Names of fields whose times are in UTC though they don't say so (WordPress: date_gmt).
_UTC_NAME = re.compile(r"(?:_gmt|_utc|Gmt|GMT|Utc|UTC)$")
_ISO_WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\Z")
#: What a number must be to be a time: seconds since 1970, from 1980 on; thousandths of them where it is larger.
_FIRST_SECOND, _LAST_SECOND = 315_532_800, 4_102_444_800


@dataclass(slots=True, kw_only=True)
class _Finds:
    entries: dict[str, Entry] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    complete: bool = True


def json_api(source: Source, kind: JsonApi) -> Conversation:
    """Every item of a JSON API and of at most `kind.pages` pages of it, each once, and where it goes on.

    Further pages are found as the API has them: WordPress counts them in X-WP-TotalPages, others name the next one in a Link header
    or in the document. Raises NothingMatched where `items` finds nothing, or what the expressions find has the wrong shape,
    DecodeError where the response is no JSON, and what the first request fails with.
    """
    finds = _Finds()
    capture = yield Request(url=source.url, purpose=Purpose.SOURCE)
    document = _document(capture)
    _take(document, capture, source, kind, finds)
    visited = {source.url, capture.url}
    for _ in range(1, kind.pages):
        address = _next_page(source, capture, document)
        if address is None or address in visited:
            break
        visited.add(address)
        try:
            capture = yield Request(url=address, purpose=Purpose.PAGE)
            document = _document(capture)
            if not _take(document, capture, source, kind, finds):
                return Extraction(entries=tuple(finds.entries.values()), warnings=tuple(finds.warnings))
        except (FetchError, ExtractError) as error:
            finds.warnings.append(f"The further page {address} could not be read: {error.message}")
            finds.complete = False
            break
    return Extraction(
        entries=tuple(finds.entries.values()),
        warnings=tuple(finds.warnings),
        dropped=tuple(finds.dropped[:MOST_DROPPED]),
        complete=finds.complete,
        older=_older(source, capture, document, visited) if finds.complete else (),
    )


def older_json_api(source: Source, kind: JsonApi, capture: Capture, *, visited: Container[str]) -> Extraction:
    """The items of one further page, and where it goes on; an empty page holds nothing. Raises what `json_api` raises."""
    finds = _Finds()
    document = _document(capture)
    if not _take(document, capture, source, kind, finds):
        return Extraction(entries=())
    older = _older(source, capture, document, visited)
    return Extraction(entries=tuple(finds.entries.values()), warnings=tuple(finds.warnings), older=older)


def _older(source: Source, capture: Capture, document: Any, visited: Container[str]) -> tuple[Older, ...]:
    address = _next_page(source, capture, document)
    guessed = False
    if address is None and capture.headers.get("X-WP-TotalPages") is None and "/wp-json/" in urlsplit(capture.url).path:
        # Where a cache in between drops the fields of WordPress; beyond its last page it answers with 400.
        address, guessed = _with_page(source.url, _page_of(capture.url) + 1), True
    return () if address is None or address in visited else (Older(url=address, guessed=guessed),)


def _document(capture: Capture) -> Any:
    """The JSON of a response; other encodings than UTF-8 are forgiven."""
    try:
        return orjson.loads(capture.body)
    except orjson.JSONDecodeError:
        text = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="json").text
    try:
        return orjson.loads(text.strip().encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        hint = (
            "It is a web page: give the API's own address, or use `listing:`."
            if text.lstrip().startswith("<")
            else None
        )
        raise DecodeError(f"{capture.url} is no JSON: {error}", url=capture.url, hint=hint) from error


def _take(document: Any, capture: Capture, source: Source, kind: JsonApi, finds: _Finds) -> bool:
    """Whether the document brought an item that `finds` did not have; they have it from now on."""
    before, empty = len(finds.entries), 0
    broken: list[ExtractError] = []
    items = _items(document, kind, capture)
    if not items:
        finds.warnings.append(f"`items: {kind.items}` is an empty list on {capture.url}.")
    for position, item in enumerate(items):
        try:
            entry = _entry(item, capture, source, kind, position)
        except ExtractError as error:
            broken.append(error)
            finds.dropped.append(
                Dropped(what=f"item {position + 1} on {capture.url}", why=f"can't be read: {error.message}")
            )
            continue
        if entry is None:
            empty += 1
            finds.dropped.append(
                Dropped(what=f"item {position + 1} on {capture.url}", why="has neither title nor link")
            )
        elif entry.key in finds.entries:
            what = entry.title.value if entry.title else entry.key
            finds.dropped.append(Dropped(what=what, why="stands there twice, with the same address"))
        else:
            finds.entries[entry.key] = entry
    if broken and len(broken) + empty == len(items):
        raise broken[0]
    if broken:
        finds.warnings.append(f"{len(broken)} of {len(items)} items were left out: {broken[0].message}")
    if items and empty == len(items):
        raise NothingMatched(
            f"None of the {empty} items on {capture.url} has a title (`{kind.title}`) or a link (`{kind.link}`)",
            url=capture.url,
            hint=f"The first item is {_shape(items[0])}: write the names that it has.",
        )
    if empty:
        finds.warnings.append(
            f"{empty} of {len(items)} items on {capture.url} have neither title nor link; they were left out."
        )
    return len(finds.entries) > before


def _items(document: Any, kind: JsonApi, capture: Capture) -> list[Any]:
    found = _search(kind.items, document, "items", capture)
    if isinstance(found, list):
        return found
    if found is None:
        raise NothingMatched(
            f"`items: {kind.items}` finds nothing on {capture.url}",
            url=capture.url,
            hint=f"The document is {_shape(document)}: write an expression that gives the list of items.",
        )
    hint = (
        f"Write an expression that gives a list, for instance `values({kind.items})`."
        if isinstance(found, dict)
        else None
    )
    raise NothingMatched(
        f"`items: {kind.items}` is {_shape(found)} on {capture.url}, not a list", url=capture.url, hint=hint
    )


def _entry(item: Any, capture: Capture, source: Source, kind: JsonApi, position: int) -> Entry | None:
    title = _text(kind.title, item, "title", capture)
    summary = _text(kind.summary, item, "summary", capture)
    written = _string(kind.link, item, "link", capture)
    link = absolute(written, capture.url) if written else None
    if title is None and link is None:
        return None
    published = _date(kind.date, item, capture)
    key = link or title_key(title.value if title else "")
    return Entry(
        source=source.id,
        key=EntryKey(key),
        version=version_of(
            key=key, title=title, summary=summary, content=None, link=link, published=published, updated=None
        ),
        title=title,
        summary=summary,
        content=None,
        link=link,
        published=published,
        updated=None,
        authors=(),
        tags=(),
        language=None,
        base=capture.url,
        origin=Origin(capture_url=capture.url, fetched_at=capture.fetched_at, position=position, by="json"),
    )


def _text(expression: str | None, item: Any, name: str, capture: Capture) -> Text | None:
    """A text; HTML where the API says so (`rendered`) or where it plainly holds markup."""
    value = _string(expression, item, name, capture)
    if expression is None or not value:
        return None
    return Text(value=value, type="html" if expression.endswith("rendered") or _MARKUP.search(value) else "text")


def _date(expression: str | None, item: Any, capture: Capture) -> str | None:
    value = _string(expression, item, "date", capture)
    if expression is None or not value:
        return None
    if _UTC_NAME.search(expression) and _ISO_WITHOUT_OFFSET.match(value):
        return f"{value}Z"
    return _moment(value) or value


def _moment(number: str) -> str | None:
    """The time that a number of (milli)seconds since 1970 means, in RFC 3339; None where it is no such number."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", number):
        return None
    seconds = float(number)
    seconds = seconds / 1000 if seconds > _LAST_SECOND else seconds
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds >= _FIRST_SECOND else None


def _string(expression: str | None, item: Any, name: str, capture: Capture) -> str:
    """What an expression finds, as a string; "" where it finds nothing. The first of a list.

    Raises ExtractError where it finds an object.
    """
    found = None if expression is None else _search(expression, item, name, capture)
    while isinstance(found, list):
        found = found[0] if found else None
    if found is None or isinstance(found, bool):
        return ""
    if isinstance(found, dict):
        inner = next((key for key, value in found.items() if isinstance(value, str)), None)
        hint = f"Write `{name}: {expression}.{inner}`." if inner else None
        raise NothingMatched(
            f"`{name}: {expression}` is {_shape(found)} on {capture.url}, not a text", url=capture.url, hint=hint
        )
    return str(found).strip()


def _search(expression: str, value: Any, name: str, capture: Capture) -> Any:
    try:
        return jmespath.search(expression, value)
    except jmespath.exceptions.JMESPathError as error:
        message = " ".join(str(error).split())
        raise NothingMatched(
            f"`{name}: {expression}` can't be applied to {capture.url}: {message}",
            url=capture.url,
            hint="Try the expression on jmespath.org with the response.",
        ) from error


def _shape(value: Any) -> str:
    """What a JSON value is, in words for a maintainer."""
    if isinstance(value, dict):
        names = ", ".join(list(value)[:8])
        return f"an object with the names {names}" if names else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "null" if value is None else f"the {type(value).__name__} {str(value)[:40]!r}"


def _next_page(source: Source, capture: Capture, document: Any) -> str | None:
    """The address of the next page on the same site, in the API's own way; None where there is none, or it has no way that is known."""
    address = _named_page(source, capture, document)
    return address if address and same_site(address, source.url, capture.url) else None


def _named_page(source: Source, capture: Capture, document: Any) -> str | None:
    number = _page_of(capture.url) + 1
    total = capture.headers.get("X-WP-TotalPages")
    if total is not None:
        return _with_page(source.url, number) if total.strip().isdigit() and number <= int(total) else None
    for target, parameters in _LINK.findall(capture.headers.get("Link") or ""):
        if _REL_NEXT.search(parameters):
            return absolute(target, capture.url)
    for expression in _NEXT if isinstance(document, dict) else ():
        found = jmespath.search(expression, document)
        if isinstance(found, str) and found.startswith(("http", "/", "?")):
            return absolute(found, capture.url)
    return _with_page(source.url, number) if _is_counted(document, number) else None


def _is_counted(document: Any, number: int) -> bool:
    """Whether a document counts its pages, is the one before page `number`, and not the last."""
    for current, last in _COUNTS if isinstance(document, dict) else ():
        here, end = jmespath.search(current, document), jmespath.search(last, document)
        if isinstance(here, int) and isinstance(end, int):
            return here == number - 1 and end >= number
    return False


def _page_of(url: str) -> int:
    """The number of a page in its address; 1 where it has none."""
    numbers = [value for name, value in parse_qsl(urlsplit(url).query) if name == "page" and value.isdigit()]
    return int(numbers[-1][:6]) if numbers else 1


def _with_page(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", str(number))])))
