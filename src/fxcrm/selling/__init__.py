"""What is offered: quotes in the customer's currency, at a rate that is named."""

from fxcrm.selling.quotes import QUOTE_LIFECYCLE, Quote, QuoteHasNoRate, QuoteLine

__all__ = ["QUOTE_LIFECYCLE", "Quote", "QuoteHasNoRate", "QuoteLine"]
