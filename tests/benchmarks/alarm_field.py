"""A gateway in the field as a child of a measurement: real peer, real CURVE link, and the gauges of a prefecture.

`alarm_field DATA TOKEN` joins, registers its gauges with three hours without rain, and says their `prefix` once another peer has them. For each
line that it is sent, the number of a basin, two neighbours of that basin read so much at once, the one confirming the other; it says when
(`at_ns`, UTC) they were handed over to be sent.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from console.comms.peer import Peer
from console.models import kinds
from console.models.identity import owned_subject
from console.models.paths import DataDir
from tests.benchmarks.alarms import BATCH, draft, gauges
from tests.benchmarks.harness import say

JOIN_S, DELIVER_S = 60.0, 120.0
RAIN_MM = 19.0


def main(data: str, token: str) -> None:
    peer = Peer(DataDir(Path(data)), local=False)
    peer.start()
    try:
        peer.join(token, "gateway").result(JOIN_S)
        prefix = owned_subject(bytes.fromhex(peer.origin), "")
        drafts = gauges(prefix)
        for start in range(0, len(drafts), BATCH):
            peer.deliver(drafts[start : start + BATCH]).result(DELIVER_S)
        say(prefix=prefix)
        for line in sys.stdin:
            basin = int(line)
            readings = [draft(f"{prefix}g{basin * 3 + more}", kinds.SensorReading(value=RAIN_MM)) for more in range(2)]
            at_ns = time.time_ns()
            peer.write(readings)
            say(at_ns=at_ns)
    finally:
        peer.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
