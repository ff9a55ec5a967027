"""What an answer is that does not hold what its source is to hold: a consent wall, a login, an empty shell, a page in place of a feed. Pure.

Theory. Sites seldom say that something is wrong; they answer 200 with another page. What such pages have in common is that
they hold little text and few links, and that the little they say is about themselves. So words alone prove nothing, for
every page speaks of cookies and has a login in its head: they count on a page that is nearly empty, in its title, or in the
address that a redirect led to. Seen at Swedish, Norwegian, Danish, Catalan, Spanish, German and English sites.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model.source import Feed, JsonApi, Sitemap
from pipeline.web.encoding import decode
from pipeline.web.html import attribute, inline_text, parse_html
from pipeline.web.selectors import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.errors import ExtractError
    from pipeline.model.capture import Capture
    from pipeline.model.source import Kind
    from pipeline.web.html import Tag

#: Characters of a page that says nothing but one thing.
_LITTLE = 1_500
#: Of a page that has not been filled in yet, and its links.
_NEXT_TO_NOTHING, _FEW_LINKS = 250, 6

_CHALLENGE = re.compile(
    r"just a moment\.\.\.|cf-chl-|challenge-platform|_incapsula_|datadome|captcha-delivery|sucuri_cloudproxy|g-recaptcha|hcaptcha"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|är du en människa|bekräfta att du är|attention required|ddos.guard",
    re.IGNORECASE,
)
_LOGIN_PLACE = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|logga-?in|logg-?inn|log-?ind|sso|auth|oauth2?|saml|account|anmelden|inicia)(?:[/._?-]|$)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log ?in|sign in|logga in|logg inn|log ind|kirjaudu|iniciar? sessi[óo]n?|anmelden|lösenord|password|passord|adgangskode)\b",
    re.IGNORECASE,
)
_CONSENT_PLACE = re.compile(r"(?:^|[/.])(?:collect)?(?:consent|samtycke|cookie-?wall|privacy-gate)", re.IGNORECASE)
_CONSENT = re.compile(
    r"\bcookies?\b|kakor|samtycke|consent|informasjonskapsler|evästeet|galetes|gdpr|einwilligung|personuppgift",
    re.IGNORECASE,
)
_ACCEPT = re.compile(
    r"accept|godkänn|agree|tillåt|godta|acceptér|hyväksy|zustimmen|alle akzeptieren|consent|samtyck|continue|fortsätt",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?:enable|requires?|need|activate|aktivera|slå på|aktiver|habilit\w+|activ\w+) .{0,30}javascript|javascript .{0,40}(?:enabled?|required|disabled|aktiver|krävs|påslaget)",
    re.IGNORECASE,
)
_NOSCRIPT = re.compile(r"<noscript[^>]*>(.*?)</noscript>", re.DOTALL | re.IGNORECASE)
_SHELL_ROOT = "#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot], #svelte, #main-app"
_MAINTENANCE = re.compile(
    r"maintenance|underhåll|vedlikehold|vedligehold|mantenim(?:ent|iento)|wartung|be right back|snart tillbaka|strax tillbaka|temporarily unavailable|tillfälligt (?:stängd|otillgänglig)",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"domain (?:name )?(?:is|may be) for sale|buy this domain|domän(?:en|namnet) är till salu|parked (?:free|domain|by)|this domain has expired|domänen är parkerad|sedo|dan\.com",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b404\b|\b410\b|not found|hittades inte|hittar inte|kunde inte hittas|finns inte|fant ikke|ikke funnet|findes ikke|no s.ha trobat|no encontrad|nicht gefunden|ei löydy|page (?:does not|doesn.t) exist",
    re.IGNORECASE,
)
_EMPTY_LIST = re.compile(
    r"\b(?:inga|ingen|inget|no|keine|ingen|cap|ninguna?) (?:\w+ )?(?:nyhet(?:er)?|news|aktuella|artiklar|artikler|inlägg|resultat|results?|träffar|poster|posts|items|articles|entries|notícies|noticias|nachrichten|saker)\b"
    r"|no hi ha (?:cap )?(?:notícies|resultats)|nothing (?:was )?found|there are no (?:news|items|articles|posts)",
    re.IGNORECASE,
)


#: Findings that leave no room for another explanation.
_PLAIN = frozenset(
    {
        "empty answer",
        "challenge",
        "login",
        "consent wall",
        "javascript shell",
        "parked",
        "maintenance",
        "not found",
        "feed",
        "sitemap",
        "json",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an answer is."""

    #: In two words, for tables and for programs: "consent wall".
    name: str
    #: A sentence without its full stop.
    message: str
    #: What to do.
    advice: str

    @property
    def is_plain(self) -> bool:
        """Whether it says all that there is to say, so that other guesses at the cause are left unsaid."""
        return self.name in _PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """An answer, as far as it was looked at."""

    capture: Capture
    asked: str
    markup: str
    soup: Tag
    title: str
    text: str
    links: int

    @property
    def says_little(self) -> bool:
        return len(self.text) < _LITTLE

    @property
    def place(self) -> str:
        """Where redirects led; "" where there were none."""
        return "" if self.capture.url == self.asked else self.capture.url


def finding(capture: Capture, kind: Kind, asked: str) -> Finding | None:
    """What the answer to a request for `asked` is, where it is something else than a source of that kind; None where it can't be told.

    It is asked where an answer gave no entries, or too few: on an answer that was read well it may see ghosts.
    """
    body = capture.body.strip()
    if not body:
        return Finding(
            name="empty answer",
            message="the answer is empty",
            advice="Open the address in a browser; if it is empty there too, tell the site's owner.",
        )
    content_type = capture.headers.get("Content-Type")
    markup = decode(capture.body, content_type=content_type, kind="html").text
    if other := _other_format(markup, kind):
        return other
    soup = parse_html(markup)
    title = soup.find("title")
    for tag in soup.find_all(["script", "style", "template"]):
        tag.extract()
    look = _Look(
        capture=capture,
        asked=asked,
        markup=markup,
        soup=soup,
        title=inline_text(title) if title else "",
        text=inline_text(soup.find("body") or soup),
        links=len(soup.find_all("a", href=True)),
    )
    return next((found for check in _CHECKS if (found := check(look, kind))), None)


def explained(error: ExtractError, capture: Capture, kind: Kind, asked: str) -> ExtractError:
    """The error, with what the answer is that no entries could be got out of, where that can be told."""
    found = finding(capture, kind, asked)
    if found is None:
        return error
    hint = found.advice if found.is_plain or error.hint == error.default_hint else error.hint
    told = error.message.rstrip(".")
    message = told if found.name.startswith("page for") and "web page" in told else f"{told}: {found.message}"
    return type(error)(message, url=error.url, hint=hint)


def _other_format(markup: str, kind: Kind) -> Finding | None:
    """A document of another kind than the source is read as."""
    start = markup.lstrip("\ufeff \t\r\n")[:2_000]
    is_feed = (
        re.search(r"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", start, re.IGNORECASE) is not None and "<html" not in start.lower()
    )
    is_sitemap = re.search(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", start, re.IGNORECASE) is not None
    if is_feed and not isinstance(kind, Feed):
        return Finding(
            name="feed",
            message="the address answers with a feed",
            advice="Take `listing:`, `json:` or `sitemap:` out of the source: a feed needs none of them.",
        )
    if is_sitemap and not isinstance(kind, Sitemap):
        return Finding(
            name="sitemap", message="the address answers with a sitemap", advice="Write `sitemap: true` for the source."
        )
    if start[:1] in {"{", "["} and not isinstance(kind, Feed | JsonApi):
        return Finding(
            name="json",
            message="the address answers with JSON",
            advice="Describe it with `json:` instead, or give the address of a page.",
        )
    return None


def _challenge(look: _Look, kind: Kind) -> Finding | None:
    del kind
    if not (look.says_little and _CHALLENGE.search(look.markup)):
        return None
    return Finding(
        name="challenge",
        message="the site asks for a proof of being human",
        advice="Ask its owner to let Samflöde's User-Agent through, or for a feed.",
    )


def _login(look: _Look, kind: Kind) -> Finding | None:
    del kind
    has_form = any((attribute(each, "type") or "").lower() == "password" for each in look.soup.find_all("input"))
    led = _LOGIN_PLACE.search(_path(look.place)) is not None
    if not (
        (led and (has_form or look.says_little))
        or (has_form and look.says_little and _LOGIN.search(look.title + look.text))
    ):
        return None
    return Finding(
        name="login",
        message="the page asks for a name and a password",
        advice="Use an address that is open to all, or ask the site's owner for one.",
    )


def _consent(look: _Look, kind: Kind) -> Finding | None:
    del kind
    led = _CONSENT_PLACE.search(look.place.partition("://")[2]) is not None
    buttons = " ".join(
        inline_text(each) or attribute(each, "value") or "" for each in look.soup.find_all(["button", "input", "a"])
    )
    speaks = look.says_little and look.links < 4 * _FEW_LINKS and len(_CONSENT.findall(look.text)) >= 2
    if not (led or (speaks and _ACCEPT.search(buttons))):
        return None
    return Finding(
        name="consent wall",
        message="the page asks for consent to cookies before it shows anything",
        advice="Look whether the site has a feed, which asks for none; else ask its owner for one.",
    )


def _shell(look: _Look, kind: Kind) -> Finding | None:
    del kind
    bare = len(look.text) < _NEXT_TO_NOTHING and look.links < _FEW_LINKS
    scripted = "<script" in look.markup.lower()
    asked = " ".join(_NOSCRIPT.findall(look.markup))
    asks = _SCRIPT.search(f"{look.text} {asked}") is not None and look.links < 2 * _FEW_LINKS and look.says_little
    if not scripted or not (asks or (bare and select(look.soup, _SHELL_ROOT))):
        return None
    return Finding(
        name="javascript shell",
        message="the page is an empty shell that JavaScript fills in the browser",
        advice="Look for the JSON that it loads (in the browser: Inspect, Network, XHR) and describe it with `json:`, or ask for a feed.",
    )


def _one_thing(
    name: str, words: re.Pattern[str], message: str, advice: str, *, in_title: bool = True
) -> Callable[[_Look, Kind], Finding | None]:
    """A check for pages that say one thing only: in their title or heading, or in next to no text."""

    def check(look: _Look, kind: Kind) -> Finding | None:
        del kind
        heading = look.soup.find(["h1", "h2"])
        head = f"{look.title} {inline_text(heading) if heading else ''}"
        if (in_title and words.search(head)) or (
            look.says_little and look.links < 3 * _FEW_LINKS and words.search(look.text)
        ):
            return Finding(name=name, message=message, advice=advice)
        return None

    return check


def _page_for_feed(look: _Look, kind: Kind) -> Finding | None:
    what = {Feed: "feed", JsonApi: "JSON", Sitemap: "sitemap"}.get(type(kind))
    if what is None or not re.search(r"<(?:!doctype html|html|head|body)\b", look.markup[:5_000], re.IGNORECASE):
        return None
    led = _led_to(look)
    return Finding(
        name=f"page for {what}",
        message=f"a web page stands where the {what} was{led}",
        advice=f"Open the site in a browser, find its {what} and write that address as `url`; `samflode sources add` finds it, too.",
    )


def _empty_list(look: _Look, kind: Kind) -> Finding | None:
    del kind
    if not _EMPTY_LIST.search(look.text):
        return None
    return Finding(
        name="empty list",
        message="the page itself says that there is no news on it",
        advice="Nothing is to be changed if that is right; else look where the news is now.",
    )


def _moved(look: _Look, kind: Kind) -> Finding | None:
    del kind
    if not look.place or _path(look.place).rstrip("/") == _path(look.asked).rstrip("/"):
        return None
    front = _path(look.place) in {"", "/"}
    return Finding(
        name="moved",
        message=f"the address leads to {'the front page' if front else 'another one'} now{_led_to(look)}",
        advice="Find where the news is now, and write that address as `url`.",
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _led_to(look: _Look) -> str:
    return f" ({look.place})" if look.place else ""


_CHECKS: tuple[Callable[[_Look, Kind], Finding | None], ...] = (
    _challenge,
    _login,
    _consent,
    _shell,
    _one_thing(
        "parked",
        _PARKED,
        "the domain is for sale or parked",
        "The site is gone: take the source out, or find where it is now.",
        in_title=False,
    ),
    _one_thing(
        "maintenance",
        _MAINTENANCE,
        "the site is being worked on",
        "Wait; it is asked again by itself.",
    ),
    _one_thing(
        "not found",
        _GONE,
        "the page says that it was not found, though the server says that all is well",
        "Find where the news is now, and write that address as `url`.",
    ),
    _page_for_feed,
    _moved,
    _empty_list,
)
