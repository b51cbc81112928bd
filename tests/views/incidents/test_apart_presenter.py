"""Two consoles cut off from their node grade the same incident, with the forms' own drafts and real peers; then the link comes back."""

from __future__ import annotations

from pathlib import Path

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.views.incidents import conflicts, drafts, presenter
from tests.comms.peers import House, house, own
from tests.waiting import deadline

__all__ = ["house"]
NAMES = ("node", "one", "other")


def look(root: Path, name: str) -> tuple[presenter.IncidentRow | None, list[conflicts.Dispute]]:
    reader = Reader(DataDir(root / name).journal)
    try:
        rows = presenter.read_incidents(reader.database)
        return (rows[0] if rows else None), conflicts.read_disputes(reader.database)
    finally:
        reader.close()


def known(house: House, name: str) -> presenter.IncidentRow:
    row = deadline(lambda: look(house.root, name)[0], f"{name} knows the incident", 15)
    assert row is not None
    return row


def graded(row: presenter.IncidentRow, level: int, author: str) -> Draft:
    """As the form writes it: the level with what was known of it."""
    stands = drafts.Choice(row.response_level, row.known_hlc("response_level"))
    (draft,) = drafts.grading(drafts.About(row.id, "652701"), row, drafts.Choice(level, row.known_hlc("level")), stands, "", author)
    return draft


def open_incident(console: Peer) -> str:
    body = kinds.encode_body(kinds.IncidentOpened(title="滑坡", level=4))
    return console.write([Draft(kind="incident.opened", subject=own(console, "slide"), body=body, area="652701")]).result(5)[0]


def test_both_are_found_alike_on_every_peer_and_one_review_settles_it_for_all(house: House) -> None:
    node = house.node()
    one, other = (house.joined(node, name, role="console") for name in NAMES[1:])
    incident = open_incident(one)
    rows = {name: known(house, name) for name in NAMES}
    assert {row.known_hlc("level") for row in rows.values()} == {rows["one"].known_hlc("level")} != {0}
    for console in (one, other):
        console.cut(2.0).result(5)
    one.write([graded(rows["one"], 3, "李娜")]).result(5)
    other.write([graded(rows["other"], 2, "王强")]).result(5)
    assert {name: look(house.root, name)[1] for name in ("one", "other")} == {"one": [], "other": []}, "apart, nobody can know"

    def found() -> bool:
        return all(look(house.root, name)[1] for name in NAMES)

    deadline(found, "the conflict on every peer", 20)
    seen = {name: look(house.root, name) for name in NAMES}
    assert all(row is not None and (row.level, row.conflicts) == (2, 1) for row, _ in seen.values()), "the later stands"
    (dispute,) = seen["node"][1]
    assert [said.value for said in dispute.said] == [3, 2]
    assert {each[1][0].upto_hlc for each in seen.values()} == {dispute.upto_hlc}
    one.write(conflicts.review(dispute, "652701", "电话核实", "李娜")).result(5)
    deadline(lambda: all(look(house.root, name)[1][0].settled for name in NAMES), "settled on every peer", 20)
    assert {row.conflicts for row, _ in (look(house.root, name) for name in NAMES) if row is not None} == {0}
    assert incident == rows["node"].id
