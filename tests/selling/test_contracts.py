"""Contracts: days, instalments, notice, renewal, and what can not be done to them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm import Currency, Money
from fxcrm.decisions import WrongDecision
from fxcrm.ids import CompanyId, ContractId, CustomerId, OrderId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.selling import (
    Contract,
    Cycle,
    Due,
    Indexation,
    Notice,
    Renewal,
    Renewing,
    Repricing,
    Term,
)
from fxcrm.selling.contracts import (
    ContractRenewed,
    FixingNeeded,
    InstalmentMissing,
    InstalmentRefused,
    NoticeTooLate,
    NotOver,
    RenewalRefused,
)
from fxcrm.selling.instalments import TermRefused
from tests.selling.test_indexation import at

START = date(2026, 1, 1)
YEARLY = Renewal(Renewing.AUTOMATIC, 12)


def contract(**terms: Any) -> Contract:
    """Support at USD 1,000.00 a year, billed monthly, three months' notice."""
    usual: dict[str, Any] = {
        "price": Money("1000.00", "USD"),
        "per": Cycle.YEARLY,
        "billed": Cycle.MONTHLY,
        "term": Term(START, START, 12),
        "notice": Notice(3),
        "renewal": YEARLY,
    }
    named = (ContractId("K-1"), "2026-0001", CompanyId("nordwind"), CustomerId("acme"), "Support")
    return Contract(*named, **{**usual, **terms})


def active(**terms: Any) -> Contract:
    """The same, signed."""
    return contract(**terms).activate("ada", START)


def test_instalments_of_a_year_add_up_to_its_price() -> None:
    """Four of 83.34 and eight of 83.33, due on the first of each month."""
    schedule = contract().schedule
    assert [one.amount for one in schedule[3:5]] == [Money("83.34", "USD"), Money("83.33", "USD")]
    assert contract().total == Money("1000.00", "USD")
    assert [one.due_on for one in schedule[:2]] == [date(2026, 1, 1), date(2026, 2, 1)]
    in_arrears = contract(due=Due.IN_ARREARS, billed=Cycle.QUARTERLY, per=Cycle.MONTHLY).schedule
    assert [(one.due_on, str(one.amount)) for one in in_arrears[:2]] == [
        (date(2026, 3, 31), "USD 3000.00"),
        (date(2026, 6, 30), "USD 3000.00"),
    ]


_CYCLES = st.sampled_from(Cycle)
_DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(_DAYS, _CYCLES, _CYCLES, st.integers(1, 4), st.integers(1, 10**9))
def test_periods_meet_and_every_price_adds_up(
    start: date, per: Cycle, billed: Cycle, years: int, minor: int
) -> None:
    """No day is missing or counted twice; each whole ``per`` adds up to the price, exactly."""
    price = Money.from_minor(minor, "EUR")
    one = contract(price=price, per=per, billed=billed, term=Term(start, start, 12 * years))
    schedule = one.schedule
    assert (schedule[0].since, schedule[-1].until) == (start, one.until)
    for before, after in pairwise(schedule):
        assert before.until + timedelta(days=1) == after.since
    assert one.total == price * (12 * years // per.months)
    parts = max(per.months // billed.months, 1)
    for first in range(0, len(schedule), parts):
        amounts = [part.amount for part in schedule[first : first + parts]]
        assert sum(amounts) == price * max(billed.months // per.months, 1)


def test_a_short_month_moves_none_after_it() -> None:
    """From 31 January: 28 February, 31 March, 30 April; the same over twelve monthly renewals."""
    start = date(2026, 1, 31)
    renewal = Renewal(Renewing.AUTOMATIC, 1)
    monthly = contract(
        term=Term(start, start, 1), per=Cycle.MONTHLY, notice=Notice(), renewal=renewal
    ).activate("ada", start)
    firsts = [monthly.since]
    for count in range(2, 14):
        id = ContractId(f"K-{count}")
        _, monthly = monthly.renew(id, number=str(count), on=monthly.until + timedelta(days=1))
        firsts.append(monthly.since)
    assert firsts[1:4] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    whole = contract(term=Term(start, start, 13)).schedule
    assert firsts == [one.since for one in whole]


@pytest.mark.parametrize(
    ("until", "notice", "last"),
    [
        (date(2026, 12, 31), Notice(3), date(2026, 9, 30)),
        (date(2026, 12, 31), Notice(0, 30), date(2026, 12, 1)),
        (date(2026, 5, 30), Notice(3), date(2026, 2, 27)),  # 31 May less three months: 28 February
        (date(2026, 12, 31), Notice(), date(2026, 12, 31)),
    ],
)
def test_the_whole_notice_lies_between_its_last_day_and_the_end(
    until: date, notice: Notice, last: date
) -> None:
    """Counted back from the day after the end."""
    assert notice.last_day(until) == last


def test_notice_ends_it_with_its_term_and_too_late_a_one_does_not() -> None:
    """The refusal names the last day."""
    ended = active().terminate("moves away", date(2026, 9, 30))
    assert (ended.state, ended.until) == ("terminated", date(2026, 12, 31))
    with pytest.raises(NoticeTooLate, match="the last day for it was 2026-09-30"):
        active().terminate("moves away", date(2026, 10, 1))
    with pytest.raises(TransitionRefused):
        ended.renew(ContractId("K-2"), number="2", on=date(2027, 1, 1))


def test_it_is_renewed_once_by_the_next_term() -> None:
    """After the last day of notice; the term before keeps its price and its days."""
    with pytest.raises(RenewalRefused, match="notice may be given until 2026-09-30"):
        active().renew(ContractId("K-2"), number="2", on=date(2026, 9, 30))
    old, new = active().renew(ContractId("K-2"), number="2", on=date(2026, 10, 1))
    assert (old.state, old.renewed_by, new.renews) == ("renewed", new.id, old.id)
    assert (new.state, new.since, new.until) == ("active", date(2027, 1, 1), date(2027, 12, 31))
    assert (old.price, new.price) == (Money("1000.00", "USD"),) * 2
    with pytest.raises(ContractRenewed, match="by 'K-2'"):
        old.renew(ContractId("K-3"), number="3", on=date(2026, 10, 1))


def test_an_uplift_is_rounded_once_and_kept() -> None:
    """2.55 % of 1,000.01 more."""
    renewal = Renewal(Renewing.AUTOMATIC, 12, Repricing.UPLIFT, "2.55")
    priced = active(price=Money("1000.01", "USD"), renewal=renewal)
    _, new = priced.renew(ContractId("K-2"), number="2", on=date(2026, 10, 1))
    assert new.price == Money("1025.51", "USD")
    assert "x (1 + 2.55 %)" in priced.next_price(date(2026, 10, 1)).explain()


def test_by_agreement_until_the_end_and_never_without_one() -> None:
    """After the end both make a new contract; none is renewed that was not agreed to be."""
    asked = active(renewal=Renewal(Renewing.BY_AGREEMENT, 12))
    with pytest.raises(RenewalRefused, match="it ended on 2026-12-31"):
        asked.renew(ContractId("K-2"), number="2", on=date(2027, 1, 1))
    assert asked.renew(ContractId("K-2"), number="2", on=START)[1].since == date(2027, 1, 1)
    with pytest.raises(RenewalRefused, match="not agreed"):
        active(renewal=Renewal()).renew(ContractId("K-2"), number="2", on=date(2027, 1, 1))


def test_it_expires_when_it_is_over_and_nothing_follows() -> None:
    """Not before, and never where it renews by itself."""
    single = active(renewal=Renewal())
    assert single.expire(date(2027, 1, 1)).state == "expired"
    with pytest.raises(NotOver, match="lasts until 2026-12-31"):
        single.expire(date(2026, 12, 31))
    with pytest.raises(NotOver, match="renews by itself"):
        active().expire(date(2027, 1, 1))


INDEXED: dict[str, Any] = {
    "price": Money("300.00", "USD"),
    "per": Cycle.QUARTERLY,
    "billed": Cycle.QUARTERLY,
    "indexation": Indexation(Currency("EUR"), band="3", passed_on="50", cap="8", lead=2),
    "base_rate": at("1.0000", date(2025, 12, 1)),
}


def test_an_indexed_instalment_needs_the_rate_of_its_day() -> None:
    """Two days before it is due; the rate of another day, or none, is refused."""
    one = active(**INDEXED)
    assert one.fixing_day(2) == date(2026, 3, 30)
    figure = one.amount_due(2, at("1.1000", date(2026, 3, 30)))
    assert figure.value == Money("315.00", "USD")
    with pytest.raises(FixingNeeded, match="decide the rate of 2026-03-30"):
        one.amount_due(2)
    with pytest.raises(WrongDecision):
        one.amount_due(2, at("1.1000", date(2026, 4, 1)))


def test_a_renewal_by_the_clause_begins_anew_from_its_rate() -> None:
    """The price after it is what was due at that rate, and the same rate changes nothing more."""
    renewal = Renewal(Renewing.AUTOMATIC, 12, Repricing.INDEXED)
    one, day = active(**INDEXED, renewal=renewal), date(2026, 11, 2)
    _, new = one.renew(ContractId("K-2"), number="2", on=day, fixing=at("1.1000", day))
    assert (new.price, new.base_rate) == (Money("315.00", "USD"), at("1.1000", day))
    same = at("1.1000", new.fixing_day(1))
    assert new.amount_due(1, same).value == new.price


def test_an_instalment_is_billed_once_and_when_it_is_due() -> None:
    """Its amount and its rate stay with the contract."""
    one = active(**INDEXED)
    due, day = one.amount_due(1, at("1.1000", date(2025, 12, 30))), START
    billed = one.billed_at(1, due, day, OrderId("O-1"))
    assert billed.bills[0].amount == Money("315.00", "USD")
    assert billed.bills[0].fixing == "quote:EUR/USD:2025-12-30:1.1000"
    assert [left.position for left in billed.unbilled(date(2026, 6, 30))] == [2]
    with pytest.raises(InstalmentRefused, match="already"):
        billed.billed_at(1, due, day)
    with pytest.raises(InstalmentRefused, match="due on 2026-04-01"):
        one.billed_at(2, due, date(2026, 3, 31))
    with pytest.raises(InstalmentMissing, match="1 to 4"):
        one.billed_at(5, due, day)
    with pytest.raises(InstalmentRefused, match="it is draft"):
        contract(**INDEXED).billed_at(1, due, day)


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"price": Money("0", "USD")}, "is none"),
        ({"price": Money("-1", "USD")}, "is none"),
        ({"billed": Cycle.QUARTERLY, "term": Term(START, START, 14)}, "14 months"),
        ({"billed": Cycle.QUARTERLY, "renewal": Renewal(Renewing.AUTOMATIC, 1)}, "1 months"),
        ({"indexation": Indexation(Currency("EUR"))}, "come together"),
        ({"renewal": Renewal(Renewing.AUTOMATIC, 12, Repricing.INDEXED)}, "fixed"),
    ],
)
def test_what_does_not_fit_together_is_refused(terms: dict[str, Any], reason: str) -> None:
    """Before anybody signs it."""
    with pytest.raises(TermRefused, match=reason):
        contract(**terms)


@pytest.mark.parametrize(
    "made",
    [
        lambda: Term(START, START, 0),
        lambda: Term(START, date(2026, 1, 2), 1),
        lambda: Notice(-1),
        lambda: Renewal(Renewing.NONE, 12),
        lambda: Renewal(Renewing.AUTOMATIC),
        lambda: Renewal(Renewing.AUTOMATIC, 12, Repricing.UPLIFT),
        lambda: Renewal(Renewing.AUTOMATIC, 12, uplift="3"),
        lambda: Term(START, START, 1_201),
        lambda: Term(date(9999, 6, 1), date(9999, 6, 1), 12),
        lambda: Term(date(9998, 12, 2), date(9998, 12, 2), 1),
        lambda: Term(date(1, 1, 1), date(1, 1, 1), 1),
        lambda: Notice(1_201),
        lambda: Notice(0, 3_661),
        lambda: Renewal(Renewing.AUTOMATIC, 1_201),
        lambda: contract(notice=Notice(12, 1)).drafted(START),
        lambda: contract(notice=Notice(2), renewal=Renewal(Renewing.AUTOMATIC, 1)).drafted(START),
    ],
)
def test_terms_that_no_contract_has_are_refused(made: Any) -> None:
    """Each for its own reason."""
    with pytest.raises(TermRefused):
        made()


def test_the_widest_terms_have_every_day_that_they_ask_for() -> None:
    """The last day for notice, and the end, of the longest, the first and the last term."""
    for since in (date(1000, 1, 1), date(9898, 12, 31)):
        widest = contract(term=Term(since, since, 1_200), notice=Notice(1_200, 3_660))
        assert widest.last_notice_day < since <= widest.until <= date(9998, 12, 31)
    by_agreement = Renewal(Renewing.BY_AGREEMENT, 12)
    for unended in (contract(notice=Notice(12)), contract(notice=Notice(24), renewal=by_agreement)):
        assert unended.drafted(START) == unended


def test_a_year_adds_up_over_two_terms() -> None:
    """USD 100.00 a year, billed monthly by the half-year: 50.02 and 49.98, not 50.02 twice."""
    renewal, half = Renewal(Renewing.AUTOMATIC, 6), Term(START, START, 6)
    first = active(price=Money("100.00", "USD"), term=half, renewal=renewal)
    _, second = first.renew(ContractId("K-2"), number="2", on=first.until)
    _, third = second.renew(ContractId("K-3"), number="3", on=second.until)
    totals = [str(one.total) for one in (first, second, third)]
    assert totals == ["USD 50.02", "USD 49.98", "USD 50.02"]


def test_what_happened_is_told_once() -> None:
    """Each command adds one event; the contract that follows begins with its own."""
    old, new = active().renew(ContractId("K-2"), number="2", on=date(2026, 10, 1))
    assert [one.name for one in old.events] == ["contract activated", "contract renewed"]
    assert [(one.name, one.subject) for one in new.events] == [("contract begun", "K-2")]
    assert attrs.evolve(new, events=()).version == 0
