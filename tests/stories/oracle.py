"""A story told once more, from the rules alone: what it leaves in the books.

Nothing here knows the library. A story is what `tomllib` read, amounts are exact fractions of
whole units, and a debit is positive. `group.py` goes on from here to the consolidated group.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.stories.fixings import Fixings, money, promised, rounded

BANK, RECEIVABLES, MEMBERS_OWE, INVESTMENTS, CLEARING = "1000", "1100", "1200", "1500", "1900"
OWED_TO_MEMBERS, CAPITAL, SALES, MEMBER_INCOME, COSTS = "2200", "3000", "4000", "4200", "5000"
MEMBER_CHARGES, FEES, REALISED, UNREALISED, ROUNDING = "5200", "5300", "7000", "7100", "7900"
NONE = Fraction(0)

Plain = dict[str, Any]
Pair = tuple[Fraction, Fraction]


class Line(NamedTuple):
    """A posting: an amount of a currency, and its value in the company's own."""

    company: str
    on: date
    fact: str
    account: str
    currency: str
    amount: Fraction
    value: Fraction
    item: str = ""
    partner: str = ""


@dataclass
class Quote:
    """An offer: the exact price of each line, and the rate into the customer's currency."""

    customer: str
    deal: str
    priced_in: str
    currency: str
    on: date
    priced: list[Fraction]
    rate: Fraction
    lock: str = ""

    @property
    def total(self) -> Fraction:
        """The sum of its lines, each rounded once, to the customer's currency (M9)."""
        return sum((rounded(one * self.rate, self.currency) for one in self.priced), NONE)

    @property
    def priced_total(self) -> Fraction:
        """What a lock must cover: the lines in the currency of the price list."""
        return sum((rounded(one, self.priced_in) for one in self.priced), NONE)


@dataclass
class Lock:
    """A promised rate of a quote, until an instant."""

    quote: Quote
    rate: Fraction
    on: date
    until: date
    ends: datetime
    state: str = "held"
    invoice: str = ""


@dataclass
class Item:
    """A receivable (positive) or payable (negative): what is left, at its first value (D9)."""

    company: str
    account: str
    party: str
    currency: str
    due: date
    open: Fraction
    carrying: Fraction
    partner: str = ""


@dataclass
class Bill:
    """An invoice with its payments: id, day and what each settled."""

    company: str
    quote: Quote
    number: str
    on: date
    item: str
    paid: list[tuple[str, date, Fraction]] = field(default_factory=list)


@dataclass
class Deal:
    """What may become a sale."""

    customer: str
    currency: str
    value: Fraction
    stage: str = "qualified"


class Oracle:
    """Postings and plain records of a story whose steps stand in the order of their days."""

    def __init__(self, story: Plain, fixings: Fixings) -> None:
        """``story`` is what `tomllib` read."""
        self.fixings = fixings
        self.presentation: str = story["group"]["presentation"]
        subsidiaries = story["group"].get("subsidiaries", ())
        self.owned = {one["company"]: Fraction(one["owned"]) for one in subsidiaries}
        self.members = [story["group"]["parent"], *self.owned]
        self.functional: dict[str, str] = {}
        self.founded: dict[str, date] = {}
        self.customers: dict[str, str] = {}
        self.enquiries: dict[str, str] = {}
        self.deals: dict[str, Deal] = {}
        self.quotes: dict[str, Quote] = {}
        self.locks: dict[str, Lock] = {}
        self.orders: dict[str, Quote] = {}
        self.bills: dict[str, Bill] = {}
        self.items: dict[str, Item] = {}
        self.cases: dict[str, tuple[str, str, Fraction, str]] = {}
        self.numbers: Counter[str] = Counter()
        self.closes: list[date] = []
        self.unrealised: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self.journal: list[Line] = []
        for step in story["steps"]:
            getattr(self, "_" + step["do"].replace(" ", "_"))(step)

    def worth(self, company: str, currency: str, amount: Fraction, on: date) -> Fraction:
        """An amount in the company's own currency at the spot of the day, rounded once (D1)."""
        home = self.functional[company]
        return rounded(amount * self.fixings.spot(currency, home, on), home)

    def book(self, *lines: Line) -> None:
        """Keep an entry; it is zero in value and in each currency (D7a)."""
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for line in lines:
            sums[line.currency] += line.amount
            sums["in value"] += line.value
        assert not any(sums.values()), lines
        self.journal += [line for line in lines if line.amount or line.value]

    # ---- companies and their money

    def _register_company(self, step: Plain) -> None:
        self.functional[step["id"]], self.founded[step["id"]] = step["functional"], step["on"]

    def _pay_in_capital(self, step: Plain) -> None:
        self._moved(step, BANK, CAPITAL)

    def _pay_costs(self, step: Plain) -> None:
        self._moved(step, COSTS, BANK)

    def _moved(self, step: Plain, debit: str, credit: str) -> None:
        currency, amount = money(step["amount"])
        start = (step["company"], step["on"], step["id"])
        value = self.worth(step["company"], currency, amount, step["on"])
        self.book(
            Line(*start, debit, currency, amount, value),
            Line(*start, credit, currency, -amount, -value),
        )

    def _invest(self, step: Plain) -> None:
        """The parent buys with its own money; another currency passes clearing (D7a)."""
        currency, amount = money(step["amount"])
        start, home = (step["company"], step["on"], step["id"]), self.functional[step["company"]]
        value = self.worth(step["company"], currency, amount, step["on"])
        self.book(
            Line(*start, INVESTMENTS, currency, amount, value, "", step["subsidiary"]),
            *self._exchange(start, (currency, -amount), (home, value), value),
            Line(*start, BANK, home, -value, -value),
        )

    def _exchange(
        self,
        start: tuple[str, date, str],
        given: tuple[str, Fraction],
        taken: tuple[str, Fraction],
        value: Fraction,
    ) -> Iterator[Line]:
        """Two currencies meet in exchange clearing, one line for each (D7a)."""
        if given[0] != taken[0]:
            yield Line(*start, CLEARING, *given, -value)
            yield Line(*start, CLEARING, *taken, value)

    # ---- from enquiry to order

    def _register_customer(self, step: Plain) -> None:
        self.customers[step["id"]] = step["company"]

    def _receive_enquiry(self, step: Plain) -> None:
        self.enquiries[step["id"]] = step["customer"]

    def _qualify_enquiry(self, step: Plain) -> None:
        self.deals[step["deal"]] = Deal(self.enquiries[step["id"]], *money(step["value"]))

    def _draft_quote(self, step: Plain) -> None:
        base, counter, on = step["priced_in"], step["currency"], step["on"]
        priced = [Fraction(one["quantity"]) * money(one["unit_price"])[1] for one in step["lines"]]
        rate, customer = self.fixings.spot(base, counter, on), self.deals[step["deal"]].customer
        self.quotes[step["id"]] = Quote(customer, step["deal"], base, counter, on, priced, rate)

    def _lock_rate(self, step: Plain) -> None:
        """Spot, dearer for the customer by the spread; until the day is over in its zone."""
        quote, spread = self.quotes[step["quote"]], Fraction(step.get("spread", "0"))
        if quote.priced_in == quote.currency:
            return  # there is no rate to promise
        rate = promised(self.fixings, quote.priced_in, quote.currency, step["on"], spread)
        over, zone = step["until"] + timedelta(1), ZoneInfo(step.get("zone", "UTC"))
        ends = datetime(over.year, over.month, over.day, tzinfo=zone).astimezone(UTC)
        quote.rate, quote.lock = rate, step["id"]
        self.locks[step["id"]] = Lock(quote, rate, step["on"], step["until"], ends)

    def _approve_quote(self, step: Plain) -> None:
        quote = self.quotes[step["id"]]
        customer = self.deals[quote.deal].customer
        self.deals[quote.deal] = Deal(customer, quote.currency, quote.total, "quoted")

    def _accept_quote(self, step: Plain) -> None:
        self._answer(step, "won", "consumed")

    def _lapse_quote(self, step: Plain) -> None:
        self._answer(step, "lost", "expired")

    def _decline_quote(self, step: Plain) -> None:
        self._answer(step, "lost", "cancelled")

    def _withdraw_quote(self, step: Plain) -> None:
        """The company takes it back; the deal may be quoted again."""
        self._answer(step, "quoted", "cancelled")

    def _answer(self, step: Plain, stage: str, state: str) -> None:
        quote = self.quotes[step["id"]]
        self.deals[quote.deal].stage = stage
        if quote.lock:
            self.locks[quote.lock].state = state

    def _place_order(self, step: Plain) -> None:
        self.orders[step["id"]] = self.quotes[step["quote"]]

    def _ship_order(self, step: Plain) -> None:
        assert step["id"] in self.orders

    def _cancel_order(self, step: Plain) -> None:
        del self.orders[step["id"]]

    # ---- what is owed, and paid

    def _invoice_order(self, step: Plain) -> None:
        quote = self.orders[step["order"]]
        company = self.customers[quote.customer]
        self.numbers[company] += 1
        number = f"{company}-INV-{self.numbers[company]:04d}"
        if quote.lock:
            self.locks[quote.lock].invoice = step["id"]
        item = self._owed(step, company, number, (RECEIVABLES, SALES), quote.customer,
                          quote.currency, quote.total)  # fmt: skip
        self.bills[step["id"]] = Bill(company, quote, number, step["on"], item)

    def _charge_member(self, step: Plain) -> None:
        """Booked on both sides, each at its own spot."""
        (currency, amount), key = money(step["amount"]), step["id"]
        for company, partner, accounts, signed in (
            (step["creditor"], step["debtor"], (MEMBERS_OWE, MEMBER_INCOME), amount),
            (step["debtor"], step["creditor"], (OWED_TO_MEMBERS, MEMBER_CHARGES), -amount),
        ):
            self._owed(step, company, key, accounts, partner, currency, signed, partner)

    def _owed(
        self,
        step: Plain,
        company: str,
        key: str,
        accounts: tuple[str, str],
        party: str,
        currency: str,
        amount: Fraction,
        partner: str = "",
    ) -> str:
        """An open item arises against income or expense; its name is returned."""
        name, start = f"item:{company}:{key}", (company, step["on"], step["id"])
        value, due = self.worth(company, currency, amount, step["on"]), timedelta(step["days"])
        self.items[name] = Item(
            company, accounts[0], party, currency, step["on"] + due, amount, value, partner
        )
        self.book(
            Line(*start, accounts[0], currency, amount, value, name, partner),
            Line(*start, accounts[1], currency, -amount, -value, "", partner),
        )
        return name

    def _receive_payment(self, step: Plain) -> None:
        """Cash at the day's spot less the carrying amount removed is the difference (D8)."""
        bill = self.bills[step["invoice"]]
        company, home, item = bill.company, self.functional[bill.company], self.items[bill.item]
        (bank, received), start = money(step["received"]), (company, step["on"], step["id"])
        currency, settled = money(step["settled" if "settled" in step else "received"])
        fee = money(step["fee"])[1] if "fee" in step else NONE
        whole, reached, kept = (
            self.worth(company, bank, one, step["on"]) for one in (received + fee, received, fee)
        )
        removed = self._settle(item, settled, home)
        gain, is_home = whole - removed, currency == home
        bill.paid.append((step["id"], step["on"], settled))
        paid, taken = (bank, -received - fee), (currency, whole if is_home else settled)
        self.book(
            Line(*start, BANK, bank, received, reached),
            Line(*start, FEES, bank, fee, kept),
            Line(*start, ROUNDING, bank, NONE, whole - reached - kept),
            *self._exchange(start, paid, taken, whole),
            Line(*start, RECEIVABLES, currency, -settled, -removed, bill.item),
            Line(*start, REALISED, currency, -gain if is_home else NONE, -gain),
        )

    def _settle(self, item: Item, settled: Fraction, home: str) -> Fraction:
        """The carrying amount of a part; the last part takes all that is left (D9)."""
        removed = rounded(item.carrying * settled / item.open, home)
        item.open, item.carrying = item.open - settled, item.carrying - removed
        assert item.open or not item.carrying
        return removed

    def _open_case(self, step: Plain) -> None:
        self.cases[step["id"]] = (step["invoice"], *money(step["claimed"]), "open")

    def _resolve_case(self, step: Plain) -> None:
        self.cases[step["id"]] = (*self.cases[step["id"]][:3], "resolved")

    def _state_week(self, step: Plain) -> None:
        assert step["on"]

    # ---- month end

    def _close_month(self, step: Plain) -> None:
        """Open items for a day, bank balances for good (D13, D14)."""
        for company in self.members:
            self._adjust_items(company, step["on"])
            self._adjust_bank(company, step["on"])
        self.closes.append(step["on"])

    def _adjust_items(self, company: str, on: date) -> None:
        """To the closing rate, and back on the next day: the first style of D14."""
        for name, item in self.items.items():
            if item.company == company and item.open:
                change = self.worth(company, item.currency, item.open, on) - item.carrying
                held = (item.account, item.currency, name, item.partner)
                self._adjust(company, on, change, *held)
                self._adjust(company, on + timedelta(1), -change, *held)

    def _adjust_bank(self, company: str, on: date) -> None:
        """The change since the last time, which stays: the second style of D14."""
        for (account, currency), (amount, value) in self.balances(company, on).items():
            if account == BANK:
                change = self.worth(company, currency, amount, on) - value
                self.unrealised[company, currency] += change
                self._adjust(company, on, change, BANK, currency)

    def _realise_balance(self, step: Plain) -> None:
        """What a spent balance is carried at, and was unrealised on it, is realised (D15, D16)."""
        start, currency = (step["company"], step["on"], step["id"]), step["currency"]
        amount, value = self.balances(step["company"], step["on"])[BANK, currency]
        assert not amount
        unrealised = self.unrealised.pop((step["company"], currency), NONE)
        self.book(
            Line(*start, BANK, currency, NONE, -value),
            Line(*start, REALISED, currency, NONE, value - unrealised),
            Line(*start, UNREALISED, currency, NONE, unrealised),
        )

    def on_open_day(self, day: date) -> Oracle:
        """The books as a report of a day shows them: revalued, unless it is closed (D5, D23)."""
        seen = deepcopy(self)
        if day not in self.closes:
            seen._close_month({"on": day})
            seen.closes.remove(day)
        return seen

    def _adjust(
        self,
        company: str,
        on: date,
        change: Fraction,
        account: str,
        currency: str,
        item: str = "",
        partner: str = "",
    ) -> None:
        """A change of value is no amount of the currency that it belongs to (D7a)."""
        start = (company, on, "revaluation")
        self.book(
            Line(*start, account, currency, NONE, change, item, partner),
            Line(*start, UNREALISED, currency, NONE, -change, "", partner),
        )

    # ---- what the books say

    def lines(self, company: str, through: date) -> Iterator[Line]:
        """The postings of a company up to a day."""
        return (one for one in self.journal if one.company == company and one.on <= through)

    def balances(self, company: str, through: date) -> dict[tuple[str, str], Pair]:
        """Amount and value per account and currency, without those that are zero (D31)."""
        sums: dict[tuple[str, str], Pair] = {}
        for one in self.lines(company, through):
            amount, value = sums.get((one.account, one.currency), (NONE, NONE))
            sums[one.account, one.currency] = (amount + one.amount, value + one.value)
        return {key: both for key, both in sums.items() if any(both)}

    def item_as_of(self, name: str, through: date) -> Pair:
        """What is open of an item, and what it is carried at with its adjustments."""
        found = [one for one in self.journal if one.item == name and one.on <= through]
        return sum((one.amount for one in found), NONE), sum((one.value for one in found), NONE)

    def realised(self, bill: Bill) -> Fraction:
        """The exchange gain of an invoice's payments."""
        paid = {one[0] for one in bill.paid}
        found = (one for one in self.journal if one.account == REALISED and one.fact in paid)
        return -sum((one.value for one in found), NONE)

    def at_home(self, quote: Quote) -> Fraction:
        """A quote in its company's currency at the spot of the day it was drafted."""
        return self.worth(self.customers[quote.customer], quote.currency, quote.total, quote.on)

    def lock_result(self, lock: Lock) -> Fraction:
        """The billed total at the spot of its day less the same at the locked rate (D3)."""
        quote, on = lock.quote, self.bills[lock.invoice].on
        at_spot = quote.total * self.fixings.spot(quote.currency, quote.priced_in, on)
        return rounded(at_spot, quote.priced_in) - rounded(quote.total / lock.rate, quote.priced_in)
