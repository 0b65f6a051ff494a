"""The journal, the open items and the trial sheet as rows."""

from __future__ import annotations

from datetime import timedelta

import attrs

from fxcrm.decisions import Purpose
from fxcrm.ids import CompanyId
from fxcrm.ledger import revalue_items, trading_chart
from fxcrm.ledger.trialsheets import TrialSheet
from fxcrm.reports.journals import items_listing, journal_listing, trial_sheet_listing
from fxcrm.reports.positions import positions
from fxcrm.reports.scope import Scope
from tests.ledger.notation import DAY, chosen, entry, instant, line, money, receivable
from tests.ledger.test_daybook import book

LATER = DAY + timedelta(1)


def test_a_row_for_each_posting() -> None:
    """With its entry, both amounts, and what it names."""
    bank = attrs.evolve(line("1000", "USD 10.00", "EUR 9.00", "item:1"), text="paid")
    other = attrs.evolve(line("4000", "USD -10.00", "EUR -9.00"), partner=CompanyId("acme"))
    made = attrs.evolve(entry(bank, other), booked_at=instant(DAY))
    back = made.reversal(LATER)
    listing = journal_listing(book(made, back))
    first, second, third, _ = (dict(zip(listing.header, row, strict=True)) for row in listing.cells)
    assert first == {
        "day": DAY, "entry": "entry:1", "kind": "test", "text": "written by a test", "line": 1,
        "account": "1000", "account name": "Bank", "amount": money("USD 10.00"),
        "in functional currency": money("EUR 9.00"), "rate decision": "noted", "item": "item:1",
        "partner": "", "line text": "paid", "reverses": "",
        "booked at": "2026-03-02T17:00:00+00:00",
    }  # fmt: skip
    assert (second["line"], second["partner"], second["item"]) == (2, "acme", "")
    assert (third["reverses"], third["booked at"]) == ("entry:1", "")


def test_what_was_carried_forward_comes_first() -> None:
    """On the first day of the span, as balances."""
    made = entry(line("1000", "USD 10.00", "EUR 9.00"), line("4000", "USD -10.00", "EUR -9.00"))
    listing = journal_listing(book(made, since=LATER))
    assert [row[:6] for row in listing.cells] == [
        (LATER, "", "opening", "carried forward", 1, "1000"),
        (LATER, "", "opening", "carried forward", 2, "4000"),
    ]
    assert listing.cells[0][7:9] == (money("USD 10.00"), money("EUR 9.00"))


def test_open_items_as_they_stood() -> None:
    """From the postings through the day: a part was paid, and a month end added to the rest."""
    arose, sold = (line(code, "USD 10.00", "EUR 9.00", "item:1") for code in ("1100", "4000"))
    paid = line("1100", "USD -4.00", "EUR -3.60", "item:1")
    adjusted = line("1100", "USD 0.00", "EUR 0.25", "item:1")
    found = book(*(entry(one, attrs.evolve(one.reversed, account=sold.account), id=f"e{at}")
                   for at, one in enumerate((arose, paid, adjusted))))  # fmt: skip
    scope = Scope(found.company.id, found.company.functional, LATER)
    item = receivable("USD 10.00", "EUR 9.00")
    listing = items_listing(positions(scope, [item], found.lines), trading_chart())
    [row] = (dict(zip(listing.header, cells, strict=True)) for cells in listing.cells)
    assert (row["item"], row["account name"]) == ("item:1", "Trade receivables")
    amounts = [row[name] for name in ("original", "open", "booked", "carried")]
    assert list(map(str, amounts)) == ["USD 10.00", "USD 6.00", "EUR 9.00", "EUR 5.65"]


def test_a_trial_sheet_has_amounts_and_totals() -> None:
    """The same cells as the sheet itself, amounts as amounts."""
    item = receivable("USD 1000.00", "EUR 855.29")
    closing = {item.open.currency: chosen("EUR/USD", "1.1919", purpose=Purpose.CLOSING)}
    run = revalue_items(item.company, DAY, [item], closing, trading_chart())
    sheet = TrialSheet.of(run, item.booked.currency)
    listing = trial_sheet_listing(sheet)
    row, total, whole = listing.cells
    assert row[:4] == ("1100", "INV-1", money("USD 1000.00"), money("EUR 855.29"))
    assert row[6:9] == (money("EUR 839.00"), money("EUR -16.29"), "to be booked")
    assert (total[0], total[7], whole[0], whole[7]) == (
        "1100 in all", money("EUR -16.29"), "in all", money("EUR -16.29"),
    )  # fmt: skip
    texts = [tuple(map(str, (*cells[:5], *cells[6:9]))) for cells in listing.cells]
    assert texts == list(sheet.table())[1:]
