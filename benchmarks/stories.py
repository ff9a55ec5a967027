"""What it costs to put a hundred new items into stories, in archives of different sizes.

    python benchmarks/stories.py 10000 100000 1000000 [--years 10] [--keep FOLDER]

The archives hold news of made-up events, three in ten of them told by three sources in as many languages, 274 a day as a collection of some
hundred sources has them: so a larger archive is an older one. With `--years` they are spread over as many years whatever their number:
then there are more in each week, the larger the archive is. The newest 10,000 are items with the keys that `normalise` gives and the stories
that `organise` makes of them; what is older are copies of these with other keys, but for a stock phrase that every tenth item has. They are
written at once: by runs it would take days. The index of words has their titles.

A process of its own places a hundred new items: keys, look-up, comparing, stories, commit, checkpoint; five times, the median counts. Memory is
the process's peak.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.memory import peak  # noqa: E402

LAST, A_DAY, RUNS, NEW, MADE = datetime(2026, 6, 1, tzinfo=UTC), 274, 5, 100, 10_000
STOCK = (
    "Det här är ett pressmeddelande från nätverket för hållbar upphandling, som du får för att du följer vårt arbete."
)
FORMS = (
    ("sv", "{n} deltagare på konferens om {what} i {place}", "Konferensen om {what} samlade {n} deltagare i {place} under två dagar."),
    ("en", "{n} take part in {place} conference on {what}", "The conference on {what} brought {n} people to {place} for two days."),
    ("nb", "Konferanse om {what} i {place}", "Konferansen om {what} samlet {n} deltakere i {place} i to dager."),
)  # fmt: skip
WHAT = (
    "textil",
    "asfalt",
    "batteri",
    "kobolt cobalt",
    "kaffe coffee",
    "elektronik",
    "transport",
    "cement",
    "papper paper",
    "litium",
)


def item_of(number: int, total: int, a_day: float):
    """The item of that number, in an archive of so many that has so many a day, with its keys; the numbers from `total` on are new."""
    from pipeline.model.item import IdentityKey
    from pipeline.model.source import SourceId
    from pipeline.normalise.identity import event_keys
    from pipeline.normalise.sketch import sketch
    from tests.builders import item, moment

    event, form = (number - number % 3, number % 3) if number % 30 < 9 else (number, number % 3)
    chance = random.Random(event)
    place = "".join(chance.choices("bdfgklmnprstv", k=3)).capitalize() + chance.choice(("stad", "berg", "vik", "by"))
    values = {"n": chance.randint(20, 9_000), "what": chance.choice(WHAT), "place": place}
    language, title, text = FORMS[form]
    title, text = title.format(**values), text.format(**values) + f" Artikel {number} av många." * 20
    if number % 10 == 0:
        text = f"{text} {STOCK}"
    published = moment((LAST + timedelta(days=(event - total) / a_day, hours=form)).isoformat())
    source, name = SourceId(f"source{number % 20}"), f"x{number:09d}"
    keys = [*(f"{kind}:{source}:{name}" for kind in "vea"), *(f"n:{each}" for each in sketch(text))]
    return item(
        name, source=source, language=language, title=title, summary=text[:120], text=text, published=published,
        keys=(*map(IdentityKey, keys), *event_keys(title, text[:120], text, published)),
    )  # fmt: skip


def fill(home: Path, total: int, a_day: float) -> None:
    """The archive before the runs: its files, the index, the index of words."""
    from pipeline.archive import files
    from pipeline.archive.format import FORMAT
    from pipeline.archive.index import Index
    from pipeline.archive.search import _SCHEMA, NAME
    from pipeline.model.change import Snapshot
    from pipeline.normalise.sketch import sketch
    from pipeline.organise import organise

    for folder in (home / "items", home / "stories"):
        folder.mkdir(parents=True)
    files.replace(home / "format.json", json.dumps({"format": FORMAT}).encode() + b"\n")
    made = [item_of(number, total, a_day) for number in range(total - min(MADE, total), total)]
    changes, _ = organise(made, Snapshot(), topics=(), now=LAST)
    stock = frozenset(f"n:{each}" for each in sketch(STOCK))
    Index.created(home / "index.sqlite", write=True).close()
    bulk = _Bulk(home, sqlite3.connect(home / "index.sqlite", isolation_level=None), sqlite3.connect(home / NAME))
    bulk.words.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;" + _SCHEMA)
    for age in reversed(range(-(-total // len(made)))):
        bulk.put(changes, age, timedelta(days=age * len(made) / a_day), stock)
    bulk.finish(total)


#: Stand in a row where its copies differ.
_AGED, _AT = b"@AGE@", b"@AT@"


class _Bulk:
    """Rows on their way into an archive's files and indexes, past the journal."""

    def __init__(self, home: Path, index: sqlite3.Connection, words: sqlite3.Connection) -> None:
        self.home, self.index, self.words = home, index, words
        self.items = self.stories = 0
        self._parts: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._where: dict[str, str] = {}
        self._made, self._told, self._placed = [], [], []
        self._names = 0
        index.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE;")
        index.execute("BEGIN")
        index.execute("CREATE TEMP TABLE bulk (hash INTEGER, number INTEGER)")

    def put(self, changes, age: int, back: timedelta, stock: frozenset[str]) -> None:
        """A copy of the items and stories of these changes that is so much older."""
        aged = b"" if not age else b"-%d" % age
        months: dict[str, list[tuple[str, bytes, float]]] = {}
        for record, row, keys in self._rows(changes, stock):
            at = record.item.published.at - back
            name = record.item.id + aged.decode()
            line = row.replace(_AGED, aged).replace(_AT, at.isoformat().encode())
            months.setdefault(f"{at:%Y-%m}", []).append((name, line, at.timestamp()))
            self._place(record.item, name, at.timestamp(), [key.replace(_AGED, aged) for key in keys])
            self._where[record.item.id] = f"{at:%Y-%m}"
        parts = {name: part for part, some in self._written("items", months) for name, _, _ in some}
        self.index.executemany(
            "UPDATE items SET part = ? WHERE number = ?", [(parts[each], n) for n, each in self._placed]
        )
        self._placed.clear()
        told: dict[str, list[tuple[str, bytes, float]]] = {}
        former: dict[str, list[str]] = {}
        for story, row in self._told:
            name = story.id + aged.decode()
            former[name] = [each + aged.decode() for each in story.former]
            told.setdefault(self._where[story.items[0]], []).append((name, row.replace(_AGED, aged), 0.0))
        for part, some in self._written("stories", told):
            for name, _, _ in some:
                for own in (name, *former[name]):
                    self.stories += own == name
                    self._names += 1
                    place = (self._names, own, name, part if own == name else "")
                    self.index.execute("INSERT INTO stories VALUES (?, ?, ?, ?)", place)
                    self.index.execute("INSERT INTO bulk VALUES (?, ?)", (_hashed(f"s:{own}".encode()), self._names))

    def _rows(self, changes, stock: frozenset[str]):
        """Each record, its row as bytes with marks where a copy differs, and its keys, with the same marks; made once."""
        from pipeline.archive.records import record_to_json, story_to_json

        if not self._made:
            mark = _AGED.decode()
            for record in changes.added:
                row = record_to_json(record)
                keys = [key if key in stock else f"{key}{mark}" for key in row["keys"]]
                row |= {"id": row["id"] + mark, "story": row["story"] + mark, "keys": keys}
                row["published"] = {**row["published"], "at": _AT.decode()}
                self._made.append((record, orjson.dumps(row), [each.encode() for each in keys]))
            for story in changes.stories:
                row = story_to_json(story)
                row |= {
                    "id": row["id"] + mark,
                    "lead": row["lead"] + mark,
                    "items": [each + mark for each in row["items"]],
                }
                if "former" in row:
                    row["former"] = [each + mark for each in row["former"]]
                self._told.append((story, orjson.dumps(row)))
        return self._made

    def _written(self, kind: str, months: dict[str, list[tuple[str, bytes, float]]]):
        from pipeline.archive.tables import MOST_ROWS, _framed, digest, part_of

        for month, rows in months.items():
            for start in range(0, len(rows), MOST_ROWS):
                number = self._parts[f"{kind}{month}"] = self._parts.get(f"{kind}{month}", 0) + 1
                some, part = rows[start : start + MOST_ROWS], part_of(month, number)
                lines = (
                    b'"%d": %s,"sum":"%s"}' % (n, row[:-1], digest(row).encode())
                    for n, (_, row, _) in enumerate(some, 1)
                )
                content = _framed(b",\n".join(lines), len(some))
                (self.home / kind / f"{part}.json").write_bytes(content)
                self.index.execute(
                    "INSERT INTO parts VALUES (?, ?, ?, ?, ?)", (kind, month, part, len(some), len(content))
                )
                yield part, some

    def _place(self, item, name: str, at: float, keys: list[bytes]) -> None:
        self.items += 1
        self._placed.append((self.items, name))
        self.index.execute("INSERT INTO items VALUES (?, ?, '', ?, ?)", (self.items, name, at, item.source))
        self._sources[item.source] = self._sources.get(item.source, 0) + 1
        own = [(_hashed(key), self.items) for key in (f"i:{name}".encode(), *keys)]
        self.index.executemany("INSERT INTO bulk VALUES (?, ?)", own)
        told = (name, self.items, at, item.source, item.language, b"")
        self.words.execute("INSERT INTO items (id, number, at, source, language, sum) VALUES (?, ?, ?, ?, ?, ?)", told)
        self.words.execute(
            "INSERT INTO words (rowid, title, summary, text, plain) VALUES (?, ?, '', '', '')", (self.items, item.title)
        )

    def finish(self, total: int) -> None:
        """The keys in their order, and the counts."""
        assert self.items == total, "a million is a hundred times ten thousand"
        self.index.execute("INSERT OR IGNORE INTO keys SELECT hash, number FROM bulk ORDER BY hash, number")
        self.index.executemany("INSERT INTO sources VALUES (?, ?)", self._sources.items())
        self.index.execute("UPDATE counts SET stories = ?", (self.stories,))
        self.index.execute("COMMIT")
        self.words.execute("UPDATE numbers SET last = ?, living = ?", (total, total))
        self.words.commit()
        self.index.close()
        self.words.close()


def _hashed(key: bytes) -> int:
    """The same as `archive.index.hashed`, without its memory."""
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), signed=True)


def place(archive, numbers: range, total: int, a_day: float) -> None:
    """New items into stories, and into the archive."""
    from pipeline.organise import compared, settled

    items = [item_of(number, total, a_day) for number in numbers]
    found = compared(items, archive.near(items), topics=(), now=LAST)
    archive.commit(settled(found, archive.told(found.stories)), {})
    archive.checkpoint()


def runs(folder: Path, total: int, a_day: float) -> dict:
    """Seconds of each run, and the peak in megabytes."""
    from pipeline.archive import open_archive

    seconds, processor = [], []
    for run in range(RUNS):
        first = total + run * NEW
        began, used = time.perf_counter(), time.process_time()
        with open_archive(folder, write=True) as archive:
            place(archive, range(first, first + NEW), total, a_day)
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return {"seconds": statistics.median(seconds), "processor": statistics.median(processor), "mb": peak()}


def measured(folder: Path, total: int, years: float | None) -> dict:
    """What the runs say of an archive of that size; it is made where the folder holds none."""
    a_day = total / (years * 365) if years else A_DAY
    if not folder.exists():
        began = time.perf_counter()
        fill(folder / "archive", total, a_day)
        print(f"{total:>9} items made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    fresh = folder.with_name(f"{folder.name}-run")
    shutil.copytree(folder, fresh, copy_function=_linked)
    try:
        command = [sys.executable, __file__, "--runs", str(fresh), str(total), str(a_day)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    finally:
        shutil.rmtree(fresh)


def _linked(source: str, target: str) -> None:
    """A copy of a database; of a file, which is only ever replaced, another name."""
    if source.endswith(".json"):
        Path(target).hardlink_to(source)
    else:
        shutil.copyfile(source, target)


def main() -> None:
    """A line for each size."""
    if sys.argv[1:2] == ["--runs"]:
        print(json.dumps(runs(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--years", type=float, help="spread every archive over so many years")
    parser.add_argument("--keep", type=Path, help="a folder where the archives are kept for another time")
    chosen = parser.parse_args()
    first = None
    with tempfile.TemporaryDirectory() as scratch:
        for total in chosen.sizes:
            folder = (chosen.keep or Path(scratch)) / f"{total}{f'-{chosen.years:g}' if chosen.years else ''}"
            found = measured(folder, total, chosen.years)
            first = first or found
            print(
                f"{total:>9} items: {found['seconds']:.2f} s a run, {found['seconds'] / first['seconds']:.2f} of the first;"
                f" {found['processor']:.2f} s of processor time, {found['processor'] / first['processor']:.2f}; {found['mb']:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
