"""A call that has so many seconds and not more, whatever it waits for (F9).

Time-outs of sockets bound each wait, not their sum: a provider that drips a byte a second keeps
within them for ever, and looking a name up has none at all. So the call runs in a thread of its
own; when the time is up its connection is cut, and the caller goes on.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class OutOfTime(Exception):
    """The seconds are used up."""


class Deadline:
    """An instant of the steady clock, some seconds from now."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> Any:
        """Seconds that are left, zero at the least."""
        return max(self._at - time.monotonic(), 0)


class Line:
    """The connection that a call waits on at present, so that another thread can cut it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._turn = Lock()

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Note each connection that the client makes (the ``trace`` extension of its requests)."""
        made: Any = info.get("return_value")
        if event.endswith(".complete") and hasattr(made, "get_extra_info"):
            with self._turn:
                self._socket = made.get_extra_info("socket")
            if self._is_cut:
                self.cut()

    def cut(self) -> None:
        """Wake whoever waits on it; a connection that is made later is cut as well."""
        with self._turn, suppress(OSError):
            self._is_cut = True
            if self._socket is not None:
                # Of the plain socket: the encrypted one would first want to say good-bye.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def within(deadline: Deadline, line: Line, call: Callable[[], Answer]) -> Answer:
    """What ``call`` answers or raises. Raises `OutOfTime` once the seconds are used up."""
    future: Future[Answer] = Future()
    Thread(target=_run, args=(future, call), daemon=True).start()
    try:
        return future.result(deadline.left)
    except TimeoutError:
        if future.done():
            raise  # its own, of a socket
        raise OutOfTime from None
    finally:
        if not future.done():
            line.cut()


def _run(future: Future[Answer], call: Callable[[], Answer]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
