"""The report: one page that stands alone and is the same each time; every figure is explained."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import attrs
import pytest

from fxcrm.adapters.html import render
from fxcrm.adapters.html.ageing import ageing
from fxcrm.adapters.html.statement import group_statement
from fxcrm.adapters.html.texts import visible
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure, decimal_text
from fxcrm.formatting import LocaleUnknown, format_money
from fxcrm.ledger.accounts import AccountType
from fxcrm.money import Money
from fxcrm.usecases.reporting import Overview
from tests.sample_overview import sample_overview

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OVERVIEW = sample_overview()
HOSTILE = '"><script>alert(1)</script>\u202eevil\u2066 \'&<b onmouseover="x">\x1b[31m\x00\ud800'


class Page(HTMLParser):
    """A page read back: every element closed, its ids and links, its text without the markup."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Remember an element; refuse an attribute that stands twice."""
        assert len(dict(attributes)) == len(attributes), (tag, attributes)
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Refuse what closes another element than the one that is open."""
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        """Remember the text of everything but the style sheet."""
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Everything that is read, with single spaces."""
        return " ".join("".join(self.texts).split())

    def values(self, attribute: str) -> list[str]:
        """Every value of an attribute, in the order of the page."""
        return [held[attribute] or "" for _, held in self.elements if attribute in held]


def page_of(overview: Overview, **options: str) -> str:
    """The report of an overview."""
    return render(overview, **{"title": "Nordwind group", "source": "rates.csv", **options})


@pytest.fixture(scope="module")
def html() -> str:
    """The report of the sample."""
    return page_of(OVERVIEW)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    """The same, read back."""
    return Page(html)


def written(money: Money) -> str:
    """An amount as the page shows it, with single spaces."""
    return " ".join(format_money(money, "en", "code").split())


def test_the_same_overview_gives_the_same_page(html: str) -> None:
    """Byte for byte, also when the overview is made anew."""
    assert page_of(sample_overview()) == html


def test_every_element_is_closed_in_order(page: Page) -> None:
    """The page is balanced, has one main part, and each id stands once."""
    assert page.open == []
    assert [name for name, _ in page.elements].count("main") == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def test_every_link_leads_to_its_place(page: Page) -> None:
    """All links stay on the page, and what they name is there."""
    targets = page.values("href")
    assert len(targets) > 100
    assert all(target.startswith("#") for target in targets)
    assert {target[1:] for target in targets} <= set(page.values("id"))


def test_the_page_asks_for_nothing(html: str, page: Page) -> None:
    """No address, no script, no element that loads; the policy in the page forbids it besides."""
    assert "://" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert not {"script", "link", "img", "iframe", "object", "form"} & {n for n, _ in page.elements}
    assert not [a for _, held in page.elements for a in held if a.startswith("on") or a == "src"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.values("content")


def test_headings_and_charts_are_named(page: Page) -> None:
    """Each chart has a title and a description of its own; no table goes without headers."""
    charts = [held for name, held in page.elements if name == "svg"]
    assert len(charts) == len(OVERVIEW.locks) + 3 + 2 + 2
    for held in charts:
        assert held["role"] == "img"
        assert set(str(held["aria-labelledby"]).split()) <= set(page.values("id"))
    assert [name for name, _ in page.elements].count("h1") == 1


def shown_figures(overview: Overview) -> list[Figure]:
    """Every figure of the overview that a reader meets."""
    group = overview.consolidation
    found = [
        *(one.figure for one in group.lines),
        *(one.figure for entry in group.entries for one in entry.lines),
        group.reserve, group.minority, group.profit, group.minority_profit, group.net_assets,
        group.rounding,
        *(one for part in group.translations for one in (part.reserve, part.plug)),
        *(one for sale in overview.sales for one in (sale.total, sale.booked, sale.realised_fx)),
        *(one for item in overview.open_items for one in (item.open, item.carrying)),
        *(one for lock in overview.locks for one in (lock.home, lock.result) if one is not None),
    ]  # fmt: skip
    for one in overview.companies:
        found += [one.sales, one.realised_fx, one.unrealised_fx, one.fees, one.profit]
    return found


def test_every_figure_is_explained_down_to_the_record(page: Page) -> None:
    """Label, value, rule, exact value and rounding of each node, each posting, each decision."""
    text = page.text
    for figure in shown_figures(OVERVIEW):
        for _, node in figure.walk():
            if isinstance(node, RateDecision):
                assert f"rate decision {node.id}" in text
                assert node.rate.path in text
                assert node.rate.rule in text
            elif isinstance(node, Evidence):
                assert f"{node.kind} {node.reference}" in text
                assert node.text in text
            else:
                assert written(node.value) in text
                assert node.rule in text
                if node.exact is not None:
                    rounding = decimal_text(node.rounding.value)
                    assert f"exact {decimal_text(node.exact)}, rounding {rounding}" in text


def test_each_line_of_the_statement_opens(html: str) -> None:
    """A consolidated line is a disclosure at its place, with its name and its reader's amount."""
    statement = html[html.index("<h3>Income statement") : html.index("<h3>Eliminations")]
    for line in OVERVIEW.consolidation.lines:
        sign = 1 if line.type in (AccountType.ASSET, AccountType.EXPENSE) else -1
        amount = format_money(line.figure.value * sign, "en", "code")
        shown = rf"<bdi>{re.escape(line.name)}</bdi>.*>{re.escape(amount)}</span>"
        named = [one for one in statement.splitlines() if f"<bdi>{line.name}</bdi>" in one]
        assert named[0].startswith("<summary>"), line.name
        assert any(re.match(rf"<summary>.*{shown}</summary>", one) for one in named), line.name


def test_a_figure_is_explained_once(html: str) -> None:
    """No explanation is written twice, so that the page grows with the figures, not with links."""
    anchors = re.findall(r'id="(figure-\d+)"', html)
    assert len(anchors) == len(set(anchors))
    assert len(html.encode()) < 400_000


def test_readers_signs_balance() -> None:
    """Assets equal liabilities and equity, and income less costs is the profit of the group."""
    shown = group_statement(OVERVIEW.consolidation)
    assert shown.check.value.is_zero
    assert shown.assets.total.value == shown.claims.value
    assert shown.income.total.value - shown.expense.total.value == shown.profit.value
    assert shown.income.total.value.is_positive
    assert shown.parent_profit.value + shown.minority_profit.value == shown.profit.value


def test_ageing_sums_every_open_item_once() -> None:
    """Over all rows and buckets, document and carrying amounts are those of the items."""
    cells = [cell for row in ageing(OVERVIEW.open_items) for cell in row.cells if cell]
    for code in ("EUR", "USD", "JPY"):
        sums = [one.open.value for one in cells if one.open.value.currency.code == code]
        items = [one.open.value for one in OVERVIEW.open_items]
        whole = Money.total((one for one in items if one.currency.code == code), code)
        assert Money.total(sums, code) == whole
    carried = sum(len(cell.carrying.inputs) for cell in cells)
    assert carried == len(OVERVIEW.open_items)


def test_every_decision_stands_in_the_appendix(page: Page) -> None:
    """Id, rate, days, instant and actor of each decision."""
    for one in OVERVIEW.decisions:
        assert one.id in page.text
        assert f"{one.known_at:%Y-%m-%d %H:%M}" in page.text
        assert all(str(leg) in page.text for leg in one.rate.legs)


def test_a_lock_says_what_it_brought_or_cost(page: Page) -> None:
    """Sign, word and amount; a lock that was not used says so."""
    assert "+EUR 491.32 brought" in page.text
    assert "-USD 129.03 cost" in page.text
    assert "lapsed unused" in page.text
    assert "is not measured yet" in page.text


def test_a_broken_lock_shows_what_giving_it_up_cost() -> None:
    """The cost is a figure with its explanation; a chart says that the promise was given up."""
    seen = next(one for one in OVERVIEW.locks if one.lock.state == "held")
    lock = seen.lock.break_off(seen.lock.spot, seen.lock.locked_at, "moved")
    report = attrs.evolve(seen, lock=lock, result=None)
    text = page_of(attrs.evolve(OVERVIEW, locks=(report,)))
    assert lock.break_cost is not None
    assert "Cost of giving up" in text
    assert lock.break_cost.label in text
    assert "given up, was until" in text
    assert "was given up" in text


def test_a_lock_is_drawn_in_its_own_direction(page: Page) -> None:
    """The decisions of the market are quoted per euro, the lock per dollar: one chart, one way."""
    [told] = [one for one in page.text.split(" Locked on ") if "1 USD = 0.862069 EUR" in one][:1]
    assert re.search(r"with the market at 0\.85\d+;", told)
    assert re.search(r"the market stood at 0\.86\d+: -USD", told)


def test_no_fixing_of_a_later_day_is_shown() -> None:
    """A report of 20 March knows the fixings up to that day and no others."""
    [lock] = [one for one in OVERVIEW.locks if one.lock.id == "L-4"]
    early = attrs.evolve(OVERVIEW, as_of=date(2026, 3, 20), locks=(lock,))
    assert "The 4 fixings of the chart" in Page(page_of(early)).text
    assert len([one for one in lock.fixings if one.on > early.as_of]) > 1


def test_hostile_words_stay_words() -> None:
    """Markup, quotes, marks of direction and controls in names change nothing but the text."""
    customers = [attrs.evolve(one, name=HOSTILE) for one in OVERVIEW.customers]
    by_id = {one.id: one for one in customers}
    sales = [attrs.evolve(one, customer=by_id[one.customer.id]) for one in OVERVIEW.sales]
    locks = [attrs.evolve(one, customer=by_id[one.customer.id]) for one in OVERVIEW.locks]
    company = attrs.evolve(OVERVIEW.companies[0].company, name=HOSTILE)
    companies = [attrs.evolve(OVERVIEW.companies[0], company=company), *OVERVIEW.companies[1:]]
    cases = [attrs.evolve(one, subject=HOSTILE, resolution=HOSTILE) for one in OVERVIEW.cases]
    items = [
        attrs.evolve(one, company=company) if one.company.id == company.id else one
        for one in OVERVIEW.open_items
    ]
    hostile = attrs.evolve(
        OVERVIEW, customers=tuple(customers), sales=tuple(sales), locks=tuple(locks),
        companies=tuple(companies), cases=tuple(cases), open_items=tuple(items),
    )  # fmt: skip
    html = page_of(hostile, title=HOSTILE, source=HOSTILE)
    page = Page(html)
    assert page.open == []
    assert "script" not in {name for name, _ in page.elements}
    assert not [a for _, held in page.elements for a in held if a.startswith("on")]
    assert not set("\u202e\u2066\x1b\x00\ud800") & set(html)
    assert "<script>alert(1)</script>\ufffdevil" in page.text
    html.encode("utf-8")


def test_visible_leaves_words_alone() -> None:
    """Letters of every script, joiners, tabs and line feeds are no controls."""
    text = "Zoë 東京 مرحبا \u200d\t\n"
    assert visible(text) == text


def test_amounts_follow_the_locale() -> None:
    """In German the decimals follow a comma; a locale that is none is refused."""
    assert "338.471,35\N{NO-BREAK SPACE}€" in page_of(OVERVIEW, locale="de")
    with pytest.raises(LocaleUnknown):
        page_of(OVERVIEW, locale="xx-nowhere")


def test_an_empty_story_is_a_page() -> None:
    """Nothing sold, locked, open or stated: the page says so and stays whole."""
    empty = attrs.evolve(
        OVERVIEW, customers=(), pipeline=(), sales=(), locks=(), open_items=(), statements=(),
        cases=(), decisions=(),
    )  # fmt: skip
    page = Page(page_of(empty))
    assert page.open == []
    assert {target[1:] for target in page.values("href")} <= set(page.values("id"))
    assert "Nothing is open." in page.text
