"""Feeds such as news sites have, in Swedish and English, made from a seed: the same seed gives the same bytes.

Each has 30 entries of its own endless series; the second version has one new entry on top and the oldest gone. Of a hundred, 70 are
RSS 2.0, 24 Atom, 3 RDF and 3 JSON Feed; of the RSS feeds 3 % are in ISO-8859-1, 5 % have no guid, 3 % no dates, 1 % a bare ampersand
and 1 % an entity that XML does not know. One entry in twenty is another feed's story, under an address with tracking parameters.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

BEGAN = datetime(2026, 11, 1, 6, tzinfo=UTC)
ENTRIES = 30

# fmt: off
WORDS = {
    "sv": {
        "place": ["Göteborg", "Malmö", "Uppsala", "Umeå", "Örebro", "Västerås", "Jönköping", "Gävle", "Östersund", "Växjö", "Karlstad", "Luleå", "Kiruna", "Visby"],
        "name": ["Åsa Öberg", "Björn Nyström", "Karin Dahl", "Örjan Ek", "Maja Hedlund", "Nils Sjögren", "Cecilia Åkesson", "Håkan Lindqvist"],
        "who": ["Kommunen i {place}", "Regionen", "Upphandlingsmyndigheten", "Konkurrensverket", "Facket", "Forskare i {place}", "Länsstyrelsen"],
        "do": ["skärper", "utreder", "försvarar", "överklagar", "granskar", "skjuter upp", "inför", "förlänger", "avslår"],
        "what": ["kraven på leverantörer", "avtalet om skolmat", "upphandlingen av bussar", "köpet av datorer", "reglerna för bygglov", "stödet till lokaltidningar", "planerna på ett nytt sjukhus", "förbudet mot engångsplast"],
        "why": ["efter kritik från revisorerna", "för {n} miljoner kronor", "trots protester", "i väntan på beslut från EU", "efter {n} år"],
        "more": ["Beslutet väntas träda i kraft om {n} månader.", "– Vi har lyssnat på invånarna, säger {name}.", "Omkring {n} 000 personer i {place} berörs av ändringen.", "Frågan har diskuterats i flera år utan att någon lösning har kunnat nås.", "Enligt {name} saknas fortfarande en analys av följderna.", "Förslaget har fått stöd av en majoritet i nämnden, men ärendet återremitterades med {n} röster.", "Kostnaden beräknas till {n} miljarder kronor under tio år."],
        "tag": ["Inrikes", "Ekonomi", "Miljö", "Vård", "Skola", "Upphandling"], "read": "Läs mer",
    },
    "en": {
        "place": ["London", "Leeds", "Bristol", "Glasgow", "Dublin", "Cardiff", "York", "Oxford", "Exeter", "Derby", "Norwich", "Belfast"],
        "name": ["Alice Adams", "Ben O’Neill", "Clara Evans", "Daniel Fisher", "Emma Grace", "Noah Reid", "Olivia Shaw", "Peter Morris"],
        "who": ["{place} city council", "The competition authority", "Trade unions", "Auditors", "Researchers in {place}", "The health service"],
        "do": ["tightens", "reviews", "defends", "appeals against", "postpones", "introduces", "extends", "rejects"],
        "what": ["rules for suppliers", "the contract for school meals", "the purchase of buses", "a deal on laptops", "planning rules", "support for local newspapers", "plans for a new hospital", "a ban on single-use plastic"],
        "why": ["after criticism from auditors", "at a cost of {n} million", "despite protests", "pending an EU decision", "after {n} years"],
        "more": ["The decision is expected to take effect in {n} months.", "“We have listened to residents,” said {name}.", "About {n},000 people in and around {place} are affected by the change.", "The issue has been debated for years without any solution in sight.", "According to {name}, there is still no assessment of the consequences.", "The proposal has the backing of a majority on the board, but the matter was sent back by {n} votes.", "The cost is estimated at {n} billion over ten years."],
        "tag": ["Home", "Business", "Environment", "Health", "Schools", "Procurement"], "read": "Read more",
    },
}
# fmt: on


class Feed:
    """One site's feed, in all its versions."""

    def __init__(self, number: int, *, seed: str = "1") -> None:
        chance = random.Random(f"{seed}/{number}")
        self.seed, self.number = seed, number
        self.language = chance.choices(("sv", "en"), (6, 4))[0]
        self.form = chance.choices(("rss", "atom", "rdf", "json"), (70, 24, 3, 3))[0]
        oddities = (None, "latin1", "no guid", "no date", "ampersand", "entity")
        self.oddity = chance.choices(oddities, (87, 3, 5, 3, 1, 1))[0] if self.form == "rss" else None
        self.is_full = chance.random() < 0.5
        self.site = f"https://site{number:05d}.example"
        self.step = chance.randint(20, 600)

    def version(self, number: int) -> bytes:
        """The document as it is at version 1, 2, … with the newest entry first."""
        entries = [self.entry(n) for n in range(number + ENTRIES - 2, number - 2, -1)]
        text: str = getattr(self, f"_{self.form}")(entries)
        return text.encode("iso-8859-1", "xmlcharrefreplace") if self.oddity == "latin1" else text.encode()

    def entry(self, position: int) -> dict:
        """An entry of the series: its own, or one that another feed had first."""
        chance = random.Random(f"{self.seed}/from/{self.number}/{position}")
        if self.number and chance.random() < 0.05:
            other = _feed(chance.randrange(self.number), self.seed)
            if other.language == self.language:
                theirs = other.own(position)
                return self.own(position) | {
                    "title": theirs["title"],
                    "link": f"{theirs['link']}?utm_source=rss",
                    "text": theirs["text"],
                }
        return self.own(position)

    def own(self, position: int) -> dict:
        """An entry of the feed's own; a higher position is newer."""
        chance = random.Random(f"{self.seed}/{self.number}/{position}")
        at = BEGAN + timedelta(minutes=self.step * (position - 40))
        title = " ".join(self._say(chance, kind) for kind in ("who", "do", "what", "why"))
        text = [
            " ".join(self._say(chance, "more") for _ in range(chance.randint(2, 4)))
            for _ in range(chance.randint(3, 6) if self.is_full else 1)
        ]
        slug = "".join(each if each.isascii() and each.isalnum() else "-" for each in title.lower())[:60].strip("-")
        return {
            "id": f"{self.number}-{position}", "title": title, "text": text, "at": at,
            "link": f"{self.site}/{at:%Y/%m}/{slug}-{position}", "author": self._say(chance, "name"),
            "tags": chance.sample(WORDS[self.language]["tag"], chance.randint(1, 3)),
        }  # fmt: skip

    def _say(self, chance: random.Random, kind: str) -> str:
        words = WORDS[self.language]
        return chance.choice(words[kind]).format(
            place=chance.choice(words["place"]), name=chance.choice(words["name"]), n=chance.randint(2, 98)
        )

    def _markup(self, entry: dict) -> str:
        image = f'<p><img src="{self.site}/{entry["id"]}.jpg" alt="" width="640"/></p>' if self.is_full else ""
        share = f'<div class="share"><script>track("{entry["id"]}")</script></div>' if self.is_full else ""
        paragraphs = "\n".join(f"<p>{escape(each, quote=False)}</p>" for each in entry["text"])
        more = f'<p><a href="{entry["link"]}" style="color:#666">{WORDS[self.language]["read"]}</a></p>'
        return f"{image}\n{paragraphs}\n{more}\n{share}"

    def _rss(self, entries: list[dict]) -> str:
        parts = [
            f'<?xml version="1.0" encoding="{"ISO-8859-1" if self.oddity == "latin1" else "UTF-8"}"?>',
            (
                '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
                ' xmlns:media="http://search.yahoo.com/mrss/"><channel>'
            ),
            f"<title>{self.site}</title><link>{self.site}/</link><language>{self.language}</language><ttl>30</ttl>",
        ]
        for n, entry in enumerate(entries):
            odd = {"ampersand": " R&D", "entity": "&nbsp;&ndash; direkt"}.get(self.oddity or "", "") if n == 3 else ""
            parts += [
                f"<item><title>{escape(entry['title'], quote=False)}{odd}</title><link>{escape(entry['link'])}</link>",
                "" if self.oddity == "no guid" else f'<guid isPermaLink="false">{self.site}:{entry["id"]}</guid>',
                "" if self.oddity == "no date" else f"<pubDate>{format_datetime(entry['at'])}</pubDate>",
                f"<dc:creator><![CDATA[{entry['author']}]]></dc:creator>",
                *(f"<category>{escape(tag)}</category>" for tag in entry["tags"]),
                f"<description><![CDATA[<p>{entry['text'][0]}</p>]]></description>",
                f"<content:encoded><![CDATA[{self._markup(entry)}]]></content:encoded>",
                f'<media:content url="{self.site}/{entry["id"]}.jpg" medium="image"/></item>',
            ]
        return "\n".join([*parts, "</channel></rss>\n"])

    def _atom(self, entries: list[dict]) -> str:
        parts = [
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{self.language}">',
            f'<title>{self.site}</title><link href="{self.site}/"/><id>{self.site}/</id>',
            f"<updated>{entries[0]['at'].isoformat()}</updated>",
        ]
        for entry in entries:
            parts += [
                f'<entry><title type="html">{escape(escape(entry["title"], quote=False))}</title>',
                f'<link rel="alternate" href="{escape(entry["link"])}"/><id>{self.site}/{entry["id"]}</id>',
                f"<published>{entry['at'].isoformat()}</published>",
                f"<updated>{(entry['at'] + timedelta(minutes=7)).isoformat()}</updated>",
                f"<author><name>{escape(entry['author'])}</name></author>",
                *(f'<category term="{escape(tag)}"/>' for tag in entry["tags"]),
                f'<summary type="html">{escape(escape(entry["text"][0], quote=False))}</summary>',
                f'<content type="html">{escape(self._markup(entry))}</content></entry>',
            ]
        return "\n".join([*parts, "</feed>\n"])

    def _rdf(self, entries: list[dict]) -> str:
        parts = [
            (
                '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
                ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            ),
            f'<channel rdf:about="{self.site}/"><title>{self.site}</title><link>{self.site}/</link></channel>',
        ]
        for entry in entries:
            parts += [
                f'<item rdf:about="{escape(entry["link"])}"><title>{escape(entry["title"], quote=False)}</title>',
                f"<link>{escape(entry['link'])}</link><dc:date>{entry['at'].isoformat()}</dc:date>",
                f"<dc:creator>{escape(entry['author'])}</dc:creator>",
                f"<description>{escape(entry['text'][0], quote=False)}</description></item>",
            ]
        return "\n".join([*parts, "</rdf:RDF>\n"])

    def _json(self, entries: list[dict]) -> str:
        items = [
            {
                "id": entry["id"], "url": entry["link"], "title": entry["title"], "content_html": self._markup(entry),
                "date_published": entry["at"].isoformat(), "authors": [{"name": entry["author"]}], "tags": entry["tags"],
            }
            for entry in entries
        ]  # fmt: skip
        document = {"version": "https://jsonfeed.org/version/1.1", "title": self.site, "language": self.language}
        return json.dumps({**document, "items": items}, ensure_ascii=False)


@cache
def _feed(number: int, seed: str) -> Feed:
    return Feed(number, seed=seed)
