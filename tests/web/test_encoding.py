"""å, ä and ö come out right, whatever the bytes are said to be."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.encoding import decode, encoding_of

TEXT = "<a>Hållbar upphandling – Málaga, Ærø, niño, Straße, l’ús</a>"


def declared(encoding: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        pytest.param(TEXT.encode(), None, "utf-8", id="utf-8 without any declaration"),
        pytest.param(codecs.BOM_UTF8 + declared("iso-8859-1").encode(), None, "utf-8", id="a byte order mark wins"),
        pytest.param(
            declared("utf-8").encode("cp1252"),
            "text/xml; charset=utf-8",
            "windows-1252",
            id="windows-1252 called utf-8",
        ),
        pytest.param(declared("iso-8859-1").encode(), None, "utf-8", id="utf-8 called latin-1"),
        pytest.param(
            declared("utf-8").encode(), "text/xml; charset=ISO-8859-1", "utf-8", id="utf-8 that a server calls latin-1"
        ),
        pytest.param(
            declared("iso-8859-1").encode("cp1252"), None, "windows-1252", id="latin-1 with the quotes of Windows"
        ),
        pytest.param(declared("no-such-charset").encode(), None, "utf-8", id="unknown name, utf-8"),
        pytest.param(
            declared("no-such-charset").encode("cp1252"), None, "windows-1252", id="unknown name, windows-1252"
        ),
        pytest.param(declared("utf-16").encode(), None, "utf-8", id="utf-16 in name only"),
        pytest.param(
            codecs.BOM_UTF16_LE + declared("utf-16").encode("utf-16-le"), None, "utf-16le", id="utf-16 with its mark"
        ),
        pytest.param(declared("utf-16").encode("utf-16-be"), None, "utf-16be", id="utf-16 without its mark"),
        pytest.param(
            codecs.BOM_UTF32_LE + declared("utf-32").encode("utf-32-le"), None, "utf-32le", id="utf-32 with its mark"
        ),
        pytest.param(declared("utf-32").encode("utf-32-be"), None, "utf-32be", id="utf-32 without its mark"),
        pytest.param(
            b"\n  " + declared("windows-1252").encode("cp1252"),
            None,
            "windows-1252",
            id="blanks before the declaration",
        ),
        pytest.param(
            b"<!-- x -->" + declared("windows-1252").encode("cp1252"), None, "windows-1252", id="a comment before it"
        ),
        pytest.param(b"\0\0\0" + declared("utf-8").encode(), None, "utf-8", id="NULs before the text"),
        pytest.param(declared("utf-8").replace("l", "l\0").encode(), None, "utf-8", id="NULs within the text"),
        pytest.param(
            codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le") + b"\n", None, "utf-16le", id="half a character at the end"
        ),
    ],
)
def test_letters_survive_what_is_said_of_their_bytes(body, content_type, encoding):
    decoded = decode(body, content_type=content_type, kind="xml")

    assert encoding == decoded.encoding
    assert decoded.text.endswith(TEXT)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("iso-8859-15", "Málaga 5 €"),
        ("iso-8859-2", "Łódź żółć"),
        ("windows-1251", "Привет, мир"),
        ("koi8-r", "Привет, мир"),
        ("iso-8859-7", "Καλημέρα κόσμε"),
        ("windows-1257", "Ąžuolas ėjo"),
        ("euc-kr", "안녕하세요"),
        ("shift_jis", "こんにちは、世界"),
        ("gb2312", "你好，世界，联通"),
        ("big5", "你好，世界"),
        ("euc-jp", "こんにちは"),
        ("iso-2022-jp", "こんにちは"),
    ],
)
def test_every_declared_encoding_is_read(encoding, text):
    decoded = decode(declared(encoding, text).encode(encoding), content_type=None, kind="xml")

    assert decoded.text.endswith(text)
    assert decoded.warning is None


def test_one_bad_byte_does_not_change_the_encoding_of_the_rest():
    """feedparser reads such a feed as latin-2 (feedparser, pull request 421)."""
    body = (
        declared("utf-8", "<a>Så många å, ä och ö – men Espa\u00a1a</a>").encode().replace("\u00a1".encode(), b"\xf1")
    )

    decoded = decode(body, content_type="text/xml; charset=utf-8", kind="xml")

    assert decoded.text.endswith("<a>Så många å, ä och ö – men España</a>")
    assert decoded.encoding == "utf-8"
    assert "1 byte" in (decoded.warning or "")


def test_a_template_in_utf_8_and_an_article_in_windows_1252_are_both_read():
    body = "<h1>Nyheter från Malmö – i dag</h1>".encode() + "<p>Två års åtgärder: ”mål”</p>".encode("cp1252")

    assert decode(body, content_type="text/html; charset=utf-8", kind="html").text == (
        "<h1>Nyheter från Malmö – i dag</h1><p>Två års åtgärder: ”mål”</p>"
    )


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Så mycket mer ä".encode()[:-1], None, "Så mycket mer �"),
        ("Så mycket mer …".encode()[:-1], "text/html; charset=iso-8859-1", "Så mycket mer �"),
        ("Mer …".encode()[:-1], "text/html; charset=utf-8", "Mer �"),
        (
            "España är så långt borta, Åsa".encode().replace(b"\xc3\xb1", b"\xf1") + b"\xc3",
            None,
            "España är så långt borta, Åsa�",
        ),
        ("続く".encode("shift_jis")[:-1], "text/html; charset=shift_jis", "続�"),
        (b"abc\x82", "text/html; charset=shift_jis", "abc�"),
    ],
)
def test_a_response_that_is_cut_within_a_letter_shows_that_there_was_one(body, content_type, text):
    """As browsers do (WHATWG Encoding, section 8.1.1, step 1 of the decoder)."""
    assert decode(body, content_type=content_type, kind="html").text == text


@pytest.mark.parametrize("content_type", [None, "text/plain; charset=iso-8859-1"])
def test_a_last_letter_in_windows_1252_is_a_letter(content_type):
    """Of UTF-8 it would be the beginning of one."""
    assert decode("Vi vet inte vad vi ska tro på".encode("cp1252"), content_type=content_type, kind="html").text == (
        "Vi vet inte vad vi ska tro på"
    )


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        ('<meta charset="windows-1252">', None),
        ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>", None),
        ('<!-- <meta charset="koi8-r"> --><META CHARSET=latin1 />', None),
        ('<meta charset="koi8-r">', 'text/html; charset="windows-1252"'),
        ('<?xml version="1.0" encoding="iso-8859-1"?><html>', None),
    ],
)
def test_a_page_is_read_as_it_or_its_server_says(head, content_type):
    text = f"{head}<p>Å ena sidan är det så, å andra sidan inte"

    decoded = decode(text.encode("cp1252"), content_type=content_type, kind="html")

    assert decoded.text == text
    assert decoded.warning is None


def test_json_is_utf_8_also_with_a_mark_and_in_wider_forms():
    for codec in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le"):
        assert decode('{"a": "å"}'.encode(codec), content_type=None, kind="json").text == '{"a": "å"}'


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        (" UTF8 ", "utf-8"),
        ("latin1", "windows-1252"),
        ("us-ascii", "windows-1252"),
        ("ISO_8859-9", "windows-1254"),
        ("gbk", "gb18030"),
        ("x-sjis", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("utf-7", None),
        ("rot13", None),
        ("base64", None),
        ("", None),
        ("a\0b", None),
        ("öäå" * 100, None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, encoding):
    assert encoding_of(label) == encoding


def test_ascii_contradicts_no_declaration():
    assert decode(b"<a>plain</a>", content_type="text/xml; charset=koi8-r", kind="xml").warning is None


@given(
    st.binary(max_size=300),
    st.sampled_from(["html", "xml", "json"]),
    st.sampled_from([None, "text/xml; charset=euc-jp", "a; charset=utf-8"]),
)
def test_any_bytes_become_text_without_nuls_that_can_be_written(body, kind, content_type):
    decoded = decode(body, content_type=content_type, kind=kind)

    assert "\0" not in decoded.text
    assert decoded.text.encode().decode() == decoded.text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=200))
def test_utf_8_is_read_as_it_is_under_any_single_byte_declaration(text):
    body = ("<a>åäö" + text).encode()

    assert decode(body, content_type="text/xml; charset=iso-8859-1", kind="xml").text == "<a>åäö" + text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("koi8-r", "Министерство объявило новые правила государственных закупок медицинских перчаток"),
        ("windows-1251", "Министерство объявило новые правила государственных закупок медицинских перчаток"),
        ("shift_jis", "医療用手袋の公共調達に関する新しい規則が発表されました。詳細はこちらをご覧ください。"),
        ("euc-kr", "의료용 장갑의 공공 조달에 관한 새로운 규칙이 발표되었습니다"),
    ],
)
def test_letters_of_another_script_whose_encoding_nobody_declares_are_guessed(encoding, text):
    decoded = decode(f"<title>{text}</title>".encode(encoding), content_type=None, kind="xml")

    assert f"<title>{text}</title>" == decoded.text


@pytest.mark.parametrize(
    "text",
    [
        "”Ärligt” – … ”så här” är på väg",
        "Größe, Straßen und Übergänge",
        "«À côté», l’été",
        "RÄKSMÖRGÅS ÅÄÖ ÅÄÖ",
        "Contractació pública: l’«àmbit» d’ús",
    ],
)
def test_western_letters_whose_encoding_nobody_declares_are_no_other_script(text):
    assert text == decode(text.encode("cp1252"), content_type=None, kind="xml").text
