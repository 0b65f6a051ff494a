"""``fxcrm quote``: what is offered, from the draft to the answer, and again."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from fxcrm.cli.selling import carried, explained, listed, selling_desk, told
from fxcrm.cli.words import day_of, number_of
from fxcrm.currencies import Currency
from fxcrm.decisions import RateNotYetKnown
from fxcrm.errors import InputRefused
from fxcrm.ids import QuoteId
from fxcrm.mappings import FrozenMap
from fxcrm.money import canonical
from fxcrm.queries import Filter, every
from fxcrm.rateseries import RateMissing
from fxcrm.reports import Cell
from fxcrm.selling import Quote
from fxcrm.selling.covers import Cover
from fxcrm.selling.quoteerrors import QuotesDiffer
from fxcrm.selling.quotes import QUOTE_TEXTS
from fxcrm.selling.requotes import line_changes
from fxcrm.usecases.consenting import rules_on
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.quoting import alternative_totals, quote_cover
from fxcrm.usecases.revising import quote_difference
from fxcrm.usecases.wording import Plain

_PARTS: Final = ("discount", "tax", "product")
Row = tuple[Cell, ...]


class LineNotRead(InputRefused):
    """A line or a price that is not written as it should be."""

    given: str
    wanted: str
    template = "{given} is not understood; write {wanted:plain}"


def _line(text: str) -> Plain:
    """``Pump; 3; EUR 99.99; discount=10 %; tax=standard; product=P-1``."""
    fields = [one.strip() for one in text.split(";")]
    plain: dict[str, Plain] = {}
    for field in [one for one in fields if "=" in one]:
        name, _, value = field.partition("=")
        if name.strip() not in _PARTS:
            raise LineNotRead(given=field, wanted=f"one of {', '.join(_PARTS)}")
        plain[name.strip()] = value.strip()
    bare = [one for one in fields if "=" not in one]
    if len(bare) not in (2, 3) or (len(bare) == 2 and "product" not in plain):
        raise LineNotRead(given=text, wanted='"Pump; 3; EUR 99.99"')
    return plain | dict(zip(("description", "quantity", "unit_price"), bare, strict=False))


def _lines(arguments: Arguments) -> list[Plain] | None:
    return None if arguments.lines is None else [_line(one) for one in arguments.lines]


def _texts(arguments: Arguments) -> dict[str, Plain | None]:
    return {name: getattr(arguments, name) for name in QUOTE_TEXTS}


def _day(option: str, given: str | None) -> date | None:
    return day_of(option, given)


def _draft(arguments: Arguments) -> int:
    carried(
        arguments, "draft quote", id=arguments.id, deal=arguments.deal,
        currency=arguments.currency.upper(),
        priced_in=(arguments.priced_in or arguments.currency).upper(),
        valid_until=_day("--valid-until", arguments.valid_until),
        lines=_lines(arguments) or [], **_texts(arguments),
    )  # fmt: skip
    return _told(arguments, "is drafted")


def _edit(arguments: Arguments) -> int:
    carried(
        arguments, "edit quote", id=arguments.id, lines=_lines(arguments),
        excess=arguments.excess, dated=_day("--dated", arguments.dated),
        valid_until=_day("--valid-until", arguments.valid_until), **_texts(arguments),
    )  # fmt: skip
    return _told(arguments, "is edited")


def _convert(arguments: Arguments) -> int:
    lock = "given up" if arguments.give_up_lock else None
    currency = arguments.currency.upper()
    carried(arguments, "convert quote", id=arguments.id, currency=currency, lock=lock)
    return _told(arguments, f"is offered in {currency}")


def _lock(arguments: Arguments) -> int:
    carried(
        arguments, "lock rate", id=arguments.lock, quote=arguments.id,
        until=_day("--until", arguments.until), zone=arguments.zone, spread=arguments.spread,
        fee=arguments.fee,
    )  # fmt: skip
    return _told(arguments, f"rests on lock {arguments.lock}")


def _approve(arguments: Arguments) -> int:
    by, role = arguments.by, arguments.role
    carried(arguments, "approve quote", id=arguments.id, by=by, role=role)
    with selling_desk(arguments) as desk:
        quote = _held(desk, arguments.id)
        rules = rules_on(desk, quote, _today(desk, arguments)) if quote.state == "draft" else ()
        missing = quote.unmet(rules)
    became = "is released" if not missing else f"still needs {'; '.join(map(str, missing))}"
    return _told(arguments, became)


def _answer(do: str, became: str) -> Callable[[Arguments], int]:
    def run(arguments: Arguments) -> int:
        carried(arguments, do, id=arguments.id, reason=getattr(arguments, "reason", None))
        return _told(arguments, became)

    return run


def _revise(arguments: Arguments) -> int:
    carried(arguments, "revise quote", id=arguments.successor, quote=arguments.id)
    return _told(arguments, f"supersedes {arguments.id}", arguments.successor)


def _requote(arguments: Arguments) -> int:
    carried(
        arguments, "requote", id=arguments.successor, quote=arguments.id, deal=arguments.deal,
        valid_until=_day("--valid-until", arguments.valid_until),
        prices=[_price(one) for one in arguments.prices or ()],
    )  # fmt: skip
    _told(arguments, f"quotes {arguments.id} again", arguments.successor)
    with selling_desk(arguments) as desk:
        rows = list(_changes(desk, _held(desk, arguments.successor)))
    return listed(arguments, ("cause", "amount", "what"), rows)


def _price(text: str) -> Plain:
    line, equals, price = text.partition("=")
    if not equals:
        raise LineNotRead(given=text, wanted='"1=EUR 110.00"')
    return {"line": number_of("--price", line.strip()), "unit_price": price.strip()}


def _told(arguments: Arguments, became: str, id: str = "") -> int:
    with selling_desk(arguments) as desk:
        quote = _held(desk, id or arguments.id)
        cover = quote_cover(desk, quote.id)
    if arguments.json:
        return 0 if id else _listed_one(arguments, quote)
    lock = "" if cover is None else f"; {_covered(cover)}"
    return told(
        f"quote {quote.id} {became}: {quote.number} version {quote.revision}, {quote.state}, "
        f"{quote.total}, of which tax {quote.tax}{lock}"
    )


def _covered(cover: Cover) -> str:
    lasting = "ends before the offer does" if cover.is_outlasted else "outlasts the offer"
    beyond = "" if cover.excess.is_zero else f", {cover.excess} is beyond it"
    return f"lock {cover.lock} covers {cover.covered} of {cover.price}{beyond}, and {lasting}"


def _today(desk: Desk, arguments: Arguments) -> date:
    return day_of("--on", arguments.on) or desk.now.date()


def _held(desk: Desk, id: str) -> Quote:
    return desk.uow.quotes.get(QuoteId(id))


_HEADER: Final = ("quote", "number", "version", "state", "net", "tax", "total", "valid until")


def _summary(quote: Quote) -> Row:
    return (
        quote.id, quote.number, quote.revision, quote.state, quote.net, quote.tax, quote.total,
        quote.valid_until,
    )  # fmt: skip


def _listed_one(arguments: Arguments, quote: Quote) -> int:
    return listed(arguments, _HEADER, [_summary(quote)])


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        found = every(desk.uow.quotes.page, Filter(state=arguments.state))
        rows = [_summary(one) for one in found]
    return listed(arguments, _HEADER, rows)


def _show(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        quote = _held(desk, arguments.id)
        if arguments.explain:
            return explained(quote.total_figure())
        rows = [
            *_offered(desk, quote, _today(desk, arguments)),
            *_others(desk, quote, arguments),
            *_changes(desk, quote),
        ]
    title = f"Quote {quote.number}, version {quote.revision}, {quote.state}"
    return listed(arguments, ("what", "amount", "how"), rows, title)


def _offered(desk: Desk, quote: Quote, on: date) -> Iterator[Row]:
    for line, amount in zip(quote.lines, quote.amounts, strict=True):
        off = "" if line.discount is None else f" less {line.discount}"
        yield line.description, amount, f"{canonical(line.quantity)} x {line.unit_price}{off}"
    yield "net", quote.net, ""
    for one in quote.taxes:
        yield str(one.tax), one.amount, f"on {one.base}"
    yield "total", quote.total, "" if quote.rate is None else str(quote.rate)
    for name in QUOTE_TEXTS:
        if text := getattr(quote, name):
            yield name, "", text
    if cover := quote_cover(desk, quote.id):
        yield "lock", cover.covered, _covered(cover)
    for consent in quote.approvals:
        yield "approved", "", f"{consent.rule}, by {consent.by} as {consent.role}"
    if quote.state == "draft":
        yield from _asked(desk, quote, on)


def _asked(desk: Desk, quote: Quote, on: date) -> Iterator[Row]:
    """The consents that it still needs, as for an approval on that day."""
    try:
        for rule in quote.unmet(rules_on(desk, quote, on)):
            yield "needs approval", "", str(rule)
    except (RateMissing, RateNotYetKnown) as missing:
        yield "needs approval", "", f"not known: {missing}"


def _others(desk: Desk, quote: Quote, arguments: Arguments) -> Iterator[Row]:
    """The total in other currencies, each with the id of its rate and when that was known."""
    on = _today(desk, arguments)
    codes = [Currency(one.upper()) for one in arguments.others or ()]
    for one in alternative_totals(desk, quote, codes, on):
        how = "the same"
        if (rate := one.decision) is not None:
            how = f"{rate.id}: {rate.rate}, known {rate.known_at:%Y-%m-%d %H:%M %Z}"
        yield f"in {one.amount.currency}", one.amount, how


def _changes(desk: Desk, quote: Quote) -> Iterator[Row]:
    """What changed from the quote that it stands in for; by causes where both have one currency."""
    if quote.supersedes is None:
        return
    try:
        if found := quote_difference(desk, quote.id):
            for one in (*found.parts, found.whole):
                yield one.label.lower(), one.value, one.rule
    except QuotesDiffer as refused:
        yield "difference", "", str(refused)
    for change in line_changes(_held(desk, quote.supersedes), quote):
        yield "changed", "", str(change)


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "draft": _draft,
        "edit": _edit,
        "convert": _convert,
        "lock": _lock,
        "approve": _approve,
        "accept": _answer("accept quote", "is accepted"),
        "lapse": _answer("lapse quote", "has lapsed"),
        "decline": _answer("decline quote", "is declined"),
        "withdraw": _answer("withdraw quote", "is withdrawn"),
        "revise": _revise,
        "requote": _requote,
        "show": _show,
        "list": _list,
    }
)
