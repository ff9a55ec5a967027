"""Turns each byte of a small archive's files in turn, and proves that verify finds it and that repair brings everything back.

python tests/soak/flips.py          # one bit of each byte; `all` tries a second, random value too
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

THEN = datetime(2026, 3, 2, tzinfo=UTC)


def contents(store: Path):
    """All that the archive says of itself."""
    from pipeline.archive import open_archive

    with open_archive(store, write=False) as archive:
        return (
            {each.item.id: each for each in archive.records()},
            {each.id: each for each in archive.stories()},
            dict(archive.histories()),
        )


def made(store: Path) -> None:
    """A small archive: ten items in two months, with stories of two, and what is remembered of a source."""
    from pipeline.archive import open_archive
    from pipeline.model.change import Changes
    from pipeline.model.history import History
    from pipeline.model.source import SourceId
    from tests.builders import NOW, moment, record, story

    old = {"published": moment("2024-05-01T00:00:00+02:00")}
    pairs = [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h"), ("i", "j")]
    with open_archive(store, write=True) as archive:
        for one, other in pairs:
            dates = old if one in "ae" else {}
            records = (record(one, **dates), record(other, story=f"s-{one}", **dates))
            archive.commit(
                Changes(added=records, stories=(story(one, other),)), {SourceId("adda"): History(next_due=NOW)}
            )


def main(*, thorough: bool) -> int:
    """How many bytes were turned."""
    from pipeline.archive.mend import repair
    from pipeline.archive.verify import Inspection, verify

    chance = random.Random(2026)
    turned = restored = 0
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        made(store)
        before = contents(store)
        whole = {path: path.read_bytes() for path in (store / "archive").rglob("*.json")}
        index = (store / "archive" / "index.sqlite").read_bytes()
        for path, good in whole.items():
            for at in range(len(good)):
                for mask in (1 << at % 8, chance.randrange(1, 256))[: 1 + thorough]:
                    path.write_bytes(good[:at] + bytes([good[at] ^ mask]) + good[at + 1 :])
                    name = f"{path.name} at {at}"
                    assert list(verify(store, Inspection())), f"{name}: not found"
                    for _ in repair(store, THEN):
                        pass
                    assert not list(verify(store, Inspection())), f"{name}: not mended"
                    records, _, _ = now = contents(store)
                    assert len(records) >= len(before[0]) - 1, f"{name}: more was lost than stood there"
                    turned += 1
                    restored += now == before
                    for each, content in whole.items():
                        each.write_bytes(content)
                    (store / "archive" / "index.sqlite").write_bytes(index)
                    shutil.rmtree(store / "damaged", ignore_errors=True)
    print(
        f"{turned} bytes turned in {len(whole)} files: each was found and mended, {restored} with nothing lost at all"
    )
    return turned


if __name__ == "__main__":
    main(thorough="all" in sys.argv[1:])
