"""The peer: one thread that owns every socket and the journal's writer."""

from console.comms.peer.peer import Peer

__all__ = ["Peer"]
