"""A page becomes a tree, and a tree what readers see of it, whatever the markup is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.html import DEEPEST, base_address, inline_text, language_of, paragraphs, parse_html

URL = "https://a.example.se/nyheter/"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<h2>Nya<br>krav <b>på</b>\n hand<i>skar</i></h2>", "Nya krav på handskar", id="inline joins, br separates"
        ),
        pytest.param("<div>ett</div><div>två</div>", "ett två", id="blocks separate"),
        pytest.param("<tr><td>3 maj</td><td>Krav</td></tr>", "3 maj Krav", id="loose cells"),
        pytest.param("<table><tr><td>3 maj</td><td>Krav</td></tr></table>", "3 maj Krav", id="cells separate"),
        pytest.param(
            "<p>a<script>x()</script><style>p{}</style><template>t</template>b</p>", "ab", id="not for readers"
        ),
        pytest.param("<p>a<span hidden>x</span><b style='Display : None'>y</b>b</p>", "ab", id="hidden"),
        pytest.param("<p>a<!-- x --><![CDATA[y]]></p>", "a", id="comments"),
        pytest.param("<p>5&nbsp;maj&amp;juni &aring;</p>", "5 maj&juni å", id="entities"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_line_of_text_is_what_a_reader_sees(markup, expected):
    assert inline_text(parse_html(markup)) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>Ett</p><p>Två</p>", "Ett\n\nTvå", id="paragraphs"),
        pytest.param("Ett<br>och<br><br>två", "Ett\noch\n\ntvå", id="line breaks"),
        pytest.param("<ul><li>ett<li>två<ul><li>tre</ul></ul>", "ett\n\ntvå\n\ntre", id="list items"),
        pytest.param("<div>a <p>b</p> c</div>", "a\n\nb\n\nc", id="text around a block"),
        pytest.param("inga <em>taggar</em> alls", "inga taggar alls", id="a fragment"),
    ],
)
def test_paragraphs_are_separated_by_an_empty_line(markup, expected):
    assert paragraphs(markup) == expected


def test_text_that_looks_like_a_file_or_an_address_is_only_text():
    assert inline_text(parse_html("https://a.example.se/nyheter.html")) == "https://a.example.se/nyheter.html"


def test_a_text_with_an_encoding_declaration_is_not_decoded_again():
    assert inline_text(parse_html('<meta charset="iso-8859-1"><p>åäö</p>')) == "åäö"


def test_bytes_are_decoded_as_said_or_as_they_say_themselves():
    assert inline_text(parse_html("<p>å</p>".encode("cp1252"), encoding="windows-1252")) == "å"
    assert inline_text(parse_html('<meta charset="iso-8859-1"><p>å</p>'.encode("latin-1"))) == "å"


def test_elements_nested_without_end_become_siblings():
    soup = parse_html("<div>" * 20_000 + "djupt" + "</div>" * 20_000 + "<p>efter")

    text = soup.find(string="djupt")
    assert text is not None
    assert len(list(text.parents)) <= DEEPEST + 2
    assert inline_text(soup) == "djupt efter"
    assert soup.select_one("div div div i") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param('<base href="/en/">', "https://a.example.se/en/", id="relative"),
        pytest.param(
            '<base target="_top"><base href="https://b.example.se/x">', "https://b.example.se/x", id="first with href"
        ),
        pytest.param('<base href="javascript:x">', URL, id="no web address"),
        pytest.param("", URL, id="none"),
    ],
)
def test_links_are_relative_to_the_base_that_a_page_declares(head, expected):
    assert base_address(parse_html(f"<head>{head}</head>"), URL) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<html lang="sv-se">', "sv-se"),
        ('<html xml:lang="nb">', "nb"),
        ('<html lang="sv_SE">', "sv-SE"),
        ('<html lang="{{ lang }}"><meta http-equiv="Content-Language" content="ca">', "ca"),
        ("<html>", None),
    ],
)
def test_the_language_is_the_one_that_the_page_declares(markup, expected):
    assert language_of(parse_html(markup)) == expected


@given(st.text() | st.binary())
def test_no_markup_is_too_strange_to_be_read(markup):
    soup = parse_html(markup)

    assert "\n" not in inline_text(soup)
    assert "\n\n\n" not in paragraphs(soup)


@given(st.text(alphabet="<>/pbdivtable ='\"&;!-a\n\x00", max_size=200))
def test_a_line_of_text_has_its_white_space_collapsed(markup):
    text = inline_text(parse_html(markup))

    assert " ".join(text.split()) == text
