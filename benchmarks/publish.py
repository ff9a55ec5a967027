"""How long publishing takes: all of it, the bare rendering of the same pages, and what 20 new stories cost.

`python -m benchmarks.publish --stories 10000` prints the figures; ratios of one run, side by side. Times are of the work of all
processes (CPU), so that neighbours on the machine don't count, and by the clock. *Bare rendering* is what Jinja's `render` takes of a
publication by one process, its values at hand: all pages in all languages, each row of each list printed anew (a publication keeps
them), no feed, no export, no file. What Pagefind's program takes for the search index stands apart. `memory` is the highest resident size
so far, of the first process and of the largest other.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.feeds import Feed
from pipeline import publication
from pipeline.archive import open_archive
from pipeline.model.change import Changes
from pipeline.model.config import ArchiveInfo, Config, FeedSpec, FetchPolicy, Topic
from pipeline.model.entry import Origin
from pipeline.model.item import IdentityKey, Item, ItemId, Moment, Record
from pipeline.model.source import Feed as FeedKind
from pipeline.model.source import Interval, Source, SourceId
from pipeline.model.story import Story, StoryId
from pipeline.publish import presses, render

SOURCES = 40
TOPICS = (
    ("skola", ("skolmat",)),
    ("bygg", ("bygglov",)),
    ("it", ("datorer", "laptops")),
    ("buss", ("bussar", "buses")),
)
BEGAN = datetime(2016, 1, 1, 8, tzinfo=UTC)
NEW = 20


def sources() -> tuple[Source, ...]:
    """As many sources as a network has."""
    return tuple(
        Source(
            id=SourceId(f"s{n}"), name=f"Källa {n}", url=f"https://site{n:05d}.example/feed", kind=FeedKind(), article=None, tags=(), include=None, exclude=None,
            language=Feed(n).language, timezone=ZoneInfo("Europe/Stockholm"), every=Interval(length=timedelta(hours=6)),
        )
        for n in range(SOURCES)
    )  # fmt: skip


def config() -> Config:
    """A Swedish archive with four topics and one further feed."""
    return Config(
        archive=ArchiveInfo(title="Samlade nyheter", url="https://nyheter.example.se/", language="sv", timezone=ZoneInfo("Europe/Stockholm"), contact="redaktion@example.se"),
        fetch=FetchPolicy(),
        sources=sources(),
        topics=tuple(Topic(id=each, name={"sv": each.title()}, words=words) for each, words in TOPICS),
        feeds=(FeedSpec(id="svenska", title="Bara svenska nyheter", languages=("sv",), topics=(), sources=()),),
        captures=None, alert_after=timedelta(days=2), notify=(), store=None,
    )  # fmt: skip


def news(number: int, total: int) -> tuple[Story, tuple[Record, ...]]:
    """The story of that number, of one source or (one in eight) of two; they are spread over ten years."""
    chance = random.Random(number)
    carriers = chance.sample(range(SOURCES), 2 if number % 8 == 0 else 1)
    at = BEGAN + timedelta(days=3650) * (number / total)
    records = []
    for source in carriers:
        feed = Feed(source)
        entry = feed.own(number)
        text = "\n\n".join(entry["text"])
        item = Item(
            id=ItemId(f"{feed.number}-{number}"), source=SourceId(f"s{source}"),
            keys=(IdentityKey(f"e:s{source}:{number}"),), url=entry["link"], title=entry["title"], summary=entry["text"][0][:300],
            text=text, language=feed.language, published=Moment(at=at.replace(microsecond=0), precision="second"), updated=None,
            authors=(entry["author"],), tags=tuple(entry["tags"]), origin=Origin(capture_url=f"https://site{source:05d}.example/feed", fetched_at=at.replace(microsecond=0), position=0, by="rss20"),
        )  # fmt: skip
        said = f"{item.title} {text}"
        topics = tuple(each for each, words in TOPICS if any(word in said for word in words))
        seen = at.replace(microsecond=0) + timedelta(hours=1)
        story_id = StoryId(f"s-{carriers[0]}-{number}")
        records.append(Record(item=item, story=story_id, topics=topics, first_seen=seen, last_seen=seen))
    ids = tuple(each.item.id for each in records)
    return Story(id=records[0].story, lead=ids[0], items=ids), tuple(records)


def fill(archive: Any, numbers: range, total: int) -> None:
    """Puts stories into the archive, a thousand at a time."""
    for start in range(numbers.start, numbers.stop, 1000):
        told = [news(number, total) for number in range(start, min(start + 1000, numbers.stop))]
        added = tuple(record for _, records in told for record in records)
        archive.commit(Changes(added=added, stories=tuple(story for story, _ in told)), {})
    archive.checkpoint()


class Rendering:
    """How long Jinja alone takes, of all that a publication does."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.lasted = 0.0
        self.pages = 0

    def watched(self, environment: Any) -> Any:
        """The environment, with a clock at its templates, and at the rows of its lists."""

        def get_template(name: str) -> Any:
            template = environment.get_template(name)

            def rendered(**values: Any) -> str:
                self.pages += 1
                return str(self._timed(template.render, **values))

            def row(*values: Any) -> str:
                return str(self._timed(template.module.row, *values))

            return SimpleNamespace(render=rendered, module=SimpleNamespace(row=row))

        return SimpleNamespace(get_template=get_template)

    def _timed(self, render: Any, *values: Any, **named: Any) -> Any:
        started, began = time.process_time(), time.perf_counter()
        made = render(*values, **named)
        self.seconds += time.process_time() - started
        self.lasted += time.perf_counter() - began
        return made


class Search:
    """What making the search index takes, of all that a publication does."""

    def __init__(self) -> None:
        self.theirs = 0.0
        self.lasted = 0.0
        self._index = publication.index_search  # type: ignore[attr-defined]

    def __call__(self, *args: Any, **how: Any) -> Any:
        before, began = os.times(), time.perf_counter()
        made = self._index(*args, **how)
        after = os.times()
        self.lasted = time.perf_counter() - began
        self.theirs = after.children_user - before.children_user + after.children_system - before.children_system
        return made


def bare_rendering(archive: Any, folder: Path) -> Rendering:
    """What Jinja takes of a publication, where no row of a list is kept."""
    rendering, environment, kept = Rendering(), render.environment, render.KEPT_ROWS
    made = environment()
    render.environment = lambda: rendering.watched(made)  # type: ignore[assignment]
    render.KEPT_ROWS = 0
    try:
        publication.republish(config(), archive, folder)
    finally:
        render.environment, render.KEPT_ROWS = environment, kept
        shutil.rmtree(folder)
    return rendering


def timed(what: str, archive: Any, folder: Path, search: Search, *, full: bool = False) -> tuple[float, float]:
    """Publishes once and prints how it went; seconds of work, and by the clock, without Pagefind's program and the whole search index."""
    before, began = os.times(), time.perf_counter()
    written = publication.republish(config(), archive, folder, full=full)
    after, lasted = os.times(), time.perf_counter() - began
    own = after.user - before.user + after.system - before.system
    others = after.children_user - before.children_user + after.children_system - before.children_system - search.theirs
    memory, other = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{what:<28}{own + others:8.2f} s ({others:.1f} of it other processes'; {lasted:.1f} by the clock; search: Pagefind's own"
        f" {search.theirs:.1f}, {search.lasted:.1f} by the clock){written.written:8d} written{written.unchanged:8d} unchanged{memory:8.0f} MB, {other:.0f} MB"
    )
    return own + others, lasted - search.lasted


def main(arguments: list[str]) -> None:
    """Prints a line for each publication, and the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="the archive and the publication are left there")
    options = parser.parse_args(arguments)
    place = options.keep or Path(tempfile.mkdtemp(prefix="publish-"))
    total = options.stories + NEW
    try:
        with open_archive(str(place / "store"), write=True) as archive:
            if archive.count().stories == 0:
                fill(archive, range(options.stories), total)
            search = Search()
            publication.index_search = search  # type: ignore[attr-defined]
            most, presses.MOST_PROCESSES = presses.MOST_PROCESSES, 0
            rendering = bare_rendering(archive, place / "bare")
            bare, bare_lasted = rendering.seconds, rendering.lasted
            print(f"{'bare rendering':<28}{bare:8.2f} s ({bare_lasted:.1f} by the clock){rendering.pages:8d} pages")
            alone, _ = timed("full, by one process", archive, place / "alone", search)
            presses.MOST_PROCESSES = most
            shutil.rmtree(place / "alone")
            full, full_lasted = timed("full, by all cores", archive, place / "public", search)
            timed("nothing new", archive, place / "public", search)
            fill(archive, range(options.stories, total), total)
            more, _ = timed(f"{NEW} new stories", archive, place / "public", search)
            timed("--full", archive, place / "public", search, full=True)
            print(
                f"full / rendering: {alone / bare:.1f} of the work of one process, {full / bare:.1f} of that of all,"
                f" {full_lasted / bare_lasted:.1f} by the clock; full / {NEW} new: {alone / more:.0f}"
            )
    finally:
        if options.keep is None:
            shutil.rmtree(place)


if __name__ == "__main__":
    main(sys.argv[1:])
