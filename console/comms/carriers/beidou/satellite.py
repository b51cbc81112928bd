"""The satellite between simulated terminals (`simulated`): it takes from each card what its interval and level allow, refuses the rest with the
reason and the seconds to wait, and loses, delays and repeats what it carries as it is told."""

from __future__ import annotations

import heapq
import random
import selectors
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.comms.carriers.beidou.dialects import AskCard, AskSignal, CardInfo, Feedback, Incoming, Order, Signal, Transmit
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.simulated import SimCard, SimTerminal

TOO_EARLY, NO_LOCK, NO_CARD, NOT_PERMITTED = 1, 4, 5, 6


@dataclass
class Weather:
    """Between the cards. `loss`, `repeat`: of 0 to 1 of the messages; `delay_s`: shortest and longest."""

    loss: float = 0.0
    repeat: float = 0.0
    delay_s: tuple[float, float] = (1.0, 3.0)


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
