"""What a socket's monitor tells: which event it was. (`zmq.utils.monitor` would import asyncio for it.)"""

from __future__ import annotations

import struct

import zmq

_EVENT = struct.Struct("=H")
"""The first frame of a message: the event, 16 bits in the machine's order, and a value of 32. See zmq_socket_monitor(3)."""


def take_event(monitor: zmq.Socket[bytes]) -> int:
    """The next event of a monitor that has one."""
    return int(_EVENT.unpack_from(monitor.recv_multipart()[0])[0])
