"""Every kind of bad rate against every operation that takes one (F8); the count of what passed.

``python -m tests.faults.badrates`` prints it for the memory and SQLite stores; the tests run the
same matrix on PostgreSQL too. A bad rate is a number that is none, a table in which the answer
is missing, stale, withdrawn, of the future or of another pair, a decision of another pair, day or
purpose, or a second value under one key. Accepted means: no typed refusal, or a changed store.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.bulletins import Bulletin
from fxcrm.decisions import Purpose, RateNotYetKnown
from fxcrm.errors import FxcrmError
from fxcrm.ids import (
    DealId,
    EnquiryId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    PriceListId,
    ProductId,
    QuoteId,
)
from fxcrm.money import Money
from fxcrm.rates import (
    ConflictingRate,
    RateMissing,
    RateRefused,
    RateSeries,
    RateTable,
)
from fxcrm.selling.pricelists import PriceEntry
from fxcrm.usecases import (
    Desk,
    booking_rate,
    break_lock,
    decided,
    decided_average,
    draft_quote,
    enter_bill,
    invoice_order,
    lock_rate,
    pay_advance,
    pay_costs,
    pay_in_capital,
    place_order,
    qualify_enquiry,
    receive_advance,
    receive_enquiry,
    receive_payment,
    revalue,
    ship_order,
    sync_rates,
    totals_in,
    translate_company,
)
from fxcrm.usecases.pricing import add_price_list, add_product, derive_price_list
from tests.faults.ratekinds import (
    DAY,
    DOLLAR,
    EUR,
    EURO,
    EURUSD,
    SPAN,
    TEXTS,
    USD,
    Case,
    bad_tables,
    pure_cases,
)
from tests.ledger.notation import instant
from tests.usecases.office import ACME, NORDWIND, Office

_JANUARY: Final = date(2026, 1, 6)

# ---------------------------------------------------------------- use cases, on a store


def seed(store: Any) -> None:
    """A company with a draft, a lock, a shipped order and an open invoice in dollars."""
    office = Office(store)
    office.open("EUR")
    office.quote(1, "EUR 100.00", _JANUARY, "USD")
    office.quote(2, "EUR 100.00", _JANUARY, "USD")
    with office.desk(_JANUARY) as desk:
        lock_rate(
            desk,
            LockId("L-2"),
            quote=QuoteId("Q-2"),
            on=_JANUARY,
            until=DAY + timedelta(days=30),
            zone="UTC",
        )
        receive_enquiry(
            desk, EnquiryId("E-5"), customer=ACME, subject="Pumps", channel="mail", on=_JANUARY
        )
        qualify_enquiry(desk, EnquiryId("E-5"), deal=DealId("D-5"), value=DOLLAR, on=_JANUARY)
    office.quote(3, "USD 300.00", _JANUARY)
    office.accept(3, _JANUARY)
    with office.desk(_JANUARY) as desk:
        place_order(desk, OrderId("O-3"), quote=QuoteId("Q-3"), on=_JANUARY)
        ship_order(desk, OrderId("O-3"), on=_JANUARY)
    office.invoice(4, "USD 500.00", _JANUARY)
    with office.desk(_JANUARY) as desk:
        pump = ProductId("pump")
        add_product(desk, pump, company=NORDWIND, name="Pump", unit="piece", on=_JANUARY)
        entries = [PriceEntry.of(pump, EURO)]
        add_price_list(
            desk,
            PriceListId("L-1"),
            company=NORDWIND,
            name="Pumps",
            currency=EUR,
            since=_JANUARY,
            entries=entries,
        )


def _drafted(desk: Desk) -> object:
    return draft_quote(
        desk,
        QuoteId("Q-5"),
        deal=DealId("D-5"),
        currency=USD,
        priced_in=EUR,
        lines=[("Pumps", Decimal(1), EURO)],
        on=DAY,
        valid_until=DAY + timedelta(days=9),
    )


def _paid(desk: Desk) -> object:
    return receive_payment(
        desk,
        PaymentId("P-4"),
        invoice=InvoiceId("I-4"),
        settled=Money(500, "USD"),
        received=Money(500, "USD"),
        method="wire",
        on=DAY,
    )


def _locked(desk: Desk) -> object:
    until = DAY + timedelta(days=5)
    return lock_rate(desk, LockId("L-1"), quote=QuoteId("Q-1"), on=DAY, until=until, zone="UTC")


USE_CASES: Final[Mapping[str, Callable[[Desk], object]]] = {
    "decided": lambda desk: decided(desk, Purpose.BUDGET, EUR, USD, DAY),
    "decided_average": lambda desk: decided_average(desk, EUR, USD, SPAN[0], DAY),
    "draft_quote": _drafted,
    "lock_rate": _locked,
    "totals_in": lambda desk: totals_in(desk, desk.uow.quotes.get(QuoteId("Q-1")), [EUR], DAY),
    "derive_price_list": lambda desk: derive_price_list(
        desk, PriceListId("L-2"), base=PriceListId("L-1"), currency=USD, on=DAY
    ),
    "break_lock": lambda desk: break_lock(desk, LockId("L-2"), reason="given up", on=DAY),
    "invoice_order": lambda desk: invoice_order(
        desk, InvoiceId("I-3"), order=OrderId("O-3"), on=DAY, days=30
    ),
    "receive_payment": _paid,
    "revalue": lambda desk: revalue(desk, NORDWIND, DAY),
    "pay_in_capital": lambda desk: pay_in_capital(desk, NORDWIND, "capital", DOLLAR, DAY),
    "pay_costs": lambda desk: pay_costs(desk, NORDWIND, "costs", DOLLAR, DAY),
    "translate_company": lambda desk: translate_company(desk, NORDWIND, DAY, USD),
    "booking_rate": lambda desk: booking_rate(desk, desk.uow.companies.get(NORDWIND), USD, DAY),
    "receive_advance": lambda desk: receive_advance(
        desk,
        PaymentId("A-1"),
        company=NORDWIND,
        customer=ACME,
        received=DOLLAR,
        method="wire",
        on=DAY,
    ),
    "enter_bill": lambda desk: enter_bill(
        desk, "bill", company=NORDWIND, supplier="Mill", amount=DOLLAR, on=DAY, days=30
    ),
    "pay_advance": lambda desk: pay_advance(
        desk, "advance", company=NORDWIND, supplier="Mill", paid=DOLLAR, on=DAY
    ),
}


def _at_desk(store: Any, table: RateTable, command: Callable[[Desk], object]) -> object:
    with store.begin(actor="ada", at=instant(DAY)) as unit:
        answer = command(Desk(unit, table, instant(DAY), "ada"))
        unit.commit()
    return answer


def use_case_cases(store: Any) -> Iterator[Case]:
    """Every use case that decides a rate, over every table without a good answer."""
    for kind, table in bad_tables().items():
        for operation, command in USE_CASES.items():
            yield Case(operation, kind, partial(_at_desk, store, table, command))


# ---------------------------------------------------------------- what is kept, and what is held

KEPT: Final = "Bank of Acme"


def _added(store: Any, series: RateSeries) -> object:
    with store.begin(actor="ada", at=instant(DAY)) as unit:
        answer = unit.rates.add([series])
        unit.commit()
    return answer


def keep_good(store: Any) -> None:
    """A month of good rates, as a source published them."""
    days = [DAY - timedelta(days=more) for more in range(28, 0, -1)]
    _added(store, RateSeries(EURUSD, KEPT, days, ["1.0850"] * len(days)))


def bad_series() -> dict[str, RateSeries]:
    """What a source might say for its next day, or for one that is kept."""
    kinds = {kind: RateSeries(EURUSD, KEPT, [DAY], [text]) for kind, text in TEXTS.items()}
    kept, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    early = [instant(DAY)]
    return {
        **kinds,
        "another value for one key": RateSeries(EURUSD, KEPT, [kept], ["1.0860"]),
        "of another unit": RateSeries(EURUSD, KEPT, [DAY], ["108.50"], unit=100),
        "the other way round": RateSeries(EURUSD.inverse, KEPT, [DAY], ["0.9217"]),
        "of tomorrow": RateSeries(EURUSD, KEPT, [tomorrow], ["1.0850"], known=early),
    }


@attrs.frozen
class Said:
    """A source that publishes one series."""

    series: RateSeries
    name: str = KEPT

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What it is told to say, of the days asked for."""
        return Bulletin(RateTable([self.series]).within(since, until), self.name)


def add_cases(store: Any) -> Iterator[Case]:
    """What a store is asked to keep of published rates."""
    for kind, series in bad_series().items():
        yield Case("RateLog.add", kind, partial(_added, store, series))


def synced(store: Any, series: RateSeries) -> tuple[int, int, int]:
    """One sync: how many were published, held, and failed."""
    report = sync_rates(store, Said(series), at=instant(DAY, 18), actor="ada")
    return report.published, len(report.held) + len(report.waiting), len(report.failures)


JUMPS: Final[Mapping[str, str]] = {
    "ten times": "10.850",
    "a tenth": "0.10850",
    "inverted": "0.9217",
    "a hundred times": "108.50",
}


# ---------------------------------------------------------------- the count


def accepted(case: Case) -> str:
    """What is wrong with the outcome: nothing for a typed refusal with its operands."""
    try:
        answer = case.attempt()
    except FxcrmError as refused:
        return "" if _tells(refused) else f"{case}: {refused!r} tells no operand"
    except Exception as other:
        return f"{case.operation}, {case.kind}: {other!r} is no typed refusal"
    return f"{case.operation}, {case.kind}: answered {answer!r}"


def _tells(refused: FxcrmError) -> bool:
    """It is a leaf with operands; one about a pair names it, one about a day names that."""
    operands = vars(refused)
    named = isinstance(refused, RateMissing | RateNotYetKnown | ConflictingRate)
    if named or isinstance(refused, RateRefused):
        day = str(operands["on"]) if named else ""
        return operands["pair"] in str(refused) and day in str(refused)
    return bool(operands)


def on_store(store: Any) -> Iterator[tuple[Case, str]]:
    """Each case on a store that was seeded, and what was wrong: accepted, or a changed store."""
    before = store.digest()
    for case in (*use_case_cases(store), *add_cases(store)):
        fault = accepted(case)
        if not fault and store.digest() != before:
            fault = f"{case.operation}, {case.kind}: the store was changed"
        yield case, fault


def prepared(store: Any) -> Any:
    """The store with its books and its kept rates."""
    seed(store)
    keep_good(store)
    return store


def _counted(name: str, faults: Iterable[str]) -> int:
    found = list(faults)
    wrong = [one for one in found if one]
    lines = (f"{name}: {len(found)} attempts, accepted {len(wrong)}", *wrong)
    sys.stdout.write("\n  ".join(lines) + "\n")
    return len(wrong)


def main() -> int:
    """Print the counts; 1 if anything was accepted."""
    wrong = _counted("without a store", map(accepted, pure_cases()))
    with TemporaryDirectory() as folder:
        stores = ("memory", MemoryStore()), ("SQLite", open_sqlite(Path(folder) / "books.sqlite"))
        for name, store in stores:
            wrong += _counted(name, (fault for _, fault in on_store(prepared(store))))
            store.close()
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
