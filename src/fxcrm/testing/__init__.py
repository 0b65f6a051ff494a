"""For embedders: contract kits that prove an adapter of their own keeps its promises."""

__all__ = ["contracts"]
