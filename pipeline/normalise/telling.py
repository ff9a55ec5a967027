"""Words and endings that tell close relatives among the languages apart: the tables behind `normalise.language`.

Every line says which of the languages of its group have the words; each of them speaks against the rest of the group. Taken from the
grammars and dictionaries of the languages, standard forms only; a word that another of them has in another sense stands with both
("sidan" is Nynorsk for "since" and Swedish for "the page").
"""

from __future__ import annotations

import re

NORDIC = frozenset({"swe", "nob", "nno", "dan"})
IBERIAN = frozenset({"cat", "spa"})

# fmt: off
_NORDIC_WORDS = {
    "swe": """och är att från för många mycket några något någon varit mellan upp in till ska vill gör säger vad när där här hur
        varför vilka vilken vilket enligt genom även också redan varje än över flera själv hela hon deras därför blivit hade kunde
        bland tillbaka vecka veckor arbete annat andra tidigare tillsammans ett inköp hjälp möte åt vid inte jag mer sedan kommun
        ny upphandling upphandlingen region regionen""",
    "nob": "hva noe noen mye vært ble uten nå gjør sier uke uker uken annet dessuten penger veiledning fjor jobber",
    "nno": """ikkje eg ein eit dei dykk vere vera vore noko nokon nokre kva kven kvifor korleis kor kvart kvarandre òg berre sjølv sjølve
        mykje meir fleire frå vart vert gjer seier veke veker vekene hennar deira saman heile heim kjem kome difor allereie anna
        tidlegare seinare eigen eigne eiga betre fyrst fyrste rettleiing skule skulen ifølgje auke auka auken løyve gjekk fekk gje gjev
        einskilde annleis ho slutta stad stader mogleg moglege nødvendig nytte følgjer viser høve vatn vatnet dagleg vanleg
        særleg offentleg offentlege ifrå nærare høgare kring medlemer verda verksemd verksemder tenester teneste born
        kjende kjend seinast fyrste ikring undervegs einaste åleine leiar leiarar""",
    "dan": """af hvad noget nogle nogen mellem mod uden ud op ind bliver været meget havde siger gør fået gået end uge uger ugen brug bruge
        brugt tilbage nyt os gennem blandt blive blevet arbejde desuden andet hendes penge børn indkøb hjælp møde vejledning omkring
        igennem længere øget mere kun give sådan hos lige dansk danske deltog sker så-kaldt regeringen kommunen bør forskellige
        allerede udvikling virksomheder virksomhed""",
    "nob dan": """ikke jeg hvordan hvorfor hvis hvilke hvilken hvilket hvert hver hvem hvor være selv siden hun bare fra mens deres et flere
        bedre da sammen hele allerede ifølge tidligere følge skole skolen selskap""",
    "nob nno": """etter mellom opp inn hadde seg meg deg å enn gjennom blant slik igjen kjøp innkjøp arbeid hjelp møte møtet likevel tilbake
        blitt gi arbeidet norsk norske kjem viktig""",
    "dan swe": "efter sig mig dig blev igen nu sådan",
    "nno swe": "utan då medan pengar dessutan kvar sidan",
    "nob swe": "mer hennes",
    "nob nno swe": "av mot ut blir fått gått bruk oss bli nytt barn",
    "nob dan swe": "en de dem man kommer egen",
    "nob nno dan": """og er til når også mange skal vil ville kunne nye andre over fordi derfor før først her svært leverandør leverandører
        at sagt""",
}
_NORDIC_ENDINGS = {
    "swe": r"(?:orna|arna|erna|ades?|igheten|ningarna|ligen|skt)",
    "nno swe": r"(?:ande|ningar|(?<!sv)(?<!u)(?<!k)ar)",
    "nno": r"(?:ane|leg|lege|heit|heita|inga|ingane|skule|leik)",
    "dan": r"(?:hed|heden|heder|ede|skab|skaber|elsen|øj)",
    "nob nno": r"(?:sjon|sjonen|sjonar|sjoner|skapet)",
    "nob dan": r"(?:ene|ende|elig|elige|igere)",
    "nob swe": r"(?:heten|heter)",
    "dan swe": r"(?:tion|tionen|tioner)",
}
_IBERIAN_WORDS = {
    "cat": """amb els dels als és més però també són aquest aquesta aquests aquestes seva seu seus seves pel pels fins quan altres any anys
        nou noves hi ho ha van una què per i al les va dins sense ser des ens ells molt molts cap tot tots on entre tres""",
    "spa": """y el los con por para del más pero también este estos estas esta su sus años año nuevo nueva nuevas muy fue está sin hasta cuando
        otros donde las se lo una es desde ser ha tres entre""",
}
# fmt: on


def _by_word(lines: dict[str, str], group: frozenset[str]) -> dict[str, frozenset[str]]:
    """Each word with the languages of the group that it speaks against; a word of every line's counts nowhere."""
    having: dict[str, set[str]] = {}
    for languages, words in lines.items():
        for word in words.split():
            having.setdefault(word, set()).update(languages.split())
    return {word: group - own for word, own in having.items() if group - own}


#: Word → the languages that it speaks against.
WORDS = _by_word(_NORDIC_WORDS, NORDIC)
IBERIAN_WORDS = _by_word(_IBERIAN_WORDS, IBERIAN)
#: Endings of words of at least six letters, and the languages that they speak against.
ENDINGS = tuple(
    (re.compile(rf"\w{{3,}}{pattern}\Z"), NORDIC - set(languages.split()))
    for languages, pattern in _NORDIC_ENDINGS.items()
)
