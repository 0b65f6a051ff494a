"""Rate decisions, rate locks and held rates as rows; legs are JSON of canonical decimal text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fxcrm.currencies import CurrencyRegistry
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.encoding import (
    day_text,
    decimal_from,
    decimal_text,
    decoded,
    instant_from,
    instant_text,
    text_json,
)
from fxcrm.heldrates import HeldRate
from fxcrm.ids import DecisionId
from fxcrm.ratechecks import Doubt, Suspicion
from fxcrm.ratelocks import RateLock
from fxcrm.rates import CurrencyPair, ExchangeRate, Fixing, Leg, Side
from fxcrm.records.columns import Read, Reading, Values, Writing


def decision_row(decision: RateDecision, to: Writing) -> Values:
    """A decision as a row."""
    rate = decision.rate
    return {
        "id": decision.id,
        "purpose": decision.purpose.value,
        "base": to.code(rate.pair.base),
        "counter": to.code(rate.pair.counter),
        "legs": _legs(rate.legs, to),
        "fixed_on": day_text(rate.on),
        "rule": rate.rule,
        "policy": decision.policy,
        "valid_on": day_text(decision.valid_on),
        "known_at": instant_text(decision.known_at),
        "decided_by": decision.decided_by,
        "replaces": decision.replaces,
        "reason": decision.reason,
    }


def decision_of(row: Read, registry: CurrencyRegistry) -> RateDecision:
    """The decision of a row."""
    return RateDecision(
        id=DecisionId(row.id),
        purpose=Purpose(row.purpose),
        rate=_rate(row, registry),
        policy=row.policy,
        valid_on=date.fromisoformat(row.valid_on),
        known_at=instant_from(row.known_at),
        decided_by=row.decided_by,
        replaces=row.replaces,
        reason=row.reason,
    )


def _rate(row: Read, registry: CurrencyRegistry) -> ExchangeRate:
    pair = CurrencyPair(registry.currency(row.base), registry.currency(row.counter))
    legs = tuple(_leg(one, registry) for one in decoded(row.legs))
    return ExchangeRate(pair, legs, date.fromisoformat(row.fixed_on), row.rule)


def _legs(legs: tuple[Leg, ...], to: Writing) -> str:
    """What `encode` makes of them, in a third of its time."""
    texts = []
    for leg in legs:
        one = leg.fixing
        base, counter = to.code(one.pair.base), to.code(one.pair.counter)
        known = f'"known_at":"{instant_text(one.known_at)}",' if one.known_at else ""
        texts.append(
            f'{{"fixing":{{{known}"on":"{day_text(one.on)}","pair":{{"base":"{base}",'
            f'"counter":"{counter}"}},"side":"{one.side.value}","source":{text_json(one.source)},'
            f'"unit":{one.unit},"value":"{decimal_text(one.value)}"}},'
            f'"inverted":{"true" if leg.inverted else "false"}}}'
        )
    return f"[{','.join(texts)}]"


def _leg(leg: Mapping[str, Any], registry: CurrencyRegistry) -> Leg:
    fixing = leg["fixing"]
    codes = fixing["pair"]
    pair = CurrencyPair(registry.currency(codes["base"]), registry.currency(codes["counter"]))
    return Leg(
        Fixing(
            pair,
            decimal_from(fixing["value"]),
            date.fromisoformat(fixing["on"]),
            fixing["source"],
            fixing["unit"],
            Side(fixing["side"]),
            instant_from(fixing["known_at"]) if "known_at" in fixing else None,
        ),
        leg["inverted"],
    )


def lock_row(lock: RateLock, to: Writing) -> Values:
    """A lock as a row; its two rates are kept as the ids of their decisions."""
    return {
        "id": lock.id,
        "owner": lock.owner,
        "locked": lock.locked.id,
        "spot": lock.spot.id,
        **to.money(covers=lock.covers, drawn=lock.drawn),
        "locked_at": instant_text(lock.locked_at),
        "expires_at": instant_text(lock.expires_at),
        "zone": lock.zone,
        "state": lock.state,
        **to.maybe_money(fee=lock.fee),
        "broken_at": lock.broken_at.id if lock.broken_at else None,
        "last_seen_at": instant_text(lock.last_seen_at),
    }


def lock_of(row: Read, by: Reading) -> RateLock:
    """The lock of a row."""
    return RateLock(
        id=row.id,
        owner=row.owner,
        locked=by.decisions[row.locked],
        spot=by.decisions[row.spot],
        covers=by.money(row.covers, row.covers_currency),
        locked_at=instant_from(row.locked_at),
        expires_at=instant_from(row.expires_at),
        zone=row.zone,
        drawn=by.money(row.drawn, row.drawn_currency),
        state=row.state,
        fee=by.maybe_money(row.fee, row.fee_currency),
        broken_at=by.decision(row.broken_at),
        # A lock from before this was noted was not seen later than when it was made.
        last_seen_at=instant_from(row.last_seen_at or row.locked_at),
        version=row.version,
    )


def held_row(held: HeldRate, to: Writing) -> Values:
    """A held rate as a row; its doubts are JSON, each with its reason."""
    one = held.fixing
    doubts = (
        f"[{text_json(each.doubt.value)},{text_json(each.reason)}]" for each in held.suspicions
    )
    return {
        "id": held.id,
        "source": one.source,
        "base": to.code(one.pair.base),
        "counter": to.code(one.pair.counter),
        "side": one.side.value,
        "unit": one.unit,
        "on": day_text(one.on),
        "value": decimal_text(one.value),
        "known_at": None if one.known_at is None else instant_text(one.known_at),
        "suspicions": f"[{','.join(doubts)}]",
        "held_at": instant_text(held.held_at),
        "state": held.state,
        "decided_by": held.decided_by,
        "decided_at": None if held.decided_at is None else instant_text(held.decided_at),
        "reason": held.reason,
    }


def held_of(row: Read, by: Reading) -> HeldRate:
    """The held rate of a row."""
    pair = CurrencyPair(by.currency(row.base), by.currency(row.counter))
    fixing = Fixing(
        pair,
        decimal_from(row.value),
        date.fromisoformat(row.on),
        row.source,
        row.unit,
        Side(row.side),
        None if row.known_at is None else instant_from(row.known_at),
    )
    doubts = decoded(row.suspicions)
    return HeldRate(
        id=row.id,
        fixing=fixing,
        suspicions=tuple(Suspicion(Doubt(doubt), reason) for doubt, reason in doubts),
        held_at=instant_from(row.held_at),
        state=row.state,
        decided_by=row.decided_by,
        decided_at=None if row.decided_at is None else instant_from(row.decided_at),
        reason=row.reason,
        version=row.version,
    )
