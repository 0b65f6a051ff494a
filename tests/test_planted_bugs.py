"""Planted bugs: a known mistake is written into a copy of the package, and the suite must fail.

Mutation testing makes small changes everywhere (docs/reference/mutation-testing.md). These are
the mistakes that money code is known for, by family; each is met by the test named beside it.
A plant whose text is no longer found in the source fails, so that none silently retires.

The gate plants every fourth of them, for each takes a process of its own; other runs plant all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import fxcrm
from tests.planting import Forker

PACKAGE = Path(fxcrm.__file__).parent

MONEY = "tests/test_money.py::"
POSTING = "tests/test_posting.py::"
BOOKING = "tests/usecases/test_booking_rates.py::"
SUMS = "tests/test_money_sums.py::"
ROUNDING = "tests/test_money_rounding.py::"
SHARING = "tests/test_allocation.py::"
BAGS = "tests/test_moneybag.py::"
READING = "tests/test_reading.py::"
HOSTILE = "tests/test_hostile_numbers.py::"
COLUMNS = "tests/adapters/test_columns.py::"
CONVERTING = "tests/laws/test_rate_conversion_laws.py::"
RATES = "tests/test_rate_rules.py::"
EDGES = "tests/test_rate_edges.py::"
STORES = "tests/contracts/test_stores.py::"
RESTATING = "tests/test_restatement.py::"
COMPOSING = "tests/adapters/combined/test_"
FEEDS = "tests/adapters/feeds/"
PLAIN = "tests/ledger/test_plainbooks.py::"
DAYBOOK = "tests/ledger/test_daybook.py::"
MONTH_END = "tests/usecases/"
REPORTS = "tests/reports/test_report_laws.py::test_"
ATTRIBUTION = "tests/reports/test_attribution.py::test_"
EXAMINING = "tests/usecases/test_examining.py::test_"
YEARS = "tests/simulation/test_years.py::"
SETTLING = "tests/ledger/test_settlement.py::"
DEALINGS = "tests/ledger/test_intercompany.py::"
IN_GROUPS = "tests/ledger/test_group_dealings.py::"
MODELLED = "tests/ledger/test_group_model.py::"
ACQUIRED = "tests/usecases/test_acquired_groups.py::test_"
LETTING_OFF = "tests/ledger/test_letting_off.py::"
TRANSLATING = "tests/ledger/test_translation_errors.py::test_"
PRESENTING = "tests/usecases/test_presenting.py::test_"
PRESENTING_GROUPS = "tests/usecases/test_presenting_groups.py::test_"
DISCOUNTS = "tests/selling/test_discounts.py::test_"
LANGUAGES = "tests/contracts/test_document_languages.py::test_"
INDEXATION = "tests/selling/test_indexation.py::test_"
CONTRACTS = "tests/selling/test_contracts.py::test_"
PRICES = "tests/selling/test_prices.py::test_"
PUBLISHED_PRICES = "tests/selling/test_published_prices.py::test_"
DEALS = "tests/test_deals.py::test_"
REMINDING = "tests/usecases/test_reminding.py::test_"
MERGING = "tests/usecases/test_merging.py::test_"
CUSTOMERS = "tests/usecases/test_customers.py::test_"
MODES = "tests/customers/test_currency_modes.py::"
REVISING = "tests/usecases/test_revising.py::test_"
TAXED = "tests/usecases/test_taxed_quotes.py::test_"
APPROVALS = "tests/selling/test_approvals.py::test_"
FORECASTS = "tests/forecast/test_forecast_laws.py::"
PROVIDER = f"{FEEDS}test_misbehaving.py::test_a_misbehaving_provider_changes_nothing"

pytestmark = pytest.mark.slow  # each plant is a run of its own


class Plant(NamedTuple):
    """One mistake: in ``module``, ``right`` becomes ``wrong``, and ``test`` has to notice."""

    name: str
    module: str
    right: str
    wrong: str
    test: str


PLANTS = [
    # customers and their currencies
    Plant(
        "every mode lets every currency through",
        "customers/register",
        "if self.mode is CurrencyMode.ANY or currency in self.currencies:",
        "if self.mode is not CurrencyMode.HOME or currency in self.currencies:",
        f"{MODES}TestAgreements::runTest",
    ),
    Plant(
        "an order is taken in a currency that was given up",
        "usecases/ordering",
        "buyer = agreed_with(desk, customer, currency)",
        "buyer = desk.uow.customers.get(customer)",
        f"{CUSTOMERS}a_currency_given_up_takes_no_new_records",
    ),
    Plant(
        "a customer is compared by what of it has a rate",
        "usecases/finding",
        "if id not in left",
        "if id",
        f"{CUSTOMERS}a_missing_rate_is_an_error_or_in_plain_sight",
    ),
    Plant(
        "just enough is not enough for a tier",
        "customers/tiers",
        "turnover >= self.turnover",
        "turnover > self.turnover",
        f"{CUSTOMERS}the_first_rule_that_holds_decides",
    ),
    # reminders and mergers
    Plant(
        "a reminder forgets the fact of its cause",
        "reminders",
        'cause = f"{occasion.about}:{occasion.told}"',
        'cause = f"{occasion.about}"',
        f"{REMINDING}a_deal_that_moved_and_idles_again_is_reminded_of_again",
    ),
    Plant(
        "what is overdue is told on its last day",
        "reminders",
        "return end_of_day(fact + days, self.zone)",
        "return end_of_day(fact + days - timedelta(days=1), self.zone)",
        "tests/test_reminders.py::test_worked_instants",
    ),
    Plant(
        "a merge leaves open items behind",
        "usecases/merging",
        '_repoint(desk.uow.items, items, "party", str(kept.id))',
        '_repoint(desk.uow.items, (), "party", str(kept.id))',
        f"{MERGING}a_merge_conserves_every_amount_and_document",
    ),
    Plant(
        "a merge takes the bills of a supplier",
        "usecases/merging",
        "if item.partner is None and is_of_buyer(item, desk.chart.duties):",
        "if item.partner is None:",
        f"{MERGING}what_is_owed_is_the_survivors_and_a_supplier_stays",
    ),
    Plant(
        "a merge leaves credit notes behind",
        "usecases/merging",
        '"orders", "invoices", "credit_notes"),',
        '"orders", "invoices"),',
        f"{MERGING}every_kind_that_names_a_customer_moves",
    ),
    # the generated year, and what it is held against
    Plant(
        "the last of a span is never drawn",
        "simulation/chance",
        "return least + drawn % span",
        "return least + drawn % max(span - 1, 1)",
        f"{YEARS}test_every_number_of_a_span_comes_up",
    ),
    Plant(
        "a year is added to other books",
        "usecases/simulating",
        "if desk.uow.companies.count():",
        "if not desk.uow.companies:",
        f"{YEARS}test_a_store_with_a_company_holds_no_year",
    ),
    Plant(
        "what an item brought is not held against its cash",
        "usecases/outliving",
        "if lives.fx[one.id] != due:",
        "if lives.fx[one.id] > due + 100_000_000:",
        f"{YEARS}test_a_planted_error_breaks_a_promise",
    ),
    Plant(
        "what was let off is no part of an item's life",
        "usecases/outliving",
        "return self._converted(entry, cash) + sum(shares)",
        "return self._converted(entry, cash)",
        f"{YEARS}test_a_planted_error_breaks_a_promise",
    ),
    Plant(
        "what is owed is not held against the documents",
        "usecases/proving",
        "if stated[customer, code] != open_still[customer, code]",
        "if stated[customer, code] and not customer",
        f"{YEARS}test_a_planted_error_breaks_a_promise",
    ),
    Plant(
        "a year end of the group is consolidated and not recorded",
        "usecases/consolidating",
        "desk.uow.group_snapshots.record(consolidation.snapshot())",
        "consolidation.snapshot()",
        "tests/simulation/test_groups.py::test_two_year_ends_keep_every_promise",
    ),
    Plant(
        "what a loan left is realised before the month before is revalued",
        "simulation/loans",
        "day = max(on, on.replace(day=_REVALUED_BY))",
        "day = on",
        f"{YEARS}test_a_parallel_book_has_every_entry",
    ),
    # rounding sign (M4): a mode that does to negative values what another one does
    Plant(
        "half-up is towards zero below zero",
        "_decimals",
        'HALF_UP = "ROUND_HALF_UP", lambda floor, side: side > 0 or (side == 0 and floor >= 0)',
        'HALF_UP = "ROUND_HALF_UP", lambda floor, side: side > 0 or (side == 0 and floor < 0)',
        f"{ROUNDING}test_cash_is_rounded_once_at_the_coin",
    ),
    Plant(
        "up is towards plus infinity",
        "_decimals",
        'UP = "ROUND_UP", lambda floor, _side: floor >= 0',
        'UP = "ROUND_UP", lambda floor, _side: True',
        f"{ROUNDING}test_every_mode_by_example",
    ),
    Plant(
        "a negative divisor turns the sign of the result",
        "_decimals",
        "numerator, denominator = -numerator, -denominator",
        "numerator, denominator = numerator, -denominator",
        f"{ROUNDING}test_every_mode_by_example",
    ),
    Plant(
        "divmod cuts towards minus infinity",
        "money",
        "return round_ratio(value.numerator, value.denominator, Rounding.DOWN)",
        "return round_ratio(value.numerator, value.denominator, Rounding.FLOOR)",
        f"{SUMS}test_divmod_cuts_towards_zero",
    ),
    Plant(
        "what is rounded to zero keeps its minus",
        "money",
        "new.amount = rounding.to_quantum(self.amount, quantum) or ZERO",
        "new.amount = rounding.to_quantum(self.amount, quantum)",
        f"{ROUNDING}test_what_is_rounded_to_zero_has_no_sign",
    ),
    # spare-cent order (M6)
    Plant(
        "split gives the spare cents to the last",
        "payable",
        "return (large,) * abs(larger) + (small,) * (parts - abs(larger))",
        "return (small,) * (parts - abs(larger)) + (large,) * abs(larger)",
        f"{SHARING}test_split_gives_the_spare_cents_to_the_first",
    ),
    Plant(
        "the smallest remainder is served first",
        "allocation",
        "key=lambda index: -rests[index]",
        "key=lambda index: rests[index]",
        f"{SHARING}test_the_worked_example_of_the_module",
    ),
    Plant(
        "the smallest weight is served first",
        "allocation",
        "key=lambda index: -weights[index]",
        "key=lambda index: weights[index]",
        f"{SHARING}test_modes_differ_where_they_should",
    ),
    Plant(
        "a refund is cut away from zero",
        "allocation",
        "cut = [divmod(abs(units) * weight, whole) for weight in weights]",
        "cut = [divmod(-(abs(units) * -weight), whole) for weight in weights]\n"
        "    cut = [(share + (units < 0 and rest > 0), rest) for share, rest in cut]",
        f"{SHARING}test_the_worked_example_of_the_module",
    ),
    # zero weight (M6)
    Plant(
        "a zero weight gets a spare cent",
        "allocation",
        "served = [index for index, weight in enumerate(weights) if weight]",
        "served = [index for index, weight in enumerate(weights)]",
        f"{SHARING}test_a_zero_weight_gets_exactly_zero_even_in_first_place",
    ),
    Plant(
        "a zero weight is refused",
        "allocation",
        "if any(numerator < 0 for numerator, _ in ratios):",
        "if any(numerator <= 0 for numerator, _ in ratios):",
        f"{SHARING}test_a_zero_weight_gets_exactly_zero_even_in_first_place",
    ),
    Plant(
        "weights that are all zero are let in",
        "allocation",
        "if not any(numerator for numerator, _ in ratios):",
        "if not ratios:",
        f"{SHARING}test_weights_that_share_out_nothing_are_refused",
    ),
    # hashes and equality, M2
    Plant(
        "the hash of an amount sees trailing zeros",
        "money",
        "return hash(self.amount)",
        "return hash(str(self.amount))",
        f"{MONEY}test_equal_means_equal",
    ),
    Plant(
        "amounts of two currencies are equal",
        "money",
        "return self.currency is other.currency and self.amount == other.amount",
        "return bool(self.amount == other.amount)",
        f"{MONEY}test_equal_means_equal",
    ),
    Plant(
        "the hash of a bag sees trailing zeros",
        "moneybag",
        "return hash((MoneyBag, *self._by_currency.values()))",
        "return hash((MoneyBag, *(str(one.amount) for one in self)))",
        f"{BAGS}test_a_bag_is_a_value",
    ),
    # reflected subtraction (M7)
    Plant(
        "a rational minus an amount is turned round",
        "money",
        "return other - self.exact()",
        "return self.exact() - other",
        f"{ROUNDING}test_sums_of_money_and_rational_stay_rational",
    ),
    Plant(
        "an amount minus a bag is turned round",
        "moneybag",
        "else _bag(members) - self",
        "else self - _bag(members)",
        f"{BAGS}test_bags_and_money_are_added_and_subtracted",
    ),
    # cash step (M5)
    Plant(
        "cash is rounded to minor units first",
        "payable",
        "steps = self.ratio(self._with(step))",
        "steps = self.rounded(Rounding.HALF_UP).ratio(self._with(step))",
        f"{ROUNDING}test_cash_is_rounded_once_at_the_coin",
    ),
    Plant(
        "the Swiss pay in cents",
        "payable",
        '"0.01": "EUR GBP PLN USD",\n            "0.05": "AUD BND CAD CHF MYR SGD",',
        '"0.01": "EUR GBP PLN USD CHF",\n            "0.05": "AUD BND CAD MYR SGD",',
        f"{ROUNDING}test_cash_is_rounded_once_at_the_coin",
    ),
    Plant(
        "a coin is guessed",
        "payable",
        "CASH_STEPS.get(self.currency.code) if",
        'CASH_STEPS.get(self.currency.code, Decimal("0.01")) if',
        f"{ROUNDING}test_a_coin_can_be_named_and_is_never_guessed",
    ),
    # constructor and properties, which the mutation tool leaves alone
    Plant(
        "a Decimal is kept as it came, with its exponent and the sign of its zero",
        "money",
        "new.amount = _plus(amount)",
        "new.amount = amount",
        f"{MONEY}test_an_amount_is_taken_as_it_is_written",
    ),
    Plant(
        "zero is positive",
        "money",
        "return self.amount > ZERO",
        "return self.amount >= ZERO",
        f"{MONEY}test_signs",
    ),
    Plant(
        "what is below a cent is lost when cents are counted",
        "payable",
        "return int(_whole(scaled))",
        "return int(scaled)",
        f"{MONEY}test_an_amount_below_the_minor_unit_is_refused_or_comes_back_as_a_rest",
    ),
    Plant(
        "the difference of a conversion has the wrong sign",
        "moneybag",
        "return self.total - rounded",
        "return rounded - self.total",
        f"{BAGS}test_the_account_shows_every_line_and_the_difference",
    ),
    # group separators of the parsers
    Plant(
        "a group may be short, and 25.00 is 2500 in German",
        "formatting/reading",
        "*{every}[0-9]{{{primary}}}",
        "*{every}[0-9]{{2,{primary}}}",
        f"{READING}test_everything_else_is_refused[default-25.00-de_DE]",
    ),
    Plant(
        "a number ends where its last groups begin",
        "formatting/reading",
        r"((?!\W[0-9])[^0-9].*)?",
        r"([^0-9].*)?",
        f"{READING}test_what_people_type_is_read",
    ),
    Plant(
        "a number is not compared with how the locale writes it",
        "formatting/reading",
        "if written != text or not amount.is_finite():",
        "if not amount.is_finite():",
        f"{READING}test_everything_else_is_refused[default-25.00-de_DE]",
    ),
    Plant(
        "what is written like itself is a number",
        "formatting/reading",
        "if written != text or not amount.is_finite():",
        "if written != text:",
        f"{READING}test_everything_else_is_refused[default-NaN-en]",
    ),
    Plant(
        "only the separator of CLDR separates groups",
        "formatting/reading",
        "alike = next((kind for kind in (_SPACES, _APOSTROPHES) if group in kind), group)",
        "alike = group",
        f"{READING}test_what_people_type_is_read",
    ),
    Plant(
        "underscores and spaces are dropped from plain numbers",
        "_decimals",
        "value = _read(text)  # signals",
        "value = Decimal(text)  # signals",
        f"{HOSTILE}test_hostile_text_is_refused_at_every_door[default-parse_decimal-underscore]",
    ),
    # restating: which rate, which volume, where rounding happens (M9), what is missing (R6)
    Plant(
        "the volume effect is taken at the new volume",
        "restatement/variance",
        'made("volume effect", volume * rate.ratio, VOLUME_RULE, *documents)',
        'made("volume effect", held * rate.ratio, VOLUME_RULE, *documents)',
        f"{RESTATING}test_the_worked_example_of_a_variance",
    ),
    Plant(
        "the rate effect is taken on the old volume",
        "restatement/variance",
        "change - volume * rate.ratio, RATE_RULE",
        "(change - volume * rate.ratio) * documents[0].exact_value / held, RATE_RULE",
        f"{RESTATING}test_the_worked_example_of_a_variance",
    ),
    Plant(
        "the old rate is that of the new set",
        "restatement/variance",
        "found = self.before.rate(old, documents[0].value.currency, both[0])",
        "found = self.after.rate(old, documents[0].value.currency, both[1])",
        f"{RESTATING}test_the_worked_example_of_a_variance",
    ),
    Plant(
        "newcomers are valued at their own rate unasked",
        "restatement/variance",
        "if found is None and self.newcomers is not None:",
        "if found is None:\n"
        "            self = attrs.evolve(self, newcomers=self.newcomers or self.after)",
        f"{RESTATING}test_a_newcomer_as_booked_has_no_old_rate",
    ),
    Plant(
        "a rate outside of those it sums up is taken",
        "restatement/rows",
        "return ratio if min(means) <= ratio <= max(means) else None",
        "return ratio",
        f"{RESTATING}test_amounts_that_cancel_out_give_no_old_rate",
    ),
    Plant(
        "the effective rate is a plain mean",
        "restatement/rows",
        "ratio = exact_sum(values) / volume",
        "ratio = exact_sum(means) / len(means)",
        f"{RESTATING}test_the_rate_of_amounts_as_booked_is_weighted",
    ),
    Plant(
        "the total of an estimate is rounded row by row",
        "restatement/rows",
        "exact = exact_sum(row.exact_value for row in rows)",
        "exact = exact_sum(Fraction(row.value.amount) for row in rows)",
        f"{RESTATING}test_the_rounding_of_a_total_stands_in_a_row_of_its_own",
    ),
    Plant(
        "what rounding leaves is put into the rate effect",
        "restatement/variance",
        "left = change.value - volume.value - rate.value",
        "rate = attrs.evolve(rate, value=change.value - volume.value)\n"
        "    left = change.value - volume.value - rate.value",
        f"{RESTATING}test_the_rounding_of_effects_is_named",
    ),
    Plant(
        "a row without a rate is left out unasked",
        "restatement/rows",
        "            if missing is not MissingRates.LEAVE_OUT:\n                raise\n",
        "",
        f"{RESTATING}test_a_missing_rate_is_refused",
    ),
    Plant(
        "a row that was left out is told to nobody",
        "restatement/rows",
        "            left.append(LeftOut(*place, (document,), str(failure)))\n",
        "            continue\n",
        f"{RESTATING}test_a_row_without_a_rate_is_left_out_in_plain_sight",
    ),
    Plant(
        "what has no amounts asks for a rate all the same",
        "restatement/rows",
        "if not groups:  # what has no amounts needs no rate",
        "if groups is None:",
        f"{RESTATING}test_a_currency_that_went_is_all_volume_and_needs_no_new_rate",
    ),
    Plant(
        "amounts are grouped without their day",
        "restatement/amounts",
        "held[one.key, money.currency, one.on, decision, is_booked, money.is_negative].append(one)",
        "held[one.key, money.currency, date.max, decision, is_booked, True].append(one)",
        f"{RESTATING}test_a_set_side_by_side",
    ),
    # rate sources (R4, R5): a failure lost, a side mixed up, an age that nobody sees
    Plant(
        "a chain forgets who failed before",
        "adapters/combined/chained",
        "                failures.append(error)\n",
        "",
        f"{COMPOSING}chained.py::test_a_broken_source_is_passed_over_and_its_cause_kept",
    ),
    Plant(
        "a chain takes the bid of one source and the ask of another",
        "adapters/combined/chained",
        "if _quoted(one.pair) not in held",
        "if one.pair not in table.pairs",
        f"{COMPOSING}chained.py::test_a_pair_has_all_its_sides_from_one_source",
    ),
    Plant(
        "a margin is given to the customer",
        "adapters/combined/margins",
        "if side is Side.BID else (le,",
        "if side is Side.ASK else (le,",
        f"{COMPOSING}margins.py::test_bid_is_down_and_ask_is_up_around_the_middle",
    ),
    Plant(
        "a margin is rounded away",
        "adapters/combined/margins",
        "if further(rounded, units * whole):",
        "if False:",
        f"{COMPOSING}margins.py::test_rounding_never_gives_the_margin_away",
    ),
    Plant(
        "a cached rate never gets old",
        "adapters/combined/cached",
        "timedelta(0) <= now - kept.asked < self._lifetime",
        "timedelta(0) <= now - kept.asked",
        f"{COMPOSING}cached.py::test_inside_its_lifetime_nobody_is_asked",
    ),
    Plant(
        "kept rates pass for new ones",
        "adapters/combined/cached",
        "return kept.last_good((error,))",
        "return kept.bulletin()",
        f"{COMPOSING}cached.py::test_a_source_that_breaks_leaves_its_last_good_rates",
    ),
    Plant(
        "an own rate gives way to a correction of what it overrides",
        "adapters/combined/overriding",
        "left = [day not in theirs for day in below.days]",
        "left = [True for day in below.days]",
        f"{COMPOSING}overriding.py::test_an_own_rate_wins_on_its_day_and_no_other",
    ),
    Plant(
        "a composition knows what its sources did not know yet",
        "adapters/combined/knowledge",
        "return table.as_known(min(instants)) if instants else table",
        "return table",
        f"{COMPOSING}knowledge.py::test_what_was_not_known_yet_does_not_answer",
    ),
    # rates over HTTP (F9, R1): what a provider may do, and what its figures are
    Plant(
        "a redirect leaves an encrypted connection",
        "adapters/feeds/http",
        'if url.scheme == "https" and target.scheme == "http":',
        'if url.scheme == "http" and target.scheme == "http:":',
        f"{FEEDS}test_http.py::test_an_encrypted_connection_is_never_left_for_a_plain_one",
    ),
    Plant(
        "a key goes to every host",
        "adapters/feeds/http",
        'asked.token if _origin(url) == origin else ""',
        "asked.token",
        f"{FEEDS}test_http.py::test_a_key_goes_to_the_first_host_alone",
    ),
    Plant(
        "a gzip bomb is unpacked before it is measured",
        "adapters/feeds/http",
        "packed.decompress(chunk, left + 1)",
        "packed.decompress(chunk)",
        f"{PROVIDER}[a gzip bomb-boc]",
    ),
    Plant(
        "gzip may break off",
        "adapters/feeds/http",
        "if not packed.eof or packed.unused_data:",
        "if packed.unused_data:",
        f"{PROVIDER}[gzip cut short-boc]",
    ),
    Plant(
        "an errand lasts as long as it likes",
        "adapters/feeds/deadlines",
        "future.result(deadline.left)",
        "future.result()",
        f"{FEEDS}test_http.py::test_a_name_that_is_not_found_in_time",
    ),
    Plant(
        "a connection is kept after its time",
        "adapters/feeds/deadlines",
        "            line.cut()",
        '            line.watch("", {})',
        f"{FEEDS}test_http.py::test_nothing_goes_on_after_the_seconds",
    ),
    Plant(
        "one attempt more than allowed",
        "adapters/feeds/http",
        "range(self._limits.attempts - 1)",
        "range(self._limits.attempts)",
        f"{FEEDS}test_http.py::test_attempts_are_bounded",
    ),
    Plant(
        "a service that has moved has no rates",
        "adapters/feeds/http",
        "and asked.absent in _content(response, asked.most)",
        "and _content(response, asked.most)",
        f"{FEEDS}test_http.py::test_nothing_is_told_apart_from_a_failure",
    ),
    Plant(
        "a span is asked for and not kept",
        "adapters/feeds/published",
        "return Bulletin(RateTable(series).within(span.since, span.until), source)",
        "return Bulletin(RateTable(series), source)",
        f"{FEEDS}test_feeds.py::test_the_span_is_asked_for_and_kept",
    ),
    Plant(
        "a day that is still to come",
        "adapters/feeds/published",
        "timedelta(days=1)  # east",
        "timedelta(days=2)  # east",
        f"{FEEDS}test_hostile_documents.py::test_tomorrow_is_taken_and_the_day_after_is_not",
    ),
    Plant(
        "a unit that changed moves no point",
        "adapters/feeds/published",
        "Decimal(unit // own)",
        "Decimal(1)",
        f"{FEEDS}test_feeds.py::test_a_unit_that_changed_is_told_in_the_larger_one",
    ),
    Plant(
        "bid and ask changed round",
        "adapters/feeds/nbp",
        '{"bid": Side.BID, "ask": Side.ASK}',
        '{"bid": Side.ASK, "ask": Side.BID}',
        f"{FEEDS}test_feeds.py::test_table_c_keeps_both_sides",
    ),
    Plant(
        "a rate turned round",
        "adapters/feeds/bankofcanada",
        'Price(found[1], "CAD",',
        'Price("CAD", found[1],',
        f"{FEEDS}test_feeds.py::test_the_bank_of_canada_quotes_canadian_money_for_one_foreign",
    ),
    Plant(
        "a price for 1,000 taken for one",
        "adapters/feeds/cnb",
        '_amount(part(entry, "amount")),',
        'min(_amount(part(entry, "amount")), 1),',
        f"{FEEDS}test_feeds.py::test_the_czech_bank_quotes_for_one_a_hundred_and_a_thousand",
    ),
    Plant(
        "prices pass through a float",
        "adapters/feeds/documents",
        "    return Decimal(text)",
        "    return Decimal(float(text))",
        f"{FEEDS}test_feeds.py::test_values_are_never_floats",
    ),
    Plant(
        "the document of another day",
        "adapters/feeds/openexchangerates",
        "if price.on != on:",
        "if price.on > on:",
        f"{FEEDS}test_feeds.py::test_an_answer_of_another_day_is_refused",
    ),
    Plant(
        "prices of an instant known since midnight",
        "adapters/feeds/openexchangerates",
        ", known_at=at)",
        ")",
        f"{FEEDS}test_feeds.py::test_the_commercial_feed_states_an_instant",
    ),
    Plant(
        "a document type only the parser refuses, which may not",
        "adapters/feeds/documents",
        "parser.StartDoctypeDeclHandler = self._declared",
        "parser.StartDoctypeDeclHandler = None",
        f"{FEEDS}test_hostile_documents.py::test_the_parser_refuses_what_the_first_look_missed",
    ),
    # rates: which day, what was known, how old, which side, which way, how it is rounded (R1-R3)
    Plant(
        "the day itself counts where it should not",
        "rateseries",
        "bisect = bisect_right if policy.look_up is LookUp.ON_OR_BEFORE else bisect_left",
        "bisect = bisect_right",
        f"{RATES}test_the_day_itself_counts_or_does_not",
    ),
    Plant(
        "the laid out days forget that the day itself does not count",
        "rateseries",
        "later = int(policy.look_up is LookUp.STRICTLY_BEFORE)",
        "later = 0",
        f"{RATES}test_the_day_itself_counts_or_does_not",
    ),
    Plant(
        "a price is known only after its instant",
        "rateseries",
        "return _instant(self.days[position], known) <= known_at",
        "return _instant(self.days[position], known) < known_at",
        f"{RATES}test_a_price_is_known_at_its_instant_and_not_before",
    ),
    Plant(
        "the largest age is one day more",
        "rateseries",
        "        if age > policy.max_age:",
        "        if age > policy.max_age + 1:",
        f"{RATES}test_the_largest_age_is_included_and_the_next_day_is_not",
    ),
    Plant(
        "the laid out days are used for a day too long",
        "ratecolumns",
        "row.extend([one] * min(following - begin, max_age + 1 - later))",
        "row.extend([one] * min(following - begin, max_age + 2 - later))",
        f"{RATES}test_the_largest_age_is_included_and_the_next_day_is_not",
    ),
    Plant(
        "a withdrawn value answers again",
        "rateseries",
        "                withdrawn = day\n",
        "                withdrawn = None\n",
        f"{RATES}test_a_withdrawn_day_is_answered_by_the_one_before",
    ),
    Plant(
        "a price per hundred is taken for the price of one",
        "fixings",
        "under *= leg.fixing.unit",
        "under *= 1",
        f"{RATES}test_a_price_per_hundred_units_is_a_hundredth_for_one",
    ),
    Plant(
        "the laid out price per hundred is the price of one",
        "ratecolumns",
        "return price if unit == 1 else _share(price, unit)",
        "return price",
        f"{RATES}test_a_price_per_hundred_units_is_a_hundredth_for_one",
    ),
    Plant(
        "a column rounds its ties up",
        "conversions",
        "if nearest & 1 and units % denominator == tie:",
        "if False:",
        f"{RATES}test_a_column_breaks_ties_as_a_conversion_does",
    ),
    Plant(
        "a column knows the ties of a half only",
        "conversions",
        "-1 if odd else half",
        "-1 if odd else 1",
        f"{RATES}test_a_column_breaks_ties_as_a_conversion_does",
    ),
    Plant(
        "the price of a day is kept too short for the longest amounts",
        "conversions",
        "_PRODUCT_DIGITS: Final = 2 * MOST_DIGITS + 2",
        "_PRODUCT_DIGITS: Final = 2 * MOST_DIGITS - 6",
        f"{CONVERTING}test_prices_of_sixty_digits_are_kept_long_enough",
    ),
    Plant(
        "a product has as many digits as the price that it is of",
        "conversions",
        "Context(_PRODUCT_DIGITS + 1, ROUND_HALF_EVEN",
        "Context(_PRODUCT_DIGITS - 1, ROUND_HALF_EVEN",
        f"{CONVERTING}test_the_longest_amounts_beside_a_tie_or_a_step",
    ),
    Plant(
        "a table keeps every price that it was asked for",
        "conversions",
        "if len(self._kept) > MOST_KEPT:",
        "if False:",
        f"{CONVERTING}test_a_table_forgets_prices_and_finds_them_again",
    ),
    Plant(
        "columns of 64 bits wrap around",
        "adapters/columns",
        "return _LARGEST // numerator if is_short else -1",
        "return _LARGEST",
        f"{COLUMNS}test_nothing_wraps_around",
    ),
    Plant(
        "a column rounds a tie below zero as one above",
        "adapters/columns",
        "np.where(below < 0, last - 10, last)",
        "last",
        f"{COLUMNS}test_every_mode_rounds_ties_and_steps_as_in_words",
    ),
    Plant(
        "a column of days loses their times",
        "adapters/columns",
        "if (whole.astype(days.dtype) != days).any():",
        "if False:",
        f"{COLUMNS}test_what_is_refused",
    ),
    Plant(
        "an average is the mean of the inverses",
        "rates",
        "whole = sum((Fraction(one.value) for one in weighed), Fraction(0))",
        "whole = len(weighed) ** 2 / sum(1 / Fraction(one.value) for one in weighed)",
        f"{RATES}test_an_average_is_taken_in_the_direction_quoted",
    ),
    Plant(
        "the inverse pair is answered at the same side",
        "rates",
        "inverse = self._series.get((counter, base, policy.side.across))",
        "inverse = self._series.get((counter, base, policy.side))",
        f"{RATES}test_the_ask_of_a_pair_is_the_bid_of_its_inverse",
    ),
    Plant(
        "any currency is a pivot",
        "rates",
        "    if pivot is None:\n        return True",
        "    if pivot is not Ellipsis:\n        return True",
        f"{RATES}test_a_cross_leads_through_the_pivot_and_nowhere_else",
    ),
    Plant(
        "a peg ends before its last day",
        "ratepolicies",
        "(self.until is None or on <= self.until)",
        "(self.until is None or on < self.until)",
        f"{RATES}test_a_peg_holds_from_its_first_day_through_its_last",
    ),
    Plant(
        "closed days make a rate older",
        "ratepolicies",
        "return self.calendar.open_days(fixed_on, asked_for)",
        "return (asked_for - fixed_on).days",
        f"{RATES}test_closed_days_count_or_do_not_or_are_refused",
    ),
    Plant(
        "a holiday is an open day",
        "ratepolicies",
        "return day.weekday() not in self.weekend and day not in self.holidays",
        "return day.weekday() not in self.weekend",
        f"{RATES}test_closed_days_count_or_do_not_or_are_refused",
    ),
    Plant(
        "a view that backs another table tells what came later",
        "rates",
        "one if other.known_at is None else one.known_by(other.known_at)",
        "one",
        f"{EDGES}test_a_view_that_backs_another_table_brings_no_later_knowledge",
    ),
    Plant(
        "an average is known before its last fixing",
        "rates",
        "known = max(one.known_from for one in weighed) if is_told else None",
        "known = min(one.known_from for one in weighed) if is_told else None",
        f"{EDGES}test_an_average_is_known_when_the_last_of_its_fixings_is",
    ),
    Plant(
        "a code is that of any registry",
        "rates",
        "ways[to] = ways[target]",
        "ways[target.code] = ways[target]",
        f"{EDGES}test_a_code_is_not_taken_for_that_of_another_registry",
    ),
    # books for other programs: sign, value, price, what counts
    Plant(
        "an exported line is on the other side",
        "ledger/plainbooks",
        "yield PlainLine(account, amount, abs(value), one)",
        "yield PlainLine(account, -amount, abs(value), one)",
        f"{PLAIN}test_an_amount_carries_its_value_as_total_cost",
    ),
    Plant(
        "an exported change of value is dropped",
        "ledger/plainbooks",
        "yield PlainLine(self.below(one.account, amount.currency), value, None, one)",
        "yield from ()",
        f"{PLAIN}test_a_change_of_value_stands_below_its_account",
    ),
    Plant(
        "an exported price is the inverse of the quoted one",
        "ledger/daybook",
        "pair, ratio = fixing.pair, fixing.ratio",
        "pair, ratio = fixing.pair.inverse, fixing.ratio",
        f"{DAYBOOK}test_a_price_is_quoted_as_its_fixing",
    ),
    Plant(
        "an exported price is the booking rate of a closing day",
        "ledger/daybook",
        "return one.purpose is Purpose.CLOSING, one.id",
        "return one.purpose is Purpose.BOOKING, one.id",
        f"{DAYBOOK}test_one_price_for_each_day_and_currency",
    ),
    Plant(
        "entries that nobody knew of yet are exported",
        "ledger/daybook",
        "entry.booked_at is None or entry.booked_at <= known_at",
        "entry.booked_at is None or entry.booked_at >= known_at",
        f"{DAYBOOK}test_books_as_they_were_known",
    ),
    Plant(
        "Beancount may overlook a minor unit",
        "adapters/beancount",
        "_FINER: Final = 3",
        "_FINER: Final = 0",
        "tests/adapters/test_plain_text.py::test_beancount_refuses_a_minor_unit",
    ),
    # the group (D17, D18, D27, D29), against a model of its own
    Plant(
        "other holders have no share of the reserve",
        "ledger/attribution",
        "shared = attrs.evolve(moved, distributed=(), dividends=())",
        "shared = attrs.evolve(moved, distributed=(), dividends=(), reserve=())",
        f"{MODELLED}test_groups_that_were_founded",
    ),
    Plant(
        "other holders have a part of goodwill that is not theirs",
        "ledger/attribution",
        "        if self._shares_goodwill and held.method is Method.FULL:",
        "        if held.method is Method.FULL:",
        f"{MODELLED}test_groups_that_were_bought",
    ),
    Plant(
        "goodwill stays at the rate at which the parent paid",
        "ledger/translation",
        "(self._part(total.label, total, rates.closing),)",
        "(self._part(total.label, total, key[0] == '1600' and rates.opening or rates.closing),)",
        f"{MODELLED}test_groups_that_were_bought",
    ),
    Plant(
        "a share of fair values is not the owner's",
        "ledger/attribution",
        "            parts += Parts(result=_earned(uplifts), reserve=whole(uplifts.reserve))",
        "            parts += Parts(result=_earned(uplifts))",
        f"{MODELLED}test_groups_that_were_bought",
    ),
    Plant(
        "a sale that keeps control is a profit",
        "ledger/eliminations",
        "lines.append(self._line(accounts.ownership_changes, rest))",
        "lines.append(self._line(accounts.disposals, rest))",
        f"{MODELLED}test_groups_that_changed",
    ),
    Plant(
        "a sale that keeps control leaves the reserve where it was",
        "ledger/eliminations",
        'self._line(accounts.reserve, self.blended("Reserve moved',
        'self._line(accounts.ownership_changes, self.blended("Reserve moved',
        f"{MODELLED}test_groups_that_changed",
    ),
    Plant(
        "the reserve of other holders is recycled too",
        "ledger/disposals",
        "and not (entry.step is Step.EQUITY_METHOD and line.company == kept)",
        "and entry.step is not Step.MINORITY"
        " and not (entry.step is Step.EQUITY_METHOD and line.company == kept)",
        f"{MODELLED}test_groups_that_changed",
    ),
    Plant(
        "a bargain is no part of what a later sale shares",
        "ledger/attribution",
        "self._whole, alone = self._whole + gained, Parts()",
        "alone = alone + Parts()",
        f"{MODELLED}test_a_bargain_is_shared_when_a_part_is_sold",
    ),
    Plant(
        "goodwill in what was kept goes by the share a second time",
        "ledger/attribution",
        "if self._shares_goodwill and held.method is Method.FULL:",
        "if self._shares_goodwill:",
        f"{MODELLED}test_goodwill_in_what_was_kept_goes_at_the_closing_rate",
    ),
    # dealings in the group (D23 to D26): matched to the cent, taken out once, borne by who sold
    Plant(
        "dealings are taken out twice",
        "ledger/consolidation",
        "*self._acquired(), *intercompany_entries(self.sheet)]",
        "*self._acquired(), *intercompany_entries(self.sheet) * 2]",
        f"{IN_GROUPS}test_a_group_that_only_deals_with_itself_has_no_dealings",
    ),
    Plant(
        "a mismatch of a cent is swallowed",
        "ledger/intercompany",
        "    if (pair.is_current and not documents.is_empty) or abs(off) > line_slack",
        "    if abs(off) > Fraction(1, 100) + line_slack",
        f"{DEALINGS}test_a_mismatch_of_a_cent_is_refused_with_both_sides",
    ),
    Plant(
        "what two sides leave over goes to the reserve",
        "ledger/intercompany",
        "GroupEntryLine(pair.sheet.group.accounts.rounding, None, off)",
        "GroupEntryLine(pair.sheet.group.accounts.reserve, None, off)",
        f"{DEALINGS}test_rounding_of_the_two_sides_is_kept_apart",
    ),
    Plant(
        "every exchange difference on a dealing goes to the reserve",
        "ledger/accounts",
        "return self.net_investment_fx if self.is_net_investment(account) else self.unrealised_fx",
        "return self.net_investment_fx",
        "tests/usecases/test_dealing.py::test_dealings_of_the_group_are_revalued_on_every_account",
    ),
    Plant(
        "differences on net investments stay in the result",
        "ledger/netinvestments",
        "    if not found.value:\n",
        "    if found is not None:\n",
        f"{IN_GROUPS}test_net_investments_are_in_the_reserve_and_other_holders_have_their_part",
    ),
    Plant(
        "unrealised profit is borne by who has the goods",
        "ledger/unrealised",
        "return one.seller if is_shared else",
        "return one.buyer if is_shared else",
        f"{IN_GROUPS}test_who_bears_unrealised_profit",
    ),
    Plant(
        "the outsiders' part of a dividend is taken out with the rest",
        "ledger/dividends",
        "(is_joint and line.partner is None)",
        "line.partner is None",
        f"{DEALINGS}test_a_dividend_is_no_income_of_the_group",
    ),
    Plant(
        "a dividend is measured when it is paid",
        "usecases/dealing",
        "        spot = booking_rate(desk, books, side.amount.currency, on)\n",
        "        spot = booking_rate(desk, books, side.amount.currency, due)\n",
        "tests/usecases/test_dealing.py::test_what_the_rate_does_until_it_is_paid_is_the_receivers",
    ),
    # the group goes on from what it recorded, without those that left (D20, D29)
    Plant(
        "net assets of a company that left stay",
        "ledger/disposals",
        "                if not left.value.is_zero:\n",
        "                if code == accounts.minority:\n",
        f"{ACQUIRED}a_company_that_left_takes_everything_along",
    ),
    Plant(
        "the opening is not held against what was recorded",
        "usecases/consolidating",
        "        _refuse_other_past(desk, group, last)\n",
        "        last.by_account()\n",
        f"{ACQUIRED}what_the_group_said_of_a_recorded_day_must_not_change",
    ),
    # revaluation (D13 to D16): taken back, once, at the right rate and day, on the right side
    Plant(
        "the reversal of a month end is dropped",
        "ledger/revaluation",
        "return (made,) if scope.style is Style.CUMULATIVE else (made, made.reversal(reverse_on))",
        "return (made,)",
        f"{MONTH_END}test_closing.py::test_month_end_adjusts_and_the_next_day_takes_back",
    ),
    Plant(
        "an item is revalued twice",
        "usecases/revaluing",
        "withdrawn = tuple(map(withdrawal, earlier.entries))",
        "withdrawn = ()",
        f"{MONTH_END}test_closing.py::test_a_late_invoice_is_revalued_by_the_next_version",
    ),
    Plant(
        "a rerun starts from what the first run left",
        "usecases/revaluing",
        "attrs.evolve(item, adjusted=item.adjusted - already)",
        "item",
        f"{MONTH_END}test_revaluing.py::test_another_rate_replaces_the_run_of_the_day",
    ),
    Plant(
        "a named rate is inverted",
        "usecases/adjusting",
        "ExchangeRate.of(currency, home, asked, ",
        "ExchangeRate.of(home, currency, asked, ",
        f"{MONTH_END}test_revaluing.py::test_another_rate_replaces_the_run_of_the_day",
    ),
    Plant(
        "what is taken back is so a day late",
        "ledger/revaluation",
        "return as_of + timedelta(days=1)",
        "return as_of + timedelta(days=2)",
        f"{MONTH_END}test_closing.py::test_month_end_adjusts_and_the_next_day_takes_back",
    ),
    Plant(
        "an item may be settled a day before its adjustment is gone",
        "ledger/revaluation",
        "one.on - timedelta(days=1) for one in known",
        "one.on - timedelta(days=2) for one in known",
        f"{MONTH_END}test_revaluing.py::test_an_item_can_not_be_settled_under_an_adjustment",
    ),
    Plant(
        "an unrealised gain is a loss",
        "ledger/revaluation",
        "return Figure.difference(label, target, carried, rule)",
        "return Figure.difference(label, carried, target, rule)",
        "tests/ledger/test_revaluation.py::test_signs_of_unrealised_differences",
    ),
    Plant(
        "an item forgets what it was adjusted before",
        "usecases/revaluing",
        "attrs.evolve(item, adjusted=item.adjusted + change)",
        "attrs.evolve(item, adjusted=change)",
        f"{MONTH_END}test_revaluing.py::test_the_next_kept_run_books_the_change_alone",
    ),
    Plant(
        "a settled item keeps what a late run adjusted",
        "usecases/revaluing",
        "line = attrs.evolve(lines[-1], functional=-change)",
        "line = attrs.evolve(lines[-1], functional=change)",
        f"{MONTH_END}test_revaluing.py::test_a_settled_item_keeps_nothing_of_a_late_run",
    ),
    Plant(
        "a refusal is forgotten",
        "usecases/revaluing",
        'else known.get(one.id, ""))',
        'else "")',
        f"{MONTH_END}test_revaluing.py::test_what_is_refused_is_left_and_listed_again",
    ),
    Plant(
        "an item may switch its style",
        "ledger/revaluation",
        "        if was is not one.style:",
        "        if was is None:",
        f"{MONTH_END}test_revaluing.py::test_an_item_does_not_switch_its_style",
    ),
    # what stores keep of the books
    Plant(
        "an entry of the very instant was not known yet",
        "adapters/sql/books",
        '_entries.c.booked_at <= bindparam("known_at")',
        '_entries.c.booked_at < bindparam("known_at")',
        f"{STORES}TestSqliteStore::test_the_books_are_as_known_at_an_instant",
    ),
    Plant(
        "an adjustment is lost on the way into a row",
        "records/ledger",
        "to.maybe_money(adjusted=None if item.adjusted == _unadjusted(item) else item.adjusted)",
        "to.maybe_money(adjusted=None)",
        f"{STORES}TestSqliteStore::test_every_kind_comes_back_equal",
    ),
    Plant(
        "what is monetary by itself is read as any item",
        "records/ledger",
        "monetary=None if row.monetary is None else bool(row.monetary)",
        "monetary=None if not row.monetary else bool(row.monetary)",
        f"{STORES}TestSqliteStore::test_every_kind_comes_back_equal",
    ),
    # reports on the books (D31, D32): a day, an instant, a bucket, an owner, a rounding
    Plant(
        "an edge of a bucket belongs to the bucket on its right",
        "reports/positions",
        "return bisect_left(self.edges, days)",
        "return bisect_left(self.edges, days + 1)",
        f"{EXAMINING}an_edge_belongs_to_the_bucket_on_its_left",
    ),
    Plant(
        "by document date, days are counted from the due date",
        "reports/ageing",
        "item.due_on if self is AgeingBy.DUE_DATE else item.arose_on",
        "item.due_on if self is not None else item.arose_on",
        f"{REPORTS}ageing_puts_what_stood_open_where_the_days_say",
    ),
    Plant(
        "an ageing is shown whatever its control account says",
        "reports/ageing",
        "        if items != control:",
        "        if items != control and not of_items:",
        f"{EXAMINING}a_posting_past_the_items_is_found",
    ),
    Plant(
        "a revaluation is left out of what an item is carried at",
        "reports/positions",
        "if one.posting.account == item.account]",
        "if one.posting.account == item.account and one.posting.amount]",
        f"{EXAMINING}a_revaluation_sits_with_its_invoice",
    ),
    Plant(
        "the first day of a span counts as before it",
        "reports/scope",
        "on < self.since",
        "on <= self.since",
        f"{REPORTS}results_are_the_income_of_the_trial_balance",
    ),
    Plant(
        "each row of an exposure is rounded before they are added",
        "reports/exposure",
        'total = total_of(f"Net exposure {rate_name}", worths, scope.functional)',
        'total = Figure.total(f"Net exposure {rate_name}", worths, scope.functional)',
        f"{REPORTS}exposure_is_rounded_once_on_its_total",
    ),
    Plant(
        "advances are added to what rates can move",
        "reports/exposure",
        "monetary = tuple(one for one in rows if one.monetary)",
        "monetary = tuple(one for one in rows if one.monetary or one.account.by_item)",
        f"{REPORTS}exposure_is_rounded_once_on_its_total",
    ),
    Plant(
        "a month end is attributed to whoever its entry names first",
        "reports/results",
        "matching.popleft() if matching else line",
        "line if matching else line",
        f"{ATTRIBUTION}a_month_end_belongs_to_each_item_of_its_own",
    ),
    Plant(
        "what belongs to nobody is dropped",
        "reports/results",
        "        keys = sorted(found, key=lambda key: (key == NOT_ATTRIBUTED, key))",
        "        keys = sorted(key for key in found if key != NOT_ATTRIBUTED)",
        f"{REPORTS}results_are_the_income_of_the_trial_balance",
    ),
    Plant(
        "the reversal of a credit note is a sale",
        "reports/results",
        'if line.kind != "reversal":',
        'if line.kind != "":',
        f"{ATTRIBUTION}the_reversal_of_a_credit_note_is_no_sale",
    ),
    Plant(
        "a report as known shows what was booked later",
        "usecases/examining",
        "lines(scope.company, after, scope.until, scope.known_at)",
        "lines(scope.company, after, scope.until)",
        f"{EXAMINING}what_was_booked_later_was_not_known_then",
    ),
    Plant(
        "an entry does not say since when it is known",
        "usecases/booking",
        "attrs.evolve(entry, booked_at=desk.now)",
        "entry",
        f"{EXAMINING}what_was_booked_later_was_not_known_then",
    ),
    Plant(
        "a running balance leaves its own posting out",
        "reports/accountsheets",
        "self.postings[: position + 1]",
        "self.postings[:position]",
        f"{REPORTS}a_running_balance_is_its_own_explanation",
    ),
    # bookkeeping: side, components, rate of the day, deviation, rounding, periods
    Plant(
        "an own rule is booked on the other side",
        "posting",
        "line.on(chart).code, line.side.sign",
        "line.on(chart).code, -line.side.sign",
        f"{POSTING}test_an_invoice_is_a_receivable_and_a_sale_at_the_spot_of_its_day",
    ),
    Plant(
        "what measuring lines leaves is dropped",
        "posting",
        "(*lines, *rest))",
        "tuple(lines))",
        f"{POSTING}test_a_rule_of_one_s_own_names_accounts_and_components",
    ),
    Plant(
        "a rule may have other credits than debits",
        "postingrules",
        "if debit == credit and debit:",
        "if debit:",
        "tests/test_posting_rules.py::test_what_could_not_balance_is_refused_by_its_line",
    ),
    Plant(
        "the month opens at the document's day",
        "bookingrates",
        "asked.spot_of(asked.on.replace(day=1))",
        "asked.spot_of(asked.on)",
        f"{BOOKING}test_each_mode_says_which_it_was",
    ),
    Plant(
        "a fixed rate holds before its day",
        "bookingrates",
        "if one.since <= on and pair in",
        "if pair in",
        f"{BOOKING}test_a_fixed_rate_holds_until_the_next_one_and_no_other_is_taken",
    ),
    Plant(
        "a spread is taken the wrong way round",
        "bookingrates",
        "high.ratio / low.ratio - 1",
        "low.ratio / high.ratio - 1",
        f"{BOOKING}test_an_average_of_rates_too_far_apart_is_refused",
    ),
    Plant(
        "an estimate serves one rule alone",
        "usecases/deciding",
        "found.is_estimated or ",
        "",
        f"{BOOKING}test_an_estimate_is_the_rate_of_its_day",
    ),
    Plant(
        "a given value may have the other sign",
        "ledger/handwriting",
        "abs(Fraction(given.amount) - exact)",
        "abs(abs(Fraction(given.amount)) - abs(exact))",
        "tests/usecases/test_vouchers.py::test_a_given_value_lies_within_the_allowed_deviation",
    ),
    Plant(
        "an entry may round by twice its bound",
        "ledger/rounding",
        "abs(one.total.minor) > one.most",
        "abs(one.total.minor) > 2 * one.most",
        "tests/ledger/test_rounding.py::test_an_entry_over_its_own_bound_is_named",
    ),
    Plant(
        "the day before a reopened one is open too",
        "ledger/companies",
        "through = since - timedelta(days=1) if",
        "through = since - timedelta(days=2) if",
        "tests/usecases/test_reopening.py::test_a_closed_period_takes_postings_again_from_that_day_on",
    ),
    Plant(
        "a translated period is opened again",
        "usecases/closing",
        "if translated is not None:",
        "if False:",
        "tests/usecases/test_reopening.py::test_what_was_translated_stays",
    ),
    # settlement: each mistake that the books of this trade are known for (D8 to D16)
    Plant(
        "the fee's line of a settlement is skipped",
        "ledger/settlement",
        "            self._bank_line(),\n            *self._costs(),\n",
        "            self._bank_line(),\n",
        f"{SETTLING}test_a_provider_s_fee_is_a_cost_and_no_exchange_difference",
    ),
    Plant(
        "a zero line is any line without a document amount",
        "ledger/settlement",
        "if not (one.amount.is_zero and one.functional.is_zero)",
        "if not one.amount.is_zero",
        f"{SETTLING}test_the_worked_example_of_d7a_paid_in_euros",
    ),
    Plant(
        "a realised gain is told as a loss",
        "ledger/settlement",
        "return Figure.difference(label, self.cash, removed, rule)",
        "return Figure.difference(label, removed, self.cash, rule)",
        f"{SETTLING}test_the_sign_of_a_difference",
    ),
    Plant(
        "the debt of a payable is reduced by its fee",
        "ledger/settlement",
        "paid = self.receipt.received * sign + self.receipt.fee",
        "paid = (self.receipt.received + self.receipt.fee) * sign",
        f"{SETTLING}test_a_payable_with_a_fee_takes_more_from_the_bank",
    ),
    Plant(
        "cash is the sum of its rounded parts",
        "ledger/settlement",
        'return self._functional("Cash", paid)',
        "parts = (self.receipt.received * sign, self.receipt.fee)\n"
        '        made = [self._functional("Cash", one) for one in parts]\n'
        '        return Figure.total("Cash", tuple(made), made[0].value.currency)',
        f"{LETTING_OFF}test_five_different_lines",
    ),
    Plant(
        "the last payment leaves the remainder",
        "ledger/open_items",
        "value = part_of(self.carrying, part)",
        "value = part_of(self.booked, Fraction(signed.minor, self.original.minor))",
        f"{SETTLING}test_the_last_payment_takes_the_remainder",
    ),
    Plant(
        "somebody pays a day before the item arose",
        "ledger/settlement",
        "if receipt.on < item.arose_on:",
        "if (item.arose_on - receipt.on).days > 1:",
        f"{SETTLING}test_nobody_pays_before_the_item_arose",
    ),
    Plant(
        "a spot is multiplied where it divides",
        "fixings",
        "return units * ratio.denominator, counted * ratio.numerator, pair.base",
        "return units * ratio.numerator, counted * ratio.denominator, pair.base",
        f"{SETTLING}test_the_invoice_of_the_rules_paid_in_dollars",
    ),
    Plant(
        "a discount bears an exchange difference",
        "ledger/settlement",
        "left = removed.value - self.discount.value - self.write_off.value",
        "left = removed.value - self.write_off.value",
        f"{LETTING_OFF}test_five_different_lines",
    ),
    Plant(
        "what month ends adjusted stays on a settled item",
        "ledger/open_items",
        "adjusted=self.adjusted - share.taken_back,",
        "adjusted=self.adjusted,",
        f"{LETTING_OFF}test_what_month_ends_adjusted_is_reclassified_with_its_share",
    ),
    Plant(
        "an excess pays the customer's currency difference",
        "ledger/settlement",
        "            paid -= self.receipt.excess * sign\n",
        "            paid -= self.receipt.excess * 0\n",
        f"{LETTING_OFF}test_an_excess_is_a_liability_at_its_own_rate",
    ),
    Plant(
        "a credit note is always measured at the spot",
        "ledger/crediting",
        "if self.given.at is CreditRate.SPOT and self.given.spot is not None:",
        "if self.given.spot is not None:",
        f"{LETTING_OFF}test_a_credit_note_leaves_at_the_carrying_rate",
    ),
    Plant(
        "an advance is measured again when it is used",
        "ledger/offsetting",
        "return not (is_monetary(self.item, self.chart) and is_monetary(self.against, self.chart))",
        "return False",
        f"{LETTING_OFF}test_revenue_stays_at_the_rate_of_the_advance",
    ),
    Plant(
        "undoing forgets what was taken back",
        "ledger/undoing",
        "item.adjusted - valued",
        "item.adjusted",
        f"{LETTING_OFF}test_undoing_restores_both_residuals_exactly",
    ),
    Plant(
        "what used a credit is not looked for when it is undone",
        "ledger/undoing",
        "if not 0 <= open_again.minor * item.sign <= item.original.minor * item.sign:",
        "if not open_again.minor * item.sign <= item.original.minor * item.sign:",
        f"{LETTING_OFF}test_an_excess_that_was_used_is_undone_first",
    ),
    Plant(
        "a credit that ends keeps what it was adjusted by",
        "ledger/undoing",
        "kept, left = (none, adjusted) if open_again.is_zero else (adjusted, none)",
        "kept, left = (adjusted, none)",
        "tests/usecases/test_letting_off.py"
        "::test_undoing_takes_back_what_a_month_end_kept_on_a_credit_that_ends",
    ),
    Plant(
        "an invoice is paid as if it were a bill",
        "usecases/buying",
        "if held.sign > 0 or is_of_buyer(held, desk.chart.duties):",
        "if held.sign < 0 and is_of_buyer(held, desk.chart.duties):",
        "tests/usecases/test_letting_off.py"
        "::test_only_bills_are_paid_as_bills_and_only_credits_are_refunded",
    ),
    Plant(
        "an entry need not balance in its document currencies",
        "ledger/journal",
        "for bag in (functional, document):",
        "for bag in (functional,):",
        "tests/ledger/test_journal.py::test_one_unit_off_in_any_currency_is_refused",
    ),
    # translation and remeasurement: another rate, on both routes to the reserve
    Plant(
        "equity goes at the closing rate",
        "ledger/translation",
        "if self.chart.account(key[0]).translation is TranslationRule.CLOSING:",
        "if self.chart.account(key[0]).translation is not TranslationRule.AVERAGE:",
        f"{TRANSLATING}equity_is_not_translated_at_the_closing_rate",
    ),
    Plant(
        "a balance goes at the average",
        "ledger/translation",
        "(self._part(total.label, total, rates.closing),)",
        "(self._part(total.label, total, rates.average),)",
        f"{TRANSLATING}a_balance_is_not_translated_at_the_average",
    ),
    Plant(
        "what was brought forward is translated again",
        "ledger/translation",
        "value = carried.presentation if carried else nothing",
        "value = rates.closing.convert(functional.value)",
        f"{TRANSLATING}what_was_brought_forward_is_not_translated_again",
    ),
    Plant(
        "a dividend goes at the closing rate",
        "ledger/translation",
        'yield f"{label} on {day}", list(lines), rates.dated[day]',
        'yield f"{label} on {day}", list(lines), '
        'rates.closing if key[0] == "3300" else rates.dated[day]',
        f"{TRANSLATING}a_dividend_is_translated_at_its_day",
    ),
    Plant(
        "a share is taken of what was rounded",
        "ledger/translation",
        "exact = decision.convert_exactly(functional.value).value * self.share",
        "exact = Fraction(decision.convert(functional.value).amount) * self.share",
        "tests/ledger/test_acquired_books.py::test_a_share_is_taken_before_anything_is_rounded",
    ),
    Plant(
        "an estimate is forgotten when it is carried forward",
        "ledger/translation",
        "rule, (then, *estimates))",
        "rule, (then,))",
        "tests/usecases/test_translating.py"
        "::test_what_was_translated_at_an_estimate_says_so_for_ever",
    ),
    Plant(
        "depreciation is remeasured at the average",
        "ledger/remeasurement",
        "if used_up is not None:\n            return self._using_up(line, used_up)",
        "if used_up is not None and not account.type.is_result:\n"
        "            return self._using_up(line, used_up)",
        "tests/ledger/test_remeasurement.py::test_a_published_example_of_the_temporal_method",
    ),
    Plant(
        "a year need not open with what the year before closed with",
        "reports/statements/views",
        "if was != now:",
        "if now is None:",
        f"{PRESENTING}a_year_opens_with_what_the_year_before_closed_with",
    ),
    Plant(
        "results of earlier years are results of this one",
        "reports/statements/balance",
        "    yield line.opening\n    if not layout.is_profit(line.account):\n",
        "    if not layout.is_profit(line.account):\n        yield line.opening\n",
        f"{PRESENTING}a_year_is_worked_by_hand",
    ),
    Plant(
        "what came in is shown as paid out",
        "reports/statements/cash",
        "value = -Money.total((one.value for one in parts), currency=currency)",
        "value = Money.total((one.value for one in parts), currency=currency)",
        f"{PRESENTING}a_year_is_worked_by_hand",
    ),
    Plant(
        "differences on dealings in the group stand with all others",
        "reports/statements/income",
        "if line.partner is not None and line.account.code in layout.differences:",
        "if line.account.code not in layout.differences and line.partner is not None:",
        f"{PRESENTING_GROUPS}differences_on_dealings_stand_where_the_group_chose",
    ),
    Plant(
        "the reserve keeps in other income what was recycled",
        "reports/statements/changes",
        "group.recycled, group.reserve, Change.RECYCLED",
        "group.recycled, group.reserve, Change.EXCHANGE",
        f"{PRESENTING_GROUPS}a_company_is_sold",
    ),
    Plant(
        "the cash of an acquired company is left out",
        "usecases/groupcash",
        "stake.since > self.begun:\n            yield self._standing(company, stake.since, sign=1)",
        "stake.since > self.begun:\n            yield self._standing(company, stake.since, sign=0)",
        f"{PRESENTING_GROUPS}a_company_is_bought",
    ),
    # contracts and their pages
    Plant(
        "a deductible band counts from nought",
        "selling/indexation",
        "return movement - edge if movement > 0 else movement + edge",
        "return movement",
        f"{INDEXATION}a_movement_counts_whole_or_beyond_the_band",
    ),
    Plant(
        "the cap binds the rate and not the price",
        "selling/indexation",
        "change = self._counted(movement) * _share(self.passed_on)\n        if self.cap",
        "change = self._counted(movement)\n        if self.cap",
        f"{INDEXATION}the_amount_is_that_of_the_agreement",
    ),
    Plant(
        "a month is counted from the one before it",
        "selling/instalments",
        "return self.anchor + _length(months=self.months_before + months)",
        "return self.since + _length(months=months)",
        f"{CONTRACTS}a_short_month_moves_none_after_it",
    ),
    Plant(
        "notice is in time a day too long",
        "selling/instalments",
        "months=self.months, days=self.days) - timedelta(days=1)",
        "months=self.months, days=self.days)",
        f"{CONTRACTS}the_whole_notice_lies_between_its_last_day_and_the_end",
    ),
    Plant(
        "a word of a German page is left in English",
        "documentwords",
        "Nettobetrag",
        "Net total",
        f"{LANGUAGES}no_word_is_left_in_english",
    ),
    Plant(
        "the sign of a currency is turned with an Arabic page",
        "adapters/html/papers",
        'return "ltr" if first == "L" else "rtl"',
        'return "rtl"',
        f"{LANGUAGES}arabic_keeps_numbers_and_codes_as_they_are",
    ),
    # prices and discounts
    Plant(
        "an amount off in another currency is relabelled",
        "selling/discounts",
        "if self.amount.currency is price.currency:",
        "if self.amount.currency is not None:",
        f"{DISCOUNTS}an_amount_in_another_currency_is_converted_once_and_never_relabelled",
    ),
    Plant(
        "a chain of discounts is rounded at each step",
        "selling/discounts",
        "after = price - (first - left).rounded(policy.rounding)",
        "left = left.rounded(policy.rounding).exact()\n"
        "        after = price - (first - left).rounded(policy.rounding)",
        f"{DISCOUNTS}a_chain_is_rounded_once",
    ),
    Plant(
        "a break begins one unit late",
        "selling/pricelists",
        "if one.start <= quantity]",
        "if one.start < quantity]",
        f"{PUBLISHED_PRICES}stripe_tiered_pricing",
    ),
    Plant(
        "a list for everyone goes before one for a group",
        "selling/pricefinding",
        'before the one for everyone", not one.list.groups',
        'before the one for everyone", bool(one.list.groups)',
        f"{PRICES}which_list_counts_and_why",
    ),
    Plant(
        "a price is given away where its point would be zero",
        "selling/pricepoints",
        "lowest = 0 if self.ending else 1",
        "lowest = 0",
        f"{PRICES}a_point_lies_within_one_step",
    ),
    # deals
    Plant(
        "consent covers whatever the deal is worth by now",
        "deals",
        "return value <= self.value",
        "return True",
        f"{DEALS}consent_is_for_no_more_than_was_seen",
    ),
    Plant(
        "an owner consents to a deal that was lent away",
        "deals",
        "fits and one.by != self.owner and one.covers(self.value)",
        "fits and one.covers(self.value)",
        f"{DEALS}an_owner_does_not_consent_whoever_owned_the_deal_meanwhile",
    ),
    Plant(
        "consent is used again",
        "deals",
        "if self.used_on is not None or value.currency",
        "if value.currency",
        f"{DEALS}consent_is_used_once",
    ),
    Plant(
        "a deal that ended has no rate of its own",
        "deals",
        "closed_on=on, closing=rate, reason=reason",
        "closed_on=on, closing=None, reason=reason",
        f"{DEALS}what_ended_keeps_its_day_its_rate_and_its_value",
    ),
    Plant(
        "a deal is won at what was quoted last",
        "usecases/quoting",
        "QuoteTurn.ACCEPTED, on, accepted.net)",
        "QuoteTurn.ACCEPTED, on)",
        "tests/usecases/test_selling.py::test_a_deal_keeps_its_currency_whatever_is_quoted",
    ),
    Plant(
        "parts are rounded one by one",
        "dealparts",
        'return Figure.blended("Parts", held, currency)',
        'return Figure.total("Parts", held, currency)',
        f"{DEALS}parts_add_up_without_a_trip_through_another_currency",
    ),
    Plant(
        "lines within a text are not counted",
        "tomllines",
        'line += token.count("\\n")',
        'line += token == "\\n"',
        "tests/test_stages.py::test_a_line_is_found_whatever_stands_before_it",
    ),
    # quotes
    Plant(
        "a consent counts whatever the terms are by now",
        "selling/contents",
        "yield from (quote.terms, quote.delivery,",
        "yield from (quote.delivery,",
        f"{APPROVALS}every_edit_voids_a_consent[terms]",
    ),
    Plant(
        "an author consents to what he wrote",
        "selling/approvals",
        "if self.consent is Consent.OTHERS and by in authors:",
        "if self.consent is not Consent.OTHERS and by in authors:",
        f"{REVISING}a_quote_is_released_when_every_rule_is_met_by_others_than_its_author",
    ),
    Plant(
        "another currency keeps the rate of the old one",
        "selling/quotes",
        "relabelled = self._edited(currency=wanted, rate=None, excess_rate=None)",
        "relabelled = self._edited(currency=wanted)",
        f"{REVISING}another_currency_converts_or_refuses",
    ),
    Plant(
        "the tax of an order does not reach the invoice's parts",
        "usecases/apportioning",
        "attrs.evolve(tax, amount=until_then - before)",
        "attrs.evolve(tax, amount=until_then)",
        f"{TAXED}parts_bear_the_tax_of_the_whole",
    ),
    Plant(
        "the rate effect is taken on the old price",
        "selling/requotes",
        "now, old_goods = _at(new.goods, new.market), before",
        "now, old_goods = _at(old.goods, new.market), before",
        "tests/selling/test_requotes.py::test_the_causes_add_up_exactly",
    ),
    Plant(
        "an accepted version was superseded before",
        "usecases/revising",
        "    desk.uow.quotes.save(old)\n    return desk.uow.quotes.add(new)\n\n\nclass LockChoice",
        "    return desk.uow.quotes.add(new)\n\n\nclass LockChoice",
        f"{REVISING}only_the_newest_version_can_be_accepted",
    ),
    Plant(
        "today's rate moves what is closed",
        "forecast/views",
        "self._moved(tally.open, tally.currency, to) + tally.booked_closed",
        "self._moved(tally.document, tally.currency, to)",
        f"{FORECASTS}test_what_is_closed_moves_with_no_later_rate",
    ),
    Plant(
        "the total of a forecast adds rounded rows",
        "forecast/forecasts",
        "Estimate.of(exact_sum(one.exact for one in own), to)",
        "Estimate.of(exact_sum(Fraction(one.value.amount) for one in own), to)",
        f"{FORECASTS}test_every_view_is_what_fractions_say",
    ),
    Plant(
        "a deal counts beside its parts",
        "forecast/outlook",
        "tuple(one for one in held if one.id not in parents),",
        "held,",
        f"{FORECASTS}test_children_add_up_in_the_currency_of_their_parent",
    ),
    Plant(
        "amounts are compared without their rate",
        "forecast/conditions",
        "Fraction(value.amount) / self.ratio(currency, value.currency)",
        "Fraction(value.amount)",
        "tests/forecast/test_conditions.py::test_amounts_compare_in_the_named_currency",
    ),
]


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    """A Python that forks for each run."""
    with Forker() as made:
        yield made


def copied(folder: Path) -> Path:
    """A copy of the package in a folder of its own: links, for only one file is written anew."""
    return shutil.copytree(PACKAGE, folder / "src" / PACKAGE.name, copy_function=_linked)


def _linked(source: str, to: str) -> None:
    try:
        Path(to).hardlink_to(source)
    except OSError:  # another disk
        shutil.copy2(source, to)


def test_the_copy_as_it_is_passes(tmp_path: Path, forker: Forker) -> None:
    """The control: without a planted bug the very same tests are green, as some of them show."""
    done = forker.run(copied(tmp_path), sorted({plant.test for plant in PLANTS})[::10])
    assert done.returncode == pytest.ExitCode.OK, done.stdout


PLANTED = PLANTS[::4] if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else PLANTS


def test_every_bug_can_be_planted() -> None:
    """What a bug changes stands in its module once; also of those that the gate leaves out."""
    texts = {one.module: (PACKAGE / f"{one.module}.py").read_text("utf-8") for one in PLANTS}
    assert [one.name for one in PLANTS if texts[one.module].count(one.right) != 1] == []


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.name for plant in PLANTED])
def test_a_planted_bug_is_caught(plant: Plant, tmp_path: Path, forker: Forker) -> None:
    """The tests run to a failure of their own: no import, collection or usage error counts."""
    package = copied(tmp_path)
    module = package / f"{plant.module}.py"
    source = module.read_text("utf-8")
    module.unlink()  # the link, and not the file that others read
    module.write_text(source.replace(plant.right, plant.wrong), "utf-8")
    done = forker.run(package, [plant.test])
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert " error" not in done.stdout.splitlines()[-1]
