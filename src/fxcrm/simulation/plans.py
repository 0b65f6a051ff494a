"""What a generated year is made of: the numbers one may choose, and the currencies there are."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused

# The first ones differ most: two digits and none, worth more than a euro and thousands for one.
CURRENCIES: Final = (
    *("EUR", "USD", "GBP", "JPY", "HUF", "CHF", "SEK", "KRW", "PLN", "IDR", "TRY", "ISK"),
    *("CZK", "NOK", "DKK", "CAD", "AUD", "CNY", "INR", "BRL", "MXN", "ZAR", "THB", "SGD"),
    *("HKD", "NZD", "PHP", "MYR", "ILS", "RON"),
)
MOST_COMPANIES: Final = 12
_MOST: Final = {"years": 20, "companies": MOST_COMPANIES, "customers": 20_000, "documents": 500_000}


class PlanRefused(InputRefused):
    """A year of a size that can not be generated."""

    name: str
    least: int
    most: int
    given: int
    template = "{name:plain} lie between {least} and {most}, not {given}"


class ParallelUnplanned(InputRefused):
    """A parallel book in a currency that the year does not have."""

    currency: Currency
    known: str
    template = "no books are kept in {currency}; the currencies of the year are {known:plain}"


class GroupUnplanned(InputRefused):
    """A generated group of books that it can not have."""

    parallel: Currency
    template = "a generated group keeps no second set of books in {parallel}; leave it out"


class Rhythm(Enum):
    """After how many months books are closed."""

    MONTHS = 1
    QUARTERS = 3
    HALF_YEARS = 6


@attrs.frozen
class YearPlan:
    """The size of a year, and the seed it follows from. Raises `PlanRefused`.

    ``documents`` counts what begins a business: orders that are invoiced, offers, bills of
    suppliers. Payments, credit notes, refunds and the rest follow from them; vouchers and loans
    come on top, some each month. ``parallel`` is the currency of a second set of books, from the
    first day on, of each company that does not keep its own in it. Raises `ParallelUnplanned`.
    ``years`` financial years follow one another, the first being ``year``. What recurs every month
    recurs as often as the books are closed, if that is less.
    """

    year: int
    companies: int = 2
    customers: int = 200
    currencies: int = 12
    documents: int = 5_000
    seed: int = 1
    parallel: Currency | None = None
    years: int = 1
    closed: Rhythm = Rhythm.MONTHS

    def __attrs_post_init__(self) -> None:
        limits = {**_MOST, "currencies": len(CURRENCIES)}
        for name, most in limits.items():
            given, least = getattr(self, name), 2 if name == "currencies" else 1
            if not least <= given <= most:
                raise PlanRefused(name=name, least=least, most=most, given=given)
        if self.parallel is not None and self.parallel not in self.chosen:
            raise ParallelUnplanned(currency=self.parallel, known=" ".join(map(str, self.chosen)))

    @property
    def title(self) -> str:
        """The plan in words: what another plan differs in."""
        beside = "" if self.parallel is None else f", books in {self.parallel} beside"
        months = self.closed.value
        seldom = "" if self.closed is Rhythm.MONTHS else f", closed every {months} months"
        return (
            f"the {self._named} from seed {self.seed}: {self.companies} companies, "
            f"{self.customers} customers, {self.currencies} currencies, "
            f"{self.documents} documents{beside}{seldom}"
        )

    @property
    def _named(self) -> str:
        last = self.last_day.year
        return f"year {last}" if last == self.year else f"years {self.year} to {last}"

    @property
    def chosen(self) -> tuple[Currency, ...]:
        """The currencies of the year."""
        return tuple(map(Currency, CURRENCIES[: self.currencies]))

    @property
    def first_day(self) -> date:
        """When the books begin."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day on which anything happens but closing."""
        return self.year_ends[-1]

    @property
    def year_ends(self) -> tuple[date, ...]:
        """The last days of the years."""
        return tuple(date(self.year + one, 12, 31) for one in range(self.years))

    @property
    def closings(self) -> tuple[date, ...]:
        """The days through which books are closed, one after the other."""
        months = self.closed.value
        return tuple(
            date(end.year, month, monthrange(end.year, month)[1])
            for end in self.year_ends
            for month in range(months, end.month + 1, months)
        )
