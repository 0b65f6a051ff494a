"""The selling story of `fxcrm demo`: from a lead to a paid invoice and a contract."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from fxcrm import Currency, Money
from fxcrm.bootstrap import Application, open_application
from fxcrm.cli.demo import SELLING, built_in_story
from fxcrm.ids import CompanyId, ContractId, DealId, InvoiceId, LockId, QuoteId
from fxcrm.usecases import Desk
from fxcrm.usecases.closing import trial_balance
from fxcrm.usecases.forecasting import forecast_for
from fxcrm.usecases.measuring import achievements
from fxcrm.usecases.performing import Performed, reading
from fxcrm.usecases.reporting import overview
from fxcrm.usecases.telling import Story, read_story, tell

NORDWIND, LAST = CompanyId("nordwind"), date(2026, 3, 31)
EVENING = datetime(2026, 3, 31, 18, tzinfo=UTC)
EUR = Currency("EUR")


@pytest.fixture(scope="module")
def story() -> Story:
    """The story as it is shipped."""
    return read_story(tomllib.loads(built_in_story(SELLING)))


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def told(
    request: pytest.FixtureRequest, story: Story, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The story, told from beginning to end."""
    file = tmp_path_factory.mktemp("selling") / "selling.sqlite3"
    with open_application(None if request.param == "memory" else file) as application:
        assert all(done.fresh for done in _told(application, story))
        yield application


def _told(application: Application, story: Story) -> list[Performed]:
    told = tell(application.store, application.rates, story, actor="test")
    return [done for _, done in told]


@pytest.fixture
def desk(told: Application, story: Story) -> Iterator[Desk]:
    """A desk on the evening of the last day."""
    with reading(told.store, told.rates, at=EVENING, selling=story.selling) as found:
        yield found


def test_the_lock_carries_the_price_from_the_list_to_the_invoice(desk: Desk) -> None:
    """60 sensors at EUR 180 less 5 percent, at the locked rate, on every document after it."""
    lock, quote = desk.uow.locks.get(LockId("offer-lock")), desk.uow.quotes.get(QuoteId("offer"))
    rate = lock.locked.convert_exactly(Money(1, "EUR")).value
    assert quote.total.minor == round(Fraction(60 * 180 * 95, 100) * rate * 100)
    invoice = desk.uow.invoices.get(InvoiceId("invoice"))
    assert (lock.state, invoice.total, invoice.tax) == ("consumed", quote.total, Money(0, "USD"))
    assert desk.uow.deals.get(DealId("sensors")).value == quote.net


def test_the_tax_reaches_its_own_account(desk: Desk, story: Story) -> None:
    """EUR 2,100 net and 19 percent: the customer owes both, the sale is the net alone."""
    invoice = desk.uow.invoices.get(InvoiceId("spares-invoice"))
    assert (invoice.total, invoice.tax) == (Money("2499.00", "EUR"), Money("399.00", "EUR"))
    trial = trial_balance(desk, NORDWIND, LAST)
    assert trial.functional_of(desk.chart.duties.taxes) == Money("-399.00", "EUR")
    [sale] = [one for one in overview(desk, story.group, LAST).sales if one.invoice == invoice]
    assert (sale.total.value, sale.booked.value) == (invoice.total, invoice.total)


def test_figures_of_sales_are_net(desk: Desk) -> None:
    """A tax is nobody's achievement: won deals, and the target that they reach."""
    assert desk.uow.deals.get(DealId("spares")).value == Money("2100.00", "EUR")
    [target] = achievements(desk, NORDWIND)
    deal = desk.uow.deals.get(DealId("sensors"))
    assert deal.closing is not None
    assert target.reached.value == deal.closing.convert(deal.value)  # type: ignore[union-attr]


def test_the_forecast_holds_what_is_open_and_what_was_won(desk: Desk) -> None:
    """Three deals, two of them won; the closed ones keep the rate of their closing."""
    seen = forecast_for(desk, NORDWIND, LAST)
    won = desk.uow.deals.get(DealId("sensors"))
    assert won.closing is not None
    at_home = won.closing.convert(won.value) + Money("2100.00", "EUR")
    rows = {row.key: row for row in seen.rows}
    assert {key: row.count for key, row in rows.items()} == {"qualified": 1, "won": 2}
    assert rows["won"].values["as booked"].value == at_home
    for name, total in seen.totals.items():
        shown = Money.total((row.values[name].value for row in seen.rows), EUR)
        assert total.value == shown + seen.differences[name]


def test_each_cause_is_reminded_of_once(told: Application, story: Story) -> None:
    """A deal that idled, and a lock about to end; told again, the story adds nothing."""
    with reading(told.store, told.rates, at=EVENING) as desk:
        assert sorted(one.rule for one in desk.uow.reminders.all()) == ["idle", "lock"]
    digest = told.store.digest()
    assert not any(done.fresh for done in _told(told, story))
    assert told.store.digest() == digest


def test_the_contract_is_agreed(desk: Desk) -> None:
    """Twelve instalments, whose price may follow the euro."""
    contract = desk.uow.contracts.get(ContractId("service"))
    assert (contract.state, len(contract.schedule)) == ("active", 12)
    assert contract.total == Money("3600.00", "USD")
