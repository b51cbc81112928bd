"""A simulator of terminals on pseudo-terminals, and of the satellite between their cards.

It does what a real terminal would: answers for its card and signal, takes one message in the card's interval and refuses the next with
the seconds to wait, refuses what is too long for the card. What is between them loses, delays and repeats messages as it is told.
"""

from __future__ import annotations

import heapq
import os
import random
import selectors
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from console.comms.carriers.beidou.dialects import (
    AskCard,
    AskSignal,
    CardInfo,
    Dialect,
    Feedback,
    Incoming,
    Order,
    Signal,
    Transmit,
    dialect_named,
)
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.sentences import SentenceError, Splitter, read, write
from console.errors import Fault

_READ_BYTES = 4096
TOO_EARLY, NO_LOCK, NO_CARD, NOT_PERMITTED = 1, 4, 5, 6


@dataclass
class Weather:
    """Between the cards. `loss`, `repeat`: of 0 to 1 of the messages; `delay_s`: shortest and longest."""

    loss: float = 0.0
    repeat: float = 0.0
    delay_s: tuple[float, float] = (1.0, 3.0)


@dataclass
class SimCard:
    """`bars`: of its signal, 0 to 4: at 0 nothing is sent or heard. `refuse`: reasons to give for the next messages, first one first."""

    number: str
    rate_s: float = 60.0
    level: int = 3
    dialect: str = "BDS-2"
    bars: int = 4
    present: bool = True
    refuse: list[int] = field(default_factory=list)
    ready_s: float = 0.0


class SimTerminal:
    """One terminal on a pseudo-terminal. `path`: of the port; a link of that name, where `links` is a directory, leads to it."""

    def __init__(self, card: SimCard, links: Path | None = None) -> None:
        self.card, self._links = card, links
        self._splitter = Splitter()
        self.fd, self._far = -1, -1
        self.path = ""

    @property
    def dialect(self) -> Dialect:
        return dialect_named(self.card.dialect)

    def plug(self) -> None:
        """Raises Fault where the system has no pseudo-terminals."""
        try:
            import tty

            self.fd, self._far = os.openpty()
            tty.setraw(self._far)
        except (ImportError, AttributeError, OSError) as error:
            raise Fault(f"no pseudo-terminal can be had here ({error}): the simulator needs Linux or macOS.") from error
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._far)
        if self._links is not None:
            self.path = str(_link(self._links / self.card.number, self.path))

    def unplug(self) -> None:
        for fd in (self.fd, self._far):
            if fd >= 0:
                os.close(fd)
        self.fd = self._far = -1
        if self._links is not None:
            (self._links / self.card.number).unlink(missing_ok=True)

    def orders(self) -> list[Order]:
        """What was asked of it since the last time; what it cannot read it does not answer."""
        orders: list[Order] = []
        with suppress(OSError):
            for line in self._splitter.feed(os.read(self.fd, _READ_BYTES)):
                with suppress(SentenceError):
                    order = self.dialect.read_order(read(line))
                    orders += [] if order is None else [order]
        return orders

    def say(self, answer: CardInfo | Signal | Feedback | Incoming) -> None:
        """Nobody may be listening: what finds no room is lost, as on a cable."""
        with suppress(OSError):
            os.write(self.fd, write(self.dialect.answer(answer, time.strftime("%H%M%S", time.gmtime()))))


def _link(link: Path, target: str) -> Path:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    return link


class Satellite:
    """The terminals and the way between them, on one thread. `log`: told of every message; `chance` and `clock_s` may be injected."""

    def __init__(
        self,
        cards: Sequence[SimCard],
        weather: Weather,
        log: Callable[[str], None] = lambda line: None,
        *,
        links: Path | None = None,
        chance: random.Random | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.weather = weather
        self._log, self._chance, self._clock_s = log, chance or random.Random(), clock_s
        self._selector = selectors.DefaultSelector()
        self._on_way: list[tuple[float, int, str, str, bytes]] = []
        self._count = 0
        self.terminals = {card.number: SimTerminal(card, links) for card in cards}
        for number in self.terminals:
            self.plug(number)

    def plug(self, number: str) -> None:
        terminal = self.terminals[number]
        if terminal.fd < 0:
            terminal.plug()
            self._selector.register(terminal.fd, selectors.EVENT_READ, terminal)

    def unplug(self, number: str) -> None:
        """As if the cable was pulled."""
        terminal = self.terminals[number]
        if terminal.fd >= 0:
            self._selector.unregister(terminal.fd)
            terminal.unplug()

    def close(self) -> None:
        for number in self.terminals:
            self.unplug(number)
        self._selector.close()

    def step(self, wait_s: float) -> None:
        """Take orders and deliver what is due; sleeps for `wait_s` at most."""
        if self._on_way:
            wait_s = min(wait_s, max(0.0, self._on_way[0][0] - self._clock_s()))
        for key, _ in self._selector.select(wait_s):
            terminal: SimTerminal = key.data
            for order in terminal.orders():
                self._obey(terminal, order)
        while self._on_way and self._on_way[0][0] <= self._clock_s():
            _, _, sender, to, content = heapq.heappop(self._on_way)
            self._deliver(sender, to, content)

    def _obey(self, terminal: SimTerminal, order: Order) -> None:
        card = terminal.card
        if isinstance(order, AskCard):
            terminal.say(CardInfo(card.number, round(card.rate_s), card.level) if card.present else CardInfo("", 0, 0))
        elif isinstance(order, AskSignal):
            terminal.say(Signal(card.bars, 2 if card.bars else 0))
        else:
            terminal.say(self._send(card, order))

    def _send(self, card: SimCard, order: Transmit) -> Feedback:
        now_s = self._clock_s()
        reason = self._reason(card, order, now_s)
        if reason:
            wait_s = max(1, round(card.ready_s - now_s + 0.5)) if reason == TOO_EARLY else 0
            self._log(f"{card.number} refused {reason} wait {wait_s}")
            return Feedback(False, reason, wait_s)
        card.ready_s = now_s + card.rate_s
        self._carry(card.number, order, now_s)
        return Feedback(True, 0, round(card.rate_s))

    @staticmethod
    def _reason(card: SimCard, order: Transmit, now_s: float) -> int:
        """Why it is not sent, 0 when it is."""
        if not card.present:
            return NO_CARD
        if card.refuse:
            return card.refuse.pop(0)
        if card.bars == 0:
            return NO_LOCK
        if now_s < card.ready_s:
            return TOO_EARLY
        return NOT_PERMITTED if len(order.content) > load_rules().content_bytes(card.level) else 0

    def _carry(self, sender: str, order: Transmit, now_s: float) -> None:
        if self._chance.random() < self.weather.loss:
            self._log(f"{sender} -> {order.to} {len(order.content) + 1} bytes lost")
            return
        for _ in range(1 + (self._chance.random() < self.weather.repeat)):
            self._count += 1
            due_s = now_s + self._chance.uniform(*self.weather.delay_s)
            heapq.heappush(self._on_way, (due_s, self._count, sender, order.to, order.content))

    def _deliver(self, sender: str, to: str, content: bytes) -> None:
        terminal = self.terminals.get(to)
        if terminal is None or terminal.fd < 0 or not terminal.card.present or terminal.card.bars == 0:
            self._log(f"{sender} -> {to} {len(content) + 1} bytes lost: nobody hears it")
            return
        terminal.say(Incoming(sender, content))
        self._log(f"{sender} -> {to} {len(content) + 1} bytes delivered")
