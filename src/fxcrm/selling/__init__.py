"""What is offered: quotes in the customer's currency, at a rate that is named."""

from fxcrm.selling.lines import LinePart, QuoteLine
from fxcrm.selling.quotes import QUOTE_LIFECYCLE, Quote, QuoteHasNoRate

__all__ = ["QUOTE_LIFECYCLE", "LinePart", "Quote", "QuoteHasNoRate", "QuoteLine"]
