"""Reports against an oracle of integers, over random books of invoices, payments and month ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode
from fxcrm.ledger import trading_chart
from fxcrm.money import Money
from fxcrm.reports import (
    AccountSheet,
    Ageing,
    AgeingBy,
    Attribution,
    Cell,
    Exposure,
    Grouping,
    Report,
    ResultColumn,
    Results,
    TrialBalanceReport,
)
from fxcrm.reports.results import BY_CURRENCY, NOT_ATTRIBUTED
from tests.ledger.notation import chosen
from tests.reports.ledgers import (
    ADVANCE,
    BANK,
    PAYABLE,
    RECEIVABLE,
    RESULTS,
    SALES,
    Books,
    books,
    bucket,
    day,
    scope,
    standing,
    sums,
)

CHART = trading_chart()
DAYS = st.integers(0, 150)
BY_PARTY = Attribution("customer", lambda item: item.party)
EDGES = {AgeingBy.DUE_DATE: (0, 30, 60, 90), AgeingBy.DOCUMENT_DATE: (30, 60, 90)}
RATES = {"USD": chosen("EUR/USD", "1.0850"), "JPY": chosen("EUR/JPY", "163.17")}


def trial(of: Books, until: int) -> TrialBalanceReport:
    """The trial balance of the books at the end of a day."""
    lines = [one for one in of.lines() if one.on <= day(until)]
    return TrialBalanceReport.of(scope(until), lines, CHART)


def aged(of: Books, until: int, **options: Any) -> Ageing:
    """The ageing of all items at the end of a day."""
    lines = [one for one in of.lines() if one.on <= day(until)]
    return Ageing.of(scope(until), of.items(), lines, CHART, **options)


def exposed(of: Books, until: int) -> Exposure:
    """The exposure at the end of a day."""
    lines = [one for one in of.lines() if one.on <= day(until)]
    return Exposure.of(
        scope(until), of.items(), lines, CHART,
        rate=lambda currency: RATES[currency.code], rate_name="at the rate of the oracle",
    )  # fmt: skip


def earned(of: Books, until: int, attribution: Attribution, since: int | None = None) -> Results:
    """The results of a span."""
    lines = [one for one in of.lines() if one.on <= day(until)]
    kinds = {one.id: one.kind for one in of.facts}
    return Results.of(
        scope(until, since), of.items(), lines, CHART, attribution, lambda id: kinds[id]
    )


def minor(cell: Cell) -> int:
    """The minor units of an amount."""
    assert isinstance(cell, Money)
    return cell.minor


@given(books(), DAYS)
def test_a_trial_balance_is_the_sum_of_the_postings(drawn: Books, until: int) -> None:
    """Per account and currency in both columns; each currency, and the whole, is zero (D31)."""
    made = trial(drawn, until)
    found = {
        (one.account.code, one.currency.code): (
            minor(one.document.value),
            minor(one.functional.value),
        )
        for one in made.balances
    }
    assert found == sums(drawn.raw(until=until))
    assert all(one.document.value.is_zero for one in made.totals)
    assert made.total.value.is_zero


@given(books(), DAYS, DAYS, st.sampled_from((BANK, RECEIVABLE, SALES)))
def test_an_account_sheet_goes_on_where_the_one_before_it_ended(
    drawn: Books, one_day: int, other: int, account: str
) -> None:
    """Opening + postings = closing, currency by currency; closing = the balance of the trial."""
    since, until = sorted((one_day, other))
    lines = [one for one in drawn.lines() if one.on <= day(until)]
    code = CHART.account(AccountCode(account))
    sheet = AccountSheet.of(scope(until, since), code, lines, parties={})
    closed = {one.currency.code: one for one in sheet.closings}
    earlier, later = sums(drawn.raw(until=since - 1)), sums(drawn.raw(until=until))
    for opening in sheet.openings:
        key = opening.currency.code
        moved = [one.line.posting for one in sheet.postings if one.document.currency.code == key]
        begun = (minor(opening.document.value), minor(opening.functional.value))
        assert begun == earlier.get((account, key), (0, 0))
        ended = (
            begun[0] + sum(one.amount.minor for one in moved),
            begun[1] + sum(one.functional.minor for one in moved),
        )
        assert ended == later.get((account, key), (0, 0))
        assert ended == (
            minor(closed[key].document.value), minor(closed[key].functional.value)
        )  # fmt: skip


@given(books(), DAYS)
def test_a_running_balance_is_its_own_explanation(drawn: Books, until: int) -> None:
    """Each balance after a posting is the sum of what came before it, and says so."""
    lines = [one for one in drawn.lines() if one.on <= day(until)]
    bank = CHART.account(AccountCode(BANK))
    sheet = AccountSheet.of(scope(until, until // 2), bank, lines, parties={})
    for position, shown in enumerate(sheet.postings):
        figures = sheet.running(position)
        assert [one.value for one in figures] == [shown.document, shown.functional]
    if sheet.postings:
        last = sheet.postings[-1].functional
        assert last == Money.total(one.functional.value for one in sheet.closings)


@given(books(), DAYS, st.sampled_from(AgeingBy))
def test_ageing_puts_what_stood_open_where_the_days_say(
    drawn: Books, until: int, by: AgeingBy
) -> None:
    """Items as they stood on the day, an edge in the bucket on its left (D32)."""
    made = aged(drawn, until, by=by)
    found = {
        int(one.position.item.id.removeprefix("item:")): (
            minor(one.position.open.value), minor(one.position.carried.value), one.days, one.bucket
        )
        for one in made.items
    }  # fmt: skip
    expected = {}
    for number, (amount, value) in standing(drawn, until).items():
        thing = drawn.things[number]
        days = until - (thing.due if by is AgeingBy.DUE_DATE else thing.arose)
        expected[number] = (amount, value, days, bucket(days, EDGES[by]))
    assert found == expected


@given(books(), DAYS, st.sampled_from(AgeingBy), st.sampled_from(Grouping))
def test_the_total_of_an_ageing_is_its_control_account(
    drawn: Books, until: int, by: AgeingBy, grouping: Grouping
) -> None:
    """However it is grouped, and revaluations sit with their items (D32)."""
    made = aged(drawn, until, by=by, grouping=grouping)
    found = sums(drawn.raw(until=until))
    totals = {one[0]: one[-1] for one in made.rows().cells[-len(made.accounts) :] if made.accounts}
    for account in (RECEIVABLE, PAYABLE, ADVANCE):
        value = sum(value for (code, _), (_, value) in found.items() if code == account)
        shown = totals.get(account)
        assert (0 if shown is None else minor(shown)) == value


@given(books(), DAYS, st.sampled_from((Grouping.PARTY, Grouping.CURRENCY)))
def test_groups_of_an_ageing_add_up(drawn: Books, until: int, grouping: Grouping) -> None:
    """Every bucket of every group is what the oracle finds for it, in both amounts."""
    made = aged(drawn, until, grouping=grouping)
    expected: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * 6)
    for number, both in standing(drawn, until).items():
        thing = drawn.things[number]
        party = (thing.party,) if grouping is Grouping.PARTY else ()
        place = bucket(until - thing.due, EDGES[AgeingBy.DUE_DATE])
        for text, amount in zip(("open", "carried"), both, strict=True):
            row = expected[(thing.account, *party, thing.code, text)]
            row[place] += amount
            row[-1] += amount
    rows = made.rows().cells[: -len(made.accounts) or None]
    found = {one[:-6]: [minor(cell) for cell in one[-6:]] for one in rows}
    assert found == expected


@given(books(), DAYS)
def test_exposure_is_rounded_once_on_its_total(drawn: Books, until: int) -> None:
    """Monetary items and money, net per currency; the total is the exact sum, rounded (M9)."""
    made = exposed(drawn, until)
    nets: dict[str, int] = defaultdict(int)
    for number, (amount, _) in standing(drawn, until).items():
        if drawn.things[number].account != ADVANCE:
            nets[drawn.things[number].code] += amount
    for (account, code), (amount, _) in sums(drawn.raw(until=until)).items():
        nets[code] += amount if account == BANK else 0
    found = {one.currency.code: minor(one.total.value) for one in made.nets}
    assert found == {code: nets[code] for code in found}
    assert {code for code in nets if nets[code] and code != "EUR"} <= set(found)
    rates = {"USD": Fraction("1.0850"), "JPY": Fraction("163.17")}
    units = {"USD": 100, "JPY": 1}
    exact = sum((Fraction(found[code], units[code]) / rates[code] for code in found), Fraction())
    assert made.total.exact_value == exact
    assert minor(made.total.value) == round(exact * 100)
    rounded = sum(round(Fraction(found[code], units[code]) / rates[code] * 100) for code in found)
    assert minor(made.difference.value) == minor(made.total.value) - rounded


@given(books(), DAYS)
def test_maturities_of_exposure_follow_due_dates(drawn: Books, until: int) -> None:
    """Each item in the bucket of its days to go; advances apart; money has no due date."""
    made = exposed(drawn, until)
    expected: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 6)
    for number, (amount, _) in standing(drawn, until).items():
        thing = drawn.things[number]
        place = bucket(thing.due - until, (-1, 30, 60, 90))
        expected[thing.code, thing.account][place] += amount
    for (account, code), (amount, _) in sums(drawn.raw(until=until)).items():
        if account == BANK:
            expected[code, account][5] = amount
    rows = {
        (one.currency.code, str(one.account.code)): one for one in (*made.monetary, *made.apart)
    }
    assert not any(code == "EUR" for code, _ in rows)  # no rate moves the functional currency
    for at, amounts in expected.items():
        if at[0] != "EUR" and any(amounts):
            assert [minor(one.value) for one in rows[at].amounts] == amounts
    assert all(one.account.code == ADVANCE for one in made.apart)


@given(books(), DAYS, DAYS, st.sampled_from((BY_PARTY, BY_CURRENCY)))
def test_results_belong_to_whom_they_came_from(
    drawn: Books, one_day: int, other: int, attribution: Attribution
) -> None:
    """Row by row and column by column; what belongs to nobody is a row as well."""
    since, until = sorted((one_day, other))
    made = earned(drawn, until, attribution, since)
    kinds = {one.id: one.kind for one in drawn.facts}
    expected: dict[tuple[str, ResultColumn], int] = defaultdict(int)
    for fact, line in drawn.raw(since, until):
        if line.account in RESULTS:
            thing = None if line.of is None else drawn.things[line.of]
            if attribution is BY_CURRENCY:
                key = line.code
            else:
                key = thing.party if thing else NOT_ATTRIBUTED
            kind = kinds[fact.id.removesuffix(":reversal")]  # of what was reversed
            expected[key, column(kind, line.account)] -= line.value
    found = {
        (row.key, at): minor(figure.value)
        for row in made.by_row
        for at, figure in row.columns.items()
        if figure.value
    }
    assert found == {key: value for key, value in expected.items() if value}


def column(kind: str, account: str) -> ResultColumn:
    """Where the oracle expects a posting."""
    if account == SALES:
        return ResultColumn.CREDIT_NOTES if kind == "credit note" else ResultColumn.SALES
    return {
        "5000": ResultColumn.OTHER,
        "5300": ResultColumn.FEES,
        "5500": ResultColumn.WRITE_OFFS,
        "7000": ResultColumn.REALISED,
        "7100": ResultColumn.UNREALISED,
        "7900": ResultColumn.ROUNDING,
    }[account]


@given(books(), DAYS, DAYS, st.sampled_from((BY_PARTY, BY_CURRENCY)))
def test_results_are_the_income_of_the_trial_balance(
    drawn: Books, one_day: int, other: int, attribution: Attribution
) -> None:
    """Over any span, and two spans add up to the one that joins them."""
    since, until = sorted((one_day, other))
    whole = minor(earned(drawn, until, attribution).total.profit.value)
    income = sum(
        -minor(one.functional.value)
        for one in trial(drawn, until).balances
        if one.account.type.is_result
    )
    assert whole == income
    later = minor(earned(drawn, until, attribution, since).total.profit.value)
    earlier = minor(earned(drawn, since - 1, attribution).total.profit.value) if since else 0
    assert earlier + later == whole


@given(books(), DAYS, st.randoms(use_true_random=False))
def test_reports_do_not_depend_on_the_order_of_booking(
    drawn: Books, until: int, chance: Random
) -> None:
    """The same facts in any order, on the same days, give the same rows."""
    facts = list(drawn.facts)
    chance.shuffle(facts)
    shuffled = Books(facts, drawn.things)

    def reports(of: Books) -> list[Report]:
        return [
            trial(of, until),
            *(aged(of, until, grouping=one) for one in Grouping),
            exposed(of, until),
            earned(of, until, BY_PARTY),
        ]

    for left, right in zip(reports(drawn), reports(shuffled), strict=True):
        assert left.rows() == right.rows()


@given(books(), DAYS)
def test_every_row_is_as_wide_as_its_header_and_explains_itself(drawn: Books, until: int) -> None:
    """A row has a cell for each column; its figures lead to postings and nothing else."""
    for report in (trial(drawn, until), aged(drawn, until), earned(drawn, until, BY_PARTY)):
        listing = report.rows()
        for number, cells in enumerate(listing.cells, 1):
            assert len(cells) == len(listing.header)
            for figure in report.figures(number):
                assert sum(minor(one.value) for one in postings(figure)) in (
                    minor(figure.value), -minor(figure.value)
                )  # fmt: skip


def postings(figure: Figure) -> Iterator[Figure]:
    """The figures at the bottom: those that rest on evidence."""
    for _, node in figure.walk():
        if isinstance(node, Figure) and any(isinstance(one, Evidence) for one in node.inputs):
            yield node
