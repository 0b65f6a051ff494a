"""Progress while a story is told: a bar on a terminal, a line a month elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fxcrm.usecases.performing import Performed
from fxcrm.usecases.wording import Step

Told = tuple[Step, Performed]


def shown(steps: Iterable[Told], total: int, stream: TextIO) -> Iterator[Told]:
    """The steps as they come, each shown on ``stream``."""
    console = Console(file=stream)
    return _bar(steps, total, console) if console.is_terminal else _lines(steps, stream)


def _bar(steps: Iterable[Told], total: int, console: Console) -> Iterator[Told]:
    columns = (
        TextColumn("{task.description:<44}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)
        for step, done in steps:
            progress.update(task, advance=1, description=f"{step.on}  {step.key}"[:44])
            yield step, done


def _lines(steps: Iterable[Told], stream: TextIO) -> Iterator[Told]:
    for month, held in groupby(steps, key=lambda told: f"{told[0].on:%Y-%m}"):
        done = []
        for one in held:
            done.append(one[1].fresh)
            yield one
        print(
            f"{month}: {sum(done)} steps told, {len(done) - sum(done)} known already", file=stream
        )
