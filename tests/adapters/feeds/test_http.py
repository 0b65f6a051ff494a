"""Getting documents over HTTP from a server on this machine, well served and badly (F9)."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
import trustme

from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimitRefused, HttpLimits
from fxcrm.ports.ratesource import RateSourceBroken
from tests import rate_server
from tests.rate_server import RateServer, Talk, content, in_turn, redirect, status

BODY = b'{"rates": [1, 2, 3], "text": "' + bytes(range(97, 123)) * 40 + b'"}'
ONE_SECOND = HttpLimits(seconds=1, pause=0)
PATIENT = HttpLimits(seconds=30, pause=0)
KEY = "0123456789abcdef0123456789abcdef"
MARGIN = 2.0  # seconds that a busy machine may add


def got(server: RateServer, limits: HttpLimits = PATIENT, **how: object) -> bytes | None:
    """What is got from a server's front door."""
    with HttpDocuments(limits).errand("house bank") as get:
        return get(f"{server.address}/rates", **{"most": 100_000, **how})  # type: ignore[arg-type]


def refused(answer: rate_server.Answer, limits: HttpLimits = PATIENT, **how: object) -> str:
    """The reason why there is no document."""
    with rate_server.rate_server(answer) as server, pytest.raises(RateSourceBroken) as caught:
        got(server, limits, **how)
    assert caught.value.source == "house bank"
    return caught.value.reason


# ---------------------------------------------------------------- served well


@pytest.mark.parametrize(
    "answer",
    [
        content(BODY),
        rate_server.packed(BODY),
        rate_server.chunked("application/json", BODY),
        content(BODY, "text/csv; charset=UTF-8"),
        content(BODY, 'text/csv; charset="us-ascii"'),
        lambda talk: (
            talk.send(rate_server.head(content_type="text/plain") + BODY),
            talk.connection.close(),
        )[0],
    ],
    ids=["whole", "packed", "in pieces", "as utf-8", "as ascii", "to the end of the line"],
)
def test_a_document_comes_as_it_was_sent(answer: rate_server.Answer) -> None:
    """Whole, packed, in pieces, or until the server hangs up: the same bytes."""
    with rate_server.rate_server(answer) as server:
        assert got(server) == BODY
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_the_largest_document_is_taken_and_one_byte_more_is_not() -> None:
    """The limit holds for what is sent, and for what is in it once it is unpacked (F18)."""
    for answer in (
        content(BODY),
        rate_server.chunked("text/plain", BODY),
        rate_server.packed(BODY),
    ):
        with rate_server.rate_server(answer) as server:
            assert got(server, most=len(BODY)) == BODY
            with pytest.raises(RateSourceBroken, match=f"larger than {len(BODY) - 1} bytes"):
                got(server, most=len(BODY) - 1)


def test_a_query_is_asked_for() -> None:
    """Names and values stand in the address, written as the web writes them."""
    with rate_server.rate_server(content(BODY)) as server:
        got(server, query={"start_date": "2026-03-02", "a": "b c&d"})
    assert server.asked[0].query == {"start_date": "2026-03-02", "a": "b c&d"}


def test_nothing_is_told_apart_from_a_failure() -> None:
    """A 404 with the words for it is no document, any other is a broken source (R4)."""
    for answer in (rate_server.no_data(), rate_server.packed_with(404, b"Brak danych")):
        with rate_server.rate_server(answer) as server:
            assert got(server, absent=b"Brak danych") is None
            with pytest.raises(RateSourceBroken, match="status 404"):
                got(server)
            with pytest.raises(RateSourceBroken, match="status 404"):
                got(server, absent=b"nothing here")
    assert "status 404" in refused(status(404), absent=b"Brak danych")
    assert "empty" in refused(content(b"", "text/plain", 404), absent=b"Brak danych")


def test_a_redirect_is_followed() -> None:
    """To another path, and to another host, as often as the limit says."""
    with rate_server.rate_server(content(BODY)) as other:
        for code in (301, 302, 303, 307, 308):
            with rate_server.rate_server(redirect(f"{other.address}/moved?x=1", code)) as server:
                assert got(server) == BODY
        assert {one.target for one in other.asked} == {"/moved?x=1"}


def test_redirects_are_followed_up_to_the_limit() -> None:
    """Five are, six are not (F18)."""

    def times(count: int) -> rate_server.Answer:
        steps = [redirect(f"/step{one}") for one in range(count)]
        return in_turn(*steps, content(BODY))

    with rate_server.rate_server(times(5)) as server:
        assert got(server) == BODY
    assert refused(times(6)) == "it redirects more than 5 times"


# ---------------------------------------------------------------- attempts


@pytest.mark.parametrize("failing", [status(500), status(503), status(429), Talk.reset])
def test_what_may_pass_is_asked_for_again(failing: rate_server.Answer) -> None:
    """Two failures and then the document: three attempts, and that is the document."""
    with rate_server.rate_server(in_turn(failing, failing, content(BODY))) as server:
        assert got(server) == BODY
        assert len(server.asked) == 3


def test_attempts_are_bounded() -> None:
    """A server that keeps failing is asked three times, and no more."""
    with rate_server.rate_server(status(500)) as server:
        with pytest.raises(RateSourceBroken, match="status 500"):
            got(server)
        assert len(server.asked) == 3


@pytest.mark.parametrize("code", [204, 206, 304, 400, 401, 403, 404, 410, 501])
def test_what_will_not_pass_is_asked_for_once(code: int) -> None:
    """A refusal stays one; asking again would only be a burden."""
    with rate_server.rate_server(status(code)) as server:
        with pytest.raises(RateSourceBroken, match=f"status {code}"):
            got(server)
        assert len(server.asked) == 1


def test_a_page_is_asked_for_once() -> None:
    """A document that is wrong is not asked for again."""
    with rate_server.rate_server(content(rate_server.PAGE, "text/html")) as server:
        with pytest.raises(RateSourceBroken, match="web page instead of rates"):
            got(server)
        assert len(server.asked) == 1


def test_a_server_that_asks_to_wait_is_waited_for() -> None:
    """Retry-After in seconds, and as a date against the server's own clock."""
    now = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    then = format_datetime(now + timedelta(seconds=1), usegmt=True)
    dated = status(503, date=format_datetime(now, usegmt=True), retry_after=then)
    for waiting in (status(429, retry_after="1"), dated):
        with rate_server.rate_server(in_turn(waiting, content(BODY))) as server:
            began = time.monotonic()
            assert got(server, HttpLimits(seconds=10, pause=0)) == BODY
            assert 1 <= time.monotonic() - began < 9


def test_waiting_longer_than_there_is_time_is_not_begun() -> None:
    """It fails at once, with the seconds that it was asked to wait."""
    began = time.monotonic()
    reason = refused(status(429, retry_after="3600"))
    assert "3600 s" in reason
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "stated", ["", "soon", "-5", "1e9", "9" * 400, "\u0661", "Fri, 99 Foo 2026 00:00:00 GMT",
     "1 Jan 2026 00:00:00 +99999999999999999999", "1 Jan 99999999999999 00:00:00 GMT"],
)  # fmt: skip
def test_nonsense_about_waiting_does_not_hurt(stated: str) -> None:
    """What is neither seconds nor a date counts as nothing said."""
    told = stated.encode("utf-8").decode("latin-1")
    with rate_server.rate_server(in_turn(status(503, retry_after=told), content(BODY))) as server:
        assert got(server) == BODY


def test_the_pause_between_attempts_doubles() -> None:
    """One second, then two: three attempts take three seconds at the least."""
    began = time.monotonic()
    refused(status(500), HttpLimits(seconds=10, pause=1))
    assert 3 <= time.monotonic() - began < 9


# ---------------------------------------------------------------- served badly


@pytest.mark.parametrize("name", rate_server.misbehaviours(BODY, "application/json"))
def test_no_misbehaviour_outlasts_its_seconds(name: str) -> None:
    """One second and a margin; either the document as it is, or a reason in plain words."""
    answer = rate_server.misbehaviours(BODY, "application/json")[name]
    with rate_server.rate_server(answer) as server:
        began = time.monotonic()
        try:
            body = got(server, ONE_SECOND)
        except RateSourceBroken as broken:
            assert 5 < len(broken.reason) < 120  # noqa: PT017 - either outcome is right
            assert server.address.rpartition(":")[2] not in str(broken)  # noqa: PT017
            body = None
        assert time.monotonic() - began < 1 + MARGIN
    if body is not None:
        assert name in {
            "a document cut short",
            "a document without its last byte",
            "a web page that says it is data",
            "a length too short",
            "another encoding, not told",
            "bytes that are no text",
        }, "what only a reader of the format can notice"


def test_nobody_listens() -> None:
    """A closed port: refused, in words that name no address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        HttpDocuments(ONE_SECOND).errand("house bank") as get,
        pytest.raises(RateSourceBroken, match=r"no connection can be made$"),
    ):
        get(f"http://127.0.0.1:{port}/", most=10)


def test_a_name_that_is_not_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking a name up has no time-out of its own; the errand has."""
    hold = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hold.wait(10) and [])
    began = time.monotonic()
    with (
        pytest.raises(RateSourceBroken, match="no whole answer within 1 s"),
        HttpDocuments(ONE_SECOND).errand("house bank") as get,
    ):
        get("http://rates.example/", most=10)
    assert time.monotonic() - began < 1 + MARGIN
    hold.set()


def test_the_seconds_are_for_the_whole_errand() -> None:
    """Documents of two seconds each, in three: the second one is already too late."""

    def slowly(talk: Talk) -> None:
        talk.stopped.wait(2)
        content(BODY)(talk)

    with (
        rate_server.rate_server(slowly) as server,
        HttpDocuments(HttpLimits(seconds=3, pause=0)).errand("house bank") as get,
    ):
        assert get(f"{server.address}/1", most=100_000) == BODY
        with pytest.raises(RateSourceBroken, match="within 3 s"):
            get(f"{server.address}/2", most=100_000)
        with pytest.raises(RateSourceBroken, match="within 3 s"):
            get(f"{server.address}/3", most=100_000)
        assert len(server.asked) == 2


def test_nothing_goes_on_after_the_seconds() -> None:
    """The connection is cut, also of a client that is kept: neither thread nor server hangs on."""
    before = threading.active_count()
    gone = threading.Event()

    def drip(talk: Talk) -> None:
        try:
            talk.drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 10_000)
        finally:
            gone.set()

    with rate_server.rate_server(drip) as server, httpx2.Client() as client:
        with (
            HttpDocuments(ONE_SECOND, client=client).errand("house bank") as get,
            pytest.raises(RateSourceBroken, match="within 1 s"),
        ):
            get(server.address, most=100_000)
        assert gone.wait(2), "the server still has somebody to talk to"
    for _ in range(40):
        if threading.active_count() <= before:
            break
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_addresses_that_are_none() -> None:
    """No file, no other protocol, no host: refused before anything is opened."""
    for address in ("file:///etc/passwd", "ftp://a/b", "rates", "http://", "\x00"):
        with (
            HttpDocuments(ONE_SECOND).errand("house bank") as get,
            pytest.raises(RateSourceBroken, match="its address"),
        ):
            get(address, most=10)


def test_limits_with_which_nothing_could_be_asked_are_refused() -> None:
    """No second, no attempt, a pause below zero, half a second (F18)."""
    for wrong in ({"seconds": 0}, {"attempts": 0}, {"pause": -1}, {"redirects": -1}):
        with pytest.raises(HttpLimitRefused):
            HttpLimits(**wrong)
    with pytest.raises(HttpLimitRefused, match=r"whole number from 1 on, not 0\.5"):
        HttpLimits(seconds=0.5)  # type: ignore[arg-type]
    assert HttpLimits(seconds=1, attempts=1, pause=0, redirects=0).seconds == 1


@pytest.mark.parametrize("proxy", ["socks5://user:secret@127.0.0.1:1", "nonsense://secret@x"])
def test_a_proxy_that_can_not_be_used_is_a_broken_source(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment names wrongly is told without its password."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(RateSourceBroken, match="no HTTP client can be set up") as caught:
        HttpDocuments().errand("house bank").__enter__()
    assert "secret" not in repr(caught.value)
    assert caught.value.__context__ is None


# ---------------------------------------------------------------- encrypted, and secret


@pytest.mark.parametrize("key", ["schl\u00fcssel", "two\nlines", "two\r\nX-Other: lines", "a\0b"])
def test_a_key_that_no_header_can_hold_is_refused_and_not_told(key: str) -> None:
    """It is neither sent in another form nor shown."""
    with rate_server.rate_server(content(BODY)) as server:
        with pytest.raises(RateSourceBroken, match="it can not be asked") as caught:
            got(server, token=key)
        assert server.asked == []
    assert key not in repr(caught.value)
    assert caught.value.__context__ is None


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates here."""
    return trustme.CA()


def test_an_encrypted_connection_is_never_left_for_a_plain_one(authority: trustme.CA) -> None:
    """A redirect from https to http is refused; from http to https it is followed."""
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with (
        rate_server.rate_server(content(BODY)) as plain,
        rate_server.rate_server(redirect(f"{plain.address}/"), authority) as down,
        rate_server.rate_server(content(BODY), authority) as safe,
        rate_server.rate_server(redirect(f"{safe.address}/")) as up,
        httpx2.Client(verify=trust) as client,
        HttpDocuments(PATIENT, client=client).errand("house bank") as get,
    ):
        assert get(up.address, most=100_000) == BODY
        with pytest.raises(RateSourceBroken, match="from an encrypted connection to a plain one"):
            get(down.address, most=100_000)
        assert plain.asked == []


def test_a_certificate_of_nobody_is_not_trusted(authority: trustme.CA) -> None:
    """Nothing is sent to a server that can not prove who it is, and it is not asked again."""
    with rate_server.rate_server(content(BODY), authority) as server:
        with pytest.raises(RateSourceBroken, match="certificate is not one that is trusted"):
            got(server, token=KEY)
        assert server.asked == []


def test_an_encrypted_drip_is_cut_as_well(authority: trustme.CA) -> None:
    """The seconds hold for an encrypted connection too."""
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    answer = rate_server.misbehaviours(BODY, "application/json")["a head that drips"]
    began = time.monotonic()
    with (
        rate_server.rate_server(answer, authority) as server,
        httpx2.Client(verify=trust) as client,
        HttpDocuments(ONE_SECOND, client=client).errand("house bank") as get,
        pytest.raises(RateSourceBroken, match="within 1 s"),
    ):
        get(server.address, most=100_000)
    assert time.monotonic() - began < 1 + MARGIN


def test_a_key_goes_to_the_first_host_alone() -> None:
    """In a header, never in the address; after a redirect to another host it is not sent."""
    with rate_server.rate_server(content(BODY)) as other:
        there = in_turn(redirect("/here"), redirect(f"{other.address}/there"))
        with rate_server.rate_server(there) as server:
            assert got(server, token=KEY) == BODY
    assert [one.headers["authorization"] for one in server.asked] == [f"Token {KEY}"] * 2
    assert "authorization" not in other.asked[0].headers
    assert KEY not in "".join(one.target for one in (*server.asked, *other.asked))


@pytest.mark.parametrize("name", rate_server.misbehaviours(BODY, "application/json"))
def test_a_key_is_in_no_error_and_in_no_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the message, nor in what hangs on it, nor in what any library logs."""
    caplog.set_level(logging.DEBUG)
    echo = gzip.compress(KEY.encode())
    answer = rate_server.misbehaviours(KEY.encode() + echo, "application/json")[name]
    with rate_server.rate_server(answer) as server:
        try:
            got(server, HttpLimits(seconds=1, attempts=1), token=KEY)
        except RateSourceBroken as broken:
            found: BaseException | None = broken
            while found is not None:
                assert KEY not in f"{found!r} {found} {vars(found)}"
                found = found.__cause__ or found.__context__
    assert KEY not in caplog.text
    assert KEY not in repr(caplog.records)
