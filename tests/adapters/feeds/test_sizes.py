"""The largest documents of the worst contents: read or refused in little memory and time (F9)."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from itertools import product
from string import ascii_uppercase

import pytest

from fxcrm.adapters.feeds.bankofcanada import LARGEST
from fxcrm.adapters.feeds.documents import MOST_ELEMENTS, MOST_PARTS
from fxcrm.currencies import Currency, UnknownCurrency
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from tests.adapters.feeds.feeds import FEEDS, NOW, Handed, data, zipped

ROOM = 64 * 2**20  # bytes
pytestmark = pytest.mark.slow


@cache
def known(most: int) -> tuple[str, ...]:
    """Codes of currencies."""
    found = []
    for letters in product(ascii_uppercase, repeat=3):
        try:
            found.append(Currency("".join(letters)).code)
        except UnknownCurrency:
            continue
    return tuple(code for code in found if code not in ("CAD", "CZK", "EUR"))[:most]


def numbers() -> bytes:
    """As many numbers as a document may have, each of them a decimal."""
    return b'{"observations":[' + b",".join([b"1.23456789012"] * (MOST_PARTS - 10)) + b"]}"


def objects() -> bytes:
    """As many objects."""
    return b'{"observations":[' + b",".join([b'{"a":"bbbbbbbbbb"}'] * (MOST_PARTS // 2 - 9)) + b"]}"


def wide() -> bytes:
    """One text that needs four bytes for each character because of its last one."""
    return b'{"observations":["' + b"a" * (LARGEST - 100) + "\U0001f600".encode() + b'"]}'


def rates_of_canada() -> bytes:
    """As many good rates as there is room for."""
    rows, codes, first = [], known(26), date(1700, 1, 1)
    for day in range(4_200):
        prices = ",".join(f'"FX{code}CAD":{{"v":"1.{day:06d}"}}' for code in codes)
        rows.append(f'{{"d":"{first + timedelta(days=day)}",{prices}}}')
    return f'{{"observations":[{",".join(rows)}]}}'.encode()


def rates_of_prague() -> bytes:
    """The same, all in one array."""
    days = [date(1700, 1, 1) + timedelta(days=day) for day in range(1_600)]
    rows = (
        f'{{"validFor":"{day}","amount":1,"currencyCode":"{code}","rate":1.5}}'
        for day in days
        for code in known(30)
    )
    return f'{{"rates":[{",".join(rows)}]}}'.encode()


_XML = data("eurofxref-daily.xml").split(b"\t<Cube>\n")[0] + b"<Cube>"


def elements() -> bytes:
    """As many elements as a document may have."""
    return (_XML + b"<a/>" * MOST_ELEMENTS)[: 2**20]


def attributes() -> bytes:
    """One element, nothing but attributes."""
    many = b" ".join(b'a%d=""' % number for number in range(90_000))
    return (_XML + b"<Cube " + many)[: 2**20 - 2] + b"/>"


def depth() -> bytes:
    """One in another in another."""
    return (_XML + b"<a>" * 2**20)[: 2**20]


def history() -> bytes:
    """A table of 41 currencies, twice as long as that of today."""
    row, first = ",".join(["1.23456"] * 41), date(1900, 1, 1)
    rows = (f"{first + timedelta(days=day)},{row},\n" for day in range(11_800))
    return zipped(f"Date,{','.join(known(41))},\n{''.join(rows)}")


CASES: dict[str, tuple[str, Callable[[], bytes], bool]] = {
    "numbers": ("boc", numbers, False),
    "objects": ("boc", objects, False),
    "a wide text": ("boc", wide, False),
    "rates of Canada": ("boc", rates_of_canada, True),
    "rates of Prague": ("cnb", rates_of_prague, True),
    "elements": ("ecb", elements, False),
    "attributes": ("ecb", attributes, False),
    "depth": ("ecb", depth, False),
    "history": ("ecb-history", history, True),
}


@pytest.mark.parametrize("name", CASES)
def test_the_largest_documents_take_little(name: str) -> None:
    """Good ones are read, others refused, each within 64 MiB and some seconds."""
    feed, write, is_good = CASES[name]
    body = write()
    assert len(body) <= LARGEST
    source = FEEDS[feed].make(Handed(body), "http://rates.example")
    began = time.monotonic()
    if is_good:
        assert source.fetch().table.pairs
    else:
        with pytest.raises(RateSourceBroken):
            source.fetch()
    assert time.monotonic() - began < 10
    assert peak(source.fetch) < ROOM


def peak(call: Callable[[], object]) -> int:
    """The most bytes that Python held at a time, above what it held before."""
    tracemalloc.start()
    try:
        call()
    except RateSourceBroken:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return most


def test_many_documents_take_little() -> None:
    """Year after year, each as large as it may be: refused where an answer has too many rates."""
    body, since = rates_of_prague(), date(2020, 1, 1)

    def source() -> RateSource:
        return FEEDS["cnb"].make(Centuries(body), "http://rates.example")

    with pytest.raises(RateSourceBroken, match="ask for fewer days"):
        source().fetch(since, NOW.now().date())
    assert peak(lambda: source().fetch(since, NOW.now().date())) < ROOM


class Centuries(Handed):
    """The same document, a century later with each request."""

    century = 15

    def __call__(self, *_: object, **__: object) -> bytes:
        """The next one."""
        self.century += 1
        return self.body.replace(b'"17', f'"{self.century}'.encode())
