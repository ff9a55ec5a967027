"""Names that the world gives, and our own ids: addresses, languages, time zones, slugs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from itertools import chain, count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pipeline.config.wording import Unfit, fold, nearest, quoted
from pipeline.model.search import terms
from pipeline.web.urls import ascii_url

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
ADDRESS_PATTERN = r"^(https?://[^\s/]\S*|\$\{.*)$"
SITE_PATTERN = r"^(https?://[^\s/][^\s?#]*|\$\{.*)$"
CONTACT_PATTERN = r"^(https?://\S+|[^@\s]+@[^@\s]+\.[^@\s]+|\$\{.*)$"
RECIPIENT_PATTERN = r"^([A-Za-z][\w+.-]*://|\$\{)"
STORE_PATTERN = r"^(?!(?!postgresql:)[A-Za-z][\w+.-]*://).*\S"
ZONE_PATTERN = r"^([A-Z]{2,4}|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+)+|\$\{.*)$"

_ID = re.compile(ID_PATTERN)
_LANGUAGE = re.compile(LANGUAGE_PATTERN)
_LONGEST_ID = 64
#: Of an id that we make: it stands in addresses.
_LONGEST_NEW_ID = 40
_LONGEST_ADDRESS = 2_000
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(/*)")
#: An address as Markdown, HTML and e-mail wrap it.
_WRAPPED = re.compile(r"^(?:\[[^\]]*\]\(|<(?:a\s[^>]*href=[\"']?)?|[\"'(])\s*(https?://[^\s<>()\"']+)")
_LOCAL = re.compile(r"/(?!/)|\.{1,2}/|~/|file:|[A-Za-z]:\\", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+\Z")

# fmt: off
#: ISO 639-1, as of 2026.
_LANGUAGES = frozenset({
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi", "bm",
    "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz", "ee",
    "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu",
    "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is",
    "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw",
    "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms",
    "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os",
    "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "sh", "si",
    "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk",
    "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh",
    "yi", "yo", "za", "zh", "zu",
})
#: Names of languages, and codes of countries or of other standards that are written for them.
_LANGUAGE_NAMES = {
    "svenska": "sv", "swedish": "sv", "swe": "sv", "english": "en", "engelska": "en", "eng": "en", "gb": "en",
    "us": "en", "norwegian": "nb", "norska": "nb", "norsk": "nb", "bokmal": "nb", "bokmål": "nb", "nob": "nb",
    "nynorsk": "nn", "nno": "nn", "nor": "nb", "danish": "da", "danska": "da", "dansk": "da", "dk": "da", "dan": "da",
    "finnish": "fi", "finska": "fi", "suomi": "fi", "fin": "fi", "catalan": "ca", "katalanska": "ca", "català": "ca",
    "cat": "ca", "spanish": "es", "spanska": "es", "español": "es", "castellano": "es", "spa": "es", "german": "de",
    "tyska": "de", "deutsch": "de", "deu": "de", "ger": "de", "french": "fr", "franska": "fr", "français": "fr",
    "fra": "fr", "fre": "fr", "dutch": "nl", "nederlands": "nl", "nld": "nl", "cz": "cs", "jp": "ja", "cn": "zh",
    "icelandic": "is", "isländska": "is", "italian": "it", "italienska": "it", "polish": "pl", "polska": "pl",
}
#: Letters that lose nothing but an accent for Unicode stay themselves; these do not.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "œ": "oe"})
# fmt: on
_MISSPELT_SCHEMES = {"feed": "https", "htp": "http", "htpp": "http", "http": "http", "https": "https"}


def slug(text: str) -> str:
    """An id made of `text`; "" where nothing in it can be kept.

    >>> slug("Hållbar upphandling")
    'hallbar-upphandling'
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:_LONGEST_ID].strip("-")


def free_id(name: str, host: str, taken: Container[str], tails: Iterable[str] = ()) -> str:
    """An id that is not taken: of the name, of the host where that gives none; `tails` are tried before numbers are."""
    stem = slug(name) or slug(host.removeprefix("www.")) or hashlib.blake2b(host.encode(), digest_size=4).hexdigest()
    if len(stem) > _LONGEST_NEW_ID:
        stem = stem[: _LONGEST_NEW_ID + 1].rpartition("-")[0] or stem[:_LONGEST_NEW_ID]
    numbered = (f"-{number}" for number in count(2))
    return next(stem + tail for tail in chain(("",), tails, numbered) if stem + tail not in taken)


def identifier(text: str) -> str:
    """An id: a-z, 0-9 and "-". Raises Unfit, with the id that `text` could be."""
    if not _ID.match(text) or text.endswith("\n"):
        proposal = slug(text)
        advice = f"write `{proposal}`" if proposal else "write a name of those, such as `adda`"
        raise Unfit(f"{quoted(text)} is no id: an id has a to z, 0 to 9 and `-`, and begins with no `-`", advice)
    if len(text) > _LONGEST_ID:
        raise Unfit(f"{quoted(text)} has {len(text)} characters", f"write an id of at most {_LONGEST_ID}")
    return text


def language(text: str) -> str:
    """A language tag in its usual case (BCP 47, section 2.1.1): "sv", "en-GB". Raises Unfit."""
    tag = text.strip()
    known = _LANGUAGE_NAMES.get(tag.lower())
    first = tag.replace("_", "-").split("-")[0].lower()
    if known is None and _LANGUAGE.match(tag) and (first in _LANGUAGES or len(first) == 3):
        return "-".join(_in_usual_case(part, at) for at, part in enumerate(tag.split("-")))
    message = f"{quoted(text)} is no language code"
    if known is None and first in _LANGUAGES and "_" in tag:
        raise Unfit(message, f"write `{tag.replace('_', '-')}`")
    raise Unfit(
        message, f"write `{known}`" if known else "write a code of BCP 47, such as sv, en, nb, da, fi, ca or es"
    )


def _in_usual_case(part: str, at: int) -> str:
    """One subtag as it is usually spelt: language in lower case, region in upper case, script with a capital."""
    if at == 0 or len(part) not in {2, 4}:
        return part.lower()
    return part.upper() if len(part) == 2 else part.title()


def zone(text: str) -> ZoneInfo:
    """The time zone of that name in the IANA database. Raises Unfit."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        pass
    raise Unfit(f"{quoted(text)} is no time zone", f"write `{_zone_meant(text) or 'Europe/Stockholm'}`")


def _zone_meant(text: str) -> str | None:
    """The zone that a city's name or a slip of the pen stands for."""
    from zoneinfo import available_timezones

    zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    wanted = fold(text.rpartition("/")[2])
    by_city = next((name for name in zones if fold(name.rpartition("/")[2]) == wanted), None)
    return by_city or nearest(text, zones, cutoff=0.7)


def address(text: str) -> str:
    """A web address in its ASCII spelling: IDN as A-labels, the rest percent-encoded. Raises Unfit."""
    written = text.strip()
    if not written:
        raise Unfit("an empty text is no web address", "write the whole address, such as https://www.example.se/feed/")
    if len(written) > _LONGEST_ADDRESS:
        raise Unfit(f"{quoted(written)} is longer than {_LONGEST_ADDRESS} characters", "write a shorter address")
    if any(character.isspace() for character in written):
        raise Unfit(f"{quoted(written)} has a space in it", "write one address without spaces; a space in one is %20")
    if inside := _WRAPPED.search(written):
        raise Unfit(f"{quoted(written)} is more than a web address", f"write {inside[1]}")
    if _LOCAL.match(written):
        raise Unfit(
            f"{quoted(written)} is a file on this machine, not a web address",
            "give the address that it is served at; recordings are read with `samflode run --replay FOLDER`",
        )
    found = _SCHEME.match(written)
    if not found or (not found[2] and found[1].lower() not in {"http", "https", "feed", "mailto"}):
        raise Unfit(f"{quoted(written)} is no web address", f"write https://{written.lstrip('/')}")
    if found[1].lower() not in {"http", "https"} or len(found[2]) < 2:
        raise Unfit(f"{quoted(written)} is no web address", _with_scheme(written, found))
    try:
        ascii_form = ascii_url(written)
    except ValueError:
        raise Unfit(f"{quoted(written)} has no host that can be asked", _HOST_FORM) from None
    host = urlsplit(ascii_form).hostname or ""
    if not host or ".." in host or host.startswith(".") or any(len(label) > 63 for label in host.split(".")):
        raise Unfit(f"{quoted(written)} has no host that can be asked", _HOST_FORM)
    return ascii_form


_HOST_FORM = "copy the address from the browser's address bar, such as https://www.example.se/nyheter/"


def _with_scheme(written: str, found: re.Match[str]) -> str:
    """How to begin an address that begins in another way than with http:// or https://."""
    rest = written[found.end() :]
    scheme = _MISSPELT_SCHEMES.get(found[1].lower()) or nearest(found[1], ("http", "https"), cutoff=0.75)
    if scheme and rest:
        return f"write {rest if rest.startswith(('http://', 'https://')) else f'{scheme}://{rest}'}"
    return "write an address that begins with https:// or http://"


def site_address(text: str) -> str:
    """The address that the publication will be served under; ends in "/". Raises Unfit."""
    parts = urlsplit(address(text))
    if parts.query or parts.fragment:
        raise Unfit(
            f"{quoted(text)} has a `?` or `#` in it",
            "write the address of a folder, such as https://nyheter.example.se/",
        )
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path if parts.path.endswith("/") else f"{parts.path}/", "", "")
    )


def contact(text: str) -> str:
    """An e-mail or web address. Raises Unfit."""
    written = text.strip()
    if written.startswith(("http://", "https://")):
        return address(written)
    if _EMAIL.match(written) and written.isprintable():
        return written
    raise Unfit(
        f"{quoted(text)} is neither an e-mail address nor a web address", "write one, such as redaktion@example.se"
    )


def same_place(url: str) -> str:
    """A folded spelling of an (ASCII) address: two that have it in common lead to the same page, almost always.

    Without scheme, "www.", fragment and final slash; what needs no percent-encoding has none.

    >>> same_place("http://www.adda.se/feed/") == same_place("https://adda.se/feed")
    True
    """
    parts = urlsplit(url)
    path = re.sub(r"%([0-9A-Fa-f]{2})", _unescaped, parts.path).rstrip("/")
    query = re.sub(r"%([0-9A-Fa-f]{2})", _unescaped, parts.query)
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    return f"{host}{path}?{query}"


def _unescaped(escape: re.Match[str]) -> str:
    """The character that an escape stands for, where it is one that needs none (RFC 3986, section 2.3)."""
    character = chr(int(escape[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else escape[0].upper()


def text(written: str) -> str:
    """A text for readers, on one line. Raises Unfit where there is nothing in it."""
    line = " ".join(written.split())
    if not line:
        raise Unfit("an empty text says nothing", "write the text, or leave the field out")
    return line


def searched(written: str) -> str:
    """Words to search for, as `samflode search` takes them. Raises Unfit where there is none that must be there."""
    if not any(term.wanted for term in terms(written)):
        raise Unfit(f"{quoted(written)} holds no word to search for", "write at least one without a minus")
    return " ".join(written.split())


def recipient(written: str) -> str:
    """An Apprise address. Raises Unfit."""
    address_ = written.strip()
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://\S", address_):
        return address_
    if _EMAIL.match(address_.removeprefix("mailto:")):
        raise Unfit(f"{quoted(written)} is no Apprise address", f"write mailto://{address_.removeprefix('mailto:')}")
    raise Unfit(f"{quoted(written)} is no Apprise address", "write one, such as mailto://redaktion@example.se")


def store(written: str) -> str:
    """A folder, or the address of a PostgreSQL database. Raises Unfit."""
    place = written.strip()
    scheme, marker, rest = place.partition("://")
    if not place:
        raise Unfit("an empty text is no folder", "write `store/`, or leave the field out")
    if marker and scheme != "postgresql":
        advice = (
            f"write postgresql://{rest}"
            if scheme in {"postgres", "psql", "pg"}
            else "write a folder, such as store/, or postgresql://user@host/database"
        )
        raise Unfit(f"{quoted(scheme + marker)} is no kind of store", advice)
    return place
