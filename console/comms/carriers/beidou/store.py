"""`beidou.json` of a data directory: the port that was used last, and what is kept of each partner."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.comms.carriers.beidou.partner import Kept
from console.comms.carriers.beidou.seal import MAX_NUMBER
from console.comms.security.keys import write_private
from console.errors import Fault
from console.models.event import Origin
from console.models.form import ready

EPOCH_S = 1_704_067_200
"""2024-01-01 UTC: numbers of messages begin with the minutes since then, so that a file that was lost costs no number used twice."""


class _Content(msgspec.Struct):
    port: str = ""
    partners: dict[str, Kept] = {}


class Store:
    """Raises Fault: damaged, or not to be written. `port`: "" none."""

    def __init__(self, root: Path) -> None:
        self._path = root / "beidou.json"
        try:
            self._content = msgspec.json.decode(self._path.read_bytes(), type=ready(_Content)) if self._path.exists() else _Content()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Fault(f"{self._path} cannot be read ({error}). Remove it: short messages on their way are then sent again.") from error

    @property
    def port(self) -> str:
        return self._content.port

    def set_port(self, port: str) -> None:
        if port != self.port:
            self._content.port = port
            self.save()

    def kept(self, partner: Origin, wall_ms: int) -> Kept:
        """Of a partner; changed in place and written by `save`."""
        first = min(MAX_NUMBER // 2, max(0, wall_ms // 1000 - EPOCH_S) // 60)
        return self._content.partners.setdefault(partner.hex(), Kept(sent=first))

    def save(self) -> None:
        try:
            write_private(self._path, msgspec.json.encode(self._content))
        except OSError as error:
            raise Fault(f"{self._path} cannot be written ({error.strerror}). Check the rights of the directory and the disk.") from error
