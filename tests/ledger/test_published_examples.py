"""Worked examples that others have published, told again with our entries.

Each test names its source; the wording is ours, the figures are theirs. A published example is
proved by a trial balance before it is trusted: its own figures have to sum to zero. That does not
make them right, and three of them are not. Where the source has no account for something (land,
inventory), operating costs stand in for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, EntryId, OpenItemId
from fxcrm.ledger import (
    Advance,
    Balance,
    Entry,
    Offset,
    OpenItem,
    Posting,
    Receipt,
    Settlement,
    TrialBalance,
    advance,
    offset,
    settle,
    trading_chart,
)
from fxcrm.ledger.revaluation import Style, revalue_items
from fxcrm.money import Money
from tests.ledger.notation import NORDWIND, chosen, money, value

CHART = trading_chart()
BANK, OWED, OWING, LOAN = "1000", "1100", "2000", "2500"
SALES, COSTS, REALISED, UNREALISED = "4000", "5000", "7000", "7100"
FIRST, LATER, CLOSING, AFTER = (
    date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 31), date(2026, 4, 20),
)  # fmt: skip
Figures = dict[str, str]


@attrs.define
class Story:
    """One item in books of one currency, and the entries that it met; a pair as it was quoted."""

    pair: str
    home: str
    item: OpenItem
    entries: list[Entry]

    @classmethod
    def begins(cls, pair: str, rate: str, home: str, amount: str, accounts: str) -> Story:
        """``amount`` is owed (negative: by us) on the first of two accounts; D1 makes its value."""
        account, other = accounts.split("/")
        spot, held = chosen(pair, rate, FIRST), money(amount)
        booked, id = spot.convert(held), OpenItemId("item:1")
        code, across = AccountCode(account), AccountCode(other)
        item = OpenItem(
            id, NORDWIND, code, "acme", "INV-1", FIRST, FIRST, held, booked, decision=spot.id
        )
        lines = (Posting(code, held, booked, spot.id, id), Posting(across, -held, -booked, spot.id))
        made = Entry(EntryId("first"), NORDWIND, FIRST, "invoice", "INV-1", lines)
        return cls(pair, home, item, [made])

    def paid(self, amount: str, rate: str, on: date, write_off: str = "") -> Settlement:
        """So much of it moves through the bank, in the item's currency."""
        moved, off = money(amount), money(write_off) if write_off else None
        gone = moved if off is None else moved + off
        none = Money.zero(moved.currency)
        spot = chosen(self.pair, rate, on)
        receipt = Receipt(gone, moved, none, on, "P", spot, write_off=off)
        made = settle(self.item, receipt, entry=EntryId(f"payment:{on}"), chart=CHART)
        self.item = made.item
        self.entries.append(made.entry)
        return made

    def closes(self, rate: str, on: date = CLOSING, style: Style = Style.CUMULATIVE) -> Money:
        """A month end; what it found."""
        spot = chosen(self.pair, rate, on, Purpose.CLOSING)
        closing = {self.item.open.currency: spot}
        run = revalue_items(NORDWIND, on, [self.item], closing, CHART, style=style)
        self.entries.extend(run.entries)
        gain = run.proposals[0].gain.value
        if style is Style.CUMULATIVE:
            self.item = attrs.evolve(self.item, adjusted=self.item.adjusted + gain)
        return gain

    def figures(self, digits: int = 2, entries: Iterable[Entry] | None = None) -> Figures:
        """Every account in functional currency, after a trial balance of all that was booked."""
        sums: dict[tuple[AccountCode, Currency], list[Posting]] = defaultdict(list)
        for one in self.entries if entries is None else entries:
            for line in one.postings:
                sums[line.account, line.amount.currency].append(line)
        held = [
            Balance(
                account,
                Money.total(one.amount for one in lines),
                Money.total(one.functional for one in lines),
            )
            for (account, _), lines in sums.items()
        ]
        proved = TrialBalance.of(NORDWIND, AFTER, Currency(self.home), held)
        found: dict[str, Fraction] = defaultdict(Fraction)
        for balance in proved.balances:
            found[balance.account] += value(balance.functional)
        return {code: _text(one, digits) for code, one in found.items() if one}


def _text(amount: Fraction, digits: int) -> str:
    return f"{round(amount * 10**digits) / 10**digits:,.{digits}f}"


def _proved(published: Figures) -> Figures:
    """The published figures, once they have been found to sum to zero."""
    total = sum((Fraction(one.replace(",", "")) for one in published.values()), Fraction(0))
    assert total == 0, f"the example itself is off by {total}"
    return published


def test_an_example_that_does_not_balance_is_not_trusted() -> None:
    """A typing error in the figures is found before they are held against anything."""
    with pytest.raises(AssertionError, match="off by 1"):
        _proved({BANK: "198,000", OWING: "-197,999"})


# ---------------------------------------------------------------- settlement


def test_machinery_bought_in_pounds_and_paid_later() -> None:
    """Kolitz & Sowden-Service, Solutions to Gripping IFRS: Graded Questions, solution 24.1.

    https://www.scribd.com/doc/238147503/Chapter-24: GBP 20,000 at 9.25, paid at 9.90.
    """
    story = Story.begins("GBP/ZAR", "9.25", "ZAR", "GBP -20000.00", f"{OWING}/{COSTS}")
    story.paid("GBP 20000.00", "9.90", LATER)
    published = _proved({COSTS: "185,000", BANK: "-198,000", REALISED: "13,000"})
    assert story.figures(0) == published


def test_land_paid_in_part_on_the_day_and_the_rest_at_the_closing_rate() -> None:
    """T. Clendon, A student's guide to Group Accounts, 2nd edition (Kaplan), answer "Beetle".

    https://123docz.net/document/5212008-acca-paper-foreign-currency.htm: 700,000 at 7, of which
    490,000 were paid at once; the rest is open at 6.
    """
    story = Story.begins("USD/DKK", "7", "USD", "DKK -700000.00", f"{OWING}/{COSTS}")
    paid = story.paid("DKK 490000.00", "7", FIRST)
    assert paid.realised_fx.value.is_zero
    story.closes("6")
    published = {COSTS: "100,000", BANK: "-70,000", OWING: "-35,000", UNREALISED: "5,000"}
    assert story.figures(0) == _proved(published)


def test_two_invoices_paid_by_one_transfer() -> None:
    """JJ Knowledge Base, "Realized Gain and Loss Currency Revaluation" (on NetSuite).

    https://wp.jjknowledgebase.com/?p=51504: EUR 1,000 of 1,000 invoiced at 1.1, and EUR 500 of
    1,000 invoiced at 1.2, all paid at 1.3.
    """
    whole = Story.begins("EUR/USD", "1.1", "USD", "EUR 1000.00", f"{OWED}/{SALES}")
    part = Story.begins("EUR/USD", "1.2", "USD", "EUR 1000.00", f"{OWED}/{SALES}")
    whole.paid("EUR 1000.00", "1.3", LATER)
    part.paid("EUR 500.00", "1.3", LATER)
    assert whole.figures(0) == _proved({SALES: "-1,100", BANK: "1,300", REALISED: "-200"})
    assert part.figures(0) == _proved({SALES: "-1,200", BANK: "650", OWED: "600", REALISED: "-50"})


def test_a_sale_in_euros_that_was_paid_when_the_euro_had_fallen() -> None:
    """ICAP practice kit, CFAP 1, chapter 19 (IAS 21), question 15 "Orlando", the sale.

    https://scribd.com/document/693501161/SFD-2: EUR 96,000 at 0.8 euros to the dollar, received
    at 0.9.
    """
    story = Story.begins("USD/EUR", "0.8", "USD", "EUR 96000.00", f"{OWED}/{SALES}")
    story.paid("EUR 96000.00", "0.9", LATER)
    published = {SALES: "-120,000", BANK: "106,667", REALISED: "13,333"}
    assert story.figures(0) == _proved(published)


# ---------------------------------------------------------------- month ends on the way


@pytest.mark.parametrize("style", Style)
def test_plant_on_credit_over_a_year_end(style: Style) -> None:
    """The same question, the plant: EUR 1,000,000 at 0.8, at 0.7 at year end, paid at 0.8.

    The loss of the first year is the gain of the second, whichever style books them.
    """
    story = Story.begins("USD/EUR", "0.8", "USD", "EUR -1000000.00", f"{OWING}/{COSTS}")
    assert _text(value(story.closes("0.7", style=style)), 0) == "-178,571"
    at_year_end = _until(story, CLOSING)
    assert at_year_end == _proved({COSTS: "1,250,000", OWING: "-1,428,571", UNREALISED: "178,571"})
    story.paid("EUR 1000000.00", "0.8", AFTER)
    assert story.figures(0) == _proved({COSTS: "1,250,000", BANK: "-1,250,000"})


def _until(story: Story, day: date) -> Figures:
    return story.figures(0, [one for one in story.entries if one.on <= day])


def test_goods_in_dollars_over_a_year_end() -> None:
    """Gripping IFRS: Graded Questions again, solution 24.2: the creditor.

    USD 100,000 at 7.60, at year end 7.10, paid at 6.90: a gain of 50,000, and one of 20,000.
    """
    story = Story.begins("USD/ZAR", "7.60", "ZAR", "USD -100000.00", f"{OWING}/{COSTS}")
    story.closes("7.10")
    assert story.figures(0) == _proved({COSTS: "760,000", OWING: "-710,000", UNREALISED: "-50,000"})
    story.paid("USD 100000.00", "6.90", AFTER)
    last = story.figures(0, story.entries[-1:])
    published = _proved({OWING: "710,000", BANK: "-690,000", "gain": "-20,000"})
    assert (last[OWING], last[BANK]) == (published[OWING], published[BANK])
    assert (last[REALISED], last[UNREALISED]) == ("-70,000", "50,000")  # together, -20,000


def test_an_unrealised_loss_is_reclassified_when_the_bill_is_paid() -> None:
    """Infor Lawson, Currency User Guide, "Example" of exchange and revaluation.

    https://docs.infor.com/lwsnapps/10.0.x/en-us/lwsnopolh/lwsncuug/daf1584435830287.html: GBP
    1,500 at 0.1642; 0.1662 and 0.1674 at month ends; paid at 0.1677. Its last entry is ours, line
    by line (D16, second style).
    """
    story = Story.begins("GBP/USD", "0.1642", "USD", "GBP -1500.00", f"{OWING}/{COSTS}")
    assert story.closes("0.1662") == money("USD -3.00")
    assert story.closes("0.1674", date(2026, 4, 30)) == money("USD -1.80")
    story.paid("GBP 1500.00", "0.1677", date(2026, 5, 1))
    published = _proved({OWING: "251.10", BANK: "-251.55", REALISED: "5.25", UNREALISED: "-4.80"})
    assert story.figures(2, story.entries[-1:]) == published
    assert story.figures() == _proved({COSTS: "246.30", BANK: "-251.55", REALISED: "5.25"})


def test_an_open_invoice_in_dollars_of_a_french_company() -> None:
    """Oracle, JD Edwards: "Example: Unrealized Gain/Loss on a Foreign Currency Invoice".

    https://docs.oracle.com/en/applications/jd-edwards/financials/9.2/eoamp/
    example-unrealized-gain-loss-on-a-foreign-currency-invoice.html: USD 1,000 at 1.13545 and
    1.13225.
    """
    story = Story.begins("USD/EUR", "1.13545", "EUR", "USD 1000.00", f"{OWED}/{SALES}")
    assert story.closes("1.13225", style=Style.REVERSING) == money("EUR -3.20")
    published = {SALES: "-1,135.45", OWED: "1,132.25", UNREALISED: "3.20"}
    shown = story.figures(2, [one for one in story.entries if one.on <= CLOSING])
    assert shown == _proved(published)


# ---------------------------------------------------------------- advances


def test_an_advance_and_a_balance_for_goods_of_one_day() -> None:
    """IFRIC 22, Illustrative Examples, example 2 (IE5 to IE8).

    https://ifrs.org/content/dam/ifrs/publications/html-standards/english/2023/issued/
    ifric22-ie.html: FC100, FC40 of it in advance. It has no rates: 1.25 on the day of the advance
    and 1.20 on that of delivery are ours. Revenue is FC40 at the first and FC60 at the second.
    """
    spot = chosen("EUR/USD", "1.25", FIRST)
    none = Money.zero("USD")
    given = Advance(NORDWIND, "acme", money("USD 40.00"), none, FIRST, "A", spot)
    held = advance(
        given, id=OpenItemId("item:A"), entry=EntryId("A"), functional=Currency("EUR"), chart=CHART
    )
    story = Story.begins("EUR/USD", "1.20", "EUR", "USD 100.00", f"{OWED}/{SALES}")
    met = Offset(money("USD 40.00"), money("USD 40.00"), FIRST, "O")
    done = offset(story.item, held.item, met, entry=EntryId("O"), chart=CHART)
    story.entries += [held.entry, done.entry]
    story.item = done.item
    revenue = Fraction(40) / Fraction("1.25") + Fraction(60) / Fraction("1.20")
    assert story.figures() == _proved({BANK: "32.00", OWED: "50.00", SALES: _text(-revenue, 2)})
    assert done.realised_fx.value.is_zero


# ---------------------------------------------------------------- published, and not right


def test_a_tutor_cuts_where_one_rounds() -> None:
    """OpenTuition, "IAS 21 FINANCIAL CURRENCY": a loan of 12 m dinars, 3 m of it repaid.

    https://opentuition.com/topic/ias-21-financial-currency/: at 6.0, repaid at 5.0, open at 5.6.
    The tutor has 1,607,142 for 9 m at 5.6, which is 1,607,142.86: the loss is 207,143. The answer
    of the question, to the nearest thousand, is right.
    """
    story = Story.begins("USD/KWD", "6.0", "USD", "KWD -12000000.000", f"{LOAN}/{BANK}")
    story.paid("KWD 3000000.000", "5.0", LATER)
    story.closes("5.6")
    tutor = _proved({BANK: "1,400,000", LOAN: "-1,607,142", "loss": "207,142"})
    found = story.figures(0)
    assert found[BANK] == tutor[BANK]
    assert found[LOAN] == "-1,607,143"
    assert (found[REALISED], found[UNREALISED]) == ("100,000", "107,143")
    assert round(207_143, -3) == round(207_142, -3) == 207_000


def test_a_write_off_is_no_gain() -> None:
    """Odoo, issue 35785, "Wrong write-off processing with fluctuated multi-currency transactions".

    https://github.com/odoo/odoo/issues/35785: USD 1,000 at YER 400, USD 995 received at YER 500
    and USD 5 given up. The entry that is shown balances, and credits the write-off with 97,500.
    Given up is what was carried, 2,000 (D12); the rest is an exchange gain.
    """
    story = Story.begins("USD/YER", "400", "YER", "USD 1000.00", f"{OWED}/{SALES}")
    story.paid("USD 995.00", "500", LATER, write_off="USD 5.00")
    shown = _proved({BANK: "497,500", "5500": "-97,500", OWED: "-400,000"})
    found = story.figures(0, story.entries[-1:])
    assert (found[BANK], found[OWED]) == (shown[BANK], shown[OWED])
    assert (found["5500"], found[REALISED]) == ("2,000", "-99,500")


def test_a_part_realises_its_own_share_only() -> None:
    """Odoo, issue 58123, "Currency exchange gains or losses wrong calculation ...".

    https://github.com/odoo/odoo/issues/58123: a bill of EUR 1,000 at 1.5, EUR 500 paid at 1. It
    got a balance of 1,000 and asks for 500 with a gain of 500. Half of the bill is gone, and half
    of that gain is realised; the other half comes with a revaluation, if it stays at 1.
    """
    story = Story.begins("EUR/USD", "1.5", "USD", "EUR -1000.00", f"{OWING}/{COSTS}")
    story.paid("EUR 500.00", "1", LATER)
    asked = _proved({COSTS: "1,500", BANK: "-500", OWING: "-500", "gain": "-500"})
    assert story.figures(0) == _proved(
        {COSTS: "1,500", BANK: "-500", OWING: "-750", REALISED: "-250"}
    )
    story.closes("1")
    found = story.figures(0)
    assert found[OWING] == asked[OWING]
    assert (found[REALISED], found[UNREALISED]) == ("-250", "-250")
