<?xml version="1.0" encoding="utf-8"?>
<!-- A feed as a browser shows it: what it is, how to subscribe, and its entries. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:a="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/1999/xhtml" exclude-result-prefixes="a dc">
<xsl:output method="html" encoding="utf-8" doctype-system="about:legacy-compat"/>
<xsl:variable name="language" select="(/a:feed/@xml:lang | /rss/channel/language)[1]"/>
<xsl:variable name="self" select="(/a:feed | /rss/channel)/a:link[@rel = 'self']/@href"/>
<xsl:template match="/">
<html lang="{$language}">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title><xsl:value-of select="a:feed/a:title | rss/channel/title"/></title>
<style>
:root { color-scheme: light dark; }
body { font: 1.06rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; max-width: 44rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: .6rem 0; }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 0; }
ol { list-style: none; margin: 2rem 0 0; padding: 0; }
li { border-top: 1px solid #8888; padding: 1rem 0; }
p { margin: .3rem 0; }
.note { border-left: .3rem solid #0b7285; background: #8882; padding: .9rem 1.1rem; }
code { font: .92em ui-monospace, Menlo, Consolas, monospace; }
</style>
</head>
<body>
<main>
<p class="note">
<xsl:choose>
<xsl:when test="starts-with($language, 'sv')">Detta är ett flöde. Kopiera adressen till en flödesläsare för att prenumerera: </xsl:when>
<xsl:otherwise>This is a feed. To subscribe, copy its address into a feed reader: </xsl:otherwise>
</xsl:choose>
<code><xsl:value-of select="$self"/></code>
</p>
<h1><a href="{a:feed/a:link[@rel = 'alternate']/@href | rss/channel/link}"><xsl:value-of select="a:feed/a:title | rss/channel/title"/></a></h1>
<p><xsl:value-of select="a:feed/a:subtitle | rss/channel/description"/></p>
<ol><xsl:apply-templates select="a:feed/a:entry | rss/channel/item"/></ol>
<xsl:for-each select="(a:feed | rss/channel)/a:link[@rel = 'prev-archive']">
<p><a href="{@href}"><xsl:choose><xsl:when test="starts-with($language, 'sv')">Äldre</xsl:when><xsl:otherwise>Older</xsl:otherwise></xsl:choose></a></p>
</xsl:for-each>
</main>
</body>
</html>
</xsl:template>
<xsl:template match="a:entry">
<li lang="{@xml:lang}"><p><time><xsl:value-of select="substring(a:published, 1, 10)"/></time></p>
<h2><a href="{a:link[@rel = 'alternate']/@href}"><xsl:value-of select="a:title"/></a></h2>
<p><xsl:value-of select="a:summary"/></p></li>
</xsl:template>
<xsl:template match="item">
<li lang="{dc:language}"><p><time><xsl:value-of select="substring(pubDate, 1, 16)"/></time></p>
<h2><a href="{link}"><xsl:value-of select="title"/></a></h2></li>
</xsl:template>
</xsl:stylesheet>
