"""Entries and figures in full, as texts: every field of what the ledger makes.

``python -m tests.ledger.whole`` writes them to ``data/whole.txt``, which `test_whole` compares.
Read the difference before it is kept: it is what every store, report and export will show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import FxcrmError
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger import (
    Advance,
    Balance,
    Credit,
    CreditRate,
    Entry,
    Offset,
    OpenItem,
    Receipt,
    advance,
    credit,
    offset,
    settle,
    trading_chart,
    undo,
    write_off,
)
from fxcrm.ledger.journal import Posting
from fxcrm.ledger.revaluation import (
    Style,
    adjustment,
    revalue_balances,
    revalue_items,
    withdrawal,
)
from tests.ledger.notation import NORDWIND, chosen, money

KEPT: Final = Path(__file__).parent / "data" / "whole.txt"
CHART: Final = trading_chart()
MAY, JUNE, CLOSING = date(2026, 5, 4), date(2026, 6, 15), date(2026, 5, 31)
DOLLAR, POUND = chosen("EUR/USD", "1.1010", JUNE), chosen("EUR/GBP", "0.8500", JUNE)
PARTNER = CompanyId("sudhafen")
NEW = OpenItemId("item:nordwind:new")


def _item(original: str, booked: str, account: str, adjusted: str = "EUR 0.00") -> OpenItem:
    held = money(original)
    of = None if held.currency.code == "EUR" else chosen(f"EUR/{held.currency}", "1.0900", MAY).id
    id, due = OpenItemId(f"item:nordwind:{account}"), date(2026, 6, 3)
    return OpenItem(
        id, NORDWIND, AccountCode(account), "acme", f"INV-{account}", MAY, due, held,
        money(booked), decision=of, partner=PARTNER, adjusted=money(adjusted),
    )  # fmt: skip


OWED = _item("USD 1085.00", "EUR 995.41", "1100", "EUR 5.00")
OWING = _item("USD -1085.00", "EUR -995.41", "2000", "EUR -5.00")
AT_HOME = _item("EUR 100.00", "EUR 100.00", "1100")
ALONE = attrs.evolve(OWED, partner=None)
PART_OWED = attrs.evolve(
    ALONE, open=money("USD 500.00"), carrying=money("EUR 458.72"), adjusted=money("EUR 2.30")
)
PART_OWING = attrs.evolve(
    OWING, open=money("USD -500.00"), carrying=money("EUR -458.72"), adjusted=money("EUR -2.30"),
    partner=None,
)  # fmt: skip
PART_AT_HOME = attrs.evolve(
    AT_HOME, open=money("EUR 70.00"), carrying=money("EUR 70.00"), partner=None
)
POUNDS = _item("GBP -300.00", "EUR -345.00", "2100", "EUR -2.00")
IN_EUROS = _item("EUR -50.00", "EUR -50.00", "2100")
DOLLARS = _item("USD -85.00", "EUR -78.00", "2100")
EARLIER = _item("USD -500.00", "EUR -460.00", "2300")
PAID_EARLIER = _item("GBP 500.00", "EUR 580.00", "1400")


def _receipt(settled: str, received: str, fee: str, **more: str) -> Receipt:
    spots = {"USD": DOLLAR, "GBP": POUND, "EUR": None}
    bank, held = money(received), money(settled)
    given: dict[str, Any] = {name: money(text) for name, text in more.items()}
    both = spots[bank.currency.code], spots[held.currency.code]
    return Receipt(held, bank, money(fee), JUNE, "Payment P-1", *both, **given, credit=NEW)


def _settled(item: OpenItem, *texts: str, **more: str) -> object:
    return settle(item, _receipt(*texts, **more), entry=EntryId("payment:P-1"), chart=CHART)


def _credited(item: OpenItem, amount: str, at: CreditRate = CreditRate.CARRYING) -> object:
    spot = None if item is PART_AT_HOME else DOLLAR
    given = Credit(money(amount), JUNE, "Credit CN-1", spot, NEW, at)
    return credit(item, given, entry=EntryId("note:CN-1"), chart=CHART)


def _advanced(received: str, fee: str, spot: RateDecision | None, *, is_paid: bool) -> object:
    given = Advance(
        NORDWIND, "acme", money(received), money(fee), JUNE, "Advance A-1", spot, is_paid
    )
    return advance(
        given, id=NEW, entry=EntryId("payment:A-1"), functional=Currency("EUR"), chart=CHART
    )


def _offset(item: OpenItem, against: OpenItem, settled: str, used: str) -> object:
    made = Offset(money(settled), money(used), JUNE, "Offset S-1", POUND, DOLLAR)
    if against.original.currency is DOLLARS.original.currency:
        made = attrs.evolve(made, used_spot=DOLLAR)
    return offset(item, against, made, entry=EntryId("offset:S-1"), chart=CHART)


def _undone() -> object:
    paid = settle(
        ALONE, _receipt("USD 500.00", "USD 520.00", "USD 0.00", excess="USD 20.00"),
        entry=EntryId("payment:P-1"), chart=CHART,
    )  # fmt: skip
    assert paid.credit is not None
    made = attrs.evolve(paid.credit, adjusted=money("EUR -0.30"))
    return undo(paid.entry, [paid.item, made], on=JUNE, chart=CHART, reason="it bounced")


def _revalued(style: Style) -> object:
    closing = {
        Currency(code): chosen(f"EUR/{code}", rate, CLOSING, Purpose.CLOSING)
        for code, rate in (("USD", "1.1200"), ("GBP", "0.8400"))
    }
    balances = (
        Balance(AccountCode("1000"), money("USD 250.00"), money("EUR 230.00")),
        Balance(AccountCode("1000"), money("EUR 10.00"), money("EUR 10.00")),
        Balance(AccountCode("4000"), money("USD -70.00"), money("EUR -65.00")),
    )
    items = (OWED, POUNDS, AT_HOME, EARLIER)
    back = date(2026, 6, 2)
    run = revalue_items(NORDWIND, CLOSING, items, closing, CHART, 2, style=style, reverse_on=back)
    held = revalue_balances(
        NORDWIND, CLOSING, balances, closing, CHART, 3, style=style, reverse_on=JUNE
    )
    return (run, held, withdrawal(run.entries[0]))


CASES: Final[dict[str, Callable[[], object]]] = {
    "settle in full, all that there is": lambda: _settled(
        ALONE,
        "USD 1085.00",
        "USD 1079.00",
        "USD 4.33",
        discount="USD 10.00",
        write_off="USD 0.67",
        excess="USD 9.00",
    ),
    "settle a part in a third currency": lambda: _settled(
        ALONE, "USD 500.00", "GBP 390.00", "GBP 2.50", excess="GBP 1.20"
    ),
    "settle by halves, as much reaches the bank as the fee": lambda: _settled(
        OWED, "USD 10.00", "USD 5.00", "USD 5.00"
    ),
    "settle, and the split rounds": lambda: _settled(OWED, "USD 102.10", "USD 100.00", "USD 2.10"),
    "settle a payable": lambda: _settled(
        OWING, "USD 1085.00", "USD 1065.00", "USD 5.00", discount="USD 25.00"
    ),
    "settle a payable that is given up in part": lambda: _settled(
        OWING, "USD 100.00", "USD 95.00", "USD 0.00", write_off="USD 5.00"
    ),
    "settle by what comes directly": lambda: settle(
        AT_HOME,
        Receipt.direct(money("EUR 10.00"), on=JUNE, reference="Cash", spot=None),
        entry=EntryId("payment:P-1"),
        chart=CHART,
    ),
    "settle a payable from the bank at home": lambda: _settled(
        OWING, "USD 85.00", "EUR 79.00", "EUR 1.00"
    ),
    "settle what is owed at home, by dollars": lambda: _settled(
        AT_HOME, "EUR 60.00", "USD 66.00", "USD 0.00", write_off="EUR 1.00"
    ),
    "settle what is owed at home, at home": lambda: _settled(
        AT_HOME, "EUR 100.00", "EUR 99.00", "EUR 0.50", discount="EUR 0.50"
    ),
    "credit a part": lambda: _credited(OWED, "USD 85.00"),
    "credit at the spot": lambda: _credited(OWED, "USD 85.00", CreditRate.SPOT),
    "credit more than is open": lambda: _credited(PART_OWED, "USD 600.00"),
    "credit a bill, more than is open": lambda: _credited(
        PART_OWING, "USD 600.00", CreditRate.SPOT
    ),
    "credit what is settled": lambda: _credited(
        attrs.evolve(
            ALONE, open=money("USD 0.00"), carrying=money("EUR 0.00"), adjusted=money("EUR 0.00")
        ),
        "USD 5.00",
    ),
    "credit at home": lambda: _credited(PART_AT_HOME, "EUR 100.00"),
    "credit at home, a rate handed along": lambda: credit(
        PART_AT_HOME,
        Credit(money("EUR 100.00"), JUNE, "Credit CN-1", DOLLAR, NEW, CreditRate.SPOT),
        entry=EntryId("note:CN-1"),
        chart=CHART,
    ),
    "write off": lambda: write_off(
        OWED,
        money("USD 85.00"),
        on=JUNE,
        reference="Write-off W-1",
        entry=EntryId("W-1"),
        chart=CHART,
    ),
    "an advance with its fee": lambda: _advanced("USD 100.33", "USD 2.17", DOLLAR, is_paid=False),
    "an advance paid": lambda: _advanced("GBP 55.00", "GBP 1.00", POUND, is_paid=True),
    "an advance whose parts round": lambda: _advanced(
        "USD 100.00", "USD 2.10", DOLLAR, is_paid=False
    ),
    "an advance at home, a rate handed along": lambda: _advanced(
        "EUR 55.00", "EUR 1.00", DOLLAR, is_paid=False
    ),
    "an advance at home": lambda: _advanced("EUR 55.00", "EUR 1.00", None, is_paid=False),
    "set a credit off": lambda: _offset(OWED, DOLLARS, "USD 80.00", "USD 80.00"),
    "set pounds off against dollars": lambda: _offset(OWED, POUNDS, "USD 380.00", "GBP 300.00"),
    "set pounds off at home": lambda: _offset(AT_HOME, POUNDS, "EUR 90.00", "GBP 80.00"),
    "set euros off against dollars": lambda: offset(
        OWED,
        IN_EUROS,
        Offset(money("USD 40.00"), money("EUR 37.00"), JUNE, "S-1", None, DOLLAR),
        entry=EntryId("offset:S-1"),
        chart=CHART,
    ),
    "set dollars off against euros": lambda: offset(
        AT_HOME,
        DOLLARS,
        Offset(money("EUR 37.00"), money("USD 40.00"), JUNE, "S-1", DOLLAR),
        entry=EntryId("offset:S-1"),
        chart=CHART,
    ),
    "use an advance": lambda: _offset(OWED, EARLIER, "USD 400.00", "USD 400.00"),
    "use an advance paid": lambda: _offset(OWING, PAID_EARLIER, "USD 600.00", "GBP 470.00"),
    "undo": _undone,
    "undo without a reason": lambda: undo(
        _given_up(), [attrs.evolve(OWED, open=money("USD 1076.00"))], on=JUNE, chart=CHART
    ),
    "revalue for the first time": lambda: revalue_items(
        NORDWIND,
        CLOSING,
        [OWED],
        {Currency("USD"): chosen("EUR/USD", "1.1200", CLOSING, Purpose.CLOSING)},
        CHART,
    ),
    "revalue, taken back": lambda: _revalued(Style.REVERSING),
    "revalue, kept": lambda: _revalued(Style.CUMULATIVE),
    "an adjustment": lambda: adjustment(
        Posting(AccountCode("1000"), money("USD 0.00"), money("EUR 3.00"), DOLLAR.id, text="why"),
        CHART,
    ),
    "the figure of an item": OWED.figure,
    "a share": lambda: OWED.share(money("USD 85.00")),
}


EARLY: Final = MAY - timedelta(days=1)
REFUSED: Final[dict[str, Callable[[], object]]] = {
    "no money came in advance": lambda: _advanced("USD 0.00", "USD 1.00", DOLLAR, is_paid=False),
    "a fee below zero in advance": lambda: _advanced(
        "USD 9.00", "USD -1.00", DOLLAR, is_paid=False
    ),
    "a fee takes the whole advance": lambda: _advanced(
        "USD 1.00", "USD 1.00", DOLLAR, is_paid=True
    ),
    "an advance without its rate": lambda: _advanced("USD 9.00", "USD 0.00", None, is_paid=False),
    "a credit of nothing": lambda: _credited(OWED, "USD 0.00"),
    "a credit of another currency": lambda: _credited(OWED, "GBP 1.00"),
    "a credit of more than there was": lambda: _credited(OWED, "USD 1085.01"),
    "a credit before its item": lambda: _plain_credit(on=EARLY),
    "a credit beyond, without an id": lambda: _plain_credit("USD 501.00", spot=DOLLAR),
    "a credit beyond, without a rate": lambda: _plain_credit("USD 501.00", credit=NEW),
    "a credit at the spot, without a rate": lambda: _plain_credit(at=CreditRate.SPOT),
    "more is given up than is open": lambda: write_off(
        OWED, money("USD 1085.01"), on=JUNE, reference="W", entry=EntryId("W"), chart=CHART
    ),
    "settled in another currency": lambda: _settled(OWED, "GBP 1.00", "GBP 1.00", "GBP 0.00"),
    "let off in another currency": lambda: _settled(
        OWED, "USD 9.00", "USD 8.00", "USD 0.00", discount="EUR 1.00"
    ),
    "nothing settled": lambda: _settled(OWED, "USD 0.00", "USD 0.00", "USD 0.00"),
    "a fee below zero": lambda: _settled(OWED, "USD 9.00", "USD 10.00", "USD -1.00"),
    "received below zero": lambda: _settled(OWED, "USD 9.00", "USD -1.00", "USD 10.00"),
    "a discount of nothing": lambda: _settled(
        OWED, "USD 9.00", "USD 9.00", "USD 0.00", discount="USD 0.00"
    ),
    "nothing paid": lambda: _settled(OWED, "USD 9.00", "GBP 0.00", "GBP 0.00"),
    "all let off": lambda: _settled(OWED, "USD 9.00", "GBP 1.00", "GBP 0.00", discount="USD 9.00"),
    "paid before it arose": lambda: settle(
        OWED, attrs.evolve(_receipt("USD 9.00", "USD 9.00", "USD 0.00"), on=EARLY),
        entry=EntryId("P"), chart=CHART,
    ),
    "more than is open": lambda: _settled(OWED, "USD 1085.01", "USD 1085.01", "USD 0.00"),
    "no rate of the bank": lambda: settle(
        OWED, attrs.evolve(_receipt("USD 9.00", "GBP 9.00", "GBP 0.00"), spot=None),
        entry=EntryId("P"), chart=CHART,
    ),
    "no rate of the item": lambda: settle(
        OWED, attrs.evolve(_receipt("USD 9.00", "GBP 9.00", "GBP 0.00"), item_spot=None),
        entry=EntryId("P"), chart=CHART,
    ),
    "an excess without an id": lambda: settle(
        ALONE,
        attrs.evolve(_receipt("USD 9.00", "USD 10.00", "USD 0.00", excess="USD 1.00"), credit=None),
        entry=EntryId("P"), chart=CHART,
    ),
    "an excess of a member of the group": lambda: _settled(
        OWED, "USD 9.00", "USD 10.00", "USD 0.00", excess="USD 1.00"
    ),
    "a credit beyond what a member of the group owes": lambda: _credited(
        attrs.evolve(PART_OWED, partner=PARTNER), "USD 501.00"
    ),
    "an excess of another currency": lambda: _settled(
        ALONE, "USD 9.00", "USD 10.00", "USD 0.00", excess="GBP 1.00"
    ),
    "nothing but excess": lambda: _settled(
        ALONE, "USD 9.00", "GBP 1.00", "GBP 0.00", excess="GBP 1.00"
    ),
    "what does not add up": lambda: _settled(OWED, "USD 9.00", "USD 8.00", "USD 0.99"),
    "what does not add up with a discount": lambda: _settled(
        OWED, "USD 9.00", "USD 8.50", "USD 0.00", discount="USD 1.00"
    ),
    "what does not add up with an excess": lambda: _settled(
        ALONE, "USD 9.00", "USD 9.50", "USD 0.00", excess="USD 1.00"
    ),
    "an offset of another currency": lambda: _offset(OWED, DOLLARS, "GBP 1.00", "USD 1.00"),
    "a use of another currency": lambda: _offset(OWED, DOLLARS, "USD 1.00", "GBP 1.00"),
    "an offset of another party": lambda: _offset(
        OWED, attrs.evolve(DOLLARS, party="bolt"), "USD 1.00", "USD 1.00"
    ),
    "an offset of another company": lambda: _offset(
        OWED, attrs.evolve(DOLLARS, company=PARTNER), "USD 1.00", "USD 1.00"
    ),
    "an offset of two alike": lambda: _offset(OWED, OWED, "USD 1.00", "USD 1.00"),
    "an offset before one arose": lambda: _offset(
        OWED, attrs.evolve(DOLLARS, arose_on=JUNE + timedelta(days=1)), "USD 1.00", "USD 1.00"
    ),
    "two amounts of one currency": lambda: _offset(OWED, DOLLARS, "USD 1.00", "USD 2.00"),
    "no rate of what is used": lambda: offset(
        OWED, POUNDS, Offset(money("USD 1.00"), money("GBP 1.00"), JUNE, "S", None, DOLLAR),
        entry=EntryId("S"), chart=CHART,
    ),
    "no rate of what is settled": lambda: offset(
        OWED, POUNDS, Offset(money("USD 1.00"), money("GBP 1.00"), JUNE, "S", POUND),
        entry=EntryId("S"), chart=CHART,
    ),
    "more used than is open": lambda: _offset(OWED, DOLLARS, "USD 86.00", "USD 86.00"),
    "a share of nothing": lambda: OWED.share(money("USD 0.00")),
    "a share of too much": lambda: OWING.share(money("USD 1085.01")),
    "nothing open, carried at something": lambda: attrs.evolve(OWED, open=money("USD 0.00")),
    "an undoing of a month end": lambda: undo(
        _adjusting(), [], on=JUNE, chart=CHART
    ),
    "an undoing on an earlier day": lambda: undo(_given_up(), [OWED], on=MAY, chart=CHART),
    "an undoing without its item": lambda: undo(_given_up(), [], on=JUNE, chart=CHART),
    "an undoing of what is open": lambda: undo(_given_up(), [OWED], on=JUNE, chart=CHART),
    "an entry of nothing": lambda: Entry(EntryId("E"), NORDWIND, MAY, "test", "", ()),
    "an entry off balance": lambda: Entry(
        EntryId("E"), NORDWIND, MAY, "test", "", (_posting("EUR 1.00", "EUR 1.00"),)
    ),
    "an entry of two functional currencies": lambda: Entry(
        EntryId("E"), NORDWIND, MAY, "test", "",
        (_posting("EUR 1.00", "EUR 1.00"), _posting("USD 1.00", "USD 1.00")),
    ),
    "one currency, two amounts": lambda: _posting("EUR 1.00", "EUR 2.00"),
    "a foreign amount without a decision": lambda: _posting("USD 1.00", "EUR 1.00"),
    "an amount beyond 64 bits": lambda: _posting(f"EUR {2**63}.00", f"EUR {2**63}.00"),
    "a reversal on the closing day": lambda: revalue_items(
        NORDWIND, CLOSING, (), {}, CHART, reverse_on=CLOSING
    ),
    "a month end without a rate": lambda: revalue_items(NORDWIND, CLOSING, [OWED], {}, CHART),
    "balances of nothing with a value": lambda: revalue_balances(
        NORDWIND, CLOSING,
        [
            Balance(AccountCode("1000"), money("USD 0.00"), money("EUR 1.00")),
            Balance(AccountCode("1000"), money("GBP 0.00"), money("EUR -2.00")),
        ],
        {}, CHART,
    ),
}  # fmt: skip


def _plain_credit(amount: str = "USD 1.00", on: date = JUNE, **more: Any) -> object:
    given = Credit(money(amount), on, "CN", **more)
    return credit(PART_OWED, given, entry=EntryId("N"), chart=CHART)


def _posting(amount: str, functional: str) -> Posting:
    return Posting(AccountCode("1000"), money(amount), money(functional))


def _adjusting() -> Entry:
    """A month end of nothing but an item."""
    line = Posting(OWED.account, money("USD 0.00"), money("EUR 1.00"), DOLLAR.id, OWED.id)
    lines = adjustment(line, CHART)
    return Entry(EntryId("E"), NORDWIND, CLOSING, "revaluation", "", lines)


def _given_up() -> Entry:
    """A write-off of a part of an item."""
    part = write_off(
        OWED, money("USD 9.00"), on=JUNE, reference="W", entry=EntryId("W"), chart=CHART
    )
    return part.entry


def _lines(one: Any, indent: str = "") -> Iterator[str]:
    """Every field; what is nested, deeper."""
    if isinstance(one, tuple):
        for part in one:
            yield from _lines(part, indent)
    elif isinstance(one, Figure):
        yield from _figure(one, indent)
    elif isinstance(one, Posting):
        yield f"{indent}{one.account} {one.amount} ({one.functional}) {_rest(one, 3)}"
    elif isinstance(one, OpenItem | Entry):
        yield f"{indent}{type(one).__name__} {_rest(one)}"
        yield from _lines(getattr(one, "postings", ()), f"{indent}  ")
    else:
        yield f"{indent}{type(one).__name__} {_rest(one)}"
        for field in attrs.fields(type(one)):
            value = getattr(one, field.name)
            if isinstance(value, Figure | Entry | OpenItem | tuple) and value:
                yield f"{indent}  {field.name}:"
                yield from _lines(value, f"{indent}    ")


def _figure(one: Figure, indent: str) -> Iterator[str]:
    exact = "" if one.exact is None else f" = {one.exact}"
    yield f"{indent}{one.label}: {one.value}{exact}, {one.rule}"
    for given in one.inputs:
        if isinstance(given, Figure):
            yield from _figure(given, f"{indent}  ")
        else:
            yield f"{indent}  {given.id if isinstance(given, RateDecision) else given}"


def _rest(one: Any, skipped: int = 0) -> str:
    """The plain fields in their order, those of None left out."""
    fields = (getattr(one, field.name) for field in attrs.fields(type(one))[skipped:])
    plain = (one for one in fields if not isinstance(one, Figure | Entry | OpenItem | tuple))
    return " | ".join(_plain(one) or "''" for one in plain if one is not None)


def _plain(value: object) -> str:
    if isinstance(value, RateDecision):
        return value.id
    return value.name if isinstance(value, Enum) else str(value)


def told(name: str) -> str:
    """One case in full."""
    refused = REFUSED.get(name.removeprefix("refused: "))
    return "\n".join(_lines(CASES[name]())) if refused is None else _refusal(refused)


NAMES: Final = [*CASES, *(f"refused: {one}" for one in REFUSED)]


def _refusal(case: Callable[[], object]) -> str:
    try:
        return f"accepted: {case()}"
    except FxcrmError as refused:
        return f"{type(refused).__name__}: {refused}"


def main() -> None:
    """Write the file anew."""
    KEPT.write_text("\n\n".join(f"# {one}\n{told(one)}" for one in NAMES) + "\n", "utf-8")


if __name__ == "__main__":
    main()
