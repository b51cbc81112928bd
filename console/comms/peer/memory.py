"""What a peer process remembers from one start to the next, beside the journal: whom it dials, and where it can be dialled."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.comms.peer.recovery import Member
from console.comms.security.keys import write_private
from console.errors import Fault
from console.models.form import ready


class Upstream(msgspec.Struct, frozen=True):
    """A node that this peer is enrolled with. `key`: hex of its CURVE public key; `origin`: hex."""

    endpoints: list[str]
    key: str
    origin: str
    name: str = ""


class Listening(msgspec.Struct, frozen=True):
    """`asked`: an endpoint as it was given (port 0: any); `bound`: as it was; `announced`: where it can be dialled from elsewhere."""

    asked: list[str] = []
    bound: list[str] = []
    announced: list[str] = []


class _Content(msgspec.Struct):
    upstreams: list[Upstream] = []
    listening: Listening = Listening()
    member: Member | None = None
    recovering: bool = False
    discovery: bool = True
    leading_ms: int | None = None


class Memory:
    """`peer.json` of a data directory. Raises Fault: damaged, or not to be written."""

    def __init__(self, root: Path) -> None:
        self._path = root / "peer.json"
        try:
            self._content = msgspec.json.decode(self._path.read_bytes(), type=ready(_Content)) if self._path.exists() else _Content()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Fault(f"{self._path} cannot be read ({error}). Restore it, or remove it and join again with a new token.") from error

    @property
    def upstreams(self) -> list[Upstream]:
        return self._content.upstreams

    @property
    def listening(self) -> Listening:
        """Where this peer listened when it last did."""
        return self._content.listening

    def add_upstream(self, upstream: Upstream) -> None:
        """In the place of an earlier one to the same node."""
        self._content.upstreams = [*(held for held in self.upstreams if held.origin != upstream.origin), upstream]
        self._save()

    def set_upstream(self, upstream: Upstream) -> None:
        """One that is held is reached otherwise now."""
        self._content.upstreams = [upstream if held.origin == upstream.origin else held for held in self.upstreams]
        self._save()

    def set_listening(self, listening: Listening) -> None:
        if listening != self.listening:
            self._content.listening = listening
            self._save()

    @property
    def member(self) -> Member | None:
        """Who this peer is, should its journal be lost."""
        return self._content.member

    def set_member(self, member: Member | None) -> None:
        if member != self.member:
            self._content.member = member
            self._save()

    @property
    def recovering(self) -> bool:
        """The journal was lost, and what this peer had said is not known to be back."""
        return self._content.recovering

    def set_recovering(self, recovering: bool) -> None:
        if recovering != self.recovering:
            self._content.recovering = recovering
            self._save()

    @property
    def discovery(self) -> bool:
        """Whether peers on the local network may be looked for, and find this one."""
        return self._content.discovery

    def set_discovery(self, on: bool) -> None:
        if on != self.discovery:
            self._content.discovery = on
            self._save()

    @property
    def leading_ms(self) -> int | None:
        """Since when (UTC) this peer leads those around it, None: it does not."""
        return self._content.leading_ms

    def set_leading(self, since_ms: int | None) -> None:
        if since_ms != self.leading_ms:
            self._content.leading_ms = since_ms
            self._save()

    def _save(self) -> None:
        try:
            write_private(self._path, msgspec.json.format(msgspec.json.encode(self._content)))
        except OSError as error:
            raise Fault(f"{self._path} cannot be written ({error.strerror}). Check the rights of the directory and the disk.") from error
