"""Revaluation: monetary items in foreign currency at the closing rate (IAS 21.23, D13 to D16).

Two styles, one result over a life. In the first one an adjustment is taken back on a later day,
so that settlement starts from the original amount; it is usual for open items. In the second one
it stays and the next run books the change alone; it is usual for bank balances, and an open item
gathers it in ``adjusted`` until a settlement takes it back. Either way the document balance never
moves, and a second run for the same day and rate finds nothing to book. Differences go to profit
or loss (D6), those on net investments to an account of their own; hedges are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import InputRefused, NotThere, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId, ProposalId, VoucherId
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.journal import REVERSAL, Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import Balance, JournalLine
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

Closing = Mapping[Currency, RateDecision]

KIND: Final = "revaluation"  # of the entry of a run; what takes it back is a reversal
WITHDRAWN: Final = ":withdrawn"  # ends the id of the entry that takes a whole run back (D15)


class Style(Enum):
    """What becomes of an adjustment after the closing day (D14); lifetime results are the same."""

    REVERSING = "reversing"  # taken back on a later day; the item starts from its original again
    CUMULATIVE = "cumulative"  # kept; the next run books the change alone


class Scope(Enum):
    """What one entry of a run covers: its place in the key of the entry (D15)."""

    ITEMS = "items"
    ITEMS_KEPT = "items-cumulative"
    BALANCES = "balances"
    BALANCES_TAKEN_BACK = "balances-reversing"

    @property
    def style(self) -> Style:
        """The style of its adjustments."""
        is_kept = self in (Scope.ITEMS_KEPT, Scope.BALANCES)
        return Style.CUMULATIVE if is_kept else Style.REVERSING

    @classmethod
    def of(cls, style: Style, *, by_item: bool) -> Scope:
        """The scope of open items, or of balances, in a style."""
        if by_item:
            return cls.ITEMS if style is Style.REVERSING else cls.ITEMS_KEPT
        return cls.BALANCES_TAKEN_BACK if style is Style.REVERSING else cls.BALANCES


class Verdict(Enum):
    """What becomes of a proposal."""

    NOTHING_DUE = "nothing due"  # it is carried at the closing rate already
    ACCEPTED = "to be booked"
    BOOKED = "booked"
    OPEN = "open"  # neither accepted nor refused: the period can not be closed
    REFUSED = "refused"


class ClosingRateMissing(NotThere):
    """A currency that is re-measured, without a closing decision."""

    currency: str
    as_of: date
    template = "no closing rate was decided for {currency:plain} at {as_of}; decide one first"


class ValueWithoutAmount(RuleRefused):
    """Accounts without a balance in a currency still carry value in that currency (D15)."""

    balances: tuple[Balance, ...]
    named: str
    template = (
        "{named:plain}; realise each balance if it was spent, or find the entry that left it (D15)"
    )


class ReversalRefused(InputRefused):
    """A day for taking adjustments back that does not follow the closing day."""

    as_of: date
    reverse_on: date
    template = "what is adjusted at {as_of} is taken back on a later day, not on {reverse_on}"


class StyleSwitched(RuleRefused):
    """An item, or a balance that still carries adjustments, in another style than before (D14)."""

    proposal: ProposalId
    was: str
    now: str
    template = (
        "{proposal} was revalued in the {was:plain} style and can not go on in the {now:plain} one "
        "(D14); keep the style of its account until it is settled or spent"
    )


@attrs.frozen
class Proposal:
    """One adjustment; amounts are debit positive, a gain is positive.

    ``item`` is None for the balance of an account. ``amount`` is the document balance, ``value``
    that at the closing rate, ``carried`` what it stands at before the run. ``reason`` says why it
    was refused.
    """

    account: AccountCode
    amount: Money
    carried: Money
    gain: Figure
    closing: RateDecision
    item: OpenItemId | None = None
    partner: CompanyId | None = None
    reference: str = ""
    style: Style = Style.REVERSING
    verdict: Verdict = Verdict.ACCEPTED
    reason: str = ""

    @property
    def id(self) -> ProposalId:
        """What one accepts or refuses it by: the open item, or ``1000/USD``."""
        return ProposalId(self.item or f"{self.account}/{self.amount.currency}")

    @property
    def value(self) -> Money:
        """The document balance at the closing rate."""
        return self.carried + self.gain.value

    @property
    def scope(self) -> Scope:
        """What its line is booked with."""
        return Scope.of(self.style, by_item=self.item is not None)


@attrs.frozen
class Revaluation:
    """What a run proposes, and the entries that book it: reversals and withdrawals included.

    ``drafts`` are vouchers of the period that are not posted yet, where that is allowed (D13).
    """

    company: CompanyId
    as_of: date
    proposals: tuple[Proposal, ...]
    entries: tuple[Entry, ...]
    drafts: tuple[VoucherId, ...] = ()

    def ruled(self, *verdicts: Verdict) -> tuple[Proposal, ...]:
        """The proposals of which that became."""
        return tuple(one for one in self.proposals if one.verdict in verdicts)


# ---------------------------------------------------------------- what is measured


def is_monetary(item: OpenItem, chart: Chart) -> bool:
    """By its account, unless the item says otherwise (D4)."""
    return chart.account(item.account).monetary if item.monetary is None else item.monetary


def measured_items(items: Iterable[OpenItem], chart: Chart) -> tuple[OpenItem, ...]:
    """The items that are re-measured: open, foreign and monetary (D4, D13)."""
    return tuple(
        item
        for item in items
        if item.is_foreign and not item.is_settled and is_monetary(item, chart)
    )


def measured_balances(balances: Iterable[Balance], chart: Chart) -> tuple[Balance, ...]:
    """The balances that are re-measured: foreign, on a monetary account without items (D13).

    Raises `ValueWithoutAmount`, which names every one.
    """
    foreign = [one for one in balances if _is_measured(one, chart)]
    refuse_value_without_amount(foreign)
    return tuple(one for one in foreign if not one.amount.is_zero)


def _is_measured(balance: Balance, chart: Chart) -> bool:
    account = chart.account(balance.account)
    is_foreign = balance.amount.currency is not balance.functional.currency
    return account.monetary and is_foreign and not account.by_item


def refuse_value_without_amount(balances: Iterable[Balance]) -> None:
    """Refuse what holds nothing and is carried at something (D15). Raises `ValueWithoutAmount`."""
    odd = tuple(one for one in balances if one.amount.is_zero and not one.functional.is_zero)
    if odd:
        named = ", ".join(
            f"account {one.account} holds no {one.amount.currency} and is carried at "
            f"{one.functional}"
            for one in odd
        )
        raise ValueWithoutAmount(balances=odd, named=named)


def style_of(account: Account, styles: Mapping[AccountCode, Style]) -> Style:
    """The style of an account: as chosen, or reversing for items and cumulative for balances."""
    usual = Style.REVERSING if account.by_item else Style.CUMULATIVE
    return styles.get(account.code, usual)


# ---------------------------------------------------------------- proposals


def propose(
    as_of: date,
    items: Iterable[OpenItem],
    balances: Iterable[Balance],
    closing: Closing,
    chart: Chart,
    styles: Mapping[AccountCode, Style] = FrozenMap({}),
) -> tuple[Proposal, ...]:
    """An adjustment for each item and each balance, those of nothing included.

    What is passed is what is to be measured. Raises `ClosingRateMissing`, `WrongDecision`.
    """
    proposed = [_item_proposal(one, _rate(closing, one.open.currency, as_of)) for one in items]
    proposed += [
        _balance_proposal(one, _rate(closing, one.amount.currency, as_of)) for one in balances
    ]
    return tuple(
        attrs.evolve(
            one,
            style=style_of(chart.account(one.account), styles),
            verdict=Verdict.NOTHING_DUE if one.gain.value.is_zero else Verdict.ACCEPTED,
        )
        for one in proposed
    )


def _rate(closing: Closing, currency: Currency, as_of: date) -> RateDecision:
    if currency not in closing:
        raise ClosingRateMissing(currency=currency.code, as_of=as_of)
    return closing[currency].measuring(Purpose.CLOSING, as_of)


def _item_proposal(item: OpenItem, closing: RateDecision) -> Proposal:
    evidence = Evidence("open item", item.id, f"of {item.arose_on}")
    held = Figure.stated(f"Open on {item.reference}", item.open, evidence)
    gain = _gain(f"Unrealised difference on {item.reference}", held, _carried(item), closing)
    about = (item.id, item.partner, item.reference)
    return Proposal(item.account, item.open, item.carried, gain, closing, *about)


def _carried(item: OpenItem) -> Figure:
    """The carrying amount, with what earlier month ends adjusted and have not taken back."""
    if item.adjusted.is_zero:
        return item.figure()
    evidence = Evidence("open item", item.id, "adjusted at earlier month ends", item.adjusted)
    adjusted = Figure.stated(f"Adjusted on {item.reference}", item.adjusted, evidence)
    parts = (item.figure(), adjusted)
    return Figure.total(f"{item.reference} as carried", parts, item.adjusted.currency)


def _balance_proposal(balance: Balance, closing: RateDecision) -> Proposal:
    evidence = Evidence("account", balance.account)
    held = Figure.stated("Balance in document currency", balance.amount, evidence)
    carried = Figure.stated("Balance as carried", balance.functional, evidence)
    label = f"Unrealised difference on account {balance.account} in {balance.amount.currency}"
    gain = _gain(label, held, carried, closing)
    return Proposal(balance.account, balance.amount, balance.functional, gain, closing)


def _gain(label: str, held: Figure, carried: Figure, closing: RateDecision) -> Figure:
    target = Figure.converted("At the closing rate", held, closing)
    rule = "value at the closing rate less carrying amount (IAS 21.23, 28); a gain is positive"
    return Figure.difference(label, target, carried, rule)


# ---------------------------------------------------------------- entries


def run_stem(company: CompanyId, as_of: date, scope: Scope) -> str:
    """What the ids of all runs of a company, a day and a scope begin with (D15)."""
    return f"{KIND}:{company}:{as_of}:{scope.value}"


def postings_of(proposals: Iterable[Proposal], chart: Chart) -> tuple[Posting, ...]:
    """The lines of what is accepted: each a value without a document amount, and its other side."""
    due = (one for one in proposals if one.verdict is Verdict.ACCEPTED)
    return tuple(line for one in due for line in adjustment(_line(one), chart))


def run_entries(
    company: CompanyId,
    as_of: date,
    scope: Scope,
    version: int,
    postings: Iterable[Posting],
    reverse_on: date,
) -> tuple[Entry, ...]:
    """One journal for the run, and what takes it back; none where no adjustment is due (D15)."""
    lines = tuple(postings)
    if not lines:
        return ()
    id = EntryId(f"{run_stem(company, as_of, scope)}:{version}")
    text = f"Revaluation at {as_of}"
    if version > 1:
        text = f"{text}, in place of version {version - 1}"
    made = Entry(id, company, as_of, KIND, text, lines)
    return (made,) if scope.style is Style.CUMULATIVE else (made, made.reversal(reverse_on))


def checked_reversal(as_of: date, reverse_on: date | None) -> date:
    """The day on which adjustments are taken back: the next one, or one that is named.

    Raises `ReversalRefused`.
    """
    if reverse_on is None:
        return as_of + timedelta(days=1)
    if reverse_on <= as_of:
        raise ReversalRefused(as_of=as_of, reverse_on=reverse_on)
    return reverse_on


def withdrawal(entry: Entry) -> Entry:
    """What takes an entry of a run back on its own day, because another run replaces it (D15)."""
    taken_back = entry.reversal(entry.on, f"{entry.id} is replaced")
    return attrs.evolve(taken_back, id=EntryId(f"{entry.id}{WITHDRAWN}"))


def adjustment(of: Posting, chart: Chart) -> tuple[Posting, Posting]:
    """A change of value without a document amount, and its other side (D7a).

    That names the partner, so that a group can tell its own differences apart; those on net
    investments have an account of their own (IAS 21.32, D6, D24).
    """
    unrealised, amount, decision = chart.duties.unrealised_on(of.account), of.amount, of.decision
    partner, text = of.partner, of.text
    return of, Posting(unrealised, amount, -of.functional, decision, partner=partner, text=text)


def is_adjusted(line: Posting, chart: Chart) -> bool:
    """Whether a line of a run is what was adjusted, and not the other side of it."""
    return line.account not in (chart.duties.unrealised_fx, chart.duties.net_investment_fx)


def _line(one: Proposal) -> Posting:
    none, text = Money.zero(one.amount.currency), "Unrealised exchange difference"
    about = (one.closing.id, one.item, one.partner, text)
    return Posting(one.account, none, one.gain.value, *about)


def revalue_items(
    company: CompanyId,
    as_of: date,
    items: Iterable[OpenItem],
    closing: Closing,
    chart: Chart,
    version: int = 1,
    *,
    style: Style = Style.REVERSING,
    reverse_on: date | None = None,
) -> Revaluation:
    """Open items at the closing rate, in one style of D14 for all of them.

    In the reversing one, adjustments are taken back on the next day or on ``reverse_on``; in the
    cumulative one they are to be added to each item's ``adjusted``. ``version`` counts the runs of
    the day. Raises `ClosingRateMissing`, `ReversalRefused`.
    """
    measured = measured_items(items, chart)
    styles = {one.account: style for one in measured}
    proposals = propose(as_of, measured, (), closing, chart, styles)
    scope, day = Scope.of(style, by_item=True), checked_reversal(as_of, reverse_on)
    lines = postings_of(proposals, chart)
    entries = run_entries(company, as_of, scope, version, lines, day)
    return Revaluation(company, as_of, proposals, entries)


def revalue_balances(
    company: CompanyId,
    as_of: date,
    balances: Iterable[Balance],
    closing: Closing,
    chart: Chart,
    version: int = 1,
    *,
    style: Style = Style.CUMULATIVE,
    reverse_on: date | None = None,
) -> Revaluation:
    """Account balances at the closing rate, usually the change alone (second style of D14).

    Raises `ValueWithoutAmount` for what is gone while its value is not, `ClosingRateMissing`,
    `ReversalRefused`.
    """
    measured = measured_balances(balances, chart)
    styles = {one.account: style for one in measured}
    proposals = propose(as_of, (), measured, closing, chart, styles)
    scope, day = Scope.of(style, by_item=False), checked_reversal(as_of, reverse_on)
    lines = postings_of(proposals, chart)
    entries = run_entries(company, as_of, scope, version, lines, day)
    return Revaluation(company, as_of, proposals, entries)


# ---------------------------------------------------------------- what was booked before


def scope_of(entry: EntryId) -> Scope | None:
    """The scope of a run by the id of its entry, or of one that takes it back; None for others."""
    kind, *parts = entry.split(":")
    named = {one.value: one for one in Scope}
    found = (named[part] for part in reversed(parts) if part in named)
    return next(found, None) if kind == KIND else None


def proposal_of(posting: Posting) -> ProposalId:
    """The id of the proposal that a line of a run was."""
    return ProposalId(posting.item or f"{posting.account}/{posting.amount.currency}")


def standing(lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    """The lines of runs that were not replaced by another run of their day."""
    known = tuple(lines)
    entries = {one.entry for one in known}
    for line in known:
        if line.kind == KIND and f"{line.entry}{WITHDRAWN}" not in entries:
            yield line


def refuse_switched(proposals: Iterable[Proposal], lines: Iterable[JournalLine]) -> None:
    """Refuse what was revalued in another style since it was last zero. Raises `StyleSwitched`.

    ``lines`` are those of the company up to the day, in their order.
    """
    known = tuple(lines)
    runs = {id(line) for line in standing(known)}
    held: dict[ProposalId, Money] = {}
    styles: dict[ProposalId, Style] = {}
    for line in known:
        name, amount = proposal_of(line.posting), line.posting.amount
        scope = scope_of(line.entry) if id(line) in runs else None
        if scope is not None:
            styles[name] = scope.style
        elif amount:
            held[name] = amount + held.get(name, Money.zero(amount.currency))
            if held[name].is_zero:
                styles.pop(name, None)
    for one in proposals:
        was = styles.get(one.id, one.style)
        if was is not one.style:
            raise StyleSwitched(proposal=one.id, was=was.value, now=one.style.value)


def revalued_until(lines: Iterable[JournalLine], on: date) -> date | None:
    """The last day on which an item can not be settled, if ``on`` is not after it; else None.

    An item that was re-measured takes no settlement of that day or before: its adjustment was
    reckoned with what was open then. Where the adjustment is to be taken back, it takes none
    before that happened (D16). ``lines`` are all lines of the item.
    """
    known = tuple(lines)
    ends = {one.entry: one.on - timedelta(days=1) for one in known}
    until = max(
        (ends.get(EntryId(f"{one.entry}{REVERSAL}"), one.on) for one in standing(known)),
        default=date.min,
    )
    return until if until >= on else None
