"""Topics: the words of the vocabulary are found in every form that a language gives them, and not in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.config import Topic
from pipeline.organise.topics import evidence, topics_of
from tests.builders import item

FOUND = [
    ("sv", "upphandling", "De nya upphandlingarna börjar", "upphandlingarna"),
    ("sv", "upphandling", "Nya upphandlingskrav för kommuner", "upphandlingskrav"),
    ("sv", "upphandling", "Regionens elektronikupphandlingar", "elektronikupphandlingar"),
    ("sv", "elektronik", "Elektronikens framtid", "Elektronikens"),
    ("sv", "mineraler", "EU:s regler om konfliktmineraler", "konfliktmineraler"),
    ("sv", "leverantör", "Ansvar i leverantörskedjan", "leverantörskedjan"),
    ("sv", "mänskliga rättigheter", "Krav på de mänskliga rättigheterna", "mänskliga rättigheterna"),
    ("sv", "konferens", "Anmälan till konferensen är öppen", "konferensen"),
    ("sv", "LOU", "Så ändras LOU nästa år", "LOU"),
    ("sv", "IT", "Upphandling av IT och möbler", "IT"),
    ("sv", "it-utrustning", "Krav på IT-utrustning i vården", "IT utrustning"),
    ("en", "audit", "Suppliers were audited twice", "audited"),
    ("en", "working conditions", "Working condition reports", "Working condition"),
    ("en", "forced labour", "A ban on forced labour", "forced labour"),
    ("nb", "menneskerettigheter", "Respekt for menneskerettighetene", "menneskerettighetene"),
    ("nb", "klima", "Nye klimakrav i anskaffelser", "klimakrav"),
    ("nn", "innkjøp", "Grøne innkjøpsreglar", "innkjøpsreglar"),
    ("da", "kemikalier", "Krav om færre kemikalierne i legetøj", "kemikalierne"),
    ("da", "indkøb", "Statens indkøbsstrategi", "indkøbsstrategi"),
    ("fi", "hankinta", "Uusi hankintalaki hyväksyttiin", "hankintalaki"),
    ("fi", "hankinta", "Vastuulliset hankinnat", "hankinnat"),
    ("fi", "elektroniikka", "Elektroniikkateollisuuden uutisia", "Elektroniikkateollisuuden"),
    ("ca", "drets humans", "Els drets humans a la compra pública", "drets humans"),
    ("es", "derecho humano", "Los derechos humanos en la contratación", "derechos humanos"),
    ("de", "Beschaffung", "Das Beschaffungsamt antwortet", "Beschaffungsamt"),
    ("de", "Menschenrecht", "Achtung der Menschenrechte", "Menschenrechte"),
    (None, "elektronik", "Elektronikens framtid", "Elektronikens"),
]

APART = [
    ("sv", "IT", "Det är it i kolumnen"),
    ("sv", "it", "Italien inför krav"),
    ("sv", "dator", "Mer data om inköp"),
    ("sv", "klima", "Råd om klimakteriet"),
    ("sv", "råd", "Radering av uppgifter"),
    ("en", "mining", "Determining the price"),
    ("en", "food", "Foodora is a company"),
    ("da", "it", "Italien indfører krav"),
    ("sv", "mänskliga rättigheter", "Mänskliga faktorer och rättigheter"),
    ("nb", "LOU", "Lou Reed i Oslo"),
]


@pytest.mark.parametrize(("language", "word", "title", "said"), FOUND)
def test_a_word_is_found_in_each_form_that_its_language_gives_it(language, word, title, said):
    assert {"x": said} == evidence(item("a", title=title, summary="", language=language), [topic("x", word)])


@pytest.mark.parametrize(("language", "word", "title"), APART)
def test_a_word_is_not_found_in_another_word(language, word, title):
    assert () == topics_of(item("a", title=title, summary="", language=language), [topic("x", word)])


def test_topics_come_in_the_order_of_the_vocabulary_and_each_once():
    vocabulary = [topic("second", "granskning"), topic("first", "upphandling", "upphandlare")]
    one = item("a", title="Upphandlare om upphandling", summary="En granskning", language="sv")

    assert ("second", "first") == topics_of(one, vocabulary)


@given(st.text(max_size=80), st.sampled_from(["sv", "fi", "en", None, "zh", "sv-SE"]), st.text(max_size=20))
def test_any_text_has_topics_or_none(title, language, word):
    """Nothing raises, and a word of the vocabulary that makes up the whole title is always found."""
    topics_of(item("a", title=title, language=language), [topic("x", word)])


@given(
    st.from_regex(r"[a-zåäö]{5,15}", fullmatch=True),
    st.sampled_from(["sv", "nb", "da", "fi", "en", "ca", "es", "de", None]),
)
def test_a_word_is_found_in_a_text_that_is_the_word(word, language):
    assert ("x",) == topics_of(item("a", title=word, summary="", language=language), [topic("x", word)])


def topic(name: str, *said: str) -> Topic:
    return Topic(id=name, name={"sv": name}, words=said)
