"""Revaluing: proposals at the closing rate, accepted or refused one by one, and booked as one run.

What a run books is what its day should hold, reckoned without the earlier runs of the same day.
Where that is what they booked, nothing is done; otherwise they are taken back and the next version
takes their place (D15).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import count
from json import dumps, loads
from typing import Final

import attrs

from fxcrm.bookkeeping import Drafts
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused, NotThere, RuleRefused
from fxcrm.events import Event
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId, ProposalId, VoucherId
from fxcrm.ledger import Balance, Chart, Company, Entry, OpenItem, Posting, Revaluation
from fxcrm.ledger.journal import REVERSAL
from fxcrm.ledger.revaluation import (
    WITHDRAWN,
    Proposal,
    Scope,
    Style,
    Verdict,
    adjustment,
    checked_reversal,
    is_adjusted,
    measured_balances,
    measured_items,
    postings_of,
    proposal_of,
    propose,
    refuse_switched,
    run_entries,
    run_stem,
    scope_of,
    style_of,
    withdrawal,
)
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.queries import Filter, every
from fxcrm.records.trail import hashed
from fxcrm.usecases.adjusting import NONE_NAMED, Adjusting, Asked, closing_rates
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.standing import open_items_as_of

_REFUSED: Final = "refused proposals"
_STYLE: Final = "style of an account"
_NONE_REFUSED: Final[Mapping[ProposalId, str]] = FrozenMap({})


class ProposalMissing(NotThere):
    """What is to be accepted or refused is not proposed."""

    proposal: ProposalId
    as_of: date
    template = "{proposal} is not proposed at {as_of}; a trial lists what is"


class RefusalRefused(InputRefused):
    """A proposal that is refused without a reason, or accepted in the same breath."""

    proposal: ProposalId
    reason: str
    template = "{proposal} can not be refused: {reason:plain}"


class DraftsOpen(RuleRefused):
    """Vouchers of the period that nobody posted or discarded yet (D13)."""

    company: CompanyId
    as_of: date
    drafts: str
    template = (
        "{company} has drafts dated {as_of} or before: {drafts:plain}; post or discard them "
        "first, or let the rules of its books report them (D13)"
    )


@attrs.frozen
class _Terms:
    """What is asked of a run."""

    accept: Collection[ProposalId] | None
    refuse: Mapping[ProposalId, str]
    adjusting: Adjusting
    reason: str
    reverse_on: date | None

    def __attrs_post_init__(self) -> None:
        for id, reason in self.refuse.items():
            if not reason.strip():
                raise RefusalRefused(proposal=id, reason="say why, for it is kept on record")
            if self.accept is not None and id in self.accept:
                raise RefusalRefused(proposal=id, reason="it is to be accepted as well")


@attrs.frozen
class _Earlier:
    """The runs of a day in one scope that stand, and the version that is free."""

    scope: Scope
    runs: tuple[Entry, ...]
    taken_back: tuple[Entry, ...]
    version: int

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that is withdrawn if another run takes their place."""
        return self.runs + self.taken_back

    def lines(self, chart: Chart) -> Iterator[Posting]:
        """What they adjusted, without the other side of each."""
        for run in self.runs:
            yield from (one for one in run.postings if is_adjusted(one, chart))


@attrs.frozen
class _Plan:
    """A run that is not booked yet, with what it leaves on record besides its entries."""

    run: Revaluation
    items: tuple[OpenItem, ...]
    decisions: tuple[RateDecision, ...]
    refused: Mapping[ProposalId, str]
    known: Mapping[ProposalId, str]
    styles: Mapping[AccountCode, Style]


def revalue(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    *,
    accept: Collection[ProposalId] | None = None,
    refuse: Mapping[ProposalId, str] = _NONE_REFUSED,
    adjusting: Adjusting = NONE_NAMED,
    reason: str = "",
    reverse_on: date | None = None,
    drafts: Drafts | None = None,
) -> Revaluation:
    """Open items and balances at the closing rate; a second run finds nothing to book (D15).

    ``accept`` names the proposals to book beside those of earlier runs (None: every one that is
    not refused), ``refuse`` those that stay as they are, each with its reason, on record until
    somebody accepts them. ``adjusting`` names the company's own rate of the day for a currency:
    ``"7.12"`` is the price of one unit in functional currency, an `ExchangeRate` says itself; with
    its ``reason`` it is on record, and answers for the company and the day from then on. What is
    taken back, is so on ``reverse_on``, or else on the next day. ``drafts`` says whether drafts
    of the period are refused or listed on the result; None: as the rules of the books say (D13).

    With another rate, or other balances, the earlier run of the day is withdrawn and another
    version takes its place. Raises `DraftsOpen`, `ValueWithoutAmount`, `StyleSwitched`,
    `ReversalRefused`, `ProposalMissing`, `RefusalRefused`, `AdjustingRateUnfit`,
    `AdjustingRateInverted`, and what a look-up raises.
    """
    books = desk.uow.companies.claim(company)  # nobody posts until what was measured is booked
    refuse_drafts(desk, books, as_of, drafts)
    plan = _planned(desk, company, as_of, _Terms(accept, refuse, adjusting, reason, reverse_on))
    for decision in plan.decisions:
        desk.uow.decisions.record(decision)
    _note_refusals(desk, plan)
    _note_styles(desk, books, plan.styles)
    for entry in plan.run.entries:
        book(desk, entry)
    for item in plan.items:
        desk.uow.items.save(item)
    return attrs.evolve(plan.run, proposals=tuple(map(_booked, plan.run.proposals)))


def trial_revaluation(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    *,
    accept: Collection[ProposalId] | None = None,
    refuse: Mapping[ProposalId, str] = _NONE_REFUSED,
    adjusting: Adjusting = NONE_NAMED,
    reason: str = "",
    reverse_on: date | None = None,
) -> Revaluation:
    """What `revalue` would book; nothing is booked, refused, or named, and drafts are listed."""
    terms = _Terms(accept, refuse, adjusting, reason, reverse_on)
    return _planned(desk, company, as_of, terms).run


def _booked(one: Proposal) -> Proposal:
    is_now = one.verdict is Verdict.ACCEPTED
    return attrs.evolve(one, verdict=Verdict.BOOKED) if is_now else one


def _planned(desk: Desk, company: CompanyId, as_of: date, terms: _Terms) -> _Plan:
    books = desk.uow.companies.get(company)
    stood = tuple(open_items_as_of(desk, company, as_of))
    held = tuple(desk.uow.journal.balances(company, as_of))
    earlier = [_earlier(desk, company, as_of, scope) for scope in Scope]
    before = _before(desk, earlier)
    items = [_item_before(one, before) for one in measured_items(stood, desk.chart)]
    balances = [_balance_before(one, before) for one in measured_balances(held, desk.chart)]
    currencies = {*(one.open.currency for one in items), *(one.amount.currency for one in balances)}
    asked = Asked(terms.adjusting, terms.reason)
    closing, named = closing_rates(desk, books, as_of, currencies, asked)
    styles = desk.bookkeeping.of(books).styles
    proposed = propose(as_of, items, balances, closing, desk.chart, styles)
    styles_new = _changed_styles(desk, books, proposed)
    if styles_new:  # mostly there are none, and the journal need not be read
        refuse_switched(proposed, desk.uow.journal.lines(company, None, as_of))
    known = _refusals(desk, company, as_of)[0]
    ruled = _ruled(proposed, terms, known, before, as_of)
    is_open = {one.id for one in stood} | {
        f"{one.account}/{one.amount.currency}" for one in held if one.amount
    }
    booked = [_replaced(desk, company, as_of, ruled, one, is_open, terms) for one in earlier]
    entries = [entry for one in booked for entry in one]
    unchanged = {one.scope for one, made in zip(earlier, booked, strict=True) if not made}
    ruled = tuple(_booked(one) if one.scope in unchanged else one for one in ruled)
    changed, compensated = _kept_adjustments(desk, entries)
    waiting = drafts_until(desk, books, as_of)
    run = Revaluation(company, as_of, ruled, (*entries, *compensated), waiting)
    refused = {one.id: one.reason for one in run.ruled(Verdict.REFUSED)}
    return _Plan(run, changed, named, refused, known, styles_new)


# ---------------------------------------------------------------- drafts of the period


def drafts_until(desk: Desk, books: Company, through: date) -> tuple[VoucherId, ...]:
    """The vouchers of a day or before that are drafts still; those of the company whose books."""
    where = Filter(company=books.parallel_to or books.id, state="draft", until=through)
    return tuple(one.id for one in every(desk.uow.vouchers.page, where))


def refuse_drafts(desk: Desk, books: Company, through: date, policy: Drafts | None = None) -> None:
    """Refuse to go on while there are drafts, unless they are to be reported (D13).

    A draft that is posted after its period was measured makes the measure stale, and once the
    period is closed it can not be posted at all. Raises `DraftsOpen`.
    """
    if (policy or desk.bookkeeping.of(books).drafts) is Drafts.REFUSE:
        waiting = drafts_until(desk, books, through)
        if waiting:
            raise DraftsOpen(company=books.id, as_of=through, drafts=", ".join(waiting))


# ---------------------------------------------------------------- what was run before


def _earlier(desk: Desk, company: CompanyId, as_of: date, scope: Scope) -> _Earlier:
    find, stem = desk.uow.journal.find, run_stem(company, as_of, scope)
    runs: list[Entry] = []
    for version in count(1):
        run = find(EntryId(f"{stem}:{version}"))
        if run is None:
            break
        if find(EntryId(f"{run.id}{WITHDRAWN}")) is None:
            runs.append(run)
    found = (find(EntryId(f"{run.id}{REVERSAL}")) for run in runs)
    return _Earlier(scope, tuple(runs), tuple(one for one in found if one), version)


def _before(desk: Desk, earlier: Iterable[_Earlier]) -> dict[ProposalId, Money]:
    """What the runs of the day that stand have adjusted already."""
    sums: dict[ProposalId, Money] = {}
    for one in earlier:
        for line in one.lines(desk.chart):
            name, value = proposal_of(line), line.functional
            sums[name] = value + sums.get(name, Money.zero(value.currency))
    return sums


def _item_before(item: OpenItem, before: Mapping[ProposalId, Money]) -> OpenItem:
    already = before.get(ProposalId(item.id))
    return item if already is None else attrs.evolve(item, adjusted=item.adjusted - already)


def _balance_before(balance: Balance, before: Mapping[ProposalId, Money]) -> Balance:
    already = before.get(ProposalId(f"{balance.account}/{balance.amount.currency}"))
    if already is None:
        return balance
    return attrs.evolve(balance, functional=balance.functional - already)


# ---------------------------------------------------------------- styles on record


def _changed_styles(
    desk: Desk, books: Company, proposed: Iterable[Proposal]
) -> dict[AccountCode, Style]:
    """The accounts that are in another style than at their last run; at first, than usual."""
    styles = {one.account: one.style for one in proposed}
    return {
        account: style
        for account, style in styles.items()
        if _style_before(desk, books, account)[0] is not style
    }


def _style_before(desk: Desk, books: Company, account: AccountCode) -> tuple[Style, str]:
    """The style of an account at its last run, and the key for the next word."""
    last = style_of(desk.chart.account(account), {})
    for number in count(1):
        key = f"revaluation style: {hashed(dumps([books.id, account]))}:{number}"
        answer = desk.uow.commands.answer(key, _STYLE)
        if answer is None:
            return last, key
        last = Style(answer)
    raise AssertionError("count() does not end")


def _note_styles(desk: Desk, books: Company, styles: Mapping[AccountCode, Style]) -> None:
    for account in sorted(styles):
        key = _style_before(desk, books, account)[1]
        desk.uow.commands.record(key, _STYLE, styles[account].value)


# ---------------------------------------------------------------- accepted, refused, open


def _ruled(
    proposed: Iterable[Proposal],
    terms: _Terms,
    known: Mapping[ProposalId, str],
    before: Collection[ProposalId],
    as_of: date,
) -> tuple[Proposal, ...]:
    """Each proposal with its verdict. Raises `ProposalMissing`."""
    found = {one.id: one for one in proposed}
    for id in (*(terms.accept or ()), *terms.refuse):
        if id not in found:
            raise ProposalMissing(proposal=id, as_of=as_of)
    return tuple(_verdict(one, terms, known, before) for one in found.values())


def _verdict(
    one: Proposal,
    terms: _Terms,
    known: Mapping[ProposalId, str],
    before: Collection[ProposalId],
) -> Proposal:
    is_named = terms.accept is not None and one.id in terms.accept
    reason = terms.refuse.get(one.id) or ("" if is_named else known.get(one.id, ""))
    if reason:
        return attrs.evolve(one, verdict=Verdict.REFUSED, reason=reason)
    if one.verdict is Verdict.NOTHING_DUE or terms.accept is None or is_named or one.id in before:
        return one
    return attrs.evolve(one, verdict=Verdict.OPEN)


def _refusals(desk: Desk, company: CompanyId, as_of: date) -> tuple[dict[ProposalId, str], str]:
    """What was refused at a day and stands, each with its reason; and the key for the next word."""
    stands: dict[ProposalId, str] = {}
    for number in count(1):
        key = f"revaluation at {as_of}, refused: {hashed(company)}:{number}"
        answer = desk.uow.commands.answer(key, _REFUSED)
        if answer is None:
            return stands, key
        stands = loads(answer)
    raise AssertionError("count() does not end")


def note_left_out(desk: Desk, company: CompanyId, through: date) -> None:
    """Tell as an event what a period is closed without: refused proposals with why, and drafts."""
    refused = _refusals(desk, company, through)[0]
    books = desk.uow.companies.get(company)
    waiting = {str(id): "draft" for id in drafts_until(desk, books, through)}
    if refused or waiting:
        details = {**{str(id): reason for id, reason in refused.items()}, **waiting}
        desk.uow.events.note(Event("closed with matters left open", company, through, details))


def _note_refusals(desk: Desk, plan: _Plan) -> None:
    """Keep what was refused and why, and what is no longer; and tell it as events."""
    run = plan.run
    if plan.refused == plan.known:
        return
    _, key = _refusals(desk, run.company, run.as_of)
    desk.uow.commands.record(key, _REFUSED, dumps(dict(plan.refused), sort_keys=True))
    for id in sorted({*plan.refused, *plan.known}):
        reason = plan.refused.get(id)
        if reason != plan.known.get(id):
            name = "revaluation refused" if reason else "revaluation no longer refused"
            details = {"proposal": id, **({"reason": reason} if reason else {})}
            desk.uow.events.note(Event(name, run.company, run.as_of, details))


# ---------------------------------------------------------------- what is booked


def _replaced(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    ruled: Iterable[Proposal],
    earlier: _Earlier,
    is_open: Collection[str],
    terms: _Terms,
) -> tuple[Entry, ...]:
    """The run of one scope in place of the earlier ones; nothing where they booked the same.

    The lines of what was spent or settled on the day after it was measured stay as they are, for
    what followed rests on them.
    """
    stood = tuple(earlier.lines(desk.chart))
    kept = [one for one in stood if proposal_of(one) not in is_open]
    accepted = [one for one in ruled if one.scope is earlier.scope]
    lines = (
        *postings_of(accepted, desk.chart),
        *(line for one in kept for line in adjustment(one, desk.chart)),
    )
    day = _reversal_day(as_of, earlier, terms)
    is_same_day = all(one.on == day for one in earlier.taken_back)
    adjusted = (one for one in lines if is_adjusted(one, desk.chart))
    if is_same_day and _told(adjusted) == _told(stood):
        return ()
    withdrawn = tuple(map(withdrawal, earlier.entries))
    made = run_entries(company, as_of, earlier.scope, earlier.version, lines, day)
    return (*withdrawn, *made)


def _reversal_day(as_of: date, earlier: _Earlier, terms: _Terms) -> date:
    """As it is named now, or as it was for the earlier run, or the next day."""
    before = terms.reverse_on or next((one.on for one in earlier.taken_back), None)
    return checked_reversal(as_of, before)


def _told(lines: Iterable[Posting]) -> list[tuple[str, ...]]:
    """What lines say, in an order of their own: what makes two runs the same."""
    return sorted(
        (proposal_of(one), one.account, str(one.functional), one.decision or "") for one in lines
    )


def _kept_adjustments(
    desk: Desk, entries: Iterable[Entry]
) -> tuple[tuple[OpenItem, ...], tuple[Entry, ...]]:
    """The items that keep an adjustment (second style of D14), with what the entries change.

    An item that was settled meanwhile keeps nothing: its adjustment is taken back on the day on
    which it was settled (D16).
    """
    kept = [one for one in entries if scope_of(one.id) is Scope.ITEMS_KEPT]
    changes: dict[OpenItemId, list[Posting]] = {}
    for entry in kept:
        for line in entry.postings:
            if line.item is not None:
                changes.setdefault(line.item, []).append(line)
    changed: list[OpenItem] = []
    late: dict[date, list[Posting]] = {}
    for id, lines in changes.items():
        item, change = desk.uow.items.get(id), Money.total(one.functional for one in lines)
        if not item.is_settled:
            changed.append(attrs.evolve(item, adjusted=item.adjusted + change))
        elif change:
            line = attrs.evolve(lines[-1], functional=-change)
            late.setdefault(_settled_on(desk, id), []).extend(adjustment(line, desk.chart))
    return tuple(changed), tuple(_after(kept[-1], day, late[day]) for day in sorted(late))


def _settled_on(desk: Desk, item: OpenItemId) -> date:
    return max(line.on for line in desk.uow.journal.item_lines(item) if line.posting.amount)


def _after(run: Entry, day: date, lines: Iterable[Posting]) -> Entry:
    text = f"What {run.id} adjusted on items that were settled on {day}"
    id = EntryId(f"{run.id}:settled:{day}")
    return Entry(id, run.company, day, "reversal", text, lines, reverses=run.id)
