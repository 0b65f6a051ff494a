"""The web service that ``forex-python`` asks, on this machine.

It is asked for ``/2026-03-09?base=USD&symbols=JPY``.

Started as a process, it prints its port and answers from the published history, with the values
that a division of two published ones gives in 28 digits.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

if not __package__:  # started as a file: the history is found from the folder above
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks.published import EURO, History


class Rates(BaseHTTPRequestHandler):
    """One rate per request, as a number with all its digits."""

    history: History

    def do_GET(self) -> None:
        """The ratio of two published values of a day."""
        asked = urlsplit(self.path)
        query = parse_qs(asked.query)
        on, base, counter = (
            date.fromisoformat(asked.path[1:]),
            query["base"][0],
            query["symbols"][0],
        )
        rate = self._value(counter, on) / self._value(base, on)
        body = f'{{"date": "{on}", "base": {json.dumps(base)}, "rates": {{"{counter}": {rate:f}}}}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode("ascii"))

    def _value(self, code: str, on: date) -> Decimal:
        return Decimal(1) if code == EURO else Decimal(self.history.values[code][on])

    def log_message(self, *_: object) -> None:
        """Nothing: whoever started this process reads its output."""


def main() -> None:
    """Serve until ended."""
    Rates.history = History()
    with ThreadingHTTPServer(("127.0.0.1", 0), Rates) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
