"""What hledger and Beancount make of a journal, and what our books say: three answers to compare.

Each is a `Books`: amounts by account and commodity, functional value by account, and the value of
what each account holds at the last rate of a day, by account. Zeros are left out.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import attrs
import pytest
from beancount import loader
from beancount.core import convert
from beancount.core.amount import Amount
from beancount.core.data import Transaction
from beancount.core.prices import build_price_map

from fxcrm.adapters.beancount import beancount_ledger
from fxcrm.adapters.hledger import hledger_journal
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ledger import Balance
from fxcrm.ledger.daybook import Daybook
from fxcrm.ledger.plainbooks import account_names, symbols
from fxcrm.money import Money

WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)

needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None,
    reason="hledger is not installed (Debian: apt-get install hledger); .ci/run installs it",
)
_AMOUNT = re.compile(r'(-?[0-9.]+)(?: (?:"([^"]+)"|([^ ,]+)))?')


class JournalNotTaken(Exception):
    """The program refused the journal."""


@attrs.frozen
class Books:
    """What somebody says of a company's books."""

    amounts: Mapping[tuple[str, str], Decimal]
    functional: Mapping[str, Decimal]
    valued: Mapping[str, Decimal]


def text(lines: Iterable[str]) -> str:
    """Lines as a file has them."""
    return "".join(f"{line}\n" for line in lines)


def hledger(journal: str, *arguments: str) -> str:
    """What hledger prints of a journal. Raises `JournalNotTaken`."""
    done = subprocess.run(
        ["hledger", "-f", "-", *arguments],
        input=journal.encode(),
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise JournalNotTaken(done.stderr.decode())
    return done.stdout.decode()


def seen_by_hledger(daybook: Daybook) -> Books:
    """The journal, checked strictly, and what hledger reports."""
    journal = text(hledger_journal(daybook))
    hledger(journal, "check", "--strict", "ordereddates", "uniqueleafnames")
    functional = symbols(daybook.currencies)[daybook.company.functional]
    alone = "not:acct::.*:"  # which leaves what is below an account out
    at = f"--value={daybook.through},{functional}"
    valued = _balances(journal, at, alone)
    assert {symbol for _, symbol in valued} <= {functional}, "something was not valued"
    return Books(
        _balances(journal, alone),
        {name: amount for (name, _), amount in _balances(journal, "-B", "--depth=2").items()},
        {name: amount for (name, _), amount in valued.items()},
    )


def _balances(journal: str, *arguments: str) -> dict[tuple[str, str], Decimal]:
    lines = hledger(journal, "balance", "--no-total", "-O", "csv", *arguments).splitlines()
    return {
        (name, quoted or bare): Decimal(number)
        for name, balance in list(csv.reader(lines))[1:]
        for number, quoted, bare in _AMOUNT.findall(balance)
        if Decimal(number)
    }


def seen_by_beancount(daybook: Daybook) -> Books:
    """The ledger, loaded without a complaint, and what its postings add up to."""
    transactions, prices = loaded(text(beancount_ledger(daybook)))
    functional = symbols(daybook.currencies)[daybook.company.functional]
    amounts: dict[tuple[str, str], Decimal] = {}
    carried: dict[str, Decimal] = {}
    for transaction in transactions:
        for one in transaction.postings:
            root, name, *below = one.account.split(":")
            account, weight = f"{root}:{name}", convert.get_weight(one)
            assert weight.currency == functional
            carried[account] = WIDE.add(carried.get(account, Decimal(0)), weight.number)
            if not below:
                key = account, one.units.currency
                amounts[key] = amounts.get(key, Decimal(0)) + one.units.number
    valued: dict[str, Decimal] = {}
    for (account, symbol), amount in amounts.items():
        held = Amount(amount, symbol)
        worth = convert.convert_amount(held, functional, prices, daybook.through)
        assert worth.currency == functional or not amount, "something was not valued"
        valued[account] = WIDE.add(valued.get(account, Decimal(0)), worth.number)
    digits = daybook.company.functional.digits or 0
    return Books(_kept(amounts), _payable(carried, digits), _payable(valued, digits))


def loaded(ledger: str) -> tuple[list[Transaction], dict[object, object]]:
    """The transactions and prices that Beancount reads. Raises `JournalNotTaken`."""
    entries, errors, _ = loader.load_string(ledger)
    if errors:
        raise JournalNotTaken("\n".join(one.message for one in errors))
    transactions = [one for one in entries if isinstance(one, Transaction)]
    return transactions, build_price_map(entries)


def _kept(found: Mapping[tuple[str, str], Decimal]) -> dict[tuple[str, str], Decimal]:
    return {key: amount for key, amount in found.items() if amount}


def _payable(found: Mapping[str, Decimal], digits: int) -> dict[str, Decimal]:
    """In minor units; first without the noise of a division by 28 digits, which moves ties."""
    rounded = {}
    for name, amount in found.items():
        quiet = WIDE.quantize(amount, Decimal(1).scaleb(-digits - 6))
        rounded[name] = WIDE.quantize(quiet, Decimal(1).scaleb(-digits))
    return {name: amount for name, amount in rounded.items() if amount}


def seen_by_us(
    daybook: Daybook, balances: Iterable[Balance], decisions: Iterable[RateDecision]
) -> Books:
    """The same from the store's own balances and decisions; a value is rounded once (R6)."""
    held, decided = tuple(balances), tuple(decisions)
    names, known = account_names(daybook.chart), symbols(daybook.currencies)
    functional = daybook.company.functional
    amounts = {(names[one.account], known[one.amount.currency]): one.amount for one in held}
    carried: dict[str, Money] = {}
    valued: dict[str, Fraction] = {}
    for one in held:
        name = names[one.account]
        carried[name] = one.functional + carried.get(name, 0)
        valued[name] = valued.get(name, Fraction(0)) + _worth(one.amount, daybook, decided)
    exact = {name: Money.from_minor(round(worth), functional) for name, worth in valued.items()}
    return Books(
        {key: amount.amount for key, amount in amounts.items() if amount},
        {name: amount.amount for name, amount in carried.items() if amount},
        {name: amount.amount for name, amount in exact.items() if amount},
    )


def _worth(held: Money, daybook: Daybook, decisions: Iterable[RateDecision]) -> Fraction:
    """The value in minor units, at the last closing or booking rate on or before the day."""
    functional = daybook.company.functional
    if not held:
        return Fraction(0)
    minor = functional.minor_units
    if held.currency is functional:
        return Fraction(held.amount) * minor
    last = max(
        (one for one in decisions if _prices(one, held.currency, daybook)),
        key=lambda one: (one.valid_on, one.purpose is Purpose.CLOSING, one.known_at),
    )
    worth = last.convert_exactly(held)
    return Fraction(worth.value) * minor


def _prices(one: RateDecision, currency: Currency, daybook: Daybook) -> bool:
    sides = {one.pair.base, one.pair.counter}
    measuring = one.purpose in (Purpose.BOOKING, Purpose.CLOSING)
    return (
        measuring
        and sides == {currency, daybook.company.functional}
        and one.valid_on <= daybook.through
    )
