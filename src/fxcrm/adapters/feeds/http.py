"""Getting one document over HTTP, from a provider that may misbehave (F9).

Bounded are the seconds of the whole errand (looking the name up, redirects and further attempts
among them), the bytes as sent and as unpacked, the redirects, the attempts. Encrypted connections
are never left for plain ones. A failure is told in plain words, without an address, a header or
anything that the provider said: those may hold a key.
"""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

import attrs
import httpx2

from fxcrm.adapters.feeds.deadlines import Deadline, Line, OutOfTime, within
from fxcrm.errors import CallError
from fxcrm.ports.ratesource import RateSourceBroken

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PASSING: Final = (408, 425, 429, 500, 502, 503, 504)  # what may be over at the next attempt
_PAGES: Final = ("text/html", "application/xhtml+xml")
_CHARSETS: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_CHARSET: Final = re.compile(r"charset=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_SECONDS: Final = re.compile(r"[0-9]{1,6}")
_SIZE: Final = re.compile(r"[0-9]{1,20}")
_GZIP: Final = 31  # zlib's name for the format
_HEADERS: Final = {"Accept-Encoding": "gzip", "User-Agent": "fxcrm (exchange rates)"}


class HttpLimitRefused(CallError):
    """A limit with which nothing could be asked for."""

    limit: str
    least: int
    value: object
    template = "the limit of {limit:plain} is a whole number from {least} on, not {value}"


def _from(least: int) -> Callable[[HttpLimits, attrs.Attribute[int], int], None]:
    def check(_: HttpLimits, limit: attrs.Attribute[int], value: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise HttpLimitRefused(limit=limit.name, least=least, value=value)

    return check


@attrs.frozen
class HttpLimits:
    """``seconds`` bounds a whole errand. ``pause`` doubles from attempt to attempt, in seconds.

    Raises `HttpLimitRefused`.
    """

    seconds: int = attrs.field(default=30, validator=_from(1))
    redirects: int = attrs.field(default=5, validator=_from(0))
    attempts: int = attrs.field(default=3, validator=_from(1))
    pause: int = attrs.field(default=1, validator=_from(0))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted: reading them takes longer than many an errand."""
    return httpx2.create_ssl_context()


class HttpDocuments:
    """Gets documents with httpx2, an errand at a time; threads may share it.

    ``client`` is one's own, for a proxy or certificates; without one, each errand opens and closes
    its own, which heeds the proxies that the environment names.
    """

    def __init__(
        self, limits: HttpLimits = HttpLimits(), *, client: httpx2.Client | None = None
    ) -> None:
        self._limits = limits
        self._client = client

    @contextmanager
    def errand(self, source: str) -> Iterator[Errand]:
        """A way to get documents for ``source``; the seconds begin now, for all of them.

        Raises `RateSourceBroken` where no client can be made, as for a proxy that is none.
        """
        deadline, line = Deadline(self._limits.seconds), Line()
        if self._client is not None:
            yield Errand(source, self._limits, deadline, line, self._client)
            return
        with _made(source) as client:
            yield Errand(source, self._limits, deadline, line, client)


class Errand:
    """What `HttpDocuments.errand` hands out: call it with an address."""

    def __init__(
        self,
        source: str,
        limits: HttpLimits,
        deadline: Deadline,
        line: Line,
        client: httpx2.Client,
    ) -> None:
        self._source, self._limits, self._deadline = source, limits, deadline
        self._line, self._client = line, client

    def __call__(
        self,
        address: str,
        *,
        most: int,
        query: Mapping[str, str] | None = None,
        token: str = "",
        absent: bytes = b"",
    ) -> bytes | None:
        """The document, of 1 to ``most`` bytes.

        None where the status is 404 and the answer holds the bytes ``absent``: a service that has
        moved says 404 too, and that is another thing than having nothing (R4). ``token`` goes into
        the header ``Authorization``, and to nobody but the first host. Raises `RateSourceBroken`.
        """
        asked = _Asked(address, dict(query or {}), token, most, absent)
        try:
            return within(self._deadline, self._line, lambda: self._insisted(asked))
        except OutOfTime:
            reason = f"no whole answer within {self._deadline.seconds} s"
        except _Failed as failure:
            reason = failure.reason
        # Raised out here, so that no chain of causes leads to a request and its headers.
        raise RateSourceBroken(source=self._source, reason=reason)

    def _insisted(self, asked: _Asked) -> bytes | None:
        """Asks again where a failure may pass, as often and as late as the limits allow."""
        for attempt in range(self._limits.attempts - 1):
            try:
                return self._followed(asked)
            except _Failed as failed:
                if failed.wait is None:
                    raise
                self._wait(max(failed.wait, self._limits.pause * 2**attempt), failed)
        return self._followed(asked)

    def _wait(self, seconds: int, failed: _Failed) -> None:
        if seconds >= self._deadline.left:
            raise _Failed(f"{failed.reason}; it may be asked again in {seconds} s, too late")
        time.sleep(seconds)

    def _followed(self, asked: _Asked) -> bytes | None:
        url, origin = _url(asked), None
        for _ in range(self._limits.redirects + 1):
            origin = origin or _origin(url)
            answer = self._answered(url, asked, asked.token if _origin(url) == origin else "")
            if not isinstance(answer, httpx2.URL):
                return answer
            url = answer
        raise _Failed(f"it redirects more than {self._limits.redirects} times")

    def _answered(self, url: httpx2.URL, asked: _Asked, token: str) -> bytes | httpx2.URL | None:
        """The document, None for none, or where else to ask."""
        headers = {**_HEADERS, **({"Authorization": f"Token {token}"} if token else {})}
        if not (left := self._deadline.left):
            raise OutOfTime
        try:
            with self._client.stream(
                "GET",
                url,
                headers=headers,
                follow_redirects=False,
                timeout=left,
                extensions={"trace": self._line.watch},
            ) as response:
                return _taken(response, url, asked)
        except httpx2.TimeoutException:
            raise OutOfTime from None
        except httpx2.HTTPError as error:
            raise _failure(error) from None
        except (OSError, ValueError, RuntimeError) as error:  # a header it can not write, and such
            raise _Failed(f"it can not be asked ({type(error).__name__})") from None


@attrs.frozen
class _Asked:
    """What is asked for; the token stays out of every representation."""

    address: str = attrs.field(repr=False)
    query: dict[str, str] = attrs.field(repr=False)
    token: str = attrs.field(repr=False)
    most: int
    absent: bytes


class _Failed(Exception):
    """Why there is no document. ``wait``: seconds until it may be asked again; None: not at all."""

    def __init__(self, reason: str, wait: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


def _made(source: str) -> httpx2.Client:
    try:
        return httpx2.Client()
    except (ImportError, OSError, ValueError) as error:
        reason = f"no HTTP client can be set up ({type(error).__name__})"
    raise RateSourceBroken(source=source, reason=reason)  # out here: a proxy may have a password


def _url(asked: _Asked) -> httpx2.URL:
    try:
        url = httpx2.URL(asked.address)
        url = url.copy_merge_params(asked.query) if asked.query else url
    except (httpx2.InvalidURL, ValueError):
        raise _Failed("its address can not be read") from None
    return _web(url)


def _web(url: httpx2.URL) -> httpx2.URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise _Failed("its address is not one of the web (http, https)")
    return url


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _taken(response: httpx2.Response, url: httpx2.URL, asked: _Asked) -> bytes | httpx2.URL | None:
    status = response.status_code
    if status == 404 and asked.absent and asked.absent in _content(response, asked.most):
        return None
    if status in _REDIRECTS:
        return _elsewhere(response, url)
    if status in _PASSING:
        raise _Failed(f"it answers with status {status}", _asked_to_wait(response))
    if status in (401, 403):
        raise _Failed(f"it does not let us in (status {status})")
    if status != 200:
        raise _Failed(f"it answers with status {status}")
    _check_kind(response)
    return _content(response, asked.most)


def _elsewhere(response: httpx2.Response, url: httpx2.URL) -> httpx2.URL:
    try:
        target = url.join(response.headers.get("location", ""))
    except (httpx2.InvalidURL, ValueError):
        raise _Failed("it redirects to what is no address") from None
    if target == url:
        raise _Failed("it redirects to itself")
    if url.scheme == "https" and target.scheme == "http":
        raise _Failed("it redirects from an encrypted connection to a plain one")
    return _web(target)


def _check_kind(response: httpx2.Response) -> None:
    stated = response.headers.get("content-type", "")
    kind = stated.partition(";")[0].strip().lower()
    if kind in _PAGES:
        raise _Failed("it sent a web page instead of rates")
    if any(found.lower() not in _CHARSETS for found in _CHARSET.findall(stated[:200])):
        raise _Failed("it sent text in another encoding than UTF-8")


def _content(response: httpx2.Response, most: int) -> bytes:
    stated = response.headers.get("content-length", "")
    if _SIZE.fullmatch(stated) and int(stated) > most:
        raise _Failed(f"it is larger than {most} bytes")
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise _Failed("it is packed in a way that was not asked for")
    chunks = _bounded(response.iter_raw(), most)
    content = b"".join(_unpacked(chunks, most) if "gzip" in encoding else chunks)
    if not content.strip():
        raise _Failed("its answer is empty")
    return content


def _bounded(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise _Failed(f"it is larger than {most} bytes")
        yield chunk


def _unpacked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The bytes inside; never more of them at a time than a document may have."""
    packed, left = zlib.decompressobj(_GZIP), most
    for chunk in chunks:
        while chunk:
            try:
                piece = packed.decompress(chunk, left + 1)
            except zlib.error:
                raise _Failed("it is packed wrongly", 0) from None
            left -= len(piece)
            if left < 0:
                raise _Failed(f"it is larger than {most} bytes when unpacked")
            yield piece
            chunk = packed.unconsumed_tail
    if not packed.eof or packed.unused_data:
        raise _Failed("it is packed wrongly", 0)


def _asked_to_wait(response: httpx2.Response) -> int:
    """The seconds of ``Retry-After``, written as a number or as a date; 0 where it is neither."""
    stated = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(stated):
        return int(stated)
    then, now = _instant(stated), _instant(response.headers.get("date", ""))
    if then is None or now is None or then <= now:
        return 0
    span = then - now
    return span.days * 86_400 + span.seconds


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text[:60])
    except (ValueError, OverflowError):
        return None
    return instant if instant.tzinfo else None


def _failure(error: httpx2.HTTPError) -> _Failed:
    if _is_untrusted(error):
        return _Failed("its certificate is not one that is trusted")
    if isinstance(error, httpx2.ConnectError):
        return _Failed("no connection can be made", 0)
    if isinstance(error, httpx2.NetworkError):
        return _Failed("the connection was cut", 0)
    if isinstance(error, httpx2.RemoteProtocolError):
        return _Failed("its answer breaks off, or is no HTTP", 0)
    return _Failed(f"it can not be asked ({type(error).__name__})")


def _is_untrusted(error: BaseException) -> bool:
    causes: BaseException | None = error
    while causes is not None:
        if isinstance(causes, ssl.SSLCertVerificationError):
            return True
        causes = causes.__cause__ or causes.__context__
    return False
