"""`fengsui beidou-sim`: satellite terminals on pseudo-terminals, and the satellite between their cards."""

from __future__ import annotations

import argparse
import os
import random
import select
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.comms.carriers.beidou.satellite import Satellite
    from console.comms.carriers.beidou.simulated import SimCard

_STEP_S = 0.2
_ORDERS = """\
orders on standard input, a line each:
  loss P              lose this part of the messages (0 to 1)
  repeat P            deliver this part twice
  delay A [B]         seconds on the way, from A to B
  signal NUMBER BARS  signal of a card's terminal, 0 (none) to 4
  refuse NUMBER R ... refuse its next messages for these reasons: 1 too early, 2 suppressed by the system, 3 silent by setting,
                      4 no lock on a beam, 5 no card, 6 not permitted
  card NUMBER in|out  put the card in, take it out
  unplug NUMBER       pull the cable
  plug NUMBER         put it back; the port has another name then, the link in --links the same
  quit
"""


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "beidou-sim",
        help="simulate satellite terminals, to try and to practise",
        description="Simulate BeiDou terminals on pseudo-terminals, two or more cards that reach each other through a simulated satellite. "
        "Prints a line `port NUMBER PATH` for each and a line for each message; ends by Ctrl-C. Give the paths to "
        "`fengsui node --beidou PATH` and `fengsui unit --beidou PATH`, each on a data directory of its own.",
        epilog=_ORDERS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--card",
        action="append",
        default=[],
        metavar="NUMBER[,level=N][,rate=S][,bds3]",
        help="a card: seven digits, level 1 to 5 (3), seconds between messages (60), BeiDou-3 sentences; may be repeated (two are made)",
    )
    parser.add_argument("--links", type=Path, metavar="DIR", help="make links DIR/NUMBER to the ports, whose names change")
    parser.add_argument("--loss", type=float, default=0.0, metavar="P", help="part of the messages lost, 0 to 1 (0)")
    parser.add_argument("--repeat", type=float, default=0.0, metavar="P", help="part of the messages delivered twice (0)")
    parser.add_argument("--delay", default="1-3", metavar="A-B", help="seconds on the way (1-3)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="the same chances in every run")


def run(args: argparse.Namespace) -> int:
    from console.comms.carriers.beidou.satellite import Satellite, Weather

    cards = [_card(text) for text in args.card] or [_card("0242286"), _card("0242287")]
    low, _, high = args.delay.partition("-")
    weather = Weather(_part(args.loss), _part(args.repeat), (_number(low), _number(high or low)))
    chance = random.Random() if args.seed is None else random.Random(args.seed)
    satellite = Satellite(cards, weather, lambda line: print(line, flush=True), links=args.links, chance=chance)
    try:
        for number, terminal in satellite.terminals.items():
            print(f"port {number} {terminal.path}", flush=True)
        orders = Orders(satellite)
        while not orders.ended:
            satellite.step(_STEP_S)
            orders.read()
    finally:
        satellite.close()
    return 0


def _card(text: str) -> SimCard:
    from console.comms.carriers.beidou.dialects import card_number
    from console.comms.carriers.beidou.sentences import SentenceError
    from console.comms.carriers.beidou.simulated import SimCard
    from console.errors import UsageFault

    number, *options = text.split(",")
    try:
        card = SimCard(card_number(number))
        for option in options:
            name, _, value = option.partition("=")
            if name == "level":
                card.level = int(value)
            elif name == "rate":
                card.rate_s = float(value)
            elif name == "bds3":
                card.dialect = "BDS-3"
            else:
                raise ValueError(option)
    except (SentenceError, ValueError) as error:
        raise UsageFault(f"--card {text!r}: {error}. Such as 0242286,level=3,rate=60 or 0242286,bds3.") from error
    return card


def _part(part: float) -> float:
    from console.errors import UsageFault

    if not 0 <= part <= 1:
        raise UsageFault(f"{part:g} is no part of the messages: 0 to 1.")
    return part


def _number(text: str) -> float:
    from console.errors import UsageFault

    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise UsageFault(f"--delay {text!r} is no number of seconds.")
    return seconds


class Orders:
    """Standard input, read without waiting for it; an order that makes no sense is answered and forgotten."""

    def __init__(self, satellite: Satellite) -> None:
        self._satellite = satellite
        self._open, self._rest = True, b""
        self.ended = False
        self._orders: Mapping[str, Callable[..., None]] = {
            "loss": self._loss,
            "repeat": self._repeat,
            "delay": self._delay,
            "signal": self._signal,
            "refuse": self._refuse,
            "card": self._card,
            "plug": satellite.plug,
            "unplug": satellite.unplug,
            "quit": self._quit,
        }

    def read(self) -> None:
        while self._open and select.select([sys.stdin], [], [], 0)[0]:
            data = os.read(sys.stdin.fileno(), 4096)
            self._open = bool(data)
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                if words := line.decode("utf-8", "replace").split():
                    self.obey(words)

    def obey(self, words: list[str]) -> None:
        order = self._orders.get(words[0])
        try:
            if order is None:
                raise ValueError("it is none of them; --help lists them")
            order(*words[1:])
        except (ValueError, TypeError, KeyError) as error:
            print(f"order {' '.join(words)!r} not understood: {error}", flush=True)
        else:
            print(f"order {' '.join(words)}", flush=True)

    def _loss(self, part: str) -> None:
        self._satellite.weather.loss = _within(part)

    def _repeat(self, part: str) -> None:
        self._satellite.weather.repeat = _within(part)

    def _delay(self, least: str, most: str = "") -> None:
        self._satellite.weather.delay_s = (float(least), float(most or least))

    def _signal(self, number: str, bars: str) -> None:
        self._satellite.terminals[number].card.bars = max(0, min(4, int(bars)))

    def _refuse(self, number: str, *reasons: str) -> None:
        self._satellite.terminals[number].card.refuse += [int(reason) for reason in reasons]

    def _card(self, number: str, where: str) -> None:
        self._satellite.terminals[number].card.present = {"in": True, "out": False}[where]

    def _quit(self) -> None:
        self.ended = True


def _within(text: str) -> float:
    part = float(text)
    if not 0 <= part <= 1:
        raise ValueError("0 to 1")
    return part
