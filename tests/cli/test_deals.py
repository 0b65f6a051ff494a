"""``fxcrm deal`` and ``fxcrm lead``, from the enquiry to the deal that is won."""

from __future__ import annotations

from json import loads
from pathlib import Path

import pytest

from fxcrm.cli import main

RATES = "Date,USD,BRL,\n2026-03-02,1.0850,6.0000,\n"


class Shell:
    """Words in, the exit code and the lines out; on one day, by the rules of a template."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rates, rules = folder / "rates.csv", folder / "rules.toml"
        rates.write_text(RATES)
        self.capsys = capsys
        assert main(["deal", "template", "saas"]) == 0
        rules.write_text(capsys.readouterr().out)
        at = ("--at", "2026-03-02T17:00:00Z", "--on", "2026-03-02")
        where = ("--db", str(folder / "a.db"), "--rates", str(rates), "--rules", str(rules))
        self.common = (*where, *at)
        self("company", "add", "acme", "--name", "Acme", "--currency", "EUR")

    def __call__(self, *words: str) -> str:
        """What was printed, by a command that is carried out."""
        assert main([*words, *self.common]) == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out

    def refused(self, *words: str) -> str:
        """The one line that a refusal prints."""
        assert main([*words, *self.common]) == 2
        (line,) = self.capsys.readouterr().err.splitlines()
        return line


def test_a_list_of_some_counts_no_whole_beside_its_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ann's whole is worth what Bob's part is, which her list does not show."""
    shell = Shell(tmp_path, capsys)
    nord = ("--company", "acme", "--name", "Nord", "--currency", "EUR", "--country", "NO")
    shell("customer", "add", "nord", *nord)
    worth = ("--customer", "nord", "--title", "Seats", "--value", "EUR 70.00", "--owner")
    shell("deal", "add", "P", *worth, "ann")
    shell("deal", "add", "C", *worth, "bob", "--parent", "P")
    assert "together nothing" in shell("deal", "list", "--owner", "ann")
    assert "together EUR 70.00" in shell("deal", "list", "--owner", "bob")


def test_a_lead_becomes_a_deal_that_is_won(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The prospect is registered with it; what is missing is named; the rate at the end stays."""
    shell = Shell(tmp_path, capsys)
    lead = ("--subject", "Seats", "--channel", "mail", "--source", "fair", "--owner", "ann")
    shell("lead", "add", "E-1", *lead, "--company", "acme", "--prospect", "Nordwind")
    asked = ("--deal", "D-1", "--value", "USD 30000.00", "--pipeline", "saas")
    assert "no customer yet" in shell.refused("lead", "qualify", "E-1", *asked)
    registered = ("--register", "nordwind", "--country", "NO")
    assert shell("lead", "qualify", "E-1", *asked, *registered) == "lead E-1 is qualified\n"
    line = shell.refused("deal", "move", "D-1", "propose")
    assert "no expected_on, which stage proposal asks for" in line
    shell("deal", "change", "D-1", "--expected-on", "2026-04-01")
    shell("deal", "move", "D-1", "propose")
    assert "approval of a manager" in shell.refused("deal", "move", "D-1", "win")
    approve = ("deal", "approve", "D-1", "win", "--role", "manager", "--by")
    assert "its owner does not approve it" in shell.refused(*approve, "ann")
    shell(*approve, "bob")
    told = shell("deal", "move", "D-1", "win")
    assert told == "deal D-1 is won, USD 30000.00, at 1 EUR = 1.0850 USD on 2026-03-02\n"
    assert "manager bob approved to win up to USD 30000.00" in shell("deal", "show", "D-1")
    (row,) = loads(shell("lead", "figures", "--company", "acme", "--by", "source", "--json"))
    assert (row["source"], row["won share"], row["value won"]) == ("fair", "1 of 1", "USD 30000.00")


def test_bad_words_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field without a text, a relabelled currency, rules with a fault: each is named."""
    shell = Shell(tmp_path, capsys)
    lead = ("--subject", "Seats", "--channel", "mail", "--company", "acme", "--prospect", "Nord")
    shell("lead", "add", "E-1", *lead)
    shell(
        *("lead", "qualify", "E-1", "--deal", "D-1", "--value", "USD 50.00", "--pipeline", "saas"),
        *("--register", "nord", "--country", "NO", "--also", "EUR"),
    )
    assert "write NAME=TEXT" in shell.refused("deal", "change", "D-1", "--field", "incoterm")
    assert "EUR" in shell.refused("deal", "change", "D-1", "--value", "EUR 50.00")
    assert shell("deal", "exchange", "D-1", "eur") == "deal D-1 is lead, EUR 46.08\n"
    assert "together EUR 46.08" in shell("deal", "list", "--company", "acme")
    rules = tmp_path / "rules.toml"
    rules.write_text(rules.read_text().replace("percent = 20", "percent = 120"))
    line = shell.refused("deal", "list", "--company", "acme")
    assert "line 17, pipelines.saas.stages[2].percent: 120 is not from 0 to 100" in line
