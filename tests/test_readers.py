"""What is read in other processes is what would have been read in this one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import readers
from pipeline.cli import main
from pipeline.errors import ArchiveDamaged, InternalError, NotAFeed
from pipeline.model.collection import Understood
from pipeline.normalise import normalise
from tests.builders import capture, source

PARTNERS = Path(__file__).parents[1] / "examples" / "partners"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FEED = """<rss version="2.0"><channel><title>K</title><link>https://k.example/</link><item>
<title>Nya krav på handskar</title><link>https://k.example/1</link><pubDate>Mon, 02 Nov 2026 10:00:00 +0100</pubDate>
<description>&lt;p&gt;Kraven gäller från &lt;b&gt;maj&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"""


def collected(folder: Path, capfdbinary, recordings: Path) -> tuple[list, list]:
    """What a run reports and what the archive then holds, without what depends on the clock, or on who answers first: how stories are called."""
    common = ["--store", str(folder), "--sources", str(PARTNERS / "sources.yaml")]
    capfdbinary.readouterr()
    main(["run", "--replay", str(recordings), *common, "--no-publish", "--json"])
    report = json.loads(capfdbinary.readouterr().out)["sources"]
    main(["export", "items", "--format", "ndjson", *common])
    items = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    for each in report:
        del each["seconds"], each["next_due"]
    told = {
        name: sorted(each["id"] for each in items if each["story"] == name)
        for name in {each["story"] for each in items}
    }
    for each in items:
        del each["first_seen"], each["last_seen"]
        each["story"] = told[each["story"]]
    return report, sorted(items, key=lambda each: each["id"])


def test_the_partners_are_read_the_same_in_one_process_and_in_several(tmp_path, monkeypatch, capfdbinary):
    results = []
    for processes in (1, 2):
        monkeypatch.setattr(
            "pipeline.run.readers_for", lambda sources, now, n=processes: readers.Readers(n, now) if n > 1 else None
        )
        folder = tmp_path / str(processes)
        results.append([collected(folder, capfdbinary, each) for each in (PARTNERS, PARTNERS / "later", PARTNERS)])

    assert results[0] == results[1]
    assert len(results[0][0][1]) > 30


async def held(talk, *answers):
    """What a conversation comes to that is given these answers."""
    request = await talk.go_on(None)
    try:
        for answer in answers:
            request = await talk.go_on(answer)
    finally:
        talk.close()
    return request


def test_a_conversation_elsewhere_gives_the_items_and_a_slim_extraction():
    own = source(url="https://k.example/feed")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            return await held(some.talk(own, ()), capture(own.url, FEED))

    understood = asyncio.run(scene())

    assert isinstance(understood, Understood)
    (entry,) = understood.extraction.entries
    assert (entry.title.value, entry.summary.value, entry.content) == ("Nya krav på handskar", "", None)
    (item,) = understood.items
    assert item.summary == "Kraven gäller från maj."
    assert understood.warnings == normalise((), own, NOW)[1]


def test_of_an_entry_in_a_known_version_comes_the_version_alone():
    own = source(url="https://k.example/feed")
    older = FEED.replace("</channel>", "<item><title>Äldre</title><link>https://k.example/0</link></item></channel>")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            first = await held(some.talk(own, ()), capture(own.url, older))
            known = {entry.version for entry in first.extraction.entries if entry.link == "https://k.example/0"}
            return first, known, await held(some.talk(own, known), capture(own.url, older))

    first, known, second = asyncio.run(scene())

    assert second.items == (first.items[0], *known)


def test_what_is_asked_of_the_archive_while_others_are_read_is_answered_to_who_asked():
    """Several conversations live in one process; that one of them waits for an answer must not let it take another's page for it."""
    sources = [source(f"s{n}", url=f"https://k.example/{n}") for n in range(6)]

    async def all_known(versions):
        return frozenset(versions)

    async def scene():
        async with readers.Readers(1, NOW) as some:
            return await asyncio.gather(
                *(
                    held(some.talk(each, all_known), capture(each.url, FEED.replace("/1<", f"/{each.id}<")))
                    for each in sources
                )
            )

    found = asyncio.run(scene())

    assert [each.extraction.entries[0].link for each in found] == [f"https://k.example/{each.id}" for each in sources]
    assert all(each.items == (each.extraction.entries[0].version,) for each in found)


def test_where_the_archive_can_not_answer_its_error_is_told_and_others_are_read_on():
    own = source(url="https://k.example/feed")

    async def broken(_):
        raise ArchiveDamaged("index.sqlite is no index", where="index.sqlite")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            with pytest.raises(ArchiveDamaged, match="no index"):
                await held(some.talk(own, broken), capture(own.url, FEED))
            return await held(some.talk(own, ()), capture(own.url, FEED))

    assert len(asyncio.run(scene()).items) == 1


def test_an_error_elsewhere_is_the_same_error_here():
    own = source(url="https://k.example/feed")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            return await held(some.talk(own, ()), capture(own.url, "<html><p>Nothing"))

    with pytest.raises(NotAFeed) as caught:
        asyncio.run(scene())
    assert caught.value.kind == "not_a_feed"
    assert caught.value.hint


def test_a_process_that_dies_costs_its_conversation_alone_and_is_replaced():
    own = source(url="https://k.example/feed")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            await held(some.talk(own, ()), capture(own.url, FEED))
            os.kill(some.reader().process, signal.SIGKILL)
            with pytest.raises(
                InternalError, match="the process that read this source ended, or took too long over it"
            ):
                await held(some.talk(own, ()), capture(own.url, FEED))
            return await held(some.talk(own, ()), capture(own.url, FEED))

    assert len(asyncio.run(scene()).items) == 1


def test_what_takes_too_long_is_stopped(monkeypatch):
    own = source(url="https://k.example/feed")

    async def scene():
        async with readers.Readers(1, NOW) as some:
            await held(some.talk(own, ()), capture(own.url, FEED))
            monkeypatch.setattr(readers, "LONGEST", 0.0)
            with pytest.raises(InternalError, match="took too long"):
                await held(some.talk(own, ()), capture(own.url, FEED * 3_000))

    asyncio.run(scene())


def test_nothing_is_started_for_what_has_not_changed_nor_for_a_dozen_sources():
    async def scene():
        async with readers.Readers(2, NOW) as some:
            talk = some.talk(source(), ())
            await talk.go_on(None)
            talk.close()
            return some._started

    assert asyncio.run(scene()) == []
    assert readers.readers_for(12, NOW) is None
