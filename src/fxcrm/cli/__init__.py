"""The command line: thin. It reads arguments, calls a use case, and shows what came of it."""

from fxcrm.cli.main import main

__all__ = ["main"]
