"""What it costs to put a hundred new items into stories, in archives of different sizes.

    python benchmarks/stories.py 10000 100000

The archives hold news of made-up events over ten years, three in ten of them told by three sources in as many languages, with the keys
that `normalise` gives. A process of its own places a hundred new ones: keys, look-up, comparing, stories, commit, checkpoint; five times,
the median counts. Memory is the process's peak.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.memory import peak  # noqa: E402

FIRST, SPAN, RUNS, NEW = datetime(2016, 1, 1, tzinfo=UTC), timedelta(days=3650), 5, 100
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


def item_of(number: int, total: int):
    """The item of that number in an archive of so many, with its keys."""
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
    title, text = title.format(**values), text.format(**values) + f" Artikel {number} av {total}." * 20
    published = moment((FIRST + SPAN * (event / total) + timedelta(hours=form)).isoformat())
    source, name = SourceId(f"source{number % 20}"), f"x{number:09d}"
    keys = [*(f"{kind}:{source}:{name}" for kind in "vea"), *(f"n:{each}" for each in sketch(text))]
    return item(
        name, source=source, language=language, title=title, summary=text[:120], text=text, published=published,
        keys=(*map(IdentityKey, keys), *event_keys(title, text[:120], text, published)),
    )  # fmt: skip


def fill(folder: Path, total: int) -> None:
    """The archive before the runs."""
    from pipeline.archive import open_archive

    with open_archive(folder, write=True) as archive:
        for start in range(0, total, 1_000):
            place(archive, range(start, min(total, start + 1_000)), total)


def place(archive, numbers: range, total: int) -> None:
    """Items into stories, and into the archive."""
    from pipeline.organise import organise

    items = [item_of(number, total) for number in numbers]
    changes, _ = organise(items, archive.near(items), topics=(), now=FIRST + SPAN)
    archive.commit(changes, {})
    archive.checkpoint()


def runs(folder: Path, total: int) -> dict:
    """Seconds of each run, and the peak in megabytes."""
    from pipeline.archive import open_archive

    seconds = []
    for run in range(RUNS):
        first = total + run * NEW
        began = time.perf_counter()
        with open_archive(folder, write=True) as archive:
            place(archive, range(first, first + NEW), total)
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds), "mb": peak()}


def main() -> None:
    """A line for each size."""
    if sys.argv[1] == "--runs":
        print(json.dumps(runs(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    first = None
    for total in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            fill(Path(folder) / "store", total)
            filled = time.perf_counter() - began
            said = subprocess.run(
                [sys.executable, __file__, "--runs", str(Path(folder) / "store"), str(total)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            found = json.loads(said)
            first = first or found["seconds"]
            print(
                f"{total:>9} items: {found['seconds']:.2f} s a run, {found['seconds'] / first:.2f} of the first, {found['mb']:.0f} MB (filled in {filled:.0f} s)",
                flush=True,
            )


if __name__ == "__main__":
    main()
