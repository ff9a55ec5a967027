#!/usr/bin/env python3
"""All of the hostile web in one `samflode run`: how long it takes, its peak memory, and what did not end as it must.

    python benchmarks/hostile_web.py [--timeout 3]

Exits with 1 where a case ended otherwise than it must.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests.collect.hostile import CASES, PROGRAM, ends_as_it_must, hostile, sources_yaml  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--timeout", type=int, default=3, help="seconds for one response")
arguments = parser.parse_args()

with hostile() as served, tempfile.TemporaryDirectory() as folder:
    Path(folder, "sources.yaml").write_text(sources_yaml(served, timeout=arguments.timeout), encoding="utf-8")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    seconds = time.monotonic() - began
    peak = float(Path(folder, "peak").read_text(encoding="utf-8"))

if done.returncode not in {0, 1}:
    sys.exit(done.stderr.decode())
report = {each["id"]: each for each in json.loads(done.stdout)["sources"]}
wrong = [case for case in CASES if not ends_as_it_must(case, report[case.name])]
for case in wrong:
    print(f"{case.name}: {case.kind}, {case.entries} entries, {case.message!r} is wanted, but got: {report[case.name]}")
slowest = sorted(report.values(), key=lambda each: -each["seconds"])[:3]
print(f"{len(CASES)} cases, {len(wrong)} not as they must be, exit code {done.returncode}")
print(f"{seconds:.1f} s in all; peak memory {peak:.0f} MB")
print("slowest:", ", ".join(f"{each['id']} {each['seconds']:.1f} s" for each in slowest))
sys.exit(bool(wrong))
