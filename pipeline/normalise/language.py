"""Which language a text is in: what its words look like, weighed with what is said about it.

py3langid (a naive Bayes classifier over n-grams of bytes, 140 languages) gives for each language the likelihood of the text. The
logarithm of that is the evidence, and everything else is weighed in the same unit: words and spellings that only some of a few close
relatives have, and what the source or the entry declares. A declaration is worth about one word of clear text, so it decides titles
made of names and little else: sites declare one language for all their pages.

Known mistakes: a Swedish title that is an English name; Bokmål and Nynorsk where no word tells them apart; a text in two languages
gives the one that it has more of.
"""

from __future__ import annotations

import math
import mmap
import re
from array import array
from collections import defaultdict
from functools import cache, lru_cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from pipeline.normalise.telling import BEGINNINGS, COMMON, ENDINGS, IBERIAN_WORDS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.source import Source

# fmt: off
#: The languages that are told apart, as the model names them and as we do (BCP 47).
OURS: Final[Mapping[str, str]] = {
    "sv": "sv", "en": "en", "no": "nb", "nn": "nn", "da": "da", "fi": "fi", "ca": "ca", "es": "es", "de": "de",
}
#: Others that news is written in.
_OTHERS: Final = frozenset({
    "fr", "it", "is", "nl", "pt", "pl", "ro", "hu", "cs", "sk", "sl", "hr", "sr", "bg", "el", "ru", "uk", "tr", "ar", "fa", "zh", "ja",
    "ko", "et", "lv", "lt", "so", "eu", "gl", "fo", "se",
})
#: And those that a text might be in that is taken for one of ours, were they not known.
_RARE: Final = frozenset({
    "af", "an", "az", "br", "bs", "cy", "eo", "ext", "fy", "ga", "gcr", "gd", "he", "hi", "ht", "id", "la", "lb", "lij", "ltg", "mk",
    "ms", "mt", "oc", "pcm", "sq", "sw", "th", "tl", "ur", "uz", "vec", "vi", "vo", "wa",
})
# fmt: on
_CODES: Final[Mapping[str, str]] = {**{each: each for each in _OTHERS}, **OURS}
#: What a declared code speaks for: "nb-NO" is what content systems call every Norwegian site, "no" is Norwegian of either kind.
_DECLARED: Final[Mapping[str, tuple[str, ...]]] = {
    **{code: (label,) for label, code in _CODES.items()},
    "nb": ("no", "nn"),
    "no": ("no", "nn"),
}

# All in decimal logarithms of likelihood, as far as the model is to be believed: it takes the letters of a text for independent.
_OF_THE_MODEL = 0.7 / math.log(10)
#: What a language costs before anything is read: those that sites like ours hardly ever use have to be so much plainer.
_COST_OF_OTHERS, _COST_OF_RARE = 0.3, 2.0
#: A text in Bokmål names people, places and bodies in Nynorsk; one in Nynorsk shows it in every other word.
_COST_OF_NYNORSK_PER_WORD = 0.1
#: What a declaration is worth: in sources.yaml, on the entry or its page, by the caller.
_BY_SOURCE, _BY_ENTRY, _BY_CALLER = 1.0, 1.0, 1.0
#: What one telling word is worth, one telling beginning of a word, and one telling ending.
_WORD, _BEGINNING, _ENDING = 1.0, 1.0, 0.1
#: Different words that only the declared language has, from which on it is believed.
_PLAIN = 3
#: In a text of so many words.
_FEWEST = 8
#: How much likelier the best language of one or two words has to be than the next ("Hej" is Swedish and Danish).
_LEAD = 0.1

#: Characters of a text that are read: more adds nothing but time.
_ENOUGH = 240
_CANDIDATES = 16
#: Letters from which on a word's beginning and ending say something.
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
    """The likeliest language by the model's name, given what is declared; None where nothing speaks for any."""
    text = _SURROGATE.sub(" ", text[:_ENOUGH])
    if any(mark in text for mark in ("@", "://", "www.")):
        text = _NO_WORD.sub(" ", text)
    words = _WORDS.findall(text.lower())
    if not words:
        return None
    if (plain := _plainly(words, weights)) is not None:
        return plain
    priors = _priors(weights)
    ranking: list[tuple[str, float]] = _model().rank(text)
    (_, best), (_, worst) = ranking[0], ranking[-1]
    if best == worst:
        return None
    costs = {
        each: (best - score) * _OF_THE_MODEL + _cost_of(each, len(words)) - priors.get(each, 0.0)
        for each, score in ranking[:_CANDIDATES]
    }
    _weigh_relatives(costs, words)
    ranked = sorted(costs, key=lambda each: (costs[each], each))
    if len(words) < 3 and costs[ranked[1]] - costs[ranked[0]] < _LEAD:
        return None
    return ranked[0]


def _plainly(words: list[str], weights: Mapping[str, float]) -> str | None:
    """The declared language, where so many of its commonest words are there that the model need not be asked; else None."""
    declared = {label for code in weights for label in _DECLARED.get(_primary(code), ())}
    if len(declared) != 1 or not declared <= COMMON.keys():
        return None
    (label,) = declared
    there = set(words)
    if len(COMMON[label] & there) < _PLAIN or len(words) < _FEWEST:
        return None
    return label if all(len(COMMON[each] & there) <= 1 for each in COMMON if each != label) else None


def _weigh_relatives(costs: dict[str, float], words: list[str]) -> None:
    """Adds to the cost of each close relative what the words say against it."""
    against: defaultdict[str, float] = defaultdict(float)
    for word in set(words):
        for code, worth in _telling(word):
            against[code] += worth
    for each in costs:
        costs[each] += against.get(OURS.get(each, ""), 0.0)


@lru_cache(maxsize=1 << 14)
def _telling(word: str) -> tuple[tuple[str, float], ...]:
    """The languages that a word speaks against, and how much."""
    found = [(code, _WORD) for table in (WORDS, IBERIAN_WORDS) for code in table.get(word, ())]
    if len(word) >= _LONG_WORD:
        for shapes, worth in ((BEGINNINGS, _BEGINNING), (ENDINGS, _ENDING)):
            found += [(code, worth) for pattern, codes in shapes if pattern.match(word) for code in codes]
    return tuple(found)


def _cost_of(label: str, words: int) -> float:
    if label == "nn":
        return _COST_OF_NYNORSK_PER_WORD * words
    return 0.0 if label in OURS else _COST_OF_OTHERS if label in _OTHERS else _COST_OF_RARE


def _priors(weights: Mapping[str, float]) -> dict[str, float]:
    priors: dict[str, float] = {}
    for code, weight in weights.items():
        for each in _DECLARED.get(_primary(code), ()):
            priors[each] = priors.get(each, 0.0) + weight
    return priors


def _primary(code: str) -> str:
    """The language itself of a tag like "nb-NO" or "sv_SE" (RFC 5646, section 2.2.1)."""
    return re.split(r"[-_]", code.strip().lower(), maxsplit=1)[0]


def _known_code(code: str | None) -> str | None:
    known = _DECLARED.get(_primary(code or ""))
    return _CODES[known[0]] if known else None


@cache
def _model() -> Any:
    """The classifier with the languages that we weigh alone: the others would take half of its memory."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    kept = [n for n, label in enumerate(whole.nb_classes) if label in _CODES or label in _RARE]
    model = LanguageIdentifier(
        # A text asks for a hundred rows: each in one place of the memory.
        whole.nb_ptc[:, kept].copy(order="C"),
        whole.nb_pc[kept],
        [whole.nb_classes[n] for n in kept],
        _beside(whole.tk_nextmove),
        # Arrays where the model has lists: processes that split off share them, for to read a list is to write into what it holds.
        array("i", whole.tk_output),
        tk_row=whole.tk_row,
    )
    model._rowbase = array("I", model._rowbase)  # noqa: SLF001
    return model


def _beside(table: array[int]) -> Sequence[int]:
    """The table, of type "I", in a file without a name, of which only the pages are in memory that are asked for; as it is where no file can be written.

    Of the steps through the letters of all scripts ours take a part.
    """
    try:
        with TemporaryFile() as file:
            table.tofile(file)
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("I")
    except OSError:
        return table
