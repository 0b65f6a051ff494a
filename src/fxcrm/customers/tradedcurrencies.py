"""Which currencies a company takes for new records; what there is in another stays as it was."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId, TradedCurrencyId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap

TRADED_CURRENCY_LIFECYCLE = Lifecycle(
    "traded currency",
    "active",
    FrozenMap({("active", "deactivate"): "inactive", ("inactive", "reactivate"): "active"}),
)


class CurrencyInactive(RuleRefused):
    """A new record in a currency that the company takes no more."""

    company: CompanyId
    currency: str
    since: date
    template = (
        "company {company} takes no new records in {currency:plain} since {since}; "
        "use another currency, or reactivate this one"
    )


class HomeCurrencyKept(RuleRefused):
    """The currency of the company's own books can not be given up."""

    company: CompanyId
    currency: str
    template = (
        "{currency:plain} is the currency of the books of company {company}; deactivate another one"
    )


@attrs.frozen
class TradedCurrency:
    """What a company decided on a currency; ``since`` is the day of the last decision.

    A currency on which nothing was decided is taken.
    """

    id: TradedCurrencyId
    company: CompanyId
    currency: Currency
    since: date
    reason: str = ""
    state: str = TRADED_CURRENCY_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def of(cls, company: CompanyId, currency: Currency, on: date) -> TradedCurrency:
        """A currency that is taken, as before anything was decided."""
        return cls(traded_id(company, currency), company, currency, on)

    def taken(self) -> Currency:
        """The currency, once it is known to be taken. Raises `CurrencyInactive`."""
        if self.state == TRADED_CURRENCY_LIFECYCLE.start:
            return self.currency
        code = self.currency.code
        raise CurrencyInactive(company=self.company, currency=code, since=self.since)

    def deactivate(self, reason: str, on: date, home: Currency) -> TradedCurrency:
        """Take no new records; ``home`` is the company's functional currency.

        Raises `HomeCurrencyKept`, `TransitionRefused`.
        """
        if self.currency is home:
            raise HomeCurrencyKept(company=self.company, currency=self.currency.code)
        return self._moved("deactivate", reason, on)

    def reactivate(self, reason: str, on: date) -> TradedCurrency:
        """Take new records again. Raises `TransitionRefused`."""
        return self._moved("reactivate", reason, on)

    def _moved(self, command: str, reason: str, on: date) -> TradedCurrency:
        state = TRADED_CURRENCY_LIFECYCLE.after(self.state, command)
        event = Event(f"traded currency {state}", self.id, on, {"reason": reason})
        return attrs.evolve(
            self, state=state, since=on, reason=reason, events=(*self.events, event)
        )


def traded_id(company: CompanyId, currency: Currency) -> TradedCurrencyId:
    """The id under which a company's decision on a currency is kept."""
    return TradedCurrencyId(f"{company}:{currency.code}")
