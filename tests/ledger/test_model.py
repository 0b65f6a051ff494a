"""The library against an independent model: the same answers, balances and items at every step."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from fxcrm.ids import CompanyId
from fxcrm.usecases import Desk
from tests.ledger import model
from tests.ledger.chance import DIGITS
from tests.ledger.driving import Different, Kept, drive
from tests.ledger.model import Model
from tests.postgres import Server

SOURCE = Path(model.__file__).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3, 5, 7, 9])
def test_memory_and_a_file_agree_with_the_model(seed: int) -> None:
    """1,500 steps in five parts: every answer, balance, item and entry; in the end the digests."""
    answers = drive(300, seed, ["memory", "sqlite"])
    refused = sum(count for verb, count in answers.items() if verb.endswith("refused"))
    assert 30 < refused < 150


@pytest.mark.slow
def test_a_server_agrees_with_the_model(postgresql: Server) -> None:
    """200 steps on PostgreSQL beside memory: one answer, one chain of entries, one digest."""
    drive(200, 101, ["memory", "postgresql"], host=postgresql)


def test_the_model_is_small_and_on_its_own() -> None:
    """Not three hundred lines of code, and nothing of the library in them."""
    lines = [line.strip() for line in SOURCE.splitlines()]
    assert len([one for one in lines if one and not one.startswith(("#", '"""'))]) <= 300
    named = {
        name
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(one.name for one in node.names))
    }
    assert not {name for name in named if name and name.startswith(("fxcrm", "tests", "decimal"))}


def test_a_difference_is_told_with_the_line_that_replays_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A model that rounds down is found at the step where it matters first."""

    def down(_: Model, units: int, of: str, book: model.Book, on: date, rate: object = None) -> int:
        return math.floor(honest(plain, units * 1000, of, book, on, rate) / 1000)

    honest = Model._value
    plain = Model(lambda *_: Fraction(1), DIGITS)
    monkeypatch.setattr(Model, "_value", down)
    with pytest.raises(Different, match=r"--seed 1 --steps \d+ --stores memory"):
        drive(150, 1, ["memory"])


def test_a_refused_step_that_writes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a store keeps of a refused command is told."""

    def careless(self: Kept, command: Callable[[Desk], object], *given: Any) -> Any:
        refused, appended = honest(self, command, *given)
        if refused:
            with self.store.begin() as unit:
                unit.numbers.next(CompanyId("nord"), "INV")
                unit.commit()
        return refused, appended

    honest = Kept.carry_out
    monkeypatch.setattr(Kept, "carry_out", careless)
    with pytest.raises(Different, match="changed by the refused"):
        drive(150, 1, ["memory"])
