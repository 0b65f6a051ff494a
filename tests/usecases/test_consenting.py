"""What approval rules see: no promise, rebate, date or new version takes an offer past them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from fxcrm.errors import FxcrmError
from fxcrm.ids import DealId, LockId, QuoteId
from fxcrm.selling import Quote
from fxcrm.selling.quoteerrors import (
    AnswerDayRefused,
    ApproverUnnamed,
    QuoteDaysRefused,
    QuoteUnnamed,
    QuoteWorthless,
)
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    accept_quote,
    approve_quote,
    draft_quote,
    edit_quote,
    lapse_quote,
    lock_rate,
    requote_quote,
    revise_quote,
)
from fxcrm.usecases.consenting import rules_on
from tests.ledger.notation import money
from tests.usecases.office import EUR, FIRST, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
LATER = date(2026, 3, 1)  # 1 EUR = 1.1390 USD
Q1, Q2 = QuoteId("Q-1"), QuoteId("Q-2")
RULES = SellingRules.read(
    {
        "approvals": {
            "roles": {"head": ["hal"]},
            "rules": [
                {"name": "large", "amount_above": "EUR 4900.00", "roles": ["head"]},
                {"name": "gift", "discount_above": "10", "roles": ["head"]},
            ],
        }
    }
)


def _fired(office: Office, on: date) -> list[str]:
    with office.desk(on) as desk:
        bound = attrs.evolve(desk, selling=RULES)
        return [one.name for one in rules_on(bound, desk.uow.quotes.get(Q1), on)]


def _locked(spread: str, fee: str = "") -> Callable[[Desk], Quote]:
    return lambda desk: lock_rate(
        desk, LockId("L"), quote=Q1, on=DAY, until=LATER, zone="UTC", spread=Decimal(spread),
        fee=money(fee) if fee else None,
    )  # fmt: skip


def _with_rebate(amount: str) -> Callable[[Desk], Quote]:
    lines = [("Pumps", Decimal(1), money("EUR 5000.00")), ("Rebate", Decimal(1), money(amount))]
    return lambda desk: edit_quote(desk, Q1, lines=lines, on=DAY)


@pytest.mark.parametrize(
    ("price", "command", "fired"),
    [
        ("EUR 5000.00", _locked("0"), ["large"]),
        ("EUR 5000.00", _locked("-90"), ["large", "gift"]),  # USD 540.45 is asked for
        ("EUR 1000.00", _locked("-9"), []),
        ("EUR 1000.00", _locked("0", "EUR 200.00"), []),  # a fee is no discount
        ("EUR 5000.00", _with_rebate("EUR -4500.00"), ["gift"]),
        ("EUR 5000.00", _with_rebate("EUR -500.00"), []),
    ],
)
def test_a_low_rate_and_a_rebate_count_as_discounts(
    price: str, command: Callable[[Desk], Quote], fired: list[str]
) -> None:
    """What the goods are worth at the market counts where less is asked for them."""
    office = Office().open()
    office.quote(1, price, DAY, "USD")
    office.at(DAY, command)
    assert _fired(office, DAY) == fired


def test_another_date_picks_no_other_rate() -> None:
    """USD 5,294.00 are EUR 4,897.77 on the day of approval, whatever day is written on them."""
    office = Office().open()
    office.quote(1, "USD 5294.00", DAY)
    office.at(DAY, lambda desk: edit_quote(desk, Q1, on=DAY, dated=FIRST))
    assert _fired(office, DAY) == []
    assert office.at(DAY, lambda desk: edit_quote(desk, Q1, on=DAY, dated=DAY)).drafted_on == DAY
    assert _fired(office, FIRST) == ["large"]  # 5,294.00 / 1.0800


def _revised(desk: Desk) -> Quote:
    return revise_quote(desk, Q2, quote=Q1, on=desk.now.date(), by="ben")


def _requoted(desk: Desk) -> Quote:
    on = desk.now.date()
    lapse_quote(desk, Q1, on=on)
    return requote_quote(desk, Q2, quote=Q1, on=on, valid_until=on, deal=DealId("D-2"), by="ben")


@pytest.mark.parametrize(("command", "on"), [(_revised, DAY), (_requoted, LATER)])
def test_who_wrote_the_old_version_wrote_the_new_one(
    command: Callable[[Desk], Quote], on: date
) -> None:
    """Ada's lines are in the quote that ben drafts from hers: she can consent to neither."""
    office = Office().open()
    office.quote(1, "EUR 5000.00", DAY)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="hal", on=DAY))
    assert office.at(on, command).authors == ("ada", "ben")


@pytest.mark.parametrize(
    ("terms", "authors"), [(_locked("1"), ("ben", "ada")), (_locked("0"), ("ben",))]
)
def test_whoever_prices_a_lock_is_an_author(
    terms: Callable[[Desk], Quote], authors: tuple[str, ...]
) -> None:
    """A spread changes what is asked for; a lock at the market does not."""
    office = Office().open()
    drafted = office.quote(1, "EUR 5000.00", DAY, "USD")
    with office.desk(DAY) as desk:
        desk.uow.quotes.save(attrs.evolve(drafted, authors=("ben",)))
    assert office.at(DAY, terms).authors == authors


def _drafted(id: str, until: date, price: str = "EUR 1.00") -> Callable[[Desk], object]:
    return lambda desk: draft_quote(
        desk, QuoteId(id), deal=DealId("D-1"), currency=EUR, priced_in=EUR,
        lines=[("Pump", Decimal(1), money(price))], on=DAY, valid_until=until,
    )  # fmt: skip


def _free(desk: Desk) -> object:
    _drafted("Q-2", DAY, "EUR 0.00")(desk)
    return approve_quote(desk, Q2, by="hal", on=DAY)


def _released(answer: Callable[[Desk], object]) -> Callable[[Desk], object]:
    def command(desk: Desk) -> object:
        approve_quote(desk, Q1, by="hal", on=DAY)
        return answer(desk)

    return command


EVE = DAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (lambda desk: approve_quote(desk, Q1, by=" ", on=DAY), ApproverUnnamed),
        (_drafted("", DAY), QuoteUnnamed),
        (_drafted("Q-2", EVE), QuoteDaysRefused),
        (lambda desk: edit_quote(desk, Q1, on=DAY, valid_until=EVE), QuoteDaysRefused),
        (_free, QuoteWorthless),
        (_released(lambda desk: accept_quote(desk, Q1, on=EVE)), AnswerDayRefused),
        (_released(lambda desk: lapse_quote(desk, Q1, on=date(2099, 1, 1))), AnswerDayRefused),
        (_released(lambda desk: revise_quote(desk, QuoteId(""), quote=Q1, on=DAY)), QuoteUnnamed),
    ],
)
def test_what_is_offered_by_nobody_or_never_is_refused(
    command: Callable[[Desk], object], refusal: type[FxcrmError]
) -> None:
    """An empty name, a day that does not fit, an offer of nothing: no trace of it is left."""
    office = Office().open()
    office.quote(1, "USD 100.00", DAY)
    before = office.store.digest()
    with pytest.raises(refusal):
        office.at(DAY, command)
    assert office.store.digest() == before
