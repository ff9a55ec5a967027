"""Which items are one story: ours beside plain rules, over the labelled sets.

    python benchmarks/quality/stories.py

`near` has syndicated, cut, edited and updated copies beside newsletters, reports and conferences that only look alike; `minhash` a
thousand articles with ten planted copies. Precision, recall and F1 of pairs, and B-cubed F1 (Bagga and Baldwin, 1998). The rules beside
ours: one address, one title, Jaccard of three-word runs of at least 0.7, containment of at least 0.8.
"""

from __future__ import annotations

import itertools
import json
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


def by_containment(items):
    """Containment of the shorter in the longer at least 0.8."""
    return _joined(items, lambda shared, one, other: shared / min(one, other) >= 0.8)


RULES = (ours, by_address, by_title, by_jaccard, by_containment)


def rows() -> list[Row]:
    """A row for each rule and set; empty where the sets are not there."""
    if not REAL.is_dir():
        return []
    found = []
    for name, answers in SETS:
        items = list(items_of(name))
        clusters = json.loads((REAL / name / answers).read_text(encoding="utf-8"))
        for rule in RULES:
            began = time.perf_counter()
            groups = rule(items)
            found.append(_scored(name, rule.__name__, groups, clusters, time.perf_counter() - began))
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


def main() -> None:
    """The table."""
    print(f"{'set':<10}{'rule':<16}{'precision':>10}{'recall':>8}{'F1':>8}{'B-cubed':>9}{'seconds':>9}")
    for row in rows():
        print(
            f"{row.set:<10}{row.rule:<16}{row.precision:>10.3f}{row.recall:>8.3f}{row.f1:>8.3f}{row.bcubed:>9.3f}{row.seconds:>9.2f}"
        )


if __name__ == "__main__":
    main()
