"""The report of a kit: every promise in words, and what became of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.ports.storage import Store
from fxcrm.testing.contracts import (
    Contract,
    NotShown,
    Outcome,
    PromiseBroken,
    StoreContract,
    proved,
)
from fxcrm.testing.contracts.__main__ import main
from fxcrm.testing.contracts.promises import expect, holds


class _First:
    """A kit with one promise of each outcome."""

    def test_kept(self) -> None:
        """This one holds. And here is more about it."""

    def test_broken(self) -> None:
        """This one does not hold."""
        expect("one is two", 1, 2)


class Kit(_First):
    """It builds on another, and needs to be set up."""

    folder = ""

    def setup_method(self) -> None:
        """Before each promise."""
        self.folder += "made"

    def teardown_method(self) -> None:
        """After each promise."""
        self.folder = ""

    def test_set_up(self) -> None:
        """Each promise has an instance of its own."""
        expect("set up once", self.folder, "made")

    def test_not_shown(self) -> None:
        """This one needs a hook."""
        raise NotShown("override it")

    def test_without_words(self) -> None:  # noqa: D102
        raise ValueError("an adapter let this through")


class TestHolding(StoreContract):
    """The store in memory, as an embedder would write it."""

    def open_store(self) -> Store:
        """A new one."""
        return MemoryStore()


def test_a_report_tells_each_promise() -> None:
    """Promises stand in the order of writing, each with its first sentence and its outcome."""
    assert str(proved(Kit)).splitlines() == [
        "Kit: 2 proved, 2 BROKEN, 1 not shown",
        "  proved     This one holds",
        "  BROKEN     This one does not hold",
        "             one is two",
        "               expected: 2",
        "               got:      1",
        "  proved     Each promise has an instance of its own",
        "  not shown  This one needs a hook",
        "             override it",
        "  BROKEN     without words",
        "             ValueError: an adapter let this through",
    ]


def test_a_report_holds_where_nothing_is_broken() -> None:
    """Something not shown breaks nothing; a kit without promises proves nothing."""
    assert not proved(Kit).holds
    assert not proved(object).holds
    assert [one.test for one in proved(Kit).of(Outcome.NOT_SHOWN)] == ["test_not_shown"]


def test_the_kit_of_stores_is_reported_too() -> None:
    """No promise of a store needs pytest."""
    report = proved(TestHolding)
    assert report.holds, str(report)
    assert len(report.of(Outcome.PROVED)) > 20


def test_a_promise_that_is_not_shown_is_skipped(tmp_path: Path) -> None:
    """Pytest counts it as skipped, with the reason."""
    (tmp_path / "test_it.py").write_text(
        "from fxcrm.testing.contracts import NotShown\n"
        "def test_it():\n    raise NotShown('override it')\n"
    )
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "test_it.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 skipped" in ran.stdout
    assert "override it" in ran.stdout


def test_an_unforeseen_error_breaks_the_promise_in_which_it_comes_up() -> None:
    """It is named by the promise and kept as its cause; what a kit itself raises stays."""

    class Leaking(Contract):
        def test_it(self) -> None:
            """Nothing leaks. Ever."""
            raise KeyError("driver")

        def test_told(self) -> None:
            """Not this sentence."""
            expect("but this one", 1, 2)

    with pytest.raises(PromiseBroken, match=r"^Nothing leaks\n  expected: no error") as broken:
        Leaking().test_it()
    assert isinstance(broken.value.__cause__, KeyError)
    with pytest.raises(PromiseBroken, match=r"^but this one"):
        Leaking().test_told()


def test_holds_names_the_promise() -> None:
    """What was got stands below the promise."""
    holds("it is so", held=True)
    with pytest.raises(AssertionError, match="it is so\n  got:      'not at all'"):
        holds("it is so", False, "not at all")


def test_the_command_prints_and_tells_by_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 where all holds, 1 where something is broken, 2 for what can not be run."""
    good = "class Kit:\n    def test_it(self):\n        '''It holds.'''\n"
    (tmp_path / "good_kit.py").write_text(good)
    (tmp_path / "bad_kit.py").write_text(f"{good}        assert False\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["good_kit:Kit"]) == 0
    said = ["Kit: 1 proved, 0 BROKEN, 0 not shown", "  proved     It holds"]
    assert capsys.readouterr().out.splitlines() == said
    assert main(["good_kit:Kit", "bad_kit:Kit"]) == 1
    for wrong in ([], ["good_kit"], ["good_kit:Other"], ["no_such_module:Kit"], [":Kit"]):
        capsys.readouterr()
        assert main(wrong) == 2
        assert "usage: " in capsys.readouterr().err


def test_the_command_runs_as_a_module(tmp_path: Path) -> None:
    """``python -m fxcrm.testing.contracts`` finds kits in the folder it is called from."""
    (tmp_path / "kits.py").write_text("class Kit:\n    def test_it(self):\n        '''Holds.'''\n")
    command = [sys.executable, "-m", "fxcrm.testing.contracts", "kits:Kit"]
    ran: Any = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 proved" in ran.stdout
