"""The time zone that a site's dates are most likely meant in, by the country of its host name or the language it is written in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

# fmt: off
#: By top-level domain: countries with one zone, or one where nearly all of their news is made.
_BY_DOMAIN = {
    "se": "Europe/Stockholm", "no": "Europe/Oslo", "dk": "Europe/Copenhagen", "fi": "Europe/Helsinki",
    "is": "Atlantic/Reykjavik", "ax": "Europe/Mariehamn", "fo": "Atlantic/Faroe", "ee": "Europe/Tallinn",
    "lv": "Europe/Riga", "lt": "Europe/Vilnius", "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich",
    "li": "Europe/Vaduz", "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "lu": "Europe/Luxembourg",
    "eu": "Europe/Brussels", "fr": "Europe/Paris", "es": "Europe/Madrid", "cat": "Europe/Madrid",
    "eus": "Europe/Madrid", "gal": "Europe/Madrid", "ad": "Europe/Andorra", "it": "Europe/Rome", "pt": "Europe/Lisbon",
    "ie": "Europe/Dublin", "uk": "Europe/London", "scot": "Europe/London", "wales": "Europe/London",
    "pl": "Europe/Warsaw", "cz": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest",
    "si": "Europe/Ljubljana", "hr": "Europe/Zagreb", "ro": "Europe/Bucharest", "bg": "Europe/Sofia",
    "gr": "Europe/Athens", "mt": "Europe/Malta", "cy": "Asia/Nicosia", "ua": "Europe/Kyiv", "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul", "cn": "Asia/Shanghai", "in": "Asia/Kolkata", "nz": "Pacific/Auckland", "za": "Africa/Johannesburg",
}
#: By language: those that are written in one zone, nearly always.
_BY_LANGUAGE = {
    "sv": "Europe/Stockholm", "nb": "Europe/Oslo", "nn": "Europe/Oslo", "no": "Europe/Oslo", "da": "Europe/Copenhagen",
    "fi": "Europe/Helsinki", "ca": "Europe/Madrid", "de": "Europe/Berlin", "is": "Atlantic/Reykjavik",
    "nl": "Europe/Amsterdam", "it": "Europe/Rome", "pl": "Europe/Warsaw", "et": "Europe/Tallinn", "eu": "Europe/Madrid",
    "gl": "Europe/Madrid",
}
# fmt: on


def zone_of(host: str, language: str | None) -> ZoneInfo | None:
    """The zone for a host and a language (BCP 47); None where neither tells.

    >>> zone_of("www.adda.se", "sv").key, zone_of("example.org", "nb-NO").key, zone_of("example.org", "en")
    ('Europe/Stockholm', 'Europe/Oslo', None)
    """
    region = (language or "").partition("-")[2].lower()
    primary = (language or "").partition("-")[0].lower()
    name = (
        _BY_DOMAIN.get(host.rpartition(".")[2])
        or _BY_DOMAIN.get({"gb": "uk"}.get(region, region))
        or _BY_LANGUAGE.get(primary)
    )
    return ZoneInfo(name) if name else None
