"""Whatever a source writes becomes plain text, and plain text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.text import clean_text, cut, first_paragraph, first_sentence, fold_text, one_line

# fmt: off
CLEAN = [
    ("plain", "Nya krav på handskar", "Nya krav på handskar"),
    ("markup", "<p>Nya <b>krav</b> på <a href='x'>handskar</a></p>", "Nya krav på handskar"),
    ("paragraphs", "<p>Ett</p><p>Två</p>", "Ett\n\nTvå"),
    ("list", "<ul><li>Ett<li>Två</ul>", "Ett\n\nTvå"),
    ("line break", "Ett<br>två", "Ett två"),
    ("two line breaks", "Ett<br><br>två", "Ett\n\ntvå"),
    ("plain paragraphs", "Ett\noch ett\n\n\n  Två", "Ett och ett\n\nTvå"),
    ("plain paragraphs with inline markup", "Ett\n\nTvå <em>tre</em>", "Ett\n\nTvå tre"),
    ("Windows line ends", "Ett\r\n\r\nTvå\r\ntre", "Ett\n\nTvå tre"),
    ("script and style", "<style>p{}</style>Hej<script>alert(1)</script>", "Hej"),
    ("comment", "Hej <!-- inte -->du", "Hej du"),
    ("CDATA left over", "<![CDATA[<p>Hej</p>]]>", "Hej"),
    ("Word's own elements", "<o:p>Hej</o:p> du", "Hej du"),
    ("image", "Hej <img src='x' alt='bild'> du", "Hej du"),
    ("tag cut by a teaser", 'Hej <a href="https://www.exa', "Hej"),
    ("less than", "a < b och b > c", "a < b och b > c"),
    ("less than before a letter", "om a <b och c", "om a <b och c"),
    ("heart", "Vi <3 upphandling", "Vi <3 upphandling"),
    ("less than within markup", "<p>5 < 6 &lt; 7</p>", "5 < 6 < 7"),
    ("generics", "Vector<int> och List<String>", "Vector<int> och List<String>"),
    ("e-mail in brackets", "Anna <anna@example.se>", "Anna <anna@example.se>"),
    ("entities", "R&amp;D &ouml;kar &#8211; 5&nbsp;% &#xE5;", "R&D ökar – 5 % å"),
    ("doubly escaped entities", "k&amp;ouml;per &amp;amp; s&amp;auml;ljer", "köper & säljer"),
    ("escaped markup", "&lt;p&gt;Hej &lt;b&gt;du&lt;/b&gt;&lt;/p&gt;", "Hej du"),
    ("doubly escaped markup", "&amp;lt;b&amp;gt;Hej&amp;lt;/b&amp;gt;", "Hej"),
    ("no entity", "AT&T & R&D; a&b=1&copy=2", "AT&T & R&D; a&b=1&copy=2"),
    ("nbsp without semicolon", "Hej&nbsp du", "Hej du"),
    ("Windows numbers", "Hej &#150; du&#146;s", "Hej – du’s"),
    ("mojibake ä ö", "RÃ¤ksmÃ¶rgÃ¥s", "Räksmörgås"),
    ("mojibake å alone", "PÃ¥ gÃ¥ng", "På gång"),
    ("mojibake capitals", "Ã…rsrapport frÃ¥n Ã–rebro och Ã„lvdalen", "Årsrapport från Örebro och Älvdalen"),
    ("mojibake dashes and quotes", "itâ€™s â€“ â€œnowâ€", "it’s – “now”"),
    ("mojibake beside what is right", "Malmö och GÃ¶teborg", "Malmö och Göteborg"),
    ("mojibake twice", "ÃƒÂ¥r", "år"),
    ("mojibake of nbsp", "5Â\xa0procent", "5 procent"),
    ("mojibake of Mac Roman", "b√§ttre ‚Äì nu", "bättre – nu"),
    ("mojibake in markup", "<p>bÃ¦rekraft</p>", "bærekraft"),
    ("Windows-1252 controls", "S\x93a\x94 \x96 b", "S“a” – b"),
    ("what only looks so", "SÃO PAULO, Ångström, “Ä”, ÅÄÖ… IDÉ”", "SÃO PAULO, Ångström, “Ä”, ÅÄÖ… IDÉ”"),
    ("replacement characters stay", "f\ufffdr", "f\ufffdr"),
    ("soft hyphens", "upp\u00adhand\u00adling", "upphandling"),
    ("zero width", "upp\u200bhand\u2060ling\ufeff", "upphandling"),
    ("directional overrides", "a\u202eb\u202c\u2066c\u2069\u200f", "abc"),
    ("controls", "a\x00b\x07c\x1b[31md\x7f", "abcd"),
    ("icon fonts", "\ue001 Meny", "Meny"),
    ("lone surrogates", "a\ud800b", "a�b"),
    ("emoji of several", "👩\u200d🔬 här", "👩\u200d🔬 här"),
    ("decomposed", "a\u030ar", "år"),
    ("white space", " a\t b\u2009c\u3000d\u00a0e ", "a b c d e"),
    ("line separators", "a\u2028b\u2029c", "a b\n\nc"),
    ("nothing", "", ""),
    ("only markup", "<p><br></p>", ""),
    ("bracket in an attribute", '<img alt="a < b" src="x"> efter', "efter"),
]
# fmt: on


@pytest.mark.parametrize(("written", "expected"), [pytest.param(w, e, id=i) for i, w, e in CLEAN])
def test_what_is_written_becomes_what_is_read(written, expected):
    assert clean_text(written) == expected
    assert clean_text(expected) == expected


PIECES = st.sampled_from(
    ["<", ">", "&", "amp;", "lt;", "&lt;", "#38;", "<b>", "</b>", "<p>", "<br>", "<script>", "<!--", "-->", "<![CDATA[", "]]>", '<a href="',
     "'", '"', "\n", "\n\n", " ", "\u2029", "\x85", "å", "Ã", "¥", "…", "â", "€", "™", "Â", "\xa0", "\u00ad", "\u200b", "\u202e", "a\u0308",
     "text", "3", ";", "&nbsp", "\x96", "\ud800", "\udc00", "\ue001", "\x1b[", "m", "o:p", "<o:", "x/"]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=16).map("".join), st.text(st.characters(codec=None, exclude_categories=()))))
def test_clean_text_is_clean_whatever_was_written(text):
    clean = clean_text(text)

    assert clean_text(clean) == clean
    assert unicodedata.normalize("NFC", clean) == clean
    assert clean == "\n\n".join(" ".join(part.split()) for part in clean.split("\n\n"))
    clean.encode()


def test_escapes_without_end_come_to_an_end():
    text = "&amp;" * 3 + "".join("&#38;" if n % 2 else "&am&#112;" for n in range(60)) + "lt;b>"

    assert clean_text(clean_text(text)) == clean_text(text)


def test_a_title_is_on_one_line():
    assert one_line("<h2>Nya<br><br>krav</h2>") == "Nya krav"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nya krav!", "nya KRAV"),
        ("»Nya« – krav…", '"Nya" - krav...'),
        ("L’origen de la meitat", "L'origen de la meitat"),
        ("e-handel\n2024", "E–handel 2024"),
        ("ﬁnsk ＡＢＣ", "finsk abc"),
    ],
)
def test_typography_makes_no_difference(one, other):
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(("one", "other"), [("för", "for"), ("Adda 2023", "Adda 2024"), ("år", "ar")])
def test_letters_and_numbers_make_a_difference(one, other):
    assert fold_text(one) != fold_text(other)


def test_a_long_text_is_cut_behind_a_sentence():
    text = "Första meningen är här. Andra meningen gäller t.ex. Region Skåne kl. 14 i dag. Tredje."

    assert cut(text, 200) == text
    assert cut(text, 80) == "Första meningen är här. Andra meningen gäller t.ex. Region Skåne kl. 14 i dag."
    assert cut(text, 60) == "Första meningen är här."


def test_a_long_sentence_is_cut_behind_a_word():
    assert cut("upphandling " * 20, 50) == "upphandling upphandling upphandling upphandling…"
    assert cut("x" * 100, 10) == "xxxxxxxxx…"


@given(st.text(), st.integers(min_value=2, max_value=100))
def test_what_is_cut_fits(text, limit):
    assert len(cut(text, limit)) <= limit


def test_the_first_sentence_ends_where_a_sentence_ends():
    assert first_sentence("Mötet är kl. 14. Dr. Ek talar.", 200) == "Mötet är kl. 14. Dr. Ek talar."
    assert first_sentence("Nya krav gäller. De är hårda.\n\nMer.", 200) == "Nya krav gäller."
    assert first_paragraph("Ett.\n\nTvå.") == "Ett."


@pytest.mark.parametrize(
    "sentence",
    [
        "Krav på bl.a. handskar gäller fr.o.m. 1 maj.",
        "Kraven gäller från den 1 jan. 2025 enligt 19 kap. 5 § LOU.",
        "Avtalet är värt ca 3,5 milj. kronor, dvs. max. 3 år.",
        "Mr. Smith met the U.S. delegation in Geneva.",
        "The law applies to companies like Apple Inc. and Dell Ltd. in the EU.",
        "Kravene gjelder f.eks. hansker fra 3. mars 2021.",
        "Krava gjeld t.d. hanskar frå 3. mars 2021.",
        "Kravene gælder bl.a. handsker fra den 3. marts 2021.",
        "Vaatimukset koskevat esim. käsineitä 3. maaliskuuta alkaen.",
        "Els requisits afecten p. ex. guants i l'art. 5 de la llei.",
        "El Sr. López y la Sra. Gil visitaron EE. UU. el lunes.",
        "Die Regeln gelten u.a. für den Bund, vgl. Abs. 2 Nr. 3 GWB.",
        "Version 2.0 av standarden ISO 20400 är här.",
        "”Vi är nöjda.”",
        "Är kraven nya?",
    ],
)
def test_a_title_or_summary_is_not_cut_at_an_abbreviation(sentence):
    assert first_sentence(f"{sentence} Mer följer. Och mer.", 200) == sentence
    assert cut(f"{sentence} Mer följer. {'Och mer. ' * 40}", len(sentence) + 5) == sentence
