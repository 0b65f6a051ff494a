"""Multi-currency CRM domain library: one rate decision, carried from quote to ledger.

Reading order, language first, then the trade, then the rim:

1. ``errors``                    what can fail, by who is to blame
2. ``currencies``, ``money``     exact amounts; ``moneybag`` for several currencies at once
3. ``rates``                     pair, rate, table, the look-up as a named policy
4. ``decisions``, ``figures``    the recorded choice of a rate; values that explain themselves
5. ``ratelocks``                 a price held until a date
6. ``customers`` ... ``billing`` the trade, sub-domains that know each other by id only
7. ``ledger``                    entries, open items, revaluation, translation, consolidation
8. ``posting``                   what happened in the trade, told to the ledger
9. ``ports``, ``usecases``       what the outside must offer; what a user does
10. ``adapters``, ``bootstrap``  the technologies, and the one place that plugs them in

The names below are loaded when first used (PEP 562): who needs Money does not pay for the ledger.
"""

from __future__ import annotations
