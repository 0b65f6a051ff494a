"""``fxcrm product`` and ``fxcrm price``: from a list to a price that says why it is one."""

from __future__ import annotations

from json import loads
from pathlib import Path
from shutil import copytree

import pytest

from fxcrm.cli import main

RULES = """
[prices]
base = "standard"
floor = "0.3"

[[prices.points.USD]]
step = "1"
ending = "0.99"
direction = "up"
"""
FEED = "Date,USD,CNY,\n2026-03-02,1.0850,7.8000,\n"


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with a pump on a list in euros, rates of one day and rules of its own."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "rules.toml").write_text(RULES)
    (folder / "rates.csv").write_text(FEED)
    shop = _words(folder)
    for words in (
        ("company", "add", *shop, "nordwind", "--name", "Nordwind", "--currency", "EUR"),
        (
            *("product", "add", *shop, "pump", "--company", "nordwind", "--name", "Pump"),
            *("--cost", "CNY 585.00", "--tax", "VAT"),
        ),
        (
            *("price", "add", *shop, "standard", "--company", "nordwind", "--currency", "eur"),
            *("--since", "2026-01-01"),
        ),
        ("price", "set", *shop, "standard", "pump", "EUR 110.00", "EUR 100.00 from 10"),
    ):
        assert main([*words]) == 0
    return folder


def _words(folder: Path) -> tuple[str, ...]:
    files = (("--db", "nordwind.sqlite3"), ("--rules", "rules.toml"), ("--rates", "rates.csv"))
    named = [word for option, name in files for word in (option, str(folder / name))]
    return (*named, "--at", "2026-03-02T17:00:00Z", "--on", "2026-03-02")


@pytest.fixture(name="shop")
def _shop(made: Path, tmp_path: Path) -> tuple[str, ...]:
    """A copy of it for each test."""
    return _words(Path(copytree(made, tmp_path / "shop")))


def test_a_price_is_found_and_explained(
    shop: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """EUR 110 at 1.0850 is 119.35, up to USD 119.99; the margin is told at home."""
    capsys.readouterr()
    find = ("price", "find", *shop, "pump", "--currency", "USD")
    assert main([*find]) == 0
    said = capsys.readouterr().out
    assert "1 x pump: USD 119.99" in said
    assert "no list in USD, so standard in EUR was converted" in said
    assert "exact 119.35" in said
    assert "rate decision quote:EUR/USD:2026-03-02:1" in said
    assert "margin EUR 35.59, 32.18" in said
    assert "floor" not in said
    assert main([*find, "--discount", "4 %"]) == 0
    assert "below the floor of 30 %" in capsys.readouterr().out
    more = ("--quantity", "10", "--discount", "10 %", "--discount", "EUR 5.00", "--json")
    assert main([*find, *more]) == 0
    (row,) = loads(capsys.readouterr().out)
    assert (row["price"], row["net"]) == ("USD 1089.90", "USD 975.48")
    assert main([*find, "--currency", "CHF"]) == 2
    assert "CHF" in capsys.readouterr().err


def test_a_list_is_derived_after_a_look_at_it(
    shop: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The dry run shows each price with its margin and keeps nothing; the floor is kept."""
    derive = ("price", "derive", *shop, "dollars", "--base", "standard", "--currency", "USD")
    capsys.readouterr()
    assert main([*derive, "--dry-run", "--json"]) == 0
    rows = loads(capsys.readouterr().out)
    assert [(one["from"], one["exact"], one["price"]) for one in rows] == [
        ("0", "119.35", "USD 119.99"),
        ("10", "108.5", "USD 108.99"),
    ]
    assert [one["share"].endswith("BELOW THE FLOOR") for one in rows] == [False, True]
    assert main([*derive]) == 2
    assert "'fxcrm' leaves" not in capsys.readouterr().out
    lists = ("price", "list", *shop, "--company", "nordwind", "--json")
    assert main([*lists]) == 0
    assert [one["list"] for one in loads(capsys.readouterr().out)] == ["standard"]
    assert main([*derive, "--below-floor", "accepted"]) == 0
    capsys.readouterr()
    assert main([*lists, "--list", "dollars"]) == 0
    assert [one["price"] for one in loads(capsys.readouterr().out)] == ["USD 119.99", "USD 108.99"]


def test_prices_of_a_file_are_taken_whole_or_not_at_all(
    shop: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad row, and the list is as it was; every refusal is one line."""
    file, take = tmp_path / "prices.csv", ("price", "import", *shop, "standard")
    file.write_text("product,from,price,mode\npump,1,EUR 9.00,graduated\npump,5,EUR 8.00,\n")
    assert main([*take, str(file)]) == 0
    file.write_text("product,from,price\npump,1,EUR 7.00\ngone,1,EUR 1.00\n")
    capsys.readouterr()
    assert main([*take, str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    find = ("price", "find", *shop, "pump", "--currency", "EUR", "--quantity", "6", "--json")
    assert main([*find]) == 0
    assert loads(capsys.readouterr().out)[0]["price"] == "EUR 52.00"
    assert main(["product", "deactivate", *shop, "pump"]) == 0
    capsys.readouterr()
    assert main([*find]) == 2
    assert "inactive" in capsys.readouterr().err
