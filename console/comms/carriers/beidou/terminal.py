"""The terminal on a serial port, on a thread of its own: orders go out, answers come in, a cable that was pulled is found again.

Nothing here is known of messages: what is said comes in as `Order` and goes out as `Answer`, handed over by the `post` of the peer's inbox.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import serial

from console.comms.carriers.beidou.dialects import DIALECTS, Answer, AskCard, AskSignal, CardInfo, Dialect, Order
from console.comms.carriers.beidou.rules import Rules
from console.comms.carriers.beidou.sentences import SentenceError, Splitter, read, write

BAUD = 115_200
READ_S = 0.1
WRITE_S = 2.0
RETRY_S = 2.0
FIRST_ASK_S = 2.0
JOIN_S = 5.0
MAX_BACKLOG = 16
_READ_BYTES = 4096
_log = logging.getLogger(__name__)

Post = Callable[[Callable[[], None]], None]


class Terminal:
    """`said(answer)`, `found(dialect name)` and `lost(why)` are called by way of `post`, on the peer's thread. `unreadable`: sentences that
    were none, counted here for whoever shows it."""

    def __init__(
        self,
        port: str,
        rules: Rules,
        post: Post,
        said: Callable[[Answer], None],
        found: Callable[[str], None],
        lost: Callable[[str], None],
    ) -> None:
        self.port, self.unreadable = port, 0
        self._rules, self._post = rules, post
        self._said, self._found, self._lost = said, found, lost
        self._orders: queue.Queue[Order] = queue.Queue(MAX_BACKLOG)
        self._ended = threading.Event()
        self._why = ""
        self._thread = threading.Thread(target=self._run, name="satellite terminal", daemon=True)
        self._thread.start()

    def order(self, order: Order) -> None:
        """Have the terminal do this. Any thread; dropped when the terminal takes nothing."""
        with suppress(queue.Full):
            self._orders.put_nowait(order)

    def stop(self) -> None:
        """Let go of the port and wait for the thread. Idempotent."""
        self._ended.set()
        self._thread.join(JOIN_S)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with serial.Serial(self.port, BAUD, timeout=READ_S, write_timeout=WRITE_S, exclusive=True) as line:
                    self._serve(line)
            except (OSError, ValueError, serial.SerialException) as error:
                self._tell_lost(str(error))
            self._ended.wait(RETRY_S)

    def _tell_lost(self, why: str) -> None:
        """Once for each kind of trouble: it is tried again all the time."""
        if why != self._why:
            self._why = why
            _log.warning("satellite terminal on %s: %s", self.port, why)
            self._post(lambda: self._lost(why))

    def _serve(self, line: serial.Serial) -> None:
        """Until the port fails. Which family it is of, the terminal shows by the question that it answers."""
        splitter, dialect, asked_s = Splitter(), None, 0.0
        self._forget_orders()
        while not self._ended.is_set():
            now_s = time.monotonic()
            if now_s >= asked_s:
                asked_s = now_s + (FIRST_ASK_S if dialect is None else self._rules.card.ask_s)
                self._ask(line, dialect)
            for sentence in splitter.feed(line.read(min(line.in_waiting, _READ_BYTES) or 1)):
                dialect = self._read(sentence, dialect)
            if dialect is not None:
                self._write_orders(line, dialect)

    def _forget_orders(self) -> None:
        """What was meant for a terminal that is gone is sent anew by who meant it."""
        with suppress(queue.Empty):
            while True:
                self._orders.get_nowait()

    def _ask(self, line: serial.Serial, dialect: Dialect | None) -> None:
        for each in DIALECTS if dialect is None else (dialect,):
            line.write(write(each.order(AskCard())))
        if dialect is not None:
            line.write(write(dialect.order(AskSignal(round(self._rules.card.ask_s)))))

    def _read(self, sentence: bytes, dialect: Dialect | None) -> Dialect | None:
        """Hand over what it says; the family of the terminal as far as it is known now."""
        for each in DIALECTS if dialect is None else (dialect,):
            try:
                answer = each.read_answer(read(sentence))
            except SentenceError:
                self.unreadable += 1
                return dialect
            if isinstance(answer, CardInfo) and dialect is None:
                dialect = each
                self._tell_found(each.name)
            if answer is not None and dialect is not None:
                self._hand(answer)
                break
        return dialect

    def _tell_found(self, name: str) -> None:
        self._why = ""
        self._post(lambda: self._found(name))

    def _hand(self, answer: Answer) -> None:
        self._post(lambda: self._said(answer))

    def _write_orders(self, line: serial.Serial, dialect: Dialect) -> None:
        with suppress(queue.Empty):
            while True:
                line.write(write(dialect.order(self._orders.get_nowait())))
