"""Files of other programs, made as these write them: the same news of two sites in each."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ADDA, BYLINE = "https://adda.example.se/feed/", "https://xn--byline-bua.example.org/atom.xml"
#: guid, path, title, published, first seen, markup.
NEWS = (
    ("https://adda.example.se/?p=11", "nya-krav", "Nya krav på handskar & plast", "2024-03-02T12:00:00+00:00", "2024-03-02T14:00:00",
     "<p>Regionerna ställer <b>nya</b> krav på handskar i vården.</p>"),
    ("https://adda.example.se/?p=12", "kobolt", "Rapport om kobolt", "2024-04-05T08:30:00+00:00", "2024-04-05T09:00:00",
     "<p>Så granskas gruvorna bakom batterierna.</p><p>Rapporten är på 40 sidor.</p>"),
)  # fmt: skip
#: The feed of the first site, as it answers when it is collected afterwards: the same two and a new one.
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Adda</title><link>https://adda.example.se/</link>
<atom:link rel="self" href="https://adda.example.se/feed/"/>
<item><title>Tredje nyheten</title><link>https://adda.example.se/tredje</link><guid isPermaLink="false">https://adda.example.se/?p=13</guid>
<pubDate>Mon, 06 May 2024 10:00:00 +0200</pubDate><description>Något helt annat än det förra.</description></item>
<item><title>Rapport om kobolt</title><link>https://adda.example.se/kobolt</link><guid isPermaLink="false">https://adda.example.se/?p=12</guid>
<pubDate>Fri, 05 Apr 2024 10:30:00 +0200</pubDate>
<description>Så granskas gruvorna bakom batterierna. Rapporten är på 40 sidor.</description></item>
<item><title>Nya krav på handskar &amp; plast</title><link>https://adda.example.se/nya-krav</link>
<guid isPermaLink="false">https://adda.example.se/?p=11</guid>
<pubDate>Sat, 02 Mar 2024 13:00:00 +0100</pubDate><description>Regionerna ställer nya krav på handskar i vården.</description></item>
</channel></rss>
"""
OPML = f"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Upphandling"><outline type="rss" text="Adda &amp; co" title="Adda &amp; co" xmlUrl="{ADDA}" htmlUrl="https://adda.example.se/"/>
<outline text="Norden"><outline type="rss" text="Byline" xmlUrl="{BYLINE}" category="/Miljö/Kemi,Textil"/></outline></outline>
<outline text="Adda igen" xmlUrl="{ADDA}"/><outline text="En länk" type="link" url="https://example.org/"/>
</body></opml>
"""


def reader_database(path: Path, *, old: bool = False) -> Path:
    """A database of `reader`, of version 3, or with the columns and the plain authors of version 1."""
    more = "" if old else ", subtitle TEXT, version TEXT, update_after TIMESTAMP, added TIMESTAMP"
    switched = "" if old else ", updates_enabled INTEGER NOT NULL DEFAULT 1"
    first = "" if old else ", first_updated TIMESTAMP, added_by TEXT"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE feeds (url TEXT PRIMARY KEY, title TEXT, link TEXT, user_title TEXT{switched}{more})")
        db.execute(
            "CREATE TABLE entries (id TEXT, feed TEXT, title TEXT, link TEXT, updated TIMESTAMP, author TEXT, published TIMESTAMP,"
            f" summary TEXT, content TEXT, read INTEGER{first}, PRIMARY KEY (id, feed))"
        )
        db.execute(
            "INSERT INTO feeds (url, title, link, user_title) VALUES (?, 'Adda: alla', 'https://adda.example.se/', 'Adda')",
            (ADDA,),
        )
        db.execute("INSERT INTO feeds (url, title) VALUES ('/home/me/feed.xml', 'A file')")
        if not old:
            db.execute("CREATE TABLE feed_tags (feed TEXT, key TEXT, value TEXT)")
            rows = [(ADDA, "upphandling", "null"), (ADDA, ".reader.state", "null"), (ADDA, "setting", '{"a": 1}')]
            db.executemany("INSERT INTO feed_tags VALUES (?, ?, ?)", rows)
        for guid, place, title, published, seen, markup in NEWS:
            author = "Eva Ek" if old else json.dumps([{"name": "Eva Ek", "href": None, "email": None}])
            content = json.dumps([{"value": markup, "type": "text/html", "language": "sv"}])
            values = [
                guid,
                ADDA,
                title,
                f"https://adda.example.se/{place}",
                published[:19].replace("T", " "),
                author,
                content,
                0,
            ]
            names = "id, feed, title, link, published, author, content, read"
            if not old:
                values += [seen.replace("T", " "), "feed"]
                names += ", first_updated, added_by"
            db.execute(f"INSERT INTO entries ({names}) VALUES ({', '.join('?' * len(values))})", values)
    return path


def miniflux(path: Path) -> Path:
    """The answer of Miniflux's `GET /v1/entries`."""
    feed = {"id": 42, "feed_url": ADDA, "site_url": "https://adda.example.se/", "title": "Adda", "crawler": False, "disabled": False,
            "category": {"id": 2, "title": "Upphandling"}}  # fmt: skip
    entries = [
        {"id": number, "user_id": 1, "feed_id": 42, "status": "read", "hash": f"{number:064x}", "title": title,
         "url": f"https://adda.example.se/{place}", "published_at": published.replace("+00:00", "Z"), "created_at": f"{seen}.123456Z",
         "changed_at": f"{seen}.123456Z", "content": markup, "author": "Eva Ek", "starred": False, "tags": ["Krav"], "feed": feed}
        for number, (_, place, title, published, seen, markup) in enumerate(NEWS, 1)
    ]  # fmt: skip
    path.write_text(json.dumps({"total": len(entries), "entries": entries}), encoding="utf-8")
    return path


def freshrss(path: Path, seen_later: int = 0) -> Path:
    """A `feed_….json` of FreshRSS: titles are escaped, the source's own id is `guid`, times are seconds, or more finely counted."""
    from datetime import UTC, datetime

    def seconds(text: str) -> int:
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()) + seen_later

    items = [
        {"id": f"tag:google.com,2005:reader/item/{number:016x}", "crawlTimeMsec": f"{seconds(seen)}000", "timestampUsec": f"{seconds(seen)}000000",
         "published": seconds(published) - seen_later, "title": title.replace("&", "&amp;"),
         "canonical": [{"href": f"https://adda.example.se/{place}"}], "alternate": [{"href": f"https://adda.example.se/{place}", "type": "text/html"}],
         "categories": ["user/-/state/com.google/reading-list", "user/-/state/com.google/read", "user/-/label/Viktigt", "Krav"],
         "origin": {"streamId": "feed/3", "htmlUrl": "https://adda.example.se/", "title": "Adda", "feedUrl": ADDA},
         "content": {"content": markup}, "guid": guid, "author": "Eva Ek; Bo Berg"}
        for number, (guid, place, title, published, seen, markup) in enumerate(NEWS, 1)
    ]  # fmt: skip
    items.append({"id": "lost", "title": "Ingens", "origin": {"streamId": "feed/9"}})
    whole = {"id": "user/eva/state/org.freshrss/feed/3", "title": "Lista", "author": "eva", "items": items}
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def freshrss_zip(path: Path) -> Path:
    """FreshRSS's export of everything."""
    inner = freshrss(path.with_suffix(".json"))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("feeds_2024-05-01.opml.xml", OPML)
        packed.write(inner, "feed_2024-05-01_1_3.json")
        packed.write(inner, "starred_2024-05-01.json")
    inner.unlink()
    return path
