"""Bytes → text as browsers do (WHATWG Encoding; RFC 7303 for XML; RFC 8259 for JSON), and better where the declaration lies.

The order of trust: a byte order mark, the pattern of NULs that UTF-16 and UTF-32 leave, then the bytes themselves, and only then
what HTTP and the document say of them. The theory: text in another encoding is hardly ever valid UTF-8 by accident, so bytes that
are mostly valid UTF-8 are UTF-8, whatever is declared; the few that are not come from a template or an author of the Windows age
and are read one by one as windows-1252. One bad byte never costs the å, ä and ö of the rest.

What declares nothing and is no UTF-8 is windows-1252, as in western browsers, unless its letters beyond ASCII stand in rows, as
only other scripts have them (koi8-r, euc-jp): then charset-normalizer says from letter frequencies which script's encoding it is.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["html", "xml", "json"]

UTF_8: Final = "utf-8"
WINDOWS_1252: Final = "windows-1252"

#: Every encoding of the WHATWG standard (section 4) but x-user-defined and replacement, with the codec that reads it.
_CODECS: Final = {
    UTF_8: "utf-8",
    "ibm866": "cp866",
    "iso-8859-2": "iso8859-2",
    "iso-8859-3": "iso8859-3",
    "iso-8859-4": "iso8859-4",
    "iso-8859-5": "iso8859-5",
    "iso-8859-6": "iso8859-6",
    "iso-8859-7": "iso8859-7",
    "iso-8859-8": "iso8859-8",
    "iso-8859-10": "iso8859-10",
    "iso-8859-13": "iso8859-13",
    "iso-8859-14": "iso8859-14",
    "iso-8859-15": "iso8859-15",
    "iso-8859-16": "iso8859-16",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "windows-874": "cp874",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    WINDOWS_1252: "cp1252",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "windows-1257": "cp1257",
    "windows-1258": "cp1258",
    "x-mac-cyrillic": "mac-cyrillic",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    # Not WHATWG's, but XML's (appendix F).
    "utf-32be": "utf-32-be",
    "utf-32le": "utf-32-le",
}

#: Names, Python's own for a codec or labels that it does not know, that mean something else or more here (WHATWG Encoding, section 4.2).
_NAMES: Final = {
    "ascii": WINDOWS_1252,
    "iso8859-1": WINDOWS_1252,
    "iso_8859-1:1987": WINDOWS_1252,
    "x-cp1252": WINDOWS_1252,
    "ansi": WINDOWS_1252,  # not WHATWG's; exports from Windows programs
    "unicode-1-1-utf-8": UTF_8,
    "x-unicode20utf8": UTF_8,
    "utf-8-sig": UTF_8,
    "utf8mb4": UTF_8,  # not WHATWG's; the name of a MySQL character set, in feeds made from one
    "iso-8859-8-i": "iso-8859-8",
    "logical": "iso-8859-8",
    "visual": "iso-8859-8",
    "iso8859-9": "windows-1254",
    "iso8859-11": "windows-874",
    "tis-620": "windows-874",
    "dos-874": "windows-874",
    "x-cp1250": "windows-1250",
    "x-cp1251": "windows-1251",
    "koi": "koi8-r",
    "koi8-ru": "koi8-u",
    "mac": "macintosh",
    "x-mac-roman": "macintosh",
    "x-mac-ukrainian": "x-mac-cyrillic",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5",
    "cn-big5": "big5",
    "x-x-big5": "big5",
    "shift_jis": "shift_jis",
    "x-sjis": "shift_jis",
    "x-euc-jp": "euc-jp",
    "euc_kr": "euc-kr",
    "windows-949": "euc-kr",
    # Who names UTF-16 or UTF-32 in bytes that one could read the name in, means UTF-8 (HTML, section 13.2.3.2).
    "utf-16": UTF_8,
    "utf-16-le": UTF_8,
    "utf-16-be": UTF_8,
    "utf-32": UTF_8,
    "utf-32-le": UTF_8,
    "utf-32-be": UTF_8,
    "unicode": UTF_8,
    "ucs-2": UTF_8,
    "iso-10646-ucs-2": UTF_8,
}
_ENCODING_OF_CODEC: Final = {codecs.lookup(codec).name: encoding for encoding, codec in _CODECS.items()} | _NAMES
#: Encodings in which a character takes several bytes: their text can be valid UTF-8 by accident, and seldom decodes by accident.
_MULTIBYTE: Final = frozenset({"gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr"})
#: So many sequences of UTF-8 are no accident in text that declares one of those.
_NO_ACCIDENT = 4
#: In windows-1252 "Ö" before a quotation mark or a dash reads as one sequence of UTF-8: so rare beside the letters that are none.
_ACCIDENT_RATE = 20

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
#: Which of the first four bytes are NUL, where the first two characters are ASCII (XML, appendix F; RFC 4627, section 3).
_NUL_PATTERNS: Final = {
    (True, True, True, False): "utf-32be",
    (False, True, True, True): "utf-32le",
    (True, False, True, False): "utf-16be",
    (False, True, False, True): "utf-16le",
}

#: The standard looks at 1024 bytes; pages with scripts before their <meta> are read by browsers all the same.
_PRESCAN = 4096
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([^"'>\s]+)""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta\s[^>]{0,400}?charset\s*=\s*["']?\s*([^"'\s/>;]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)

_BAD_BYTE = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
#: Bytes beyond ASCII beside others of them: in western languages few, for "å" stands among ASCII letters; else nearly all.
_IN_ROWS = re.compile(rb"[\x80-\xff]{2,}")
_MOSTLY_IN_ROWS = 0.8
#: Bytes from which the encoding of another script is guessed, and how many beyond ASCII there have to be.
_SAMPLE, _FEWEST = 20_000, 12
#: 0x80–0x9F in windows-1252; the five bytes that it leaves open are control characters (WHATWG, index-windows-1252).
_HIGH_1252: Final = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
#: A byte that was no UTF-8, as `surrogateescape` marks it → what it is in windows-1252.
_MARKED_1252: Final = {0xDC00 + byte: _HIGH_1252.get(byte, chr(byte)) for byte in range(0x80, 0x100)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text that was bytes."""

    #: Without byte order mark and NULs.
    text: str
    #: The name of the WHATWG standard, in lower case.
    encoding: str
    #: A sentence where the bytes were not what they were said to be; None: they were.
    warning: str | None


def decode(body: bytes, *, content_type: str | None, kind: Kind) -> Decoded:
    """The text of a response; never fails: what can't be read becomes U+FFFD.

    `content_type` is the value of the HTTP field, for its charset.

    >>> decode("på väg".encode("latin-1"), content_type="text/xml; charset=utf-8", kind="xml").text
    'på väg'
    """
    wide = _wide(body)
    if wide is not None:
        return wide
    body = body.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    labels = _declared(body, content_type, kind)
    encodings = [encoding for encoding in map(encoding_of, labels) if encoding is not None]
    text, encoding, trouble = _read(body, encodings)
    return Decoded(text=text, encoding=encoding, warning=trouble or _contradiction(labels, encoding, text))


def encoding_of(label: str) -> str | None:
    """The encoding that a label in a declaration means (WHATWG Encoding, section 4.2); None where it is unknown.

    >>> encoding_of(" Latin1 ")
    'windows-1252'
    """
    name = label.strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    try:
        return _ENCODING_OF_CODEC.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        return None


def _wide(body: bytes) -> Decoded | None:
    """The text, where a byte order mark or the NULs show that it is UTF-16 or UTF-32."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return None if encoding == UTF_8 else _decode_wide(body.removeprefix(mark), encoding)
    pattern = tuple(byte == 0 for byte in body[:4])
    if len(pattern) < 4 or pattern not in _NUL_PATTERNS:
        return None
    try:
        return _decode_wide(body, _NUL_PATTERNS[pattern], errors="strict")
    except UnicodeDecodeError:
        # NULs that stand before a text in eight bits.
        return None


def _decode_wide(body: bytes, encoding: str, errors: str = "replace") -> Decoded:
    width = 4 if encoding.startswith("utf-32") else 2
    # A response that was cut off ends within a character.
    whole = body[: len(body) - len(body) % width]
    return Decoded(text=whole.decode(_CODECS[encoding], errors).replace("\0", ""), encoding=encoding, warning=None)


def _declared(body: bytes, content_type: str | None, kind: Kind) -> list[str]:
    """The labels that the response gives itself, in the order in which its standard trusts them."""
    labels = []
    parameter = _CHARSET_PARAMETER.search(content_type or "")
    if parameter:
        labels.append(parameter[1])
    if kind != "json":
        head = body[:_PRESCAN]
        if kind == "html":
            meta = _META_CHARSET.search(_COMMENT.sub(b"", head))
            labels += [meta[1].decode("latin-1")] if meta else []
        # Feeds have comments before a declaration that may stand nowhere but at the start.
        declaration = _XML_DECLARATION.match(_COMMENT.sub(b"", head))
        labels += [declaration[1].decode("latin-1")] if declaration else []
    return labels


def _read(body: bytes, encodings: list[str]) -> tuple[str, str, str | None]:
    """Text, encoding, and what was wrong with the bytes, if anything."""
    marked, whole = codecs.utf_8_decode(body, "surrogateescape")
    # The first bytes of a character, which the end of the response cuts off; or a last letter in another encoding.
    cut = body[whole:].decode("utf-8", "replace")
    if marked.isascii() and not cut and "iso-2022-jp" not in encodings:
        return marked, encodings[0] if encodings else UTF_8, None
    bad = len(_BAD_BYTE.findall(marked))
    good = len(_BEYOND_ASCII.findall(marked)) - bad
    for encoding in encodings:
        if encoding in _MULTIBYTE and (bad or good < _NO_ACCIDENT):
            try:
                return body.decode(_CODECS[encoding]), encoding, None
            except UnicodeDecodeError:
                continue
    if not bad and (good or not cut or UTF_8 in encodings):
        return marked + cut, UTF_8, None
    legacy = next((encoding for encoding in encodings if encoding != UTF_8), None)
    if legacy is None and good <= bad and (guessed := _of_another_script(body)):
        return _decode_legacy(body, guessed)
    may_be_utf_8 = UTF_8 in encodings or not encodings
    if good > bad or (may_be_utf_8 and good * _ACCIDENT_RATE > bad):
        return (
            marked.translate(_MARKED_1252) + cut,
            UTF_8,
            f"The text is UTF-8, but for {_bytes(bad)} that were read as windows-1252.",
        )
    return _decode_legacy(body, legacy or WINDOWS_1252)


def _of_another_script(body: bytes) -> str | None:
    """The encoding that letter frequencies speak for, where the bytes don't look like a western language; None elsewhere."""
    sample = body[:_SAMPLE]
    beyond = sum(byte > 0x7F for byte in sample)
    in_rows = sum(map(len, _IN_ROWS.findall(sample)))
    if beyond < _FEWEST or in_rows < _MOSTLY_IN_ROWS * beyond:
        return None
    from charset_normalizer import from_bytes  # noqa: TID251

    best = from_bytes(sample).best()
    return encoding_of(best.encoding) if best else None


def _decode_legacy(body: bytes, encoding: str) -> tuple[str, str, str | None]:
    if encoding == WINDOWS_1252:
        return body.decode("latin-1").translate(_HIGH_1252), encoding, None
    text = body.decode(_CODECS[encoding], "replace")
    lost = text.count("\ufffd")
    return text, encoding, f"The text is {encoding}, but for {_bytes(lost)} that are lost." if lost else None


def _contradiction(labels: list[str], encoding: str, text: str) -> str | None:
    """A sentence where nothing that was declared is what the bytes are; ASCII contradicts nothing."""
    unknown = [label for label in labels if encoding_of(label) is None]
    if unknown and len(unknown) == len(labels):
        return f"The declared encoding {unknown[0]!r} is unknown; the text was read as {encoding}."
    known = [label for label in labels if encoding_of(label) is not None]
    if text.isascii() or any(encoding_of(label) == encoding for label in known):
        return None
    if known:
        return f"The text is declared as {known[0]}, but its bytes are {encoding}; it was read as {encoding}."
    return None if encoding == UTF_8 else f"The text declares no encoding and is no UTF-8; it was read as {encoding}."


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
