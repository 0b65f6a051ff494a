"""An overview and the oracle, each spelt out as one mapping from a name to a plain value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from fxcrm.decisions import RateDecision
from fxcrm.figures import Figure
from fxcrm.ledger import TrialBalance
from fxcrm.money import Money
from fxcrm.usecases.reporting import LockReport, OpenReport, Overview, Sale
from tests.stories.fixings import rounded
from tests.stories.group import GroupSums, consolidated
from tests.stories.oracle import (
    FEES,
    NONE,
    REALISED,
    SALES,
    UNREALISED,
    Bill,
    Lock,
    Oracle,
    Pair,
)

Amount = tuple[str, Fraction]
LIKELY = {"qualified": 25, "quoted": 60, "won": 100, "lost": 0}  # percent
BEFORE_THE_LOCK = timedelta(14)


def plain(value: object) -> object:
    """A figure or an amount as currency and fraction; containers member by member."""
    if isinstance(value, Figure):
        return plain(value.value)
    if isinstance(value, Money):
        return value.currency.code, Fraction(value.amount)
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    return value


def parts_of(seen: Overview) -> Mapping[str, object]:
    """Everything that the overview shows, by name; figures are still figures."""
    return dict(_parts_of(seen))


def figures_in(value: object) -> Iterator[Figure]:
    """The figures of a part, wherever in it they stand."""
    if isinstance(value, Figure):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from figures_in(one)


def shown(seen: Overview) -> dict[str, object]:
    """The same in plain values."""
    return {name: plain(one) for name, one in parts_of(seen).items()}


def _parts_of(seen: Overview) -> Iterator[tuple[str, object]]:
    yield from _group_of(seen)
    for one in seen.companies:
        for name in ("sales", "realised_fx", "unrealised_fx", "fees", "profit"):
            yield f"{one.company.id} {name}", getattr(one, name)
    for sale in seen.sales:
        yield from _sale_of(sale)
    for lock in seen.locks:
        yield from _lock_of(lock)
    for item in seen.open_items:
        yield from _item_of(item)
    for made in seen.statements:
        ordered = sorted(made.lines, key=lambda one: (one.on, one.kind, one.amount))
        lines = tuple((one.on, one.kind, one.figure()) for one in ordered)
        name = f"statement {made.customer} {made.currency.code} {made.start} to {made.end}"
        yield name, (made.opening, lines, made.closing)
    for stage in seen.pipeline:
        name = f"deals {stage.stage} {stage.currency.code}"
        yield name, (stage.count, stage.value, stage.weighted)
    for case in seen.cases:
        yield f"case {case.id}", (case.invoice, case.figure(), case.state)


def _group_of(seen: Overview) -> Iterator[tuple[str, object]]:
    group = seen.consolidation
    for line in group.lines:
        yield f"group {line.code}", line.figure
    for name in ("reserve", "minority", "profit", "minority_profit", "net_assets", "rounding"):
        yield f"group {name}", getattr(group, name)
    for one in group.translations:
        for name in ("reserve", "plug", "rounding", "added"):
            yield f"translated {one.company} {name}", getattr(one, name)
        for held in one.lines:
            key = f"translated {one.company} {held.account.code} {held.partner or '-'}"
            yield key, held.presentation


def _sale_of(sale: Sale) -> Iterator[tuple[str, object]]:
    name, invoice = f"invoice {sale.invoice.id}", sale.invoice
    yield f"{name} is", (invoice.number, sale.customer.id, invoice.issued_on)
    yield f"{name} total", sale.total
    yield f"{name} booked", sale.booked
    yield f"{name} realised", sale.realised_fx
    yield f"{name} payments", tuple((one.id, one.on, one.settled) for one in sale.payments)


def _lock_of(seen: LockReport) -> Iterator[tuple[str, object]]:
    name, lock = f"lock {seen.lock.id}", seen.lock
    yield f"{name} is", (lock.owner, lock.state, lock.expires_at, seen.customer.id)
    yield f"{name} at home", seen.home
    yield f"{name} result", seen.result
    yield f"{name} fixings", tuple((one.on, one.ratio) for one in seen.fixings)


def _item_of(seen: OpenReport) -> Iterator[tuple[str, object]]:
    name = f"{seen.item.id}"
    yield f"{name} is", (seen.item.party, seen.item.due_on, seen.days_overdue, seen.bucket)
    yield f"{name} open", seen.open
    yield f"{name} carrying", seen.carrying


# ---- the same from the oracle


def expected(told: Oracle, as_of: date) -> dict[str, object]:
    """What `shown` must say of a day."""
    return dict(_expected(told.on_open_day(as_of), as_of))


def _expected(told: Oracle, as_of: date) -> Iterator[tuple[str, object]]:
    yield from _group(told, consolidated(told, as_of))
    for company in told.members:
        yield from _company(told, company, as_of)
    for id, bill in told.bills.items():
        yield from _bill(told, id, bill)
    for id, lock in told.locks.items():
        yield from _lock(told, id, lock, as_of)
    for name in told.items:
        yield from _item(told, name, as_of)
    yield from _statements(told)
    yield from _pipeline(told)
    for id, (invoice, currency, claimed, state) in told.cases.items():
        yield f"case {id}", (invoice, (currency, claimed), state)


def _group(told: Oracle, sums: GroupSums) -> Iterator[tuple[str, object]]:
    for code, value in sums.lines.items():
        yield f"group {code}", (told.presentation, value)
    for name in ("reserve", "minority", "profit", "minority_profit", "net_assets"):
        yield f"group {name}", (told.presentation, getattr(sums, name))
    yield "group rounding", (told.presentation, sums.lines["3990"])
    for company, books in sums.members.items():
        for name in ("reserve", "plug", "rounding", "added"):
            yield f"translated {company} {name}", (told.presentation, getattr(books, name))
        for (account, partner), value in books.balances.items():
            key = f"translated {company} {account} {partner or '-'}"
            yield key, (told.presentation, value)


def _company(told: Oracle, company: str, as_of: date) -> Iterator[tuple[str, object]]:
    values: dict[str, Fraction] = {}
    for one in told.lines(company, as_of):
        values[one.account] = values.get(one.account, NONE) + one.value
    profit = -sum((one for code, one in values.items() if "4000" <= code < "8000"), NONE)
    for name, value in (
        ("sales", -values.get(SALES, NONE)),
        ("realised_fx", -values.get(REALISED, NONE)),
        ("unrealised_fx", -values.get(UNREALISED, NONE)),
        ("fees", values.get(FEES, NONE)),
        ("profit", profit),
    ):
        yield f"{company} {name}", (told.functional[company], value)


def _bill(told: Oracle, id: str, bill: Bill) -> Iterator[tuple[str, object]]:
    quote, home = bill.quote, told.functional[bill.company]
    booked = told.worth(bill.company, quote.currency, quote.total, bill.on)
    paid = tuple((one, on, (quote.currency, settled)) for one, on, settled in sorted(bill.paid))
    yield f"invoice {id} is", (bill.number, quote.customer, bill.on)
    yield f"invoice {id} total", (quote.currency, quote.total)
    yield f"invoice {id} booked", (home, booked)
    yield f"invoice {id} realised", (home, told.realised(bill))
    yield f"invoice {id} payments", paid


def _lock(told: Oracle, id: str, lock: Lock, as_of: date) -> Iterator[tuple[str, object]]:
    quote = lock.quote
    home = told.functional[told.customers[quote.customer]]
    owner = next(one for one, held in told.quotes.items() if held is quote)
    until = min(as_of, told.bills[lock.invoice].on if lock.invoice else lock.until)
    result = (quote.priced_in, told.lock_result(lock)) if lock.invoice else None
    pair = (quote.priced_in, quote.currency)
    yield f"lock {id} is", (owner, lock.state, lock.ends, quote.customer)
    yield f"lock {id} at home", (home, told.at_home(quote))
    yield f"lock {id} result", result
    fixings = told.fixings.published(*pair, lock.on - BEFORE_THE_LOCK, until)
    yield f"lock {id} fixings", tuple(fixings.items())


def _item(told: Oracle, name: str, as_of: date) -> Iterator[tuple[str, object]]:
    item, (open_, carrying) = told.items[name], told.item_as_of(name, as_of)
    if open_:
        late = (as_of - item.due).days
        yield f"{name} is", (item.party, item.due, late, bucket(late))
        yield f"{name} open", (item.currency, open_)
        yield f"{name} carrying", (told.functional[item.company], carrying)


def bucket(late: int) -> str:
    """Ageing in steps of 30 days, each edge belongs to the step before it (D32)."""
    if late <= 0:
        return "not due"
    first = (late - 1) // 30 * 30 + 1
    return f"{first} to {first + 29} days" if late <= 90 else "over 90 days"


def _statements(told: Oracle) -> Iterator[tuple[str, object]]:
    """Every week of a customer and currency in which something was billed or paid."""
    dealings: dict[Amount | tuple[str, str], list[tuple[date, str, Fraction]]] = {}
    for bill in told.bills.values():
        held = dealings.setdefault((bill.quote.customer, bill.quote.currency), [])
        held.append((bill.on, "invoice", bill.quote.total))
        held.extend((on, "payment", -settled) for _, on, settled in bill.paid)
    for (customer, currency), held in dealings.items():
        for monday in {on - timedelta(on.weekday()) for on, _, _ in held}:
            sunday = monday + timedelta(6)
            opening = sum((one[2] for one in held if one[0] < monday), NONE)
            closing = sum((one[2] for one in held if one[0] <= sunday), NONE)
            lines = sorted(one for one in held if monday <= one[0] <= sunday)
            yield (
                f"statement {customer} {currency} {monday} to {sunday}",
                (
                    (currency, opening),
                    tuple((on, kind, (currency, amount)) for on, kind, amount in lines),
                    (currency, closing),
                ),
            )


def _pipeline(told: Oracle) -> Iterator[tuple[str, object]]:
    sums: dict[tuple[str, str], tuple[int, Fraction]] = {}
    for deal in told.deals.values():
        count, value = sums.get((deal.stage, deal.currency), (0, NONE))
        sums[deal.stage, deal.currency] = (count + 1, value + deal.value)
    for (stage, currency), (count, value) in sums.items():
        weighted = rounded(value * LIKELY[stage] / 100, currency)
        yield (
            f"deals {stage} {currency}",
            (count, (currency, value), (currency, rounded(weighted, currency))),
        )


# ---- balances and decisions


def balances_shown(trial: TrialBalance) -> dict[tuple[str, str], Pair]:
    """Amount and value per account and currency, without those that are zero."""
    return {
        (one.account, one.amount.currency.code): (
            Fraction(one.amount.amount),
            Fraction(one.functional.amount),
        )
        for one in trial.balances
        if not (one.amount.is_zero and one.functional.is_zero)
    }


def ratio_of(told: Oracle, decision: RateDecision) -> Fraction:
    """The ratio that a decision must hold, from its purpose, pair and days."""
    pair = (decision.pair.base.code, decision.pair.counter.code)
    purpose, version = decision.purpose.value, decision.id.rsplit(":", 1)[1]
    if purpose == "average":
        since = date.fromisoformat(decision.id.split(":")[2].partition("..")[0])
        return told.fixings.mean(*pair, since, decision.valid_on)
    if purpose == "lock":
        lock = told.locks[version]
        forward = pair == (lock.quote.priced_in, lock.quote.currency)
        return lock.rate if forward else 1 / lock.rate
    return told.fixings.spot(*pair, decision.valid_on)
