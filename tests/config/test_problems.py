"""Every planted fault is found, at its place, and told in words that say what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.cli import main
from pipeline.config import check, load
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

#: One line; a good file's beginning.
HEAD = "archive: {title: Nyheter, url: https://nyheter.example.se/}\n"
#: Four lines; a good file, whose source can go on below.
ONE = HEAD + "sources:\n  - id: adda\n    url: https://www.adda.se/feed/\n"

#: What the variable SECRET holds; no message may tell.
SECRET = "hunter2"

FAULTS = [
    pytest.param(
        "", "sources.yaml:1:1: the file is empty; write one, or let `samflode init` write one with examples", id="empty"
    ),
    pytest.param(
        "# nothing yet\n",
        "sources.yaml:1:1: the file is empty; write one, or let `samflode init` write one with examples",
        id="only_comments",
    ),
    pytest.param(
        "- id: adda\n",
        "sources.yaml:1:1: the file: a list stands where a set of fields is needed; begin its lines with the names of fields, `archive:` and `sources:`",
        id="a_list",
    ),
    pytest.param(
        "hello\n",
        "sources.yaml:1:1: the file: a text (`hello`) stands where a set of fields is needed; begin its lines with the names of fields, `archive:` and `sources:`",
        id="a_text",
    ),
    pytest.param(
        HEAD + "sources:\n\t- id: adda\n",
        "sources.yaml:3:1: there is a tab in the indentation; indent with spaces, two for each step; YAML allows no tabs",
        id="tab",
    ),
    pytest.param(
        ONE + "    name: Adda: nyheter\n",
        "sources.yaml:5:15: a colon with a space after it stands inside a value, or the line is indented too far; put the whole value in quotes, or indent the line like the field before it",
        id="colon_in_value",
    ),
    pytest.param(
        ONE + '    name: "Adda\n    language: sv\n',
        "sources.yaml:5:11: a quotation mark is opened and never closed; close it at the end of the value",
        id="open_quote",
    ),
    pytest.param(
        ONE + "    tags: [ngo, press\n    language: sv\n",
        "sources.yaml:5:11: a list in `[ ]` is not closed, or a comma is missing in it; close it with `]`; put values with `[ ] { } , :` in quotes",
        id="open_bracket",
    ),
    pytest.param(
        ONE + "    sitemap: {include: x\n    language: sv\n",
        "sources.yaml:5:14: fields in `{ }` are not closed, or a comma is missing between them; close them with `}`; put values with `[ ] { } , :` in quotes",
        id="open_brace",
    ),
    pytest.param(
        ONE + "    name: *adda\n",
        "sources.yaml:5:11: `*` before a word takes over a value named elsewhere, and there is none; put the whole value in quotes",
        id="star",
    ),
    pytest.param(
        ONE + "    name: @adda\n",
        "sources.yaml:5:11: a value can't begin with this character; put the whole value in quotes",
        id="at_sign",
    ),
    pytest.param(
        HEAD + "sources\n  - id: adda\n",
        "sources.yaml:3:7: a colon is missing after a field's name; write `name: value`",
        id="missing_colon",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n   url: https://x.se/\n",
        "sources.yaml:4:4: the line fits none of the levels above it; indent it like the other fields of the same set, and begin each element of a list with `- `",
        id="indentation",
    ),
    pytest.param(
        ONE + "---\na: b\n",
        "sources.yaml:5:1: `---` begins a second document; keep everything in one; take the line `---` away",
        id="two_documents",
    ),
    pytest.param(
        ONE + "    name: Ad\x07da\n",
        "sources.yaml:5:13: a character that can't be seen stands here, which YAML does not allow; delete it",
        id="unseen_character",
    ),
    pytest.param(
        ONE + "    name: !python/name Adda\n",
        "sources.yaml:5:11: `!python/name` is a tag of YAML, which nothing here needs; leave it out, or put the value in quotes",
        id="yaml_tag",
    ),
    pytest.param(
        ONE + '    include: "\\d+"\n',
        "sources.yaml:5:16: a backslash in double quotes begins an escape; use single quotes: '\\d+'",
        id="backslash_in_double_quotes",
    ),
    pytest.param(
        ONE + "    url: https://www.adda.se/rss/\n",
        "sources.yaml:5:5: `url` stands here a second time, first in line 4; keep one of the two",
        id="same_key_twice",
    ),
    pytest.param(
        HEAD + "sources: &s\n  - *s\n",
        "sources.yaml:2:10: an alias (`*name`) leads back to itself or to too much; write the values out",
        id="circle_of_aliases",
    ),
    pytest.param(
        "sources:\n  - {id: adda, url: https://www.adda.se/feed/}\n",
        "sources.yaml:1:1: the file has no `archive`; add `archive: {title: Nyheter, url: https://nyheter.example.se/}`",
        id="no_archive",
    ),
    pytest.param(
        "archive: {url: https://nyheter.example.se/}\nsources:\n  - {id: adda, url: https://www.adda.se/feed/}\n",
        'sources.yaml:1:1: `archive` has no `title`; add `title: "Samlade nyheter"`',
        id="no_title",
    ),
    pytest.param(
        HEAD,
        "sources.yaml:1:1: the file has no `sources`; add `sources: [{id: adda, url: https://www.adda.se/feed/}]`",
        id="no_sources",
    ),
    pytest.param(
        HEAD + "sources: []\n",
        "sources.yaml:2:10: sources: there is no source yet; add one: `samflode sources add ADDRESS` takes any address of a site, `samflode sources import FILE` a list of feeds",
        id="sources_empty",
    ),
    pytest.param(
        HEAD + "sources:\n",
        "sources.yaml:2:1: there is no source yet; add one: `samflode sources add ADDRESS` takes any address of a site, `samflode sources import FILE` a list of feeds",
        id="sources_nothing",
    ),
    pytest.param(
        HEAD + "sources:\n  adda:\n    url: https://www.adda.se/feed/\n",
        "sources.yaml:3:3: sources: a set of fields stands where a list is needed; begin each element with `- `, on a line of its own",
        id="sources_a_mapping",
    ),
    pytest.param(
        HEAD + "sources:\n  - https://www.adda.se/feed/\n",
        "sources.yaml:3:5: an element of sources: a text (`https://www.adda.se/feed/`) stands where a set of fields is needed; write its fields below each other, beginning with `- id: …`",
        id="source_no_mapping",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n",
        "sources.yaml:3:5: this source has no `url`; add `url: https://www.adda.se/feed/`",
        id="no_url",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url:\n",
        "sources.yaml:4:5: `url` is empty; write `url: https://www.adda.se/feed/`",
        id="url_empty",
    ),
    pytest.param(
        ONE + "    intervall: 6h\n",
        "sources.yaml:5:5: unknown field `intervall`; did you mean `every`?",
        id="intervall",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    feed: https://www.adda.se/feed/\n",
        "sources.yaml:4:5: unknown field `feed`; did you mean `url`?",
        id="feed_for_url",
    ),
    pytest.param(
        ONE + "    selector: {item: .news}\n",
        "sources.yaml:5:5: unknown field `selector`; did you mean `listing`?",
        id="selector_for_listing",
    ),
    pytest.param(
        ONE + "    listing: {item: .news, titel: h2}\n",
        "sources.yaml:5:28: unknown field `titel`; did you mean `title`?",
        id="titel_in_listing",
    ),
    pytest.param(
        ONE + "    langauge: sv\n",
        "sources.yaml:5:5: unknown field `langauge`; did you mean `language`?",
        id="slip_of_the_pen",
    ),
    pytest.param(
        ONE + "    tidszon: Europe/Stockholm\n",
        "sources.yaml:5:5: unknown field `tidszon`; did you mean `timezone`?",
        id="swedish_word",
    ),
    pytest.param(
        ONE + "    colour: red\n",
        "sources.yaml:5:5: unknown field `colour`; the fields here are `id`, `url`, `name`, `every`, `language`, `timezone`, `tags`, `include`, `exclude`, `listing`, `json`, `sitemap` and `article`",
        id="unknown_word",
    ),
    pytest.param(
        ONE + "    listing:\n      item: .news\n    date: .date\n",
        "sources.yaml:7:5: unknown field `date`; it belongs below `listing:`, `json:` or `article:`, two spaces further in",
        id="not_indented_enough",
    ),
    pytest.param(
        ONE + "    listing:\n      item: .news\n      timezone: Europe/Stockholm\n",
        "sources.yaml:7:7: unknown field `timezone`; it belongs further out, on the level of `listing:`",
        id="indented_too_far",
    ),
    pytest.param(
        ONE + "    topics: []\n",
        "sources.yaml:5:5: unknown field `topics`; it belongs further out, at the beginning of a line",
        id="top_level_word_in_source",
    ),
    pytest.param(
        ONE + "defaults: {id: adda}\n",
        "sources.yaml:5:12: unknown field `id`; the fields here are `name`, `every`, `language`, `timezone`, `tags`, `include`, `exclude`, `listing`, `json`, `sitemap` and `article`",
        id="id_in_defaults",
    ),
    pytest.param(
        ONE + "    every: 6\n", "sources.yaml:5:12: every: `6` has no unit; write 6h or 6m", id="every_without_unit"
    ),
    pytest.param(
        ONE + "    every: 6 timmar\n",
        "sources.yaml:5:12: every: `6 timmar` is no duration; write 6h",
        id="every_in_words",
    ),
    pytest.param(
        ONE + "    every: daily\n", "sources.yaml:5:12: every: `daily` is no duration; write 1d", id="every_daily"
    ),
    pytest.param(
        ONE + "    every: 12:30\n",
        'sources.yaml:5:12: every: `12:30` is a time of day; write "30 12 * * *" for every day at 12:30',
        id="every_clock",
    ),
    pytest.param(
        ONE + "    every: 0s\n",
        "sources.yaml:5:12: every: `0s` would never stop asking; write at least 1s; 6h suits most sources",
        id="every_zero",
    ),
    pytest.param(
        ONE + '    every: "0 0 6 * * 1"\n',
        'sources.yaml:5:12: every: `0 0 6 * * 1` has 6 fields, a cron expression five; write five fields (minute hour day month weekday), such as "0 6 * * 1-5" for working days at six',
        id="cron_of_six",
    ),
    pytest.param(
        ONE + '    every: "0 25 * * *"\n',
        'sources.yaml:5:12: every: `0 25 * * *` is no cron expression: its hour has to be 0 to 23; write five fields (minute hour day month weekday), such as "0 6 * * 1-5" for working days at six',
        id="cron_out_of_range",
    ),
    pytest.param(
        ONE + '    every: "0 6 31 2 *"\n',
        'sources.yaml:5:12: every: `0 6 31 2 *` is no cron expression: its day of month has to be a day that the month has, 1 to 31; write five fields (minute hour day month weekday), such as "0 6 * * 1-5" for working days at six',
        id="cron_never",
    ),
    pytest.param(
        ONE + "captures: 30\n",
        "sources.yaml:5:11: captures: `30` has no unit; write 30d or 30h",
        id="captures_without_unit",
    ),
    pytest.param(
        ONE + "fetch: {delay: 1}\n",
        "sources.yaml:5:16: delay: `1` has no unit; write 1s or 1m",
        id="delay_without_unit",
    ),
    pytest.param(
        ONE + "fetch: {max_bytes: 10mb}\n",
        "sources.yaml:5:20: max_bytes: `10mb` is no size; write 10MB",
        id="size_in_other_case",
    ),
    pytest.param(
        ONE + "fetch: {max_bytes: 500}\n",
        "sources.yaml:5:20: max_bytes: `500` has no unit; write 500kB or 500MB",
        id="size_without_unit",
    ),
    pytest.param(
        ONE + "fetch: {max_bytes: 5B}\n",
        "sources.yaml:5:20: max_bytes: `5B` is too small for any page; write 1kB or more, such as 10MB",
        id="size_too_small",
    ),
    pytest.param(
        ONE + "fetch: {concurrency: 0}\n",
        "sources.yaml:5:22: concurrency: 0 is too small; write 1 or more",
        id="concurrency_zero",
    ),
    pytest.param(
        ONE + "fetch: {retries: two}\n",
        "sources.yaml:5:18: retries: a text (`two`) stands where a whole number is needed; write it as in `retries: 2`",
        id="number_as_text",
    ),
    pytest.param(
        ONE + "fetch: {robots: no}\n",
        "sources.yaml:5:17: robots: a text (`no`) stands where `true` or `false` is needed; write `robots: false`",
        id="robots_no",
    ),
    pytest.param(
        ONE + "    language: no\n",
        'sources.yaml:5:15: `no` without quotes means false in YAML; write "no" in quotes, or nb (bokmål) or nn (nynorsk)',
        id="language_no",
    ),
    pytest.param(
        ONE + "    language: svenska\n",
        "sources.yaml:5:15: language: `svenska` is no language code; write `sv`",
        id="language_by_name",
    ),
    pytest.param(
        ONE + "    language: sv_SE\n",
        "sources.yaml:5:15: language: `sv_SE` is no language code; write `sv-SE`",
        id="language_with_underscore",
    ),
    pytest.param(
        ONE + "    language: dk\n",
        "sources.yaml:5:15: language: `dk` is no language code; write `da`",
        id="language_of_country",
    ),
    pytest.param(
        "archive: {title: Nyheter, url: https://nyheter.example.se/, language: fi}\n" + ONE.removeprefix(HEAD),
        "sources.yaml:1:71: language: a text (`fi`) is not one of the choices; write `sv` or `en`",
        id="archive_language",
    ),
    pytest.param(
        ONE + "    timezone: Stockholm\n",
        "sources.yaml:5:15: timezone: `Stockholm` is no time zone; write `Europe/Stockholm`",
        id="zone_by_city",
    ),
    pytest.param(
        ONE + "    timezone: Europe/Stokholm\n",
        "sources.yaml:5:15: timezone: `Europe/Stokholm` is no time zone; write `Europe/Stockholm`",
        id="zone_misspelt",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url: www.adda.se/feed/\n",
        "sources.yaml:4:10: url: `www.adda.se/feed/` is no web address; write https://www.adda.se/feed/",
        id="url_without_scheme",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url: htps://www.adda.se/feed/\n",
        "sources.yaml:4:10: url: `htps://www.adda.se/feed/` is no web address; write https://www.adda.se/feed/",
        id="url_with_typo",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url: feed://www.adda.se/feed/\n",
        "sources.yaml:4:10: url: `feed://www.adda.se/feed/` is no web address; write https://www.adda.se/feed/",
        id="url_feed_scheme",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url: https://www.adda.se/ feed/\n",
        "sources.yaml:4:10: url: `https://www.adda.se/ feed/` has a space in it; write one address without spaces; a space in one is %20",
        id="url_with_space",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url: https:///feed/\n",
        "sources.yaml:4:10: url: `https:///feed/` has no host that can be asked; copy the address from the browser's address bar, such as https://www.example.se/nyheter/",
        id="url_without_host",
    ),
    pytest.param(
        "archive: {title: Nyheter, url: https://nyheter.example.se/?a=b}\n" + ONE.removeprefix(HEAD),
        "sources.yaml:1:32: url: `https://nyheter.example.se/?a=b` has a `?` or `#` in it; write the address of a folder, such as https://nyheter.example.se/",
        id="archive_url_with_query",
    ),
    pytest.param(
        "archive: {title: Nyheter, url: https://nyheter.example.se/, contact: redaktionen}\n" + ONE.removeprefix(HEAD),
        "sources.yaml:1:70: contact: `redaktionen` is neither an e-mail address nor a web address; write one, such as redaktion@example.se",
        id="contact",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: Hållbar Upphandling\n    url: https://www.adda.se/feed/\n",
        "sources.yaml:3:9: id: `Hållbar Upphandling` is no id: an id has a to z, 0 to 9 and `-`, and begins with no `-`; write `hallbar-upphandling`",
        id="bad_id",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: 2024\n    url: https://www.adda.se/feed/\n",
        'sources.yaml:3:9: id: a number stands where a text is needed; put it in quotes: "2024"',
        id="id_a_number",
    ),
    pytest.param(
        ONE + "  - id: adda\n    url: https://www.adda.se/rss/\n",
        "sources.yaml:5:9: the id `adda` is taken already, in line 3; give one of the two another id",
        id="same_id",
    ),
    pytest.param(
        ONE + "  - id: adda-2\n    url: https://www.adda.se/feed/\n",
        "sources.yaml:6:10: the source in line 3 has this address too; keep one of the two",
        id="same_address",
    ),
    pytest.param(
        ONE + "  - id: adda-2\n    url: http://ADDA.se:80/feed#top\n",
        "sources.yaml:6:10: the source in line 3 has this address too, in another spelling; keep one of the two",
        id="same_address_other_spelling",
    ),
    pytest.param(
        HEAD
        + 'sources:\n  - {id: a, url: "https://hållbarupphandling.se/nyheter"}\n  - {id: b, url: https://xn--hllbarupphandling-8qb.se/nyheter/}\n',
        "sources.yaml:4:18: the source in line 3 has this address too, in another spelling; keep one of the two",
        id="same_address_idn",
    ),
    pytest.param(
        ONE + "    json: wordpress\n    sitemap: true\n",
        "sources.yaml:6:5: `json` and `sitemap` exclude each other: a source is read in one way; keep one of `json` or `sitemap`",
        id="two_kinds",
    ),
    pytest.param(
        ONE + "    listing: true\n",
        "sources.yaml:5:14: listing: `listing: true` says nothing about the page; write `listing: auto`, or describe it with selectors below `listing:`, such as `item: .news-item`",
        id="listing_true",
    ),
    pytest.param(
        ONE + "    listing:\n",
        "sources.yaml:5:5: `listing` has no fields; write its fields in the lines below, two spaces further in",
        id="listing_nothing",
    ),
    pytest.param(
        ONE + "    listing: {title: h2}\n",
        "sources.yaml:5:5: `listing` has no `item`; add `item: .news-item`",
        id="listing_without_item",
    ),
    pytest.param(
        ONE + '    listing: {item: "h2 >"}\n',
        "sources.yaml:5:21: item: `h2 >` is no CSS selector; take the `>` at its end away, or write what comes after it",
        id="bad_css",
    ),
    pytest.param(
        ONE + '    listing: {item: "h2::text"}\n',
        "sources.yaml:5:21: item: `h2::text` is no CSS selector; write `h2`: its text is taken without being asked for",
        id="pseudo_element",
    ),
    pytest.param(
        ONE + '    listing: {item: "//h2"}\n',
        "sources.yaml:5:21: item: `//h2` is XPath; write a CSS selector such as `.news-item h2 a`",
        id="xpath",
    ),
    pytest.param(
        ONE + '    listing: {item: "<article class=x>"}\n',
        "sources.yaml:5:21: item: `<article class=x>` is a tag, not a selector; write `article.x`",
        id="tag_as_selector",
    ),
    pytest.param(
        ONE + '    listing: {item: "div@class"}\n',
        "sources.yaml:5:21: item: `div@class` takes an attribute, but whole elements are needed; write `div`",
        id="attribute_of_item",
    ),
    pytest.param(
        ONE + '    listing: {item: div, link: "@href"}\n',
        "sources.yaml:5:32: link: `@href` names an attribute, but no element; write one before it, such as `a@href`",
        id="attribute_alone",
    ),
    pytest.param(
        ONE + "    listing:\n      item: #news\n",
        'sources.yaml:6:7: `item` is empty, because `#` begins a comment; put the value in quotes: "#news"',
        id="hash_is_a_comment",
    ),
    pytest.param(
        ONE + "    listing: {item: div, pages: 0}\n",
        "sources.yaml:5:33: pages: 0 is too small; write 1 or more",
        id="pages_zero",
    ),
    pytest.param(
        ONE + "    json: {title: $.title, link: link}\n",
        "sources.yaml:5:19: title: `$.title` is no JMESPath; it is JSONPath, another language; write `title`",
        id="jsonpath",
    ),
    pytest.param(
        ONE + "    json: {title: title-text, link: link}\n",
        "sources.yaml:5:19: title: `title-text` is no JMESPath; write '\"title-text\"', with both kinds of quotation marks",
        id="jmespath_colon",
    ),
    pytest.param(
        ONE + "    json: true\n",
        "sources.yaml:5:11: json: the fields of the API are needed here; write `json: wordpress` for a WordPress site, else `items`, `title` and `link` below `json:`",
        id="json_true",
    ),
    pytest.param(
        ONE + "    sitemap: yes\n",
        "sources.yaml:5:14: sitemap: a text stands where fields are needed; write `true`",
        id="sitemap_yes",
    ),
    pytest.param(
        ONE + "    article: .body\n",
        "sources.yaml:5:14: article: a text stands where fields are needed; write `true`, or fields in the lines below, two spaces further in",
        id="article_text",
    ),
    pytest.param(
        ONE + "    include: (a+)+b\n",
        "sources.yaml:5:14: include: `(a+)+b` repeats something that itself repeats or varies, and could run for years; take one of the repetitions away: `(a+)+` finds the same as `a+`",
        id="runaway",
    ),
    pytest.param(
        ONE + "    include: a.*b.*c.*d.*e\n",
        "sources.yaml:5:14: include: `a.*b.*c.*d.*e` leaves so much open that it could run for hours; use at most 3 of `.*`, `+` and the like in a row, and fewer `?`",
        id="too_open",
    ),
    pytest.param(
        ONE + "    include: it(\n",
        "sources.yaml:5:14: include: `it(` is no regular expression; write `\\` before the `(` at character 3 if it is meant as it stands",
        id="regex_paren",
    ),
    pytest.param(
        ONE + '    exclude: "*vacancy*"\n',
        "sources.yaml:5:14: exclude: `*vacancy*` is no regular expression; leave out the first character: `vacancy` is looked for anywhere",
        id="regex_star",
    ),
    pytest.param(
        ONE + "    tags: ngo\n",
        "sources.yaml:5:11: tags: a text (`ngo`) stands where a list is needed; write `tags: [ngo]`",
        id="tags_a_text",
    ),
    pytest.param(
        ONE + "    name: 2024\n",
        'sources.yaml:5:11: name: a number stands where a text is needed; put it in quotes: "2024"',
        id="text_a_number",
    ),
    pytest.param(
        ONE + "    name: [a]\n",
        "sources.yaml:5:11: name: a list stands where a text is needed; write one text on the line of the field's name",
        id="text_a_list",
    ),
    pytest.param(
        ONE + '    name: " "\n',
        "sources.yaml:5:11: name: an empty text says nothing; write the text, or leave the field out",
        id="text_of_spaces",
    ),
    pytest.param(
        ONE + "topics:\n  - {id: it, name: {sv: It}, words: []}\n",
        "sources.yaml:6:37: words: nothing stands in it; write at least one, such as `words: [elektronik, electronics]`",
        id="topic_without_words",
    ),
    pytest.param(
        ONE + "topics:\n  - {id: it, name: It, words: [it]}\n",
        "sources.yaml:6:20: name: a text (`It`) stands where a set of fields is needed; write its fields below it, two spaces further in, such as `name: {sv: Elektronik, en: Electronics}`",
        id="topic_name_a_text",
    ),
    pytest.param(
        ONE + "topics:\n  - {id: it, name: {swedish: It}, words: [it]}\n",
        "sources.yaml:6:21: swedish: `swedish` is no language code; write `sv`",
        id="topic_name_language",
    ),
    pytest.param(
        ONE + "topics:\n  - {id: it, name: {sv: It}, words: [it]}\n  - {id: it, name: {sv: It}, words: [it]}\n",
        "sources.yaml:7:10: the id `it` is taken already, in line 6; give one of the two another id",
        id="same_topic",
    ),
    pytest.param(
        ONE + "feeds:\n  - {id: f, title: F, sources: [ada]}\n",
        "sources.yaml:6:33: there is no source `ada`; did you mean `adda`?",
        id="unknown_source_in_feed",
    ),
    pytest.param(
        ONE + "feeds:\n  - {id: f, title: F, topics: [klimat]}\n",
        "sources.yaml:6:32: there is no topic `klimat`; add it under `topics:`, or take it away here",
        id="unknown_topic_in_feed",
    ),
    pytest.param(
        ONE + "notify: [redaktion@example.se]\n",
        "sources.yaml:5:10: an element of notify: `redaktion@example.se` is no Apprise address; write mailto://redaktion@example.se",
        id="notify_a_mail",
    ),
    pytest.param(
        ONE + "store: mysql://localhost/x\n",
        "sources.yaml:5:8: store: `mysql://` is no kind of store; write a folder, such as store/, or postgresql://user@host/database",
        id="store_mysql",
    ),
    pytest.param(
        ONE + "store: postgres://u@h/x\n",
        "sources.yaml:5:8: store: `postgres://` is no kind of store; write postgresql://u@h/x",
        id="store_postgres",
    ),
    pytest.param(
        ONE + 'notify: ["mailto://${MAIL_USER}@example.se"]\n',
        "sources.yaml:5:10: the environment variable `MAIL_USER` is not set; set it where Samflöde is started (for cron: `MAIL_USER=…` in the crontab)",
        id="variable_not_set",
    ),
    pytest.param(
        ONE + 'notify: ["mailto://${mail-user}@example.se"]\n',
        "sources.yaml:5:10: `${mail-user}` names no environment variable; write a name of A to Z, 0 to 9 and `_`, such as `${SMTP_PASSWORD}`",
        id="variable_misnamed",
    ),
    pytest.param(
        ONE + "    language: ${SECRET}\n",
        "sources.yaml:5:15: what `${SECRET}` stands for does not fit here; set the variable to what `language:` may hold",
        id="variable_that_does_not_fit",
    ),
    pytest.param(
        ONE + "\u00a0\u00a0\u00a0\u00a0name: x\n",
        "sources.yaml:5:1: this looks like a space, but is another character (a no-break space); delete it, and type a space in its place",
        id="nbsp_indent",
    ),
    pytest.param(
        ONE + "    name:\u00a0x\n",
        "sources.yaml:5:10: this looks like a space, but is another character (a no-break space); delete it, and type a space in its place",
        id="nbsp_after_colon",
    ),
    pytest.param(
        ONE + "    include: “krav”\n",
        'sources.yaml:5:14: the quotation marks around this are letters to YAML, and part of the value; write straight ones: "krav"',
        id="curved_quotes",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n    url:https://www.adda.se/feed/\n",
        "sources.yaml:4:5: a space is missing after the colon; write `url: https://www.adda.se/feed/`",
        id="no_space_after_colon",
    ),
    pytest.param(
        HEAD + "sources:\n  -id: adda\n   url: https://www.adda.se/feed/\n",
        "sources.yaml:3:3: a space is missing after the `-`; write `- id: adda`",
        id="no_space_after_dash",
    ),
    pytest.param(
        ONE + "    name: 'L'Agence'\n",
        'sources.yaml:5:5: an apostrophe ends the value in the middle; put the whole value in double quotes: "L\'Agence"',
        id="apostrophe_in_single_quotes",
    ),
    pytest.param(
        ONE + '    name: "Den "nya" lagen"\n',
        "sources.yaml:5:5: a quotation mark ends the value in the middle; put the whole value in single quotes: 'Den \"nya\" lagen'",
        id="quotes_in_double_quotes",
    ),
    pytest.param(
        ONE + "    name: 'Adda\n    language: sv\n",
        "sources.yaml:5:11: a quotation mark is opened and never closed; close it at the end of the value",
        id="open_single_quote",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n      url: https://www.adda.se/feed/\n",
        "sources.yaml:4:10: a colon with a space after it stands inside a value, or the line is indented too far; put the whole value in quotes, or indent the line like the field before it",
        id="indented_deeper_than_its_set",
    ),
    pytest.param(
        HEAD + "sources:\n  - id: adda\n  url: https://www.adda.se/feed/\n",
        "sources.yaml:4:3: the line fits none of the levels above it; indent it like the other fields of the same set, and begin each element of a list with `- `",
        id="indented_like_the_dash",
    ),
    pytest.param(
        ONE + "    listing: {item: .n, pages: ten}\n",
        "sources.yaml:5:32: pages: a text (`ten`) stands where a whole number is needed; write it as in `pages: 1`",
        id="pages_in_words",
    ),
    pytest.param(
        ONE + '    listing: {item: .n, pages: "3"}\n',
        "sources.yaml:5:32: pages: a text (`3`) stands where a whole number is needed; write it without quotes: `pages: 3`",
        id="pages_in_quotes",
    ),
    pytest.param(
        ONE + "    listing:\n      - item: .news\n",
        "sources.yaml:6:7: listing: a list stands where a set of fields is needed; take the `- ` before its fields away, as in `listing: {item: .news-item, title: h2, link: a, date: .date}`",
        id="listing_a_list",
    ),
    pytest.param(
        ONE + "    language: sv,\n",
        "sources.yaml:5:15: language: `sv,` is no language code; take the comma at its end away: `sv`",
        id="comma_at_the_end",
    ),
    pytest.param(
        HEAD + "sources:\n  - {id: adda, url: '<https://a.se/>'}\n",
        "sources.yaml:3:21: url: `<https://a.se/>` is more than a web address; write https://a.se/",
        id="url_in_angle_brackets",
    ),
    pytest.param(
        HEAD + "sources:\n  - {id: adda, url: '[Adda](https://a.se/)'}\n",
        "sources.yaml:3:21: url: `[Adda](https://a.se/)` is more than a web address; write https://a.se/",
        id="url_in_markdown",
    ),
    pytest.param(
        HEAD + "sources:\n  - {id: adda, url: /home/x/feed.xml}\n",
        "sources.yaml:3:21: url: `/home/x/feed.xml` is a file on this machine, not a web address; give the address that it is served at; recordings are read with `samflode run --replay FOLDER`",
        id="url_a_file",
    ),
    pytest.param(
        HEAD + "sources:\n  - {id: adda, url: [https://a.se/1, https://a.se/2]}\n",
        "sources.yaml:3:21: url: a list stands where a text is needed; write one text on the line of the field's name",
        id="two_urls",
    ),
    pytest.param(
        HEAD + "sources:\n  - Id: adda\n    URL: https://www.adda.se/feed/\n",
        "sources.yaml:3:5: unknown field `Id`; did you mean `id`?\nsources.yaml:4:5: unknown field `URL`; did you mean `url`?",
        id="capitals",
    ),
    pytest.param(
        ONE + "    json: drupal\n",
        "sources.yaml:5:11: json: the fields of the API are needed here; write `json: wordpress` for a WordPress site, else `items`, `title` and `link` below `json:`",
        id="json_of_another_system",
    ),
    pytest.param(
        ONE + "    include: '(?<=a+)b'\n",
        "sources.yaml:5:14: include: `(?<=a+)b` is no regular expression; write words with `|` between them, and `\\` before any of `. * + ? ( ) [ ] { }` that is meant as it stands",
        id="lookbehind",
    ),
    pytest.param(
        ONE + "    listing: {item: .3col}\n",
        'sources.yaml:5:21: item: `.3col` is no CSS selector; a class or an id that begins with a digit is written as an attribute: `[class~="3col"]`',
        id="class_with_a_digit",
    ),
    pytest.param(
        ONE + "    listing: {item: '. news'}\n",
        "sources.yaml:5:21: item: `. news` is no CSS selector; write a name right after each `.` (class) and `#` (id), such as `.news-item`",
        id="space_after_dot",
    ),
    pytest.param(
        ONE + "    listing: {item: 'a[href*=\"x\"'}\n",
        'sources.yaml:5:21: item: `a[href*="x"` is no CSS selector; each `[` needs its `]`',
        id="css_bracket",
    ),
    pytest.param(
        ONE + "    listing: {item: .n, link: 'a::attr(href)'}\n",
        "sources.yaml:5:31: link: `a::attr(href)` is no CSS selector; write `a@href`",
        id="scrapy_attribute",
    ),
    pytest.param(
        ONE + "    every: 6\n    tags: ngo\n    intervall: 1h\nfeeds:\n  - {id: f, title: F, sources: [ada]}\n",
        "sources.yaml:5:12: every: `6` has no unit; write 6h or 6m\n"
        "sources.yaml:6:11: tags: a text (`ngo`) stands where a list is needed; write `tags: [ngo]`\n"
        "sources.yaml:7:5: unknown field `intervall`; did you mean `every`?\n"
        "sources.yaml:9:33: there is no source `ada`; did you mean `adda`?",
        id="all at once, in the order of the file",
    ),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_write_instead(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(file, {"SECRET": SECRET})

    assert message == str(caught.value).replace(f"{tmp_path}/", "")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        f"    {name}: ${{SECRET}}\n"
        for name in (
            "every",
            "language",
            "timezone",
            "tags",
            "include",
            "listing",
            "json",
            "sitemap",
            "article",
            "nmae",
        )
    ],
)
def test_what_a_variable_holds_is_never_printed(tmp_path: Path, line: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(ONE + line, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(file, {"SECRET": "(" + SECRET})

    assert SECRET not in str(caught.value)


FRAIL = [
    pytest.param(
        "    listing: {item: .css-1q8dd3e}\n",
        "5:21: warning: item: `css-1q8dd3e` was made up by a program and is another one after the site's next update; take a"
        ' class that a person gave, an element, or an attribute that begins alike: `[class*="title"]`',
        id="hash",
    ),
    pytest.param(
        "    listing: {item: .n, title: 'div:nth-child(2)'}\n",
        "5:32: warning: title: `:nth-child(2)` counts elements: whatever is put before them makes it another one; take a class"
        " that says what it is, such as `.date`, or leave the field out: it is found without a selector",
        id="place",
    ),
    pytest.param(
        "    listing: {item: div}\n",
        "5:21: warning: item: every `div` of the page is an item, its menus and footers as well; say which: `.news div`, with"
        " the class of the list, or a class of the items",
        id="anything",
    ),
    pytest.param(
        "    listing: {item: .col-md-6.row}\n",
        "5:21: warning: item: `.col-md-6.row` says what it looks like, and other parts of a page look like that; take a class"
        " that says what it is, such as `.news-item`",
        id="looks",
    ),
    pytest.param(
        "    listing: {item: '#post-123'}\n",
        "5:21: warning: item: `post-123` names one single element by its number; take what all of them have in common",
        id="number",
    ),
    pytest.param(
        "    article: {text: '.a > b > c > d > e > f'}\n",
        "5:21: warning: text: `.a > b > c > d > e > f` goes through 6 elements, each of which may be moved; keep the last one or two",
        id="long way",
    ),
    pytest.param(
        "    include: /krav/i\n",
        "5:14: warning: include: the slashes of `/krav/i` are looked for as well; write `krav`: upper and lower case are alike"
        " in any case",
        id="slashes",
    ),
    pytest.param(
        "notify: ['mailto://user:hunter2@example.se']\n",
        "5:10: warning: a password stands in the file, where whoever reads the file can read it; write `${PASSWORD}` in its"
        " place, and set that variable where Samflöde is started",
        id="password",
    ),
]


@pytest.mark.parametrize(("line", "warning"), FRAIL)
def test_what_is_right_but_will_break_is_a_warning(tmp_path: Path, capsys, line: str, warning: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(ONE + line, encoding="utf-8")

    assert main(["sources", "check", "--sources", str(file)]) == 0

    assert f"{file}:{warning}\n{file}: 1 source, nothing to mend, 1 warning\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "listing: {item: article.card, title: h2, link: 'a[href*=\"/nyheter/\"]', date: time@datetime, summary: .intro, next: a.next}",
        "listing: {item: .views-row, title: .field--name-title, date: .post__date, summary: .c-card__text, link: .teaser__link--large}",
        "listing: {item: 'table.news tr', title: 'td a', date: td, summary: .sv-portlet-2024}",
        "listing: {item: '.newslist li:not(.pagination)', title: strong, date: .news-date_2024, summary: .css-grid-item}",
        "listing: auto",
        "sitemap: {include: /noticies/}",
        "include: och/eller",
    ],
)
def test_sturdy_selectors_are_not_warned_of(tmp_path: Path, line: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(f"{ONE}    {line}\n", encoding="utf-8")

    assert check(file, {})[1] == ()
