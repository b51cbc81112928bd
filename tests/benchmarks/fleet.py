"""Units enrolled at a node beforehand, whose keys a load process then uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from console.comms.security.keys import CurvePair, open_keys
from console.models import kinds
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.paths import DataDir

NODE_AREA = "6527"
UNIT_AREA = "652701"


class Member(NamedTuple):
    signer: Signer
    curve: CurvePair


def muster(count: int) -> list[Member]:
    return [Member(Signer.generate(), CurvePair.generate()) for _ in range(count)]


def node_with(root: Path, members: list[Member], consoles: int = 0) -> DataDir:
    """A node's data directory in whose journal every member is enrolled; the last `consoles` of them as such, of the node's own area."""
    data = DataDir(root)
    journal = Journal.open(data.journal, open_keys(data.keys).signer)
    journal.set_identity("bench", "node", NODE_AREA)
    units = len(members) - consoles
    roles = [("unit", UNIT_AREA)] * units + [("console", NODE_AREA)] * consoles
    journal.author([NewEvent("", "peer.enrolled", m.signer.origin.hex(), _enrolment(n, m, *roles[n])) for n, m in enumerate(members)])
    journal.close()
    return data


def _enrolment(number: int, member: Member, role: str, area: str) -> bytes:
    return kinds.encode_body(
        kinds.PeerEnrolled(name=f"{role} {number}", role=role, area=area, sign_key=member.signer.public_key, curve_key=member.curve.public)
    )


def save(members: list[Member], path: Path) -> None:
    path.write_text(json.dumps([(m.signer.private_key.hex(), m.curve.secret.hex()) for m in members]), encoding="ascii")


def load(path: Path) -> list[Member]:
    return [
        Member(Signer(bytes.fromhex(sign)), CurvePair.of_secret(bytes.fromhex(curve)))
        for sign, curve in json.loads(path.read_text(encoding="ascii"))
    ]
