"""A store that an earlier version wrote is taken over whole: the same items under the same ids, nothing twice.

`stores/` holds stores as released versions left them, each with what they exported (`items.ndjson`); `format-1-killed` is one whose run
was killed between two commits.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from pipeline.cli import main

STORES = sorted((Path(__file__).parent / "stores").glob("*.tar.xz"))
PARTNERS = Path(__file__).parents[2] / "examples" / "partners"
#: What may be told better by a later version, but never changed by the upgrade itself.
LASTING = ("id", "story", "source", "url", "title", "published", "published_precision", "first_seen", "revisions")


@pytest.fixture(params=STORES, ids=lambda path: path.name.removesuffix(".tar.xz"))
def store(request, tmp_path) -> Path:
    """A store of an earlier version."""
    with tarfile.open(request.param) as packed:
        packed.extractall(tmp_path / "store", filter="data")
    return tmp_path / "store"


def exported(store: Path, capsys) -> dict[str, dict]:
    assert 0 == main(["export", "items", "--store", str(store)])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == len({row["id"] for row in rows})
    return {row["id"]: row for row in rows}


def lasting(rows) -> dict[str, list]:
    return {row["id"]: [row[field] for field in LASTING] for row in rows}


def test_an_earlier_store_is_read_and_upgraded_without_a_change_to_any_item(store, capsys):
    before = lasting(map(json.loads, (store / "items.ndjson").read_text(encoding="utf-8").splitlines()))

    assert before == lasting(exported(store, capsys).values()), "as it lies there"
    (store / "recordings").mkdir()
    (store / "recordings" / "routes.json").write_text("{}")
    run = ["run", "--store", str(store), "--sources", str(PARTNERS / "sources.yaml"), "--quiet", "--no-publish"]
    assert 1 == main([*run, "--replay", str(store / "recordings")]), "every source answers with 404"
    assert 0 == main(["store", "verify", "--store", str(store)])
    capsys.readouterr()

    assert before == lasting(exported(store, capsys).values()), "after the upgrade"


def test_what_an_earlier_version_collected_is_known_again(store, capsys):
    before = exported(store, capsys)
    collected = {row["source"] for row in before.values()}

    report = ["run", "--replay", str(PARTNERS), "--store", str(store), "--json", "--no-publish", "--quiet"]
    assert 0 == main(report)
    told = json.loads(capsys.readouterr().out)["sources"]

    if len(collected) > 1:  # else only one source was ever asked
        assert 0 == sum(each["new"] for each in told if each["id"] in collected)
    after = exported(store, capsys)
    assert before.keys() <= after.keys()
    assert {key: row["first_seen"] for key, row in before.items()} == {key: after[key]["first_seen"] for key in before}
