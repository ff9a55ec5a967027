"""The database of `reader` (reader.readthedocs.io): SQLite, with the tables `feeds` and `entries` in every version since 1.0.

Times are UTC without an offset, `content` and `author` JSON; columns that an older version has not are taken for empty.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.takeover import Estate, Keepsake, Subscription
from pipeline.takeover.keeping import Damaged, html, moment, string, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"SQLite format 3\0"
_FEEDS = ("url", "title", "link", "user_title", "updates_enabled")
_ENTRIES = (
    "id", "feed", "title", "link", "updated", "author", "published", "summary", "content", "first_updated",
)  # fmt: skip


def reader(path: Path) -> Estate | None:
    """What a database of `reader` holds; None where the file is no SQLite database. Raises Damaged where it is of another program."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            db.text_factory = _decoded
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"feeds", "entries"} <= tables:
                raise Damaged("it is a database, but not one of `reader`")
            tags = _tags(db) if "feed_tags" in tables else {}
            subscriptions = tuple(_subscriptions(db, tags))
            known = {each.url for each in subscriptions}
            entries = tuple(entry for row in _rows(db, "entries", _ENTRIES) if (entry := _entry(row)).feed in known)
            local = [row["url"] for row in _rows(db, "feeds", ("url",)) if row["url"] not in known]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite quotes what it could not read
        raise Damaged(f"its database can't be read ({error})") from error
    remarks = tuple(f"{url} is no address on the web, and was left out with its entries." for url in local)
    return Estate(program="reader", subscriptions=subscriptions, entries=entries, remarks=remarks)


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _rows(db: sqlite3.Connection, table: str, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of a table; a column that it has not is None in each."""
    there = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
    if names[0] not in there:
        raise Damaged(f"its table `{table}` is not that of `reader`")
    columns = ", ".join(name for name in names if name in there)
    for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY rowid"):  # noqa: S608  # of our own names
        yield dict.fromkeys(names) | dict(row)


def _tags(db: sqlite3.Connection) -> dict[str, list[str]]:
    """The tags of each feed, without those in which programs keep their state (they have a value, or begin with a full stop)."""
    found: dict[str, list[str]] = {}
    for feed, key, value in db.execute("SELECT feed, key, value FROM feed_tags ORDER BY feed, key"):
        if isinstance(key, str) and isinstance(feed, str) and not key.startswith(".") and value in {"null", None, ""}:
            found.setdefault(feed, []).append(key)
    return found


def _subscriptions(db: sqlite3.Connection, tags: dict[str, list[str]]) -> Iterator[Subscription]:
    for row in _rows(db, "feeds", _FEEDS):
        url = string(row["url"])
        if url.lower().startswith(("http://", "https://")):
            yield Subscription(
                url=url,
                title=string(row["user_title"]) or string(row["title"]),
                site=string(row["link"]),
                tags=tuple(tags.get(url, ())),
                remark="It was switched off there." if row["updates_enabled"] == 0 else "",
            )


def _entry(row: dict[str, Any]) -> Keepsake:
    contents = [each for each in _json(row["content"]) if isinstance(each, dict)]
    longest = max(contents, key=lambda each: len(str(each.get("value") or "")), default={})
    return Keepsake(
        feed=string(row["feed"]),
        key=string(row["id"]) or None,
        title=html(row["title"]),
        summary=html(row["summary"]),
        content=html(longest.get("value")),
        link=string(row["link"]) or None,
        published=written(moment(row["published"]) or moment(row["updated"])),
        updated=written(moment(row["updated"])) if row["published"] else None,
        authors=_authors(row["author"]),
        tags=(),
        language=string(longest.get("language")) or None,
        first_seen=moment(row["first_updated"]),
    )


def _authors(value: object) -> tuple[str, ...]:
    """The names in `author`: JSON since 3.22, one text before."""
    people = [each for each in _json(value) if isinstance(each, dict)]
    if people:
        return tuple(name for each in people if (name := string(each.get("name") or each.get("email"))))
    return (string(value),) if string(value) and not str(value).startswith("[") else ()


def _json(value: object) -> list[Any]:
    """A list written as JSON; empty where it is none."""
    try:
        found = orjson.loads(value) if isinstance(value, str | bytes) else []
    except ValueError:
        return []
    return found if isinstance(found, list) else []
