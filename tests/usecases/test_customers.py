"""Customers at work: currencies given up, searches against brute force, tiers, sub-balances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import Currency
from fxcrm.customers import (
    ActivityKind,
    CurrencyInactive,
    CurrencyMode,
    CustomerNotActive,
    HomeCurrencyKept,
    ModeRefused,
)
from fxcrm.customers.tiers import RatedTooEarly
from fxcrm.formatting import LocaleUnknown
from fxcrm.ids import (
    ActivityId,
    ContractId,
    CustomerId,
    DealId,
    EnquiryId,
    InvoiceId,
    OrderId,
    QuoteId,
)
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.plaindata import RulesRefused
from fxcrm.queries import Filter
from fxcrm.rates import RateMissing
from fxcrm.restatement import MissingRates
from fxcrm.selling import Renewal, Renewing
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Above,
    Desk,
    Measure,
    accept_quote,
    activate_contract,
    agree_currency,
    approve_quote,
    balance_of,
    change_customer,
    contract_quote,
    deactivate_currency,
    deactivate_customer,
    draft_contract,
    draft_quote,
    find_customers,
    invoice_order,
    note_activity,
    place_order,
    prefer_currency,
    qualify_enquiry,
    rate_customers,
    ratings,
    reactivate_currency,
    receive_enquiry,
    register_customer,
    renew_contract,
    set_currency_mode,
    ship_order,
    take_order,
)
from fxcrm.usecases.contracting import Terms
from fxcrm.usecases.finding import SearchRefused
from fxcrm.usecases.rating import NoTiers
from tests.ledger.notation import money
from tests.usecases.office import ACME, EUR, FEBRUARY, JANUARY, NORDWIND, USD, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
JPY = Currency("JPY")
LINES = [("Pumps", Decimal(1), money("USD 10.00"))]


def _taken_again(desk: Desk) -> None:
    reactivate_currency(desk, NORDWIND, USD, on=DAY)


def _register(desk: Desk, id: str = "new", **more: object) -> None:
    given = {"name": "New", "country": "US", "currency": EUR, **more}
    register_customer(desk, CustomerId(id), company=NORDWIND, on=DAY, **given)  # type: ignore[arg-type]


CREATING: dict[str, Callable[[Desk], object]] = {
    "a customer that prefers it": lambda desk: _register(desk, currency=USD),
    "a customer that may be billed in it": lambda desk: _register(desk, also=(USD,)),
    "an agreement": lambda desk: agree_currency(desk, ACME, USD, on=DAY),
    "a preference": lambda desk: prefer_currency(desk, ACME, USD, on=DAY),
    "a deal": lambda desk: qualify_enquiry(
        desk, EnquiryId("E-9"), deal=DealId("D-9"), value=money("USD 1.00"), on=DAY
    ),
    "a quote": lambda desk: draft_quote(
        desk, QuoteId("Q-9"), deal=DealId("D-1"), currency=USD, priced_in=USD, lines=LINES, on=DAY,
        valid_until=JANUARY,
    ),
    "an order": lambda desk: take_order(
        desk, OrderId("O-9"), customer=ACME, currency=USD, lines=LINES, on=DAY
    ),
    "a contract": lambda desk: _contract(desk, "K-9", Renewing.NONE),
    "a contract of a quote": lambda desk: (
        approve_quote(desk, QuoteId("Q-1"), by="ada", on=DAY),
        accept_quote(desk, QuoteId("Q-1"), on=DAY),
        contract_quote(desk, ContractId("K-9"), Terms("Pumps", DAY, 12), quote=QuoteId("Q-1"),
                       on=DAY),
    ),
    "a renewal by agreement": lambda desk: renew_contract(
        desk, ContractId("K-1"), successor=ContractId("K-9"), on=DAY
    ),
    "a note of an amount": lambda desk: note_activity(
        desk, ActivityId("A-9"), customer=ACME, kind=ActivityKind.NOTE, subject="Asks", on=DAY,
        amount=money("USD 1.00"),
    ),
}  # fmt: skip


def _contract(desk: Desk, id: str, how: Renewing) -> None:
    renewal = Renewal(how, 0 if how is Renewing.NONE else 12)
    terms, price = Terms("Pumps", DAY, 12, renewal=renewal), money("USD 10.00")
    draft_contract(desk, ContractId(id), terms, customer=ACME, price=price, on=DAY)
    activate_contract(desk, ContractId(id), by="both", on=DAY)


@pytest.mark.parametrize("record", CREATING)
def test_a_currency_given_up_takes_no_new_records(record: str) -> None:
    """Each use case that creates one refuses, and works again once the currency is back."""
    office = Office().open()
    office.quote(1, "USD 100.00", DAY)
    with office.desk(DAY) as desk:
        receive_enquiry(
            desk, EnquiryId("E-9"), customer=ACME, subject="More", channel="mail", on=DAY
        )
        _contract(desk, "K-1", Renewing.BY_AGREEMENT)
        deactivate_currency(desk, NORDWIND, USD, reason="sanctions", on=DAY)
    before = office.store.digest()
    with pytest.raises(CurrencyInactive, match=r"USD since 2026-01-10; use another"):
        office.at(DAY, CREATING[record])
    assert office.store.digest() == before
    office.at(DAY, _taken_again)
    office.at(DAY, CREATING[record])


def test_what_there_is_in_a_currency_given_up_goes_on() -> None:
    """A quote is accepted, ordered, invoiced, settled and revalued as if nothing had happened."""
    told = []
    for given_up in (False, True):
        office = Office().open()
        office.quote(1, "USD 1085.00", DAY)
        if given_up:
            office.at(DAY, lambda d: deactivate_currency(d, NORDWIND, USD, reason="", on=DAY))
        office.accept(1, DAY)
        _invoice(office)
        office.pay("P-1", 1, "USD 1085.00", JANUARY)
        told.append(office.balances(FEBRUARY))
    assert told[0] == told[1] != {}


def test_what_renews_by_itself_goes_on_for_a_customer_that_takes_no_more() -> None:
    """It was promised before; what needs another agreement is refused."""
    office, later = Office().open(), date(2027, 1, 10)
    with office.desk(DAY) as desk:
        _contract(desk, "K-1", Renewing.AUTOMATIC)
        _contract(desk, "K-2", Renewing.BY_AGREEMENT)
        deactivate_customer(desk, ACME, reason="moved", on=DAY)
        deactivate_currency(desk, NORDWIND, USD, reason="", on=DAY)
        with pytest.raises(CustomerNotActive):
            renew_contract(desk, ContractId("K-2"), successor=ContractId("K-4"), on=DAY)
        made = renew_contract(desk, ContractId("K-1"), successor=ContractId("K-3"), on=later)
    assert (made.state, made.since) == ("active", later)


def test_a_language_that_nothing_is_written_in_is_refused() -> None:
    """Where it is given, not when a document is to be written in it."""
    office = Office().open()
    with office.desk(DAY) as desk:
        with pytest.raises(LocaleUnknown, match="zz_secret"):
            change_customer(desk, ACME, language="zz_secret", on=DAY)
        with pytest.raises(LocaleUnknown, match="xx"):
            _register(desk, language="xx")
        assert change_customer(desk, ACME, language="de-AT", on=DAY).language == "de-AT"


def _invoice(office: Office) -> None:
    with office.desk(DAY) as desk:
        place_order(desk, OrderId("O-1"), quote=QuoteId("Q-1"), on=DAY)
        ship_order(desk, OrderId("O-1"), on=DAY)
        invoice_order(desk, InvoiceId("I-1"), order=OrderId("O-1"), on=DAY, days=30)


def test_the_home_currency_is_never_given_up_and_twice_is_refused() -> None:
    """The books are kept in it; what is inactive already is not deactivated again."""
    office = Office().open()
    with office.desk(DAY) as desk:
        with pytest.raises(HomeCurrencyKept):
            deactivate_currency(desk, NORDWIND, EUR, reason="", on=DAY)
        with pytest.raises(TransitionRefused):
            reactivate_currency(desk, NORDWIND, USD, on=DAY)
        deactivate_currency(desk, NORDWIND, USD, reason="", on=DAY)
        with pytest.raises(TransitionRefused):
            deactivate_currency(desk, NORDWIND, USD, reason="", on=DAY)


def test_modes_know_the_currency_of_the_company() -> None:
    """Acme prefers EUR, the currency of the books: home fits, one foreign does not."""
    office = Office().open()
    with office.desk(DAY) as desk:
        with pytest.raises(ModeRefused, match="prefer a foreign currency first"):
            set_currency_mode(desk, ACME, CurrencyMode.ONE, on=DAY)
        kept = set_currency_mode(desk, ACME, CurrencyMode.HOME, on=DAY)
        assert kept.currencies == (EUR,)
        deactivate_customer(desk, ACME, reason="closed", on=DAY)


# ---- searches


@attrs.frozen
class _Bought:
    customer: str
    amount: Money


_AMOUNTS = st.builds(
    Money.from_minor,
    st.integers(1, 2_000_000),
    st.sampled_from(["EUR", "USD", "GBP"]),
)
_TRADE = st.lists(st.builds(_Bought, st.sampled_from("abcd"), _AMOUNTS), max_size=8)
_PER_EURO = {"EUR": Fraction(1), "USD": Fraction("1.0830"), "GBP": Fraction("0.8430")}  # 31 January


def _sold(trade: list[_Bought]) -> Office:
    """Four customers, and an order invoiced the same day for each amount."""
    office = Office(MemoryStore()).open()
    with office.desk(DAY) as desk:
        for place, id in enumerate("abcd"):
            _register(
                desk,
                id,
                name=f"\uff21cme {id}" if place % 2 else "Bolt",
                country="DE" if place < 2 else "US",
                mode=CurrencyMode.ANY,
                tags=["x"] if place in (1, 2) else [],
            )
        for number, one in enumerate(trade):
            order = OrderId(f"O-{number}")
            lines = [("Goods", Decimal(1), one.amount)]
            take_order(
                desk,
                order,
                customer=CustomerId(one.customer),
                currency=one.amount.currency,
                lines=lines,
                on=DAY,
            )
            ship_order(desk, order, on=DAY)
            invoice_order(desk, InvoiceId(f"I-{number}"), order=order, on=DAY, days=30)
    return office


def _in_dollars(trade: list[_Bought], customer: str) -> Money:
    """By hand: every amount through fractions of the euro, rounded once."""
    held = [one.amount for one in trade if one.customer == customer]
    euros = sum((Fraction(one.amount) / _PER_EURO[one.currency.code] for one in held), Fraction())
    cents = euros * _PER_EURO["USD"] * 100
    return Money.from_minor(round(cents), "USD")


@settings(max_examples=15, deadline=None)
@given(trade=_TRADE, least=st.integers(0, 2_000_000), measure=st.sampled_from(Measure))
def test_a_search_finds_what_looking_at_everybody_finds(
    trade: list[_Bought], least: int, measure: Measure
) -> None:
    """By country, tag, name, and an amount in dollars: brute force over all customers agrees."""
    office = _sold(trade)
    above = Above(measure, Money.from_minor(least, "USD"), JANUARY)
    with office.desk(JANUARY) as desk:
        for where, wanted in (
            (Filter(company=NORDWIND), "abcd"),
            (Filter(company=NORDWIND, country="DE"), "ab"),
            (Filter(company=NORDWIND, tag="x"), "bc"),
            (Filter(company=NORDWIND, country="US", tag="x"), "c"),
        ):
            found = find_customers(desk, where, above=above).found
            expected = [one for one in wanted if _in_dollars(trade, one) > above.amount]
            assert [one.customer.id for one in found] == expected
            for one in found:
                assert one.figure is not None
                assert one.figure.value == _in_dollars(trade, one.customer.id)
        named = find_customers(desk, Filter(company=NORDWIND), name="ACME ").found
        assert [one.customer.id for one in named] == ["b", "d"]


def test_a_missing_rate_is_an_error_or_in_plain_sight() -> None:
    """Roubles have no rate in February: refused, or named with their customer (R6)."""
    trade = [_Bought("a", money("RUB 900.00")), _Bought("a", money("EUR 90.00")),
             _Bought("b", money("EUR 50.00"))]  # fmt: skip
    office = _sold(trade)
    above = Above(Measure.BOUGHT, money("USD 1.00"), FEBRUARY)
    with office.desk(FEBRUARY) as desk:
        with pytest.raises(RateMissing):
            find_customers(desk, Filter(company=NORDWIND), above=above)
        search = find_customers(
            desk, Filter(company=NORDWIND), above=above, missing=MissingRates.LEAVE_OUT
        )
        assert [one.customer.id for one in search.found] == ["b"]  # a is not half compared
        assert [(one.key, one.currency.code) for one in search.left_out] == [("a", "RUB")]
        with pytest.raises(SearchRefused, match="name the company"):
            find_customers(desk, above=above)


def test_what_a_customer_owes_is_told_per_currency() -> None:
    """Each in its own currency and as carried; one total at home, added and not converted."""
    trade = [_Bought("a", money("USD 1080.90")), _Bought("a", money("USD 10.81")),
             _Bought("a", money("EUR 5.00")), _Bought("b", money("GBP 7.00"))]  # fmt: skip
    with _sold(trade).desk(JANUARY) as desk:
        balance = balance_of(desk, CustomerId("a"), JANUARY)
        assert balance_of(desk, CustomerId("c"), JANUARY).total.value == money("EUR 0.00")
    parts = [(one.currency.code, one.open.value, one.carried.value) for one in balance.parts]
    assert parts == [
        ("EUR", money("EUR 5.00"), money("EUR 5.00")),
        ("USD", money("USD 1091.71"), money("EUR 1010.00")),
    ]
    assert balance.total.value == money("EUR 1015.00")


# ---- tiers

RULES = {
    "currency": "USD",
    "months": 1,
    "rules": [
        {"tier": "gold", "turnover": "1083.00", "orders": 2},
        {"tier": "partner", "tags": ["x"]},
        {"tier": "near", "countries": ["DE", "AT"]},
    ],
}


def test_the_first_rule_that_holds_decides() -> None:
    """1000 euros are USD 1,083.00 on 31 January: just enough, in two orders; the why is told."""
    trade = [_Bought("a", money("EUR 500.00"))] * 2 + [_Bought("b", money("USD 1083.00"))]
    office = _sold(trade)
    with office.desk(JANUARY) as plain:
        desk = attrs.evolve(plain, selling=SellingRules.read({"tiers": RULES}))
        rated = {one.customer.id: one for one in rate_customers(desk, NORDWIND, on=JANUARY)}
        assert {id: one.tier for id, one in rated.items() if id != ACME} == {
            "a": "gold", "b": "partner", "c": "partner", "d": ""
        }  # fmt: skip
        why = rated[CustomerId("a")].why
        assert why.value == money("USD 1083.00")
        assert "ordered 2 times, at least 2: yes" in why.explain()
        assert len(why.decisions()) == 1
        versions = {one.customer.id: one.customer.version for one in rated.values()}
        again = rate_customers(desk, NORDWIND, on=JANUARY)
        assert {one.customer.id: one.customer.version for one in again} == versions
        change_customer(desk, CustomerId("d"), country="AT", on=JANUARY)
        tiers = {one.customer.id: one.tier for one in ratings(desk, NORDWIND, JANUARY)}
        assert tiers[CustomerId("d")] == "near"
        found = find_customers(desk, Filter(company=NORDWIND, tier="partner")).found
        assert [one.customer.id for one in found] == ["b", "c"]
        with pytest.raises(NoTiers):
            list(ratings(plain, NORDWIND, JANUARY))
        with pytest.raises(RatedTooEarly, match="rate customers on a later day"):
            list(ratings(desk, NORDWIND, date.min))


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"rules": [{"tier": "gold", "turnover": "1.00"}]}, r"tiers.rules\[1\].turnover"),
        ({"months": 0}, "tiers.months"),
        ({"months": 121}, "tiers.months"),
        ({"rules": [{"tier": "x" * 61}]}, r"tiers.rules\[1\].tier"),
        ({"rules": [{"tier": "a"}, {"tier": "b", "countries": ["de"]}]}, r"rules\[2\].countries"),
        ({"rules": [{"tier": "a", "orders": -1}]}, r"tiers.rules\[1\].orders"),
        ({"rules": [{"tiers": "a"}]}, r"tiers.rules\[1\].tiers"),
    ],
)
def test_rules_that_can_not_be_followed_are_named(rules: object, place: str) -> None:
    """The refusal says where in the file."""
    with pytest.raises(RulesRefused, match=place):
        SellingRules.read({"tiers": rules})
