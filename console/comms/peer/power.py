"""What this machine runs on, and whether it saves power: watched by the peer, for every window and for other peers.

A battery that is only played (to try what the window does, on a machine that has none) is a TOML file named by SIMULATED_VARIABLE, such
as `percent = 28`, `left_s = 1800`, `plugged = false`; it may be changed while the peer runs, and is shown as simulated wherever a battery is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import psutil
from msgspec import Meta

from console.comms.local.messages import Power
from console.errors import Fault
from console.models.form import ready
from console.models.kinds import PowerChanged
from console.models.rules.power import MAINS, PERSON, THRESHOLD, PowerRule

SIMULATED_VARIABLE = "FENGSUI_SIMULATED_BATTERY"
LONGEST_LEFT_S = 7 * 24 * 3600
"""A system that reckons with more does not know."""


class Supply(NamedTuple):
    """`percent`: in the battery; `left_s`: how long it will last by the system's reckoning, None on mains or not known; `plugged`: on
    mains, None not known."""

    percent: int
    left_s: int | None
    plugged: bool | None
    simulated: bool = False

    @property
    def on_battery(self) -> bool:
        return not self.plugged


Source = Callable[[], Supply | None]
"""None: there is no battery, or it tells nothing. Raises Fault."""


def system_supply() -> Supply | None:
    """As the operating system tells it."""
    if not hasattr(psutil, "sensors_battery"):
        return None
    try:
        battery = psutil.sensors_battery()
    except (OSError, ValueError, RuntimeError, psutil.Error):  # a driver that tells nonsense, a container without the files
        return None
    return None if battery is None else supply_of(battery.percent, battery.secsleft, battery.power_plugged)


def supply_of(percent: float, seconds: float, plug: bool | None) -> Supply:
    """psutil has negative numbers for "unknown" and "unlimited", None for a plug it cannot see, and passes on what a driver makes up."""
    left_s = int(seconds) if not plug and 0 <= seconds <= LONGEST_LEFT_S else None
    return Supply(max(0, min(100, round(percent))), left_s, None if plug is None else bool(plug))


class _Simulated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    percent: Annotated[int, Meta(ge=0, le=100)]
    left_s: Annotated[int, Meta(ge=0, le=LONGEST_LEFT_S)] | None = None
    plugged: bool = False


def simulated_supply(path: Path) -> Supply:
    """Raises Fault when the file is not readable."""
    try:
        held = msgspec.toml.decode(path.read_bytes(), type=ready(_Simulated))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(
            f"{path}: not a simulated battery ({error}). Write into it, say: percent = 28, plugged = false; each on its line."
        ) from error
    return Supply(held.percent, None if held.plugged else held.left_s, held.plugged, simulated=True)


def supply_source() -> Source:
    """The system's battery, or the simulated one that the environment names."""
    path = os.environ.get(SIMULATED_VARIABLE, "")
    return (lambda: simulated_supply(Path(path))) if path else system_supply


class PowerWatch:
    """Decides when to save power and has it recorded. Used by the peer's thread alone.

    A person's word holds until the machine goes over from mains to battery or back. `record` raises Fault when nothing can be written now:
    saving begins nevertheless, and is recorded when it can be. `begun`: (saving, why) as last recorded, by this peer's last run. `fault`: why
    the battery cannot be looked at, "" when it can.
    """

    def __init__(
        self, source: Source, rule: PowerRule, record: Callable[[PowerChanged], None], begun: tuple[bool, str] = (False, "")
    ) -> None:
        self._source, self._rule, self._record = source, rule, record
        self._supply: Supply | None = None
        self._due_ms = 0
        self._chosen: bool | None = begun[0] if begun == (True, PERSON) else None
        self._owed: PowerChanged | None = None
        self.saving, self.why = begun
        self.fault = ""

    @property
    def told(self) -> Power:
        """As windows are told."""
        supply = self._supply
        if supply is None:
            return Power(saving=self.saving, why=self.why)
        return Power(
            percent=supply.percent,
            left_s=supply.left_s,
            plugged=supply.plugged,
            saving=self.saving,
            why=self.why,
            simulated=supply.simulated,
        )

    @property
    def percent(self) -> int | None:
        """What other peers are told: None on mains, or where there is no battery."""
        return self._supply.percent if self._supply is not None and self._supply.on_battery else None

    def turn(self, now_ms: int) -> None:
        """Look at the battery when it is time to."""
        if now_ms < self._due_ms:
            return
        self._due_ms = now_ms + round(self._rule.saving.look_s * 1000)
        before, self._supply = self._supply, self._look()
        if before is not None and _on_battery(before) != _on_battery(self._supply):
            self._chosen = None
        self._decide()
        self._settle()

    def choose(self, saving: bool, author: str) -> None:
        """A person begins or ends it."""
        self._chosen = saving
        self._switch(saving, PERSON, author)
        self._settle()

    def _look(self) -> Supply | None:
        try:
            supply = self._source()
        except Fault as fault:
            self.fault = str(fault)
            return self._supply
        self.fault = ""
        return supply

    def _decide(self) -> None:
        supply = self._supply
        if self._chosen is not None:
            return
        if supply is None:
            self._switch(False, MAINS)
        else:
            on_battery = supply.on_battery
            saves = self._rule.saves(supply.percent, supply.left_s, on_battery=on_battery, saving=self.saving)
            self._switch(saves, THRESHOLD if on_battery else MAINS)

    def _switch(self, saving: bool, why: str, author: str = "") -> None:
        if saving == self.saving:
            return
        self.saving, self.why = saving, why
        left_s = self._supply.left_s if self._supply is not None else None
        self._owed = PowerChanged(saving=saving, percent=self.percent, left_s=left_s, why=why, author=author)

    def _settle(self) -> None:
        if self._owed is None:
            return
        with suppress(Fault):  # whoever writes has told of it; tried again at the next look
            self._record(self._owed)
            self._owed = None


def _on_battery(supply: Supply | None) -> bool:
    return supply is not None and supply.on_battery


def last_recorded(database: sqlite3.Connection, subject: str) -> tuple[bool, str]:
    """(saving, why) that this peer recorded last."""
    row = database.execute("SELECT saving, why FROM station WHERE id = ?", (subject,)).fetchone()
    return (False, "") if row is None else (bool(row[0]), str(row[1]))
