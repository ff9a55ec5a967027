"""What a status that is no success means for a source, in words and with what to do (RFC 9110, section 15)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline.errors import HttpStatusError
from pipeline.web.http import PATIENCE, retry_after
from pipeline.web.urls import host_of, readable_host, speakable

if TYPE_CHECKING:
    from pipeline.model.capture import Capture

_HINTS = {
    401: "The address asks for a password: use one that is open to all, or ask the site's owner.",
    403: "The site refuses programs: ask its owner for leave, or for a feed.",
    404: "Open the site in a browser, find where the news is now, and write that address in sources.yaml.",
    407: "The proxy asks for a name and a password: HTTP_PROXY=http://NAME:PASSWORD@HOST:PORT, and HTTPS_PROXY likewise.",
    410: "The address is gone for good, so it is not asked any more: write the new one in sources.yaml, or take the source out.",
    429: "The site asks for fewer requests; it is left alone for a while. Raise `every` for this source.",
    451: "The site may not show this page here for legal reasons: take the source out of sources.yaml or ask its owner.",
}
#: Seconds that a host is left alone for that says 429 and not for how long.
TOO_MANY = 300.0
_SERVER = "The site has a fault of its own; it is asked again, less and less often. If it lasts, tell its owner."
#: Successes that hold nothing, or not the whole (RFC 9110, sections 15.3.5 to 15.3.7 and 15.4.5).
_EMPTY = {
    204: "answers that there is nothing there",
    205: "answers that there is nothing there",
    206: "sends a part of the page, though the whole was asked for",
    304: "answers that nothing has changed, though nothing was known of it",
}
_CHALLENGE = "The site asks visitors to prove that they are people. Ask its owner to let Samflöde's User-Agent through, or for a feed."
#: What challenge pages hold, as seen at Cloudflare, Akamai, DataDome, Imperva and Sucuri.
_CHALLENGE_PAGE = re.compile(
    rb"just a moment\.\.\.|cf-chl-|challenge-platform|_incapsula_|datadome|captcha-delivery|sucuri_cloudproxy|akamai.{0,40}bot",
    re.IGNORECASE,
)
#: What the whole of such a page is where it comes as a success; the pages of protected sites hold some of the above, too.
_CHALLENGE_ALONE = re.compile(
    rb"<title>\s*just a moment\.\.\.|_incapsula_resource|captcha-delivery\.com/c|sucuri_cloudproxy_js", re.IGNORECASE
)
#: Bytes; a page of news is larger.
_ALONE = 12_000


def failure_of(capture: Capture) -> HttpStatusError | None:
    """The error that a response is which holds nothing to read; None for one of success.

    A redirect, and the 304 that was asked for, are not for here.
    """
    challenged = is_challenge(capture)
    if capture.status in _EMPTY:
        return HttpStatusError(
            f"{readable_host(host_of(capture.url))} {_EMPTY[capture.status]} ({capture.status})",
            status=capture.status,
            url=capture.url,
            hint=_HINTS[404] if capture.status in {204, 205} else _SERVER,
        )
    if 200 <= capture.status < 300 and not challenged:
        return None
    name = readable_host(host_of(capture.url))
    what = "asks for a proof of being human" if challenged else f"answers with {_named(capture.status)}"
    hint = _CHALLENGE if challenged else _HINTS.get(capture.status, _SERVER if capture.status >= 500 else None)
    return HttpStatusError(
        f"{name} {what}: {speakable(capture.url)}",
        status=capture.status,
        url=capture.url,
        hint=hint,
        retry_after=_patience(capture),
    )


def _patience(capture: Capture) -> float | None:
    """The seconds that the server wants to be left alone for; None: it said nothing of the kind."""
    if capture.status not in PATIENCE:
        return None
    asked = retry_after(capture.headers.get("Retry-After"), capture.fetched_at)
    return TOO_MANY if asked is None and capture.status == 429 else asked


def is_challenge(capture: Capture) -> bool:
    """Whether a refusal is a page that only a browser with a person before it gets past."""
    if capture.headers.get("cf-mitigated") == "challenge":
        return True
    if capture.status in {403, 429, 503}:
        return _CHALLENGE_PAGE.search(capture.body[:100_000]) is not None
    return capture.status == 200 and len(capture.body) < _ALONE and _CHALLENGE_ALONE.search(capture.body) is not None


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"the unknown status {status}"
