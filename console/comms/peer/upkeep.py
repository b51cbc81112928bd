"""What a peer does for its journal beside its work: signs of life, what damage took and what of it is back, a thorough look now and then."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec

from console.comms.peer.hub import Hub
from console.comms.peer.inspection import Inspection
from console.errors import Fault
from console.models.clock import SteadyWall
from console.models.journal.ending import Recovered
from console.models.journal.faults import CorruptFault, fault_of
from console.models.rules.upkeep import JournalRule

DAY_MS = 24 * 3600 * 1000
LOSSES, STEPPED = "losses", "clock_set"
STEP_TOLD_S = 10
"""A clock that is kept by a time service is moved by less."""
_log = logging.getLogger(__name__)


class Upkeep:
    """On the peer's thread."""

    def __init__(self, hub: Hub, root: Path, clock: SteadyWall, rule: JournalRule) -> None:
        self._hub, self._journal, self._root, self._clock, self._rule = hub, hub.journal, root, clock, rule
        journal = hub.journal
        self._began_ms: int | None = None
        self._beat_ms = 0
        self._inspection: Inspection | None = None
        self._looked = False
        if journal.recovered is not None:
            _log.warning("%s", journal.recovered.text())

    @property
    def recovered(self) -> Recovered | None:
        """What the start found, and how much it asked others for."""
        found = self._journal.recovered
        return None if found is None else msgspec.structs.replace(found, asked=self._hub.recovery.asked)

    def turn(self, now_ms: int, *, saving: bool) -> None:
        """`now_ms`: a clock that never jumps; `saving`: power is short."""
        if self._began_ms is None:
            self._began_ms = now_ms
        if now_ms - self._beat_ms >= self._rule.beat_s * 1000:
            self._beat_ms = now_ms
            self._journal.beat()
        self._tell_losses()
        self._tell_step(self._clock.stepped_ms())
        if self._inspection is not None:
            self._look_at_inspection(self._inspection)
        elif not self._looked and not saving and now_ms - self._began_ms >= self._rule.verify_delay_s * 1000:
            self._looked = True
            self._inspect()

    def met(self, error: Exception) -> None:
        """A turn failed: perhaps whoever reads the journal met damage that its writer did not."""
        if isinstance(error, sqlite3.DatabaseError) and isinstance(fault_of(error, self._journal.path), CorruptFault):
            self._journal.suspect(str(error))

    def _tell_losses(self) -> None:
        losses = self._journal.losses
        if losses.aside:
            text = losses.text(self._journal.heads())
            self._hub.stand(LOSSES, text)
            if not text:
                self._try(self._journal.settle)

    def _tell_step(self, stepped_ms: int) -> None:
        """For as long as the machine's clock is elsewhere than it was at the start."""
        seconds = round(abs(stepped_ms) / 1000)
        how = "forward" if stepped_ms > 0 else "back"
        text = f"this machine's clock was set {how} by {seconds} s while the peer ran. Ages go on without the jump; check the time."
        self._hub.stand(STEPPED, text if seconds >= STEP_TOLD_S else "")

    def _inspect(self) -> None:
        verified_ms, recovered = self._journal.verified_ms, self._journal.recovered
        well = verified_ms is not None and 0 <= self._clock.now_ms() - verified_ms < self._rule.verify_days * DAY_MS
        if well and (recovered is None or recovered.damage):
            return
        try:
            self._inspection = Inspection(self._root)
        except OSError as error:
            _log.warning("the journal could not be verified: %s", error)

    def _look_at_inspection(self, inspection: Inspection) -> None:
        if not inspection.over():
            return
        inspection.close()
        self._inspection = None
        if inspection.damage is not None:
            self._try(self._journal.verified)
            _log.info("the journal was verified: %s", inspection.damage or "all of it is right")
        if inspection.damage:
            self._journal.suspect(inspection.damage)

    @staticmethod
    def _try(work: Callable[[], None]) -> None:
        try:
            work()
        except Fault as fault:
            _log.warning("%s", fault)

    def close(self) -> None:
        """The peer ends: what its start found was told for as long as it ran."""
        if self._inspection is not None:
            self._inspection.close()
        if self._journal.recovered is not None and not self._journal.damage:
            self._try(self._journal.told)
