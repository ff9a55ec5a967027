"""Sites made for a test: pages and feeds as content systems write them, as a folder of recordings."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

NOW = datetime.now(UTC).replace(microsecond=0)
#: Titles that nobody would take for another's.
TITLES = (
    "Nya krav på undersökningshandskar från och med januari",
    "Kommunerna går samman om ekologisk mat till skolorna",
    "Rapporten visar brister hos leverantörer av datorer",
    "Så följer regionen upp arbetsvillkor i fabrikerna",
    "Tre frågor om hållbara transporter till upphandlaren",
    "Domstolen ger myndigheten rätt i målet om klimatkrav",
    "Anmälan öppnar till höstens konferens i Linköping",
    "Textilierna på sjukhusen får längre liv med nya avtal",
)


def slug(title):
    return "-".join(title.lower().split()[:4]).translate(str.maketrans("åäö", "aao"))


def feed(host, titles=TITLES, *, name="Hållbart inköp", folder="nyheter", age=3, link=None):
    """RSS 2.0 as most systems write it, the newest entry `age` days old."""
    items = "".join(
        f"<item><title>{title}</title><link>https://{host}/{folder}/{slug(title)}/</link>"
        f"<guid>https://{host}/?p={number}</guid><description>{title}. Mer om det i texten som följer här.</description>"
        f"<pubDate>{format_datetime(NOW - timedelta(days=age + 7 * number))}</pubDate></item>"
        for number, title in enumerate(titles)
    )
    return (
        "application/rss+xml",
        (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{name}</title>'
            f"<link>{link or f'https://{host}/'}</link><description></description>{items}</channel></rss>"
        ),
    )


def page(body="", head="", *, title="Sidan | Hållbart inköp", lang="sv"):
    return (
        "text/html; charset=utf-8",
        (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
            f'<header><a class="logo" href="/">Hållbart inköp</a></header><nav><ul><li><a href="/om">Om oss</a></li>'
            f'<li><a href="/kontakt">Kontakt</a></li></ul></nav><main>{body}</main><footer>© 2026</footer></body></html>'
        ),
    )


def teasers(titles=TITLES, *, folder="nyheter", dated=True, age=3):
    """A list of news."""
    day = lambda number: (NOW - timedelta(days=age + 7 * number)).date().isoformat()  # noqa: E731
    return "".join(
        f'<article class="teaser"><h2><a href="/{folder}/{slug(title)}/">{title}</a></h2>'
        + (f'<time datetime="{day(number)}">{day(number)}</time>' if dated else "")
        + f"<p>{title}. Mer om det i texten som följer här.</p></article>"
        for number, title in enumerate(titles)
    )


def article(title=TITLES[0], head="", body=""):
    text = "Regionerna har tagit fram kraven tillsammans med leverantörerna under två års arbete. " * 4
    return page(
        f"<article><h1>{title}</h1><p>{text}</p><p>{text}</p>{body}</article>", head, title=f"{title} | Hållbart inköp"
    )


def recorded(folder, answers):
    """The folder, with a routes.json: address → (media type, body), a status, or the address that it redirects to."""
    routes = {}
    for number, (url, answer) in enumerate(answers.items()):
        if isinstance(answer, int):
            routes[url] = {"status": answer}
        elif isinstance(answer, str):
            routes[url] = {"status": 301, "headers": {"Location": answer}}
        else:
            content_type, body, *headers = answer
            (folder / f"{number}.body").write_text(body, encoding="utf-8")
            routes[url] = {"file": f"{number}.body", "status": 200, "content_type": content_type}
            if headers:
                routes[url]["headers"] = headers[0]
    (folder / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    return folder
