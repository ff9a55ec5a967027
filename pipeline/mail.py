"""Sending an e-mail over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import UndeliverableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Seconds for each answer of the server.
_PATIENCE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Through which e-mail goes out."""

    host: str
    port: int
    #: From the first byte on (RFC 8314); else STARTTLS where the server offers it.
    tls: bool
    user: str | None
    password: str | None = field(repr=False)

    @property
    def name(self) -> str:
        """As messages name it: without what is secret."""
        return f"{self.host}:{self.port}"


def server_of(address: str) -> Server:
    """The server of an address like smtps://user:password@mail.example.se. Raises UsageError, and never says the password."""
    refused = UsageError(
        "the address of the mail server can't be read",
        hint="Write --smtp smtp://HOST:PORT, or SAMFLODE_SMTP=smtps://USER:PASSWORD@HOST with %40 for an @ in them.",
    )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise refused
    return Server(
        host=parts.hostname,
        port=port or {"smtp": 25, "smtps": 465}[parts.scheme],
        tls=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def send(server: Server, message: bytes, *, sender: str, to: Sequence[str]) -> None:
    """Hands the message to the server, for each address. Raises UndeliverableError where it doesn't take it for all of them."""
    try:
        with _connected(server) as connection:
            refused = connection.sendmail(_bare(sender), [_bare(each) for each in to], message)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPAuthenticationError as error:
        raise UndeliverableError(
            f"{server.name} does not accept the user and the password", hint="Correct them in SAMFLODE_SMTP."
        ) from error
    except smtplib.SMTPException as error:
        raise UndeliverableError(
            f"{server.name} did not take the e-mail: {_said(error)}",
            hint="Ask whoever runs it; the e-mail can be written with --output.",
        ) from error
    except OSError as error:
        raise _unreached(server, error) from error
    if refused:
        names = ", ".join(sorted(refused))
        raise UndeliverableError(
            f"{server.name} refused {names}", hint="Correct the address; the others got the e-mail."
        )


def _unreached(server: Server, error: OSError) -> UndeliverableError:
    match error:
        case ssl.SSLCertVerificationError():
            return UndeliverableError(
                f"{server.name} can't prove that it is {server.host}, so nothing was sent: {error.verify_message}",
                hint="Name the server as its certificate does. Where its certificate is your own, SSL_CERT_FILE=FILE names what to trust.",
            )
        case ssl.SSLError():
            return UndeliverableError(
                f"{server.name} does not speak TLS as it should: {error.reason or error}",
                hint="Take smtp:// for a port that begins in the open and goes on with STARTTLS (25, 587), smtps:// for one that is TLS from the first byte (465).",
            )
        case _:
            return UndeliverableError(
                f"{server.name} can't be reached: {error.strerror or error}",
                hint="Say which mail server to take: --smtp smtp://HOST:PORT.",
            )


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    try:
        connection.ehlo()
        if not server.tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        if server.user is not None:
            _log_in(connection, server, server.user)
    except BaseException:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: Server, user: str) -> None:
    if not isinstance(connection.sock, ssl.SSLSocket):
        raise UndeliverableError(
            f"{server.name} offers no encryption, so the password was not sent",
            hint="Take smtps://, or another port; 587 is usual.",
        )
    connection.login(user, server.password or "")


def _bare(address: str) -> str:
    """The address without a name: "redaktion@example.se" of "Redaktionen <redaktion@example.se>"."""
    return address.rpartition("<")[2].rstrip("> ").strip()


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__
