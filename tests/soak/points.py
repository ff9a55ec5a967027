"""Kills commits and checkpoints before each single call to the system, and proves that nothing is lost: python tests/soak/points.py

    python tests/soak/points.py                 # each write, rename, fsync and removal of an archive in a folder, SQLite's among them
    python tests/soak/points.py postgresql      # each statement that is sent, and each answer that is awaited

The scenario is that of tests/archive/test_crash.py: everything that a commit can hold, in two runs. After each kill `store verify` is
clean, every commit that returned is there, of the one under way all or nothing, and the next run changes nothing of it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.archive import test_crash as crash  # noqa: E402
from tests.soak.kills import emptied  # noqa: E402


def main(kind: str) -> int:
    """How many moments there are."""
    with tempfile.TemporaryDirectory() as name:
        expected = crash.states(Path(name))
        with emptied(kind, Path(name)) as (fresh, _):
            number = 1
            while crash.after_a_kill(fresh(), number, expected):
                number += 1
    print(f"{kind}: killed before each of {number - 1} calls: every commit that returned is there, every check clean")
    return number - 1


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "folder")
