"""The worksheets of some groups, word for word, as their readers get them (D23, D31).

The figures are those of `test_acquired_groups` and `test_levels_and_methods`, where they are worked
by hand; here it is what the group's entries say of them, and that every figure opens to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fxcrm.figures import Evidence, Figure
from fxcrm.ledger import Consolidation, Group, Method, MinorityMeasure, Stake, StakeChange
from fxcrm.ledger.groups import Step
from tests.ledger.notation import money
from tests.usecases import test_acquired_groups as acquired
from tests.usecases import test_levels_and_methods as levels

FOLDER = Path(__file__).parent / "worksheets"


def part_kept() -> Consolidation:
    """80 % of Acme is sold down to 30 %, which is an associate from then on."""
    made = acquired.holding()
    made.enter(
        "nordwind", acquired.SUMMER, "1000 EUR 2000.00", "1500 EUR -625.00", "4700 EUR -1375.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    kept = StakeChange(
        acquired.SUMMER, "0.3", money("EUR 2000.00"), Method.EQUITY, money("EUR 1000.00")
    )
    return made.group(acquired.group(kept), acquired.SECOND_END)


def control_kept() -> Consolidation:
    """Others at fair value; 10 % more is bought in spring, 30 % sold in summer.

    Acme is worth USD 1,970 in the end, with goodwill 2,220: two fifths are EUR 1,776. Others were
    USD 10 below their fifth at the beginning (EUR 8), and got EUR 30 where a fifth is 6: 32 less,
    half of it bought away, a third of that made good by the sale: EUR 10.67 less, 1,765.33.
    """
    made, partner = acquired.holding(), {"1500": "acme", "4700": "acme"}
    made.enter("nordwind", acquired.SPRING, "1500 EUR 250.00", "1000 EUR -250.00", partner=partner)
    made.enter("acme", acquired.SPRING, "3300 USD 30.00", "1000 USD -30.00")
    made.enter(
        "nordwind", acquired.SUMMER, "1000 EUR 900.00", "1500 EUR -400.00", "4700 EUR -500.00",
        partner=partner,
    )  # fmt: skip
    changes = (
        StakeChange(acquired.SPRING, "0.9", money("EUR 250.00")),
        StakeChange(acquired.SUMMER, "0.6", money("EUR 900.00")),
    )
    group = acquired.group(
        *changes, minority=MinorityMeasure.FAIR_VALUE, minority_value=money("USD 300.00")
    )
    return made.group(group, acquired.SECOND_END)


def associate() -> Consolidation:
    """A quarter of Acme, of which a tenth is left; it pays dividends before and after.

    At the end a tenth of 1,600 dollars, and two fifths of goodwill of 625.
    """
    made, group = levels.two("0.25", "EUR 900.00", Method.EQUITY)
    for day, paid in ((levels.AUTUMN, "100.00"), (levels.END, "40.00")):
        declared = ("3300 USD 400.00", "1000 USD -400.00")
        made.enter("acme", day, *declared, partner={"3300": "nordwind"})
        received = (f"1000 USD {paid}", f"4600 USD -{paid}")
        made.enter("nordwind", day, *received, partner={"4600": "acme"})
    made.enter(
        "nordwind", levels.AUTUMN, "1000 EUR 700.00", "1500 EUR -540.00", "4700 EUR -160.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    sale = StakeChange(levels.AUTUMN, "0.10", money("EUR 700.00"), Method.EQUITY)
    return made.group(group(sale), levels.END)


def sold_below() -> Consolidation:
    """Acme, of which others hold a fifth, sells all of Brisk."""
    made = levels.three_levels()
    made.enter(
        "acme", levels.END, "1000 USD 2000.00", "1500 USD -1000.00", "4700 USD -1000.00",
        partner={"1500": "brisk", "4700": "brisk"},
    )  # fmt: skip
    sale = StakeChange(levels.END, "0", money("USD 2000.00"))
    group = Group(levels.NORDWIND, (Stake(levels.ACME, "0.8"), levels.brisk(sale)), levels.EUR)
    return made.group(group, levels.END)


GROUPS = (part_kept, control_kept, associate, sold_below)


def worksheet(found: Consolidation) -> str:
    """What the group's own entries say, a line each."""
    said = []
    for entry in found.entries:
        said.append(f"{entry.step.value}: {entry.text}")
        for line in entry.lines if entry.step is not Step.BOOKS else ():
            about = f"{line.figure.label} ({line.figure.rule})"
            said.append(f"  {line.account} {line.company} {line.figure}: {about}")
    for name in ("reserve", "minority", "profit", "minority_profit", "net_assets", "rounding"):
        figure = getattr(found, name)
        said.append(f"{name} {figure}: {figure.label} ({figure.rule})")
    return "\n".join(said) + "\n"


def opened(found: Consolidation) -> str:
    """Every figure and all evidence below the profit and the lines, each once."""
    said: dict[str, None] = {}
    for top in (found.profit, *(line.figure for line in found.lines)):
        for _, node in top.walk():
            if isinstance(node, Figure):
                said[f"{node.label} {node} ({node.rule})"] = None
            if isinstance(node, Evidence):
                said[str(node)] = None
    return "\n".join(said) + "\n"


@pytest.mark.parametrize("make", GROUPS, ids=[one.__name__ for one in GROUPS])
def test_a_worksheet_says_what_was_done_and_why(make: Callable[[], Consolidation]) -> None:
    """Accounts, members, figures, words and rules; then every figure below them."""
    found = make()
    said = f"{worksheet(found)}\n{opened(found)}".splitlines()
    wanted = (FOLDER / f"{make.__name__}.txt").read_text("utf-8").splitlines()
    for line, told in zip(said, wanted, strict=False):  # the first that differs, and no long diff
        assert line == told
    assert len(said) == len(wanted)


if __name__ == "__main__":  # python -m tests.usecases.test_worksheets, where words were changed
    for one in GROUPS:
        made = one()
        text = f"{worksheet(made)}\n{opened(made)}"
        (FOLDER / f"{one.__name__}.txt").write_text(text, "utf-8")
