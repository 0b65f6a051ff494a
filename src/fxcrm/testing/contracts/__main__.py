"""Print what kits prove: ``python -m fxcrm.testing.contracts my.module:TestMyStore``.

Ends with 0 where every promise holds, with 1 where one is broken, with 2 for a wrong call.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from fxcrm.testing.contracts import proved

_USAGE = "usage: python -m fxcrm.testing.contracts my.module:TestMyStore ..."


def main(arguments: list[str]) -> int:
    """Run the kits that are named as ``module:class`` and print a report of each."""
    kits = [_kit(one) for one in arguments]
    if not kits or None in kits:
        print(_USAGE, file=sys.stderr)
        return 2
    held = True
    for kit in kits:
        report = proved(kit)
        print(report, flush=True)  # before the next one, which may take a while
        held = held and report.holds
    return 0 if held else 1


def _kit(named: str) -> Any:
    module, _, name = named.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        print(f"{named}: {error}", file=sys.stderr)
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
