"""Lifecycles as tables: the code walks them, the documentation draws them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from fxcrm.errors import RuleRefused


class TransitionRefused(RuleRefused):
    """The command does not fit the state."""

    lifecycle: str
    state: str
    command: str
    allowed: str
    template = (
        "{lifecycle:plain}: {command} is not possible in state {state}; possible: {allowed:plain}"
    )


@attrs.frozen
class Lifecycle:
    """States and commands of one kind of aggregate: ``(state, command) -> next state``."""

    name: str
    start: str
    table: Mapping[tuple[str, str], str]

    def after(self, state: str, command: str) -> str:
        """The state that ``command`` leads to. Raises `TransitionRefused`."""
        try:
            return self.table[state, command]
        except KeyError:
            allowed = ", ".join(self.commands(state)) or "nothing, it is final"
            raise TransitionRefused(
                lifecycle=self.name, state=state, command=command, allowed=allowed
            ) from None

    def commands(self, state: str) -> tuple[str, ...]:
        """The commands that ``state`` accepts, in the table's order."""
        return tuple(command for at, command in self.table if at == state)

    def states(self) -> tuple[str, ...]:
        """Every state, the start first, in the order in which the table reaches them."""
        reached = [self.start, *(at for at, _ in self.table), *self.table.values()]
        return tuple(dict.fromkeys(reached))

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the documentation."""
        rows = [f"    {at} --> {to}: {command}" for (at, command), to in self.table.items()]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start}", *rows])
