"""A real mail server on this machine for tests, and servers that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import attrs
from aiosmtpd.controller import Controller

from fxcrm.documents import Document
from fxcrm.notices import Notice
from fxcrm.testing.contracts import Arrival


@attrs.define
class Inbox:
    """What the server took, and what it answers to whom."""

    letters: list[tuple[list[str], bytes]] = attrs.field(factory=list)
    rejecting: dict[str, str] = attrs.field(factory=dict)

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take an address, or not."""
        del server, session, options
        if address not in self.rejecting:
            envelope.rcpt_tos.append(address)
        return self.rejecting.get(address, "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a letter."""
        del server, session
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return self.rejecting.get("data", "250 OK")

    def arrivals(self) -> list[Arrival]:
        """The letters as notices, read by Python's own parser."""
        return [arrival(to, content) for to, content in self.letters]


def arrival(to: list[str], content: bytes) -> Arrival:
    """A letter as its reader's program understands it."""
    message = message_from_bytes(content, EmailMessage, policy=SMTP)
    [header] = message["To"].addresses
    assert to == [header.addr_spec], "the envelope and the letter name one recipient"
    body = message.get_body(("plain",))
    documents = tuple(
        Document(str(one.get_filename()), one.get_content_type(), _bytes(one))
        for one in message.iter_attachments()
    )
    text = body.get_content() if body else ""
    return Arrival(message["Message-ID"], Notice(to[0], message["Subject"], text, documents))


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


@contextmanager
def mail_server(inbox: Inbox, **options: Any) -> Iterator[int]:
    """A server on a free port, which is given."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def misbehaving(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A server that does with its first caller what it is told; gives its port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    behave(connection, over)
                except OSError:
                    return  # the caller has had enough, which is what is tested

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            thread.join(5)
