"""Lifecycles are tables: every state and command is walked, drawn, or refused as tabled."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from fxcrm.billing import CASE_LIFECYCLE, INVOICE_LIFECYCLE, ORDER_LIFECYCLE
from fxcrm.errors import RuleRefused
from fxcrm.heldrates import HELD_RATE_LIFECYCLE
from fxcrm.lifecycles import Lifecycle, TransitionRefused
from fxcrm.pipeline import DEAL_LIFECYCLE, ENQUIRY_LIFECYCLE
from fxcrm.ratelocks import LOCK_LIFECYCLE
from fxcrm.selling import QUOTE_LIFECYCLE

ALL = (
    ENQUIRY_LIFECYCLE,
    DEAL_LIFECYCLE,
    QUOTE_LIFECYCLE,
    LOCK_LIFECYCLE,
    HELD_RATE_LIFECYCLE,
    ORDER_LIFECYCLE,
    INVOICE_LIFECYCLE,
    CASE_LIFECYCLE,
)


@pytest.mark.parametrize("lifecycle", ALL, ids=lambda one: one.name)
def test_every_pair_of_state_and_command_is_tabled_or_refused(lifecycle: Lifecycle) -> None:
    """The table decides alone; a refusal names the state, the command and what is possible."""
    commands = {command for _, command in lifecycle.table}
    for state in lifecycle.states():
        for command in commands:
            expected = lifecycle.table.get((state, command))
            if expected is not None:
                assert lifecycle.after(state, command) == expected
                continue
            with pytest.raises(TransitionRefused) as caught:
                lifecycle.after(state, command)
            possible = ", ".join(lifecycle.commands(state)) or "nothing, it is final"
            assert caught.value.allowed == possible
            assert caught.value.lifecycle == lifecycle.name
            assert isinstance(caught.value, RuleRefused)


@pytest.mark.parametrize("lifecycle", ALL, ids=lambda one: one.name)
def test_every_state_can_be_reached_from_the_start(lifecycle: Lifecycle) -> None:
    """No row of a table is dead, and the start is listed first."""
    reached = {lifecycle.start}
    for _ in lifecycle.table:
        reached |= {to for (at, _), to in lifecycle.table.items() if at in reached}
    assert reached == set(lifecycle.states())
    assert lifecycle.states()[0] == lifecycle.start


@pytest.mark.parametrize("lifecycle", ALL, ids=lambda one: one.name)
def test_the_drawing_shows_every_row(lifecycle: Lifecycle) -> None:
    """One arrow for the start and one for each row of the table, nothing else."""
    arrows = [one.strip() for one in lifecycle.mermaid().splitlines() if "-->" in one]
    rows = {f"{at} --> {to}: {command}" for (at, command), to in lifecycle.table.items()}
    assert set(arrows) == {f"[*] --> {lifecycle.start}", *rows}
    assert len(arrows) == 1 + len(rows)


def test_unknown_states_and_commands_are_refused_alike() -> None:
    """A state that a damaged record invents accepts nothing."""
    with pytest.raises(TransitionRefused) as caught:
        ORDER_LIFECYCLE.after("teleported", "ship")
    assert str(caught.value) == (
        "order: 'ship' is not possible in state 'teleported'; possible: nothing, it is final"
    )


def test_a_lifecycle_of_ones_own_walks_its_table() -> None:
    """Stages are data: a table with a loop and a final state works like those of the library."""
    table = {("on", "press"): "off", ("off", "press"): "on", ("off", "break"): "broken"}
    lamp = Lifecycle("lamp", "on", MappingProxyType(table))
    assert lamp.states() == ("on", "off", "broken")
    assert lamp.commands("off") == ("press", "break")
    assert lamp.commands("broken") == ()
