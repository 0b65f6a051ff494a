"""A group in plain values: read as it was written, and what is wrong is named by its place."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.ids import AccountCode, CompanyId, GroupId
from fxcrm.ledger import (
    Acquisition,
    Group,
    GroupPolicies,
    Impairment,
    Method,
    MinorityMeasure,
    ProfitSharing,
    ResultCategory,
    Sold,
    Stake,
    StakeChange,
    UnrealisedProfit,
    UnrealisedRate,
    Uplift,
)
from fxcrm.ledger.grouppolicies import GROUP_ACCOUNTS
from fxcrm.ledger.groups import GroupRefused, StakeRefused
from fxcrm.money import Money
from fxcrm.usecases.grouping import GroupTableRefused, group_plain, read_group
from fxcrm.usecases.wording import StepRefused

FILE = """
id = "the group"
parent = "acme"
presentation = "EUR"

[[stakes]]
company = "nordwind"
owned = "0.80"
[stakes.acquired]
on = 2025-03-31
cost = "EUR 90000.00"
minority = "fair value"
minority_value = "USD 20000.00"
uplifts = [
  { account = "1700", amount = "USD 12000.00", expense = "5600", months = 60 },
  { account = "1600", amount = "USD -500.00" },
]
impairments = [{ on = 2025-12-31, amount = "USD 1000.00" }]
[[stakes.changes]]
on = 2026-06-30
owned = "0.30"
consideration = "EUR 60000.00"
method = "equity"
retained = "EUR 40000.00"

[[stakes]]
company = "jadewind"
owner = "nordwind"
owned = "2/3"

[[unrealised]]
id = "lamps"
seller = "jadewind"
buyer = "nordwind"
sold_on = 2025-11-03
profit = "CNY 700.00"
account = "1800"
expense = "5100"
realised = [{ on = 2026-01-31, share = "0.25" }, { on = 2026-02-28, share = "1" }]

[maps.jadewind]
"4100" = "4000"

[policies]
unrealised_sharing = "parent"
unrealised_rate = "closing"
intragroup_differences = "operating"

[accounts]
goodwill = "1610"
"""
EUR, NORDWIND = Currency("EUR"), CompanyId("nordwind")


def _code(text: str) -> AccountCode:
    return AccountCode(text)


def the_group() -> Group:
    """What the file says."""
    uplifts: Any = (
        Uplift(_code("1700"), Money("12000.00", "USD"), _code("5600"), 60),
        Uplift(_code("1600"), Money("-500.00", "USD")),
    )
    lost: Any = (Impairment(date(2025, 12, 31), Money("1000.00", "USD")),)
    acquired = Acquisition(
        date(2025, 3, 31),
        Money("90000.00", "EUR"),
        MinorityMeasure.FAIR_VALUE,
        Money("20000.00", "USD"),
        uplifts,
        lost,
    )
    change: Any = StakeChange(
        date(2026, 6, 30),
        Fraction(3, 10),
        Money("60000.00", "EUR"),
        Method.EQUITY,
        Money("40000.00", "EUR"),
    )
    jadewind = CompanyId("jadewind")
    sold: Any = (Sold(date(2026, 1, 31), Fraction(1, 4)), Sold(date(2026, 2, 28), Fraction(1)))
    lamps: Any = UnrealisedProfit(
        "lamps",
        jadewind,
        NORDWIND,
        date(2025, 11, 3),
        Money("700.00", "CNY"),
        _code("1800"),
        _code("5100"),
        sold,
    )
    return Group(
        CompanyId("acme"),
        (
            Stake(NORDWIND, Fraction(4, 5), acquired=acquired, changes=(change,)),
            Stake(jadewind, Fraction(2, 3), NORDWIND),
        ),
        EUR,
        GroupId("the group"),
        (lamps,),
        {jadewind: {_code("4100"): _code("4000")}},
        GroupPolicies(ProfitSharing.PARENT, UnrealisedRate.CLOSING, ResultCategory.OPERATING),
        attrs.evolve(GROUP_ACCOUNTS, goodwill=_code("1610")),
    )


def test_a_file_says_all_that_a_group_has() -> None:
    """Each field of the file and of the group, and back."""
    plain = tomllib.loads(FILE)
    assert read_group(plain) == the_group()
    assert read_group(group_plain(the_group())) == the_group()


def test_what_is_usual_is_left_out() -> None:
    """A plain group is as short as one writes it by hand; ``subsidiaries`` are stakes."""
    short = {"parent": "acme", "presentation": "EUR"}
    stakes: Any = [{"company": "nordwind", "owned": "0.8"}]
    group = read_group({**short, "stakes": stakes})
    assert group == Group(CompanyId("acme"), (Stake(NORDWIND, Fraction(4, 5)),), EUR)
    assert group_plain(group) == {**short, "stakes": stakes}
    assert read_group({**short, "subsidiaries": stakes}) == group
    with pytest.raises(GroupTableRefused, match="one list"):
        read_group({**short, "stakes": stakes, "subsidiaries": stakes})


_TEXTS: Any = st.text(min_size=1, max_size=5)
_AMOUNTS: Any = st.builds(
    Money, st.decimals("-1e12", "1e12", places=2), st.sampled_from(["EUR", "USD", "BHD"])
)
_SHARES: Any = st.fractions(0, 1, max_denominator=10**15)
_SOLD: Any = st.builds(Sold, st.dates(), _SHARES)
_FREE: dict[Any, Any] = {
    Uplift: st.builds(
        Uplift, _TEXTS, _AMOUNTS, st.none() | _TEXTS, st.none() | st.integers(1, 10**6)
    ),
    Impairment: st.builds(Impairment, st.dates(), _AMOUNTS),
}
_ACQUIRED: Any = st.builds(
    Acquisition,
    st.dates(max_value=date(2100, 1, 1)),
    _AMOUNTS,
    st.sampled_from(MinorityMeasure),
    st.none() | _AMOUNTS,
    st.lists(_FREE[Uplift], max_size=2),
    st.lists(_FREE[Impairment], max_size=2),
)
_CHANGES: Any = st.builds(
    StakeChange,
    st.dates(min_value=date(2100, 1, 2)),
    st.fractions(0, Fraction(1, 4), max_denominator=10**6),
    _AMOUNTS,
    st.just(Method.EQUITY),
    _AMOUNTS,
)
_PROFITS: Any = st.builds(
    UnrealisedProfit,
    *(_TEXTS, _TEXTS, _TEXTS, st.dates(), _AMOUNTS, _TEXTS, _TEXTS),
    st.lists(_SOLD, max_size=2),
)
_MAPS: Any = st.dictionaries(_TEXTS, st.dictionaries(_TEXTS, _TEXTS, max_size=2), max_size=2)
_POLICIES: Any = st.builds(
    GroupPolicies,
    *map(st.sampled_from, (ProfitSharing, UnrealisedRate, ResultCategory)),
)


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Groups with anything that can be said of one: bought by the parent, or a row of owners."""
    is_bought = draw(st.booleans())
    names = draw(st.lists(_TEXTS, min_size=1, max_size=4, unique=True))
    stakes = [
        Stake(
            CompanyId(name),
            draw(st.fractions(Fraction(1, 3), 1, max_denominator=10**15)),
            None if is_bought else owner,
            Method.FULL,
            draw(_ACQUIRED) if is_bought else None,
            draw(st.lists(_CHANGES, max_size=1)),
        )
        for owner, name in zip([None, *map(CompanyId, names)], names[1:], strict=False)
    ]
    extra: Any = draw(st.tuples(_TEXTS, st.lists(_PROFITS, max_size=2), _MAPS, _POLICIES))
    accounts: Any = attrs.evolve(GROUP_ACCOUNTS, reserve=draw(_TEXTS))
    id, profits, maps, policies = extra
    return Group(CompanyId(names[0]), stakes, EUR, id, profits, maps, policies, accounts)


@given(groups())
def test_what_is_written_is_read_again(group: Group) -> None:
    """Every share, however many thirds it has, every amount, every name."""
    assert read_group(group_plain(group)) == group


def _with(path: str, value: Any) -> dict[str, Any]:
    plain = tomllib.loads(FILE)
    at: Any = plain
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return plain


@pytest.mark.parametrize(
    ("path", "value", "place", "argument", "reason"),
    [
        ("parent", None, "the file", "parent", "it is missing"),
        ("colour", "red", "the file", "colour", "known are: parent stakes"),
        ("presentation", "EURO", "the file", "presentation", "EURO"),
        ("stakes", {}, "the file", "stakes", "a list is expected, not a dict"),
        ("stakes.1.owned", 0.8, "stakes 2", "owned", "not a float"),
        ("stakes.1.owned", "2/0", "stakes 2", "owned", "written 0.80 or 2/3"),
        ("stakes.1.owned", "1/2/3", "stakes 2", "owned", "written 0.80 or 2/3"),
        ("stakes.1.owned", "a half", "stakes 2", "owned", "a half"),
        ("stakes.0.company", None, "stakes 1", "company", "it is missing"),
        ("stakes.0.acquired", "2025", "stakes 1", "acquired", "a table is expected"),
        ("stakes.0.acquired.minority", "none", "stakes 1, acquired", "minority", "fair value"),
        ("stakes.0.acquired.cost", "EUR", "stakes 1, acquired", "cost", "EUR"),
        ("stakes.0.acquired.uplifts.1.months", "x", "stakes 1, acquired, uplifts 2", "months",
         "a int is expected"),
        ("stakes.0.acquired.uplifts.1.colour", 1, "stakes 1, acquired, uplifts 2", "colour",
         "known are: account amount expense months"),
        ("stakes.0.changes.0.on", "soon", "stakes 1, changes 1", "on", "a date is expected"),
        ("unrealised.0.realised.1.share", "-1/2", "unrealised 1, realised 2", "share", "2/3"),
        ("maps.jadewind.4100", 4000, "maps, jadewind", "4100", "a str is expected"),
        ("maps.jadewind", [], "maps", "jadewind", "a table is expected"),
        ("policies.unrealised_rate", "average", "policies", "unrealised_rate", "sale date,"),
        ("accounts.goodwil", "1", "accounts", "goodwil", "known are: equity_accounted"),
    ],
)  # fmt: skip
def test_what_can_not_be_understood_is_named_by_its_place(
    path: str, value: Any, place: str, argument: str, reason: str
) -> None:
    """Table, row and argument; nothing is guessed, nothing left out."""
    with pytest.raises(GroupTableRefused) as caught:
        read_group(_with(path, value))
    assert (caught.value.step, caught.value.argument) == (place, argument)
    assert reason in caught.value.reason
    assert isinstance(caught.value, StepRefused)


@pytest.mark.parametrize(
    ("path", "value", "kind", "note"),
    [
        ("stakes.1.owned", "1.5", StakeRefused, "in stakes 2"),
        ("stakes.0.changes.0.on", date(2025, 1, 1), StakeRefused, "in stakes 1"),
        ("stakes.1.owner", "nobody", GroupRefused, "in the file"),
        ("stakes.0.acquired.on", datetime(2025, 1, 1), InputRefused, "in stakes 1, acquired"),  # noqa: DTZ001
    ],
)
def test_what_no_group_can_be_is_refused_with_its_place(
    path: str, value: Any, kind: type[InputRefused], note: str
) -> None:
    """The refusal of the group or the stake, and where it stands as a note."""
    with pytest.raises(kind) as caught:
        read_group(_with(path, value))
    assert caught.value.__notes__ == [note]
