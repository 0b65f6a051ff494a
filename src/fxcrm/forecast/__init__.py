"""Forecasting: what deals may bring, in one currency and in three views, by one rule.

A deal has one rate as booked: the one it was closed at, or that of the day it was opened. Lists,
roll-ups, forecasts and trends are sums of the same cells.

Read in this order: ``headings`` and ``outlook`` say what is added up, ``tallies`` adds, ``views``
says at which rates, ``forecasts`` shows it. ``conditions`` say which deals are meant, ``words``
reads them.
"""

from fxcrm.forecast.conditions import Chosen, Condition, DealFilter, Field, Operator
from fxcrm.forecast.dayrates import DayRates
from fxcrm.forecast.forecasts import (
    Estimate,
    Forecast,
    ForecastRow,
    LeftOutDeals,
    dated_amount,
    total_value,
)
from fxcrm.forecast.headings import By, levels
from fxcrm.forecast.outlook import Counted, Outlook, StageWeight, counted
from fxcrm.forecast.performance import (
    ACHIEVED,
    Achievement,
    Sales,
    SalesRow,
    counted_by,
    percent,
)
from fxcrm.forecast.tallies import Measure, booked_at, days_asked
from fxcrm.forecast.trends import Trend, TrendRow
from fxcrm.forecast.views import OpenAt, three_views
from fxcrm.forecast.words import ConditionRefused, filter_of, read_filter

__all__ = [
    "ACHIEVED",
    "Achievement",
    "By",
    "Chosen",
    "Condition",
    "ConditionRefused",
    "Counted",
    "DayRates",
    "DealFilter",
    "Estimate",
    "Field",
    "Forecast",
    "ForecastRow",
    "LeftOutDeals",
    "Measure",
    "OpenAt",
    "Operator",
    "Outlook",
    "Sales",
    "SalesRow",
    "StageWeight",
    "Trend",
    "TrendRow",
    "booked_at",
    "counted",
    "counted_by",
    "dated_amount",
    "days_asked",
    "filter_of",
    "levels",
    "percent",
    "read_filter",
    "three_views",
    "total_value",
]
