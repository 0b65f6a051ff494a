"""True division: the type that each ``/`` of the package has.

The type checker tells. Every ``/`` of a module is wrapped in ``reveal_type`` in a copy that
mypy reads in place of the original; what it reveals must be one of the exact types. A quotient
of integers reveals float, a quotient that nobody can prove reveals Any, and code that the
checker does not reach reveals nothing: all three are refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
from mypy import api

from tests.architecture.sources import ROOT, Module

# What a quotient may be. A type of ours is exact because its own `/` is checked here too; a
# path is no number.
_EXACT = re.compile(
    r"(fractions\.Fraction|decimal\.Decimal|fxcrm\.[\w.]+"
    r"|pathlib\.\w+|importlib\.resources\.abc\.Traversable)$"
)
_REVEALED = re.compile(r'^(?P<path>.+?):(?P<line>\d+): note: Revealed type is "(?P<type>.+)"$')


@attrs.frozen
class Division:
    """One ``/``: the file and line it starts on and the type that the checker gives it."""

    path: Path
    line: int
    type: str

    @property
    def is_exact(self) -> bool:
        """Whether the quotient is proved to be a fraction, a decimal, a type of ours, or a path."""
        return bool(_EXACT.match(self.type))


def divisions(modules: Iterable[Module], scratch: Path) -> list[Division]:
    """Every true division in ``modules`` with its type; ``nothing`` where mypy never looked."""
    dividing = [module for module in modules if _quotients(module.tree)]
    shadows = [_shadow(module, scratch / f"{module.name}.py") for module in dividing]
    revealed = list(_revealed([module.path for module in dividing], shadows, scratch))
    return [*revealed, *_unseen(dividing, revealed)]


def _quotients(tree: ast.Module) -> list[ast.BinOp]:
    nodes = ast.walk(tree)
    return [n for n in nodes if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Div)]


def _shadow(module: Module, copy: Path) -> Path:
    """A copy of the module with each quotient wrapped, line for line like the original."""
    lines = module.path.read_bytes().splitlines(keepends=True)
    for line, column, text in sorted(_insertions(module.tree), reverse=True):
        lines[line - 1] = lines[line - 1][:column] + text + lines[line - 1][column:]
    copy.write_bytes(b"".join(lines))
    return copy


def _insertions(tree: ast.Module) -> Iterator[tuple[int, int, bytes]]:
    for node in _quotients(tree):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        yield node.lineno, node.col_offset, b"reveal_type("
        yield node.end_lineno, node.end_col_offset, b")"


def _revealed(paths: list[Path], shadows: list[Path], scratch: Path) -> Iterator[Division]:
    if not paths:
        return
    pairs = [("--shadow-file", str(a), str(b)) for a, b in zip(paths, shadows, strict=True)]
    shadowed = [argument for pair in pairs for argument in pair]
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary"]
    cache = ["--cache-dir", str(scratch / "cache"), "--show-absolute-path"]
    said, failed, _ = api.run([*settings, *cache, *shadowed, *map(str, paths)])
    assert not failed, failed
    for note in filter(None, map(_REVEALED.match, said.splitlines())):
        yield Division(Path(note["path"]), int(note["line"]), note["type"])


def _unseen(dividing: list[Module], revealed: list[Division]) -> Iterator[Division]:
    """Lines with a quotient and no note; mypy says the same thing about one line only once."""
    seen = {(division.path, division.line) for division in revealed}
    for module in dividing:
        lines = {node.lineno for node in _quotients(module.tree)}
        for line in sorted(lines):
            if (module.path, line) not in seen:
                yield Division(module.path, line, "nothing")
