"""Explanations: each figure of the page is explained once and linked from everywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from fxcrm.adapters.html.texts import visible
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure, Input, decimal_text


def kind_of(node: Input) -> str:
    """How the page shows a node: as decision, evidence, leaf (on record) or branch."""
    if isinstance(node, RateDecision):
        return "decision"
    if isinstance(node, Evidence):
        return "evidence"
    on_record = all(isinstance(one, Evidence) for one in node.inputs)
    return "leaf" if on_record and node.exact is None else "branch"


def exact_text(figure: Figure) -> str:
    """Value, exact value and rounding as plain text: what a tooltip says."""
    if figure.exact is None:
        return f"{figure.value}, exact"
    rounding = decimal_text(figure.rounding.value)
    return f"{figure.value}, exact {decimal_text(figure.exact)}, rounding {rounding}"


class Explanations:
    """Which figures were linked and which are explained, in the order of the page.

    One page is written with one of these. Equal figures share an explanation; numbers are
    given in the order of first mention, so that the same figures give the same page.
    """

    def __init__(self, decisions: Iterable[RateDecision]) -> None:
        self._anchors: dict[Figure, str] = {}
        self._explained: set[str] = set()
        self._decisions = {one.id: f"decision-{at}" for at, one in enumerate(decisions, 1)}
        longest_first = sorted(self._decisions, key=len, reverse=True)
        self._ids = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def anchor(self, figure: Figure) -> str:
        """The id of the place where the figure is explained."""
        return self._anchors.setdefault(figure, f"figure-{len(self._anchors) + 1}")

    def begins(self, figure: Figure) -> bool:
        """True once for each figure: this is the place where it is explained."""
        anchor = self.anchor(figure)
        first = anchor not in self._explained
        self._explained.add(anchor)
        return first

    def outstanding(self) -> Iterator[Figure]:
        """Figures that were linked and are not explained yet; those met on the way included."""
        while waiting := [
            figure for figure, anchor in self._anchors.items() if anchor not in self._explained
        ]:
            for figure in waiting:
                if self.anchor(figure) not in self._explained:
                    yield figure

    def decision(self, decision: RateDecision) -> str | None:
        """The id of a decision's line in the appendix; None for one that is not listed."""
        return self._decisions.get(decision.id)

    def linked(self, text: str) -> Markup:
        """A text in which every id of a decision leads to the appendix."""
        shown, parts, end = visible(text), [], 0
        for found in self._ids.finditer(shown):
            parts += [escape(shown[end : found.start()]), self._link(found.group())]
            end = found.end()
        return Markup("").join([*parts, escape(shown[end:])])

    def _link(self, id: str) -> Markup:
        return Markup('<a href="#{}">{}</a>').format(self._decisions[id], id)  # type: ignore[index]
