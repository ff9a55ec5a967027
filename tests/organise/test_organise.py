"""Items of a source meet the archive: new, revised, seen again, gone."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.change import Changes, Snapshot
from pipeline.model.config import Topic
from pipeline.model.item import IdentityKey
from pipeline.model.nearness import nearest
from pipeline.organise import organise
from tests.builders import NOW, item, moment, origin, record, story

LATER = NOW + timedelta(days=1)


def keys(*texts):
    return tuple(IdentityKey(text) for text in texts)


def snapshot_after(changes: Changes, before: Snapshot = Snapshot()) -> Snapshot:
    """The archive, small enough to be a snapshot of itself."""
    records = {each.item.id: each for each in (*before.records, *changes.added, *changes.revised, *changes.amended)}
    stories = {each.id: each for each in (*before.stories, *changes.stories) if each.id not in changes.joined}
    return Snapshot(records=tuple(records.values()), stories=tuple(stories.values()))


def test_a_new_item_is_a_story_by_itself():
    changes, held = organise([item("a")], Snapshot(), topics=(), now=NOW)

    assert ["a"] == [each.item.id for each in changes.added]
    assert [("s-a", "a", ("a",))] == [(each.id, each.lead, each.items) for each in changes.stories]
    assert ("a",) == held


def test_the_same_items_a_second_time_change_nothing():
    items = [item("a", keys=keys("v:adda:1", "e:adda:a")), item("b", keys=keys("v:adda:2", "e:adda:b"))]
    first, _ = organise(items, Snapshot(), topics=(), now=NOW)

    second, held = organise(items, snapshot_after(first), topics=(), now=LATER)

    assert not second
    assert ("a", "b") == held


def test_another_spelling_of_the_address_in_one_answer_is_the_same_item():
    one = item("a", keys=keys("v:adda:1", "e:adda:1", "a:x.se/1"))
    other = item("b", keys=keys("v:adda:2", "e:adda:2", "a:x.se/1"), title="Samma sak")

    changes, held = organise([one, other], Snapshot(), topics=(), now=NOW)

    assert ("a",) == held
    assert ["Nyhet a"] == [each.item.title for each in changes.added]
    assert keys("v:adda:1", "e:adda:1", "a:x.se/1", "v:adda:2", "e:adda:2") == changes.added[0].item.keys

    again, _ = organise([one, other], snapshot_after(changes), topics=(), now=LATER)
    assert not again


def test_a_changed_title_is_a_revision_that_keeps_the_old_wording():
    old = record("a", keys=keys("v:adda:1", "e:adda:a"))
    new = item("a", keys=keys("v:adda:2", "e:adda:a"), title="Rättelse")

    changes, _ = organise([new], Snapshot(records=(old,), stories=(story("a"),)), topics=(), now=LATER)

    (revised,) = changes.revised
    assert {"title": "Nyhet a"} == revised.history[0].before
    assert LATER == revised.history[0].seen_at
    assert "Rättelse" == revised.item.title
    assert not changes.added


def test_a_source_that_says_less_than_before_has_not_changed_what_it_said():
    full = record("a", keys=keys("v:adda:1", "e:adda:a"), text="Hela texten.")
    less = item("a", keys=keys("v:adda:2", "e:adda:a"), summary="", text="", published=None)

    changes, _ = organise([less], Snapshot(records=(full,), stories=(story("a"),)), topics=(), now=LATER)

    assert not changes.revised
    (amended,) = changes.amended
    assert "Hela texten." == amended.item.text
    assert full.item.published == amended.item.published


def test_what_the_article_said_stays_when_it_was_not_opened_again():
    opened = origin(fields={"title": "article:json-ld"})
    old = record("a", keys=keys("v:adda:1", "e:adda:a"), title="Hela titeln", origin=opened)
    new = item("a", keys=keys("v:adda:2", "e:adda:a"), title="Hela tit…")

    changes, _ = organise([new], Snapshot(records=(old,), stories=(story("a"),)), topics=(), now=LATER)

    assert not changes.revised
    assert "Hela titeln" == changes.amended[0].item.title


def test_guids_that_change_overnight_make_nothing_new():
    old = record("a", keys=keys("v:adda:1", "e:adda:1", "a:x.se/1"))
    new = item("z", keys=keys("v:adda:2", "e:adda:2", "a:x.se/1"), title="Nyhet a", url=old.item.url)

    changes, held = organise([new], Snapshot(records=(old,), stories=(story("a"),)), topics=(), now=LATER)

    assert ("a",) == held
    assert not changes.added
    assert not changes.revised


def test_an_address_in_a_new_spelling_is_no_revision():
    old = record("a", keys=keys("v:adda:1", "e:adda:a", "a:x.se/1"), url="http://x.se/1")
    new = item("a", keys=keys("v:adda:2", "e:adda:a", "a:x.se/1"), url="https://www.x.se/1")

    changes, _ = organise([new], Snapshot(records=(old,), stories=(story("a"),)), topics=(), now=LATER)

    assert not changes.revised
    assert "http://x.se/1" == changes.amended[0].item.url


def test_an_entry_that_changes_at_every_request_does_not_grow_for_ever():
    snapshot = Snapshot(records=(record("a", keys=keys("v:adda:0", "e:adda:a")),), stories=(story("a"),))
    for number in range(1, 50):
        changed = item("a", keys=keys(f"v:adda:{number}", "e:adda:a"))
        changes, _ = organise([changed], snapshot, topics=(), now=LATER)
        snapshot = snapshot_after(changes, snapshot)

    versions = [key for key in snapshot.records[0].item.keys if key.startswith("v:")]
    assert 8 == len(versions)
    assert "v:adda:49" == versions[-1]


def test_an_item_that_left_its_source_was_last_seen_when_it_stood_there_last():
    gone = record("a")
    last = NOW + timedelta(hours=6)

    changes, held = organise([], Snapshot(), topics=(), now=LATER, departed=[gone], last_held=last)

    assert () == held
    assert [last] == [each.last_seen for each in changes.amended]
    assert not changes.revised


def test_the_same_words_from_two_sources_are_one_story():
    first = record("a", keys=keys("t:1"), published=moment("2026-03-01T08:00:00+01:00"))
    second = item("b", source="anbud", keys=keys("t:1"), published=moment("2026-03-02T08:00:00+01:00"))

    changes, _ = organise([second], Snapshot(records=(first,), stories=(story("a"),)), topics=(), now=LATER)

    assert [("s-a", "a", ("a", "b"))] == [(each.id, each.lead, each.items) for each in changes.stories]
    assert ["s-a"] == [each.story for each in changes.added]


def test_the_same_words_a_year_later_are_another_story():
    first = record("a", keys=keys("t:1"), published=moment("2025-03-01T08:00:00+01:00"))
    second = item("b", source="anbud", keys=keys("t:1"), published=moment("2026-03-02T08:00:00+01:00"))

    changes, _ = organise([second], Snapshot(records=(first,), stories=(story("a"),)), topics=(), now=LATER)

    assert ["s-b"] == [each.id for each in changes.stories]


def test_one_sources_template_under_two_titles_is_two_stories():
    march = item("a", title="Nyhetsbrev mars", keys=keys("t:1"))
    april = item("b", title="Nyhetsbrev april", keys=keys("t:1"))

    changes, _ = organise([march, april], Snapshot(), topics=(), now=NOW)

    assert ["s-a", "s-b"] == [each.id for each in changes.stories]


def test_an_item_that_belongs_to_two_stories_joins_them_into_the_older():
    older = record("a", keys=keys("t:1"))
    newer = record("b", source="anbud", keys=keys("t:2"), first_seen=NOW + timedelta(hours=1))
    bridge = item("c", source="setem", keys=keys("t:1", "t:2"))

    changes, _ = organise(
        [bridge], Snapshot(records=(older, newer), stories=(story("a"), story("b"))), topics=(), now=LATER
    )

    assert [("s-a", ("a", "b", "c"), ("s-b",))] == [(each.id, each.items, each.former) for each in changes.stories]
    assert ("s-b",) == changes.joined
    assert ["s-a"] == [each.story for each in changes.amended]


def test_a_topic_is_found_at_the_beginning_of_a_word_and_a_short_word_alone():
    topics = (
        Topic(id="it", name={"sv": "IT"}, words=("it",)),
        Topic(id="elektronik", name={"sv": "Elektronik"}, words=("elektronik",)),
    )
    one = item("a", title="Elektronikens framtid", summary="Italien")

    changes, _ = organise([one], Snapshot(), topics=topics, now=NOW)

    assert ("elektronik",) == changes.added[0].topics


@given(st.permutations(range(5)))
def test_the_order_of_the_items_does_not_matter_to_who_shares_a_story(order):
    """Whatever the order of arrival, the same items share a story."""
    items = [
        item("a", keys=keys("t:1")),
        item("b", source="anbud", keys=keys("t:1", "t:2")),
        item("c", source="setem", keys=keys("t:2")),
        item("d", source="humanrights", keys=keys("t:3")),
        item("e", source="swedwatch", keys=keys("a:x.se/1", "t:3"), published=moment("2020-01-01T00:00:00+01:00")),
    ]
    snapshot = Snapshot()
    for position in order:
        changes, _ = organise([items[position]], snapshot, topics=(), now=NOW)
        snapshot = snapshot_after(changes, snapshot)

    assert {("a", "b", "c"), ("d",), ("e",)} == {tuple(sorted(each.items)) for each in snapshot.stories}
    stories = {each.item.id: each.story for each in snapshot.records}
    assert all(stories[member] == each.id for each in snapshot.stories for member in each.items)


def test_the_lead_is_told_in_the_archives_language_where_it_says_as_much():
    """A teaser in one's own language does not speak for a story that another tells in full."""
    items = [
        item("a", source="one", language="en", text="The whole report in many words. " * 8, keys=keys("a:x/1")),
        item("b", source="two", language="sv", text="Hela rapporten med många ord. " * 7, keys=keys("a:x/1")),
        item("c", source="three", language="nb", summary="Kort.", text="", keys=keys("a:x/1")),
    ]

    leads = []
    for language in ("sv", "en", "nb", None):
        changes, _ = organise(items, Snapshot(), topics=(), now=NOW, language=language)
        leads += [each.lead for each in changes.stories]

    assert ["b", "a", "a", "a"] == leads


def test_of_many_that_share_a_few_keys_those_are_compared_that_share_most():
    """However many have a key, no more than a few are compared with what is new; the likeliest are among them."""
    shared = [f"n:{each}" for each in range(6)]
    having = {key: [f"o{n:03}" for n in range(300)] for key in shared[:2]}
    for key in shared:
        having.setdefault(key, []).append("copy")

    found = nearest(shared, lambda key: having[key])

    assert ["copy"] == list(found)
    assert 6 == len(nearest(["n:0", "n:1", "n:2"], lambda _: [f"o{n}" for n in range(300)]))
    assert 50 == len(nearest(["a:1"], lambda _: [f"o{n}" for n in range(300)]))


def chained(count, more=()):
    """The stories of items of as many sources, each with the first words of the one before it and of the one after it."""
    items = [
        item(f"i{at:03}", source=f"s{at}", title="Nya krav", keys=keys(f"t:{at}", f"t:{at + 1}")) for at in range(count)
    ]
    changes, _ = organise([*items, *more], Snapshot(), topics=(), now=NOW)
    return sorted((tuple(sorted(each.items)) for each in changes.stories), key=len)


def test_what_is_alike_by_twos_is_no_endless_chain():
    """Of seven items that follow from one another, the next is like one alone."""
    assert [7, 7, 6] == [len(each) for each in chained(20)][::-1]


def test_a_crowd_takes_what_two_of_it_are_like():
    like_two = item("z", source="z", title="Nya krav", keys=keys("t:2", "t:5"))

    assert [8] == [len(each) for each in chained(7, [like_two])]


def test_a_crowd_takes_what_is_surely_the_same():
    at_one_address = [
        item("y", source="y", title="Nya krav", keys=keys("a:x.se/1", "t:3", "t:6")),
        item("z", source="z", title="Nya krav", keys=keys("a:x.se/1")),
    ]

    assert [9] == [len(each) for each in chained(7, at_one_address)]


def test_no_more_than_so_many_are_one_story_for_being_alike():
    """Seventy verbatim copies: the first sixty tell one story, as long as no address says that they are one."""
    copies = [item(f"i{at:03}", source=f"s{at}", title="Nya krav", keys=keys("t:1")) for at in range(70)]
    changes, _ = organise(copies, Snapshot(), topics=(), now=NOW)

    assert 60 == max(len(each.items) for each in changes.stories)
