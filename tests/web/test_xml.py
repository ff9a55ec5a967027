"""XML from strangers can be nearly XML; it can't reach out, and it can't grow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.xml import mend, parse_xml

BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)).replace("&lol0;", "&lol;")
    + "]><a>&lol9;</a>"
)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        pytest.param("<a>Å&#229;&amp;&lt;</a>", "Åå&<", id="plain"),
        pytest.param(
            '\n \ufeff<?xml version="1.0" encoding="latin-1"?>\n<a>å</a>', "å", id="blanks before the declaration"
        ),
        pytest.param(
            "<a>R&D &nbsp;&ouml; &nope; &copy=1</a>",
            "R&D \xa0ö &nope; &copy=1",
            id="references of HTML and stray ampersands",
        ),
        pytest.param("<a><![CDATA[R&amp;D &ouml; <b>]]></a>", "R&amp;D &ouml; <b>", id="CDATA is left as it is"),
        pytest.param("<a>x\x0b\x1f&#0;&#x1F;&#xFFFF;&#99999999;y\ufffe</a>", "xy", id="forbidden characters"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY fa "f&#246;retag"><!ENTITY oe "&#246;">]><a>&oe;</a>', "ö", id="harmless entity"
        ),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY who "Region Skåne">]><a>&who;</a>', "Region Skåne", id="an entity for a name"
        ),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b "<b>x</b>"> <!-- <c> -->]><a>y</a>', "y", id="markup in the DOCTYPE is no root"
        ),
        pytest.param('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a>y</a>', "y", id="external DTD"),
        pytest.param('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "&x;", id="external entity"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a>y</a>', "y", id="parameter entity"
        ),
        pytest.param(BILLION_LAUGHS, "&lol9;", id="billion laughs"),
        pytest.param(
            f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a>{"&x;" * 1000}</a>', "&x;" * 1000, id="quadratic blow-up"
        ),
    ],
)
def test_a_document_says_what_it_means_and_nothing_else(document, text):
    assert parse_xml(document).text == text


def test_bytes_are_decoded_by_what_they_are():
    assert parse_xml('<?xml version="1.0" encoding="utf-8"?><a>å</a>'.encode("cp1252")).text == "å"
    assert parse_xml("<a>å</a>".encode("cp1252"), content_type="text/xml; charset=windows-1252").text == "å"


@pytest.mark.parametrize(
    "document", ["", "hej", "<a><b></a>", "<a>" * 100_000, "<a>" * 300 + "</a>" * 300, "<a b:c='1'/"]
)
def test_what_is_no_xml_is_refused_with_a_sentence(document):
    with pytest.raises(ValueError, match=r"^The document .*\.$"):
        parse_xml(document)


def test_lines_keep_their_numbers():
    assert parse_xml('<?xml version="1.0"?>\n<!-- two\nlines -->\n<a>\n<b/></a>')[0].sourceline == 5


@given(st.text(max_size=200))
def test_mending_is_total_and_leaves_nothing_to_mend(text):
    mended = mend("<a>" + text)

    assert mend(mended) == mended


@pytest.mark.parametrize(
    "piece", ["<!ENTITY ", '<!ENTITY a "', "&", "<![CDATA[", "<!--", "<?", "<!DOCTYPE [", "&#", "<a "]
)
def test_no_repetition_makes_mending_slow(piece):
    """Each of these took minutes where an expression could fail at every place anew."""
    assert mend(piece * 50_000) is not None
