"""Dates as people write them, made from forms seen on sites: held-out cases for `benchmarks/quality/dates.py`.

Each case is a text, its language and zone, the present, and what it means (None: no date). Names of months and days are CLDR's;
the forms are written by hand, in each language as its sites do. Nothing here is read from `../shared`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, get_day_names, get_month_names

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = {
    "sv": "Europe/Stockholm",
    "en": "Europe/London",
    "nb": "Europe/Oslo",
    "nn": "Europe/Oslo",
    "da": "Europe/Copenhagen",
    "fi": "Europe/Helsinki",
    "ca": "Europe/Madrid",
    "es": "Europe/Madrid",
    "de": "Europe/Berlin",
}
NOW = "2026-03-11T15:40:00+01:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, and what it means; `iso` None: it is no date."""

    text: str
    language: str
    zone: str
    iso: str | None
    precision: str | None
    family: str
    now: str = NOW


#: Slots: {d} 3, {dd} 03, {m} {mm}, {yyyy}, {yy}, {Month} as in a date (genitive), {month} standing alone, {mon} cut short, {Day} {day} {wd},
#: {HH} {H} {MM} {SS}, {o} with its ordinal ending, {h12} {ap}. The precision follows from the slots.
FORMS: dict[str, list[str]] = {
    "sv": [
        *("{d} {Month} {yyyy}", "den {d} {Month} {yyyy}", "den {o} {Month} {yyyy}", "{o} {Month} {yyyy}", "{Day} {d} {Month} {yyyy}"),
        *("{Day}en den {d} {Month} {yyyy}", "{Day} den {o} {Month} {yyyy}", "{wd} {d} {mon} {yyyy}", "{d} {mon} {yyyy}", "{d} {mon} -{yy}"),
        *("{d} {Month} {yyyy} kl. {HH}.{MM}", "{d} {Month} {yyyy} kl {HH}:{MM}", "{d} {Month}, {yyyy} klockan {HH}.{MM}"),
        *("{d} {Month} {yyyy}, {HH}:{MM}", "{HH}:{MM}, {d} {Month} {yyyy}", "{d}/{m} {yyyy}", "{d}/{m}-{yy}", "{d}/{m}-{yyyy}", "{d}/{m}/{yyyy}"),
        *("{yyyy}-{mm}-{dd}", "{yyyy}-{mm}-{dd} {HH}:{MM}", "{yyyy}-{mm}-{dd} kl. {HH}.{MM}", "{yyyy}-{mm}-{dd} kl {HH}:{MM}", "{yy}-{mm}-{dd}"),
        *("{yyyy}{mm}{dd}", "{yy}{mm}{dd}", "{dd}.{mm}.{yyyy}", "{d}.{m}.{yyyy}", "{yyyy}/{mm}/{dd}", "Publicerad: {yyyy}-{mm}-{dd}"),
        *("Publicerad {d} {Month} {yyyy}", "Publicerad den {d} {Month} {yyyy}", "Publicerat: {d} {Month} {yyyy}", "Publicerades {d} {mon} {yyyy}"),
        *("PUBLICERAD {d} {Month} {yyyy}", "Publicerad: {d} {Month} {yyyy} kl. {HH}.{MM}", "Publicerad {yyyy}-{mm}-{dd} av Anna Berg"),
        *("Uppdaterad {d} {Month} {yyyy}", "Uppdaterad: {yyyy}-{mm}-{dd} {HH}:{MM}", "Senast uppdaterad {d} {Month} {yyyy}", "Senast ändrad: {d} {Month} {yyyy}"),
        *("Senast granskad {d} {Month} {yyyy}", "Nyhet | {d} {Month} {yyyy}", "Nyhet, {d} {Month} {yyyy}", "Pressmeddelande {d} {Month} {yyyy}"),
        *("Pressmeddelande • {yyyy}-{mm}-{dd} {HH}:{MM}", "Datum: {d} {Month} {yyyy}", "{d} {Month} {yyyy} | Nyheter", "{d} {Month} {yyyy} av Eva Ek"),
        *("Stockholm den {d} {Month} {yyyy}", "Skriven av Eva {d} {Month} {yyyy}", "Inlagd {d} {mon}, {yyyy}", "Postat den {d} {Month}, {yyyy} av admin"),
        *("({d} {Month} {yyyy})", "[{yyyy}-{mm}-{dd}]", "{d} {Month} {yyyy}.", "{Day}, {d} {Month}, {yyyy}", "{MON} {d}, {yyyy}", "{d} {MON} {yyyy}"),
        *("{Day} {d} {mon}. {yyyy} {HH}.{MM}", "{d}:e {Month} {yyyy}", "Artikeln publicerades: {d} {Month} {yyyy}", "Publiceringsdatum: {yyyy}-{mm}-{dd}"),
        *("Publicerad: {d} {Month} {yyyy} Uppdaterad: 28 februari 2026", "Uppdaterad 28 februari 2026 | Publicerad {d} {Month} {yyyy}"),
        *("Senast uppdaterad: 2026-02-28 Publicerad: {yyyy}-{mm}-{dd}", "{d}–28 {Month} {yyyy}", "{d}-28 {Month} {yyyy}"),
        *("{d} {Month} {yyyy} kl. {HH}.{MM} CET", "{d} {Month} {yyyy}, kl. {HH}", "{d} {Month} {yyyy} klockan {H}", "Lästid 3 min | {d} {Month} {yyyy}"),
        *("{d} {Month} {yyyy} · 4 min läsning", "{Month} {yyyy}", "{MONTH} {yyyy}", "{mon} {yyyy}", "{Day} vecka 10, {d} {Month} {yyyy}"),
    ],
    "en": [
        *("{d} {Month} {yyyy}", "{Month} {d}, {yyyy}", "{Month} {d} {yyyy}", "{o} {Month} {yyyy}", "{o} of {Month} {yyyy}", "the {o} of {Month}, {yyyy}"),
        *("{Month} {o}, {yyyy}", "{Day}, {Month} {d}, {yyyy}", "{Day} {d} {Month} {yyyy}", "{Day}, {d} {Month}, {yyyy}", "{wd} {d} {mon} {yyyy}"),
        *("{wd}, {mon} {d}, {yyyy}", "{mon} {d}, {yyyy}", "{mon}. {d}, {yyyy}", "{d} {mon} {yyyy}", "{d}-{mon}-{yyyy}", "{dd}-{mon}-{yy}", "{yyyy} {Month} {d}"),
        *("{yyyy} {mon} {dd}", "{yyyy}-{mon}-{dd}", "{dd}/{mm}/{yyyy}", "{d}/{m}/{yyyy}", "{dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}", "{yyyy}/{mm}/{dd}"),
        *("{dd}/{mm}/{yy}", "{Month} {d}, {yyyy} at {h12}:{MM} {ap}", "{Month} {d}, {yyyy} {h12}:{MM}{ap}", "{d} {Month} {yyyy} at {HH}:{MM}"),
        *("{d} {Month} {yyyy}, {HH}:{MM}", "{d} {Month} {yyyy} - {HH}:{MM}", "{d} {mon} {yyyy} | {HH}:{MM} GMT", "{h12}:{MM} {ap}, {d} {Month} {yyyy}"),
        *("{h12}:{MM}{ap} on {Month} {d}, {yyyy}", "{d} {Month} {yyyy} {HH}:{MM} UTC", "{d} {Month} {yyyy} {HH}.{MM} BST", "{mon} {d}, {yyyy}, {h12}:{MM} {AP}"),
        *("Published: {d} {Month} {yyyy}", "Published on {Month} {d}, {yyyy}", "Posted on {d} {Month} {yyyy}", "Posted {mon} {d}, {yyyy} by Jane Doe"),
        *("Updated {d} {Month} {yyyy}", "Last updated: {d} {mon} {yyyy} {HH}:{MM}", "Last modified on {d} {Month} {yyyy}", "By Jane Doe | {Month} {d}, {yyyy}"),
        *("Press release, {d} {Month} {yyyy}", "News | {d} {mon} {yyyy}", "{d} {Month} {yyyy} | 5 min read", "{Month} {d}, {yyyy} • 2 comments", "Date: {d} {Month} {yyyy}"),
        *("Published {d} {Month} {yyyy}, last updated 28 February 2026", "Last updated: 28 February 2026. First published: {d} {Month} {yyyy}"),
        *("{d}–28 {Month} {yyyy}", "{Month} {d}-28, {yyyy}", "{d} to 28 {Month} {yyyy}", "({d} {Month} {yyyy})", "{MONTH} {d}, {yyyy}", "{d} {MON} {yyyy}"),
        *("{Day} {o} {Month} {yyyy}", "London, {d} {Month} {yyyy}", "on {d} {Month}, {yyyy}", "As of {Month} {d}, {yyyy}", "Released: {yyyy}-{mm}-{dd}"),
        *("{Month} {yyyy}", "{mon} {yyyy}", "{Month}, {yyyy}", "{MONTH} {yyyy}", "{d}{Month}{yyyy}", "{d} {Month} '{yy}", "{d} {Month} {yyyy} {h12} {ap}"),
    ],
    "nb": [
        *("{d}. {Month} {yyyy}", "{d} {Month} {yyyy}", "den {d}. {Month} {yyyy}", "{Day} {d}. {Month} {yyyy}", "{d}. {mon}. {yyyy}", "{d}. {mon} {yyyy}"),
        *("{wd} {d}. {mon} {yyyy}", "{d}.{m}.{yyyy}", "{dd}.{mm}.{yyyy}", "{dd}.{mm}.{yy}", "{d}.{m}.{yy}", "{d}/{m}-{yyyy}", "{d}/{m}-{yy}", "{d}/{m} {yyyy}"),
        *("{yyyy}-{mm}-{dd}", "{d}. {Month} {yyyy} kl. {HH}:{MM}", "{d}. {Month} {yyyy} kl. {HH}.{MM}", "{d}. {Month} {yyyy} klokka {HH}.{MM}"),
        *("{d}. {Month} {yyyy} klokken {HH}:{MM}", "{dd}.{mm}.{yyyy} {HH}:{MM}", "{dd}.{mm}.{yyyy} kl. {HH}:{MM}", "{dd}.{mm}.{yyyy}, {HH}.{MM}"),
        *("Publisert {d}. {Month} {yyyy}", "Publisert: {dd}.{mm}.{yyyy}", "Publisert {dd}.{mm}.{yyyy} {HH}:{MM}", "Publisert: {d}. {mon}. {yyyy} {HH}:{MM}"),
        *("Sist oppdatert {d}. {Month} {yyyy}", "Oppdatert: {dd}.{mm}.{yyyy}", "Oppdatert {d}. {Month} {yyyy} kl. {HH}:{MM}", "Sist endret: {dd}.{mm}.{yyyy}"),
        *("Nyhet | {d}. {Month} {yyyy}", "Pressemelding | Dato: {dd}.{mm}.{yyyy}", "Dato: {d}. {Month} {yyyy}", "Oslo, {d}. {Month} {yyyy}", "Skrevet av Kari {d}. {Month} {yyyy}"),
        *("Publisert: {dd}.{mm}.{yyyy} Sist endret: 28.02.2026", "Sist oppdatert: 28.02.2026 Publisert: {dd}.{mm}.{yyyy}", "{d}.–28. {Month} {yyyy}"),
        *("{Day} {d}. {Month} {yyyy}, kl. {HH}", "{Month} {yyyy}", "({dd}.{mm}.{yyyy})", "{d}. {MONTH} {yyyy}", "Artikkel fra {d}. {Month} {yyyy}"),
    ],
    "da": [
        *("{d}. {Month} {yyyy}", "den {d}. {Month} {yyyy}", "{Day} d. {d}. {Month} {yyyy}", "{Day} den {d}. {Month} {yyyy}", "d. {d}. {Month} {yyyy}", "{d}. {mon}. {yyyy}"),
        *("{d}. {mon} {yyyy}", "{dd}-{mm}-{yyyy}", "{d}-{m}-{yyyy}", "{dd}.{mm}.{yyyy}", "{dd}/{mm}/{yyyy}", "{d}/{m} {yyyy}", "{d}/{m}-{yy}", "{dd}.{mm}.{yy}"),
        *("{yyyy}-{mm}-{dd}", "{d}. {Month} {yyyy} kl. {HH}.{MM}", "{d}. {Month} {yyyy} kl. {HH}:{MM}", "{d}. {mon} {yyyy} kl. {HH}.{MM}", "{dd}-{mm}-{yyyy} {HH}:{MM}"),
        *("{dd}-{mm}-{yyyy} kl. {HH}:{MM}", "Publiceret {d}. {Month} {yyyy}", "Publiceret: {dd}-{mm}-{yyyy}", "Publiceret den {d}. {Month} {yyyy} kl. {HH}.{MM}"),
        *("Offentliggjort {d}. {Month} {yyyy}", "Opdateret {d}. {Month} {yyyy}", "Sidst opdateret: {dd}.{mm}.{yyyy}", "Senest opdateret den {d}. {Month} {yyyy}"),
        *("Udgivet {d}. {Month} {yyyy}", "Udgivet: {d}. {mon} {yyyy}", "Oprettet {d}. {Month} {yyyy}", "Pressemeddelelse {d}. {Month} {yyyy}", "Nyhed {dd}-{mm}-{yyyy}"),
        *("Dato: {dd}-{mm}-{yyyy}", "København, den {d}. {Month} {yyyy}", "Opdateret 28. februar 2026. Publiceret {d}. {Month} {yyyy}", "{Month} {yyyy}"),
        *("{d}.-28. {Month} {yyyy}", "{d}. til 28. {Month} {yyyy}", "Af Mette Holm, {d}. {Month} {yyyy}", "{d}. {MON} {yyyy}", "{wd}. {d}. {mon}. {yyyy}"),
    ],
    "fi": [
        *("{d}.{m}.{yyyy}", "{dd}.{mm}.{yyyy}", "{d}. {Month} {yyyy}", "{Day} {d}. {Month} {yyyy}", "{Day} {d}.{m}.{yyyy}", "{wd} {d}.{m}.{yyyy}"),
        *("{wd} {d}.{m}.{yyyy} klo {H}.{MM}", "{d}.{m}.{yyyy} klo {HH}.{MM}", "{d}.{m}.{yyyy} klo {HH}:{MM}", "{d}.{m}.{yyyy} {HH}.{MM}", "{d}.{m}.{yyyy} {HH}:{MM}"),
        *("{d}.{m}.{yyyy}, klo {HH}.{MM}", "{d}. {Month} {yyyy} klo {H}.{MM}", "{d}. {Month}, {yyyy}", "{d} {Month} {yyyy}", "{yyyy}-{mm}-{dd}", "{d}.{m}.{yy}"),
        *("Julkaistu {d}.{m}.{yyyy}", "Julkaistu: {d}.{m}.{yyyy} klo {HH}.{MM}", "Julkaistu {d}. {Month} {yyyy}", "Julkaisupäivä {d}.{m}.{yyyy}", "Julkaisuaika {d}.{m}.{yyyy} {HH}.{MM}"),
        *("Päivitetty {d}.{m}.{yyyy}", "Päivitetty: {d}.{m}.{yyyy} {HH}:{MM}", "Viimeksi päivitetty {d}.{m}.{yyyy}", "Muokattu {d}.{m}.{yyyy}", "Tiedote {d}.{m}.{yyyy}"),
        *("Uutinen {d}.{m}.{yyyy}", "Uutiset | {d}.{m}.{yyyy}", "Julkaistu {d}.{m}.{yyyy}, päivitetty 28.2.2026", "Päivitetty 28.2.2026. Julkaistu {d}.{m}.{yyyy}"),
        *("{d}.–28.{m}.{yyyy}", "{d}.-28. {Month} {yyyy}", "Helsingissä {d}. {Month} {yyyy}", "Kirjoittanut Aino {d}.{m}.{yyyy}", "{month} {yyyy}", "{month}ssa {yyyy}"),
        *("{Day}na {d}. {Month} {yyyy}", "({d}.{m}.{yyyy})", "pvm {d}.{m}.{yyyy}", "Artikkeli {d}.{m}.{yyyy} klo {H}", "{d}. {MONTH} {yyyy}"),
    ],
    "ca": [
        *("{d} {de}{month} de {yyyy}", "{d} {de}{month} del {yyyy}", "{d} {de}{month}, {yyyy}", "{d} {month} {yyyy}", "{d} {de}{month} {yyyy}", "{Day}, {d} {de}{month} de {yyyy}"),
        *("{Day} {d} {de}{month} del {yyyy}", "{wd}., {d} {mon} {yyyy}", "{d} {mon}. {yyyy}", "{d} {mon} {yyyy}", "{dd}/{mm}/{yyyy}", "{d}/{m}/{yyyy}", "{dd}/{mm}/{yy}"),
        *("{dd}-{mm}-{yyyy}", "{dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}", "{d} {de}{month} de {yyyy} a les {HH}:{MM}", "{d} {de}{month} de {yyyy}, {HH}:{MM}"),
        *("{d} {de}{month} de {yyyy} a les {H}.{MM} h", "{dd}/{mm}/{yyyy} {HH}:{MM}", "{dd}/{mm}/{yyyy} - {HH}:{MM}h", "{dd}/{mm}/{yyyy} a les {HH}:{MM}"),
        *("Publicat el {d} {de}{month} de {yyyy}", "Publicat: {dd}/{mm}/{yyyy}", "Publicada el {dd}/{mm}/{yyyy}", "Data de publicació: {dd}/{mm}/{yyyy}"),
        *("Actualitzat el {d} {de}{month} de {yyyy}", "Darrera actualització: {dd}/{mm}/{yyyy}", "Última modificació {dd}.{mm}.{yyyy}", "Notícia | {d} {de}{month} de {yyyy}"),
        *("Nota de premsa, {d} {de}{month} de {yyyy}", "Barcelona, {d} {de}{month} de {yyyy}", "Actualitzat 28/02/2026 Publicat {dd}/{mm}/{yyyy}", "{MONTH} {yyyy}"),
        *("Del {d} al 28 {de}{month} de {yyyy}", "{d}-28 {de}{month} de {yyyy}", "dia {d} {de}{month} de {yyyy}", "{month} de {yyyy}", "{month} {yyyy}", "{month} del {yyyy}"),
        *("Per Joan Puig | {d} {de}{month} de {yyyy}", "({d} {de}{month} de {yyyy})", "{d} {DE}{MONTH} DE {yyyy}"),
    ],
    "es": [
        *("{d} de {month} de {yyyy}", "{d} de {month} del {yyyy}", "{d} de {month}, {yyyy}", "{d} {month} {yyyy}", "{d} {month}, {yyyy}", "{Day}, {d} de {month} de {yyyy}"),
        *("{Day} {d} de {month} de {yyyy}", "{wd}, {d} {mon} {yyyy}", "{d} {mon}. {yyyy}", "{d} {mon} {yyyy}", "{d}-{mon}-{yyyy}", "{month} {d}, {yyyy}", "{dd}/{mm}/{yyyy}"),
        *("{d}/{m}/{yyyy}", "{dd}/{mm}/{yy}", "{dd}-{mm}-{yyyy}", "{dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}", "{d} de {month} de {yyyy} a las {HH}:{MM}", "{dd}/{mm}/{yyyy} {HH}:{MM}"),
        *("{d} de {month} de {yyyy}, {HH}:{MM} h", "{d} de {month} de {yyyy} a las {HH}:{MM} horas", "{d} {mon} {yyyy} - {HH}:{MM} CET", "{dd}/{mm}/{yyyy} - {HH}:{MM}h"),
        *("Publicado el {d} de {month} de {yyyy}", "Publicado: {dd}/{mm}/{yyyy}", "Publicada el {dd}/{mm}/{yyyy} a las {HH}:{MM}", "Fecha de publicación: {dd}/{mm}/{yyyy}"),
        *("Actualizado el {d} de {month} de {yyyy}", "Última actualización: {dd}/{mm}/{yyyy}", "Nota de prensa, {d} de {month} de {yyyy}", "Noticia | {d} de {month} de {yyyy}"),
        *("Madrid, {d} de {month} de {yyyy}", "Actualizado: 28/02/2026 Publicado: {dd}/{mm}/{yyyy}", "Del {d} al 28 de {month} de {yyyy}", "{d} al 28 de {month} de {yyyy}"),
        *("Por Ana Gil | {d} {month}, {yyyy}", "{month} de {yyyy}", "{month} {yyyy}", "{MONTH} {yyyy}", "{d} DE {MONTH} DE {yyyy}", "{d} de {month} de {yyyy} {h12}:{MM} {ap}", "{d} de {month} de {yyyy}, {h12}:{MM} {apm}"),
    ],
    "de": [
        *("{d}. {Month} {yyyy}", "{Day}, {d}. {Month} {yyyy}", "{Day}, den {d}. {Month} {yyyy}", "am {d}. {Month} {yyyy}", "{wd}, {d}. {mon} {yyyy}", "{d}. {mon} {yyyy}"),
        *("{d}. {mon}. {yyyy}", "{d} {Month} {yyyy}", "{dd}.{mm}.{yyyy}", "{d}.{m}.{yyyy}", "{dd}.{mm}.{yy}", "{d}. {m}. {yyyy}", "{wd}, {dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}"),
        *("{d}. {Month} {yyyy}, {HH}:{MM} Uhr", "{d}. {Month} {yyyy} um {HH}:{MM} Uhr", "{dd}.{mm}.{yyyy}, {HH}:{MM} Uhr", "{dd}.{mm}.{yyyy} {HH}:{MM}", "{dd}.{mm}.{yyyy} - {HH}:{MM} Uhr"),
        *("{dd}.{mm}.{yyyy} | {HH}:{MM}", "{dd}.{mm}.{yy}, {HH}.{MM} Uhr", "{d}. {Month} {yyyy}, {H} Uhr", "{HH}:{MM} Uhr, {d}. {Month} {yyyy}", "{dd}/{mm}/{yyyy}"),
        *("Veröffentlicht am {d}. {Month} {yyyy}", "Veröffentlicht: {dd}.{mm}.{yyyy}", "Erschienen am {dd}.{mm}.{yyyy}", "Publiziert am {d}. {Month} {yyyy}", "Erstellt am {dd}.{mm}.{yyyy}"),
        *("Stand: {dd}.{mm}.{yyyy}", "Stand: {d}. {Month} {yyyy}, {HH}:{MM} Uhr", "Aktualisiert am {d}. {Month} {yyyy}", "Zuletzt aktualisiert: {dd}.{mm}.{yyyy} {HH}:{MM} Uhr"),
        *("Letzte Änderung: {dd}.{mm}.{yyyy}", "Pressemitteilung vom {d}. {Month} {yyyy}", "Meldung vom {dd}.{mm}.{yyyy}", "Datum: {dd}.{mm}.{yyyy}", "Berlin, {d}. {Month} {yyyy}"),
        *("Berlin, den {dd}.{mm}.{yyyy}", "Von Max Weber am {d}. {Month} {yyyy}", "Aktualisiert: 28.02.2026 Veröffentlicht: {dd}.{mm}.{yyyy}", "{d}.–28. {Month} {yyyy}"),
        *("vom {d}. bis 28. {Month} {yyyy}", "{Month} {yyyy}", "{MONTH} {yyyy}", "im {Month} {yyyy}", "({dd}.{mm}.{yyyy})", "{d}. {MONTH} {yyyy}", "Nr. 12/{yyyy} vom {dd}.{mm}.{yyyy}"),
    ],
}  # fmt: skip
FORMS["nn"] = [
    form.replace("klokken", "klokka")
    .replace("Skrevet", "Skrive")
    .replace("Sist endret", "Sist endra")
    .replace("Artikkel fra", "Artikkel frå")
    for form in FORMS["nb"]
]
#: Feeds write these in every language; RFC 822 with its own names, ISO 8601 in its spellings.
FEED = [
    *("{RFC}", "{RFCZ}", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}Z", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}+02:00", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}+0200"),
    *("{yyyy}-{mm}-{dd}T{HH}:{MM}Z", "{yyyy}-{mm}-{dd}T{HH}:{MM}+02:00", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}.123Z", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}.1234567+02:00"),
    *("{yyyy}{mm}{dd}T{HH}{MM}{SS}Z", "{yyyy}{mm}{dd}T{HH}{MM}Z", "{yyyy}-{mm}-{dd} {HH}:{MM}:{SS} +0200", "{yyyy}-{mm}-{dd} {HH}:{MM}:{SS} UTC", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS} Z"),
    *("{yyyy}-{mm}-{dd}t{HH}:{MM}:{SS}z", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}+02", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS} GMT", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS},123Z", "{W}", "{O}", "{E}", "{E}000", "{W2}", "{O2}"),
    *("{enwd}, {dd} {enmon} {yyyy} {HH}:{MM} GMT", "{enwd}, {d} {enmon} {yy} {HH}:{MM}:{SS} +0200", "{dd} {enmon} {yyyy} {HH}:{MM}:{SS} +0200", "{enwrong}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} GMT"),
    *("{enday}, {dd} {enmonth} {yyyy} {HH}:{MM}:{SS} GMT", "{enwd} {enmon} {dd} {HH}:{MM}:{SS} {yyyy}", "{enwd} {enmon} {dd} {HH}:{MM}:{SS} UTC {yyyy}", "{enwd} {enmon} {dd} {HH}:{MM}:{SS} +0200 {yyyy}"),
    *("{enwd},{dd} {enmon} {yyyy} {HH}:{MM}:{SS} +0200", "{enwd}, {dd}-{enmon}-{yyyy} {HH}:{MM}:{SS} GMT", "{enday}, {dd}-{enmon}-{yy} {HH}:{MM}:{SS} GMT", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} +02:00"),
    *("{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} EST", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} CEST", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS}", "{enwd}, {dd} {enmon} {yyyy}", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} GMT+2"),
    *("{wd}, {dd} {mon} {yyyy} {HH}:{MM}:{SS} +0200", "{Day}, {dd} {Month} {yyyy} {HH}:{MM}:{SS} +0200", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} +0200 (CEST)", "{enwd}, {dd} {enmon} {yyyy} {HH}:{MM}:{SS} Z"),
    *("{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}[Europe/Stockholm]", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}+02:00[Europe/Stockholm]", "{yyyy}/{mm}/{dd} {HH}:{MM}:{SS}", "{enmon} {d}, {yyyy} {h12}:{MM}:{SS} {AP}", "{yyyy}-{mm}-{dd}T{HH}:{MM}:{SS}−02:00"),
]  # fmt: skip

RELATIVE: list[tuple[str, str, str, str]] = [
    *((language, text, "2026-03-11", "day") for language, texts in {
        "sv": ["i dag", "idag", "Idag", "Publicerad i dag"], "en": ["today", "Today", "Posted today"], "nb": ["i dag", "I dag"], "nn": ["i dag"], "da": ["i dag", "I dag"],
        "fi": ["tänään", "Tänään"], "ca": ["avui", "Avui"], "es": ["hoy", "Hoy"], "de": ["heute", "Heute"],
    }.items() for text in texts),
    *((language, text, "2026-03-10", "day") for language, texts in {
        "sv": ["i går", "igår", "Igår", "för en dag sedan", "för 1 dag sedan", "1 dag sedan"], "en": ["yesterday", "Yesterday", "1 day ago", "a day ago"], "nb": ["i går", "for en dag siden", "for 1 dag siden", "1 dag siden"],
        "nn": ["i går", "for ein dag sidan", "1 dag sidan"], "da": ["i går", "for 1 dag siden", "for en dag siden"], "fi": ["eilen", "1 päivä sitten", "päivä sitten"], "ca": ["ahir", "fa un dia", "fa 1 dia"],
        "es": ["ayer", "hace un día", "hace 1 día"], "de": ["gestern", "vor einem Tag", "vor 1 Tag"],
    }.items() for text in texts),
    *((language, text, "2026-03-09", "day") for language, texts in {
        "sv": ["i förrgår", "förrgår", "för två dagar sedan", "för 2 dagar sedan", "2 dagar sedan", "för 2 dygn sedan"], "en": ["2 days ago", "two days ago", "the day before yesterday", "about 2 days ago"], "nb": ["i forgårs", "for to dager siden", "2 dager siden"],
        "nn": ["i førgår", "for to dagar sidan", "2 dagar sidan"], "da": ["i forgårs", "for to dage siden", "2 dage siden"], "fi": ["toissapäivänä", "2 päivää sitten", "kaksi päivää sitten"], "ca": ["abans-d’ahir", "abans d'ahir", "fa dos dies", "fa 2 dies"],
        "es": ["anteayer", "antes de ayer", "hace dos días", "hace 2 días"], "de": ["vorgestern", "vor zwei Tagen", "vor 2 Tagen"],
    }.items() for text in texts),
    *((language, text, "2026-03-04", "day") for language, texts in {
        "sv": ["för en vecka sedan", "för 1 vecka sedan", "1 vecka sedan", "för 7 dagar sedan"], "en": ["1 week ago", "a week ago", "7 days ago"], "nb": ["for en uke siden", "1 uke siden"], "nn": ["for ei veke sidan", "1 veke sidan"],
        "da": ["for en uge siden", "1 uge siden"], "fi": ["viikko sitten", "1 viikko sitten"], "ca": ["fa una setmana", "fa 1 setmana"], "es": ["hace una semana", "hace 1 semana"], "de": ["vor einer Woche", "vor 1 Woche"],
    }.items() for text in texts),
    *((language, text, "2026-03-11T13:40+01:00", "minute") for language, texts in {
        "sv": ["för 2 timmar sedan", "för två timmar sedan", "2 timmar sedan", "2 tim sedan", "2 h sedan"], "en": ["2 hours ago", "two hours ago", "2 hrs ago", "2h ago", "2 hours ago by Jane"], "nb": ["for 2 timer siden", "to timer siden"], "nn": ["for 2 timar sidan", "2 timar sidan"],
        "da": ["for 2 timer siden", "2 timer siden"], "fi": ["2 tuntia sitten", "kaksi tuntia sitten", "2 h sitten"], "ca": ["fa 2 hores", "fa dues hores"], "es": ["hace 2 horas", "hace dos horas"], "de": ["vor 2 Stunden", "vor zwei Stunden", "vor 2 Std."],
    }.items() for text in texts),
    *((language, text, "2026-03-11T15:10+01:00", "minute") for language, texts in {
        "sv": ["för 30 minuter sedan", "30 min sedan", "för 30 min sedan"], "en": ["30 minutes ago", "30 mins ago", "30 min ago", "30m ago"], "nb": ["for 30 minutter siden"], "nn": ["for 30 minutt sidan"], "da": ["for 30 minutter siden", "30 min. siden"],
        "fi": ["30 minuuttia sitten", "30 min sitten"], "ca": ["fa 30 minuts"], "es": ["hace 30 minutos", "hace 30 min"], "de": ["vor 30 Minuten", "vor 30 Min."],
    }.items() for text in texts),
    *((language, text, "2026-03-10T10:00+01:00", "minute") for language, texts in {
        "sv": ["i går kl 10", "i går kl. 10.00", "igår 10:00", "Igår, 10:00", "Publicerad i går 10.00"], "en": ["yesterday at 10:00", "Yesterday at 10 am", "yesterday, 10:00"], "nb": ["i går kl. 10:00", "i går klokka 10.00", "I går 10:00"], "nn": ["i går kl. 10.00"],
        "da": ["i går kl. 10.00", "I går kl. 10:00"], "fi": ["eilen klo 10.00", "eilen klo 10", "eilen 10:00"], "ca": ["ahir a les 10:00", "ahir a les 10"], "es": ["ayer a las 10:00", "ayer, 10:00 h"], "de": ["gestern um 10 Uhr", "gestern, 10:00 Uhr", "Gestern 10:00"],
    }.items() for text in texts),
    *((language, text, "2026-03-03", "day") for language, texts in {
        "sv": ["3 mars", "den 3 mars", "tisdag 3 mars", "tis 3 mars", "tisdagen den 3:e mars", "3 mar", "Publicerad 3 mars"], "en": ["3 March", "March 3", "Tuesday 3 March", "Tue, Mar 3", "3rd March", "Posted on March 3"], "nb": ["3. mars", "tirsdag 3. mars", "Publisert 3. mars"],
        "nn": ["3. mars", "tysdag 3. mars"], "da": ["3. marts", "tirsdag d. 3. marts", "tirsdag den 3. marts"], "fi": ["3. maaliskuuta", "tiistaina 3. maaliskuuta", "3.3.", "ti 3.3."], "ca": ["3 de març", "dimarts, 3 de març", "dimarts 3 de març"],
        "es": ["3 de marzo", "martes, 3 de marzo", "martes 3 de marzo"], "de": ["3. März", "Dienstag, 3. März", "Di, 3. März", "am 3. März"],
    }.items() for text in texts),
    *((language, text, "2025-12-27", "day") for language, text in {
        "sv": "lördag 27 december", "en": "Saturday 27 December", "nb": "lørdag 27. desember", "nn": "laurdag 27. desember", "da": "lørdag den 27. december", "fi": "lauantai 27. joulukuuta", "ca": "dissabte 27 de desembre", "es": "sábado 27 de diciembre", "de": "Samstag, 27. Dezember",
    }.items()),
    *((language, text, "2026-03-03T14:05+01:00", "minute") for language, text in {
        "sv": "3 mars kl. 14.05", "en": "3 March at 14:05", "nb": "3. mars kl. 14:05", "nn": "3. mars kl. 14.05", "da": "3. marts kl. 14.05", "fi": "3.3. klo 14.05", "ca": "3 de març a les 14:05", "es": "3 de marzo, 14:05", "de": "3. März, 14:05 Uhr",
    }.items()),
    *((language, text, "2026-03-11T14:05+01:00", "minute") for language, text in {
        "sv": "i dag 14:05", "en": "today 14:05", "nb": "i dag kl. 14:05", "nn": "i dag kl. 14.05", "da": "i dag kl. 14.05", "fi": "tänään klo 14.05", "ca": "avui a les 14:05", "es": "hoy a las 14:05", "de": "heute, 14:05 Uhr",
    }.items()),
    *((language, text, "2026-03-09", "day") for language, text in {
        "sv": "i måndags", "nb": "mandag 9. mars",
    }.items()),
]  # fmt: skip

NOT_DATES: list[tuple[str, str]] = [
    *(("sv", text) for text in (
        "ISO 14001", "ISO 14001:2015", "ISO 20400:2017", "SS-EN ISO 9001:2015", "Agenda 2030", "Agenda 2030 och upphandling", "100 deltagare", "5:e gången", "för 5:e gången", "24/7", "Öppet 24/7",
        "mars", "Mars", "Mars One", "maj", "Maj Svensson", "augusti", "måndag", "på måndag", "måndagar 10–12", "kl. 14.05", "14:05", "klockan 10", "vecka 12", "v. 12", "12", "3", "2021", "2030", "år 2025", "2021–2025", "2021/2022", "2021/22", "budget 2025", "3 av 12", "sida 3/12", "1/2", "3/4 av alla",
        "08-123 45 67", "08-12 34 56", "070-123 45 67", "0701-23 45 67", "+46 70 123 45 67", "+46 (0)8 123 45 67", "556677-8899", "org.nr 556036-0793", "123 45 Stockholm", "1 234,50 kr", "1.234,50 kr", "12.50", "99:-", "12,5 miljoner kr", "10 000 kronor", "3,5 %", "12.3.1", "v1.2.3", "version 2.0.21", "1.12.2", "10.0.0.1",
        "192.168.1.10", "SFS 2016:1145", "2016:1145", "prop. 2021/22:5", "dnr 2021/123", "UFS 2021-3", "COM(2022) 71", "(EU) 2024/1760", "2014/24/EU", "direktiv 2014/24/EU", "förordning (EU) 2017/821", "C-395/18", "mål 3:21", "kap. 19", "LOU 19 kap. 5 §", "5 § 3 st", "17 globala mål", "mål 12.7", "SDG 12", "1,5 grader", "Fairtrade 20 år",
        "Läs mer", "Läs mer om mars", "3 kommentarer", "5 nyheter", "10 min läsning", "Lästid: 3 min", "2 x 4", "4–6 personer", "för 3 år sen", "1990-talet", "2000-talet", "20-årsjubileum", "80-90 %", "18+", "A4", "16:9", "4:3", "1:a plats", "2:a upplagan", "3:e generationen", "90 dagar", "30 dagars betalning", "inom 14 dagar", "3 månader", "sommaren 2021", "hösten 2024", "kvartal 1 2024", "Q3 2024",
        "12345678", "99999999", "20219999", "000000", "31 februari 2024", "32 mars 2024", "30 februari 2023", "0 januari 2024", "45/13/2021", "2024-13-01", "2024-02-30", "25:61", "CE 0123", "ID 20240", "7391234567890", "978-91-1-234567-8", "ISSN 1234-5678", "59.3293, 18.0686", "N 59 18", "150x200", "1080p", "5G", "covid-19", "G20", "COP26", "COP 28", "Område 51", "E4", "Rum 2.12", "Hus 3, plan 4",
    )),
    *(("en", text) for text in (
        "ISO 14001", "ISO 20400:2017", "ISO/IEC 27001:2022", "Agenda 2030", "2030 Agenda", "Vision 2050", "100 participants", "for the 5th time", "24/7", "open 24/7", "May", "may", "March", "march for rights", "May Day", "August", "Monday", "Mondays at 10", "April Smith", "June Jones", "10:30", "10 am", "at 5 pm", "12", "3", "2021",
        "2021-2025", "2021/22", "FY 2021/22", "Q3 2024", "page 3 of 12", "1/2", "3/4 of all", "020 7946 0958", "+44 20 7946 0958", "(555) 123-4567", "555-123-4567", "1-800-555-0199", "£1,234.50", "$12.50", "€1.234,50", "12.5%", "v1.2.3", "version 2.0.21", "1.12.2", "10.0.0.1", "127.0.0.1", "Python 3.12.1", "IEC 60601-1", "EN 71-3",
        "SA8000:2014", "SDG 12.7", "COM(2022) 71", "Directive 2014/24/EU", "Regulation (EU) 2017/821", "Case C-395/18", "Section 301", "Article 18.2", "Read more", "3 comments", "5 min read", "4-6 people", "1990s", "the 21st century", "3rd edition", "2nd place", "1st of all", "90 days", "within 14 days", "3 months", "summer 2021", "12345678", "99999999",
        "31 February 2024", "32 March 2024", "February 30, 2023", "13/13/2021", "2024-13-01", "2024-02-30", "25:61", "978-0-306-40615-7", "ISSN 1234-5678", "51.5074, -0.1278", "150x200", "1080p", "covid-19", "G20", "COP26", "COP28", "Room 2.12", "Floor 3", "16:9", "Windows 10", "Top 10", "MH370", "Boeing 737", "one may 2 ask", "may 5 people join", "No. 5 2021", "Vol. 12, No. 3", "Vol 3 2021", "Second", "sun", "mon", "sat", "wed", "Sat nav",
    )),
    *(("nb", text) for text in ("ISO 14001", "Agenda 2030", "100 deltakere", "for 5. gang", "24/7", "mars", "mai", "mandag", "22 12 34 56", "+47 22 12 34 56", "kr 1 234,50", "versjon 1.2.3", "FOR-2016-08-12-974", "Meld. St. 22 (2018–2019)", "§ 5", "12 %", "Les mer", "kl. 14.05", "2021–2025", "1. plass", "3. utgave", "org.nr. 974 760 673", "side 3 av 12", "31. februar 2024", "10.0.0.1")),
    *(("nn", text) for text in ("ISO 14001", "Agenda 2030", "100 deltakarar", "for 5. gong", "mars", "måndag", "tysdag", "+47 22 12 34 56", "1 234,50 kr", "kl. 14.05", "2021–2025", "3. utgåve", "Les meir")),
    *(("da", text) for text in ("ISO 14001", "Agenda 2030", "100 deltagere", "for 5. gang", "24/7", "marts", "maj", "mandag", "33 12 34 56", "+45 33 12 34 56", "1.234,50 kr.", "version 1.2.3", "nr. 12", "§ 5", "12 %", "Læs mere", "kl. 14.05", "2021-2025", "1. plads", "3. udgave", "CVR 12345678", "side 3 af 12", "31. februar 2024", "L 123 2020/21")),
    *(("fi", text) for text in ("ISO 14001", "Agenda 2030", "100 osallistujaa", "5. kerran", "24/7", "maaliskuu", "maanantai", "klo 14.05", "09 123 4567", "+358 9 123 4567", "1 234,50 €", "versio 1.2.3", "1397/2016", "laki 1397/2016", "§ 5", "12 %", "Lue lisää", "2021–2025", "1. sija", "3. painos", "1234567-8", "s. 3/12", "31. helmikuuta 2024", "HE 123/2020 vp", "ke", "to", "la", "su")),
    *(("ca", text) for text in ("ISO 14001", "Agenda 2030", "100 participants", "5a edició", "per 5a vegada", "24/7", "març", "dilluns", "93 123 45 67", "+34 93 123 45 67", "1.234,50 €", "versió 1.2.3", "Llei 9/2017", "Reial decret 3/2020", "12 %", "Llegir més", "a les 14:05", "2021-2025", "1r premi", "pàgina 3 de 12", "31 de febrer de 2024", "2014/24/UE", "3 de 12", "ds", "dg")),
    *(("es", text) for text in ("ISO 14001", "Agenda 2030", "100 participantes", "5ª edición", "por 5ª vez", "24/7", "marzo", "lunes", "91 123 45 67", "+34 91 123 45 67", "1.234,50 €", "versión 1.2.3", "Ley 9/2017", "Real Decreto 3/2020", "12 %", "Leer más", "a las 14:05", "2021-2025", "1er premio", "página 3 de 12", "31 de febrero de 2024", "2014/24/UE", "3 de 12", "mar", "hace mucho")),
    *(("de", text) for text in ("ISO 14001", "DIN EN ISO 9001:2015", "Agenda 2030", "100 Teilnehmer", "zum 5. Mal", "24/7", "März", "Mai", "Montag", "030 123456", "+49 30 123456", "1.234,50 €", "Version 1.2.3", "BT-Drs. 19/1234", "§ 5 Abs. 2", "12 %", "Mehr lesen", "um 14 Uhr", "14:05 Uhr", "2021-2025", "1. Platz", "3. Auflage", "Seite 3 von 12", "31. Februar 2024", "2014/24/EU", "KW 12", "Nr. 12/2021", "so", "do", "mit", "sa")),
]  # fmt: skip


def cases(seed: int = 5, days: int = 6) -> Iterator[Case]:
    """All of them: each form with `days` days, the same ones in every run with one seed."""
    chance = random.Random(seed)
    for language, forms in FORMS.items():
        for form in forms:
            for _ in range(days):
                yield made(form, language, _when(chance), "site")
        for form in FEED:
            for _ in range(2):
                yield made(form, language, _when(chance), "feed")
        yield from _by_cldr(language, chance, days)
    for language, text, iso, precision in RELATIVE:
        yield Case(
            text=text, language=language, zone="Europe/Stockholm", iso=iso, precision=precision, family="relative"
        )
    for language, text in NOT_DATES:
        yield Case(text=text, language=language, zone=ZONES[language], iso=None, precision=None, family="not a date")


def _when(chance: random.Random) -> datetime:
    """A minute of the last years. A range's last day is the 28th, so the first is before it."""
    return datetime(2005, 1, 1) + timedelta(
        days=chance.randrange(365 * 20),
        hours=chance.randrange(3, 24),
        minutes=chance.randrange(60),
        seconds=chance.randrange(60),
    )


def made(form: str, language: str, when: datetime, family: str) -> Case:
    """The case of a form, on a day."""
    zone = ZONES[language]
    if "28" in form and when.day > 27:
        when = when.replace(day=when.day - 7)
    text = form.format(**_slots(language, when, ZoneInfo(zone)))
    iso, precision = _meaning(form, when, zone)
    return Case(text=text, language=language, zone=zone, iso=iso, precision=precision, family=family)


_OFFSETS = [("{E}", "UTC"), ("{RFC}", "+02:00"), ("{RFCZ}", "+00:00"), ("−02:00", "-02:00"), ("+02", "+02:00"), ("GMT+2", "+02:00"), ("CEST", "+02:00"), ("EST", "-05:00"),
            ("CET", "+01:00"), ("BST", "+01:00"), ("GMT", "+00:00"), ("UTC", "+00:00"), (" Z", "+00:00"), ("}Z", "+00:00"), ("}z", "+00:00"), ("123Z", "+00:00")]  # fmt: skip


def _meaning(form: str, when: datetime, zone: str) -> tuple[str, str]:
    if "{E}" in form:
        return when.replace(tzinfo=ZoneInfo(zone), microsecond=0).isoformat(), "second"
    if any(part in form for part in ("{W}", "{O}", "{W2}", "{O2}")):
        return when.date().isoformat(), "day"
    seconds = "{SS}" in form or "{RFC" in form
    if not seconds and not any(part in form for part in ("{HH}", "{H}", "{h12}")):
        day = any(part in form for part in ("{d}", "{dd}", "{o}"))
        return when.strftime("%Y-%m-%d" if day else "%Y-%m"), "day" if day else "month"
    when = when.replace(second=when.second if seconds else 0)
    if not any(part in form for part in ("{MM}", "{RFC")):
        when = when.replace(minute=0)
    offset = next((offset for part, offset in _OFFSETS if part in form), None)
    text = f"{when.isoformat()}{offset}" if offset else when.replace(tzinfo=ZoneInfo(zone)).isoformat()
    return text, "second" if seconds else "minute"


def _slots(language: str, when: datetime, zone: ZoneInfo) -> dict[str, str]:
    locale = Locale.parse("en_GB" if language == "en" else language)
    written, alone = (get_month_names("wide", context, locale)[when.month] for context in ("format", "stand-alone"))
    if language in {"ca", "es"}:
        written = alone
    short = get_month_names("abbreviated", "stand-alone" if language == "ca" else "format", locale)[when.month].rstrip(
        "."
    )
    short = short.removeprefix("de ").removeprefix("d’")
    day = get_day_names("wide", "format", locale)[when.weekday()]
    brief = get_day_names("abbreviated", "format", locale)[when.weekday()].rstrip(".")
    english = Locale("en")
    d, de = when.day, "d’" if alone[0] in "ao" else "de "
    ordinal = (":a" if d % 10 in {1, 2} and d not in {11, 12} else ":e") if language == "sv" else _english(d)
    rfc = f"{when:%a, %d %b %Y %H:%M:%S}"
    iso = when.isocalendar()
    half = "a" if when.hour < 12 else "p"
    return {
        "d": str(d), "dd": f"{d:02}", "m": str(when.month), "mm": f"{when.month:02}", "yyyy": str(when.year), "yy": f"{when.year % 100:02}",
        "Month": written, "month": alone, "MONTH": alone.upper(), "mon": short, "MON": short.upper(), "Day": day, "wd": brief,
        "HH": f"{when.hour:02}", "H": str(when.hour), "MM": f"{when.minute:02}", "SS": f"{when.second:02}", "o": f"{d}{ordinal}",
        "h12": str(when.hour % 12 or 12), "ap": f"{half}m", "AP": f"{half}m".upper(), "apm": f"{half}. m.", "de": de, "DE": de.upper(),
        "RFC": f"{rfc} +0200", "RFCZ": f"{rfc} GMT", "W": f"{iso.year}-W{iso.week:02}-{iso.weekday}", "W2": f"{iso.year}W{iso.week:02}{iso.weekday}",
        "O": f"{when:%Y-%j}", "O2": f"{when:%Y%j}", "E": str(int(when.replace(tzinfo=zone).timestamp())),
        "enwd": get_day_names("abbreviated", "format", english)[when.weekday()], "enday": get_day_names("wide", "format", english)[when.weekday()],
        "enmon": get_month_names("abbreviated", "format", english)[when.month], "enmonth": get_month_names("wide", "format", english)[when.month],
        "enwrong": get_day_names("abbreviated", "format", english)[(when.weekday() + 3) % 7],
    }  # fmt: skip


def _english(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


#: Of CLDR's available formats those that say a day (or a month) and a year.
SKELETONS = ["yMMMd", "yMMMEd", "yMd", "yMEd", "yMMM", "yMMMM"]
_SPACES = {"\u00a0": " ", "\u202f": " ", "\u2009": " "}


def _by_cldr(language: str, chance: random.Random, days: int) -> Iterator[Case]:
    locale, zone = Locale.parse("en_GB" if language == "en" else language), ZONES[language]
    for form in ("short", "medium", "long", "full"):
        for _ in range(days * 3):
            when = _when(chance)
            iso = when.date().isoformat()
            for text in _variants(format_date(when.date(), form, locale=locale), chance):
                yield Case(
                    text=text, language=language, zone=zone, iso=iso, precision="day", family=f"cldr date {form}"
                )
            local = when.replace(tzinfo=ZoneInfo(zone))
            text = format_datetime(local, form, tzinfo=ZoneInfo(zone), locale=locale)
            seconds = form != "short"
            yield Case(
                text=text, language=language, zone=zone, family=f"cldr date and time {form}",
                iso=local.replace(second=local.second if seconds else 0).isoformat(), precision="second" if seconds else "minute",
            )  # fmt: skip
    for skeleton in SKELETONS:
        for _ in range(days):
            when = _when(chance)
            month = "d" not in skeleton
            yield Case(
                text=format_skeleton(skeleton, when, locale=locale), language=language, zone=zone, family=f"cldr {skeleton}",
                iso=when.strftime("%Y-%m" if month else "%Y-%m-%d"), precision="month" if month else "day",
            )  # fmt: skip


def _variants(text: str, chance: random.Random) -> Iterator[str]:
    """As it is, and as style sheets, keyboards and copying change it."""
    yield text
    other = chance.choice(
        [
            str.upper,
            str.lower,
            str.title,
            str.capitalize,
            lambda t: f" {t}. ",
            lambda t: f"({t})",
            lambda t: t.replace(" ", "\u00a0"),
            lambda t: t.replace(" ", "  "),
        ]
    )
    yield other(text)
