"""``fxcrm customer``: what goes in is checked, what comes out is a table or JSON."""

from __future__ import annotations

from json import loads

import pytest

from fxcrm.cli import main


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A company in euros, and two customers."""
    path = str(tmp_path_factory.mktemp("crm") / "crm.sqlite3")
    for words in (
        ("company", "add", "nordwind", "--name", "Nordwind", "--currency", "EUR"),
        ("customer", "add", "acme", "--company", "nordwind", "--name", "Acme", "--country", "DE",
         "--currency", "usd", "--also", "gbp", "--tag", "a", "--tag", "b", "--tax-id", "DE:1",
         "--unchecked"),
        ("customer", "add", "bolt", "--company", "nordwind", "--name", "Bolt", "--country", "US",
         "--currency", "EUR", "--mode", "home"),
    ):  # fmt: skip
        assert main([*words, "--db", path, "--on", "2026-01-05"]) == 0
    return path


def _rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main([*words, "--json"]) == 0
    return [row["customer"] for row in loads(capsys.readouterr().out)]


def test_customers_are_listed_by_all_that_is_named(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each filter alone and two at once; an amount with its grouping."""
    capsys.readouterr()
    for words, found in (
        ((), ["acme", "bolt"]),
        (("--country", "US"), ["bolt"]),
        (("--agreed", "gbp"), ["acme"]),
        (("--currency", "EUR"), ["bolt"]),
        (("--tag", "b", "--name", "ACM"), ["acme"]),
        (("--tag", "b", "--country", "US"), []),
        (("--company", "nordwind", "--owes", "USD 5,000"), []),
    ):
        assert _rows(capsys, "customer", "list", "--db", db, *words) == found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "c", "--company", "nordwind", "--country", "DE", "--currency", "EUR"), "name"),
        (("change", "acme", "--contact", "phone=1"), "name is missing"),
        (("change", "acme", "--contact", "name=a; name=b"), "each once"),
        (("change", "acme", "--tax-id", "DE:Erika"), "tax id, number: DE"),
        (("prefer", "acme", "JPY"), "CurrencyNotAgreed"),
        (("agree", "bolt", "USD"), "choose another mode first"),
        (("mode", "acme", "home"), "prefer EUR first"),
        (("currencies", "nordwind", "--deactivate", "EUR"), "HomeCurrencyKept"),
        (("list", "--company", "nordwind", "--owes", "USD 5.000,00"), "fxcrm"),
        (("list", "--owes", "USD 5"), "name the company"),
        (("show", "nobody"), "there is no customer"),
        (("rate", "nordwind"), "state tiers in the rules"),
    ],
)
def test_bad_input_is_one_clear_line(
    db: str, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a non-zero exit; what was given is not repeated."""
    capsys.readouterr()
    assert main(["customer", *words, "--db", db, "--on", "2026-02-02"]) != 0
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1
    assert "Erika" not in error
