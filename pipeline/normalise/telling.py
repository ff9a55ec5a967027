"""Words and endings that tell close relatives among the languages apart: the tables behind `normalise.language`.

Every line says which of the languages of its group have the words; each of them speaks against the rest of the group. Taken from the
grammars and dictionaries of the languages, standard forms only; a word that another of them has in another sense stands with both
("sidan" is Nynorsk for "since" and Swedish for "the page").
"""

from __future__ import annotations

import re

NORDIC = frozenset({"sv", "nb", "nn", "da"})
IBERIAN = frozenset({"ca", "es"})

# fmt: off
_NORDIC_WORDS = {
    "sv": """och är att från för många mycket några något någon varit mellan upp in till ska vill gör säger vad när där här hur
        varför vilka vilken vilket enligt genom även också redan varje än över flera själv hela hon deras därför blivit hade kunde
        bland tillbaka vecka veckor arbete annat andra tidigare tillsammans ett inköp hjälp möte åt vid inte jag mer sedan kommun
        ny upphandling upphandlingen region regionen""",
    "nb": """hva noe noen mye vært ble uten nå gjør sier uke uker uken annet dessuten penger veiledning fjor jobber boken saken vei veien
        høy høye lenge vann vannet
        fikk gikk gjøre gjelder fortsatt forteller finnes ganger innen begynte legge nærmere""",
    "nn": """ikkje eg ein eit dei dykk vere vera vore noko nokon nokre kva kven kvifor korleis kor kvart kvarandre òg berre sjølv sjølve
        mykje meir fleire frå vart vert gjer seier veke veker vekene hennar deira saman heile heim kjem kome difor allereie anna
        tidlegare seinare eigen eigne eiga betre fyrst fyrste rettleiing skule skulen ifølgje auke auka auken løyve gjekk fekk gje gjev
        einskilde annleis ho slutta stad stader mogleg moglege nødvendig nytte følgjer viser høve vatn vatnet dagleg vanleg
        særleg offentleg offentlege ifrå nærare høgare kring medlemer verda verksemd verksemder tenester teneste born
        kjende kjend seinast fyrste ikring undervegs einaste åleine leiar leiarar bur budde kyrkje kyrkja høg høgt høge høgast bilete teke
        førebels haldt jamn vorte vorten gamal nytta sume somme reknar rekna vegar jobbar byggje følgje liggje tenkje
        skrive spelar spela mannleg menneskje mjølk kunnskapar skular vitskap vitskapen
        noverande utanfor innanfor einingar tidlegast verdsmeister ordførar politikar
        noreg gjeld me same sjå heilt trur meiner tek veit desse gjere endå gong gonger byrja eigentleg truleg inneber halde treng døme
        framleis talet nemleg endeleg legg ligg utruleg seia tidleg følgjande samstundes ønskjer naturleg snakkar skriv driv fortel regjeringa
        oppgåve oppgåver pengane noregs nokså enno førre sjølvsagt høyrer""",
    "da": """af hvad noget nogle nogen mellem mod uden ud op ind bliver været meget havde siger gør fået gået end uge uger ugen brug bruge
        brugt tilbage nyt os gennem blandt blive blevet arbejde desuden andet hendes penge børn indkøb hjælp møde vejledning omkring
        igennem længere øget mere kun give sådan hos lige dansk danske deltog sker så-kaldt regeringen kommunen bør forskellige
        allerede udvikling virksomheder virksomhed
        fik sidste dog måde anden giver inden mand gøre gik plads næsten måske finde begyndte dage række særlig""",
    "nb da": """ikke jeg hvordan hvorfor hvis hvilke hvilken hvilket hvert hver hvem hvor være selv siden hun bare fra mens deres et flere
        bedre da sammen hele allerede ifølge tidligere følge skole skolen selskap
        ham verden samme hjem synes mennesker senere frem ønsker enkelte virkelig steder sted eneste nemlig tilsvarende måneder""",
    "nb nn": """etter mellom opp inn hadde seg meg deg å enn gjennom blant slik igjen kjøp innkjøp arbeid hjelp møte møtet likevel tilbake
        blitt gi arbeidet norsk norske kjem viktig kart kartet takk søknad søknader kanskje slutt nett nettet mann kvinner
        prosent litt si siste plass grunn veldig dersom betyr nesten slike spørsmål spørsmålet besøk uttrykk bakgrunn kveld løpet måtte kjenner""",
    "da sv": "efter sig mig dig blev igen nu sådan",
    "nn sv": "utan då medan pengar dessutan kvar sidan",
    "nb sv": "mer hennes",
    "nb nn sv": "av mot ut blir fått gått bruk oss bli nytt barn bok sak språk",
    "nb da sv": "en de dem man kommer egen",
    "nb nn da": """og er til når også mange skal vil ville kunne nye andre over fordi derfor før først her svært leverandør leverandører
        at sagt""",
}
_NORDIC_ENDINGS = {
    "sv": r"(?:orna|arna|erna|ades?|igheten|ningarna|ligen|skt)",
    "nn sv": r"(?:ande|ningar|(?<!sv)(?<!u)(?<!k)ar)",
    "nn": r"(?:ane|leg|lege|heit|heita|inga|ingane|skule|leik|kyrkj[ae]|stova)",
    "da": r"(?:hed|heden|heder|ede|skab|skaber|elsen|øj)",
    "nb nn": r"(?:sjon|sjonen|sjonar|sjoner|skapet)",
    "nb da": r"(?:ene|ende|elig|elige|igere)",
    "nb sv": r"(?:heten|heter)",
    "da sv": r"(?:tion|tionen|tioner)",
    # Danish writes no consonant twice at the end of a word.
    "nb nn sv": r"(?:kk|pp|tt|gg|mm|nn|ll)",
}
#: What words begin with: "opplysninger" in both kinds of Norwegian is "oplysninger" in Danish and "upplysningar" in Swedish.
_NORDIC_BEGINNINGS = {
    "sv": r"(?:upp|för)",
    "nn": r"(?:kyrkj|høg|sjølv|kv[aeio]|nokr|skul[ae]|byggj|følgj|tenkj|gjev)",
    "da": r"(?:op[bdfghjklmnrstv]|ud[^ao]|bø[rg]|gø)",
    "da sv": r"efter",
    "nb nn": r"(?:opp|etter|gjenn?om|gjør|kjø|skj[øa])",
}
_IBERIAN_WORDS = {
    "ca": """amb els dels als és més però també són aquest aquesta aquests aquestes seva seu seus seves pel pels fins quan altres any anys
        nou noves hi ho ha van una què per i al les va dins sense ser des ens ells molt molts cap tot tots on entre tres""",
    "es": """y el los con por para del más pero también este estos estas esta su sus años año nuevo nueva nuevas muy fue está sin hasta cuando
        otros donde las se lo una es desde ser ha tres entre""",
}

_COMMON = {
    "sv": "och att är från för många mycket någon något några varit säger enligt även sedan också inte hur vad mellan till när där"
    " vid nya åt inom dessa ännu vilket genom hon sina deras därför blivit",
    "en": "the of and that with which from this have has their they were been would about said will by are was after into"
    " than its other there when while could should people years who you your our",
    "de": "und der die das ist nicht mit auf für von dem den eine einer wird werden sich auch zum zur nach bei wie"
    " aus über noch sind wurde durch oder sowie",
    "fi": "ja on ei että ovat oli myös sekä kun tai joka mukaan sen ole mutta voi vuoden",
    "da": "af hvad nogle noget meget mellem uden bliver blev været fået efter også siger sådan mere gennem",
    "es": "los las del por con para más pero también este esta está años según ha han fue una",
    "ca": "amb els dels als és més però també aquest aquesta seva seu pel fins quan segons són han una",
    "fr": "les des est dans pour sur une avec qui sont par aux cette ont plus",
    "nl": "het een van voor met zijn niet aan ook naar wordt werden deze bij",
    "pt": "não uma para com dos das pelo são foi mais também pela ao",
    "it": "il che per una del della sono con gli anche più nel dei alla",
    "no": "ikke av etter hva noe noen mye vært ble uten nå gjør sier opp inn mellom også",
    "nn": "ikkje eg ein eit dei frå vere noko kva meir vart nokon berre seier",
}
# fmt: on


def _by_word(lines: dict[str, str], group: frozenset[str]) -> dict[str, frozenset[str]]:
    """Each word with the languages of the group that it speaks against; a word of every line's counts nowhere."""
    having: dict[str, set[str]] = {}
    for languages, words in lines.items():
        for word in words.split():
            having.setdefault(word, set()).update(languages.split())
    return {word: group - own for word, own in having.items() if group - own}


def _shapes(lines: dict[str, str], form: str) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Patterns of whole words, each with the languages of the north that it speaks against."""
    return tuple((re.compile(form.format(part)), NORDIC - set(languages.split())) for languages, part in lines.items())


#: By the model's name of a language: common words that stand in no other of the languages that we weigh, but by chance.
COMMON = {label: frozenset(words.split()) for label, words in _COMMON.items()}
#: Word → the languages that it speaks against.
WORDS = _by_word(_NORDIC_WORDS, NORDIC)
IBERIAN_WORDS = _by_word(_IBERIAN_WORDS, IBERIAN)
#: Endings of words of at least six letters, and the languages that they speak against.
ENDINGS = _shapes(_NORDIC_ENDINGS, r"\w{{3,}}{}\Z")
#: The same of the beginnings.
BEGINNINGS = _shapes(_NORDIC_BEGINNINGS, r"{}\w{{2,}}")
