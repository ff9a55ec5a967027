"""The digest: the newest stories as an e-mail, written or sent."""

from __future__ import annotations

import email
import json
import re
import socket
import ssl
from contextlib import contextmanager
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult
from lxml import html

from pipeline.archive import open_archive
from pipeline.cli import main
from pipeline.model.change import Changes
from tests.builders import moment, record, story

SOURCES = """
archive: {title: Samlade nyheter, url: "https://nyheter.example.se/", language: sv, timezone: Europe/Stockholm, contact: redaktion@example.se}
sources:
  - {id: adda, name: Adda, url: "https://adda.example.se/feed"}
topics:
  - {id: textil, name: {sv: Textil}, words: [textil]}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with sources.yaml and an archive of two stories, one of them years old."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    records = (
        record("i1", title="Nya krav på <handskar>", summary="Ingressen & mer.", topics=("textil",)),
        record("old", title="Gammalt", published=moment("2020-03-02T08:00:00+01:00")),
    )
    with open_archive(str(tmp_path / "store"), write=True) as archive:
        archive.commit(Changes(added=records, stories=(story("i1"), story("old"))), {})
    return tmp_path


class Kept(Message):
    def __init__(self):
        super().__init__()
        self.messages = []

    def handle_message(self, message):
        self.messages.append(message)


@contextmanager
def mail_server(handler, **settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **settings)
    try:
        controller.start()
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def parsed(content: bytes):
    return email.message_from_bytes(content, policy=policy.default)


def test_it_is_written_as_an_email_in_text_and_html(place, capfdbinary):
    assert main(["digest", "--since", "2026-03-01"]) == 0

    message = parsed(capfdbinary.readouterr().out)
    assert message["Subject"] == "Samlade nyheter: 1 nyhet sedan 1 mars 2026"
    assert message["From"] == "redaktion@example.se"
    assert message["Auto-Submitted"] == "auto-generated"
    text, page = (message.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html"))
    assert (
        "* Nya krav på <handskar>\n  Ingressen & mer.\n  1\u00a0källa: Adda <https://adda.example.se/nyheter/i1>\n"
        in text
    )
    assert "https://nyheter.example.se/stories/s-i1/" in text
    assert "Gammalt" not in text
    links = html.fromstring(page).xpath("//h3/a")
    assert [(each.text_content(), each.get("href")) for each in links] == [
        ("Nya krav på <handskar>", "https://nyheter.example.se/stories/s-i1/")
    ]


def test_outlook_can_show_it(place, tmp_path):
    """Tables with widths of their own, styles on the elements, and nothing that is fetched or runs."""
    assert main(["digest", "--since", "2026-03-01", "--output", "brev.html"]) == 0

    tree = html.fromstring((tmp_path / "brev.html").read_text("utf-8"))
    assert not tree.xpath("//script | //style | //link | //img | //svg | //form | //div")
    assert all(each.get("role") == "presentation" and each.get("width") for each in tree.xpath("//table"))
    assert not re.search(r"flex|grid|var\(|position:|float:", (tmp_path / "brev.html").read_text("utf-8"))


@pytest.mark.parametrize(("name", "beginning"), [("brev.txt", "Samlade nyheter: "), ("brev.eml", "Subject: ")])
def test_the_name_of_the_file_says_which_form_is_wanted(place, tmp_path, name, beginning):
    assert main(["digest", "--output", name]) == 0

    assert (tmp_path / name).read_text("utf-8").startswith(beginning)


def test_only_what_is_of_the_topic(place, capfdbinary):
    assert main(["digest", "--since", "2010-01-01", "--topic", "textil"]) == 0

    text = parsed(capfdbinary.readouterr().out).get_body(("plain",)).get_content()
    assert ("handskar" in text, "Gammalt" in text) == (True, False)


def test_it_is_sent_to_everybody_named(place, capsys):
    handler = Kept()
    with mail_server(handler) as server:
        assert (
            main(["digest", "--since", "2026-03-01", "--to", "a@example.se", "--to", "b@example.se", "--smtp", server])
            == 0
        )

    (message,) = handler.messages
    assert message["X-RcptTo"] == "a@example.se, b@example.se"
    assert message["To"] == "a@example.se, b@example.se"
    assert "Nya krav" in str(parsed(message.as_bytes()).get_body(("plain",)).get_content())
    assert "sent to a@example.se, b@example.se: Samlade nyheter" in capsys.readouterr().err


def test_nothing_new_is_not_sent(place, capsys):
    handler = Kept()
    with mail_server(handler) as server:
        assert main(["digest", "--since", "2099-01-01", "--to", "a@example.se", "--smtp", server]) == 0

    assert handler.messages == []
    assert capsys.readouterr().err == "nothing is new; nothing was sent\n"


class Picky(Kept):
    async def handle_RCPT(  # noqa: N802
        self, server, session, envelope, address, options
    ):
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_an_address_that_is_refused_is_named_and_the_others_get_it(place, capsys):
    handler = Picky()
    with mail_server(handler) as server:
        arguments = ["--since", "2026-03-01", "--to", "nobody@example.se", "--to", "b@example.se"]
        assert main(["digest", *arguments, "--smtp", server]) == 1

    assert len(handler.messages) == 1
    assert "refused nobody@example.se\nCorrect the address; the others got the e-mail." in capsys.readouterr().err


def test_a_server_that_is_not_there_is_named(place, capsys):
    assert main(["digest", "--since", "2026-03-01", "--to", "a@example.se", "--smtp", "smtp://127.0.0.1:9"]) == 1

    said = capsys.readouterr().err
    assert "127.0.0.1:9 can't be reached: " in said
    assert "--smtp smtp://HOST:PORT" in said


def test_a_password_is_not_sent_in_the_open(place, capsys):
    asked = []

    def judge(*arguments):
        asked.append(arguments)
        return AuthResult(success=True)

    with mail_server(Kept(), authenticator=judge, auth_require_tls=False) as server:
        address = server.replace("smtp://", "smtp://me:hemligt@")
        assert main(["digest", "--since", "2026-03-01", "--to", "a@example.se", "--smtp", address]) == 1

    said = capsys.readouterr().err
    assert asked == []
    assert "offers no encryption, so the password was not sent" in said
    assert "hemligt" not in said


CERTIFICATE = Path(__file__).with_name("localhost.pem")


@pytest.fixture(params=["smtps", "starttls"])
def encrypted(request, monkeypatch):
    """Serves with TLS, from the first byte on or after STARTTLS, and with a certificate for "localhost" that is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    @contextmanager
    def serve(handler, **settings):
        secure = (
            {"ssl_context": context, "auth_require_tls": False}
            if request.param == "smtps"
            else {"tls_context": context, "require_starttls": True}
        )
        with mail_server(handler, **secure, **settings) as server:
            port = server.rpartition(":")[2]
            yield f"{'smtps' if request.param == 'smtps' else 'smtp'}://{{}}localhost:{port}"

    return serve


def sent(server):
    return main(["digest", "--since", "2026-03-01", "--to", "a@example.se", "--smtp", server])


class Account(Kept):
    """Lets in one user; knows whether each message came encrypted."""

    def __init__(self):
        super().__init__()
        self.encrypted = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return await super().handle_DATA(server, session, envelope)

    def judge(self, _server, _session, _envelope, _mechanism, told):
        return AuthResult(success=(told.login, told.password) == (b"me@example.se", b"hemligt/"), handled=False)


def test_it_is_sent_encrypted_to_a_server_that_proves_its_name(place, encrypted):
    handler = Account()
    with encrypted(handler) as server:
        assert sent(server.format("")) == 0

    assert (len(handler.messages), handler.encrypted) == (1, [True])


def test_a_password_is_sent_over_tls(place, encrypted):
    handler = Account()
    with encrypted(handler, authenticator=handler.judge) as server:
        assert sent(server.format("me%40example.se:hemligt%2F@")) == 0

    assert (len(handler.messages), handler.encrypted) == (1, [True])


def test_a_wrong_password_is_said_and_not_shown(place, encrypted, capsys):
    handler = Account()
    with encrypted(handler, authenticator=handler.judge) as server:
        assert sent(server.format("me%40example.se:forgotten@")) == 1

    said = capsys.readouterr().err
    assert re.search(r"localhost:\d+ does not accept the user and the password\nCorrect them in SAMFLODE_SMTP\.", said)
    assert (handler.messages, "forgotten" in said) == ([], False)


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(place, encrypted, capsys, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    handler = Account()
    with encrypted(handler) as server:
        assert sent(server.format("me:hemligt@")) == 1

    said = capsys.readouterr().err
    assert re.search(
        r"localhost:\d+ can't prove that it is localhost, so nothing was sent: self-signed certificate\n", said
    )
    assert "SSL_CERT_FILE=FILE names what to trust." in said
    assert (handler.messages, "hemligt" in said) == ([], False)


def test_a_server_with_a_certificate_of_another_name_gets_nothing(place, encrypted, capsys):
    handler = Account()
    with encrypted(handler) as server:
        assert sent(server.format("").replace("localhost", "127.0.0.1")) == 1

    said = capsys.readouterr().err
    assert "can't prove that it is 127.0.0.1, so nothing was sent: IP address mismatch" in said
    assert handler.messages == []


def test_smtps_where_the_server_begins_in_the_open_says_what_to_write(place, capsys):
    with mail_server(Kept()) as server:
        assert sent(server.replace("smtp://", "smtps://")) == 1

    said = capsys.readouterr().err
    assert "does not speak TLS as it should: " in said
    assert "Take smtp:// for a port that begins in the open and goes on with STARTTLS (25, 587)" in said


@pytest.mark.parametrize("address", ["mail.example.se", "http://x", "smtp://", "smtp://x:port"])
def test_an_address_of_a_server_that_is_none_is_said(place, capsys, address):
    assert main(["digest", "--to", "a@example.se", "--smtp", address]) == 2

    assert "the address of the mail server can't be read\nWrite --smtp smtp://HOST:PORT" in capsys.readouterr().err


def test_nobody_writes_headers_of_their_own(place, capsys):
    assert (
        main(
            [
                "digest",
                "--since",
                "2026-03-01",
                "--to",
                "a@example.se\nBcc: b@example.se",
                "--smtp",
                "smtp://127.0.0.1:9",
            ]
        )
        == 2
    )

    assert "no e-mail can be addressed like this" in capsys.readouterr().err


def test_a_topic_that_is_none_is_said(place, capsys):
    assert main(["digest", "--topic", "mat"]) == 2

    assert "no topic is called mat\nThere are: textil." in capsys.readouterr().err


def test_programs_are_told_what_is_in_it_and_where_it_went(place, tmp_path, capsys):
    handler = Kept()
    with mail_server(handler) as server:
        words = ["digest", "--since", "2026-03-01", "--to", "a@example.se", "--smtp", server, "--json"]
        assert main([*words, "--output", "brev.txt"]) == 0
    sent = json.loads(capsys.readouterr().out)
    with mail_server(handler) as server:
        assert main(["digest", "--since", "2099-01-01", "--to", "a@example.se", "--smtp", server, "--json"]) == 0
    nothing = json.loads(capsys.readouterr().out)

    assert len(handler.messages) == 1
    assert [*sent] == ["subject", "stories", "text", "html", "output", "sent_to"]
    assert (sent["stories"], sent["output"], sent["sent_to"]) == (1, "brev.txt", ["a@example.se"])
    assert sent["text"] == (tmp_path / "brev.txt").read_text("utf-8")
    assert "Nya krav på &lt;handskar&gt;" in sent["html"]
    assert (nothing["stories"], nothing["output"], nothing["sent_to"]) == (0, None, [])


def test_programs_get_no_email_where_it_goes_nowhere(place, capsys):
    assert main(["digest", "--since", "2026-03-01", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["subject"] == "Samlade nyheter: 1 nyhet sedan 1 mars 2026"
