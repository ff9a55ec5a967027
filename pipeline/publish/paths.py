"""Where every file of the publication lies, and at which address: the one place that knows.

Pages are folders with an `index.html`; their public address ends in "/". Ids become one path segment each that can't leave
its folder, whatever stands in them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.story import StoryId

INDEX = "index.html"
ROOT = PurePosixPath()
FRONT_PAGE = PurePosixPath(INDEX)
ARCHIVE = PurePosixPath("archive")
STORIES = PurePosixPath("stories")
SOURCES = PurePosixPath("sources")
TOPICS = PurePosixPath("topics")
FEEDS = PurePosixPath("feeds")
LANGUAGES = PurePosixPath("languages")
ABOUT = PurePosixPath("about")
UPCOMING = PurePosixPath("upcoming")
OVERVIEW = PurePosixPath("overview")
SEARCH = PurePosixPath("search")
EVENTS = PurePosixPath("events.ics")
EXPORT = PurePosixPath("export")
STATUS_PAGE = PurePosixPath("status.html")
STATUS_JSON = PurePosixPath("status.json")
QUALITY = PurePosixPath("quality.html")
OPML = PurePosixPath("sources.opml")
SITEMAP = PurePosixPath("sitemap.xml")
ROBOTS = PurePosixPath("robots.txt")
STYLE = PurePosixPath("style.css")
SCRIPT = PurePosixPath("site.js")
SEARCH_SCRIPT = PurePosixPath("search.js")
ICON = PurePosixPath("icon.svg")
FEED_STYLE = PurePosixPath("feed.xsl")

#: BCP 47: a text whose language nobody knows.
UNDETERMINED = "und"

#: The three feeds of a folder.
ATOM, RSS, JSON = "feed.atom", "feed.rss", "feed.json"

#: Of the tag URIs: a day on which the archive's owner held its host name (RFC 4151, section 2.1). Never to be changed: every
#: feed reader would show every entry as new.
TAG_DATE = "2026-01-01"

#: The longest segment that is written out; file systems end at 255 bytes.
_LONGEST = 120
_UNSAFE = re.compile(r"[^a-z0-9-]")


def segment(name: str) -> str:
    """An id as one path segment of a-z, 0-9, "-" and "_"; two ids never share one, also where case doesn't count.

    >>> segment("s-lqk2t4"), segment("../Å")
    ('s-lqk2t4', '_2e_2e_2f_c3_85')
    """
    safe = _UNSAFE.sub(
        lambda found: "".join(f"_{byte:02x}" for byte in found[0].encode("utf-8", "surrogatepass")), name
    )
    if 0 < len(safe) <= _LONGEST:
        return safe
    return "__" + blake2b(name.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


@lru_cache(maxsize=4096)
def story_page(story: StoryId) -> PurePosixPath:
    """The page of a story."""
    return STORIES / segment(story) / INDEX


@lru_cache(maxsize=4096)
def inside(folder: PurePosixPath, name: str) -> PurePosixPath:
    """The folder of what is called so, in that of its like: `inside(SOURCES, "adda")`."""
    return folder / segment(name)


def language_folder(language: str | None) -> PurePosixPath:
    """Where the stories of a language lie, those of its regions too ("sv-FI" under "sv"); `UNDETERMINED` where nobody knows it."""
    return inside(LANGUAGES, (language or UNDETERMINED).partition("-")[0].lower())


def month_page(month: date) -> PurePosixPath:
    """The page of the month that a day lies in."""
    return ARCHIVE / f"{month.year:04}" / f"{month.month:02}" / INDEX


def year_page(folder: PurePosixPath, year: int) -> PurePosixPath:
    """The page of one year: of the archive, or of one source, topic or feed."""
    return folder / f"{year:04}" / INDEX


def url(info: ArchiveInfo, path: PurePosixPath) -> str:
    """The public address of a file; a page's is that of its folder."""
    return address(info.url, path)


def address(site: str, path: PurePosixPath) -> str:
    """The same, below the address of a site."""
    # Of every page several times: pathlib would take longer than the template.
    text = str(path)
    return site + (text.removesuffix(INDEX) if text == INDEX or text.endswith(f"/{INDEX}") else text)


def to_root(path: PurePosixPath) -> str:
    """What leads from a file to the publication's folder: "" or "../", once or more."""
    return "../" * (len(path.parts) - 1)


def tag(info: ArchiveInfo, *names: str) -> str:
    """The lasting id of a feed or of one of its entries: a tag URI (RFC 4151) under the host that the archive is served from.

    The path of `archive.url` is part of it, so two archives on one host don't give the same ids.
    """
    return _tag_space(info.url) + "/".join(names)


@lru_cache(maxsize=4)
def _tag_space(url: str) -> str:
    host = re.sub(r"[^a-z0-9.-]+", "-", host_of(url)).strip("-.") or "localhost"
    place = urlsplit(url).path.strip("/")
    return f"tag:{host},{TAG_DATE}:{place}{'/' if place else ''}"


def story_tag(info: ArchiveInfo, story: StoryId) -> str:
    """The lasting id of a story's entry, the same in every feed that holds it."""
    return tag(info, str(STORIES), segment(story))
