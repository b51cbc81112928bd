"""A process that appends to a journal until it is killed, and tells on stdout what was acknowledged: `<lane> <seq>`, one a line."""

from __future__ import annotations

import sys
from pathlib import Path

from console.models import kinds
from console.models.event import Stream
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.run import Entry, Run

SEED = bytes([100]) * 32
UNIT = Signer(bytes([1]) * 32)
AREA = "6527"


def main(path: Path) -> None:
    journal = Journal.open(path, Signer(SEED))
    journal.keyframe_every = 40
    if journal.identity is None:
        journal.set_identity("node", "node", AREA)
        grant = kinds.PeerEnrolled(name="u", role="gateway", area=AREA, sign_key=UNIT.public_key, curve_key=bytes(32))
        journal.author([NewEvent("", "peer.enrolled", UNIT.origin.hex(), kinds.encode_body(grant))])
    log = kinds.encode_body(kinds.LogEntered(text="三号沟有泥流"))
    position = kinds.encode_body(kinds.UnitPosition(lon=82.9, lat=44.6))
    subject = UNIT.origin.hex()[:12] + ":u"
    telemetry = Stream(UNIT.origin, f"{AREA}/telemetry")
    while True:
        events, _ = journal.author([NewEvent("", "log.entered", "i", log)] * 3)
        seq, _ = journal.heads().get(telemetry, (0, b""))
        entries = [Entry(events[-1].hlc + n, "unit.position", subject, position) for n in range(1, 8)]
        journal.append([Run(*telemetry, seq + 1, entries)])
        print("report", events[-1].seq)
        print("telemetry", journal.heads()[telemetry][0], flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
