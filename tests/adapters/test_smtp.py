"""E-mail: what a mail server may do, and what this machine's mail server gets (F9, F11)."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.adapters.smtp import MailServer, Security, SmtpNotifier
from fxcrm.documents import Document, DocumentRefused
from fxcrm.notices import Notice, NoticeRefused, Receipt
from fxcrm.ports.notices import NoticeRejected, NotifierBroken, NotifierUnsure
from fxcrm.testing.clocks import SettableClock
from tests.mail_server import Inbox, arrival, mail_server, misbehaving

CLOCK = SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
NOTICE = Notice("ada@acme.example", "Invoice INV-1", "Dear Ada\n")


def notifier(port: int, security: Security = Security.NONE, seconds: int = 2) -> SmtpNotifier:
    """A notifier for this machine, with two seconds for everything."""
    server = MailServer("127.0.0.1", port, security, seconds=seconds)
    return SmtpNotifier(server, "billing@nordwind.example", CLOCK)


def test_a_letter_has_the_headers_of_a_letter() -> None:
    """Sender, day, message id and the mark of a machine are set; the same key has the same id."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        receipt = notifier(port).send(NOTICE, key="k")
        again = notifier(port).send(NOTICE, key="k")  # one that knows nothing of the first
    content = inbox.letters[0][1].decode()
    assert "From: billing@nordwind.example\r\n" in content
    assert "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n" in content
    assert f"Message-ID: {receipt.message}\r\n" in content
    assert "Auto-Submitted: auto-generated\r\n" in content
    assert receipt == again
    assert inbox.letters[0] == inbox.letters[1], "byte for byte, so that it can be recognised"


SUBJECTS = (
    *("x\r\nBcc: eve@acme.example", "x\nBcc: eve", "x\ry", "x\u2028", "\0", "", " ", "a" * 201),
    *("=?utf-8?q?x=0D=0ABcc:_eve?=", "\ud800"),
)
NO_ADDRESSES = (
    *("", "zoe", "zoe@", "@test.example", "z e@test.example", "zoe@test.example\r\nBcc: eve@x.y"),
    *("zoe@test.example,eve@x.y", "<zoe@test.example>", "Zoe <zoe@test.example>", "zoe@-x.y"),
    *(
        "\u00e4@test.example",
        "zoe@tes\u00e9.example",
        f"{'z' * 250}@x.y",
        "z..e@test.example",
        None,
    ),
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_header_gets_in_through_a_subject(subject: str) -> None:
    """A line end, or what a mail program would decode to one, is refused."""
    with pytest.raises(NoticeRefused, match="subject of the notice"):
        Notice("ada@acme.example", subject, "text")


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_is_one_plain_address(address: Any) -> None:
    """No list, name, comment or control gets to the server; the refusal shows none of it."""
    with pytest.raises(NoticeRefused, match="address of the notice") as refusal:
        Notice(address, "subject", "text")
    assert not address or address not in str(refusal.value)


def test_text_and_documents_have_limits() -> None:
    """Controls, surrogates and too much of everything are refused; line ends become line feeds."""
    assert Notice("a@b", "s", "1\r\n2\r3\n").text == "1\n2\n3\n"
    for text in ("nul\0", "\ud800", "\x1b[31m", "x" * (2**20 + 1)):
        with pytest.raises(NoticeRefused, match="text of the notice"):
            Notice("a@b", "s", text)
    half = Document("half.bin", "application/octet-stream", bytes(2**23))
    assert Notice("a@b", "s", "t", (half, half))
    with pytest.raises(NoticeRefused, match="documents of the notice"):
        Notice("a@b", "s", "t", (half, half, Document("one.bin", "text/plain", b"x")))
    for name in ("", "../x", "a/b", "a\\b", "x\r\ny", ".", "x ", '"', "a" * 121):
        with pytest.raises(DocumentRefused):
            Document(name, "text/plain", b"")
    with pytest.raises(DocumentRefused):
        Document("x", "text/plain; boundary=x", b"")


def test_the_sender_is_an_address_and_the_password_is_not_shown() -> None:
    """A notifier is not made for a sender that is none; secrets stay out of representations."""
    with pytest.raises(NoticeRefused):
        SmtpNotifier(MailServer("localhost"), "Nordwind Billing", CLOCK)
    assert "secret" not in repr(MailServer("localhost", user="u", password="secret"))  # noqa: S106


_TRICKY = st.text("ab  \t=?_-.,;:\"'<>()[]@%\u00a0\u00e9\u682a\u200d", max_size=200)
_SUBJECTS = _TRICKY | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200
)
_NAMES = _TRICKY | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=120)


@given(
    _SUBJECTS,
    _TRICKY | st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    _NAMES,
    st.binary(),
)
def test_every_notice_can_be_written_and_read(
    subject: str, text: str, name: str, content: bytes
) -> None:
    """Whatever a notice may hold, Python's own parser reads out of the letter what went in."""
    try:
        documents = (Document(name, "application/pdf", content),)
        notice = Notice("ada@acme.example", subject, text, documents)
    except (NoticeRefused, DocumentRefused):
        assume(False)
    letter = notifier(25)._written(notice, Receipt("k", "<k@nordwind.example>")).as_bytes()
    read = arrival([notice.to], letter).notice
    assert (read.subject, read.documents) == (notice.subject, notice.documents)
    assert read.text.rstrip("\n") == notice.text.rstrip("\n")


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try later", NotifierBroken), ("550 no", NoticeRejected), ("552 full", NoticeRejected)],
)
def test_a_refusal_that_may_pass_is_no_rejection(answer: str, error: type[Exception]) -> None:
    """A code of the 400s leaves the key free, one of the 500s is for good."""
    inbox = Inbox(rejecting={NOTICE.to: answer})
    with mail_server(inbox) as port:
        sender = notifier(port)
        with pytest.raises(error):
            sender.send(NOTICE, key="k")
        inbox.rejecting.clear()
        if error is NotifierBroken:
            assert sender.send(NOTICE, key="k").key == "k"
        else:
            with pytest.raises(NoticeRejected):
                sender.send(NOTICE, key="k")


def test_a_letter_that_is_rejected_whole_stays_rejected() -> None:
    """What the server rejects after reading it is remembered as well."""
    inbox = Inbox(rejecting={"data": "554 looks like spam"})
    with mail_server(inbox) as port, pytest.raises(NoticeRejected, match="554"):
        notifier(port).send(NOTICE, key="k")


Behaviour = Callable[[socket.socket, threading.Event], None]


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Says nothing at all."""
    del connection
    over.wait(20)


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Greets, a byte at a time, for ever."""
    while not over.wait(0.05):
        connection.sendall(b"2")


def leaving(connection: socket.socket, over: threading.Event) -> None:
    """Hangs up at once."""
    del connection, over


def no_mail_server(connection: socket.socket, over: threading.Event) -> None:
    """Speaks another protocol."""
    del over
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("behave", [silent, dripping, leaving, no_mail_server])
def test_a_server_that_misbehaves_is_broken_in_bounded_time(behave: Behaviour) -> None:
    """Silence, a drip, a hang-up and another protocol cost two seconds, and send nothing."""
    with misbehaving(behave) as port:
        begun = time.monotonic()
        with pytest.raises(NotifierBroken):
            notifier(port).send(NOTICE, key="k")
        assert time.monotonic() - begun < 8  # a drip alone would take for ever


def hangs_up_after_the_letter(connection: socket.socket, over: threading.Event) -> None:
    """Takes the letter and leaves without a word."""
    del over
    with connection.makefile("rwb") as file:
        for answer in (b"220 here", b"250 hello", b"250 ok", b"250 ok", b"354 go on"):
            file.write(answer + b"\r\n")
            file.flush()
            file.readline()
        while file.readline() != b".\r\n":
            continue


def hangs_after_the_letter(connection: socket.socket, over: threading.Event) -> None:
    """Takes the letter and says nothing more."""
    hangs_up_after_the_letter(connection, over)
    over.wait(20)


@pytest.mark.parametrize("behave", [hangs_up_after_the_letter, hangs_after_the_letter])
def test_a_lost_answer_is_unsure(behave: Behaviour) -> None:
    """After the letter went out, a lost answer is another thing than a broken server."""
    with misbehaving(behave) as port, pytest.raises(NotifierUnsure, match="same key"):
        notifier(port).send(NOTICE, key="k")


def test_a_server_without_tls_gets_no_letter() -> None:
    """Where STARTTLS is asked for and not offered, nothing is sent in the clear."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        for security in (Security.STARTTLS, Security.TLS):
            with pytest.raises(NotifierBroken):
                notifier(port, security=security).send(NOTICE, key="k")
    assert inbox.letters == []


def certified(host: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for a host, and the authority that vouches for it."""
    authority, trusted = trustme.CA(), folder / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    return context, trusted


def over_tls(port: int, security: Security, authorities: Path | None) -> SmtpNotifier:
    """A notifier that logs in once the connection is private."""
    login = {"user": "billing", "password": "open sesame"}
    server = MailServer("127.0.0.1", port, security, **login, seconds=5, authorities=authorities)
    return SmtpNotifier(server, "billing@nordwind.example", CLOCK)


def knows_billing(server: Any, session: Any, envelope: Any, way: str, login: Any) -> AuthResult:
    """The one account of the server."""
    del server, session, envelope, way
    known = (login.login, login.password) == (b"billing", b"open sesame")
    return AuthResult(success=known, handled=False)  # so that the server tells the client


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_mail_travels_over_tls(security: Security, tmp_path: Path) -> None:
    """Both ways of TLS deliver with a login, and only to a server that is vouched for."""
    context, trusted = certified("127.0.0.1", tmp_path)
    inbox = Inbox()
    options: dict[str, Any] = {"authenticator": knows_billing}
    options |= (
        {"ssl_context": context, "auth_require_tls": False}
        if security is Security.TLS
        else {"tls_context": context, "require_starttls": True, "auth_required": True}
    )
    with mail_server(inbox, **options) as port:
        over_tls(port, security, trusted).send(NOTICE, key="k")
        with pytest.raises(NotifierBroken, match="SSLCertVerificationError"):
            over_tls(port, security, None).send(NOTICE, key="k")
    assert len(inbox.letters) == 1


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    """Who vouches for another name does not vouch for this one."""
    context, trusted = certified("mail.acme.example", tmp_path)
    inbox = Inbox()
    with mail_server(inbox, tls_context=context) as port:
        sender = over_tls(port, Security.STARTTLS, trusted)
        with pytest.raises(NotifierBroken, match="SSLCertVerificationError"):
            sender.send(NOTICE, key="k")
    assert inbox.letters == []


def test_a_wrong_password_is_not_shown() -> None:
    """A login that fails sends nothing, and says only what the server answered."""
    inbox = Inbox()
    options = {"authenticator": knows_billing, "auth_require_tls": False}
    with mail_server(inbox, **options) as port:
        login = {"user": "billing", "password": "wrong"}
        server = MailServer("127.0.0.1", port, Security.NONE, **login, seconds=5)
        with pytest.raises(NotifierBroken, match="answered 535") as refusal:
            SmtpNotifier(server, "billing@nordwind.example", CLOCK).send(NOTICE, key="k")
    assert "wrong" not in repr(refusal.value)
    assert inbox.letters == []


def test_threads_with_one_key_send_once() -> None:
    """Eight threads with one key hand over one letter."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        sender = notifier(port, seconds=10)
        threads = [
            threading.Thread(target=sender.send, args=[NOTICE], kwargs={"key": "k"})
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(inbox.letters) == 1
