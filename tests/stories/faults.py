"""Steps that must be refused, each with the place in the built-in story where it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from fxcrm.customers import CurrencyNotAgreed
from fxcrm.errors import FxcrmError
from fxcrm.interchange import MoneyRefused
from fxcrm.ledger import PeriodClosed
from fxcrm.ledger.companies import BooksNotBegun
from fxcrm.ledger.open_items import SettlementRefused
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, SubMinorAmount
from fxcrm.ports.storage import KeyReused, NotFound
from fxcrm.posting import FactRefused
from fxcrm.ratelocks import LockTermsRefused, RateLockExpired
from fxcrm.rates import RateBeforeHistory, RateMissing, RateTooOld
from fxcrm.selling.quoteerrors import QuoteIsFixed, QuoteLineRefused, QuoteOutOfTime
from fxcrm.usecases.invoicing import ChargedItself
from fxcrm.usecases.ordering import QuoteNotAccepted
from fxcrm.usecases.wording import StepRefused

FEBRUARY = "receive enquiry:E-6"  # the first step after February was closed


@attrs.frozen
class Fault:
    """A step tried before another one is told, and the error that must come of it.

    ``says`` is what the message must name; ``rates`` the file it is tried on.
    """

    name: str
    before: str
    error: type[FxcrmError]
    says: tuple[str, ...]
    do: str
    on: str
    arguments: Mapping[str, Any]
    rates: str = "all"

    @property
    def row(self) -> dict[str, Any]:
        """The step as a story file gives it."""
        return {"do": self.do, "on": date.fromisoformat(self.on), **self.arguments}


def payment(
    name: str,
    error: type[FxcrmError],
    *says: str,
    before: str = "receive payment:P-2",
    on: str = "2026-02-20",
    invoice: str = "I-1",
    **given: str,
) -> Fault:
    """A payment that must not be booked."""
    arguments = {"id": "P-faulty", "invoice": invoice, "method": "card", **given}
    return Fault(name, before, error, says, "receive payment", on, arguments)


def quote(name: str, error: type[FxcrmError], *says: str, **given: Any) -> Fault:
    """A quote for Blue Heron that must not be drafted."""
    usual = {
        "id": "Q-faulty",
        "deal": "D-1",
        "currency": "USD",
        "priced_in": "EUR",
        "valid_until": date(2026, 2, 6),
        "lines": [{"description": "Desk", "quantity": "1", "unit_price": "EUR 1.00"}],
    }
    return Fault(name, "draft quote:Q-1", error, says, "draft quote", "2026-01-12", usual | given)


def command(
    name: str, error: type[FxcrmError], *says: str, before: str, do: str, on: str, **given: Any
) -> Fault:
    """Any other step."""
    rates = given.pop("rates", "all")
    return Fault(name, before, error, says, do, on, given, rates)


RATES = (
    command(
        "no dollars in the file", RateMissing, "EUR/USD", "2026-01-07", rates="no dollar",
        before="invest:acme founding, 80 %", do="invest", on="2026-01-07", id="faulty",
        company="nordwind", subsidiary="acme", amount="USD 80000.00",
    ),
    command(
        "before the history begins", RateBeforeHistory, "EUR/USD", "2026-01-07", "2026-01-20",
        rates="from 20 January", before="invest:acme founding, 80 %", do="invest",
        on="2026-01-07", id="faulty", company="nordwind", subsidiary="acme", amount="USD 80000.00",
    ),
    command(
        "older than a week", RateTooOld, "USD/EUR", "2026-01-31", "2026-01-23", "8 days",
        rates="none after 23 January", before="close month:2026-01-31", do="close month",
        on="2026-01-31",
    ),
    command(
        "a quote beyond the history", RateTooOld, "EUR/USD", "2026-02-03",
        rates="none after 23 January", before="draft quote:Q-4", do="draft quote", on="2026-02-03",
        id="Q-faulty", deal="D-4", currency="USD", priced_in="EUR", valid_until=date(2026, 2, 17),
        lines=[{"description": "Shelf", "quantity": "1", "unit_price": "EUR 349.00"}],
    ),
    command(
        "an invoice that can not be booked", RateTooOld, "EUR/JPY", "2026-02-11",
        rates="none after 23 January", before="invoice order:I-2", do="invoice order",
        on="2026-02-11", id="I-faulty", order="O-2", days=30,
    ),
    command(
        "a payment that can not be measured", RateMissing, "EUR/JPY", "2026-03-11",
        rates="no yen", before="receive payment:P-3", do="receive payment", on="2026-03-11",
        id="P-faulty", invoice="I-2", settled="JPY 2000000", received="EUR 10818.40",
        fee="EUR 32.55", method="wire",
    ),
    command(
        "a period without a fixing has no average", RateMissing, "EUR/USD", "2026-02-01",
        "average", before="ship order:O-1", do="close month", on="2026-02-01",
    ),
    command(
        "the closing rate of one currency is missing", RateMissing, "JPY", "2026-03-31",
        rates="no yen", before="close month:2026-03-31", do="close month", on="2026-03-31",
    ),
)  # fmt: skip

PAYMENTS = (
    payment(
        "more than is open", SettlementRefused, "USD 58066.9", "more than is open",
        settled="USD 60000.00", received="USD 60000.00",
    ),
    payment(
        "paid twice", SettlementRefused, "EUR 0.00", before="state week:2026-02-22",
        on="2026-02-20", invoice="I-3", received="EUR 9588.00",
    ),
    payment(
        "fee and money received do not add up", SettlementRefused, "add up",
        settled="USD 30000.00", received="USD 29895.00", fee="USD 104.99",
    ),
    payment(
        "the wrong currency", CurrencyMismatch, "EUR 100.00", "USD",
        settled="EUR 100.00", received="EUR 100.00",
    ),
    payment("money the other way", SettlementRefused, "positive", received="USD -1.00"),
    payment(
        "a negative fee", SettlementRefused, "positive",
        settled="USD 10.00", received="USD 11.00", fee="USD -1.00",
    ),
    payment("nothing", SettlementRefused, "USD 0.00", received="USD 0.00"),
    payment("a tenth of a cent", SubMinorAmount, "USD 1.001", received="USD 1.001"),
    payment(
        "before it was billed", SettlementRefused, "2026-02-17", "2026-02-18", on="2026-02-17",
        invoice="I-5", received="JPY 1000",
    ),
    payment("into January", PeriodClosed, "nordwind", "2026-01-31", on="2026-01-30",
            received="USD 100.00"),
    payment("for no invoice", NotFound, "I-99", invoice="I-99", received="USD 1.00"),
)  # fmt: skip

LOCKS_AND_QUOTES = (
    command(
        "accepted after its validity, which is the lock's", QuoteOutOfTime, "Q-1", "2026-02-06",
        before="accept quote:Q-1", do="accept quote", on="2026-02-07", id="Q-1",
    ),
    command(
        "accepted when the last day of its lock is over in Tokyo", RateLockExpired, "L-2",
        "2026-02-13 15:00", before="accept quote:Q-2", do="accept quote", on="2026-02-13", id="Q-2",
    ),
    command(
        "accepted after its validity, without a lock", QuoteOutOfTime, "Q-3", "2026-02-19",
        before="accept quote:Q-3", do="accept quote", on="2026-02-20", id="Q-3",
    ),
    command(
        "lapsed while it still holds", QuoteOutOfTime, "2026-02-17",
        before="lapse quote:Q-4", do="lapse quote", on="2026-02-17", id="Q-4",
    ),
    command(
        "accepted before it was approved", TransitionRefused, "accept", "draft",
        before="approve quote:Q-1", do="accept quote", on="2026-01-12", id="Q-1",
    ),
    command(
        "ordered before it was accepted", QuoteNotAccepted, "Q-2", before="accept quote:Q-1",
        do="place order", on="2026-01-26", id="O-faulty", quote="Q-2",
    ),
    command(
        "ordered twice", QuoteNotAccepted, "Q-1", before="ship order:O-1", do="place order",
        on="2026-01-27", id="O-faulty", quote="Q-1",
    ),
    command(
        "billed before it was shipped", TransitionRefused, "order", before="ship order:O-1",
        do="invoice order", on="2026-02-02", id="I-faulty", order="O-1", days=30,
    ),
    command(
        "billed twice", TransitionRefused, "order", before="ship order:O-3",
        do="invoice order", on="2026-02-04", id="I-faulty", order="O-1", days=30,
    ),
    command(
        "a lock that is over before it begins", LockTermsRefused, "2026-01-12",
        before="approve quote:Q-1", do="lock rate", on="2026-01-12", id="L-faulty",
        quote="Q-1", until=date(2026, 1, 11),
    ),
    command(
        "a lock in no zone of this world", LockTermsRefused, "Nowhere", before="approve quote:Q-1",
        do="lock rate", on="2026-01-12", id="L-faulty", quote="Q-1", until=date(2026, 2, 6),
        zone="Nowhere/None",
    ),
    command(
        "an approved quote is locked once more", QuoteIsFixed, "Q-1", "approved",
        before="receive enquiry:E-2", do="lock rate", on="2026-01-13", id="L-faulty", quote="Q-1",
        until=date(2026, 2, 6),
    ),
    quote(
        "a line in another currency than the price list", CurrencyMismatch, "USD 1.00",
        lines=[{"description": "Desk", "quantity": "1", "unit_price": "USD 1.00"}],
    ),
    quote("a currency that was not agreed", CurrencyNotAgreed, "GBP", currency="GBP"),
    quote(
        "less than nothing", QuoteLineRefused, "-3",
        lines=[{"description": "Desk", "quantity": "-3", "unit_price": "EUR 1.00"}],
    ),
    quote("a deal that nobody knows", NotFound, "D-99", deal="D-99"),
    command(
        "a deal in a currency that was not agreed", CurrencyNotAgreed, "CHF",
        before="qualify enquiry:E-1", do="qualify enquiry", on="2026-01-12", id="E-1", deal="D-f",
        value="CHF 1.00",
    ),
    command(
        "a claim in another currency", CurrencyMismatch, "EUR 5.00", before="open case:C-1",
        do="open case", on="2026-03-18", id="C-faulty", invoice="I-1", subject="s",
        claimed="EUR 5.00",
    ),
)  # fmt: skip

BOOKS = (
    command(
        "costs of a closed month", PeriodClosed, "acme", "2026-02-15", "2026-02-28",
        before=FEBRUARY, do="pay costs", on="2026-02-15", id="faulty", company="acme",
        amount="USD 1.00",
    ),
    command(
        "capital on the last closed day", PeriodClosed, "nordwind", "2026-02-28",
        before=FEBRUARY, do="pay in capital", on="2026-02-28", id="faulty", company="nordwind",
        amount="EUR 1.00",
    ),
    command(
        "a charge into a closed month", PeriodClosed, "2026-02-28", before=FEBRUARY,
        do="charge member", on="2026-02-28", id="faulty", creditor="nordwind", debtor="acme",
        amount="USD 1.00", days=3,
    ),
    command(
        "closing what is closed", PeriodClosed, "2026-02-27", "2026-02-28", before=FEBRUARY,
        do="close month", on="2026-02-27",
    ),
    command(
        "before the books begin", BooksNotBegun, "acme", "2026-01-04", "2026-01-05",
        before="close month:2026-01-31", do="pay costs", on="2026-01-04", id="faulty",
        company="acme", amount="USD 1.00",
    ),
    command(
        "a charge to oneself", ChargedItself, "nordwind",
        before="charge member:IC-1 management, February", do="charge member",
        on="2026-02-16", id="faulty", creditor="nordwind", debtor="nordwind", amount="USD 1.00",
        days=3,
    ),
    command(
        "a charge to a stranger", StepRefused, "nordwind, acme",
        before="charge member:IC-1 management, February", do="charge member", on="2026-02-16",
        id="faulty", creditor="nordwind", debtor="stranger", amount="USD 1.00", days=3,
    ),
    command(
        "costs below zero", FactRefused, "EUR -1.00", before="close month:2026-01-31",
        do="pay costs", on="2026-01-30", id="faulty", company="nordwind", amount="EUR -1.00",
    ),
    command(
        "half a cent of costs", SubMinorAmount, "EUR 1.005", before="close month:2026-01-31",
        do="pay costs", on="2026-01-30", id="faulty", company="nordwind", amount="EUR 1.005",
    ),
    command(
        "the same key with other content", KeyReused, "nordwind rent and wages, January",
        before="close month:2026-01-31", do="pay costs", on="2026-01-28",
        id="nordwind rent and wages, January", company="nordwind", amount="EUR 14250.01",
    ),
    command(
        "a number that is not exact", StepRefused, "amount", "float",
        before="close month:2026-01-31", do="pay costs", on="2026-01-30", id="faulty",
        company="nordwind", amount=12.5,
    ),
    command(
        "an amount without a currency", MoneyRefused, "12.50", before="close month:2026-01-31",
        do="pay costs", on="2026-01-30", id="faulty", company="nordwind", amount="12.50",
    ),
    command(
        "a missing argument", StepRefused, "amount", "missing", before="close month:2026-01-31",
        do="pay costs", on="2026-01-30", id="faulty", company="nordwind",
    ),
)  # fmt: skip

FAULTS = {one.name: one for one in (*RATES, *PAYMENTS, *LOCKS_AND_QUOTES, *BOOKS)}
