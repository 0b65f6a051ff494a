"""``fxcrm product``: what is sold."""

from fxcrm.cli.prices import run_products as run

__all__ = ["run"]
