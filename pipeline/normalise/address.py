"""The address that an item is published under, and the folded one that it is known again by.

Two questions, two answers. `canonical_url` must still work when somebody follows it, so only what cannot choose the page
is taken away: tracking, session ids, AMP, fragments; scheme, "www." and a final slash stay as the site gave them, because some
sites answer only there. `address_key` is never followed, only compared, and folds those as well.

Two different articles that become one are the worse mistake: what is not known to be noise stays.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pipeline.normalise.tracking import CACHES, PROXIES, SHARE_COUNTER, is_share, is_tracking
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

#: An address within an address, at most so deep.
_NESTED = 5
#: "http://https://a.se/", "https:/a.se/", "https:\\a.se\": typed into content systems by hand.
_DOUBLED = re.compile(r"\A(?:https?:/{1,3})+(?=https?:/)", re.IGNORECASE)
_SLASHES = re.compile(r"\A(https?):[/\\]*(?=[^/\\])", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: A route of an application within one page: "#!/nyheter/1", "#/nyheter/1"; any other fragment is a place on the page.
#: An address that says everything in the one way already, without anything in which noise could be: nothing of it is mended.
_PLAIN = re.compile(
    r"https?://(?!amp\.)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,63}(?=/)(?:/(?![aA][mM][pP](?:/|\.|\Z))[A-Za-z0-9_~-]+)*/?"
)
_ROUTE = re.compile(r"!?/.")
_TEXT_FRAGMENT = re.compile(r":~:.*\Z", re.DOTALL)
#: Sessions in paths: Java servlets (";jsessionid=…"), ASP.NET without cookies ("/(S(…))/").
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([A-Z]\([a-z0-9]{20,}\)\)(?=/|\Z)", re.IGNORECASE)
#: "/nyhet/amp", "/nyhet/amp/", "/nyhet/amp.html"; "/nyhet.amp.html" and "/nyhet.amp".
_AMP_FOLDER = re.compile(r"(?<=[^/])(?:/amp)+(?:/|\.html)?\Z", re.IGNORECASE)
_AMP_ENDING = re.compile(r"(?<=[^/])(?:\.amp)+(\.html?)?\Z", re.IGNORECASE)

# Of the key alone:
_HOST_PREFIX = re.compile(r"\A(?:(?:www\d?|m|mobile|mobil)\.(?=[^.]+\.))+")
_DEFAULT_DOCUMENT = re.compile(
    r"(?<=/)(?:index\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)|default\.(?:aspx?|html?))\Z", re.IGNORECASE
)
#: Joomla without address rewriting, and other programs that route through one script.
_FRONT_CONTROLLER = re.compile(r"/index\.php(?=/.)", re.IGNORECASE)
#: "/amp/nyheter/ny-dom": before an article's own path, which has a hyphen or a number; "/amp/kurser" may be about amperes.
_AMP_PREFIX = re.compile(r"\A/amp(?=/.*[-\d])", re.IGNORECASE)
#: A letter with its marks beside it ("a%CC%8A"), as macOS names files, for the composed "%C3%A5".
_DECOMPOSED = re.compile(r"[A-Za-z](?:%CC%[89AB][0-9A-F])+")
#: "!'()*,:@": programs escape them or not, and no site tells its pages apart by it. Of the key alone, for RFC 3986, section 2.2, calls
#: them reserved.
_HARMLESS = re.compile(r"%(?:2[1789AC]|3A|40)")
#: Parameters that choose how a page is shown, not which page: Joomla's, and print views.
_VIEWS = {
    "format": re.compile(r"html|raw|pdf|amp|feed", re.IGNORECASE),
    "tmpl": re.compile(r"\w*"),
    "layout": re.compile(r"default|blog|article", re.IGNORECASE),
    "print": re.compile(r"|1|true|yes|print", re.IGNORECASE),
    "type": re.compile(r"rss|atom", re.IGNORECASE),
}
#: The menu that an address of Joomla's own ("option=com_content&id=7") was reached through.
_JOOMLA_MENU = frozenset({"itemid", "catid"})
_JOOMLA_ID = re.compile(r"\A(id=\d+)(?::|%3A).*", re.IGNORECASE | re.DOTALL)


def canonical_url(url: str, *, base: str | None = None) -> str | None:
    """The one spelling of an http(s) address that leads to the same page as `url`; None where it is no such address.

    ASCII, without default port, credentials, dot segments, tracking parameters, session ids and fragment; percent-encoding as in
    RFC 3986, section 6.2.2. `base` is the page that a relative address stands on. Idempotent; never raises.

    >>> canonical_url("HTTPS://www.Example.se:443/a/../b%7e/?utm_source=rss&id=7#topp")
    'https://www.example.se/b~/?id=7'
    """
    if _PLAIN.fullmatch(url) and _target(url) is None:
        return url
    found = _spelled(url, base)
    for _ in range(_NESTED):
        if found is None:
            return None
        again = _spelled(_target(found) or found, None)
        if again == found:
            break
        found = again
    return found


def address_key(url: str) -> str:
    """What two spellings of one address have in common, for comparing only: host and path without scheme, "www.", final slash.

    What is no address at all is its own key.

    >>> address_key("http://www.example.se/index.php/nyheter/?b=2&a=1")
    'example.se/nyheter?a=1&b=2'
    """
    try:
        parts = urlsplit(canonical_url(url) or url)
    except ValueError:
        return url
    host = _HOST_PREFIX.sub("", parts.netloc.lower())
    path = re.sub(r"/{2,}", "/", _DECOMPOSED.sub(_composed, _unescaped(parts.path)))
    path = _AMP_PREFIX.sub("", _FRONT_CONTROLLER.sub("", _DEFAULT_DOCUMENT.sub("", path))).rstrip("/")
    query = "&".join(sorted(_telling(_unescaped(parts.query))))
    return host + path + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")


@lru_cache(maxsize=256)
def _spelled(url: str, base: str | None) -> str | None:
    """One round of mending; the whole is a fixed point of it."""
    mended = _mended(url)
    if base is None and mended.startswith("//"):
        mended = f"https:{mended}"
    joined = absolute(mended, base or "")
    if joined is None:
        return None
    try:
        parts = urlsplit(joined)
    except ValueError:
        return None
    path = _without_amp(_PATH_SESSION.sub("", _normal_escapes(parts.path)))
    return urlunsplit(
        (parts.scheme, _host(parts), _without_dots(path) or "/", _kept_query(parts.query), _route(parts.fragment))
    )


def _mended(url: str) -> str:
    """The address with the mistakes that browsers forgive (WHATWG URL, section 4.4), and doubled schemes."""
    url = _DOUBLED.sub("", url.strip())
    head, mark, tail = re.split(r"([?#]|\Z)", url, maxsplit=1)
    if head.lower().startswith(("http:", "https:", "//", "\\\\")):
        head = _SLASHES.sub(r"\1://", head.replace("\\", "/"))
    return head + mark + tail


def _host(parts: SplitResult) -> str:
    """Host and port, without credentials, and without "amp." where a whole name is left."""
    host = parts.netloc.rpartition("@")[2]
    rest = host.removeprefix("amp.")
    return rest if "." in rest else host


def _normal_escapes(text: str) -> str:
    """Escapes in upper case, and none for what needs none (RFC 3986, sections 6.2.2.1 and 6.2.2.2)."""

    def normal(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(normal, text)


def _without_dots(path: str) -> str:
    """The path without "." and ".." (RFC 3986, section 5.2.4); empty segments stay, because they may mean something."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _without_amp(path: str) -> str:
    if (folder := _AMP_FOLDER.search(path)) is not None:
        # WordPress hangs "amp/" below an address that ends in "/", others hang "/amp" on one that does not.
        return path[: folder.start()] + ("/" if folder[0].endswith(("/", ".html")) else "")
    return _AMP_ENDING.sub(lambda match: match[1] or "", path)


def _kept_query(query: str) -> str:
    """The query in its order, without what only tells where the reader came from."""
    parameters = re.split(r"&(?:amp;)*", _normal_escapes(query))
    if any(is_share(*_named(each)) for each in parameters):
        parameters = [each for each in parameters if each != SHARE_COUNTER]
    return "&".join(each for each in parameters if each and not is_tracking(*_named(each)))


def _named(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return unquote(name), unquote(value)


def _route(fragment: str) -> str:
    fragment = _TEXT_FRAGMENT.sub("", fragment)
    return _normal_escapes(fragment) if _ROUTE.match(fragment) else ""


def _target(url: str) -> str | None:
    """The address that `url` only leads on to, where it stands in `url` itself."""
    parts = urlsplit(url)
    place = parts.netloc + parts.path
    for pattern, names in PROXIES:
        if pattern.match(place):
            values = dict(_named(each) for each in reversed(parts.query.split("&")))
            return next((value for name in names if (value := values.get(name, "")).startswith("http")), None)
    for cache in CACHES:
        if (match := cache.fullmatch(place)) is not None and "." in match["target"].partition("/")[0]:
            scheme = "https" if match["secure"] else "http"
            return f"{scheme}://{match['target']}" + (f"?{parts.query}" if parts.query else "")
    return None


def _unescaped(text: str) -> str:
    return _HARMLESS.sub(lambda match: unquote(match[0]), text)


def _composed(match: re.Match[str]) -> str:
    return quote(unicodedata.normalize("NFC", unquote(match[0])), safe="")


def _telling(query: str) -> Iterator[str]:
    """The parameters that choose a page, each in one spelling."""
    parameters = [each.replace("+", "%20") for each in query.split("&") if each]
    joomla = any(each.lower().startswith("option=com_") for each in parameters)
    for each in parameters:
        name, value = _named(each)
        view = _VIEWS.get(name.lower())
        if view is not None and view.fullmatch(value):
            continue
        if joomla and name.lower() in _JOOMLA_MENU:
            continue
        yield _JOOMLA_ID.sub(r"\1", each) if joomla else each
