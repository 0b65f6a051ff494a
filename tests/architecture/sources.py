"""The package as its source files: what the checks of this folder walk over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

# Parts that may touch the outside world; everything else is the core.
RIM = ("fxcrm.adapters", "fxcrm.bootstrap", "fxcrm.cli", "fxcrm.testing.contracts.__main__")
# Parts that draw: coordinates on a page are no money.
DRAWING = ("fxcrm.adapters.html", "fxcrm.cli")


@attrs.frozen
class Module:
    """One source file: its dotted name, its path and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module

    def within(self, parts: tuple[str, ...]) -> bool:
        """Whether the module is one of ``parts`` or lies inside one of them."""
        return any(f"{self.name}.".startswith(f"{part}.") for part in parts)


def modules(source: Path = SOURCE) -> Iterator[Module]:
    """Every module below ``source``, in the order of their names."""
    for path in sorted(source.rglob("*.py")):
        name = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        yield Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


EVERYWHERE = list(modules())
CORE = [module for module in EVERYWHERE if not module.within(RIM)]
COUNTING = [module for module in EVERYWHERE if not module.within(DRAWING)]
