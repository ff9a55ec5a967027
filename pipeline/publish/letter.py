"""The newest stories as an e-mail, in plain text and in HTML that every mail program shows: tables and inline styles, no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from pipeline.publish.cards import card_of, digest_of
from pipeline.publish.content import Names
from pipeline.publish.desk import Desk
from pipeline.publish.render import environment
from pipeline.publish.texts import words
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.model.config import Config
    from pipeline.model.edition import StoryView

#: So many stories are in a letter; the others are on the site.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent."""

    subject: str
    text: str
    html: str
    #: Stories in it.
    stories: int

    def message(self, *, sender: str, to: Sequence[str], at: datetime, number: str) -> bytes:
        """The e-mail (RFC 5322) with both forms (RFC 2046, section 5.1.4). `number` tells its Message-ID from others of that host.

        Raises ValueError for an address that can't stand in a header.
        """
        message = EmailMessage(policy=SMTP)
        message["Subject"] = self.subject
        message["From"] = sender
        if to:
            message["To"] = ", ".join(to)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes, please
        message.set_content(self.text, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return message.as_bytes()


def letter(config: Config, stories: Sequence[StoryView], *, since: datetime, topics: Sequence[str] = ()) -> Letter:
    """The letter of these stories, newest first, of which `MOST` are shown."""
    info = config.archive
    told = words(info.language)
    names = Names.of(config.sources, config.topics, info.language)
    cards = [card_of(each, names, info.timezone, config.feeds, digest_of(each)) for each in stories[:MOST]]
    cards.sort(key=lambda card: card.place, reverse=True)
    day = told.day(since.astimezone(info.timezone))
    about = ", ".join(names.topics.get(each, each) for each in topics)
    title = told.digest_title.format(info.title, told.counted(len(stories), "stories"), day)
    desk = Desk(info, names, told)
    values = {
        "t": told,
        "info": info,
        "title": _one_line(f"{title} ({about})" if about else title),
        "days": desk.days(cards, lambda card: desk.row(card.listed)),
        "none": told.digest_none.format(day),
        "more": len(stories) > MOST,
        "host": host_of(info.url),
    }
    text, html = (environment().get_template(f"letter.{form}").render(values) for form in ("txt", "html"))
    return Letter(subject=str(values["title"]), text=text, html=html, stories=len(stories))


def _one_line(text: str) -> str:
    return " ".join(text.split())
