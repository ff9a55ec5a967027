"""Copies, teasers and updates of one text are one story; what only looks alike stays apart."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.change import Snapshot
from pipeline.model.item import IdentityKey
from pipeline.model.source import SourceId
from pipeline.normalise.sketch import sketch
from pipeline.organise import organise
from pipeline.organise.likeness import same_words
from tests.builders import NOW, item, moment

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "duplicates"

PRESS = (
    "Sju regioner har tillsammans granskat hur operationsinstrument tillverkas i Pakistan. Granskningen visar att arbetarna i "
    "Sialkot tjänar 45 procent mindre än en levnadslön och att skyddsutrustning ofta saknas. Leverantörerna har fått sex "
    "månader på sig att visa vad de gör åt bristerna, säger Anna Berg, hållbarhetsstrateg på Region Skåne. Rapporten "
    "presenteras den 14 mars på en konferens i Malmö, där även fackliga företrädare från Pakistan deltar."
)
FILLER = " ".join(
    f"Stycke {word} handlar om hur kraven följs upp under avtalstiden." for word in ("ett", "två", "tre", "fyra")
)


def one(name: str, title: str, text: str, date: str = "2026-02-10", source: str | None = None):
    return item(
        name,
        source=SourceId(source or f"source-{name}"),
        title=title,
        summary="",
        text=text,
        published=moment(f"{date}T08:00:00+01:00"),
        url=f"https://{source or name}.example.se/{name}",
        keys=tuple(IdentityKey(f"n:{each}") for each in sketch(text)),
    )


TITLE = "Regioner granskar operationsinstrument"
SAME = [
    ("verbatim", TITLE, PRESS),
    ("teaser", TITLE, " ".join(PRESS.split()[:30]) + " …"),
    ("longer", TITLE, f"{PRESS} {FILLER}"),
    ("byline", f"{TITLE} | Pressrum", f"Pressmeddelande. {PRESS} Kontakt: press@region.example.se"),
    ("shouted", TITLE.upper(), PRESS.replace(". ", ".\n\n")),
    ("update", f"Uppdatering: {TITLE}", f"{PRESS} Texten har uppdaterats med en kommentar."),
    ("edited", TITLE, PRESS.replace("tillsammans ", "").replace("ofta saknas", "ofta fattas")),
    ("typography", TITLE, PRESS.replace("45 procent", "45\u00a0procent").replace("–", "-")),
    ("boilerplate", TITLE, f"Det här är ett utskick till alla som följer vårt arbete. {PRESS}"),
]

NEWSLETTER = "Här kommer vårt nyhetsbrev för {0}. Läs om hållbar upphandling, kommande webbinarier och nya kriterier, och tipsa gärna en kollega."
AUDIT = "Uppföljningen genomfördes av Region {0} för riskområde A inom kategorin sjukvårdsartiklar. Leverantören har redovisat sina rutiner."
EVENT = "The annual conference {0} gathers public buyers, trade unions and monitoring partners to discuss workers' rights in the electronics industry."
ADVERT = "Vi söker en hållbarhetsstrateg som vill utveckla regionernas gemensamma arbete. Sista dag att ansöka är den {0}. Välkommen med din ansökan till oss."
SERIES = "Del {0} av vår serie om leverantörskedjor handlar om hur upphandlande organisationer kan följa upp krav på arbetsvillkor i flera led."
STATISTICS = "Hankintojen kokonaisarvo oli {0} miljoonaa euroa, ja kestävyyskriteerejä käytettiin useammin kuin edellisenä vuonna samaan aikaan."
APART = [
    ("months", "Nyhetsbrev mars", "Nyhetsbrev april", NEWSLETTER, "mars 2026", "april 2026"),
    ("months with one title", "Nyhetsbrev", "Nyhetsbrev", NEWSLETTER, "mars 2026", "april 2026"),
    ("regions", "Uppföljning av Region Skåne", "Uppföljning av Region Halland", AUDIT, "Skåne", "Halland"),
    ("regions with one title", "Uppföljning genomförd", "Uppföljning genomförd", AUDIT, "Skåne", "Halland"),
    ("years", "Conference 2025", "Conference 2026", EVENT, "2025", "2026"),
    ("adverts", "Vi söker strateg", "Vi söker strateg", ADVERT, "3 mars", "17 april"),
    ("parts", "Leverantörskedjor, del 1", "Leverantörskedjor, del 2", SERIES, "1", "2"),
    ("numbers", "Hankinnat kasvoivat", "Hankinnat kasvoivat", STATISTICS, "412", "437"),
]


@pytest.mark.parametrize(("name", "title", "text"), SAME, ids=[name for name, _, _ in SAME])
def test_a_copy_of_a_text_is_the_same_news(name, title, text):
    first, other = one("a", TITLE, PRESS), one("b", title, text)

    assert same_words(first, other)
    assert set(first.keys) & set(other.keys), "they find each other"


@pytest.mark.parametrize(
    ("name", "title", "other_title", "template", "this", "that"), APART, ids=[each[0] for each in APART]
)
@pytest.mark.parametrize("same_source", [True, False])
def test_one_template_with_other_facts_is_other_news(name, title, other_title, template, this, that, same_source):
    source = "mall" if same_source else None
    first = one("a", title, template.format(this), source=source)
    other = one("b", other_title, template.format(that), "2026-02-14", source=source)

    assert same_words(first, other) is None


def test_the_same_words_a_year_later_are_other_news():
    assert same_words(one("a", TITLE, PRESS, "2025-02-10"), one("b", TITLE, PRESS, "2026-02-10")) is None


def test_an_item_that_joins_two_makes_one_story_of_both():
    """A teaser and an update may have too little in common; the full text has both."""
    teaser = one("a", TITLE, " ".join(PRESS.split()[:24]) + " …")
    ending = one("b", TITLE, " ".join(PRESS.split()[-36:]))
    full = one("c", TITLE, PRESS)
    assert same_words(teaser, ending) is None

    changes, _ = organise([teaser, ending, full], Snapshot(), topics=(), now=NOW)

    assert [{"a", "b", "c"}] == [set(story.items) for story in changes.stories]


@given(st.permutations(range(len(SAME) + 4)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_arrival_does_not_matter(order):
    items = [one(name, title, text) for name, title, text in SAME]
    items += [
        one(f"n{each}", "Nyhetsbrev", NEWSLETTER.format(each))
        for each in ("mars 2026", "april 2026", "maj 2026", "juni 2026")
    ]

    changes, _ = organise([items[at] for at in order], Snapshot(), topics=(), now=NOW)

    together = {frozenset(story.items) for story in changes.stories}
    assert {frozenset(name for name, _, _ in SAME)} | {frozenset({each.id}) for each in items[-4:]} == together


@given(st.text(), st.text(), st.text(), st.text())
def test_any_two_texts_are_alike_or_not_in_either_order(title, text, other_title, other_text):
    first, second = one("a", title or "x", text), one("b", other_title or "x", other_text)

    assert same_words(first, second) == same_words(second, first)


def labelled(name: str):
    """Items of a labelled set, with those that the fingerprints let meet."""
    if not REAL.is_dir():
        pytest.skip("../shared/real is not here")
    items = {}
    for line in (REAL / name / "items.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        made = one(row["id"], row.get("title") or row["text"][:80], row["text"], source=row.get("source") or None)
        date = row.get("date")
        items[row["id"]] = (
            made if date is None else one(row["id"], row["title"], row["text"], date, row["source"] or None)
        )
    return items


@pytest.mark.parametrize(("name", "answers"), [("near", "clusters.json"), ("minhash", "pairs.json")])
def test_the_labelled_sets_come_out_right(name, answers):
    items = labelled(name)
    clusters = json.loads((REAL / name / answers).read_text(encoding="utf-8"))
    wanted = {frozenset(pair) for cluster in clusters for pair in itertools.combinations(cluster, 2)}

    changes, _ = organise(list(items.values()), Snapshot(), topics=(), now=NOW)

    found = {frozenset(pair) for story in changes.stories for pair in itertools.combinations(story.items, 2)}
    assert set() == found - wanted, "joined wrongly"
    assert len(found & wanted) >= 0.97 * len(wanted)


COMMON = "Förslaget har fått stöd av en majoritet i nämnden. Remisstiden går ut i mars. Beslutet väntas träda i kraft till hösten."


def test_a_few_sentences_that_anyone_writes_join_no_titles_that_have_nothing_in_common():
    assert (
        same_words(
            one("a", "Byggföretag överklagar renoveringen", COMMON), one("b", "Facket kräver höjda löner", COMMON)
        )
        is None
    )
    assert (
        same_words(one("a", "Facket kräver höjda löner", COMMON), one("b", "Nu kräver facket högre löner", COMMON))
        is not None
    )


def test_many_copies_of_one_text_find_one_another_among_many_that_share_its_boilerplate():
    boilerplate = "Det här är ett pressmeddelande från nätverket för hållbar upphandling, som du får för att du följer vårt arbete med krav."
    others = [
        one(
            f"o{n:02}",
            f"Nyhet {n} om {'abcdefghij'[n % 10] * 6}",
            f"{boilerplate} " + " ".join(f"ord{n}x{m}" for m in range(40)),
        )
        for n in range(30)
    ]
    copies = [one(f"c{n:02}", TITLE, f"{boilerplate} {PRESS}") for n in range(20)]
    mixed = [each for pair in itertools.zip_longest(others, copies) for each in pair if each is not None]

    changes, _ = organise(mixed, Snapshot(), topics=(), now=NOW)

    assert sorted(len(each.items) for each in changes.stories) == [1] * 30 + [20]
