"""Prospects: what a forecast needs to know of a deal, wherever it is read from."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Protocol

from fxcrm.decisions import RateDecision
from fxcrm.ids import CustomerId, DealId
from fxcrm.money import Money


class Prospect(Protocol):
    """A deal as a forecast sees it; ``Deal`` is one, and so is a `ProspectRow`.

    ``value`` is the whole value in the deal's own currency. ``closed_on`` is None while it is
    open; ``closing`` is the rate it was closed at. ``parent`` is the deal it is a part of.
    """

    @property
    def id(self) -> DealId:
        """Its id."""
        ...

    @property
    def customer(self) -> CustomerId:
        """To whom."""
        ...

    @property
    def pipeline(self) -> str:
        """The name of the pipeline it walks."""
        ...

    @property
    def stage(self) -> str:
        """The stage it stands in."""
        ...

    @property
    def owner(self) -> str:
        """The salesperson; empty: nobody."""
        ...

    @property
    def team(self) -> str:
        """The team; ``emea/dach`` belongs to ``emea``."""
        ...

    @property
    def value(self) -> Money:
        """The whole value, in its own currency."""
        ...

    @property
    def opened_on(self) -> date:
        """The day it was opened."""
        ...

    @property
    def expected_on(self) -> date | None:
        """The day it is expected to be closed."""
        ...

    @property
    def closed_on(self) -> date | None:
        """The day it was won or lost."""
        ...

    @property
    def closing(self) -> RateDecision | None:
        """The rate it was closed at."""
        ...

    @property
    def parent(self) -> DealId | None:
        """The deal it is a part of."""
        ...


class ProspectRow(NamedTuple):
    """The same, read from a table without the rest of the deal."""

    id: DealId
    customer: CustomerId
    pipeline: str
    stage: str
    owner: str
    team: str
    value: Money
    opened_on: date
    expected_on: date | None = None
    closed_on: date | None = None
    closing: RateDecision | None = None
    parent: DealId | None = None
