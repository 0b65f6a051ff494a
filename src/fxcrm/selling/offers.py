"""What a quote offers: its lines, the rate and the lock they rest on, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId, CustomerId, DealId, LockId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ratelocks import LockCoverExceeded
from fxcrm.selling.approvals import Approval, ApprovalRule
from fxcrm.selling.contents import content_of
from fxcrm.selling.covers import Cover, cover_of
from fxcrm.selling.lines import Parts, QuoteLine, at_one_rate, converted, shared_out
from fxcrm.selling.quoteerrors import QuoteHasNoRate
from fxcrm.selling.quotefigures import line_figures, total_figure
from fxcrm.selling.quotetaxes import taxed
from fxcrm.taxes import NET_PER_LINE, TaxedDocument, TaxPolicy, TaxTotal

QUOTE_LIFECYCLE = Lifecycle(
    "quote",
    "draft",
    FrozenMap(
        {
            ("draft", "approve"): "approved",
            ("draft", "withdraw"): "discarded",  # nobody was offered it
            ("approved", "accept"): "accepted",
            ("approved", "lapse"): "lapsed",
            ("approved", "decline"): "declined",
            ("approved", "withdraw"): "withdrawn",
            ("approved", "supersede"): "superseded",
            ("lapsed", "requote"): "requoted",
            ("accepted", "order"): "ordered",
        }
    ),
)


def fee_of(lock: LockId) -> str:
    """What the line of a lock's fee is called."""
    return f"Rate lock {lock}"


@attrs.frozen
class Offer:
    """An offer to one customer.

    ``priced_in`` is the currency of the price list, ``currency`` that of the document. Where
    they differ, ``rate`` (1 priced = rate x document, or the pair the other way) makes one
    out of the other: each line is rounded, and the total is the sum of the lines (M9).

    A ``lock`` covers the quote up to ``covered``, in the priced currency (None: whatever the lock
    says when it is drawn). What exceeds it is converted at ``excess_rate``, a decision of its own.

    The lines may bear taxes. They are computed on the lines as they stand in the document currency,
    by ``tax_policy``: so ``net + tax == total`` whatever was converted.

    ``revision`` counts the versions of one number. ``supersedes`` is the quote that this one
    stands in for: the version before it, or, under another number, the lapsed one that it quotes
    again. ``authors`` wrote it; ``approvals`` are consents to what it says now.

    ``last_seen_at`` is when an answer came too late, so that a clock that goes back afterwards
    does not make it timely (F7).
    """

    id: QuoteId
    number: str
    company: CompanyId
    customer: CustomerId
    deal: DealId | None
    currency: Currency
    priced_in: Currency
    drafted_on: date
    valid_until: date
    lines: tuple[QuoteLine, ...] = ()
    rate: RateDecision | None = None
    lock: LockId | None = None
    state: str = QUOTE_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    covered: Money | None = None
    excess_rate: RateDecision | None = None
    last_seen_at: datetime | None = None
    tax_policy: TaxPolicy = NET_PER_LINE
    revision: int = 1
    supersedes: QuoteId | None = None
    terms: str = ""
    delivery: str = ""
    contact: str = ""
    notes: str = ""
    authors: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def cover(self) -> Cover | None:
        """What the lock covers of the quote as it is now; None without a lock."""
        return cover_of(self)

    @cached_property
    def content(self) -> str:
        """All that is offered as one short text: a consent is given to this, and nothing else."""
        return content_of(self)

    def is_fee(self, line: QuoteLine) -> bool:
        """Whether a line is what its rate lock costs, and not one of the goods."""
        return self.lock is not None and line.description == fee_of(self.lock)

    @cached_property
    def priced_total(self) -> Money:
        """The sum of the lines in the currency the goods are priced in."""
        return Money.total((line.amount for line in self.lines), currency=self.priced_in)

    @property
    def excess(self) -> Money:
        """How far the quote exceeds the cover of its lock, in the priced currency."""
        if self.covered is None:
            return Money.zero(self.priced_in)
        beyond = self.priced_total - self.covered
        return beyond if beyond.is_positive else Money.zero(self.priced_in)

    def exceeded(self) -> LockCoverExceeded:
        """What is raised where an excess has no decision; it names the cover and what was asked."""
        lock, asked = self.lock or LockId(""), self.priced_total
        return LockCoverExceeded(lock=lock, asked=asked, covered=asked - self.excess)

    @cached_property
    def parts(self) -> tuple[Parts, ...]:
        """Each line in its parts, each with the decision that converts it; none in one currency.

        Raises `QuoteHasNoRate`, and `LockCoverExceeded` where an excess has no decision.
        """
        if self.currency is self.priced_in:
            return tuple(() for _ in self.lines)
        rate = self._needed_rate()
        if self.covered is None or not self.excess:
            return at_one_rate(self.lines, rate)
        if self.excess_rate is None:
            raise self.exceeded()
        return tuple(shared_out(self.lines, self.covered, rate, self.excess_rate))

    @cached_property
    def amounts(self) -> tuple[Money, ...]:
        """Each line in the document currency, rounded once (M9): the values of ``figures``."""
        if self.currency is self.priced_in:
            return tuple(line.amount for line in self.lines)
        return tuple(map(converted, self.parts))

    @cached_property
    def taxed(self) -> TaxedDocument | None:
        """The lines with their taxes, in the document currency; None where no line bears one."""
        return taxed(self)

    @property
    def total(self) -> Money:
        """What is owed: the rounded lines in the document currency, and their taxes.

        Raises `QuoteHasNoRate`.
        """
        if self.taxed is None:
            return Money.total(self.amounts, currency=self.currency)
        return self.taxed.gross

    @property
    def net(self) -> Money:
        """The total without its taxes."""
        return self.total if self.taxed is None else self.taxed.net

    @property
    def tax(self) -> Money:
        """All taxes: ``net + tax == total``."""
        return self.total - self.net

    @property
    def taxes(self) -> tuple[TaxTotal, ...]:
        """Each tax with its base, in the order in which the lines name them."""
        return () if self.taxed is None else self.taxed.by_tax

    def figures(self) -> tuple[Figure, ...]:
        """Each line as a figure in the document currency, naming the rate decisions."""
        return line_figures(self)

    def total_figure(self) -> Figure:
        """The total as a figure: the sum of ``figures``, and of the taxes on top of them."""
        return total_figure(self)

    def _needed_rate(self) -> RateDecision:
        if self.rate is None:
            raise QuoteHasNoRate(quote=self.id, pair=f"{self.priced_in}/{self.currency}")
        return self.rate

    def unmet(self, rules: Iterable[ApprovalRule]) -> tuple[ApprovalRule, ...]:
        """Those of some rules that nobody entitled has consented to yet."""
        return tuple(
            one for one in rules if not one.is_met(self.approvals, self.content, self.authors)
        )
