"""Stories drawn by chance: a parent and a subsidiary, their currencies, dates and amounts.

A `Draft` is what was drawn; `text` writes it down as a story file. Payments are measured by the
oracle's rates, so that they are neither more than is open nor far from what they are worth.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import strategies as st

from tests.stories.fixings import DIGITS, Fixings, rounded, smallest
from tests.stories.oracle import Oracle

CODES = st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY", "SEK"])
SPREADS = st.sampled_from(["0", "0.25", "1.5", "0.007"])
FIRST, LAST = date(2003, 1, 1), date(2025, 6, 30)
PARENT, SUBSIDIARY = "parent", "daughter"
Row = dict[str, Any]


@attrs.frozen
class Trade:
    """One sale: what it is priced and billed in, and how it is paid in two parts."""

    company: str
    priced_in: str
    currency: str
    prices: tuple[int, ...]  # thousandths of a unit
    quantity: int  # quarters
    spread: str
    locked: bool
    starts: int  # days after the first
    waits: tuple[int, int, int]  # days until it is billed, and until either payment
    part: Fraction
    paid_in: str
    fee: int  # thousandths of the amount paid

    @property
    def id(self) -> str:
        """One sale for each company."""
        return self.company


@attrs.frozen
class Draft:
    """What a story is made from."""

    first: date
    functional: tuple[str, str]
    presentation: str
    owned: Fraction
    capital: tuple[int, int]
    costs: tuple[int, int]
    charges: tuple[tuple[int, bool, str], ...]  # amount, whether the parent charges, currency
    trades: tuple[Trade, ...]


def trades(company: str) -> st.SearchStrategy[Trade]:
    """A sale of a company."""
    return st.builds(
        Trade,
        company=st.just(company),
        priced_in=CODES,
        currency=CODES,
        prices=st.lists(st.integers(100_000, 9_999_999), min_size=1, max_size=3).map(tuple),
        quantity=st.integers(4, 400),
        spread=SPREADS,
        locked=st.booleans(),
        starts=st.integers(1, 12),
        waits=st.tuples(st.integers(0, 12), st.integers(0, 25), st.integers(0, 25)),
        part=st.just(Fraction(1, 2)) | st.fractions(Fraction(1, 50), Fraction(49, 50)),
        paid_in=CODES,
        fee=st.integers(0, 40),
    )


AMOUNTS = st.integers(50_000, 500_000_000)
DRAFTS = st.builds(
    Draft,
    first=st.dates(FIRST, LAST),
    functional=st.tuples(CODES, CODES),
    presentation=CODES,
    owned=st.fractions(Fraction(51, 100), Fraction(1), max_denominator=100).map(
        lambda one: Fraction(round(one * 100), 100)
    ),
    capital=st.tuples(AMOUNTS, AMOUNTS),
    costs=st.tuples(st.integers(1, 40_000), st.integers(1, 40_000)),
    charges=st.lists(
        st.tuples(st.integers(1, 900_000), st.booleans(), CODES), min_size=1, max_size=3
    ).map(tuple),
    trades=st.tuples(trades(PARENT), trades(SUBSIDIARY)),
)


def amount(units: int | Fraction, currency: str) -> str:
    """An amount in minor units (a whole number) or in units (a fraction), as a story writes it."""
    value = units if isinstance(units, Fraction) else units * smallest(currency)
    digits = DIGITS.get(currency, 2)
    whole = round(value * 10**digits)
    text = f"{whole // 10**digits}.{whole % 10**digits:0{digits}d}" if digits else str(whole)
    return f"{currency} {text}"


def months(first: date) -> list[date]:
    """Three month ends; the last one is later than any payment."""
    start, ends = (first + timedelta(20)).replace(day=1), []
    for _ in range(3):
        start = (start + timedelta(31)).replace(day=1)
        ends.append(start - timedelta(1))
    return ends


def story(draft: Draft, fixings: Fixings) -> str:
    """The draft as the text of a story file, its steps in the order of their days."""
    unpaid = [*_founding(draft), *_dealings(draft)]
    ends = ({"do": "close month", "on": end} for end in months(draft.first))
    rows = [*unpaid, *_payments(draft, unpaid, fixings), *ends]
    rows.sort(key=lambda row: (row["on"], row["do"] == "close month"))
    head = f'title = "Drawn"\n[group]\nparent = "{PARENT}"\npresentation = "{draft.presentation}"\n'
    owned = f"0.{round(draft.owned * 100):02d}" if draft.owned < 1 else "1"
    head += f'subsidiaries = [{{ company = "{SUBSIDIARY}", owned = "{owned}" }}]\n'
    return head + "".join(_table(row) for row in rows)


def _table(row: Row) -> str:
    return "[[steps]]\n" + "".join(f"{name} = {_value(value)}\n" for name, value in row.items())


def _value(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    return str(value)


def _founding(draft: Draft) -> Iterator[Row]:
    """Both companies with their capital; the parent pays its share, the holders the whole."""
    on, (parent, daughter) = draft.first, draft.functional
    whole = draft.capital[1] // 100 * 100
    share = whole * round(draft.owned * 100) // 100
    for id, functional in ((PARENT, parent), (SUBSIDIARY, daughter)):
        yield {"do": "register company", "on": on, "id": id, "name": id, "functional": functional}
    yield _paid(on, PARENT, amount(draft.capital[0], parent))
    yield {**_paid(on, PARENT, amount(share, daughter)), "do": "invest", "subsidiary": SUBSIDIARY}
    yield _paid(on, SUBSIDIARY, amount(whole, daughter))


def _paid(on: date, company: str, paid: str, do: str = "pay in capital") -> Row:
    return {"do": do, "on": on, "id": f"{company}, {paid}", "company": company, "amount": paid}


def _dealings(draft: Draft) -> Iterator[Row]:
    """Sales up to the bill, costs in the company's currency, and charges within the group."""
    for trade in draft.trades:
        yield from _sale(draft, trade)
    for index, company in enumerate((PARENT, SUBSIDIARY)):
        paid = amount(draft.costs[index], draft.functional[index])
        yield _paid(draft.first + timedelta(9), company, paid, "pay costs")
    for index, (units, down, currency) in enumerate(draft.charges):
        sides = (PARENT, SUBSIDIARY) if down else (SUBSIDIARY, PARENT)
        yield {
            "do": "charge member",
            "on": draft.first + timedelta(3 + 11 * index),
            "id": f"charge {index}",
            "creditor": sides[0],
            "debtor": sides[1],
            "amount": amount(units, currency),
            "days": 30,
        }


def _sale(draft: Draft, trade: Trade) -> Iterator[Row]:
    on, id = draft.first + timedelta(trade.starts), trade.id
    billed, valid = on + timedelta(trade.waits[0]), on + timedelta(20)
    yield {
        "do": "register customer", "on": on, "id": id, "company": trade.company, "name": id,
        "country": "XX", "currency": trade.currency,
    }  # fmt: skip
    yield {
        "do": "receive enquiry",
        "on": on,
        "id": id,
        "customer": id,
        "subject": "s",
        "channel": "c",
    }
    value = amount(100, trade.currency)
    yield {"do": "qualify enquiry", "on": on, "id": id, "deal": id, "value": value}
    lines = [
        {
            "description": "Thing",
            "quantity": f"{trade.quantity // 4}.{trade.quantity % 4 * 25:02d}",
            "unit_price": f"{trade.priced_in} {price // 1000}.{price % 1000:03d}",
        }
        for price in trade.prices
    ]
    yield {
        "do": "draft quote", "on": on, "id": id, "deal": id, "currency": trade.currency,
        "priced_in": trade.priced_in, "valid_until": valid, "lines": lines,
    }  # fmt: skip
    if trade.locked and trade.currency != trade.priced_in:
        yield {
            "do": "lock rate",
            "on": on,
            "id": id,
            "quote": id,
            "until": valid,
            "spread": trade.spread,
        }
    yield {"do": "approve quote", "on": on, "id": id, "by": "b"}
    yield {"do": "accept quote", "on": billed, "id": id}
    yield {"do": "place order", "on": billed, "id": id, "quote": id}
    yield {"do": "ship order", "on": billed, "id": id}
    yield {"do": "invoice order", "on": billed, "id": id, "order": id, "days": 14}


def _payments(draft: Draft, unpaid: list[Row], fixings: Fixings) -> Iterator[Row]:
    """Two parts of each bill; the second one pays the rest, often after a month end."""
    plain = {"group": {"parent": PARENT, "presentation": draft.presentation}, "steps": unpaid}
    bills = Oracle(plain, fixings).bills
    for trade in draft.trades:
        total = bills[trade.id].quote.total
        first = rounded(total * trade.part, trade.currency)
        on = bills[trade.id].on
        for index, settled in enumerate((first, total - first)):
            on += timedelta(trade.waits[1 + index])
            if settled > 0:
                yield from _payment(trade, index, settled, on, fixings)


def _payment(
    trade: Trade, index: int, settled: Fraction, on: date, fixings: Fixings
) -> Iterator[Row]:
    """One part, less the fee; in another currency it is worth about the same."""
    bank = trade.paid_in if index else trade.currency
    worth = settled if bank == trade.currency else settled * fixings.spot(trade.currency, bank, on)
    gross = rounded(worth, bank)
    fee = rounded(gross * trade.fee / 1000, bank)
    if gross > fee:
        yield {
            "do": "receive payment", "on": on, "id": f"{trade.id} {index}", "invoice": trade.id,
            "settled": amount(settled, trade.currency), "received": amount(gross - fee, bank),
            "fee": amount(fee, bank), "method": "m",
        }  # fmt: skip


def plain(text: str) -> dict[str, Any]:
    """The story as `tomllib` reads it."""
    return tomllib.loads(text)
