"""The words of dates in nine languages but the months, which stand in web/months.py: days of the week, and what stands around a date.

Tables only. Names are in lower case and without their dots; `spellings` adds how they look where a keyboard has no accents.
tests/normalise/test_dates_cldr.py holds them against CLDR.
"""

from __future__ import annotations

import unicodedata

#: Monday first. Two letters count only in the language itself: "on", "to" and "la" are other words elsewhere.
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "sv": (
        *("må mån månd måndag måndagen", "ti tis tisd tisdag tisdagen", "on ons onsd onsdag onsdagen"),
        *("to tor tors torsd torsdag torsdagen", "fr fre fred fredag fredagen", "lö lör lörd lördag lördagen"),
        "sö sön sönd söndag söndagen",
    ),
    "en": (
        *("mo mon monday", "tu tue tues tuesday", "we wed weds wednesday", "th thu thur thurs thursday"),
        *("fr fri friday", "sa sat saturday", "su sun sunday"),
    ),
    "nb": (
        *("ma man mandag", "ti tir tirs tirsdag", "on ons onsdag", "to tor tors torsdag"),
        *("fr fre fredag", "lø lør lørdag", "sø søn søndag"),
    ),
    "nn": (
        *("ma må mån måndag mandag", "ti ty tys tysdag tirsdag", "on ons onsdag", "to tor tors torsdag"),
        *("fr fre fredag", "la lau laurdag lø lørdag", "su sø søn sundag søndag"),
    ),
    "da": (
        *("ma man mand mandag", "ti tir tirs tirsdag", "on ons onsdag", "to tor tors torsdag"),
        *("fr fre fredag", "lø lør lørdag", "sø søn søndag"),
    ),
    "fi": (
        *("ma maanantai maanantaina", "ti tiistai tiistaina", "ke keskiviikko keskiviikkona", "to torstai torstaina"),
        *("pe perjantai perjantaina", "la lauantai lauantaina", "su sunnuntai sunnuntaina"),
    ),
    "ca": ("dl dilluns", "dt dimarts", "dc dimecres", "dj dijous", "dv divendres", "ds dissabte", "dg diumenge"),
    "es": (
        *("lu lun lunes", "ma mar martes", "mi mié miércoles", "ju jue jueves"),
        *("vi vie viernes", "sa sáb sábado", "do dom domingo"),
    ),
    "de": (
        *("mo mon montag", "di dienstag", "mi mit mittwoch", "do don donnerstag"),
        *("fr freitag", "sa sam samstag sonnabend", "so sonntag"),
    ),
}  # fmt: skip

#: Between the parts of a date: "3rd of March", "3 de març del 2021", "söndagen den 3 mars", "fa d'abril".
LINKING = ["of", "de", "del", "d", "den", "the", "i", "a", "año", "år", "any", "jahres", "vuoden", "päivä", "päivänä"]
#: From one day to another: "3 till 5 mars", "vom 3. bis 5. März", "del 3 al 5 de març"; "&" is read so too.
UNTIL = ["till", "til", "to", "bis", "al", "och", "og", "and", "und", "y", "i", "ja"]
#: Before the time of day; "a les" and "a las" are read with `LINKING`.
CLOCK = [
    "kl",
    "klo",
    "kello",
    "klockan",
    "klokka",
    "klokken",
    "klokkan",
    "klocka",
    "at",
    "um",
    "às",
    "à",
    "les",
    "las",
    "ob",
]
#: After it.
HOURS = ["uhr", "h", "hrs", "hod", "hours", "horas", "hores"]
#: Right behind the number of a day: 3rd, 3:e, 1r, 4t, 5è, 1º, 1er.
ORDINALS = frozenset(["st", "nd", "rd", "th", "a", "e", "r", "n", "t", "è", "é", "ª", "º", "er", "ero", "dje", "te"])
#: Before and behind the name of a day: the last one of that name.
LAST = [
    "last",
    "viime",
    "letzten",
    "letzter",
    "vergangenen",
    "sist",
    "sidste",
    "forrige",
    "el pasado",
    "pasado",
    "el passat",
    "passat",
]
PAST = ["pasado", "passat", "sist"]
#: Weeks of the year. "v." is one in Swedish only.
WEEKS = ["vecka", "veckan", "week", "woche", "kw", "uke", "veke", "uge", "viikko", "vko", "setmana", "semana"]

#: The first day of the month, as Spanish and Catalan write it.
FIRST = frozenset(("primero", "primer"))

#: Words that say: this was published then.
PUBLISHED = ["publicerad", "publicerat", "publicerades", "publicerats", "publiserad", "publisert", "publiserte", "publiceret", "publicerede", "published", "publish", "posted", "publication", "publicering", "released", "release", "udgivet", "utgiven", "utgivet", "offentliggjort", "offentleggjort", "offentliggjorde", "lagt", "skriven", "skrivet", "skrevet", "written", "created", "skapad", "skapat", "opprettet", "oprettet", "inlagd", "inlagt", "upplagd", "upplagt", "datum", "datumet", "date", "dated", "dato", "data", "fecha", "pvm", "päivämäärä", "julkaistu", "julkaisupäivä", "luotu", "kirjoitettu", "veröffentlicht", "erschienen", "erstellt", "veröffentlichung", "veröffentlichungsdatum", "publicat", "publicada", "publicado", "publicación", "publicació", "publicerad", "publiceringsdatum", "publiseringsdato", "publiceringsdato", "escrit", "escrito", "creado", "creat", "nyhet", "nyheter", "pressmeddelande", "news", "artikel", "article"]  # fmt: skip
#: Words that say: this was changed then.
UPDATED = ["uppdaterad", "uppdaterat", "uppdaterades", "uppdatering", "ändrad", "ändrat", "reviderad", "granskad", "redigerad", "updated", "update", "modified", "changed", "reviewed", "revised", "edited", "oppdatert", "oppdatering", "endret", "endra", "redigert", "revidert", "opdateret", "ændret", "redigeret", "senast", "senest", "sist", "sidst", "sidste", "last", "latest", "päivitetty", "muokattu", "viimeksi", "päivitys", "actualitzat", "actualitzada", "actualització", "actualizado", "actualizada", "actualización", "modificat", "modificada", "modificado", "modificació", "modificación", "última", "último", "darrera", "aktualisiert", "geändert", "bearbeitet", "zuletzt", "letzte", "letztes", "änderung", "aktualisierung", "stand"]  # fmt: skip
#: Words that say nothing beside a date.
LIGHT = ["on", "d", "am", "el", "la", "dia", "día", "vom", "im", "den", "det", "from", "from:", "since", "sedan", "fra", "från", "av-datum", "was", "is", "är", "er", "the", "and", "och", "og", "und", "y", "i", "klokkeslett", "ut", "upp", "för", "website", "web", "sidan", "side", "page-", "nettsiden", "om", "um", "es", "ist", "wurde", "blev", "blei", "ble", "är:", "tid", "time"]  # fmt: skip
#: Words that a name follows.
BYLINE = [
    "av",
    "by",
    "von",
    "per",
    "por",
    "af",
    "text",
    "tekst",
    "foto",
    "photo",
    "författare",
    "author",
    "autor",
    "autora",
    "skribent",
    "forfatter",
    "kirjoittaja",
    "kirjoittanut",
    "teksti",
    "redaktör",
    "redaktion",
    "redaktionen",
    "journalist",
    "verfasst",
    "reporter",
]
#: Words before a number that is no date, whatever it looks like.
NUMBERED = ["iso", "iec", "din", "sdg", "sfs", "version", "versio", "versión", "versió", "ver", "nr", "no", "nro", "num", "número", "número", "dnr", "diarienr", "diarienummer", "saksnr", "sagsnr", "kap", "kapitel", "capítol", "capítulo", "chapter", "art", "artikel", "article", "artículo", "§", "section", "avsnitt", "punkt", "tel", "tlf", "telefon", "phone", "puh", "fax", "ip", "isbn", "issn", "ref", "referens", "referenznummer", "ärende", "ärendenummer", "org", "orgnr", "build", "bilaga", "tabell", "table", "figur", "figure", "part", "sida", "page"]  # fmt: skip


def spellings(name: str) -> tuple[str, ...]:
    """A name, the same without accents, and as German and Nordic typists write ä, ö, ü and ø without the keys for them.

    >>> spellings("märz")
    ('märz', 'marz', 'maerz')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ø", "o")) if not unicodedata.combining(c))
    double = name
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), ("å", "aa")):
        double = double.replace(letter, pair)
    return tuple(dict.fromkeys((name, bare, double)))
