"""The summary: everything in 80 columns, the same with and without a terminal."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from rich.cells import cell_len

from fxcrm.cli.summary import print_summary, summary_text
from fxcrm.cli.visible import plain
from fxcrm.figures import Figure
from fxcrm.money import Money
from fxcrm.usecases.reporting import Overview
from tests.sample_overview import sample_overview

OVERVIEW = sample_overview()
DB, HTML = Path("/srv/books/story.sqlite3"), Path("/srv/books/" + "a-long-way/" * 9 + "story.html")


def text_of(overview: Overview, *, title: str = "Nordwind group", width: int = 80) -> str:
    """The summary as text."""
    return summary_text(overview, title=title, source="ECB", db=DB, html=HTML, fresh=3, width=width)


def test_the_same_overview_gives_the_same_text() -> None:
    """Byte for byte, also when the overview is made anew."""
    assert text_of(sample_overview()) == text_of(OVERVIEW)


def test_lines_fit_eighty_columns() -> None:
    """Only the path of the report, which is copied as one piece, may be longer."""
    lines = [line for line in text_of(OVERVIEW).splitlines() if str(HTML) not in line]
    assert max(map(cell_len, lines)) <= 80


def test_it_says_who_bought_what_and_what_the_locks_did() -> None:
    """Names, goods, amounts with codes, locked rates, and the outcome in words."""
    text = text_of(OVERVIEW, width=120)
    for sale in OVERVIEW.sales:
        assert sale.customer.name in text
        assert sale.invoice.lines[0].description in text
    assert "1 EUR = 1.1950 USD" in text
    lines = text.splitlines()
    for amount, word in (("+EUR 491.32", "brought"), ("-USD 129.03", "cost")):
        [at] = [position for position, line in enumerate(lines) if amount in line]
        assert lines[at + 1].split()[-1] == word
    assert "lapsed unused" in text
    assert "27 days late" in text


def test_it_says_which_locks_were_given_up() -> None:
    """A promise that was broken shows its cost, a cancelled one that nothing came of it."""
    seen = next(one for one in OVERVIEW.locks if one.lock.state == "held")
    at = seen.lock.locked_at
    broken, cancelled = (
        attrs.evolve(seen, lock=lock, result=None)
        for lock in (
            seen.lock.break_off(seen.lock.spot, at, "moved"),
            seen.lock.cancel(at),
        )
    )
    assert broken.lock.break_cost is not None
    text = text_of(attrs.evolve(OVERVIEW, locks=(broken, cancelled)), width=120)
    assert "given up unused" in text
    amount = f"{abs(broken.lock.break_cost.value).amount:,.2f}"
    assert any(amount in line for line in text.splitlines())
    assert "giving up" in text


def test_it_says_what_the_group_is_worth() -> None:
    """Net assets, profit, and the reserve by both routes."""
    text = text_of(OVERVIEW)
    assert "Net assets           EUR 338,471.35" in text
    assert "EUR 3,403.88  rolled forward; EUR 3,403.87 by plug" in text


def test_it_ends_with_where_to_read_on() -> None:
    """The database and the report, each on one line."""
    assert text_of(OVERVIEW).splitlines()[-2:] == [f"Database  {DB}", f"Report    {HTML}"]


def test_amounts_are_never_cut() -> None:
    """Where 80 columns are too few, lines grow; at 20 columns every digit is still there."""
    huge = Money("-1234567890123.45", "USD")
    sale = attrs.evolve(
        OVERVIEW.sales[0],
        total=Figure.stated("Total", huge),
        booked=Figure.stated("Booked", huge),
        realised_fx=Figure.stated("Gain", huge),
    )
    for width in (20, 80):
        text = text_of(attrs.evolve(OVERVIEW, sales=(sale,)), width=width)
        assert text.count("-USD 1,234,567,890,123.45") == 3


def test_hostile_words_can_not_steer_the_terminal() -> None:
    """Escape sequences, markup of the printer and marks of direction are plain text or replaced."""
    name = "\x1b[2J[bold red]Eve[/] \u202eevil\r\n:smile:"
    customer = attrs.evolve(OVERVIEW.sales[0].customer, name=name)
    sale = attrs.evolve(OVERVIEW.sales[0], customer=customer)
    text = text_of(attrs.evolve(OVERVIEW, sales=(sale,)), title=name, width=120)
    assert not set("\x1b\u202e\r") & set(text)
    assert "[bold red]Eve[/]" in text
    assert ":smile:" in text
    assert plain("a\nb\u200dc") == "a b\u200dc"


def test_a_pipe_gets_no_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed into a pipe of 80 columns is the plain text."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    print_summary(OVERVIEW, title="Nordwind group", source="ECB", db=DB, html=HTML, fresh=3)
    assert capsys.readouterr().out == text_of(OVERVIEW)


def test_an_empty_story_has_a_summary() -> None:
    """Nothing sold, locked or open is said in words; a second run says that it found all done."""
    empty = attrs.evolve(OVERVIEW, sales=(), locks=(), open_items=())
    text = summary_text(empty, title="Empty", source="ECB", db=DB, html=HTML, fresh=0)
    assert "Who bought what\n  nothing" in text
    assert "nothing new, all steps were known" in text
