"""Quotes as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fxcrm.encoding import (
    day_text,
    decimal_from,
    decimal_text,
    decoded,
    instant_from,
    instant_text,
    text_json,
    texts_json,
)
from fxcrm.money import Rounding
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_instant_from,
    maybe_instant_text,
)
from fxcrm.selling import Quote, QuoteLine
from fxcrm.selling.approvals import Approval
from fxcrm.selling.discounts import Discount
from fxcrm.selling.quotes import QUOTE_TEXTS
from fxcrm.taxes import NET_PER_LINE, PriceBasis, Tax, TaxPolicy, TaxRounding


def quote_row(quote: Quote, to: Writing) -> Values:
    """A quote as a row; its rate is kept as the id of the decision."""
    return {
        "id": quote.id,
        "number": quote.number,
        "company": quote.company,
        "customer": quote.customer,
        "deal": quote.deal,
        "currency": to.code(quote.currency),
        "priced_in": to.code(quote.priced_in),
        "drafted_on": day_text(quote.drafted_on),
        "valid_until": day_text(quote.valid_until),
        "lines": _quote_lines(quote, to),
        "rate": quote.rate.id if quote.rate else None,
        "lock": quote.lock,
        "state": quote.state,
        "extras": to.extras(quote.extras),
        **to.maybe_money(covered=quote.covered),
        "excess_rate": quote.excess_rate.id if quote.excess_rate else None,
        "last_seen_at": maybe_instant_text(quote.last_seen_at),
        # What is as usual stays empty, as in the rows from before there was anything else.
        "revision": None if quote.revision == 1 else quote.revision,
        "supersedes": quote.supersedes,
        "tax_policy": _policy_text(quote.tax_policy),
        **{name: getattr(quote, name) or None for name in QUOTE_TEXTS},
        "authors": to.json(quote.authors) if quote.authors else None,
        "approvals": _approvals(quote.approvals, to),
    }


def quote_of(row: Read, by: Reading) -> Quote:
    """The quote of a row."""
    return Quote(
        id=row.id,
        number=row.number,
        company=row.company,
        customer=row.customer,
        deal=row.deal,
        currency=by.currency(row.currency),
        priced_in=by.currency(row.priced_in),
        drafted_on=date.fromisoformat(row.drafted_on),
        valid_until=date.fromisoformat(row.valid_until),
        lines=tuple(_quote_line(one, by) for one in decoded(row.lines)),
        rate=by.decision(row.rate),
        lock=row.lock,
        state=row.state,
        extras=by.extras(row.extras),
        covered=by.maybe_money(row.covered, row.covered_currency),
        excess_rate=by.decision(row.excess_rate),
        last_seen_at=maybe_instant_from(row.last_seen_at),
        tax_policy=_policy(row.tax_policy),
        revision=row.revision or 1,
        supersedes=row.supersedes,
        terms=row.terms or "",
        delivery=row.delivery or "",
        contact=row.contact or "",
        notes=row.notes or "",
        authors=tuple(decoded(row.authors or "[]")),
        approvals=tuple(map(_approval, decoded(row.approvals or "[]"))),
        version=row.version,
    )


# Lines are most of what is written; the general `encode` takes four times as long for them.
def _quote_lines(quote: Quote, to: Writing) -> str:
    return f"[{','.join(_line_text(one, to) for one in quote.lines)}]"


def _line_text(line: QuoteLine, to: Writing) -> str:
    """A line as canonical JSON: what it has not is left out, as in lines from before there was."""
    fields = [f'"description":{text_json(line.description)}']
    if line.discount is not None:
        fields.append(f'"discount":{_discount_text(line.discount, to)}')
    if line.goods:
        fields.append(f'"goods":[{",".join(map(text_json, line.goods))}]')
    if line.product is not None:
        fields.append(f'"product":{text_json(line.product)}')
    fields.append(f'"quantity":"{decimal_text(line.quantity)}"')
    if line.source:
        fields.append(f'"source":{text_json(line.source)}')
    if line.taxes:
        taxes = (f'["{decimal_text(one.percent)}",{text_json(one.name)}]' for one in line.taxes)
        fields.append(f'"taxes":[{",".join(taxes)}]')
    fields.append(f'"unit_price":{to.money_json(line.unit_price)}')
    return f"{{{','.join(fields)}}}"


def _discount_text(discount: Discount, to: Writing) -> str:
    of = f'"reason":{text_json(discount.reason)}'
    if discount.amount is not None:
        return f'{{"amount":{to.money_json(discount.amount)},{of}}}'
    return f'{{"percent":"{decimal_text(discount.percent or Decimal(0))}",{of}}}'


def _quote_line(line: Mapping[str, Any], by: Reading) -> QuoteLine:
    return QuoteLine(
        line["description"],
        decimal_from(line["quantity"]),
        by.exact(line["unit_price"]),
        line.get("product"),
        _discount(line.get("discount"), by),
        tuple(Tax(name, decimal_from(percent)) for percent, name in line.get("taxes", ())),
        tuple(line.get("goods", ())),
        line.get("source", ""),
    )


def _discount(held: Mapping[str, Any] | None, by: Reading) -> Discount | None:
    if held is None:
        return None
    if "amount" in held:
        return Discount(amount=by.exact(held["amount"]), reason=held["reason"])
    return Discount(decimal_from(held["percent"]), reason=held["reason"])


def _approvals(approvals: tuple[Approval, ...], to: Writing) -> str | None:
    texts = [[one.rule, one.by, one.role, instant_text(one.at), one.content] for one in approvals]
    return to.json(tuple(map(tuple, texts))) if texts else None


def _approval(held: list[str]) -> Approval:
    rule, by, role, at, content = held
    return Approval(rule, by, role, instant_from(at), content)


def _policy_text(policy: TaxPolicy) -> str | None:
    if policy == NET_PER_LINE:
        return None
    names = {"basis": policy.basis.value, "per": policy.per.value}
    return texts_json({**names, "rounding": policy.rounding.name})


def _policy(text: str | None) -> TaxPolicy:
    if text is None:
        return NET_PER_LINE
    held = decoded(text)
    basis, per = PriceBasis(held["basis"]), TaxRounding(held["per"])
    return TaxPolicy(basis, per, Rounding[held["rounding"]])
