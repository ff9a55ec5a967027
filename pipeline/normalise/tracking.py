"""What addresses carry that says who came from where, and nothing about the page: the tables behind `normalise.address`.

A name stands here only where no site is known to choose its content by it. Names compare without regard to case.
"""

from __future__ import annotations

import re

# fmt: off
#: Beginnings of names, for families of parameters.
PREFIXES: tuple[str, ...] = (
    "utm_", "utm-",                     # Google Analytics and everyone since; "utm-" from hand-made newsletters
    "pk_", "piwik_", "mtm_", "matomo_",  # Matomo, at many Nordic and Catalan public bodies
    "at_",                              # Piano (AT Internet): BBC, Le Monde, Helsingin Sanomat
    "hsa_", "_hs", "__hs",              # HubSpot: _hsenc, _hsmi, __hstc, __hssc, __hsfp
    "fb_action_", "fbadid",             # Facebook
    "elq",                              # Oracle Eloqua: elqTrackId, elqaid, elqCampaignId
    "wt_", "wt.", "wtmc",               # Webtrends, Mapp Intelligence (wt_mc, wt_zmc, WT.mc_id)
    "itm_",                             # links within a site
    "vero_", "oly_", "ml_subscriber",   # newsletters: Vero, Omeda, MailerLite
    "_branch_", "guce_", "guccounter",  # Branch, Yahoo's consent wall
    "stm_", "hmb_", "trk_",             # SendGrid, Humble, ActiveCampaign
    "relatedposts_",                    # WordPress Jetpack: relatedposts_hit, _origin, _position
    "aspsessionid",                     # classic ASP's cookie, copied into links
)

#: Whole names.
NAMES: frozenset[str] = frozenset({
    # Click ids of advertising networks: Google, Meta, Microsoft, Twitter, TikTok, Yandex, LinkedIn, Reddit, Pinterest.
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl", "_gac",
    "fbclid", "fb_ref", "fb_source", "mibextid", "sfnsn", "igshid", "igsh", "msclkid", "twclid", "ttclid", "yclid",
    "ymclid", "ysclid", "_openstat", "li_fat_id", "rdt_cid", "epik", "rb_clickid", "irclickid", "irgwc", "zanpid",
    # Campaigns, by the product that writes them: Adobe, IBM, Salesforce, SAS, Klaviyo, Drip, Dotdigital, Piano.
    "s_cid", "s_kwcid", "ef_id", "cmpid", "cmp_id", "campid", "icid", "ncid", "ocid", "intcmp", "xtor", "xtref", "xtcr",
    "spmailingid", "spuserid", "spjobid", "spreportid", "_ke", "__s", "dm_i", "dm_t", "mkcid", "mkevt", "mkrid", "nr_email_referer",
    "sms_ss", "sms_source", "cm_mmc", "cm_mmca1", "cm_ven", "cm_cat", "cm_pla", "cm_ite", "cm_sp", "_cldee", "esid",
    "sailthru_id", "vgo_ee", "hss_channel", "hsctatracking", "bsft_eid", "bsft_clkid", "mkt_tok", "mc_cid", "mc_eid", "mc_tc",
    "sc_campaign", "sc_channel", "sc_content", "sc_medium", "sc_src", "int_cmp", "int_campaign", "int_source", "int_medium",
    "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee",
    # Where a reader came from: Twitter cards, Daily Mail, Wikipedia, MSN, Alibaba, AddThis, ShareThis.
    "ref_src", "ref_url", "ito", "wprov", "cvid", "spm", "scm", "__twitter_impression", "awesm",
    # Google's AMP cache and viewer.
    "amp_js_v", "amp_gsa", "amp_r", "usqp",
    # WordPress: a comment form opened below the same article.
    "replytocom",
})

#: Names that count as tracking only with such a value; with another one they may choose the content.
#: The values are matched whole and without regard to case.
VALUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for names, pattern in (
        # Links that feed plug-ins and newsletter tools sign themselves with.
        (("ref", "source", "src", "from", "via", "origin", "referer", "referrer"),
         (r"rss\d*|rss-?feed|feed|atom|twitter|facebook|linkedin|instagram|e-?mail|newsletter|nyhetsbrev|mail|share|social|"
         r"hp|homepage|startsida|forsida|pushnotis|push")),
        # WordPress Jetpack's sharing buttons.
        (("share",), r"facebook|twitter|x|linkedin|e?mail|reddit|tumblr|pinterest|telegram|jetpack-whatsapp|mastodon|bluesky|pocket|print"),
        # YouTube's and LinkedIn's share buttons.
        (("feature",), r"share|youtu\.be|youtube_gdata(?:_player)?|emb_\w+|related"),
        (("trk",), r"[a-z0-9]+[-_][a-z0-9_-]+"),
        # The Guardian, Süddeutsche.
        (("cmp",), r"[a-z]+[-_][a-z0-9_-]+"),
        # AMP, where a page has no address of its own for it.
        (("amp",), r"|1|true|amp"),
        (("outputtype",), r"amp"),
        # Session ids: PHP, Java, ColdFusion, osCommerce, Zen Cart, and "sid" where it is one.
        (("phpsessid", "jsessionid", "cfid", "cftoken", "oscsid", "zenid"), r"[\w.!-]+"),
        (("sid", "s", "session", "sessionid", "session_id", "sess"), r"(?=\w*\d)[0-9a-f]{16,}"),
    )
    for name in names
}

#: Addresses that only lead on, with the target in one parameter: host and path, and the names of the parameter.
#: Feed proxies that keep the target to themselves (FeedBurner, Feedsportal) can't be seen through and are left alone.
PROXIES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), names)
    for pattern, names in (
        (r"(?:www\.)?google\.[a-z.]{2,6}/url\Z", ("url", "q")),         # Google Alerts' feeds
        (r"news\.google\.[a-z.]{2,6}/news/url\Z", ("url",)),            # Google News's old feeds
        (r"(?:www\.)?bing\.com/news/apiclick\.aspx\Z", ("url",)),       # Bing News's feeds
        (r"(?:l|lm)\.facebook\.com/l\.php\Z", ("u",)),
        (r"l\.instagram\.com/\Z", ("u",)),
        (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)/?\Z", ("url",)),
        (r"t\.umblr\.com/redirect\Z", ("z",)),                          # Tumblr
        (r"out\.reddit\.com/.*", ("url",)),
        (r"slack-redir\.net/link\Z", ("url",)),
        (r"vk\.com/away\.php\Z", ("to",)),
        (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com/\Z", ("url",)),  # links copied out of e-mails
        (r"feedproxy\.feedly\.com/.*", ("url",)),
        (r"(?:www\.)?youtube\.com/redirect\Z", ("q",)),
    )
)
#: AMP caches: the page's own address stands in the path, "s/" before it where it is https.
CACHES: tuple[re.Pattern[str], ...] = (
    re.compile(r"[a-z0-9-]+\.cdn\.ampproject\.org/[a-z]/(?P<secure>s/)?(?P<target>.+)"),
    re.compile(r"(?:www\.)?google\.[a-z.]{2,6}/amp/(?P<secure>s/)?(?P<target>.+)"),
)
# fmt: on


def is_tracking(name: str, value: str) -> bool:
    """Whether a query parameter says where a reader came from, and nothing about which page is meant.

    >>> is_tracking("utm_source", "rss"), is_tracking("sid", "3"), is_tracking("page", "2")
    (True, False, False)
    """
    name = name.lower()
    if name in NAMES or name.startswith(PREFIXES):
        return True
    pattern = VALUES.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


#: What Jetpack sets beside its `share`: not to be counted. Alone it may be a number ("nb" is one in French).
SHARE_COUNTER = "nb=1"


def is_share(name: str, value: str) -> bool:
    """Whether a query parameter is that of a sharing button of Jetpack's."""
    return name.lower() == "share" and VALUES["share"].fullmatch(value) is not None
