"""Whole processes, in turns: from their start to an answer, and what one step inside one takes.

Each run is a new interpreter, so nothing is left over from the run before. Modules are compiled
into a folder that is thrown away, whatever the surroundings say about byte code, and a first
round that is not counted fills it: both sides then start as an installed program does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory

import attrs

import fxcrm

_SOURCE = str(Path(fxcrm.__file__).parents[1])
# Garbage is collected as in any program; a peer that keeps much pays for it, and so do we.
_STEP = """
import time
{before}
begun = time.process_time_ns()
{step}
print(time.process_time_ns() - begun)
"""


@attrs.frozen
class Program:
    """The text of a program; its arguments are those of the round."""

    name: str
    text: str

    @classmethod
    def step(cls, name: str, before: str, step: str) -> Program:
        """A program that prints how many nanoseconds one step of it takes."""
        return cls(name, _STEP.format(before=before, step=step))


@attrs.frozen
class Ran:
    """Processor time of a whole process in nanoseconds, and what it printed."""

    nanoseconds: float
    output: str


def in_turns(
    programs: Sequence[Program], rounds: Sequence[Sequence[str]]
) -> Mapping[str, list[Ran]]:
    """Every program once per round, A B C, B C A ...; ``rounds`` has the arguments of each."""
    ran: dict[str, list[Ran]] = {program.name: [] for program in programs}
    with TemporaryDirectory() as compiled:
        for program in programs:
            _run(program, rounds[0], compiled)
        for turn, arguments in enumerate(rounds):
            for place in range(turn, turn + len(programs)):
                program = programs[place % len(programs)]
                ran[program.name].append(_run(program, arguments, compiled))
    return ran


def _run(program: Program, arguments: Sequence[str], compiled: str) -> Ran:
    surroundings = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONPATH": _path()}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    before = _processor_time()
    run = subprocess.run(
        [sys.executable, "-c", program.text, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=surroundings,
    )
    return Ran(_processor_time() - before, run.stdout.strip())


def _path() -> str:
    """This library first, so that the processes load the one that is measured."""
    return os.pathsep.join(filter(None, (_SOURCE, os.environ.get("PYTHONPATH"))))


def _processor_time() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e9


def whole(ran: Sequence[Ran]) -> float:
    """The median of whole processes, in nanoseconds."""
    return median(one.nanoseconds for one in ran)


def steps(ran: Sequence[Ran]) -> float:
    """The median of what the processes printed, in nanoseconds."""
    return median(int(one.output) for one in ran)
