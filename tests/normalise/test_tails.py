"""What stands at every end says nothing of the news and goes; what is the news stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.tails import common_tails, common_title_tails, without_tail, without_title_tail
from pipeline.normalise.text import clean_text

# fmt: off
TAILS = [
    ("Nya krav gäller. Läs mer", "Nya krav gäller."),
    ("Nya krav gäller. Läs mer …", "Nya krav gäller."),
    ("Nya krav gäller. Läs mer om kraven →", "Nya krav gäller."),
    ("Nya krav gäller\n\nLäs hela nyheten »", "Nya krav gäller"),
    ("Nya krav Läs mer", "Nya krav"),
    ("New rules apply. Read more", "New rules apply."),
    ("New rules… Continue reading New rules for buyers →", "New rules…"),
    ("Nye krav. Les mer", "Nye krav."),
    ("Nye krav. Les meir »", "Nye krav."),
    ("Nye krav. Læs mere", "Nye krav."),
    ("Uudet vaatimukset. Lue lisää", "Uudet vaatimukset."),
    ("Nous criteris. Llegir més", "Nous criteris."),
    ("Nuevos criterios. Leer más", "Nuevos criterios."),
    ("Neue Regeln. Weiterlesen", "Neue Regeln."),
    ("Hela stycket. […]", "Hela stycket."),
    ("Halva stycket [...]", "Halva stycket…"),
    ("Hej.\n\nThe post Hej du appeared first on Adda.", "Hej."),
    ("Hej. The post Hej du first appeared on Adda.", "Hej."),
    ("Hej.\n\nInlägget Hej du dök först upp på Adda.", "Hej."),
    ("Hej.\n\nInnlegget Hei du dukket først opp på Adda.", "Hej."),
    ("Hej.\n\nIndlægget Hej du blev først udgivet på Adda.", "Hej."),
    ("Hola.\n\nL’entrada Hola ha aparegut primer a Adda.", "Hola."),
    ("Hola.\n\nLa entrada Hola se publicó primero en Adda.", "Hola."),
    ("Hallo.\n\nDer Beitrag Hallo erschien zuerst auf Adda.", "Hallo."),
    ("Hei.\n\nArtikkeli Hei julkaistiin ensimmäisen kerran Adda.", "Hei."),
    ("Hej.\n\nLäs mer\n\nInlägget Hej dök först upp på Adda.", "Hej."),
    # What is no tail:
    ("Här kan du läsa mer", "Här kan du läsa mer"),
    ("Du kan les mer", "Du kan les mer"),
    ("Läs mer på sidan. Där finns också en mall.", "Läs mer på sidan. Där finns också en mall."),
    ("The post of director appeared vacant.", "The post of director appeared vacant."),
    ("Read more books, says the minister. It helps.", "Read more books, says the minister. It helps."),
]
# fmt: on


@pytest.mark.parametrize(("text", "expected"), TAILS)
def test_phrases_at_the_end_go(text, expected):
    assert without_tail(text) == expected


def test_what_all_texts_end_in_goes():
    texts = [f"Nyhet {n} är här.\n\nFölj oss på sociala medier!" for n in range(4)]

    tails = common_tails(texts)

    assert [without_tail(text, tails) for text in texts] == [f"Nyhet {n} är här." for n in range(4)]


def test_what_two_texts_end_in_stays():
    assert common_tails(["Ett.\n\nSlut.", "Två.\n\nSlut."]) == frozenset()
    assert common_tails([f"{n}.\n\nSlut {n % 3}." for n in range(9)]) == frozenset()


def test_a_text_that_is_nothing_but_the_common_tail_stays():
    assert without_tail("Följ oss", {"följ oss"}) == "Följ oss"


@pytest.mark.parametrize(
    "title",
    [
        "Ny dom | Adda",
        "Ny dom – Adda",
        "Ny dom - ADDA",
        "Ny dom — Adda",
        "Ny dom|Adda",
        "Ny dom « Adda",
        "Ny dom :: Adda",
    ],
)
def test_the_sites_name_behind_a_title_goes(title):
    assert without_title_tail(title, common_title_tails([title], "Adda")) == "Ny dom"


def test_what_all_titles_end_in_goes_however_many_parts_it_has():
    titles = [f"Nyhet {n} – Nyheter | Region Skåne" for n in range(5)]

    tails = common_title_tails(titles, "skane")

    assert [without_title_tail(title, tails) for title in titles] == [f"Nyhet {n}" for n in range(5)]


@pytest.mark.parametrize(
    "title",
    ["Adda", "E-handel och Adda-avtal", "Uppföljning – Region Skåne", "Krav: kött", "Och/eller", "Adda – nytt avtal"],
)
def test_a_title_that_ends_in_something_else_stays(title):
    assert without_title_tail(title, common_title_tails([title, "Ett", "Två"], "Adda")) == title


@given(st.text(), st.sets(st.text()))
def test_a_tail_goes_once_and_for_all(text, common):
    short = without_tail(clean_text(text), common)

    assert without_tail(short, common) == short
