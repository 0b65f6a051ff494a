"""The year as one command: what it prints, what it refuses, and how a broken promise ends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fxcrm.cli import main, simulate
from fxcrm.usecases.proving import Proof

SMALL = ("--documents", "8", "--customers", "4", "--currencies", "5")
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["simulate", *SMALL, *arguments])


def test_the_figures_are_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, trial balances that sum to zero, promises, the digest; a line a month meanwhile."""
    assert run() == 0
    out, told = capsys.readouterr()
    assert Path("fxcrm-year.sqlite3").exists()
    assert "the year 2025 from seed 1: 2 companies, 4 customers, 5 currencies, 8 documents" in out
    assert "nordwind at 2025-12-31" in out
    assert "EUR 0.00" in out
    assert "BROKEN" not in out
    assert out.count("holds  ") >= 14
    assert told.count("steps told") == 13


def test_a_second_run_prints_the_same(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, all but the seconds; and quietly, nothing else at all."""
    found = []
    for _ in range(2):
        assert run("--json", "--quiet") == 0
        out, told = capsys.readouterr()
        assert told == ""
        found.append(json.loads(out))
        assert set(found[-1].pop("seconds")) == {"generated", "told", "proved"}
    assert found[0] == found[1]
    assert found[0]["counts"]["companies"] == 2
    assert all(one["holds"] for one in found[0]["promises"])
    assert len(found[0]["digest"]) == 64


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--seed", "2"), "AnotherYear"),
        (("--companies", "99"), "PlanRefused: companies lie between 1 and 12, not 99"),
        (("--year", "1990"), "1990"),
    ],
)
def test_what_can_not_be_is_one_line(
    arguments: tuple[str, ...], said: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and a line that names it."""
    assert run("--quiet") == 0
    capsys.readouterr()
    assert run(*arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def test_a_broken_promise_ends_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, and the promise with its fault on standard error too."""
    broken = Proof("the sea is dry", "one sea", ("it is wet",))
    monkeypatch.setattr(simulate, "prove", lambda *_: iter([broken]))
    assert run("--quiet") == 1
    out, told = capsys.readouterr()
    assert "BROKEN the sea is dry: one sea" in out
    assert told == "fxcrm: broken: the sea is dry: it is wet\n"
