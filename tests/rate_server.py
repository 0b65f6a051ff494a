"""A web server on this machine that serves rates as told, and one that misbehaves (F9).

It speaks HTTP byte by byte, so that it can break what a library would keep right.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from urllib.parse import parse_qs, urlsplit

import attrs
import trustme

_NO_WAIT = struct.pack("ii", 1, 0)  # closing sends a reset instead of a farewell
_DRIP = 0.05  # seconds between two bytes


@attrs.frozen
class Asked:
    """One request as it came."""

    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The address without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}


@attrs.define
class Talk:
    """A connection with a request on it: what an answer may use."""

    asked: Asked
    connection: socket.socket
    stopped: threading.Event
    earlier: int  # requests before this one

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(content)

    def drip(self, content: bytes) -> None:
        """Send byte after byte, as long as anybody listens."""
        for one in content:
            if self.stopped.wait(_DRIP):
                return
            self.send(bytes([one]))

    def reset(self) -> None:
        """Hang up without a farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_WAIT)
        self.connection.close()


Answer = Callable[[Talk], None]


@attrs.define
class RateServer:
    """Where it listens, what it was asked, and how it answers."""

    address: str
    answer: Answer
    asked: list[Asked] = attrs.field(factory=list)
    connections: list[socket.socket] = attrs.field(factory=list)
    threads: list[threading.Thread] = attrs.field(factory=list)


@contextmanager
def rate_server(answer: Answer, authority: trustme.CA | None = None) -> Iterator[RateServer]:
    """A server on a free port; it is gone afterwards, and so are its threads.

    With an ``authority`` that signs its certificate it speaks TLS.
    """
    listener: socket.socket = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{listener.getsockname()[1]}"
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        listener = context.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
    server = RateServer(f"{'https' if authority else 'http'}://{place}", answer)
    stopped = threading.Event()
    server.threads.append(threading.Thread(target=_listen, args=(listener, server, stopped)))
    server.threads[0].start()
    try:
        yield server
    finally:
        stopped.set()
        for one in (listener, *server.connections):
            with suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)
        listener.close()
        for thread in server.threads:
            thread.join(10)


def _listen(listener: socket.socket, server: RateServer, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        server.connections.append(connection)
        thread = threading.Thread(target=_serve, args=(connection, server, stopped))
        server.threads.append(thread)
        thread.start()


def _serve(connection: socket.socket, server: RateServer, stopped: threading.Event) -> None:
    with connection, suppress(OSError):
        connection.settimeout(30)
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        while head := _head(connection):
            asked = _read(head)
            server.asked.append(asked)
            server.answer(Talk(asked, connection, stopped, len(server.asked) - 1))


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def _read(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return Asked(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs})


# ---------------------------------------------------------------- answers


def head(status: int = 200, **headers: object) -> bytes:
    """The lines before a body; ``content_type`` becomes Content-Type."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def content(
    body: bytes, kind: str = "application/json", status: int = 200, **more: object
) -> Answer:
    """A whole answer, as it should be."""
    whole = head(status, content_type=kind, content_length=len(body), **more) + body
    return lambda talk: talk.send(whole)


def packed(body: bytes, kind: str = "application/json") -> Answer:
    """The same, in gzip."""
    return content(gzip.compress(body), kind, content_encoding="gzip")


def packed_with(code: int, body: bytes) -> Answer:
    """A status with a text in gzip."""
    return content(gzip.compress(body), "text/plain", code, content_encoding="gzip")


def status(code: int, **headers: object) -> Answer:
    """A status and nothing that could be read as rates."""
    return content(b"sorry", "text/plain", code, **headers)


def no_data() -> Answer:
    """What the National Bank of Poland says where there was no working day."""
    return content(b"404 NotFound - Not Found - Brak danych", "text/plain", 404)


def chunked(kind: str, body: bytes, piece: int = 7) -> Answer:
    """An answer in pieces, its length not told in advance."""

    def answer(talk: Talk) -> None:
        talk.send(head(content_type=kind, transfer_encoding="chunked"))
        for start in range(0, len(body), piece):
            part = body[start : start + piece]
            talk.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        talk.send(b"0\r\n\r\n")

    return answer


def by_path(answers: Mapping[str, Answer]) -> Answer:
    """Each path has its answer; any other is not found."""
    missing = status(404)
    return lambda talk: answers.get(talk.asked.path, missing)(talk)


def in_turn(*answers: Answer) -> Answer:
    """The first request gets the first answer, and so on; the last one is given for ever."""
    return lambda talk: answers[min(talk.earlier, len(answers) - 1)](talk)


def redirect(location: str, code: int = 302) -> Answer:
    """Somewhere else."""
    return content(b"", "text/plain", code, location=location)


# ---------------------------------------------------------------- misbehaviour


def _silence(talk: Talk) -> None:
    talk.stopped.wait(30)


def _hang_up(talk: Talk) -> None:
    talk.connection.close()


def _endless(talk: Talk) -> None:
    talk.send(head(content_type="application/json", transfer_encoding="chunked"))
    while not talk.stopped.is_set():
        talk.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def _endless_head(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n")
    while not talk.stopped.is_set():
        talk.send(b"X-More: " + b"x" * 4_000 + b"\r\n")


@cache
def _bomb(layers: int) -> bytes:
    """64 MiB of blanks in 64 KiB, or that once more in gzip."""
    return gzip.compress(_bomb(layers - 1) if layers else b" " * 64 * 2**20)


PAGE = b"<!DOCTYPE html>\n<html><head><title>504</title></head><body>Gateway Time-out</body></html>"


def misbehaviours(body: bytes, kind: str) -> dict[str, Answer]:
    """Every way in which a provider of ``body`` may go wrong, by name (F9)."""
    size, half = len(body), body[: len(body) // 2]

    def head_of(**more: object) -> bytes:
        return head(200, content_type=kind, **more)

    def reset_amid(talk: Talk) -> None:
        talk.send(head_of(content_length=size) + half)
        talk.reset()

    def around(talk: Talk) -> None:
        step = int(talk.asked.query.get("step", "0"))
        redirect(f"/somewhere?step={step + 1}")(talk)

    return {
        "no answer": _silence,
        "a head that drips": lambda talk: talk.drip(head_of(content_length=size) + body),
        "a body that drips": lambda talk: (
            talk.send(head_of(content_length=size)),
            talk.drip(body),
        )[0],
        "hangs up": _hang_up,
        "a reset": Talk.reset,
        "a reset in the middle": reset_amid,
        "an empty body": content(b"", kind),
        "no content": content(b"", kind, 204),
        "blanks": content(b" \r\n\t \n", kind),
        "a document cut short": content(half, kind),
        "a document without its last byte": content(body.rstrip()[:-1], kind),
        "a web page": content(PAGE, "text/html; charset=utf-8"),
        "a web page that says it is data": content(PAGE, kind),
        "a redirect loop": around,
        "a redirect to itself": lambda talk: redirect(talk.asked.target)(talk),
        "a redirect to a file": redirect("file:///etc/passwd"),
        "a redirect to nowhere": redirect("http://"),
        "a redirect without an address": content(b"", kind, 302),
        "a length too long": lambda talk: (
            talk.send(head_of(content_length=size + 10) + body),
            talk.connection.close(),
        )[0],
        "a length too short": lambda talk: talk.send(head_of(content_length=size - 10) + body),
        "two lengths": lambda talk: talk.send(
            head_of(content_length=size).replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n")
            + body
        ),
        "a length without an end": lambda talk: talk.send(head_of(content_length="9" * 19) + body),
        "a body without an end": _endless,
        "a head without an end": _endless_head,
        "a gzip bomb": content(_bomb(0), kind, content_encoding="gzip"),
        "a gzip bomb in a gzip bomb": content(_bomb(1), kind, content_encoding="gzip, gzip"),
        "gzip cut short": content(gzip.compress(body)[:-9], kind, content_encoding="gzip"),
        "gzip that is none": content(body, kind, content_encoding="gzip"),
        "gzip with a tail": content(
            gzip.compress(body) + gzip.compress(b" "), kind, content_encoding="gzip"
        ),
        "another way of packing": content(body, kind, content_encoding="br"),
        "another encoding, told": content(body, f"{kind}; charset=utf-16"),
        "another encoding, not told": content(body.decode().encode("utf-16"), kind)
        if _is_text(body)
        else status(400),
        "bytes that are no text": content(half + b"\xff\xfe" + body[len(half) :], kind),
        "status 206": content(body, kind, 206),
        "status 304": content(b"", kind, 304),
        "status 401": status(401),
        "status 403": status(403),
        "status 404": status(404),
        "status 500": status(500),
        "status 503 with the document": content(body, kind, 503),
        "too many requests": status(429, retry_after="3600"),
        "too many requests, wait for ever": status(429, retry_after="9" * 400),
        "no HTTP": lambda talk: (talk.send(b"SSH-2.0-OpenSSH_9.2\r\n"), talk.connection.close())[0],
        "another version of HTTP": lambda talk: talk.send(b"HTTP/9.9 200 OK\r\n\r\n" + body),
    }


def _is_text(body: bytes) -> bool:
    try:
        return bool(body.decode())
    except UnicodeDecodeError:
        return False
