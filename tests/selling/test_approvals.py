"""Approval rules as data, and consents that are bound to what a quote says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.plaindata import PlainTable, RulesRefused
from fxcrm.selling import Quote
from fxcrm.selling.approvals import ApprovalRules, MarginBelow, OfferFacts
from fxcrm.selling.quoteerrors import ApprovalMissing
from tests.ledger.notation import chosen, instant, money
from tests.selling.test_quote_taxes import VAT, draft

DAY = date(2026, 3, 2)
DATA: dict[str, Any] = {
    "roles": {"head": ["hal"], "finance": ["fay", "hal"]},
    "rules": [
        {"name": "large", "amount_above": "EUR 100.00", "roles": ["head"]},
        {"name": "gift", "discount_above": "10", "roles": ["finance"], "consent": "anyone"},
        {"name": "thin", "margin_below": "20", "roles": ["head", "finance"]},
    ],
}
RULES = ApprovalRules.read(PlainTable.of(DATA, "approvals"))
EDITS: dict[str, Callable[[Quote], Quote]] = {
    "quantity": lambda one: one.change(1, quantity=2),
    "back": lambda one: one.change(1, quantity=1),
    "line": lambda one: one.add("Hose", quantity=1, unit_price=money("EUR 1.00")),
    "tax": lambda one: one.add("Hose", quantity=1, unit_price=money("EUR 1.00"), taxes=(VAT,)),
    "day": lambda one: one.with_terms(valid_until=date(2026, 5, 1)),
    "terms": lambda one: one.with_terms(texts={"terms": "net"}),
    "rate": lambda one: one.at_rate(chosen(f"EUR/{one.currency}", "1.2", date(2026, 3, 3))),
    "pounds": lambda one: one.in_currency("GBP", chosen("EUR/GBP", "0.84")),
    "dollars": lambda one: one.in_currency("USD", chosen("EUR/USD", "1.0850")),
    "author": lambda one: one.written_by("hal"),
}
steps = st.lists(st.sampled_from((*EDITS, *("hal", "fay", "release") * 4)), max_size=14)


def _filled() -> Quote:
    quote = draft().add("Pump", quantity=1, unit_price=money("EUR 1.00"))
    return quote.at_rate(chosen("EUR/USD", "1.0850"))


def _said(quote: Quote) -> object:
    """What is offered, compared field by field and not by the digest."""
    return (
        quote.lines, quote.currency, quote.rate, quote.valid_until, quote.terms, quote.drafted_on,
    )  # fmt: skip


@given(steps)
def test_a_consent_is_to_one_content(drawn: list[str]) -> None:
    """Any edits and consents in any order: released, each rule has its consent to just that."""
    quote, given_to = _filled().written_by("ann"), list[tuple[str, str, object]]()
    for step in drawn:
        if step in EDITS:
            quote = EDITS[step](quote)
        elif step in ("hal", "fay"):
            rules = [one for one in RULES.rules if step in sum(one.entitled.values(), ())]
            role = {"hal": "head", "fay": "finance"}[step]
            served = [one for one in rules if one.entitles(step, role, quote.authors)]
            if served:
                quote = quote.consented(served, by=step, role=role, at=instant(DAY))
                given_to += [(one.name, step, _said(quote)) for one in served]
        else:
            try:
                released = quote.approve("ann", DAY, RULES.rules)
            except ApprovalMissing:
                continue
            for rule in RULES.rules:
                wanted = rule.name, _said(quote)
                by = {who for name, who, said in given_to if (name, said) == wanted}
                assert by - (set(quote.authors) if rule.name != "gift" else set())
            assert released.content == quote.content


@pytest.mark.parametrize("edit", ["quantity", "line", "tax", "day", "terms", "rate", "pounds"])
def test_every_edit_voids_a_consent(edit: str) -> None:
    """Released as it was approved, and not after any edit of lines, days, terms, rate, currency."""
    quote = _filled().consented(RULES.rules, by="hal", role="head", at=instant(DAY))
    approved = quote.consented(RULES.rules, by="hal", role="finance", at=instant(DAY))
    assert approved.approve("ann", DAY, RULES.rules).state == "approved"
    edited = EDITS[edit](approved)
    assert edited.approvals == ()
    with pytest.raises(ApprovalMissing):
        edited.approve("ann", DAY, RULES.rules)


def test_what_fires() -> None:
    """An amount above its limit, a discount above its percent, a margin below, or not known."""
    euro = Currency("EUR")

    def fired(worth: str, discount: str, margin: str | None) -> list[str]:
        share = None if margin is None else Fraction(margin)
        facts = OfferFacts(euro, {euro: money(worth)}, Fraction(discount), share)
        return [one.name for one in RULES.firing(facts)]

    assert fired("EUR 100.00", "1/10", "1/5") == []
    assert fired("EUR 100.01", "101/1000", "19/100") == ["large", "gift", "thin"]
    assert fired("EUR 0.00", "0", None) == ["thin"]
    assert str(MarginBelow("20")) == "a margin below 20 %, or not known"


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"amount_above": "100"}, "approvals.rules[1].amount_above"),
        ({"discount_above": "ten"}, "approvals.rules[1].discount_above"),
        ({"currencies": ["EURO"]}, "approvals.rules[1].currencies[1]"),
        ({"amount_above": "EUR 1.00", "margin_below": "5"}, "approvals.rules[1]"),
        ({}, "approvals.rules[1]"),
        ({"margin_below": "5", "roles": ["chief"]}, "approvals.rules[1].roles"),
        ({"margin_below": "5", "roles": []}, "approvals.rules[1].roles"),
        ({"margin_below": "5", "consent": "nobody"}, "approvals.rules[1].consent"),
        ({"margin_below": "-100"}, "approvals.rules[1].margin_below"),
        ({"discount_above": "-300"}, "approvals.rules[1].discount_above"),
        ({"discount_above": "101"}, "approvals.rules[1].discount_above"),
        ({"margin_bellow": "5"}, "approvals.rules[1].margin_bellow"),
    ],
)
def test_a_rule_that_can_not_be_followed_names_the_place(
    rule: dict[str, object], place: str
) -> None:
    """Misspelt, without a condition or with two, without anybody who could consent."""
    data = {**DATA, "rules": [{"name": "odd", "roles": ["head"], **rule}]}
    with pytest.raises(RulesRefused) as caught:
        ApprovalRules.read(PlainTable.of(data, "approvals"))
    assert caught.value.place == place
