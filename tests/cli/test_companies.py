"""``fxcrm company``, and what every command of the selling side does alike."""

from __future__ import annotations

from json import loads
from pathlib import Path

import pytest

from fxcrm.cli import main


def _run(*words: str) -> int:
    return main([*words])


def test_a_company_is_registered_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first command makes the database; a key makes a repetition harmless (F11)."""
    db = str(tmp_path / "acme.sqlite3")
    add = ("company", "add", "--db", db, "acme", "--name", "Acme", "--currency", "eur")
    assert _run(*add, "--on", "2026-01-05", "--key", "first") == 0
    assert _run(*add, "--on", "2026-01-05", "--key", "first") == 0
    assert _run(*add, "--on", "2026-01-05") == 2
    capsys.readouterr()
    assert _run("company", "list", "--db", db, "--json") == 0
    row = {"company": "acme", "name": "Acme", "functional": "EUR", "since": "2026-01-05"}
    assert loads(capsys.readouterr().out) == [row]


def test_rules_that_can_not_be_followed_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not there, no TOML, or with a misspelt table; nothing is written."""
    db, rules = tmp_path / "acme.sqlite3", tmp_path / "rules.toml"
    words = ("company", "add", "--db", str(db), "a", "--name", "A", "--currency", "EUR")
    for text in (None, "[", "[pipeline]\n"):
        if text is not None:
            rules.write_text(text)
        assert _run(*words, "--rules", str(rules)) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert _run("company", "list", "--db", str(db)) == 2
