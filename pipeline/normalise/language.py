"""Which language a text is in: what its words look like, weighed with what is said about it.

heliport (HeLI-OTS: n-grams of characters and whole words, two hundred languages) gives for each language the mean cost of a word, in
decimal logarithms of its likelihood. Times the number of words that is the evidence of the text, and everything else is weighed in the
same unit: words that only some of a few close relatives have, and what the source or the entry declares. A declaration is worth about
one word of clear text, so it decides titles made of names and little else: sites declare one language for all their pages.

Known mistakes: a Swedish title that is an English name; Bokmål and Nynorsk where no word tells them apart; a text in two languages
gives the one that it has more of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pipeline.normalise.telling import ENDINGS, IBERIAN_WORDS, NORDIC, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.entry import Entry
    from pipeline.model.source import Source

# fmt: off
#: The languages that are told apart, as the model names them (ISO 639-3) and as we do (BCP 47).
OURS: Final[Mapping[str, str]] = {
    "swe": "sv", "eng": "en", "nob": "nb", "nno": "nn", "dan": "da", "fin": "fi", "cat": "ca", "spa": "es", "deu": "de",
}
#: Others that news is written in.
_OTHERS: Final[Mapping[str, str]] = {
    "fra": "fr", "ita": "it", "isl": "is", "nld": "nl", "por": "pt", "pol": "pl", "ron": "ro", "hun": "hu", "ces": "cs", "slk": "sk",
    "slv": "sl", "hrv": "hr", "srp": "sr", "bul": "bg", "ell": "el", "rus": "ru", "ukr": "uk", "tur": "tr", "ara": "ar", "fas": "fa",
    "zho": "zh", "jpn": "ja", "kor": "ko", "est": "et", "lav": "lv", "lit": "lt", "som": "so", "eus": "eu", "glg": "gl", "fao": "fo",
    "sme": "se", "kal": "kl",
}
# fmt: on
_CODES: Final = {**OURS, **_OTHERS}
#: What a declared code speaks for: "nb-NO" is what content systems call every Norwegian site, "no" is Norwegian of either kind.
_DECLARED: Final[Mapping[str, tuple[str, ...]]] = {
    **{short: (long,) for long, short in _CODES.items()},
    "nb": ("nob", "nno"),
    "no": ("nob", "nno"),
}

# All in decimal logarithms of likelihood.
#: What a language costs before anything is read: those that sites like ours hardly ever use have to be so much plainer.
_COST_OF_OTHERS, _COST_OF_RARE = 0.3, 2.0
#: Nynorsk is about a tenth of what is written in Norwegian; that counts where it is not declared.
_COST_OF_NYNORSK = 1.1
#: What a declaration is worth: in sources.yaml, on the entry or its page, by the caller.
_BY_SOURCE, _BY_ENTRY, _BY_CALLER = 1.0, 1.0, 1.0
#: What one telling word is worth, and one telling ending.
_WORD, _ENDING = 0.6, 0.4
#: Mean cost of a word from which on the model knows none of them; its ceiling is 7.
_STRANGE = 6.2
#: How much likelier the best language of one or two words has to be than the next ("Hej" is Swedish and Danish).
_LEAD = 0.1

#: Characters of a text that are read: more adds nothing but time.
_ENOUGH = 1_200
_CANDIDATES = 16
#: Letters from which on a word's ending says something.
_LONG_WORD = 6
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NO_WORD = re.compile(r"\S*(?:@|://|www\.)\S*")
_WORDS = re.compile(r"[^\W\d_]+")


def detect_language(text: str, *, prior: str | None = None) -> str | None:
    """The language of a plain text: sv, en, nb, nn, da, fi, ca, es or de; None where it is in another, or there is nothing to go by.

    `prior` is the language (BCP 47) that is likely before the text is read: it tips the scales, it does not decide.
    """
    return OURS.get(_likeliest(text, {prior or "": _BY_CALLER}) or "")


def language(entry: Entry, source: Source, text: str) -> str | None:
    """The language (BCP 47) of an entry whose title and text are `text`; None: unknown.

    What the entry and its source declare is believed where the text says nothing against it.
    """
    weights = {source.language or "": _BY_SOURCE}
    weights[entry.language or ""] = weights.get(entry.language or "", 0.0) + _BY_ENTRY
    found = _likeliest(text, weights)
    if found is not None:
        return _CODES.get(found)
    if _WORDS.search(text) is None:
        return _known_code(entry.language) or _known_code(source.language)
    return None


def _likeliest(text: str, weights: Mapping[str, float]) -> str | None:
    """The likeliest language by ISO 639-3, given what is declared; None where nothing speaks for any."""
    text = _SURROGATE.sub(" ", _NO_WORD.sub(" ", text[:_ENOUGH]))
    words = _WORDS.findall(text.lower())
    if not words:
        return None
    priors = _priors(weights)
    means: dict[str, float] = dict(_model().identify_topk_with_score(text, _CANDIDATES))
    costs: dict[str, float] = {
        each: mean * len(words) + _cost_of(each) - priors.get(each, 0.0)
        for each, mean in means.items()
        if mean < _STRANGE
    }
    _weigh_relatives(costs, words)
    ranked = sorted(costs, key=lambda each: (costs[each], each))
    if not ranked:
        return None
    if len(words) < 3 and len(ranked) > 1 and costs[ranked[1]] - costs[ranked[0]] < _LEAD:
        return None
    return ranked[0]


def _weigh_relatives(costs: dict[str, float], words: list[str]) -> None:
    """Adds to the cost of each close relative what the words say against it."""
    is_nordic = not costs.keys().isdisjoint(NORDIC)
    for word in set(words):
        for each in (*WORDS.get(word, ()), *IBERIAN_WORDS.get(word, ())):
            if each in costs:
                costs[each] += _WORD
        if is_nordic and len(word) >= _LONG_WORD:
            for pattern, against in ENDINGS:
                if pattern.match(word):
                    for each in against & costs.keys():
                        costs[each] += _ENDING


def _cost_of(language: str) -> float:
    return 0.0 if language in OURS else _COST_OF_OTHERS if language in _OTHERS else _COST_OF_RARE


def _priors(weights: Mapping[str, float]) -> dict[str, float]:
    priors: dict[str, float] = {}
    for code, weight in weights.items():
        for each in _DECLARED.get(_primary(code), ()):
            priors[each] = priors.get(each, 0.0) + weight
    if "nn" not in map(_primary, weights):
        priors["nno"] = priors.get("nno", 0.0) - _COST_OF_NYNORSK
    return priors


def _primary(code: str) -> str:
    """The language itself of a tag like "nb-NO" or "sv_SE" (RFC 5646, section 2.2.1)."""
    return re.split(r"[-_]", code.strip().lower(), maxsplit=1)[0]


def _known_code(code: str | None) -> str | None:
    known = _DECLARED.get(_primary(code or ""))
    return _CODES[known[0]] if known else None


@cache
def _model() -> Any:
    from heliport import Identifier

    return Identifier()
