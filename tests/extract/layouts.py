"""News listings in the manners of common content management systems, written for this purpose: markup, and what stands there."""

from __future__ import annotations

MENU = (
    '<div class="cookie-banner"><p>Vi använder kakor för att webbplatsen ska fungera.</p><a href="/kakor">Läs mer om kakor</a>'
    '<button>Godkänn</button></div><header><nav><ul><li><a href="/om">Om oss och vårt arbete</a></li>'
    '<li><a href="/nyheter">Nyheter</a></li><li><a href="/kontakt">Kontakta oss här</a></li></ul></nav></header>'
)
FOOTER = (
    '<footer><ul><li><a href="/tillganglighet">Tillgänglighet på webben</a></li><li><a href="/press">Presskontakt och bilder</a>'
    "</li></ul></footer>"
)
TOPICS = ("handskar", "servrar", "kaffe", "livsmedel", "textil", "asfalt")

#: What every page lists: path, title, day.
ITEMS = [
    (f"/nyheter/{topic}-{number}", f"Regionerna skärper kraven på {topic} nu", f"2026-02-{20 - number:02}")
    for number, topic in enumerate(TOPICS, start=1)
]
_INGRESS = "En ingress som säger vad nyheten handlar om, i en hel och någorlunda lång mening."


def written(day: str) -> str:
    """A day as a Swedish page writes it."""
    return f"{int(day[8:])} februari 2026"


def page(body: str, *, aside: str = "") -> str:
    """A whole page around a listing."""
    return f"<!doctype html><html lang=sv><head><title>Nyheter</title></head><body>{MENU}<main><h1>Nyheter</h1>{body}</main>{aside}{FOOTER}</body></html>"


def each(template: str, items: list[tuple[str, str, str]] | None = None) -> str:
    """The items in a template with {link}, {title}, {day}, {date}, {ingress} and {number}."""
    return "".join(
        template.format(link=link, title=title, day=day, date=written(day), ingress=_INGRESS, number=number)
        for number, (link, title, day) in enumerate(items or ITEMS)
    )


_CARD = (
    '<div class="flex flex-col rounded-lg shadow-md p-4 mb-6"><img src="/i{number}.jpg" alt=""><span class="text-sm text-gray-500">'
    '{date}</span><h3 class="text-xl font-bold mt-2"><a class="hover:underline" href="{link}">{title}</a></h3><p class="mt-2">{ingress}</p></div>'
)
_MOST_READ = (
    "<aside><h2>Mest läst</h2><ol>" + each('<li><a href="{link}-mest">{title} läser många</a></li>') + "</ol></aside>"
)
_EVENTS = (
    "<section><h2>Kalender</h2><ul class='events'>"
    + "".join(f'<li><a href="/kalender/{n}">Webbinarium {n}</a></li>' for n in range(4))
    + "</ul></section>"
)
_HERO = '<div class="hero"><img src="/stor.jpg" alt=""><div class="hero-text"><p class="date">{date}</p><h2><a href="{link}">{title}</a></h2><p>{ingress}</p></div></div>'
_PUFF = '<li class="puff"><p class="date">{date}</p><h3><a href="{link}">{title}</a></h3><p>{ingress}</p></li>'

#: By name: a page that lists `ITEMS`.
LAYOUTS = {
    "SiteVision": page(
        '<ul class="sv-channel">'
        + each(
            '<li class="sv-channel-item"><a href="{link}">{title}</a><time class="sv-font-date" datetime="{day}">{date}</time>'
            '<p class="normal">{ingress}</p></li>'
        )
        + "</ul>"
    ),
    "Optimizely": page(
        '<div class="block newslistblock">'
        + each(
            '<div class="row news-list__item"><div class="col-md-3"><img src="/{number}.jpg" alt=""></div><div class="col-md-9">'
            '<h2><a href="{link}">{title}</a></h2><span class="date">{date}</span> <span class="category"><a href="/kategori/krav">Krav</a></span>'
            '<p>{ingress}</p><a class="more" href="{link}">Läs mer</a></div></div>'
        )
        + "</div>"
    ),
    "WordPress blocks": page(
        '<ul class="wp-block-post-template is-layout-grid">'
        + each(
            '<li class="wp-block-post post-{number} post type-post status-publish format-standard hentry category-krav">'
            '<h2 class="wp-block-post-title"><a href="https://a.example.se{link}">{title}</a></h2>'
            '<div class="wp-block-post-date"><time datetime="{day}T08:15:00+01:00">{date}</time></div>'
            '<div class="wp-block-post-excerpt"><p>{ingress} <a href="https://a.example.se{link}">Läs mer…</a></p></div></li>'
        )
        + "</ul>"
    ),
    "Drupal views": page(
        '<div class="view-content">'
        + each(
            '<div class="views-row"><div class="views-field views-field-created"><span class="field-content">{date}</span></div>'
            '<div class="views-field views-field-title"><span class="field-content"><a href="{link}">{title}</a></span></div>'
            '<div class="views-field views-field-body"><div class="field-content">{ingress}</div></div></div>'
        )
        + "</div>"
    ),
    "TYPO3 news": page(
        '<div class="news"><div class="news-list-view">'
        + each(
            '<div class="article articletype-0" itemscope itemtype="http://schema.org/Article"><div class="header"><h3>'
            '<a title="{title}" href="{link}"><span itemprop="headline">{title}</span></a></h3></div><div class="teaser-text">'
            '<div itemprop="description"><p>{ingress}</p></div><a class="more" href="{link}">Läs mer</a></div><div class="footer"><p>'
            '<span class="news-list-date"><time itemprop="datePublished" datetime="{day}">{date}</time></span></p></div></div>'
        )
        + "</div></div>"
    ),
    "Squarespace": page(
        '<section class="blog-basic-grid">'
        + each(
            '<article class="blog-item"><a href="{link}" class="image-wrapper"><img alt="" src="/{number}.jpg"></a>'
            '<div class="blog-basic-grid--text"><div class="blog-meta"><time class="blog-date">{date}</time></div>'
            '<h1 class="blog-title"><a href="{link}">{title}</a></h1><div class="blog-excerpt"><p>{ingress}</p></div></div></article>'
        )
        + "</section>"
    ),
    "hashed classes": page(
        '<div class="css-1q2w3e">'
        + each(
            '<div class="NewsCard_card__3xYz9 css-9z8y7x"><a href="{link}"><div class="sc-bdVaJa kKqWzE">{date}</div>'
            '<div class="sc-htpNat hTxYzA">{title}</div><div class="sc-ifAKCX">{ingress}</div></a></div>'
        )
        + "</div>"
    ),
    "utility classes": page(f'<div class="grid grid-cols-3 gap-4">{each(_CARD)}</div>'),
    "a table": page(
        "<table><tr><th>Datum</th><th>Rubrik</th></tr>"
        + each('<tr><td>{date}</td><td><a href="{link}">{title}</a></td></tr>')
        + "</table>"
    ),
    "no classes": page(
        "<ul>" + each('<li><span>{date}</span><span>Pressmeddelande</span><a href="{link}">{title}</a></li>') + "</ul>"
    ),
    "a heading, a line, a paragraph": page(each('<h3><a href="{link}">{title}</a></h3><p>{date}</p><p>{ingress}</p>')),
    "a line, a heading, a paragraph": page(
        each('<p class="meta">{date}</p><h3><a href="{link}">{title}</a></h3><p>{ingress}</p>')
    ),
    "a definition list": page("<dl>" + each('<dt>{date}</dt><dd><a href="{link}">{title}</a></dd>') + "</dl>"),
    "two rows for each": page(
        "<table>"
        + each('<tr><td>{date}</td><td><a href="{link}">{title}</a></td></tr><tr><td></td><td>{ingress}</td></tr>')
        + "</table>"
    ),
    "a date over several rows": page(
        "<table>"
        + "".join(
            f'<tr><td rowspan="2">{written(ITEMS[n][2])}</td><td><a href="{ITEMS[n][0]}">{ITEMS[n][1]}</a></td></tr>'
            f'<tr><td><a href="{ITEMS[n + 1][0]}">{ITEMS[n + 1][1]}</a></td></tr>'
            for n in (0, 2, 4)
        )
        + "</table>"
    ),
    "the first is large": page(each(_HERO, ITEMS[:1]) + "<ul>" + each(_PUFF, ITEMS[1:]) + "</ul>"),
    "two containers": page(
        f'<div class="left"><ul>{each(_PUFF, ITEMS[:3])}</ul></div><div class="right"><ul>{each(_PUFF, ITEMS[3:])}</ul></div>'
    ),
    "news and a calendar": page(f"<section><h2>Nyheter</h2><ul>{each(_PUFF)}</ul></section>{_EVENTS}"),
    "most read beside": page(f"<ul>{each(_PUFF)}</ul>", aside=_MOST_READ),
    "cards that are links": page(
        '<div class="cards">'
        + each('<a class="card" href="{link}"><h3>{title}</h3><p class="date">{date}</p><p>{ingress}</p></a>')
        + "</div>"
    ),
    "day and month apart": page(
        '<div class="nyheter">'
        + "".join(
            f'<div class="nyhet"><div class="datum"><span class="d">{int(day[8:])}</span><span class="m">feb</span><span class="y">2026</span></div>'
            f'<a href="{link}">{title}</a></div>'
            for link, title, day in ITEMS
        )
        + "</div>"
    ),
}

#: The days of the one whose dates each stand over two items.
DAYS = {"a date over several rows": [ITEMS[n][2] for n in (0, 0, 2, 2, 4, 4)]}
