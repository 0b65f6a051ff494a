"""Deals by example: consents, requirements, ends, exchange, parts; and what came of leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.dealparts import LeadsBy, lead_totals, whole_of
from fxcrm.deals import (
    ConsentMissing,
    ConsentRefused,
    Deal,
    DealIncomplete,
    DealIsClosed,
    ReasonRefused,
    WrongDealRate,
    WrongPipeline,
)
from fxcrm.decisions import Purpose, RateDecision, decide
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.leads import Enquiry, LeadHasNoCustomer, LeadRefused
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.moneybag import MoneyBag
from fxcrm.rates import RateTable
from fxcrm.stages import (
    CROSS_BORDER_TRADE,
    Consent,
    Pipeline,
    Pipelines,
    QuoteTurn,
    Stage,
    StageKind,
    StageStep,
)
from tests.ledger.notation import instant

DAY = date(2026, 3, 2)
TABLE = RateTable.of("EUR", on=DAY, USD="1.2500", GBP="0.8000")
PIPE = Pipeline(
    "pipe",
    (
        Stage("new", 10),
        Stage("offer", 50, required=("owner",)),
        Stage("won", 100, StageKind.WON),
        Stage("lost", 0, StageKind.LOST),
    ),
    (
        StageStep("new", "offer", "offer", required=("extras.incoterm",)),
        StageStep("offer", "again", "offer", consents=(Consent("chief", Decimal(80)),)),
        StageStep("offer", "win", "won", consents=(Consent("chief", Decimal(80)),)),
        StageStep("offer", "lose", "lost"),
        StageStep("won", "reopen", "offer"),
    ),
    start="new",
    roles={"chief": ("bob", "eve", "ann")},
    reasons=("price",),
)


def _rate(base: str = "EUR", counter: str = "USD") -> RateDecision:
    return decide(
        TABLE, base, counter, purpose=Purpose.QUOTE, on=DAY, known_at=instant(DAY), decided_by="ada"
    )


def _deal(value: str = "USD 125.00", **more: Any) -> Deal:
    made = Deal.begun(
        DealId("D-1"),
        company=CompanyId("acme"),
        customer=CustomerId("nord"),
        title="Pumps",
        value=Money.parse(value),
        on=DAY,
        along=PIPE,
    )
    return attrs.evolve(made, **{"stage": "offer", "owner": "ann", **more})


def _approved(deal: Deal, command: str = "win", by: str = "bob") -> Deal:
    return deal.approve(command, DAY, role="chief", by=by, along=PIPE)


def _won(deal: Deal, rate: RateDecision | None = None) -> Deal:
    return deal.move("win", DAY, along=PIPE, rate=rate or _rate())


def test_consent_is_asked_above_an_amount_at_home_and_not_at_it() -> None:
    """USD 100.00 is EUR 80.00 at 1.2500, which is not above 80; USD 100.01 is."""
    assert _won(_deal("USD 100.00")).stage == "won"
    with pytest.raises(ConsentMissing, match=r"chief to win at USD 100\.01"):
        _won(_deal("USD 100.01"))


def test_consent_is_for_no_more_than_was_seen() -> None:
    """Less than was approved is covered; a cent more is not, and going back does not help."""
    approved = _approved(_deal())
    assert _won(approved.change(DAY, along=PIPE, value=Money("110.00", "USD"))).stage == "won"
    raised = approved.change(DAY, along=PIPE, value=Money("125.01", "USD"))
    assert raised.approvals == ()
    with pytest.raises(ConsentMissing):
        _won(raised.change(DAY, along=PIPE, value=Money("125.00", "USD")))
    with pytest.raises(ConsentMissing):
        approved.move("win", DAY, Money("125.01", "USD"), along=PIPE, rate=_rate())


def test_an_owner_does_not_consent_whoever_owned_the_deal_meanwhile() -> None:
    """Lending a deal away, approving it and taking it back is no way round."""
    with pytest.raises(ConsentRefused, match="its owner"):
        _approved(_deal(), by="ann")
    lent = _deal().change(DAY, along=PIPE, owner="cat")
    back = _approved(lent, by="ann").change(DAY, along=PIPE, owner="ann")
    assert back.approvals == ()
    with pytest.raises(ConsentMissing):
        _won(attrs.evolve(back, approvals=_approved(lent, by="ann").approvals))


def test_consent_is_used_once() -> None:
    """It stays on the deal as evidence, and opens nothing a second time."""
    again = _approved(_deal(), "again").move("again", DAY, along=PIPE, rate=_rate())
    (used,) = again.approvals
    assert (used.by, used.used_on, used.value) == ("bob", DAY, Money("125.00", "USD"))
    with pytest.raises(ConsentMissing):
        again.move("again", DAY, along=PIPE, rate=_rate())


@pytest.mark.parametrize(
    ("role", "by", "told"),
    [
        ("boss", "bob", "win from offer asks chief"),
        ("chief", " ", "say who"),
        ("chief", "mallory", "not held by mallory"),
    ],
)
def test_consent_is_given_by_those_who_hold_the_role(role: str, by: str, told: str) -> None:
    """Another role, nobody, and somebody without the role are refused."""
    with pytest.raises(ConsentRefused, match=told):
        _deal().approve("win", DAY, role=role, by=by, along=PIPE)
    with pytest.raises(TransitionRefused):
        _deal(stage="new").approve("win", DAY, role="chief", by="bob", along=PIPE)


def test_what_is_asked_for_is_there_and_stays_there() -> None:
    """A step asks for a custom field, a stage for an owner, also while a deal is in it."""
    with pytest.raises(DealIncomplete, match=r"no extras.incoterm, which offer from new"):
        _deal(stage="new").move("offer", DAY, along=PIPE)
    ready = _deal(stage="new", extras={"incoterm": "FCA"})
    assert ready.move("offer", DAY, along=PIPE).stage == "offer"
    with pytest.raises(DealIncomplete, match="no owner, which stage offer"):
        ready.change(DAY, along=PIPE, owner=" ").move("offer", DAY, along=PIPE)
    with pytest.raises(DealIncomplete):
        _deal().change(DAY, along=PIPE, owner="")


def test_what_ended_keeps_its_day_its_rate_and_its_value() -> None:
    """Only opening it again lets go of them."""
    won = _won(_approved(_deal()))
    assert (won.closed_on, won.closing, won.is_closed) == (DAY, _rate(), True)
    edits: tuple[Callable[[], Deal], ...] = (
        lambda: won.change(DAY, along=PIPE, value=Money("1.00", "USD")),
        lambda: won.change(DAY, along=PIPE, expected_on=DAY),
        lambda: won.exchange(_rate(), DAY),
        lambda: won.attach(DealId("D-2"), DAY),
    )
    for edit in edits:
        with pytest.raises(DealIsClosed):
            edit()
    assert won.change(DAY, along=PIPE, title="Seals").closing == _rate()
    again = won.move("reopen", DAY, along=PIPE)
    assert (again.closed_on, again.closing, again.stage) == (None, None, "offer")


def test_a_deal_is_lost_for_a_listed_reason() -> None:
    """Nothing, and what the pipeline does not list, is refused; a quote's own word is not."""
    for reason in ("", "weather", "quote whim"):
        with pytest.raises(ReasonRefused, match="give price"):
            _deal().move("lose", DAY, along=PIPE, reason=reason)
    assert _deal().move("lose", DAY, along=PIPE, reason="price").reason == "price"
    lapsed = _deal().move("lose", DAY, along=PIPE, turn=QuoteTurn.LAPSED)
    assert lapsed.reason == "quote lapsed"


def test_another_currency_is_a_conversion_and_never_a_label() -> None:
    """USD 125.00 at 1.2500 is EUR 100.00; consent was for dollars (M8)."""
    deal = _approved(_deal())
    with pytest.raises(CurrencyMismatch):
        deal.change(DAY, along=PIPE, value=Money("125.00", "EUR"))
    with pytest.raises(WrongDealRate):
        deal.exchange(_rate("EUR", "GBP"), DAY)
    euros = deal.exchange(_rate(), DAY)
    assert (euros.value, euros.approvals) == (Money("100.00", "EUR"), ())
    assert euros.events[-1].details["decision"] == _rate().id
    with pytest.raises(WrongPipeline):
        deal.move("win", DAY)


def test_parts_add_up_without_a_trip_through_another_currency() -> None:
    """USD 0.01 thrice is USD 0.03, though a third way through euros would lose it (M9)."""
    small = [_deal("USD 0.01", id=DealId(f"D-{one}")) for one in range(3)]
    assert whole_of(small, Currency("USD"), {}).value == Money("0.03", "USD")
    mixed = [*small, _deal("GBP 0.01", id=DealId("D-9"))]
    rates = {Currency("GBP"): _rate("GBP", "USD")}
    whole = whole_of(mixed, Currency("USD"), rates)
    assert (whole.value, whole.exact_value) == (Money("0.05", "USD"), Fraction("0.045625"))
    assert [one.id for one in whole.decisions()] == [_rate("GBP", "USD").id]


def test_a_lead_before_there_is_a_customer() -> None:
    """It has a name, waits, is assigned; it becomes a deal once the prospect is a customer."""
    with pytest.raises(LeadRefused, match="the name of a prospect"):
        Enquiry(EnquiryId("E-1"), CompanyId("acme"), None, "Pumps", "mail", DAY)
    lead = Enquiry(
        EnquiryId("E-1"), CompanyId("acme"), None, "Pumps", "mail", DAY, prospect="Nord"
    )  # fmt: skip
    lead = lead.nurture(DAY).assign("ann", DAY).resume(DAY)
    with pytest.raises(LeadHasNoCustomer):
        lead.qualify(DealId("D-1"), Money(1, "USD"), DAY)
    nord = CustomerId("nord")
    done, deal = lead.qualify(DealId("D-1"), Money(1, "USD"), DAY, customer=nord, along=PIPE)
    assert (done.customer, deal.customer, deal.owner, deal.pipeline) == (nord, nord, "ann", "pipe")
    with pytest.raises(LeadRefused, match="nobody follows it up"):
        done.assign("bob", DAY)
    with pytest.raises(LeadRefused, match="say why"):
        lead.close(" ", DAY)


def test_leads_are_counted_with_what_became_of_them() -> None:
    """Two by mail, of which one was won; one by phone, closed; currencies stay apart."""
    first = Enquiry(EnquiryId("1"), CompanyId("acme"), CustomerId("n"), "Pumps", "mail", DAY)
    second = attrs.evolve(first, id=EnquiryId("2"))
    third = attrs.evolve(first, id=EnquiryId("3"), channel="phone").close("no budget", DAY)
    leads: list[Enquiry] = [third]
    deals: list[Deal] = []
    for lead, value in ((first, "USD 5.00"), (second, "EUR 7.00")):
        done, deal = lead.qualify(DealId(f"D-{lead.id}"), Money.parse(value), DAY)
        leads, deals = [*leads, done], [*deals, deal]
    deals[0] = deals[0].move("quote", DAY).move("win", DAY)
    mail, phone = lead_totals(leads, deals, Pipelines([CROSS_BORDER_TRADE]), LeadsBy.CHANNEL)
    assert (mail.name, mail.leads, mail.qualified, mail.won) == ("mail", 2, 2, 1)
    assert mail.value == MoneyBag.of(Money("5.00", "USD"), Money("7.00", "EUR"))
    assert (mail.won_value, mail.won_share) == (MoneyBag.of(Money("5.00", "USD")), Fraction(1, 2))
    assert (phone.leads, phone.closed, phone.won_share) == (1, 1, Fraction(0))
