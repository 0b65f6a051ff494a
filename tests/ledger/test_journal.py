"""Entries balance exactly in every currency, or do not exist (D7a)."""

from __future__ import annotations

import copy
import pickle
from collections import defaultdict
from datetime import date

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, DecisionId, EntryId
from fxcrm.ledger import Balance, Entry, EntryUnbalanced, Posting, TrialBalance
from fxcrm.ledger.journal import PostingRefused, balance_of
from fxcrm.ledger.trial_balance import BooksOffBalance
from fxcrm.money import Money, SubMinorAmount
from tests.ledger.notation import DAY, NORDWIND, entry, line, money, written

LARGEST = 2**63 - 1


# ---------------------------------------------------------------- the worked example of D7a


def test_the_worked_example_balances_in_every_currency() -> None:
    """USD 1,085.00 booked at EUR 993.59 is paid by EUR 985.47: EUR 0, USD 0, functional 0."""
    made = entry(
        line("1000", "EUR 985.47"),
        line("1900", "EUR -985.47"),
        line("1900", "USD 1085.00", "EUR 985.47"),
        line("1100", "USD -1085.00", "EUR -993.59"),
        line("7000", "USD 0.00", "EUR 8.12"),
    )
    assert made.functional is Currency("EUR")
    clearing = [one for one in made.postings if one.account == "1900"]
    assert balance_of(clearing, made.functional).is_zero
    assert balance_of(made.postings, made.functional).is_zero


@pytest.mark.parametrize("left_out", range(5))
def test_no_line_of_the_example_can_be_left_out(left_out: int) -> None:
    """Any four of the five lines are off balance in at least one currency."""
    made = entry(
        line("1000", "EUR 985.47"),
        line("1900", "EUR -985.47"),
        line("1900", "USD 1085.00", "EUR 985.47"),
        line("1100", "USD -1085.00", "EUR -993.59"),
        line("7000", "USD 0.00", "EUR 8.12"),
    )
    rest = [one for position, one in enumerate(made.postings) if position != left_out]
    with pytest.raises(EntryUnbalanced):
        entry(*rest)


def test_a_conversion_without_clearing_is_refused() -> None:
    """Dr Bank EUR, Cr Receivable USD is zero in value and not zero in EUR, nor in USD (D7a)."""
    with pytest.raises(EntryUnbalanced) as caught:
        entry(line("1000", "EUR 985.47"), line("1100", "USD -1085.00", "EUR -985.47"))
    assert caught.value.difference == "EUR 985.47, USD -1085.00"


def test_a_gain_without_document_amount_needs_the_document_currency_in_balance() -> None:
    """USD out of balance is refused even where the functional amounts agree."""
    with pytest.raises(EntryUnbalanced) as caught:
        entry(line("1000", "USD 100.00", "EUR 92.00"), line("1100", "USD -99.99", "EUR -92.00"))
    assert caught.value.difference == "USD 0.01"
    assert isinstance(caught.value, RuleRefused)


# ---------------------------------------------------------------- laws

minor = st.integers(-(10**9), 10**9)


@st.composite
def balanced(draw: st.DrawFn) -> list[Posting]:
    """Postings of up to three document currencies that sum to zero, in EUR as well."""
    postings: list[Posting] = []
    for code in draw(st.lists(st.sampled_from(["EUR", "USD", "JPY"]), min_size=1, unique=True)):
        amounts = draw(st.lists(minor, min_size=1, max_size=4))
        values = amounts if code == "EUR" else [draw(minor) for _ in amounts]
        rows = zip([*amounts, -sum(amounts)], [*values, -sum(values)], strict=True)
        postings.extend(_posting(code, amount, value) for amount, value in rows)
    return draw(st.permutations(postings))


def _posting(code: str, amount: int, value: int) -> Posting:
    return Posting(
        AccountCode("1000"),
        Money.from_minor(amount, code),
        Money.from_minor(value, "EUR"),
        DecisionId("noted"),
    )


@given(balanced())
def test_what_balances_in_each_currency_is_an_entry(postings: list[Posting]) -> None:
    """Any order, any accounts: the sums alone decide."""
    made = entry(*postings)
    assert made.postings == tuple(postings)


@given(balanced(), st.data())
def test_one_unit_off_in_any_currency_is_refused(
    postings: list[Posting], data: st.DataObject
) -> None:
    """A document amount or a value wrong by one unit: no entry (D7a)."""
    position = data.draw(st.integers(0, len(postings) - 1))
    off = data.draw(st.sampled_from([-1, 1]))
    one = postings[position]
    code = one.amount.currency.code
    amount, value = one.amount.minor, one.functional.minor
    changed = data.draw(st.sampled_from(["amount", "value"])) if code != "EUR" else "both"
    postings[position] = _posting(
        code,
        amount if changed == "value" else amount + off,
        value if changed == "amount" else value + off,
    )
    with pytest.raises(EntryUnbalanced) as caught:
        entry(*postings)
    expected = Money.from_minor(off, code if changed == "amount" else "EUR")
    assert caught.value.difference == str(expected)


@given(balanced())
def test_a_reversal_takes_everything_back(postings: list[Posting]) -> None:
    """Entry and reversal together are zero on every account in every currency; it is linked."""
    made = entry(*postings)
    back = made.reversal(date(2026, 4, 1))
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in (*made.postings, *back.postings):
        sums[one.account, one.amount.currency.code] += one.amount.minor
        sums[one.account, "value"] += one.functional.minor
    assert not any(sums.values())
    assert (back.reverses, back.id) == (made.id, f"{made.id}:reversal")
    assert back.text == f"Reversal of {made.id}"
    assert made.reversal(date(2026, 4, 1), "wrong customer").text == "wrong customer"
    assert (back.on, back.kind, back.company) == (date(2026, 4, 1), "reversal", made.company)
    assert [one.decision for one in back.postings] == [one.decision for one in made.postings]


# ---------------------------------------------------------------- what no posting can be


def test_a_posting_holds_whole_minor_units() -> None:
    """A tenth of a cent has no place in a journal, in either amount."""
    with pytest.raises(SubMinorAmount):
        line("1000", "EUR 0.001")
    with pytest.raises(SubMinorAmount):
        line("1000", "USD 1.00", "EUR 0.921")


def test_a_foreign_amount_names_its_decision() -> None:
    """Two currencies on a line need the rate between them (D2)."""
    with pytest.raises(PostingRefused, match="rate decision"):
        Posting(AccountCode("1000"), money("USD 1.00"), money("EUR 0.92"))


def test_one_currency_has_one_amount() -> None:
    """EUR 5.00 is worth EUR 5.00 in the books of a EUR company."""
    with pytest.raises(PostingRefused):
        line("1000", "EUR 5.00", "EUR 5.01")


@pytest.mark.parametrize("sign", [1, -1])
def test_amounts_end_where_64_bits_do(sign: int) -> None:
    """The largest amount is posted, one unit more is refused, on both sides of zero."""
    assert _posting("EUR", sign * LARGEST, sign * LARGEST).amount.minor == sign * LARGEST
    with pytest.raises(PostingRefused):
        _posting("EUR", sign * (LARGEST + 1), sign * (LARGEST + 1))
    with pytest.raises(PostingRefused):
        _posting("USD", 1, sign * (LARGEST + 1))


def test_an_entry_has_postings_of_one_functional_currency() -> None:
    """Nothing at all and two sets of books in one entry are refused."""
    with pytest.raises(EntryUnbalanced):
        entry()
    with pytest.raises(EntryUnbalanced):
        entry(line("1000", "USD 0.00", "EUR 0.00"), line("1000", "USD 0.00", "GBP 0.00"))


def test_an_entry_can_not_be_changed_afterwards() -> None:
    """Neither its fields nor the list it was made from reach the postings."""
    lines = [line("1000", "EUR 5.00"), line("3000", "EUR -5.00")]
    made = Entry(EntryId("e"), NORDWIND, DAY, "test", "", lines)
    lines.append(line("1000", "EUR 1.00"))
    assert len(made.postings) == 2
    with pytest.raises(AttributeError):
        made.on = date(2026, 1, 1)  # type: ignore[misc]
    with pytest.raises(EntryUnbalanced):
        attrs.evolve(made, postings=made.postings[:1])


def test_an_entry_travels() -> None:
    """Pickle and copies give equal entries."""
    made = entry(line("1000", "EUR 5.00"), line("3000", "EUR -5.00"))
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):  # noqa: S301
        assert again == made
        assert written(again) == written(made)


# ---------------------------------------------------------------- trial balances


@given(balanced(), balanced())
def test_the_balances_of_balanced_entries_prove_themselves(
    first: list[Posting], second: list[Posting]
) -> None:
    """Each currency and the whole sum to zero; one unit off anywhere is found (D31)."""
    balances = _balances([*first, *second])
    made = TrialBalance.of(NORDWIND, DAY, Currency("EUR"), balances)
    assert [(one.account, one.amount.currency.code) for one in made.balances] == sorted(
        (one.account, one.amount.currency.code) for one in balances
    )
    assume(balances)
    off = attrs.evolve(balances[0], functional=balances[0].functional + Money.from_minor(1, "EUR"))
    with pytest.raises(BooksOffBalance) as caught:
        TrialBalance.of(NORDWIND, DAY, Currency("EUR"), [off, *balances[1:]])
    assert caught.value.difference == "EUR 0.01"


def _balances(postings: list[Posting]) -> list[Balance]:
    """Sums per account and currency; the accounts are told apart by sign to have several."""
    sums: dict[tuple[AccountCode, str], tuple[int, int]] = {}
    for one in postings:
        account = AccountCode("1000" if one.functional.minor >= 0 else "2000")
        key = (account, one.amount.currency.code)
        amount, value = sums.get(key, (0, 0))
        sums[key] = (amount + one.amount.minor, value + one.functional.minor)
    return [
        Balance(account, Money.from_minor(amount, code), Money.from_minor(value, "EUR"))
        for (account, code), (amount, value) in sums.items()
    ]


def test_an_account_is_summed_over_its_currencies_in_value() -> None:
    """Dollars and euros of one account have one functional balance."""
    bank, capital = AccountCode("1000"), AccountCode("3000")
    made = TrialBalance.of(
        NORDWIND,
        DAY,
        Currency("EUR"),
        [
            Balance(bank, money("USD 100.00"), money("EUR 92.00")),
            Balance(bank, money("EUR 8.00"), money("EUR 8.00")),
            Balance(capital, money("EUR -8.00"), money("EUR -8.00")),
            Balance(capital, money("USD -100.00"), money("EUR -92.00")),
        ],
    )
    assert made.functional_of(bank) == money("EUR 100.00")
    assert made.functional_of(AccountCode("7000")) == money("EUR 0.00")


# ---------------------------------------------------------------- what a refusal says


@pytest.mark.parametrize(
    ("amount", "functional", "decision", "reason"),
    [
        (
            "USD 92233720368547758.08",
            "EUR 1.00",
            "noted",
            "the amount is larger than 64 bits of minor units",
        ),
        ("EUR 1.00", "EUR 2.00", None, "one currency, two amounts"),
        ("USD 1.00", "EUR 1.00", None, "a foreign amount needs its rate decision (D2)"),
    ],
)
def test_a_refused_posting_says_what_was_refused_and_why(
    amount: str, functional: str, decision: str | None, reason: str
) -> None:
    """Account, both amounts and the reason are operands, word for word."""
    named = DecisionId(decision) if decision else None
    with pytest.raises(PostingRefused) as caught:
        Posting(AccountCode("1000"), money(amount), money(functional), named)
    found = caught.value
    assert (found.account, found.amount, found.functional) == (
        "1000",
        money(amount),
        money(functional),
    )
    assert found.reason == reason


@pytest.mark.parametrize(
    ("postings", "difference"),
    [
        ((), "having no postings at all"),
        ((line("1000", "EUR 1.00"), line("4000", "USD -1.00")), "two functional currencies"),
        ((line("1000", "EUR 1.00"), line("4000", "EUR -0.99")), "EUR 0.01"),
    ],
)
def test_a_refused_entry_says_which_and_by_what(
    postings: tuple[Posting, ...], difference: str
) -> None:
    """The entry and the difference are operands."""
    with pytest.raises(EntryUnbalanced) as caught:
        entry(*postings, id="entry:7")
    assert (caught.value.entry, caught.value.difference) == ("entry:7", difference)


def test_no_posting_at_all_has_a_balance_of_zero() -> None:
    """In the currency that was asked for."""
    assert balance_of([], money("EUR 1.00").currency) == money("EUR 0.00")
