"""Sites break in many ways: is each of them noticed by the next run, and does `doctor` say what it is? And is a healthy site left in peace?

    python benchmarks/quality/faults.py [RECORDINGS ...]

Every kind of source over recorded partner sites (default: examples/partners, and ../shared/real/sites-2 where it is here) is collected
once as it is. Then each fault is put in the place of its answer, one at a time: a run has to notice it, and `doctor` has to
name it. The figures: detected within one run, diagnosed rightly, news that the fault brought into the archive (none is right).
Then the same sites are replayed as they are and as they go on (`later/`), and with windows that move over their news:
every complaint there is a false alarm.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli import main as samflode

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
RECORDINGS = [ROOT / "examples" / "partners", ROOT.parent / "shared" / "real" / "sites-2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answers."""

    body: str
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way of breaking."""

    name: str
    #: The kinds of source that it can happen to: feed, listing, auto, json, sitemap.
    kinds: frozenset[str]
    spoil: Callable[[Answer], Answer]
    #: One of these has to stand in what doctor says (names of findings, kinds of errors, words of a complaint, "replace").
    expected: tuple[str, ...]


def _page(title: str, body: str, head: str = "") -> Callable[[Answer], Answer]:
    html = f"<!doctype html><html lang=sv><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    return lambda _: Answer(body=html)


_CONSENT = """<div class="dialog"><h1>Vi värnar om din integritet</h1><p>Vi och våra partner använder cookies (kakor) för att lagra
uppgifter på din enhet. Du kan ge ditt samtycke till cookies, eller ändra dina val. Läs mer i vår cookiepolicy.</p>
<button>Inställningar</button><button>Godkänn alla</button></div><a href="/cookiepolicy">Cookiepolicy</a>"""
_CONSENT_ENGLISH = """<main><h2>Before you continue</h2><p>We use cookies and data to deliver and maintain our services. If you
agree, we will also use cookies to personalise content. Consent can be withdrawn.</p><form action="/save"><input type=submit
value="Reject all"><input type=submit value="Accept all"></form></main>"""
_CHALLENGE = """<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cType:"managed"};</script>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>"""
_LOGIN = """<h1>Logga in</h1><form method=post action="/login"><label>Användarnamn <input name=user></label>
<label>Lösenord <input type=password name=p></label><button>Logga in</button></form><a href="/glomt">Glömt lösenordet?</a>"""
_SHELL = '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/main.4f1.js"></script>'
_GONE = """<h1>Sidan hittades inte</h1><p>Sidan du söker finns inte längre. Den kan ha flyttats eller tagits bort.</p>
<ul><li><a href="/">Start</a></li><li><a href="/om">Om oss</a></li><li><a href="/kontakt">Kontakt</a></li></ul>"""
_WORKING = "<h1>Underhåll pågår</h1><p>Webbplatsen är tillfälligt stängd för underhåll. Vi är snart tillbaka.</p>"
_PARKED = "<h1>example.se</h1><p>This domain is for sale. Buy this domain for 2,500 EUR.</p><a href='https://parking.example/'>Offer</a>"

ALL = frozenset({"feed", "listing", "auto", "json", "sitemap"})
PAGES = frozenset({"listing", "auto"})
NO_FEED = frozenset({"listing", "auto", "json", "sitemap"})


def _emptied(answer: Answer) -> Answer:
    """The same answer without its elements."""
    body = answer.body
    if body.lstrip().startswith(("[", "{")):
        return replace(answer, body="[]")
    if "<rss" in body or "<feed" in body or "<urlset" in body:
        return replace(answer, body=re.sub(r"<(item|entry|url)[\s>].*?</\1>", "", body, flags=re.DOTALL))
    says_so = "<h1>Nyheter</h1><p>Inga nyheter just nu.</p>"
    emptied = re.sub(r"<main.*?</main>", f"<main>{says_so}</main>", body, flags=re.DOTALL)
    if emptied == body:
        emptied = re.sub(r"<body[^>]*>.*</body>", f"<body>{says_so}</body>", body, flags=re.DOTALL)
    return replace(answer, body=emptied)


def _fewer(answer: Answer) -> Answer:
    """The same answer with its first element only."""
    if answer.body.lstrip().startswith("["):
        return replace(answer, body=json.dumps(json.loads(answer.body)[:1]))
    if "<urlset" in answer.body:
        pages = re.findall(r"<url>.*?</url>", answer.body, re.DOTALL)
        kept = [page for page in pages if re.search(r"/en/(?:news|actualitat)/.", page)][:1] or pages[-1:]
        return replace(
            answer, body=f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(kept)}</urlset>'
        )
    return answer


def _renamed(answer: Answer) -> Answer:
    return replace(
        answer,
        body=re.sub(r'class="([^"]+)"', lambda found: f'class="ny-{found[1].replace(" ", " ny-")}"', answer.body),
    )


_DATES = re.compile(
    r"\d{1,2}\s+(?:de |d’|d')?[a-zåäöç]+\.?\s+(?:de |del )?\d{4}|\d{4} [A-Z][a-z]{2} \d{1,2}|\d{4}-\d\d-\d\dT?[\d:+Z-]*"
    r"|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]+ [+\d]+|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}\.\d{1,2}\.\d{4}",
    re.IGNORECASE,
)


def _undated(answer: Answer) -> Answer:
    return replace(answer, body=_DATES.sub("", answer.body))


def _unreadable_dates(answer: Answer) -> Answer:
    return replace(answer, body=_DATES.sub("för ett tag sedan i fjol", answer.body))


def _one_title(answer: Answer) -> Answer:
    body = re.sub(r'("rendered": )"[^<"][^"]*"', r'\1"Nyheter"', answer.body)
    body = re.sub(r"(<h[23][^>]*>(?:\s*<a [^>]*>)?).*?(?=(?:</a>\s*)?</h[23]>)", r"\1Nyheter", body, flags=re.DOTALL)
    body = re.sub(r'(<a class="titol"[^>]*>).*?</a>', r"\1Nyheter</a>", body, flags=re.DOTALL)
    body = re.sub(r"(<strong>).*?(</strong>)", r"\1Nyheter\2", body, flags=re.DOTALL)
    body = re.sub(r"(<item>\s*<title>).*?(</title>)", r"\1Nyheter\2", body, flags=re.DOTALL)
    return replace(answer, body=body)


def _feed_instead(_: Answer) -> Answer:
    item = "<item><title>{0}</title><link>https://a.example/{0}</link></item>"
    items = "".join(item.format(number) for number in range(6))
    return Answer(body=f'<rss version="2.0"><channel>{items}</channel></rss>', content_type="application/rss+xml")


def _menu_page(_: Answer) -> Answer:
    links = "".join(
        f'<li><a href="/{word}/">{word.capitalize()}</a></li>' for word in ("om", "kontakt", "press", "jobb", "english")
    )
    text = (
        "<p>"
        + "Välkommen till oss. Vi arbetar för hållbara inköp i hela landet tillsammans med regioner och kommuner. " * 20
        + "</p>"
    )
    return Answer(
        body=f"<!doctype html><html><head><title>Välkommen</title></head><body><ul>{links}</ul>{text}</body></html>"
    )


FAULTS = [
    Fault(name="consent wall", kinds=ALL, spoil=_page("Samtycke", _CONSENT), expected=("consent wall",)),
    Fault(
        name="consent wall in English",
        kinds=ALL,
        spoil=_page("Before you continue", _CONSENT_ENGLISH),
        expected=("consent wall",),
    ),
    Fault(
        name="challenge",
        kinds=ALL,
        spoil=_page("Just a moment...", _CHALLENGE),
        expected=("challenge", "proof of being human"),
    ),
    Fault(
        name="challenge with 403",
        kinds=ALL,
        spoil=lambda answer: replace(_page("Just a moment...", _CHALLENGE)(answer), status=403),
        expected=("proof of being human",),
    ),
    Fault(name="login", kinds=ALL, spoil=_page("Logga in – intranätet", _LOGIN), expected=("login",)),
    Fault(name="JavaScript shell", kinds=ALL, spoil=_page("Nyheter", _SHELL), expected=("javascript shell",)),
    Fault(name="404 that says 200", kinds=ALL, spoil=_page("Sidan hittades inte", _GONE), expected=("not found",)),
    Fault(
        name="404",
        kinds=ALL,
        spoil=lambda answer: replace(_page("404", _GONE)(answer), status=404),
        expected=("http_status",),
    ),
    Fault(name="maintenance", kinds=ALL, spoil=_page("Underhåll", _WORKING), expected=("maintenance",)),
    Fault(
        name="maintenance with 503",
        kinds=ALL,
        spoil=lambda answer: replace(_page("x", _WORKING)(answer), status=503),
        expected=("http_status",),
    ),
    Fault(name="parked domain", kinds=ALL, spoil=_page("example.se", _PARKED), expected=("parked",)),
    Fault(name="empty answer", kinds=ALL, spoil=lambda answer: replace(answer, body=""), expected=("empty answer",)),
    Fault(
        name="a page in place of it",
        kinds=frozenset({"feed", "json", "sitemap"}),
        spoil=_menu_page,
        expected=("page for feed", "page for JSON", "page for sitemap"),
    ),
    Fault(name="another page", kinds=PAGES, spoil=_menu_page, expected=("nothing_matched",)),
    Fault(name="a feed in place of it", kinds=NO_FEED - {"json"}, spoil=_feed_instead, expected=("feed",)),
    Fault(name="emptied", kinds=ALL, spoil=_emptied, expected=("empty", "nothing_matched", "holds no entries")),
    Fault(name="far fewer", kinds=frozenset({"json", "sitemap"}), spoil=_fewer, expected=("Only 1 of the usual",)),
    Fault(name="classes renamed", kinds=frozenset({"listing"}), spoil=_renamed, expected=("replace",)),
    Fault(
        name="dates gone",
        kinds=frozenset({"feed", "listing", "auto", "json"}),
        spoil=_undated,
        expected=("has a date any more",),
    ),
    Fault(
        name="dates unreadable",
        kinds=frozenset({"feed", "listing", "json"}),
        spoil=_unreadable_dates,
        expected=("has a date any more",),
    ),
    Fault(
        name="one title for all",
        kinds=frozenset({"feed", "listing", "json"}),
        spoil=_one_title,
        expected=("same title",),
    ),
    Fault(
        name="redirected to the front page",
        kinds=ALL,
        spoil=lambda answer: replace(answer, body="", status=301, headers=(("Location", "/front-of-the-site/"),)),
        expected=("moved", "page for", "redirect"),
    ),
]

#: Further ways to read the sites, by a part of an address that the recordings have to have.
_MORE = {
    r"/wp-json/wp/v2/posts(?:\?per_page=\d+)?$": 'id: more-json, url: "{url}", json: wordpress',
    r"//upphandlingsnytt\.example\.se/nyheter/$": 'id: more-auto, url: "{url}", listing: auto',
    r"/sitemap\.xml$": 'id: more-sitemap, url: "{url}", sitemap: {{include: "/(?:actualitat|noticies|news)/."}}',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one fault at one source."""

    recordings: str
    source: str
    fault: str
    detected: bool
    diagnosed: bool
    #: Items that the fault brought into the archive.
    rubbish: int
    #: What run and doctor said.
    told: str
    #: Of the run report.
    error: dict[str, Any] | None


class Site:
    """Recordings to be spoilt, and a store that has collected them as they were."""

    def __init__(self, recordings: Path, folder: Path) -> None:
        self.name = recordings.name
        self._folder = folder
        self.recordings = folder / "recordings"
        shutil.copytree(recordings, self.recordings, ignore=shutil.ignore_patterns("later"))
        self._routes = json.loads((self.recordings / "routes.json").read_text(encoding="utf-8"))
        text = (recordings / "sources.yaml").read_text(encoding="utf-8")
        head, _, tail = text.partition("\ntopics:")
        more = (
            f"  - {{{written.format(url=url)}}}"
            for pattern, written in _MORE.items()
            for url in [url for url in self._routes if re.search(pattern, url)][:1]
        )
        text = f"{head.rstrip()}\n{chr(10).join(more)}\n" + (f"\ntopics:{tail}" if tail else "")
        # Two sources of one address are read in two ways here.
        (self.recordings / "sources.yaml").write_text(text, encoding="utf-8")
        self._front()

    def _front(self) -> None:
        (self.recordings / "front.html").write_text(_menu_page(Answer(body="")).body, encoding="utf-8")
        for host in {re.match(r"https?://[^/]+", url)[0] for url in self._routes if url.startswith("http")}:  # type: ignore[index]
            self._routes[f"{host}/front-of-the-site/"] = {
                "file": "front.html",
                "status": 200,
                "content_type": "text/html",
            }
        self._write()

    def _write(self) -> None:
        (self.recordings / "routes.json").write_text(json.dumps(self._routes), encoding="utf-8")

    def command(self, store: Path, *words: str) -> tuple[int, str]:
        """Exit code and what was said."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        common = ("--sources", str(self.recordings / "sources.yaml"), "--store", str(store), "--quiet")
        with redirect_stdout(out), redirect_stderr(err):
            code = samflode([*words, *common])
        out.flush()
        return code, out.detach().getvalue().decode()  # type: ignore[attr-defined]

    def sources(self) -> list[dict[str, Any]]:
        """Id, kind and address of each source."""
        listed = json.loads(self.command(self._folder / "none", "sources", "list", "--json")[1])
        return [each | {"kind": each["kind"].removeprefix("listing: ")} for each in listed]

    def collected(self) -> Path:
        """A store after two runs over the recordings as they are."""
        store = self._folder / "store"
        for _ in range(2):
            self.command(store, "run", "--replay", str(self.recordings), "--no-publish")
        return store

    def spoilt(self, source: dict[str, Any], fault: Fault, good: Path) -> Row:
        """One source with that fault, seen by a run and by `doctor`."""
        store = self._folder / "spoilt"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(good, store)
        saved = dict(self._routes)
        touched = [url for url in self._routes if self._is_of(url, source["url"])]
        for number, url in enumerate(touched):
            self._routes[url] = self._put(f"spoilt-{number}", fault.spoil(self._answer(saved[url])))
        self._write()
        try:
            before = self._items(store, source["id"])
            replayed = ("--replay", str(self.recordings))
            _, report = self.command(store, "run", *replayed, "--no-publish", "--json", "--source", source["id"])
            (mine,) = [each for each in json.loads(report)["sources"] if each["id"] == source["id"]]
            _, said = self.command(store, "doctor", source["id"], *replayed, "--json")
            _, words = self.command(store, "doctor", source["id"], *replayed)
            after = self._items(store, source["id"])
        finally:
            self._routes = saved
            self._write()
        told = json.dumps([mine["error"], mine["warnings"], json.loads(said)], ensure_ascii=False) + words
        state = json.loads(said)
        # A mistake of ours is no detection.
        detected = bool(state) and (mine["error"] or {}).get("kind") != "internal"
        return Row(
            recordings=self.name,
            source=source["id"],
            fault=fault.name,
            detected=detected,
            diagnosed=detected and any(word in told for word in fault.expected),
            rubbish=len(after - before),
            told=told,
            error=mine["error"],
        )

    def has(self, source: dict[str, Any], fault: Fault, good: Path) -> bool:
        """Whether a source has enough for a fault to be one: of three entries, one is not far fewer."""
        return fault.name != "far fewer" or len(self._items(good, source["id"])) > 3

    def _is_of(self, url: str, own: str) -> bool:
        return url == own or (url.startswith(f"{own}?") and "=" in url)

    def _answer(self, route: dict[str, Any]) -> Answer:
        body = (self.recordings / route["file"]).read_text(encoding="utf-8") if route.get("file") else ""
        return Answer(
            body=body,
            content_type=route.get("content_type", "text/html"),
            status=route.get("status", 200),
            headers=tuple((route.get("headers") or {}).items()),
        )

    def _put(self, name: str, answer: Answer) -> dict[str, Any]:
        (self.recordings / name).write_text(answer.body, encoding="utf-8")
        return {
            "file": name,
            "status": answer.status,
            "content_type": answer.content_type,
            "headers": dict(answer.headers),
        }

    def _items(self, store: Path, source: str) -> set[str]:
        _, lines = self.command(store, "export", "items", "--source", source)
        return {json.loads(line)["id"] for line in lines.splitlines()}


def rows(
    recordings: list[Path] = RECORDINGS, wanted: Callable[[str, Fault], bool] = lambda _source, _fault: True
) -> list[Row]:
    """A row for each fault at each source that it can happen to; recordings that are not here are left out."""
    found = []
    for path in recordings:
        if not path.is_dir():
            continue
        with tempfile.TemporaryDirectory() as folder:
            site = Site(path, Path(folder))
            good = site.collected()
            for source in site.sources():
                found += [
                    site.spoilt(source, fault, good)
                    for fault in FAULTS
                    if source["kind"] in fault.kinds and wanted(source["id"], fault) and site.has(source, fault, good)
                ]
    return found


def false_alarms(recordings: list[Path] = RECORDINGS, rounds: int = 3) -> tuple[int, list[str]]:
    """How many healthy visits were made, and the complaints that were heard in them."""
    visits, complaints = 0, []
    for path in recordings:
        if not path.is_dir():
            continue
        with tempfile.TemporaryDirectory() as folder:
            site = Site(path, Path(folder))
            store = site.collected()
            for number in range(rounds):
                # Now the network as it goes on, now as it was: windows that move back and forth.
                replayed = path / "later" if number % 2 == 0 and (path / "later").is_dir() else site.recordings
                _, report = site.command(store, "run", "--replay", str(replayed), "--no-publish", "--json")
                for each in json.loads(report)["sources"]:
                    visits += 1
                    if each["error"]:
                        complaints.append(f"{path.name} {each['id']}: {each['error']['message']}")
                _, said = site.command(store, "doctor", "--replay", str(replayed), "--json")
                complaints += [
                    f"{path.name} {each['id']}: {each.get('complaints')}"
                    for each in json.loads(said)
                    if each["condition"] != "quiet"
                ]
    return visits, complaints


def main(recordings: list[Path]) -> int:
    """Prints the figures and whatever went wrong."""
    table = rows(recordings)
    print(
        f"{len({row.fault for row in table})} kinds of fault × {len({(row.recordings, row.source) for row in table})} sources: {len(table)} cases"
    )
    for name in ("detected", "diagnosed"):
        count = sum(getattr(row, name) for row in table)
        print(f"{name}: {count} of {len(table)} ({count / len(table):.1%})")
    print(f"cases in which rubbish came into the archive: {sum(bool(row.rubbish) for row in table)}")
    missed = Counter(row.fault for row in table if not row.diagnosed)
    print("not diagnosed:", dict(missed) or "none")
    for row in table:
        if not row.diagnosed or row.rubbish:
            print(
                f"  {row.recordings} {row.source}, {row.fault}: detected {row.detected}, rubbish {row.rubbish}: {row.told[:600]}"
            )
    visits, alarms = false_alarms(recordings)
    print(f"false alarms in {visits} healthy visits: {len(alarms)}")
    for alarm in alarms:
        print(f"  {alarm}")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]] or RECORDINGS))
