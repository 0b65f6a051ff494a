"""Merging: two customers become one, and every amount and document of both is there."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.bootstrap import open_store
from fxcrm.currencies import Currency
from fxcrm.customers import (
    ActivityKind,
    Address,
    Contact,
    CurrencyMode,
    Customer,
    CustomerNotActive,
    MergeRefused,
    ModeRefused,
    TaxId,
)
from fxcrm.ids import (
    ActivityId,
    CaseId,
    CompanyId,
    ContractId,
    CustomerId,
    DealId,
    EnquiryId,
    FieldId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    ProductId,
    QuoteId,
)
from fxcrm.leads import LeadRefused
from fxcrm.ledger import Group
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.queries import Filter
from fxcrm.records.shapes import SHAPES
from fxcrm.references import DocumentKind, Reference
from fxcrm.reports.ageing import Grouping
from fxcrm.selling.products import ProductRefused
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    accept_quote,
    approve_quote,
    customer_statement,
    draft_quote,
    enter_bill,
    examine_ageing,
    invoice_order,
    lock_rate,
    merging,
    open_case,
    perform,
    qualify_enquiry,
    receive_advance,
    receive_enquiry,
    receive_payment,
    reconcile,
    register_company,
    register_customer,
    ship_order,
    take_order,
)
from fxcrm.usecases.commanding import COMMANDS
from fxcrm.usecases.contracting import Terms, activate_contract, draft_contract
from fxcrm.usecases.documenting import contract_paper, invoice_paper
from fxcrm.usecases.following import activities_of, note_activity
from fxcrm.usecases.merging import ITEMS, MOVED, Merger, merge_customers
from fxcrm.usecases.owing import balance_of
from fxcrm.usecases.pricing import add_product
from fxcrm.usecases.resolving import resolved
from fxcrm.usecases.taxing import LineWish, lines_of
from fxcrm.usecases.wording import Step
from tests.ledger.notation import instant
from tests.usecases.office import ACME, EUR, FIRST, JANUARY, NORDWIND, RATES, USD, Office

OTHER, THIRD = CustomerId("acme-2"), CustomerId("acme-3")
LAST = FIRST + timedelta(days=100)


def second(desk: Desk, id: CustomerId = OTHER, **given: Any) -> Customer:
    """Another record of the same customer."""
    usual: dict[str, Any] = {"currency": EUR, "also": (USD, Currency("GBP")), **given}
    return register_customer(
        desk, id, company=NORDWIND, name="ACME Inc.", country="US", on=FIRST, **usual
    )


def dealt(desk: Desk, place: int, customer: CustomerId, amount: Money, paid: int, on: date) -> None:
    """An order, its invoice, a payment in percent of it, an advance, a case, a deal, a call."""
    order, invoice = OrderId(f"O-{place}"), InvoiceId(f"I-{place}")
    lines = [("Pumps", Decimal(1), amount)]
    take_order(desk, order, customer=customer, currency=amount.currency, lines=lines, on=on)
    ship_order(desk, order, on=on)
    invoice_order(desk, invoice, order=order, on=on, days=10 * paid)
    settled = Money.from_minor(amount.minor * paid // 4, amount.currency)
    if settled:
        receive_payment(
            desk, PaymentId(f"P-{place}"), invoice=invoice, settled=settled, received=settled,
            method="wire", on=on,
        )  # fmt: skip
    if paid == 1:
        receive_advance(
            desk, PaymentId(f"V-{place}"), company=NORDWIND, customer=customer, received=amount,
            method="wire", on=on,
        )  # fmt: skip
        open_case(desk, CaseId(f"S-{place}"), invoice=invoice, subject="x", claimed=amount, on=on)
    receive_enquiry(
        desk, EnquiryId(f"E-{place}"), customer=customer, subject="Pumps", channel="mail", on=on
    )
    deal = DealId(f"D-{place}")
    qualify_enquiry(desk, EnquiryId(f"E-{place}"), deal=deal, value=amount, on=on)
    note_activity(
        desk, ActivityId(f"A-{place}"), customer=customer, kind=ActivityKind.CALL, subject="x",
        on=on, document=Reference(DocumentKind.DEAL, deal), amount=amount,
    )  # fmt: skip


def counted(desk: Desk, customer: CustomerId) -> Counter[Any]:
    """Documents by kind, and what is owed, open, carried and aged, in minor units: the oracle.

    Added up here one by one, without any report that a merge might have changed.
    """
    found: Counter[Any] = Counter()
    for kind in MOVED:
        for one in getattr(desk.uow, kind).all():
            if one.customer == customer:
                found[kind] += 1
                amount = getattr(one, "total", getattr(one, "settled", getattr(one, "value", None)))
                if amount is not None:
                    found[kind, amount.currency.code] += amount.minor
    for item in desk.uow.items.all():
        if item.party == customer:
            found[ITEMS] += 1
            found["open", item.open.currency.code] += item.open.minor
            found["carried"] += item.carrying.minor
    aged = examine_ageing(desk, NORDWIND, LAST, grouping=Grouping.ITEM)
    for row in aged.items:
        if row.position.item.party == customer:
            found["aged", row.position.item.due_on] += 1
    for code in ("EUR", "USD", "GBP"):
        owed = customer_statement(desk, customer, Currency(code), FIRST, LAST)
        found["owed", code] += owed.closing.value.minor if owed.customer == customer else 0
    return found


drawn = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(["EUR", "USD", "GBP"]),
        st.integers(1, 10**6),
        st.integers(0, 4),
        st.integers(0, 80),
    ),
    max_size=5,
)


@settings(max_examples=15)
@given(drawn)
def test_a_merge_conserves_every_amount_and_document(
    plan: list[tuple[bool, str, int, int, int]],
) -> None:
    """Whatever two customers dealt in: the survivor has the sum of both, the other nothing."""
    office = Office().open()
    office.at(FIRST, second)
    for place, (first, code, minor, paid, later) in enumerate(plan):
        with office.desk(on := FIRST + timedelta(days=later)) as desk:
            dealt(desk, place, ACME if first else OTHER, Money.from_minor(minor, code), paid, on)
    with office.desk(LAST) as desk:
        both = [counted(desk, one) for one in (ACME, OTHER)]
        done = merge_customers(desk, ACME, OTHER, on=LAST)
        after = counted(desk, ACME)
        both[0].update(both[1])  # unlike +, this keeps what is negative
        assert after == both[0]
        assert not any(counted(desk, OTHER).values())
        assert resolved(desk, OTHER).id == ACME
        own = [one for one in plan if not one[0]]
        assert len(done.moved.get("invoices", ())) == len(own)
        assert done.count == sum(
            count for kind, count in both[1].items() if kind in (*MOVED, ITEMS)
        )
        for code in ("EUR", "USD", "GBP"):
            reconcile(desk, customer_statement(desk, OTHER, Currency(code), FIRST, LAST))
    assert not office.store.verify().findings


def test_every_kind_that_names_a_customer_moves() -> None:
    """A new kind of aggregate with a customer is moved too, or this fails."""
    named = set()
    for shape in SHAPES:
        if "customer" in shape.columns and shape.collection != ITEMS:
            named.add(shape.collection)
    assert named == set(MOVED)


def test_what_each_knows_of_itself_is_united() -> None:
    """Contacts, addresses, tax ids, labels, currencies, fields; the tombstone keeps its own."""
    one, two, three = (FieldId(name) for name in ("one", "two", "three"))
    office = Office().open()
    berlin, bonn = Address("DE", city="Berlin"), Address("DE", city="Bonn")
    goods = Address("DE", purpose="shipping", city="Berlin")
    ada, bob = Contact("Ada", mail="ada@acme.example"), Contact("Bob")
    with office.desk(FIRST) as desk:
        desk.uow.customers.save(
            desk.uow.customers.get(ACME).change(
                FIRST, contacts=[ada], addresses=[berlin], tags=["b"], extras={one: "1", two: "2"}
            )
        )
        tax = TaxId("US", "12-3")
        more: dict[str, Any] = {
            "contacts": [bob, ada],
            "addresses": [bonn, goods],
            "tax_ids": [tax],
        }
        second(desk, currency=USD, extras={two: "x", three: "3"}, tags=["a"], **more)
    with office.desk(JANUARY) as desk:
        rules = SellingRules.read({"duplicates": {"keep": {"two": "other"}}})
        chosen = attrs.evolve(desk, selling=rules)
        done = merge_customers(chosen, ACME, OTHER, on=JANUARY)
    kept, gone = done.survivor, done.tombstone
    assert (kept.contacts, kept.tags, kept.tax_ids) == ((ada, bob), ("a", "b"), (tax,))
    assert [one.purpose for one in kept.addresses] == ["billing", "billing 2", "shipping"]
    assert kept.addresses[2] == goods  # at the place of another one, for a purpose of its own
    assert dict(kept.extras) == {one: "1", two: "x", three: "3"}
    assert (kept.name, kept.currency, kept.state) == ("Acme", EUR, "active")
    assert (gone.state, gone.merged_into, gone.extras[two]) == ("merged", ACME, "x")
    assert gone.history[0].currency is USD
    with office.store.begin() as unit:
        [event] = [one for one in unit.events.after(0) if one.event.name == "customer taken over"]
    assert event.event.details["from"] == OTHER
    assert event.event.details["conflicts"] == "two"


def test_the_event_says_what_moved() -> None:
    """Ids by kind, as JSON: enough to know, years later, which documents were whose."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        second(desk)
        dealt(desk, 7, OTHER, Money("100", "USD"), 1, FIRST)
        quote, price, pounds = QuoteId("Q-7"), Money("100", "EUR"), Currency("GBP")
        deal = DealId("D-7P")
        receive_enquiry(
            desk, EnquiryId("E-7P"), customer=OTHER, subject="x", channel="mail", on=FIRST
        )
        worth = Money("80", pounds)
        qualify_enquiry(desk, EnquiryId("E-7P"), deal=deal, value=worth, on=FIRST)
        draft_quote(
            desk, quote, deal=deal, currency=pounds, priced_in=EUR,
            lines=[("x", Decimal(1), price)], on=FIRST, valid_until=LAST,
        )  # fmt: skip
        lock_rate(desk, LockId("L-7"), quote=quote, on=FIRST, until=LAST, zone="UTC")
        approve_quote(desk, quote, by="ada", on=FIRST)
    office.at(JANUARY, lambda desk: merge_customers(desk, ACME, OTHER, on=JANUARY))
    with office.store.begin() as unit:
        [told] = [one for one in unit.events.after(0) if one.event.name == "customer taken over"]
    moved = {kind: json.loads(ids) for kind, ids in told.event.details.items() if "[" in ids}
    assert moved["invoices"] == ["I-7"]
    assert moved["payments"] == ["P-7", "V-7"]
    assert moved["items"] == ["item:nordwind:V-7", "item:nordwind:nordwind-INV-0001"]
    assert moved["activities"] == ["A-7"]
    assert (moved["quotes"], moved["deals"]) == (["Q-7"], ["D-7", "D-7P"])
    accepted = office.at(JANUARY, lambda desk: accept_quote(desk, QuoteId("Q-7"), on=JANUARY))
    assert (accepted.customer, accepted.lock) == (ACME, LockId("L-7"))


def test_chains_lead_to_the_survivor_and_a_tombstone_takes_nothing() -> None:
    """Of A into B and B into C, A is C; nobody merges into A, nor A again, nor adds to it."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        second(desk)
        second(desk, THIRD)
        dealt(desk, 1, OTHER, Money("100", "EUR"), 0, FIRST)
    office.at(JANUARY, lambda desk: merge_customers(desk, THIRD, OTHER, on=JANUARY))
    office.at(JANUARY, lambda desk: merge_customers(desk, ACME, THIRD, on=JANUARY))
    with office.desk(JANUARY) as desk:
        assert resolved(desk, OTHER).id == ACME
        assert [one.id for one in activities_of(desk, customer=OTHER)] == ["A-1"]
        assert desk.uow.invoices.count(Filter(customer=ACME)) == 1
        for refused, into, other in (
            (CustomerNotActive, OTHER, ACME),
            (TransitionRefused, ACME, OTHER),
            (MergeRefused, ACME, ACME),
        ):
            with pytest.raises(refused):
                merge_customers(desk, into, other, on=JANUARY)
        with pytest.raises(CustomerNotActive, match="acme-3"):
            receive_enquiry(
                desk, EnquiryId("E-9"), customer=OTHER, subject="x", channel="mail", on=JANUARY
            )
        advance = receive_advance(
            desk, PaymentId("V-9"), company=NORDWIND, customer=OTHER, received=Money("5", "EUR"),
            method="wire", on=JANUARY,
        )  # fmt: skip
        assert advance.item.party == ACME


def test_what_is_owed_is_the_survivors_and_a_supplier_stays() -> None:
    """Either id tells what the survivor owes; bills of a supplier of that name are not its."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        second(desk)
        dealt(desk, 1, OTHER, Money("100", "EUR"), 0, FIRST)
        bill: dict[str, Any] = {"company": NORDWIND, "supplier": OTHER, "on": FIRST, "days": 10}
        before = enter_bill(desk, "B-1", amount=Money("7", "EUR"), **bill)
    done = office.at(JANUARY, lambda desk: merge_customers(desk, ACME, OTHER, on=JANUARY))
    assert done.moved[ITEMS] == ("item:nordwind:nordwind-INV-0001",)
    with office.desk(JANUARY) as desk:
        assert desk.uow.items.get(before.id).party == OTHER
        assert balance_of(desk, OTHER, JANUARY) == balance_of(desk, ACME, JANUARY)
        assert balance_of(desk, OTHER, JANUARY).total.value == Money("100", "EUR")


def test_a_paper_names_whom_it_went_to() -> None:
    """Through two mergers; what was a draft then goes to the survivor, and so does what is new."""
    office = Office().open()
    terms = Terms("Support", FIRST, 12)
    with office.desk(FIRST) as desk:
        second(desk, language="de_DE")
        register_customer(
            desk, THIRD, company=NORDWIND, name="Third", country="US", currency=EUR, on=FIRST
        )
        dealt(desk, 1, OTHER, Money("100", "EUR"), 0, FIRST)
        for id in (signed := ContractId("K-1"), draft := ContractId("K-2")):
            draft_contract(desk, id, terms, customer=OTHER, price=Money("5", "EUR"), on=FIRST)
        activate_contract(desk, signed, by="ada", on=FIRST)
    office.at(JANUARY, lambda desk: merge_customers(desk, THIRD, OTHER, on=JANUARY))
    office.at(JANUARY, lambda desk: activate_contract(desk, draft, by="ada", on=JANUARY))
    with office.desk(JANUARY) as desk:
        dealt(desk, 2, THIRD, Money("100", "EUR"), 0, JANUARY)
    office.at(JANUARY, lambda desk: merge_customers(desk, ACME, THIRD, on=JANUARY))
    with office.desk(JANUARY) as desk:
        dealt(desk, 3, ACME, Money("100", "EUR"), 0, JANUARY)
        billed = [invoice_paper(desk, InvoiceId(f"I-{place}")) for place in (1, 2, 3)]
        assert [one.buyer.name for one in billed] == ["ACME Inc.", "Third", "Acme"]
        agreed = [contract_paper(desk, one) for one in (signed, draft)]
        assert [one.buyer.name for one in agreed] == ["ACME Inc.", "Third"]


def test_more_than_one_merge_may_move_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit it goes through, above it nothing of it is kept (F18)."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        second(desk)
        dealt(desk, 1, OTHER, Money("100", "EUR"), 0, FIRST)  # 6 documents and items
    before = office.store.digest()
    monkeypatch.setattr(merging, "MOST_MOVED", 5)
    with pytest.raises(MergeRefused, match="more than 5"):
        office.at(JANUARY, lambda desk: merge_customers(desk, ACME, OTHER, on=JANUARY))
    assert office.store.digest() == before
    monkeypatch.setattr(merging, "MOST_MOVED", 6)
    done = office.at(JANUARY, lambda desk: merge_customers(desk, ACME, OTHER, on=JANUARY))
    assert done.count == 6


def test_companies_and_modes_stay_apart() -> None:
    """Not across companies; a mode that is too narrow for both is refused until one is named."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        acme_us = CompanyId("nordwind-us")
        register_company(desk, acme_us, name="Nordwind US", functional=USD, on=FIRST)
        register_customer(
            desk, THIRD, company=acme_us, name="Acme", country="US", currency=USD, on=FIRST
        )
        second(desk, mode=CurrencyMode.ANY)
        with pytest.raises(MergeRefused, match="nordwind-us"):
            merge_customers(desk, ACME, THIRD, on=FIRST)
        with pytest.raises(ModeRefused, match="name the mode"):
            merge_customers(desk, ACME, OTHER, on=FIRST)
        with pytest.raises(ModeRefused, match="wider"):
            merge_customers(desk, ACME, OTHER, on=FIRST, mode=CurrencyMode.HOME)
        wider = merge_customers(desk, ACME, OTHER, on=FIRST, mode=CurrencyMode.ANY)
        assert wider.survivor.mode is CurrencyMode.ANY


def test_a_lead_a_product_and_a_customer_are_of_one_company() -> None:
    """A contradiction is refused with both names, and nothing given is dropped in silence."""
    office, beta, lead = Office().open(), CompanyId("beta"), EnquiryId("E-2")
    asked: dict[str, Any] = {"subject": "x", "channel": "mail", "on": FIRST}
    with office.desk(FIRST) as desk:
        register_company(desk, beta, name="Beta", functional=USD, on=FIRST)
        second(desk)
        with pytest.raises(LeadRefused, match=r"customer acme .* nordwind, .* beta; name"):
            receive_enquiry(desk, EnquiryId("E-1"), customer=ACME, company=beta, **asked)
        receive_enquiry(desk, lead, company=beta, prospect="Jo", **asked)
        deal, value = DealId("D-1"), Money("1", "EUR")
        with pytest.raises(LeadRefused, match=r"customer acme .* nordwind, .* beta; name"):
            qualify_enquiry(desk, lead, deal=deal, value=value, on=FIRST, customer=ACME)
        goods = ProductId("P-1")
        add_product(desk, goods, company=beta, name="Pump", unit="piece", on=FIRST)
        wish = LineWish("", Decimal(1), Money("1", "EUR"), goods)
        with pytest.raises(ProductRefused, match=r"sold by beta, .* nordwind; name"):
            lines_of(desk, desk.uow.customers.get(ACME), [wish], FIRST, EUR)
        own = receive_enquiry(desk, EnquiryId("E-3"), customer=ACME, company=NORDWIND, **asked)
        with pytest.raises(LeadRefused, match="acme asked, and not acme-2"):
            qualify_enquiry(desk, own.id, deal=deal, value=value, on=FIRST, customer=OTHER)
        assert not list(desk.uow.deals.all())


def test_files_hold_what_memory_holds_and_a_key_merges_once(tmp_path: Path) -> None:
    """The same merge on SQLite and in memory gives one digest; the same key does it once."""
    step = Step("merge customers", JANUARY, {"id": OTHER, "into": ACME})
    none = Group(NORDWIND, (), EUR)
    digests = set()
    with closing(open_store(str(tmp_path / "merge.sqlite3"))) as file:
        for office in (Office(), Office(store=file)):  # type: ignore[arg-type]
            office.open()
            with office.desk(FIRST) as desk:
                second(desk)
                dealt(desk, 1, OTHER, Money("100", "USD"), 2, FIRST)
            done = [
                perform(
                    office.store, RATES, key=step.key, content=step.content, at=instant(JANUARY),
                    actor="ada", command=lambda desk: COMMANDS[step.do].run(desk, step, none),
                )
                for _ in range(2)
            ]  # fmt: skip
            assert [one.fresh for one in done] == [True, False]
            made = done[0].result
            assert isinstance(made, Merger)
            assert made.count == 7
            digests.add(office.store.digest())
    assert len(digests) == 1
