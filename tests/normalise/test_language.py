"""The language of an item is that of its words; what is declared tips the scales."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.language import detect_language, language
from tests.builders import entry, source

REAL = Path(__file__).parents[2].parent / "shared" / "real"
OURS = ("sv", "en", "nb", "nn", "da", "fi", "ca", "es", "de")

# fmt: off
TEXTS = [
    ("sv", "Regionerna skärper kraven på leverantörer av undersökningshandskar"),
    ("en", "Annual conference brings together monitors from 13 countries"),
    ("nb", "Kommunen må ikke bruke mer penger enn det som er vedtatt, sier lederen"),
    ("nn", "Kommunen må ikkje bruke meir pengar enn det som er vedteke, seier leiaren"),
    ("da", "Kommunen må ikke bruge flere penge end det, der er vedtaget, siger lederen"),
    ("fi", "Julkisten hankintojen uudet vaatimukset tulevat voimaan keväällä"),
    ("ca", "Barcelona acull la cinquena conferència sobre compra pública i drets humans"),
    ("es", "Los nuevos criterios para la compra pública entran en vigor en mayo"),
    ("de", "Neue Regeln für die öffentliche Beschaffung treten im Mai in Kraft"),
    (None, "Les nouvelles règles de la commande publique entrent en vigueur en mai"),
    (None, "Le nuove regole per gli appalti pubblici entrano in vigore a maggio"),
    (None, "De nieuwe regels voor openbare aanbestedingen gaan in mei in"),
    (None, "Nýjar reglur um opinber innkaup taka gildi í maí næstkomandi"),
]
# fmt: on


@pytest.mark.parametrize(("expected", "text"), TEXTS, ids=[str(text[1])[:24] for text in TEXTS])
@pytest.mark.parametrize("prior", [None, "sv", "nb-NO", "ca", "xx-unknown"])
def test_a_sentence_is_in_its_language_whatever_was_expected(expected, text, prior):
    assert detect_language(text, prior=prior) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "2024-05-01", "https://example.se/a/b", "anna@example.se", "…!?", "\ud800", "123 456"]
)
def test_what_has_no_words_has_no_language(text):
    assert detect_language(text, prior="sv") is None


def test_a_prior_decides_where_words_do_not():
    assert detect_language("Møde i Oslo", prior="da") == "da"
    assert detect_language("Hej", prior="sv") == "sv"
    assert detect_language("Hej", prior="da") == "da"


def test_a_foreign_item_of_a_declared_feed_is_in_its_own_language():
    own = source(language="nb")

    assert language(entry(language="nb-NO"), own, "Svenska kommuner ställer krav på arbetskläder utan PFAS") == "sv"
    assert language(entry(language="nb-NO"), own, "Danske kommuner stiller nu krav om genbrug af computere") == "da"
    assert language(entry(language="nb-NO"), own, "Norske kommuner stiller krav om gjenbruk av datamaskiner") == "nb"
    assert language(entry(language="ca"), source(language="ca"), "Forty universities sign a pledge on laptops") == "en"


def test_what_is_declared_stands_where_there_are_no_words():
    assert language(entry(language="nb-NO"), source(language="sv"), "2024:17") == "nb"
    assert language(entry(language=None), source(language="sv"), "2024:17") == "sv"
    assert language(entry(language="no"), source(language=None), "") == "nb"
    assert language(entry(language=None), source(language=None), "") is None


def test_an_item_in_another_language_says_which():
    assert (
        language(entry(language="fr"), source(language=None), "Les nouvelles règles entrent en vigueur en mai") == "fr"
    )


@given(st.text(), st.none() | st.text())
def test_any_text_and_any_prior_will_do(text, prior):
    assert detect_language(text, prior=prior) in {None, *OURS}


def test_the_model_is_loaded_only_when_it_is_needed():
    code = "import sys, pipeline.normalise; print([m for m in ('py3langid', 'ftfy', 'dateparser') if m in sys.modules])"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"


def _rows(kind):
    path = REAL / "language" / "texts.jsonl"
    if not path.exists():
        pytest.skip("../shared/real is not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["kind"] == kind]


def _share(rows):
    return sum(detect_language(row["text"]) == row["lang"] for row in rows) / len(rows)


@pytest.mark.parametrize(("kind", "all_nine", "others"), [("sentence", 0.975, 0.99), ("seven words", 0.94, 0.98)])
def test_real_sentences_are_recognised(kind, all_nine, others):
    """Measured: 98.0 % and 94.6 %; of the misses of Bokmål most are Nynorsk that the collection has under the wrong name."""
    rows = _rows(kind)

    assert _share([row for row in rows if row["lang"]]) >= all_nine
    assert _share([row for row in rows if row["lang"] is None]) >= others


@pytest.mark.parametrize("tongue", ["sv", "nb", "da", "en", "fi", "es", "de", "nn"])
def test_no_language_pays_for_another(tongue):
    assert _share([row for row in _rows("sentence") if row["lang"] == tongue]) >= 0.95
