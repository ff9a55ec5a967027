"""Who wrote an item, as plain names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.normalise.text import fold_text, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Of one item; longer lists are a staff page.
MOST = 20
#: Characters of a name, and of what is read for names at all.
_LONGEST, _LONGEST_LIST = 100, 1_000
#: What bylines begin with, as seen in sv, en, nb, nn, da, fi, ca, es and de.
_BYLINE = re.compile(
    r"""\A\W*(?:
      (?:skriven|skrivet|publicerad|publicerat|text(?:\ (?:och|&)\ (?:foto|bild))?|skribent|reporter|författare|redaktör|artikel)
        (?:\ av\b|\s*:)
    | (?:written|posted|published|reported|words|article|story)\ by\b | by\b(?=\s+(?-i:[A-ZÅÄÖÆØÉ])) | (?:author|byline|by|writer|text)s?\s*:
    | (?:skrevet|skrive|publisert|lagt\ ut|udgivet|postet)\ a[vf]\b | (?:forfatter|journalist|tekst|af|av)\s*:
    | (?:av|af)\b(?=\s+(?-i:[A-ZÅÄÖÆØÉ]))
    | (?:kirjoittanut|kirjoittaja|teksti|toimittaja)\b\s*:?
    | (?:escrit|publicat|redactat)\ per\b | (?:autora?|autoria|per|por)\s*: | (?-i:per)\b(?=\s+(?-i:[A-ZÀÉÍÓÚ]))
    | (?:escrito|publicado|redactado)\ por\b | por\b(?=\s+(?-i:[A-ZÁÉÍÓÚ]))
    | (?:geschrieben|verfasst|veröffentlicht)\ von\b | von\s*: | (?-i:Von)\b(?=\s+(?-i:[A-ZÄÖÜ]\w+\s+[A-ZÄÖÜ])) | autor(?:in)?\s*:
    )\s*:?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_EMAIL = r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+\.[^\s<>()\[\],;:\"]+"
#: RFC 822, as RSS wants it: "redaktion@adda.se (Anna Berg)".
_RFC822 = re.compile(rf"\A(?:mailto:)?{_EMAIL}\s*\(([^()]*)\)\Z")
_ADDRESS = re.compile(rf"[<(\[]?\b(?:mailto:)?{_EMAIL}[>)\]]?|<?\bhttps?://\S+", re.IGNORECASE)
#: "Anna Berg <anna@adda.se>" is no markup.
_ANGLES = re.compile(rf"<(?:mailto:)?{_EMAIL}>")
_LIST = re.compile(r"\s*(?:;|\||\s/\s|•|·)\s*")
#: Between two names, each with its capital ("Anna Berg och Bo Ek"), but not within one ("Kommunikation och press"). "y" and "i" join
#: names in Spanish and Catalan, but also the two halves of one (Ramón y Cajal, Puig i Cadafalch), and are left alone.
_AND = re.compile(r"\s(?:och|samt|and|og|ja|und|&)\s+(?=[A-ZÅÄÖÆØÉ])")
_COMMA = re.compile(r"\s*,\s*")
#: Behind a comma: no person, but what the one before it is ("Anna Berg, jurist", "King, Jr.").
_IS_NAME = re.compile(r"[^\W\d_a-zåäöæøé][^\s]*(?:\s+\S+){1,4}\Z")
#: Accounts of content systems that stand for no one.
_NOBODY = frozenset(
    {
        "admin",
        "administrator",
        "super user",
        "superuser",
        "root",
        "user",
        "webmaster",
        "wordpress",
        "unknown",
        "anonymous",
        "none",
        "null",
    }
    | {"okänd", "editor", "administratör", "noreply", "no reply", "default", "test", "wpadmin", "redaktor"}
)


def people(authors: Iterable[str]) -> tuple[str, ...]:
    """The names in what a source calls authors: without addresses, bylines and doubles, lists split, in their order.

    >>> people(["redaktion@adda.se (Anna Berg)", "Av Anna Berg och Bo Ek"])
    ('Anna Berg', 'Bo Ek')
    """
    names: dict[str, str] = {}
    for author in authors:
        for name in _names(author):
            folded = fold_text(name)
            if folded and folded not in _NOBODY:
                names.setdefault(folded, name)
    return tuple(names.values())[:MOST]


def _names(author: str) -> list[str]:
    text = one_line(_ANGLES.sub(" ", author[:_LONGEST_LIST]))
    if (match := _RFC822.match(text)) is not None:
        text = match[1]
    text = _BYLINE.sub("", _ADDRESS.sub(" ", text))
    parts = [part for listed in _LIST.split(text) for joined in _AND.split(listed) for part in _by_commas(joined)]
    names = (" ".join(part.split()).strip(' ,;:.-–—()[]<>"') for part in parts)
    return [name for name in names if 1 < len(name) <= _LONGEST and any(letter.isalpha() for letter in name)]


def _by_commas(text: str) -> list[str]:
    """The names between commas: all of them where each could be one, else what stands before the first."""
    parts = [part for part in _COMMA.split(text) if part]
    if len(parts) < 2:
        return [text]
    if all(_IS_NAME.match(part) for part in parts):
        return parts
    if len(parts) == 2 and " " not in parts[0] and " " not in parts[1].strip():
        # "Berg, Anna": a catalogue's order.
        return [f"{parts[1]} {parts[0]}"]
    named = [part for part in parts if _IS_NAME.match(part)]
    return named or [text]
