"""What units do all the time: say where they are, and now and then how things stand."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence

from console.models import kinds
from tests.drill.ledger import Ledger
from tests.netlab.post import Post

ROUND_S = 4.0
REPORT_EVERY = 5
_JINGHE = (82.89, 44.60)


class Pulse:
    """A thread in which every unit says something once in ROUND_S, until the block is left."""

    def __init__(self, units: Sequence[Post], ledger: Ledger) -> None:
        self._units, self._ledger = list(units), ledger
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse")
        self.fault: BaseException | None = None

    def _run(self) -> None:
        try:
            for turn in itertools.count():
                for number, unit in enumerate(self._units):
                    if self._over.wait(ROUND_S / len(self._units)):
                        return
                    self._say(unit, number, turn)
        except BaseException as error:  # noqa: BLE001 - raised again where the block is left
            self.fault = error

    def _say(self, unit: Post, number: int, turn: int) -> None:
        if (turn + number) % REPORT_EVERY:
            lon, lat = _JINGHE[0] + number / 50, _JINGHE[1] + turn / 2000
            body: kinds.Body = kinds.UnitPosition(lon=lon, lat=lat, heading_deg=0.0, speed_mps=1.2)
        else:
            body = kinds.UnitReport(text=f"Search goes on, round {turn}")
        self._ledger.say(unit.name, unit.write(body, unit.own()))

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.fault is not None:
            raise self.fault
