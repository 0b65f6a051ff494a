"""Trading: in which currencies a company, and a customer of it, takes new records.

Whatever creates a record in a currency asks `taken`, or `agreed_with` where there is a customer.
What there is already is never asked: it is converted, invoiced and settled as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from fxcrm.currencies import Currency
from fxcrm.customers import Customer, TradedCurrency, traded_id
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.wording import Command


def taken(desk: Desk, company: CompanyId, currency: Currency) -> Currency:
    """The currency, once it is known to be taken for new records. Raises `CurrencyInactive`."""
    decided = desk.uow.traded_currencies.find(traded_id(company, currency))
    return currency if decided is None else decided.taken()


def agreed_with(desk: Desk, customer: CustomerId, currency: Currency) -> Customer:
    """The customer, once a new record in a currency is known to be allowed for it.

    Raises `CurrencyNotAgreed`, `CustomerNotActive`, `CurrencyInactive`.
    """
    buyer = desk.uow.customers.claim(customer)  # so that it is not merged meanwhile
    buyer.agreed(currency)
    taken(desk, buyer.company, currency)
    return buyer


def deactivate_currency(
    desk: Desk, company: CompanyId, currency: Currency, *, reason: str, on: date
) -> TradedCurrency:
    """Take no new records in a currency. Raises `HomeCurrencyKept`, `TransitionRefused`."""
    home = desk.uow.companies.get(company).functional
    return _kept(desk, _decided(desk, company, currency, on).deactivate(reason, on, home))


def reactivate_currency(
    desk: Desk, company: CompanyId, currency: Currency, *, reason: str = "", on: date
) -> TradedCurrency:
    """Take new records in a currency again. Raises `TransitionRefused`."""
    return _kept(desk, _decided(desk, company, currency, on).reactivate(reason, on))


def _decided(desk: Desk, company: CompanyId, currency: Currency, on: date) -> TradedCurrency:
    held = desk.uow.traded_currencies.find(traded_id(company, currency))
    return TradedCurrency.of(company, currency, on) if held is None else held


def _kept(desk: Desk, decided: TradedCurrency) -> TradedCurrency:
    kept = desk.uow.traded_currencies
    return kept.save(decided) if decided.version else kept.add(decided)


TRADED: Mapping[str, Command] = MappingProxyType(
    {
        "deactivate currency": Command.of(
            "id company currency reason",
            lambda desk, step, _: deactivate_currency(
                desk,
                CompanyId(step.text("company")),
                step.currency("currency"),
                reason=step.text("reason"),
                on=step.on,
            ),
        ),
        "reactivate currency": Command.of(
            "id company currency reason",
            lambda desk, step, _: reactivate_currency(
                desk,
                CompanyId(step.text("company")),
                step.currency("currency"),
                reason=step.text("reason", ""),
                on=step.on,
            ),
        ),
    }
)
