"""Markup or text of any kind → plain text: NFC, no markup, no entities, nothing invisible, paragraphs separated by an empty line."""

from __future__ import annotations

import html
import re
import unicodedata

from pipeline.web.html import BLOCKS, paragraphs

# fmt: off
#: Elements of HTML, old ones too. Any other word in angle brackets is the author's own ("Vector<int>", "<namn@adda.se>").
ELEMENTS = BLOCKS | frozenset({
    "a", "abbr", "acronym", "area", "audio", "b", "base", "basefont", "bdi", "bdo", "big", "blink", "br", "button", "canvas",
    "caption", "cite", "code", "col", "colgroup", "data", "datalist", "del", "dfn", "em", "embed", "font", "frame", "frameset",
    "head", "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "marquee", "meta", "meter", "nobr",
    "noscript", "object", "output", "param", "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "select",
    "slot", "small", "source", "span", "strike", "strong", "style", "sub", "sup", "svg", "td", "template", "textarea", "th",
    "time", "title", "track", "tt", "u", "var", "video", "wbr",
})
# fmt: on

#: What may be markup: a name that is closed by ">" before the next tag opens ("a <b och c" is not), a comment, a declaration.
_OPENING = re.compile(
    r"""<(?:/?([a-z][a-z0-9]*(?:[:-][a-z][\w-]*)?)(?=/?>|[\s/][^<>]*>|\s+[\w:-]+\s*=\s*["'][^>]{0,1000}>)
    |(!--|!doctype\b|\?xml\b))?""",
    re.IGNORECASE | re.VERBOSE,
)
_BLOCK_OR_BREAK = re.compile(rf"<(?:br|{'|'.join(sorted(BLOCKS))})[\s/>]", re.IGNORECASE)
#: Tags that authors write, and no angle bracket but theirs: there is nothing to tell apart. A part of ELEMENTS.
_PLAIN_MARKUP = re.compile(
    r"[^<]*+(?:</?(?:p|a|br|div|img|span|strong|em|b|i|u|ul|ol|li|h[1-6]|script|figure|figcaption|blockquote|table|tr|td)"
    r"(?=/?>|[\s/][^<>]*>)[^<]*+)*+",
    re.IGNORECASE | re.ASCII,
)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
#: A tag that was cut in the middle, by whoever shortened the text: "… <a href="https://www.exa".
_CUT_TAG = re.compile(r"<(?:/?[a-z]\w*|[a-z]\w*\s+[\w-]+\s*=[^<>]*)\Z", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&nbsp\b")
#: "&" escaped again and again: "&amp;amp;ouml;".
_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)

#: UTF-8 read as Windows-1252, Latin-1, Mac Roman or code page 850; such pairs stand in no text of the languages we collect.
_MOJIBAKE = re.compile(
    "[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]|â(?:€|\u0080|„|ˆ)|ï»¿|ï¿½|√[\u0080-ſ•∂§•©®≤≥]|‚Ä|├[^ ]|[\u0080-\u009f]"
)
#: What ftfy takes for possible text and leaves, and what is "å" and "Å" in ours.
_RINGS = (("Ã¥", "å"), ("Ã…", "Å"), ("Ã\u0085", "Å"))
_TERMINAL_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Soft hyphen; zero-width space and joiners (but not within an emoji), word joiner, byte order mark; directional marks, overrides and
#: isolates (Trojan Source); interlinear and tag characters; icon fonts' private characters; controls that are no white space.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
    "|\u200d(?![\u2640\u2642\u2695-\u27bf\U0001f000-\U0001faff])"
)
_PARAGRAPH_BREAK = re.compile(
    r"(?>\r\n?|[\n\x85\u2028])[^\S\n\r\x85\u2028\u2029]*(?>\r\n?|[\n\x85\u2028])\s*|\u2029\s*"
)

#: Letters of Europe, punctuation, spaces: what no step of a reading changes but the last, which joins lines. Without what markup,
#: references and mojibake begin with.
_SIMPLE = re.compile(
    "[ -%'-;=-~\t\n\r\u00a0-\u00ac\u00ae-\u00c1\u00c4-\u00e1\u00e3-\u00ee\u00f0-\u024f‐-―‘’“”„…•›‹€]*+"
)

#: Readings after which a text that still changes was made to: its brackets and ampersands go.
_MOST_READINGS = 8

_SENTENCE_END = re.compile(r"[.!?…][»”\"'’)\]]*(?=\s+[^\sa-zåäöæøé])")
#: "kl. 14", "t.ex. Region Skåne", "nr. 3", "St. Eriksgatan", "A. Berg": a full stop that ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(’'])(?:\w|kl|nr|no|bl\.? ?a|t\.? ?ex|f\.? ?eks|m\.? ?m|m\.? ?fl|s\.? ?k|ca|mr|mrs|ms|dr|prof|st|sr|sra|bzw|z\.? ?b|u\.? ?a|"
    r"esim|mm|ns|dvs|jfr|jf|vs|e\.? ?g|i\.? ?e|inc|ltd|art|núm|num|pàg|pág|(?:\w{1,2}\.){1,3}\w{1,2}|p\. ?e[jx]|ee|vgl|abs|max|milj|mio|mrd|"
    r"resp|inkl|exkl|evtl|ggf|ud|uds|jan|feb|febr|apr|aug|sept?|okt|nov|de[cz]|kap|approx|fig|vol|\d{1,2})\.\Z",
    re.IGNORECASE,
)


def clean_text(markup_or_text: str) -> str:
    r"""Plain text as a reader sees it: paragraphs separated by an empty line, all other white space one space. Idempotent; never raises.

    Markup is removed, but angle brackets that are none stay; character references are resolved however often they were escaped.

    >>> clean_text("<p>Fler k&amp;ouml;per <b>r&auml;tt</b></p><p>1 < 2, I <3 it</p>")
    'Fler köper rätt\n\n1 < 2, I <3 it'
    """
    text = markup_or_text
    if _SIMPLE.fullmatch(text):
        return _in_paragraphs(text)
    for _ in range(_MOST_READINGS):
        again = _reading(text)
        if again == text or not _is_doubtful(again):
            return again
        text = again
    return _reading(re.sub(r"[<>&]", " ", text))


def one_line(markup_or_text: str) -> str:
    """The same on one line, for titles and names."""
    return " ".join(clean_text(markup_or_text).split())


def fold_text(text: str) -> str:
    """The words of a text for comparing: without regard to case, punctuation, white space and typographic variants.

    >>> fold_text("»L’été« – 2024…") == fold_text("l'ÉTÉ 2024")
    True
    """
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def first_paragraph(text: str) -> str:
    """What stands before the first empty line of a clean text."""
    return text.partition("\n\n")[0]


def cut(text: str, limit: int) -> str:
    """`text`, or as many of its sentences as fit into `limit` characters; where not even one does, its words and "…"."""
    if len(text) <= limit:
        return text
    head = text[: limit + 2]
    ends = [
        match.end() for match in _SENTENCE_END.finditer(head) if match.end() <= limit and _ends_sentence(head, match)
    ]
    if ends and ends[-1] >= limit // 4:
        return text[: ends[-1]]
    words = text[:limit].rsplit(None, 1)[0].rstrip(" ,;:–—-.…") if " " in text[:limit] else text[: limit - 1]
    return f"{words[: limit - 1]}…"


def first_sentence(text: str, limit: int) -> str:
    """The first sentence of a clean text, cut where it is longer than `limit`."""
    text = first_paragraph(text)
    end = next((match.end() for match in _SENTENCE_END.finditer(text) if _ends_sentence(text, match)), len(text))
    return cut(text[:end], limit)


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    return text[end.start()] != "." or _ABBREVIATION.search(text[max(0, end.start() - 12) : end.start() + 1]) is None


def _reading(text: str) -> str:
    """One round of reading; `clean_text` is its fixed point."""
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
    text = _without_markup(text)
    if _SIMPLE.fullmatch(text):
        return _in_paragraphs(text)
    if "&" in text:
        text = _REFERENCE.sub(_resolved, text)
    text = _mended(text)
    if "\x1b" in text:
        text = _TERMINAL_ESCAPE.sub("", text)
    return _in_paragraphs(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def _in_paragraphs(text: str) -> str:
    """The text with one space for all white space, and an empty line between its paragraphs."""
    if text.isprintable():
        return " ".join(text.split())
    parts = (" ".join(part.split()) for part in _PARAGRAPH_BREAK.split(text))
    return "\n\n".join(part for part in parts if part)


def _is_doubtful(text: str) -> bool:
    """Whether another round of reading might find anything in the result of one."""
    if "<" in text or "&" in text:
        return True
    return not text.isascii() and (_MOJIBAKE.search(text) is not None or _INVISIBLE.search(text) is not None)


def _resolved(reference: re.Match[str]) -> str:
    return html.unescape(reference[0])


def _without_markup(text: str) -> str:
    """What a reader of the markup sees; a text that holds none is left as it is."""
    if "<" not in text:
        return text
    if "[CDATA[" in text or "]]>" in text:
        text = _CDATA.sub("", text)
    if text.rfind("<") > text.rfind(">"):
        text = _CUT_TAG.sub("", text)
    marked = text if _PLAIN_MARKUP.fullmatch(text) else _OPENING.sub(_escaped_unless_tag, text)
    if "<" not in marked:
        return text
    if not _BLOCK_OR_BREAK.search(marked):
        marked = _PARAGRAPH_BREAK.sub("<br><br>", marked)
    return paragraphs(marked)


def _escaped_unless_tag(opening: re.Match[str]) -> str:
    name, declaration = opening[1], opening[2]
    is_tag = declaration is not None or (name is not None and (name.lower() in ELEMENTS or ":" in name))
    return opening[0] if is_tag else "&lt;" + opening[0][1:]


def _mended(text: str) -> str:
    """Text with its mojibake undone, as far as that can be done without harm to what was right."""
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if _MOJIBAKE.search(text) is None:
        return text
    import ftfy

    for wrong, right in _RINGS:
        text = text.replace(wrong, right)
    # What belongs to other steps, or to the author (curly quotes, ligatures), is switched off. A closing quote has lost its last
    # byte, an unassigned one, wherever somebody was strict about Windows-1252.
    text = ftfy.fix_text(
        text,
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        remove_control_chars=False,
        normalization=None,
    )
    return text.replace("â€", "”")
