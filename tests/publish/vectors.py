"""Texts that have made markup run where it was not escaped: of the kinds that OWASP's list of ways around filters and the tests of sanitisers have."""

from __future__ import annotations

from pipeline.model.item import Revision
from pipeline.publish import edition
from tests.builders import NOW, config, record, source, story
from tests.publish.conftest import TOPICS, health_of

#: Each calls `pwned`, as a function or in an address, where it is let run.
VECTORS = (
    # Elements that run
    "<script>pwned()</script>",
    "<SCRIPT SRC=//pwned.example/x.js></SCRIPT>",
    "<scr<script>ipt>pwned()</scr</script>ipt>",
    "<script\x0c>pwned()</script\t>",
    "<<script>pwned();//<</script>",
    "<script>pwned()//",
    '<script type="module">pwned()</script>',
    # Events
    "<img src=x onerror=pwned()>",
    '<img src="x` `<script>pwned()</script>"` `>',
    "<img/src/onerror=pwned()>",
    "<svg onload=pwned()>",
    "<svg/onload=pwned()//",
    "<body onload=pwned()>",
    "<details open ontoggle=pwned()>",
    "<input autofocus onfocus=pwned()>",
    "<video><source onerror=pwned()></video>",
    "<audio src=x onerror=pwned()>",
    "<marquee onstart=pwned()>",
    "<div onpointerenter=pwned() style=position:fixed;inset:0>",
    '<a onmouseover="pwned()" href="#">x</a>',
    "<style onload=pwned()></style>",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<iframe src=javascript:parent.pwned()></iframe>",
    "<object data=javascript:pwned()></object>",
    "<embed src=javascript:pwned()>",
    "<form><button formaction=javascript:pwned()>x</button></form>",
    "<isindex action=javascript:pwned() type=image>",
    # Foreign content, and what parsers make anew (mutation)
    "<svg><script>pwned()</script></svg>",
    "<svg><script href=data:text/javascript,pwned() /></svg>",
    "<svg><a xlink:href=javascript:pwned()><text y=20>x</text></a></svg>",
    "<svg><animate onbegin=pwned() attributeName=x dur=1s></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned()&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=pwned()>">',
    "<template><script>pwned()</script></template>",
    "<textarea></textarea><img src=x onerror=pwned()>",
    "<title></title><script>pwned()</script>",
    "</title></style></textarea></script><script>pwned()</script>",
    '<xmp><p title="</xmp><svg/onload=pwned()>">',
    "<plaintext><script>pwned()</script>",
    # Ways out of attributes, comments, CDATA, data blocks, templates
    '"><script>pwned()</script>',
    "'><script>pwned()</script>",
    '" onmouseover="pwned()" x="',
    "' autofocus onfocus='pwned()' x='",
    "` onmouseover=pwned() `",
    "--><script>pwned()</script><!--",
    "]]><script>pwned()</script>",
    "</script><script>pwned()</script>",
    '"}</script><script>pwned()</script>',
    '\\"};pwned();//',
    "{{ pwned() }}{% for x in y %}${pwned()}#{pwned()}",
    "{{constructor.constructor('pwned()')()}}",
    "<!--[if gte IE 4]><script>pwned()</script><![endif]-->",
    "<?xml-stylesheet href='javascript:pwned()'?>",
    "<!ENTITY x SYSTEM 'http://pwned.example/'>",
    # Written otherwise
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "&#60;script&#62;pwned()&#60;/script&#62;",
    "&amp;lt;script&amp;gt;pwned()&amp;lt;/script&amp;gt;",
    "\u003cscript\u003epwned()\u003c/script\u003e",
    "%3Cscript%3Epwned()%3C/script%3E",
    "\uff1cscript\uff1epwned()\uff1c/script\uff1e",
    "+ADw-script+AD4-pwned()+ADw-/script+AD4-",
    "<scr\x00ipt>pwned()</scr\x00ipt>",
    "<img src=x o\u006eerror=pwned()>",
    # Styles, and what is fetched
    "<style>@import 'http://pwned.example/x.css';</style>",
    '<div style="background:url(http://pwned.example/x.png)">x</div>',
    "<link rel=stylesheet href=http://pwned.example/x.css>",
    "<link rel=import href=http://pwned.example/x.html>",
    "<meta http-equiv=refresh content='0;url=http://pwned.example/'>",
    "<base href=http://pwned.example/>",
    "<img src=http://pwned.example/x.png>",
    # Lines and headers
    "x\r\nBcc: pwned@example.se\r\n\r\n<script>pwned()</script>",
    "x\nATTENDEE:MAILTO:pwned@example.se\nBEGIN:VALARM",
    # Marks of the search
    "<mark><img src=x onerror=pwned()></mark>",
    "\u202egnp.<script>pwned()</script>\u2066",
)  # fmt: skip

#: Addresses that run, or lead elsewhere than they say.
ADDRESSES = (
    "javascript:pwned()",
    "JaVaScRiPt:pwned()",
    "java\nscript:pwned()",
    "java\tscript:pwned()",
    "\x01javascript:pwned()",
    " javascript:pwned()",
    "javascript&colon;pwned()",
    "&#106;avascript:pwned()",
    "data:text/html,<script>pwned()</script>",
    "data:text/html;base64,PHNjcmlwdD5wd25lZCgpPC9zY3JpcHQ+",
    "vbscript:pwned()",
    "livescript:pwned()",
    "view-source:javascript:pwned()",
    "blob:https://x/1",
    "file:///etc/passwd",
    "feed:javascript:pwned()",
    "//pwned.example/x",
    'https://x.example/"onmouseover="pwned()',
    "https://x.example/'><script>pwned()</script>",
    "https://x.example/</script><script>pwned()</script>",
)


def hostile():
    """An archive in which every field of every item is one of the vectors."""
    sources = [source(f"x{n}", name=vector) for n, vector in enumerate(VECTORS)]
    records = [
        record(
            f"i{n}", source=f"x{n}", title=vector, summary=f"{vector} Webbinarium den 12 maj 2026.", text=f"{vector}\n\nupphandling {vector}",
            url=ADDRESSES[n % len(ADDRESSES)], authors=(vector,), tags=(vector,), language="sv" if n % 2 else vector, topics=("textil",),
            history=(Revision(seen_at=NOW, before={"title": f"{vector} före", "text": vector, "url": ADDRESSES[n % len(ADDRESSES)]}),),
        )
        for n, vector in enumerate(VECTORS)
    ]  # fmt: skip
    stories = [story(each.item.id) for each in records]
    return edition(config(*sources, topics=TOPICS), records, stories, [health_of(each, "failing") for each in sources])
