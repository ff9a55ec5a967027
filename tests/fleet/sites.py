"""What the sites of the tests of the fleet say, and how two archives of them are compared."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003

from pipeline.cli import main
from tests.fleet.web import rss

#: When everything was published: exports compare.
AT = "Mon, 23 Nov 2026 10:00:00 GMT"


def pages(feeds: int, *, entries: int = 3) -> dict[str, str]:
    """Feeds of which each tells something of its own, and something that its neighbours tell as well."""
    found = {}
    for number in range(feeds):
        own = [
            (
                f"{number}-{each}",
                f"Beslut {number}.{each} i nämnden",
                f"Nämnden {number} tog beslut {each} om skolan.",
                AT,
            )
            for each in range(entries)
        ]
        group = number // 4
        shared = f"Staten sänker skatten på cyklar med {group + 1} kronor, säger departement {group} i dag."
        found[f"/{number}.xml"] = rss(
            f"s{number}", [*own, (f"gemensam-{group}", f"Skatten på cyklar {group}", shared, AT)]
        )
    return found


def compared(folder: Path, store: str) -> tuple[list[str], list[list[str]]]:
    """An archive without our own clock: its items, and which of them are told together."""
    items, stories = (_export(folder, what, store) for what in ("items", "stories"))
    named = {each["id"]: f"{each['source']} {each['title']}" for each in items}
    bare = sorted(
        json.dumps(
            {name: value for name, value in each.items() if name not in {"first_seen", "last_seen", "story"}},
            sort_keys=True,
        )
        for each in items
    )
    return bare, sorted(sorted(named[member] for member in each["items"]) for each in stories)


def _export(folder: Path, what: str, store: str):
    path = folder / f"{what}.ndjson"
    assert (
        main(
            [
                "export",
                what,
                "--store",
                str(folder / store) if "://" not in store else store,
                "--output",
                str(path),
                "--quiet",
            ]
        )
        == 0
    )
    return [json.loads(line) for line in path.read_bytes().splitlines()]
