"""JSON that Miniflux and FreshRSS export, and FreshRSS's ZIP of it.

- Miniflux: the answers of `GET /v1/entries` (an object with `entries`, each with its `feed`) and `GET /v1/feeds` (a list).
- FreshRSS: `feed_….json` and `starred_….json`, in the form of Google Reader's API: an object with `items`, each with its `origin`; other
  readers write the same. The ZIP holds them beside an OPML file.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.takeover import Estate, Keepsake, Subscription
from pipeline.takeover.keeping import Damaged, html, moment, string, strings, written
from pipeline.takeover.opml import subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: Of one member of a ZIP, unpacked.
_LARGEST = 2_000_000_000
#: Google Reader's states of an entry ("user/-/state/…") and the user's labels among its categories.
_STATE, _LABEL = "user/", "/label/"


def exports(path: Path) -> Estate | None:
    """What a JSON export, or a ZIP of them, holds; None where the file is neither. Raises Damaged where it is one, and broken."""
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    return _read(path.read_bytes()) if head[:1] in (b"{", b"[") else None


def _zipped(path: Path) -> Estate:
    try:
        with zipfile.ZipFile(path) as packed:
            members = [each for each in packed.infolist() if not each.is_dir()]
            if any(each.file_size > _LARGEST for each in members):
                raise Damaged("a file in it is larger than 2 GB")
            estates = [estate for each in members if (estate := _member(each.filename, packed.read(each))) is not None]
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise Damaged(f"it is a broken ZIP ({error})") from error
    if not estates:
        raise Damaged("the ZIP holds neither OPML nor JSON of a feed reader")
    return _together(estates)


def _member(name: str, content: bytes) -> Estate | None:
    if name.lower().endswith((".xml", ".opml")):
        return subscriptions(content)
    return _read(content) if name.lower().endswith(".json") else None


def _together(estates: Sequence[Estate]) -> Estate:
    """What several files hold: OPML knows more of a feed than the entries do, so it comes first."""
    found: dict[str, Subscription] = {}
    for estate in sorted(estates, key=lambda each: each.program != "OPML"):
        for each in estate.subscriptions:
            found.setdefault(each.url, each)
    entries = {
        (each.feed, each.key or each.link, each.published): each for estate in estates for each in estate.entries
    }
    return Estate(
        program=next((each.program for each in estates if each.program != "OPML"), "OPML"),
        subscriptions=tuple(found.values()),
        entries=tuple(entries.values()),
        remarks=tuple(remark for estate in estates for remark in estate.remarks),
    )


def _read(content: bytes) -> Estate | None:
    try:
        data: Any = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise Damaged(f"it is broken JSON ({error})") from error
    if isinstance(data, dict) and isinstance(data.get("entries"), list):
        return _miniflux(data["entries"])
    if isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        if "feed_url" in data[0]:
            return Estate(program="Miniflux", subscriptions=_feeds(data))
        return _miniflux(data) if "feed_id" in data[0] else None
    # A JSON Feed has `items`, too, but says its version.
    if (
        isinstance(data, dict)
        and isinstance(data.get("items"), list)
        and "jsonfeed.org" not in str(data.get("version"))
    ):
        return _google(data["items"])
    return None


def _miniflux(entries: Iterable[Any]) -> Estate:
    known = [each for each in entries if isinstance(each, dict)]
    feeds = [each["feed"] for each in known if isinstance(each.get("feed"), dict)]
    kept = [_of_miniflux(each) for each in known]
    lost = sum(not each.feed for each in kept)
    remarks = (f"{lost} entries do not say of which feed they are, and were left out.",) if lost else ()
    return Estate(
        program="Miniflux",
        subscriptions=_feeds(feeds),
        entries=tuple(each for each in kept if each.feed),
        remarks=remarks,
    )


def _feeds(feeds: Iterable[Any]) -> tuple[Subscription, ...]:
    found: dict[str, Subscription] = {}
    for feed in feeds:
        url = string(feed.get("feed_url")) if isinstance(feed, dict) else ""
        if not url:
            continue
        category = feed.get("category")
        folder = string(category.get("title")) if isinstance(category, dict) else ""
        found.setdefault(
            url,
            Subscription(
                url=url,
                title=string(feed.get("title")),
                site=string(feed.get("site_url")),
                tags=(folder,) if folder and folder != "All" else (),
                reading={"article": True} if feed.get("crawler") is True else {},
                remark="It was switched off there." if feed.get("disabled") is True else "",
            ),
        )
    return tuple(found.values())


def _of_miniflux(entry: dict[str, Any]) -> Keepsake:
    feed = entry.get("feed")
    author = string(entry.get("author"))
    return Keepsake(
        feed=string(feed.get("feed_url")) if isinstance(feed, dict) else "",
        # Miniflux keeps only a digest of the source's own id: the entry is known again by its address.
        key=None,
        title=html(entry.get("title")),
        summary=None,
        content=html(entry.get("content")),
        link=string(entry.get("url")) or None,
        published=written(moment(entry.get("published_at"))),
        updated=None,
        authors=(author,) if author else (),
        tags=strings(entry.get("tags")),
        language=string(entry.get("language")) or None,
        first_seen=moment(entry.get("created_at")),
    )


def _google(items: Iterable[Any]) -> Estate:
    kept: list[Keepsake] = []
    found: dict[str, Subscription] = {}
    lost = 0
    for item in items:
        origin = item.get("origin") if isinstance(item, dict) else None
        url = _feed_of(origin) if isinstance(origin, dict) else ""
        if not url or not isinstance(origin, dict):
            lost += 1
            continue
        title, site = string(origin.get("title")), string(origin.get("htmlUrl"))
        found.setdefault(url, Subscription(url=url, title=title, site=site))
        kept.append(_of_google(item, url))
    remarks = (f"{lost} entries do not say of which feed they are, and were left out.",) if lost else ()
    return Estate(program="FreshRSS", subscriptions=tuple(found.values()), entries=tuple(kept), remarks=remarks)


def _feed_of(origin: dict[str, Any]) -> str:
    """The address of the feed: FreshRSS gives it, others have it in the name of the stream ("feed/https://…")."""
    url = string(origin.get("feedUrl")) or string(origin.get("streamId")).removeprefix("feed/")
    return url if url.lower().startswith(("http://", "https://")) else ""


def _of_google(item: dict[str, Any], url: str) -> Keepsake:
    links = [each for name in ("canonical", "alternate") for each in _dicts(item.get(name))]
    categories = [each for each in strings(item.get("categories")) if not each.startswith(_STATE) or _LABEL in each]
    seen = string(item.get("crawlTimeMsec"))
    return Keepsake(
        feed=url,
        key=string(item.get("guid")) or None,
        title=html(item.get("title")),
        summary=html(_content(item, "summary")),
        content=html(_content(item, "content")),
        link=next((link for each in links if (link := string(each.get("href")))), None),
        published=written(moment(item.get("published"))),
        updated=written(moment(item.get("updated"))),
        authors=strings(string(item.get("author")).split(";")),
        tags=tuple(each.partition(_LABEL)[2] if each.startswith(_STATE) else each for each in categories),
        language=None,
        first_seen=moment(int(seen) / 1_000) if seen.isdigit() else None,
    )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _content(item: dict[str, Any], name: str) -> object:
    part = item.get(name)
    return part.get("content") if isinstance(part, dict) else None
