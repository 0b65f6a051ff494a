"""E-mail, over SMTP.

SMTP has no idempotency keys. This adapter remembers which keys were taken in a mapping that you
may give it (one that outlives the process, where a restart must not send again), and it makes the
Message-ID out of the key: what was sent twice, because an answer was lost, is recognised by it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from hashlib import sha256
from pathlib import Path
from threading import Lock, Timer
from typing import Final

import attrs

from fxcrm.keys import checked_key
from fxcrm.notices import Notice, Receipt, checked_address
from fxcrm.ports.clock import Clock
from fxcrm.ports.notices import NoticeRejected, NotifierBroken, NotifierUnsure
from fxcrm.ports.storage import KeyReused

_TAKEN: Final = (250, 251)


class Security(Enum):
    """How the connection is kept private."""

    TLS = "tls"  # from the first byte, port 465
    STARTTLS = "starttls"  # from the first command on, port 587
    NONE = "none"  # for a server on the same machine


@attrs.frozen
class MailServer:
    """Where mail is handed over. ``seconds`` bounds the whole delivery, not each answer.

    ``authorities`` names a file of certificates to trust instead of those of the system.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    seconds: int = 30
    authorities: str | Path | None = None


class SmtpNotifier:
    """A `Notifier` that hands each notice to a mail server.

    ``sender`` is the address that it comes from; ``clock`` dates it. ``taken`` keeps a line of
    text for each key. Threads may share it; letters leave one after the other. Raises
    `NoticeRefused` for a sender that is no address.
    """

    def __init__(
        self,
        server: MailServer,
        sender: str,
        clock: Clock,
        taken: MutableMapping[str, str] | None = None,
    ) -> None:
        self._server = server
        self._sender = checked_address(sender)
        self._clock = clock
        self._taken: MutableMapping[str, str] = {} if taken is None else taken
        self._turn = Lock()

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Hand it over, unless its key was taken."""
        content = _fingerprint(notice)
        receipt = Receipt(checked_key(key), self._message_id(key))
        with self._turn:
            known, _, code = self._taken.get(key, content).partition(" ")
            if known != content:
                raise KeyReused(key=key)
            if key not in self._taken:
                code = self._delivered(self._written(notice, receipt), key)
                self._taken[key] = f"{content} {code}".strip()
        if code:
            raise NoticeRejected(key=key, code=code)
        return receipt

    def _message_id(self, key: str) -> str:
        digest = sha256(f"{self._sender} {key}".encode()).hexdigest()[:40]
        return f"<{digest}@{self._sender.partition('@')[2]}>"

    def _written(self, notice: Notice, receipt: Receipt) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(addr_spec=self._sender)
        message["To"] = Address(addr_spec=notice.to)
        message["Subject"] = notice.subject
        message["Date"] = self._clock.now()
        message["Message-ID"] = receipt.message
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text, cte="quoted-printable")
        for one in notice.documents:
            kind, _, subtype = one.media_type.partition("/")
            params = {"charset": "utf-8"} if kind == "text" else None
            message.add_attachment(one.content, kind, subtype, filename=one.name, params=params)
        return message

    def _delivered(self, message: EmailMessage, key: str) -> str:
        """Empty for what was taken, the server's code for what it rejects for good."""
        try:
            with self._connected() as connection:
                _accept(connection.mail(self._sender)[0])  # ours: no fault of the notice
                to = message["To"].addresses[0].addr_spec
                code = _refusal(connection.rcpt(to)[0])
                return code or self._handed_over(connection, message.as_bytes(), key)
        except smtplib.SMTPResponseException as error:
            raise NotifierBroken(reason=f"the mail server answered {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            if isinstance(error, NotifierBroken | NotifierUnsure):
                raise
            raise NotifierBroken(reason=_reason(error)) from error

    def _handed_over(self, connection: smtplib.SMTP, content: bytes, key: str) -> str:
        try:
            return _refusal(connection.data(content)[0])
        except smtplib.SMTPDataError as error:
            return _refusal(error.smtp_code)
        except NotifierBroken:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise NotifierUnsure(key=key) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that is cut when its time is up, also amid a drip of bytes (F9)."""
        server = self._server
        secure = ssl.create_default_context(cafile=server.authorities)
        direct = server.security is Security.TLS
        made = (
            smtplib.SMTP_SSL(timeout=server.seconds, context=secure)
            if direct
            else smtplib.SMTP(timeout=server.seconds)
        )
        # The constructor would set it, and connect before there is anything to be cut.
        made._host = server.host  # type: ignore[attr-defined]
        watch = Timer(server.seconds, _cut, [made])
        watch.daemon = True
        watch.start()
        try:
            made.connect(server.host, server.port)
            if server.security is Security.STARTTLS:
                made.starttls(context=secure)
            if server.user:
                made.login(server.user, server.password)
            made.ehlo_or_helo_if_needed()
            yield made
            with suppress(OSError, smtplib.SMTPException):
                made.quit()  # it was taken already; how they part does not matter
        finally:
            watch.cancel()
            made.close()


def _cut(connection: smtplib.SMTP) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _accept(code: int) -> str:
    if code not in _TAKEN:
        raise NotifierBroken(reason=f"the mail server answered {code}")
    return ""


def _refusal(code: int) -> str:
    """Empty where the server goes on. Raises `NotifierBroken` for a refusal that may pass."""
    return str(code) if 500 <= code < 600 else _accept(code)


def _reason(error: Exception) -> str:
    """What failed, without what the server said: that may hold an address."""
    return type(error).__name__


def _fingerprint(notice: Notice) -> str:
    """A hash over every part of the notice, each with its length before it."""
    parts = [notice.to.encode(), notice.subject.encode(), notice.text.encode()]
    for one in notice.documents:
        parts += [one.name.encode(), one.media_type.encode(), one.content]
    digest = sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()
