"""``fxcrm customer duplicates`` and ``merge``: told with reasons, merged once."""

from __future__ import annotations

from json import loads
from pathlib import Path

import pytest

from fxcrm.cli import main


def test_two_are_found_and_merged_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pair with its points; the merge under a key; again without one it is refused."""
    db = str(tmp_path / "sales.sqlite3")

    def run(*words: str) -> tuple[int, str]:
        code = main([*words[:2], "--db", db, "--on", "2026-03-02", *words[2:]])
        captured = capsys.readouterr()
        return code, captured.out or captured.err

    assert run("company", "add", "nordwind", "--name", "Nordwind", "--currency", "EUR")[0] == 0
    for id, name in (("C-1", "Acme GmbH"), ("C-2", "ACME"), ("C-3", "Globex")):
        words = ("--name", name, "--country", "DE", "--currency", "EUR", "--company", "nordwind")
        assert run("customer", "add", id, *words)[0] == 0
    [pair] = loads(run("customer", "duplicates", "nordwind", "--json")[1])
    assert pair == {"customer": "C-1", "may be": "C-2", "points": 60, "because": "name 60 (acme)"}
    merge = ("customer", "merge", "C-2", "--into", "C-1")
    assert run(*merge, "--key", "m")[1] == "C-2 is merged into C-1, with 0 documents and items\n"
    assert run(*merge, "--key", "m") == (0, "C-2 was merged into C-1 before\n")
    code, told = run(*merge)
    assert (code, len(told.splitlines())) == (2, 1)
    assert run("customer", "duplicates", "nordwind", "--json")[1].strip() == "[]"
