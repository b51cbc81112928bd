"""Vouching while no peer runs: the journal is opened for as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from console.comms.peer.enrolment import Registrar
from console.comms.peer.gate import Gate
from console.comms.peer.memory import Memory
from console.comms.security.keys import open_keys
from console.errors import Fault
from console.models.clock import wall_ms
from console.models.journal import Journal
from console.models.journal.reading import Reader
from console.models.paths import DataDir


class Offline:
    """A node that is not running. Raises Fault: not a node's directory, or in use."""

    def __init__(self, journal: Journal, registrar: Registrar, memory: Memory) -> None:
        self._journal, self._registrar, self._memory = journal, registrar, memory

    def invite(self, role: str, area: str, valid_s: int) -> str:
        """A token for the place where the node listened when it last ran."""
        return self._registrar.invite(self._journal.identity, self._memory.listening.announced, role, area, valid_s)

    def revoke(self, peer: str, why: str) -> str:
        return self._registrar.revoke(peer, why)


@contextmanager
def offline(data_dir: DataDir) -> Iterator[Offline]:
    if not data_dir.journal.exists():
        raise Fault(f"there is no peer in {data_dir.root}. Start one first: `fengsui node --data {data_dir.root} --listen ... --area ...`.")
    keys = open_keys(data_dir.keys)
    with closing(Journal.open(data_dir.journal, keys.signer)) as journal, closing(Reader(data_dir.journal)) as reader:
        memory = Memory(data_dir.root)
        registrar = Registrar(Gate(journal, reader.connection), keys, memory, journal.author, wall_ms)
        yield Offline(journal, registrar, memory)
