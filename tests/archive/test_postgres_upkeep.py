"""An archive in a database is upgraded, looked through and made whole as one in a folder is."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pipeline.archive import open_archive, postgres_keys, postgres_words
from pipeline.archive.upkeep import repair, verify
from pipeline.archive.verify import Inspection, Repair
from pipeline.cli import main
from pipeline.model.change import Changes
from pipeline.model.history import History
from pipeline.model.item import IdentityKey
from pipeline.model.search import terms
from pipeline.model.source import SourceId
from tests.builders import NOW, item, record, story

ADDA = SourceId("adda")


def rec(name, **fields):
    return record(name, keys=(IdentityKey(f"e:adda:{name}"), IdentityKey(f"a:{name}")), **fields)


@pytest.fixture
def store(database):
    """An archive of four items in three stories, one of them joined."""
    with open_archive(database, write=True) as archive:
        added = Changes(added=(rec("a"), rec("b"), rec("c")), stories=(story("a"), story("b"), story("c")))
        archive.commit(added, {ADDA: History(next_due=NOW, held=("a", "b"))})
        archive.commit(Changes(added=(rec("d"),), stories=(story("d"),)), {})
        joined = Changes(amended=(rec("b", story="s-a"),), stories=(story("a", "b", former=("s-b",)),), joined=("s-b",))
        archive.commit(joined, {})
    return database


def asked(store, *commands):
    with psycopg.connect(store) as connection:
        for command in commands:
            connection.execute(command)


def found(store):
    return [(each.where, each.what) for each in verify(store, Inspection())]


def contents(store):
    with open_archive(store, write=False) as archive:
        counts = archive.count()
        return (
            {each.item.id: each for each in archive.records()},
            {each.id: each for each in archive.stories()},
            dict(archive.histories()),
            (counts.items, counts.stories, counts.by_source),
        )


def test_a_whole_archive_has_no_findings_and_counts_what_there_is(store):
    seen = Inspection()

    assert [] == list(verify(store, seen))
    assert (4, 3, 1) == (seen.items, seen.stories, seen.sources)
    assert (4, 3, {ADDA: 4}) == contents(store)[3]


def test_an_empty_database_has_no_findings(database):
    assert [] == found(database)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("UPDATE items SET story = 's-a' WHERE id = 'c'", ("items, c", "the column `story` is not what its row says")),
        ("UPDATE item_words SET words = 'x' WHERE item = 3", ("items, c", "its words are not those of its row")),
        ("DELETE FROM item_words WHERE item = 3", ("items, c", "its words are not those of its row")),
        ("INSERT INTO item_words VALUES (99, 'x')", ("item_words", "1 of them leads to no item")),
        (
            "DELETE FROM keys WHERE item = (SELECT number FROM items WHERE id = 'c')",
            ("items, c", "it is not found by all of its keys"),
        ),
        ("UPDATE counts SET items = 9", ("counts, adda", "it counts 9 items, there are 4")),
        ("UPDATE told SET stories = 9", ("told", "it counts 9 stories, there are 3")),
        ("UPDATE told SET fresh = 9", ("told", "it counts 9 keys in keys_fresh, there are 8")),
        ("INSERT INTO keys VALUES (7, 99)", ("keys", "1 of them leads to no item")),
        ("DELETE FROM stories WHERE id = 's-c'", ("items, c", "its story s-c is not there, or does not hold it")),
        (
            """UPDATE stories SET row = '{"id": "s-c", "lead": "d", "items": ["c"]}' WHERE id = 's-c'""",
            ("stories, s-c", "its lead d is none of its items"),
        ),
        (
            """UPDATE stories SET row = '{"id": "s-c", "lead": "c", "items": ["c", "d"]}' WHERE id = 's-c'""",
            ("stories, s-c", "its item d is not there, or belongs to another"),
        ),
    ],
)
def test_what_does_not_agree_is_found_and_mended_without_any_loss(store, damage, expected):
    before = contents(store)
    asked(store, damage)

    assert expected in found(store)
    assert 3 == main(["store", "verify", "--store", store])
    list(repair(store, NOW))

    assert [] == found(store)
    assert before == contents(store)


def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_stay(store):
    asked(store, """UPDATE items SET row = '{"id": "b"}' WHERE id = 'b'""")

    assert "items, b" in {where for where, _ in found(store)}
    done = list(repair(store, NOW))

    said = "items, b: could not be read, or means nothing any more; its row is in the table `damaged`."
    assert Repair(what=said, aside="damaged") in done
    assert [] == found(store)
    records, stories, _, counts = contents(store)
    assert {"a", "c", "d"} == set(records)
    assert ("a",) == stories["s-a"].items
    assert (3, 3, {ADDA: 3}) == counts
    with psycopg.connect(store) as connection:
        assert [("items", "b", {"id": "b"})] == connection.execute('SELECT "table", id, row FROM damaged').fetchall()


#: What format 2 was: one table of keys, and the words beside the items.
FORMAT_2 = (
    "UPDATE archive_format SET format = 2",
    "WITH moved AS (DELETE FROM keys_fresh RETURNING *) INSERT INTO keys SELECT * FROM moved",
    "DROP TABLE keys_fresh",
    "DROP TABLE keys_recent",
    "ALTER TABLE keys ADD FOREIGN KEY (item) REFERENCES items (number)",
    "ALTER TABLE told DROP COLUMN fresh, DROP COLUMN recent",
    "ALTER TABLE items ADD COLUMN words tsvector",
    "UPDATE items SET words = item_words.words FROM item_words WHERE item = number",
    "DROP TABLE item_words",
    "CREATE INDEX items_by_words ON items USING gin (words)",
)


def test_a_database_of_format_2_is_read_as_it_is_and_upgraded(store):
    before = contents(store)
    asked(store, *FORMAT_2)

    assert before == contents(store), "reading upgrades nothing"
    assert [("archive_format", "format 2; the next run brings it up to format 3")] == found(store)
    with open_archive(store, write=False) as archive:
        assert {"a", "b", "c", "d"} == {each.item.id for each in archive.search(terms("nyheter"))}
    with open_archive(store, write=True) as archive:
        assert archive.holds("a:c")
        assert {"a", "b", "c", "d"} == {each.item.id for each in archive.search(terms("nyheter"))}

    assert [] == found(store)
    assert before == contents(store)


def test_a_database_of_format_1_is_read_as_it_is_and_upgraded_with_its_words(store):
    before = contents(store)
    # Format 1 had the words of PostgreSQL's own dictionaries at first, and counted when it was asked.
    asked(
        store,
        *FORMAT_2,
        "UPDATE archive_format SET format = 1",
        "UPDATE items SET words = to_tsvector('swedish', row->>'title')",
        "DROP TABLE counts",
        "DROP TABLE told",
    )

    assert before == contents(store), "reading upgrades nothing"
    assert [("archive_format", "format 1; the next run brings it up to format 3")] == found(store)
    with open_archive(store, write=True) as archive:
        assert {"a", "b", "c", "d"} == {each.item.id for each in archive.search(terms("nyheter"))}

    assert [] == found(store)
    assert before == contents(store)


def test_the_commands_say_what_they_found_and_did(store, capsys):
    assert 0 == main(["store", "verify", "--store", store])
    assert "4 items and 3 stories, all as they were written\n" == capsys.readouterr().out

    asked(store, "UPDATE told SET stories = 9")
    assert 3 == main(["store", "verify", "--store", store])
    shown = capsys.readouterr()
    assert "told: it counts 9 stories, there are 3\n" == shown.out
    assert "4 items and 3 stories; 1 thing wrong: `samflode store repair` keeps" in shown.err

    assert 0 == main(["store", "repair", "--store", store])
    assert "Columns, words, keys and counts were made anew.\n" == capsys.readouterr().out


def test_a_backup_comes_back_into_a_database_and_into_a_folder(store, cluster, tmp_path, capsys):
    before, pack, folder = contents(store), str(tmp_path / "news.tar.gz"), str(tmp_path / "store")
    with psycopg.connect(cluster.format("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE other TEMPLATE template0")
    other = cluster.format("other")

    assert 0 == main(["store", "backup", pack, "--store", store])
    assert 0 == main(["store", "restore", pack, "--store", other])
    assert 0 == main(["store", "restore", pack, "--store", folder])
    try:
        for each in (other, folder):
            assert before == contents(each)
            assert [] == found(each)
        assert ["news.tar.gz", "store"] == sorted(path.name for path in tmp_path.iterdir())
        with open_archive(other, write=True) as archive:
            archive.commit(Changes(added=(rec("e"),), stories=(story("e"),)), {})
        assert 2 == main(["store", "restore", pack, "--store", other])
        assert "the other store holds 5 items already, and not only these" in capsys.readouterr().err
    finally:
        with psycopg.connect(cluster.format("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE other WITH (FORCE)")


def test_gathered_keys_go_over_into_the_large_table_and_are_found_as_before(database, monkeypatch):
    monkeypatch.setattr(postgres_keys, "MOST_FRESH", 4)
    monkeypatch.setattr(postgres_keys, "MOST_RECENT", 8)
    in_tables = set()
    with open_archive(database, write=True) as archive:
        for name in "abcdefgh":
            with archive.turn():
                archive.commit(Changes(added=(rec(name),), stories=(story(name),)), {})
            in_tables.add(keys_in(database))
            # A key that it has already, and a new one.
            revised = rec(name, item=item(name, keys=(IdentityKey(f"a:{name}"), IdentityKey(f"t:{name}"))))
            archive.commit(Changes(revised=(revised,)), {})
            archive.checkpoint()
            in_tables.add(keys_in(database))

        assert all(archive.holds(f"{kind}:{each}") for kind in ("e:adda", "a", "t") for each in "abcdefgh")
        assert ["a", "h"] == [each.item.id for each in archive.near([item("z", keys=("t:a", "a:h"))])]
    assert {(2, 0, 0), (0, 5, 0), (0, 0, 9)} <= in_tables
    assert 24 == sum(keys_in(database)), "each key stands in one of them"
    assert [] == found(database)


def test_keys_that_somebody_reads_stay_where_they_are_until_the_next_time(store, monkeypatch):
    monkeypatch.setattr(postgres_keys, "MOST_FRESH", 1)
    with open_archive(store, write=True) as archive, open_archive(store, write=False) as reader:
        with reader.one_state():
            archive.checkpoint()
            assert reader.holds("a:c")
            assert (8, 0, 0) == keys_in(store)
        archive.checkpoint()

        assert reader.holds("a:c")
        assert (0, 8, 0) == keys_in(store)
    assert [] == found(store)


def keys_in(store):
    """How many keys stand in the small table, the one of medium size and the large one."""
    with psycopg.connect(store) as connection:
        query = "SELECT (SELECT count(*) FROM keys_fresh), (SELECT count(*) FROM keys_recent), (SELECT count(*) FROM ONLY keys)"
        return connection.execute(query).fetchone()


def test_who_collects_while_an_archive_is_built_anew_waits_and_goes_on_in_the_new_one(store):
    with open_archive(store, write=True) as archive, ThreadPoolExecutor() as pool:
        with archive.built_anew(NOW) as new:
            collecting = pool.submit(archive_of, store, rec("f"))
            new.commit(Changes(added=(rec("a"), rec("e")), stories=(story("a"), story("e"))), {})
            assert 4 == archive.count().items
        collecting.result()

    assert {"a", "e", "f"} == set(contents(store)[0])
    assert [] == found(store)
    with psycopg.connect(store) as connection:
        assert [(4,)] == connection.execute("SELECT count(*) FROM before_rebuild_20260302t120000z.items").fetchall()


def archive_of(store, kept):
    with open_archive(store, write=True) as archive, archive.turn():
        archive.commit(Changes(added=(kept,), stories=(story(kept.item.id),)), {})


def test_words_stand_in_parts_and_are_found_in_all_of_them(database, monkeypatch):
    monkeypatch.setattr(postgres_words, "IN_PART", 3)
    with open_archive(database, write=True) as archive:
        for name in "abcdefgh":
            archive.commit(Changes(added=(rec(name),), stories=(story(name),)), {})
        # A revised item is found by its new words, in the part that it is in.
        archive.commit(Changes(revised=(rec("a", title="Handskar"),)), {})

        assert {*"abcdefgh"} == {each.item.id for each in archive.search(terms("krav"))}
        assert ["a"] == [each.item.id for each in archive.search(terms("handskar"))][:1]
    assert [] == found(database)
    with psycopg.connect(database) as connection:
        parts = connection.execute(
            "SELECT relname FROM pg_class WHERE relname ~ '^item_words_[0-9]+$' ORDER BY relname"
        )
        assert [("item_words_0",), ("item_words_1",), ("item_words_2",)] == parts.fetchall()


def test_programs_are_told_what_was_done_and_no_password(store, tmp_path, capsys):
    secret = store.replace("samflode@", "samflode:hemlig@")
    plain = f"postgresql://samflode@{store.split('@')[1].partition('?')[0]}"
    folder = str(tmp_path / "store")

    assert 0 == main(["store", "migrate", "--store", secret, "--to", folder, "--json"])
    assert {"store": plain, "to": folder, "items": 4} == json.loads(capsys.readouterr().out)
    assert 0 == main(["store", "migrate", "--store", folder, "--to", secret])
    assert (
        f"4 items copied; write `store: {plain}` into sources.yaml, or use --store, to go on there\n"
        == capsys.readouterr().out
    )

    asked(store, """UPDATE items SET row = '{"id": "b"}' WHERE id = 'b'""")
    assert 0 == main(["store", "repair", "--store", store, "--json"])
    assert [("damaged", True), (None, False), (None, False)] == [
        (each["aside"], each["what"].startswith("items, b: could not be read"))
        for each in json.loads(capsys.readouterr().out)["repairs"]
    ]
