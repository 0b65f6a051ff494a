"""Posting rules: data that could not make a balanced entry is refused when it is made."""

from __future__ import annotations

import attrs
import pytest

from fxcrm.ids import AccountCode
from fxcrm.ledger import trading_chart
from fxcrm.postingrules import (
    EntrySide,
    FactKind,
    FactKindExpected,
    PaidIn,
    PostingLine,
    PostingRule,
    PostingRuleRefused,
    PostingRules,
)

CHART = trading_chart()
DEBIT, CREDIT = EntrySide
OWED = PostingLine(DEBIT, "receivables", item=True)
EARNED = PostingLine(CREDIT, "sales", "net")
TAXED = PostingLine(CREDIT, "taxes", "tax")
CODE = AccountCode("4000")


def _account(code: str) -> PostingLine:
    return PostingLine(CREDIT, account=AccountCode(code))


def test_every_kind_of_fact_has_a_usual_rule_that_fits_the_usual_chart() -> None:
    """Nothing that can happen is without accounts."""
    rules = PostingRules.usual()
    assert [one.kind for one in rules] == list(FactKind)
    for one in rules:
        assert one.fitting(CHART) == PostingRule(one.kind, one.lines)


def test_the_total_stands_for_its_parts() -> None:
    """A receivable of the total against net and tax is balanced, whatever the two are."""
    rule = PostingRule(FactKind.INVOICE, (OWED, EARNED, TAXED))
    assert PostingRules([rule]).of(FactKind.INVOICE) is rule
    assert PostingRules([rule]).of(FactKind.BILL) is PostingRules.usual().of(FactKind.BILL)


@pytest.mark.parametrize(
    ("lines", "place", "reason"),
    [
        ((OWED, EARNED), "invoice", "debits are net + tax, credits are net"),
        ((OWED, EARNED, EARNED), "invoice", "credits are net + net"),
        ((OWED, EARNED, TAXED, EARNED), "invoice", "credits are net + net + tax"),
        ((), "invoice", "one line carries the open item, and 0 do"),
        ((attrs.evolve(OWED, item=False), EARNED, TAXED), "invoice", "and 0 do"),
        ((OWED, OWED, EARNED, TAXED), "invoice", "and 2 do"),
        ((OWED, attrs.evolve(EARNED, duty="sale"), TAXED), "invoice, line 2", "'sale' is no duty"),
        ((OWED, attrs.evolve(EARNED, duty=""), TAXED), "invoice, line 2", "by a duty or by a code"),
        (
            (OWED, attrs.evolve(EARNED, account=AccountCode("4000"))),
            "invoice, line 2",
            "one of the two",
        ),
        ((OWED, attrs.evolve(EARNED, component="vat")), "invoice, line 2", "'vat' is none of"),
        ((OWED, attrs.evolve(EARNED, partner=True)), "invoice, line 2", "names no other member"),
        ((OWED, attrs.evolve(EARNED, item=True)), "invoice, line 2", "as the total, debit, item"),
        ((attrs.evolve(OWED, side=CREDIT),), "invoice, line 1", "as the total, debit, item"),
        ((attrs.evolve(OWED, paid_in=PaidIn.FUNCTIONAL),), "invoice, line 1", "of its document"),
    ],
)
def test_what_could_not_balance_is_refused_by_its_line(
    lines: tuple[PostingLine, ...], place: str, reason: str
) -> None:
    """The refusal names the kind of fact, the line and what is wrong with it."""
    with pytest.raises(PostingRuleRefused) as caught:
        PostingRule(FactKind.INVOICE, lines)
    assert caught.value.place == place
    assert reason in caught.value.reason


def test_a_fact_without_an_item_takes_none() -> None:
    """Costs that are paid leave nothing open."""
    lines = (PostingLine(DEBIT, "costs"), PostingLine(CREDIT, "payables", item=True))
    with pytest.raises(PostingRuleRefused, match="has no item for this line"):
        PostingRule(FactKind.COSTS, lines)


@pytest.mark.parametrize(
    ("kind", "lines", "reason"),
    [
        (FactKind.COSTS, (PostingLine(DEBIT, "costs"), _account("9999")), "no account 9999"),
        (FactKind.COSTS, (PostingLine(DEBIT, "costs"), _account("2000")), "must carry the open"),
        (FactKind.INVOICE, (attrs.evolve(OWED, duty="bank"), EARNED, TAXED), "no control account"),
        (FactKind.COSTS, (PostingLine(DEBIT, "intercompany_expense"), _account("1000")), "partner"),
    ],
)
def test_a_rule_must_fit_the_chart(
    kind: FactKind, lines: tuple[PostingLine, ...], reason: str
) -> None:
    """An account that is not there, an item elsewhere than on a control account, no partner."""
    rules = PostingRules([PostingRule(kind, lines)])
    with pytest.raises(PostingRuleRefused, match=reason):
        rules.fitting(CHART)


def test_a_kind_has_one_rule_and_is_a_member_of_its_enum() -> None:
    """Two rules for one kind would leave the choice to their order."""
    rule = PostingRules.usual().of(FactKind.COSTS)
    with pytest.raises(PostingRuleRefused, match="it has two rules"):
        PostingRules([rule, PostingRule(rule.kind, rule.lines[::1])])
    with pytest.raises(FactKindExpected):
        PostingRules.usual().of("costs")  # type: ignore[arg-type]
    with pytest.raises(FactKindExpected):
        PostingRule("costs", rule.lines)  # type: ignore[arg-type]
