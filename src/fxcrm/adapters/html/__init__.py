"""The report as one self-contained page of HTML: no script, no request, no font from elsewhere."""

from fxcrm.adapters.html.rendering import render

__all__ = ["render"]
