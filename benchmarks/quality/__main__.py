"""All that is measured of the quality of what comes out, in one run: a section for each subject, ours beside other programs.

    python benchmarks/quality [SUBJECT …]

Each subject is a module of this folder, and can be run alone with options of its own. Without arguments all are run, which takes
some minutes; nothing goes over the network. What is measured over ../shared is left out where that is not there; programs that are not
installed are left out of the tables (docs/quality.md says which there are).
"""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

#: Module, what it is called, and the arguments of its main().
SUBJECTS: dict[str, tuple[str, tuple[object, ...]]] = {
    "dates": ("Dates: strings", ([],)),
    "page_dates": ("Dates: pages", ()),
    "feed_dates": ("Dates: feeds", ([],)),
    "languages": ("Languages", ()),
    "addresses": ("Addresses", ([],)),
    "feeds": ("Feeds", ()),
    "listings": ("Listings", ([],)),
    "articles": ("Articles", ([],)),
    "stories": ("Stories", ()),
    "faults": ("Faults at sources", ()),
}


def main(names: list[str]) -> int:
    """The sections; 1 where a subject could not be measured."""
    unknown = [name for name in names if name not in SUBJECTS]
    if unknown:
        print(f"There is no subject called {', '.join(unknown)}. There are: {', '.join(SUBJECTS)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names or SUBJECTS:
        title, arguments = SUBJECTS[name]
        print(f"\n## {title} ({name})\n", flush=True)
        start = time.perf_counter()
        try:
            module = importlib.import_module(f"benchmarks.quality.{name}")
            given = (module.RECORDINGS,) if name == "faults" else arguments
            module.main(*given)
        except Exception:  # noqa: BLE001 - the others are measured none the less
            traceback.print_exc()
            failed.append(name)
        print(f"\n({time.perf_counter() - start:.0f} s)", flush=True)
    if failed:
        print(f"\nNot measured: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
