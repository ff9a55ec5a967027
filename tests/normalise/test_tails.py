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
    ("Mer information om avtalet finns hos Adda", "Mer information om avtalet finns hos Adda"),
    ("Regionen vill se mer", "Regionen vill se mer"),
    ("Wir wollen mehr", "Wir wollen mehr"),
    ("Inlägget väckte debatt. Det var först på lördagen.", "Inlägget väckte debatt. Det var först på lördagen."),
    ("Här kan du läsa mer", "Här kan du läsa mer"),
    ("Du kan les mer", "Du kan les mer"),
    ("Läs mer på sidan. Där finns också en mall.", "Läs mer på sidan. Där finns också en mall."),
    ("The post of director appeared vacant.", "The post of director appeared vacant."),
    ("Read more books, says the minister. It helps.", "Read more books, says the minister. It helps."),
]
# fmt: on


#: By language: a sentence, and what teasers in it end with.
CALLS = {
    "Regionerna skärper kraven.": "Läs mer|Läs hela artikeln|Läs hela nyheten|Fortsätt läsa →|Läs vidare|Mer information|[Läs mer]|(läs mer)|LÄS MER|Läs mer här|"
    "Läs mer på Addas webbplats|Läs rapporten här|Visa mer|Se hela nyheten|Inlägget Nya krav kom först från Adda.",
    "Regions tighten demands.": "Read more »|Read the full article|Continue reading →|Continue Reading “Gloves”|More information|Learn more|(more)|READ MORE|"
    "Click here to read more|View full post|Full story|This post appeared first on Adda.|The article Gloves first appeared on Adda.",
    "Regionene skjerper kravene.": "Les mer|Les hele saken|Les videre|Fortsett å lese|Mer informasjon|Se mer|Les mer her",
    "Regionane skjerper krava.": "Les meir|Les heile saka|Les vidare|Hald fram å lese|Meir informasjon",
    "Regionerne skærper kravene.": "Læs mere|Læs hele artiklen|Læs videre|Fortsæt læsning|Mere information|Se mere|Læs mere her",
    "Alueet tiukentavat vaatimuksia.": "Lue lisää|Lue koko uutinen|Jatka lukemista|Lisätietoja|Näytä lisää|Katso lisää",
    "Les regions endureixen les exigències.": "Llegir més|Llegeix més|Llegir-ne més|Més informació|Continua llegint|Continuar llegint|Veure més|Saber-ne més",
    "Las regiones endurecen los requisitos.": "Leer más|Seguir leyendo|Continúa leyendo|Más información|Ver más|Saber más|Leer la noticia completa",
    "Die Regionen verschärfen die Regeln.": "Weiterlesen|Weiter lesen|Mehr erfahren|Lesen Sie mehr|Hier weiterlesen|Zum Artikel|Zur Meldung|Weitere Informationen|mehr",
}


@pytest.mark.parametrize("mark", [" ", "<br><br>", "<p>"])
@pytest.mark.parametrize("sentence", CALLS)
def test_calls_to_read_on_go_in_every_language(sentence, mark):
    left = {call: without_tail(clean_text(f"<p>{sentence}{mark}{call}")) for call in CALLS[sentence].split("|")}

    assert {call: text for call, text in left.items() if text != sentence} == {}


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
