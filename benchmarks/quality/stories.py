"""Which items are one story: ours beside plain rules, over the labelled sets.

    python benchmarks/quality/stories.py [--peers PYTHON]

`near` has syndicated, cut, edited and updated copies beside newsletters, reports and conferences that only look alike; `minhash` a
thousand articles with ten planted copies. Precision, recall and F1 of pairs, and B-cubed F1 (Bagga and Baldwin, 1998). The rules beside
ours: one address, one title, Jaccard of three-word runs of at least 0.7, the same as MinHash estimates it, containment of at least 0.8; and
where PYTHON is the interpreter of an environment that has `reader`, what its plugin `entry_dedupe` finds (reader_dedupe.py).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
REAL = ROOT.parent / "shared" / "real" / "duplicates"
SETS = (("near", "clusters.json"), ("minhash", "pairs.json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How well one rule did on one set."""

    set: str
    rule: str
    precision: float
    recall: float
    f1: float
    bcubed: float
    seconds: float


def items_of(name: str):
    """The items of a set as the line would hand them to `organise`."""
    from pipeline.model.item import IdentityKey
    from pipeline.model.source import SourceId
    from pipeline.normalise.address import address_key
    from pipeline.normalise.identity import event_keys
    from pipeline.normalise.language import detect_language
    from pipeline.normalise.sketch import sketch
    from tests.builders import item, moment

    for line in (REAL / name / "items.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        date, url = row.get("date"), row.get("url")
        keys = ([f"a:{address_key(url)}"] if url else []) + [f"n:{each}" for each in sketch(row["text"])]
        published = None if date is None else moment(f"{date}T00:00:00+00:00")
        title = row.get("title") or row["text"][:80]
        keys += event_keys(title, "", row["text"], published)
        yield item(
            row["id"],
            source=SourceId(row.get("source") or row["id"]),
            url=url,
            title=title,
            summary="",
            text=row["text"],
            language=detect_language(row["text"]),
            published=published,
            keys=tuple(map(IdentityKey, keys)),
        )


def ours(items):
    """What `organise` makes of them."""
    from datetime import UTC, datetime

    from pipeline.model.change import Snapshot
    from pipeline.organise import organise

    changes, _ = organise(items, Snapshot(), topics=(), now=datetime(2026, 3, 2, tzinfo=UTC))
    return [list(story.items) for story in changes.stories]


def _grouped(items, key):
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item.id)
    return list(groups.values())


def by_address(items):
    """One address, one story."""
    return _grouped(items, lambda item: item.url or item.id)


def by_title(items):
    """One title, one story."""
    return _grouped(items, lambda item: " ".join(item.title.casefold().split()))


def _joined(items, alike):
    runs = {}
    for item in items:
        words = item.text.casefold().split()
        runs[item.id] = {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
    head = {item.id: item.id for item in items}

    def found(each):
        while head[each] != each:
            each = head[each]
        return each

    for one, other in itertools.combinations(runs, 2):
        shared = len(runs[one] & runs[other])
        if shared and alike(shared, len(runs[one]), len(runs[other])):
            head[found(one)] = found(other)
    return _grouped(items, lambda item: found(item.id))


def by_jaccard(items):
    """Jaccard of the runs of three words at least 0.7."""
    return _joined(items, lambda shared, one, other: shared / (one + other - shared) >= 0.7)


def by_minhash(items):
    """Of 64 smallest hashes of three-word runs at least 0.7 the same: MinHash alone (Broder, 1997)."""
    chance, prime = random.Random(1), (1 << 61) - 1
    ways = [(chance.randrange(1, prime), chance.randrange(prime)) for _ in range(64)]
    signed = {}
    for item in items:
        words = item.text.casefold().split()
        runs = {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
        hashes = [int.from_bytes(hashlib.blake2b(each.encode(), digest_size=7).digest()) for each in runs]
        signed[item.id] = [min((a * each + b) % prime for each in hashes) for a, b in ways]
    bands, head = defaultdict(list), {item.id: item.id for item in items}
    for name, sign in signed.items():
        for at in range(0, len(ways), 4):
            bands[at, tuple(sign[at : at + 4])].append(name)

    def found(each):
        while head[each] != each:
            each = head[each]
        return each

    for names in bands.values():
        for one, other in itertools.combinations(names, 2):
            if sum(a == b for a, b in zip(signed[one], signed[other], strict=True)) >= 0.7 * len(ways):
                head[found(one)] = found(other)
    return _grouped(items, lambda item: found(item.id))


def by_reader(items, peers):
    """What the plugin `entry_dedupe` of `reader` makes of them, as entries of one feed."""
    rows = [
        {"id": each.id, "title": each.title, "url": each.url, "text": each.text, "published": each.published and each.published.at.isoformat()}
        for each in items
    ]  # fmt: skip
    command = [peers, Path(__file__).with_name("reader_dedupe.py")]
    said = subprocess.run(command, input=json.dumps(rows), capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def by_containment(items):
    """Containment of the shorter in the longer at least 0.8."""
    return _joined(items, lambda shared, one, other: shared / min(one, other) >= 0.8)


RULES = (ours, by_address, by_title, by_jaccard, by_minhash, by_containment)


def rows(peers: str | None = None) -> list[Row]:
    """A row for each rule and set; empty where the sets are not there. `peers` is an interpreter that has reader."""
    if not REAL.is_dir():
        return []
    found = []
    for name, answers in SETS:
        items = list(items_of(name))
        clusters = json.loads((REAL / name / answers).read_text(encoding="utf-8"))
        rules = {rule.__name__: rule for rule in RULES}
        if peers is not None:
            rules["reader"] = lambda items: by_reader(items, peers)
        for rule, made in rules.items():
            began = time.perf_counter()
            groups = made(items)
            found.append(_scored(name, rule, groups, clusters, time.perf_counter() - began))
    return found


def _scored(name, rule, groups, clusters, seconds) -> Row:
    made = {frozenset(pair) for group in groups for pair in itertools.combinations(group, 2)}
    wanted = {frozenset(pair) for cluster in clusters for pair in itertools.combinations(cluster, 2)}
    precision = len(made & wanted) / len(made) if made else 1.0
    recall = len(made & wanted) / len(wanted)
    ours_of = {each: frozenset(group) for group in groups for each in group}
    gold_of = {each: frozenset(cluster) for cluster in clusters for each in cluster}
    scores = [
        (len(group & gold) / len(group), len(group & gold) / len(gold))
        for each, group in ours_of.items()
        for gold in (gold_of.get(each, frozenset({each})),)
    ]
    sure, whole = (sum(each) / len(scores) for each in zip(*scores, strict=True))
    return Row(
        set=name, rule=rule, precision=precision, recall=recall, seconds=seconds,
        f1=2 * precision * recall / max(1e-9, precision + recall), bcubed=2 * sure * whole / (sure + whole),
    )  # fmt: skip


def main(peers: str | None = None) -> None:
    """The table."""
    print(f"{'set':<10}{'rule':<16}{'precision':>10}{'recall':>8}{'F1':>8}{'B-cubed':>9}{'seconds':>9}")
    for row in rows(peers):
        print(
            f"{row.set:<10}{row.rule:<16}{row.precision:>10.3f}{row.recall:>8.3f}{row.f1:>8.3f}{row.bcubed:>9.3f}{row.seconds:>9.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="an interpreter that has reader")
    main(parser.parse_args().peers)
