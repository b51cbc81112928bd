"""What the forms draft, written by a real journal, is what the panels are told of and read. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.comms.local.messages import Draft
from console.models import kinds
from console.models.changes import Changes
from console.models.identity import Signer, owned_subject
from console.models.journal.journal import Journal
from console.models.journal.outcome import NewEvent
from console.models.journal.reading import Reader
from console.models.kinds import Body, encode_body, kind_of
from console.views.incidents import drafts as incident_drafts
from console.views.incidents import presenter as incidents
from console.views.incidents import timeline
from console.views.links.presenter import read_peers
from console.views.resources import presenter as resources
from console.views.units import drafts as unit_drafts
from console.views.units import presenter as units
from console.views.warnings import presenter as warnings
from tests.views.tables.state import NOW_MS

ABOUT = incident_drafts.About("slide", "652722")


class Desk:
    """Attributes: `journal`, `reader`, `origin`, `unit` (an id this peer may speak for), `ms` (the time)."""

    def __init__(self, path: Path) -> None:
        self.ms = NOW_MS
        signer = Signer.generate()
        self.origin = signer.origin.hex()
        self.unit = owned_subject(signer.origin, "rescue-1")
        self.journal = Journal.open(path, signer, wall=lambda: self.ms)
        self.journal.set_identity("值班台一号", "node", "6527")
        self.write(
            Draft(kind="incident.opened", body=encode_body(kinds.IncidentOpened(title="滑坡", level=4)), subject="slide", area="652722")
        )
        self.tell(self.unit, kinds.UnitRegistered(name="矿山救护队", kind="rescue", people=24))
        self.reader = Reader(path)

    def write(self, *drafts: Draft) -> Changes:
        self.ms += 1000
        _, changes = self.journal.author([NewEvent(draft.area, draft.kind, draft.subject, draft.body) for draft in drafts])
        return changes

    def tell(self, subject: str, body: Body, area: str = "652722") -> Changes:
        return self.write(Draft(kind=kind_of(body), body=encode_body(body), subject=subject, area=area))

    def close(self) -> None:
        self.reader.close()
        self.journal.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal.db")
    yield made
    made.close()


def test_what_is_written_about_an_incident_is_told_read_and_worded(desk: Desk) -> None:
    (row,) = incidents.read_incidents(desk.reader.database)
    assert (row.title, row.area) == ("滑坡", "652722")
    for draft in (
        incident_drafts.log_entry(ABOUT, "现场通信恢复", "李娜"),
        incident_drafts.loss_report(ABOUT, {"missing": "6", "moved_total": "43", "moved_now": "38"}, "", "李娜"),
        *incident_drafts.grading(ABOUT, row, incident_drafts.Choice(3), incident_drafts.Choice(2), "州应急局", "王建国"),
        incident_drafts.closing(ABOUT, "搜救结束", "王建国"),
    ):
        assert timeline.concerned(desk.write(draft), "slide")
    (row,) = incidents.read_incidents(desk.reader.database, ["slide"])
    assert (row.level, row.response_level, row.status) == (3, 2, "closed")
    assert dict(incidents.losses(row))["Moved, now away"] == "38"
    read = timeline.read_timeline(desk.reader.database, "slide")
    assert [(entry.kind, entry.who) for entry in read.rows] == [
        ("incident.closed", "王建国 (值班台一号)"),
        ("incident.changed", "王建国 (值班台一号)"),
        ("loss.reported", "李娜 (值班台一号)"),
        ("log.entered", "李娜 (值班台一号)"),
        ("incident.opened", "值班台一号"),
    ]


def test_only_incidents_concerned_are_named(desk: Desk) -> None:
    assert list(incidents.concerned(desk.write(incident_drafts.closing(ABOUT, "搜救结束", "")))) == ["slide"]
    assert list(incidents.concerned(desk.tell(desk.unit, kinds.UnitStatus(status="enroute")))) == []


def test_an_order_and_its_answer_reach_the_unit_and_the_incident(desk: Desk) -> None:
    (unit,) = units.read_units(desk.reader.database)
    assert unit.peer == "值班台一号"
    changes = desk.write(*unit_drafts.tasks([unit], "向西搜索", "30", "slide", "王建国", "6527", NOW_MS))
    assert desk.unit in set(units.concerned(changes, list) or ())
    (task,) = units.read_tasks(desk.reader.database, [desk.unit])
    assert (task.text, task.state, task.incident_title) == ("向西搜索", "assigned", "滑坡")
    changes = desk.tell(task.id, kinds.TaskAnswered(unit=desk.unit, state="started", incident="slide"))
    (unit,) = units.read_units(desk.reader.database)
    assert set(units.concerned(changes, lambda: [unit]) or ()) >= {desk.unit}
    assert (unit.task_text, unit.task_state, unit.on_task) == ("向西搜索", "started", True)
    assert [entry.sentence for entry in timeline.read_timeline(desk.reader.database, "slide").rows[:2]] == [
        "矿山救护队: task Started",
        "Task to 矿山救护队: 向西搜索 (due 2014-07-04 17:30:00)",
    ]


def test_a_position_is_told_with_its_values_and_read_the_same(desk: Desk) -> None:
    (before,) = units.read_units(desk.reader.database)
    changes = desk.tell(desk.unit, kinds.UnitPosition(lon=82.5, lat=44.2, speed_mps=3.0))
    assert set(units.concerned(changes, list) or ()) <= {desk.unit}
    told = units.moved(before, changes.fixes[desk.unit])
    (read,) = units.read_units(desk.reader.database)
    for name in ("lon", "lat", "speed_mps", "valid_s", "fix_heard_ms", "fix_hlc", "heard_ms"):
        assert getattr(told, name) == getattr(read, name), name


def test_units_on_an_incident(desk: Desk) -> None:
    desk.tell(desk.unit, kinds.UnitStatus(status="onscene", incident="slide"))
    (unit,) = incidents.read_units_on(desk.reader.database, "slide")
    assert (unit.name, unit.people, unit.status) == ("矿山救护队", 24, "onscene")


def test_stocks_gauges_warnings_and_peers(desk: Desk) -> None:
    desk.tell("tents", kinds.ResourceRegistered(name="帐篷", quantity=20, capacity=200, unit="顶"))
    desk.tell("rain", kinds.SensorRegistered(name="雨量站", quantity="rain", unit="mm"))
    desk.tell("rain", kinds.SensorReading(value=14.5))
    area = [kinds.WarningArea(description="精河山区")]
    sent = {"sender": "qxt", "sent_ms": NOW_MS, "severity": "Severe", "areas": area}
    desk.tell("qxt,1", kinds.WarningReceived(identifier="1", headline="暴雨橙色预警", **sent))  # type: ignore[arg-type]
    changes = desk.tell(
        "qxt,2", kinds.WarningReceived(identifier="2", msg_type="Cancel", references=["qxt,1,2014-07-04T17:00:00+08:00"], **sent)
    )  # type: ignore[arg-type]
    (stock,) = resources.read_resources(desk.reader.database)
    assert resources.quantity_text(stock, 0) == "20, low"
    (gauge,) = resources.read_sensors(desk.reader.database)
    assert (resources.value_text(gauge, desk.ms), resources.heard_text(gauge, desk.ms)) == ("14.5", "2 s")
    cancelled = {row.id: row for row in warnings.read_warnings(desk.reader.database, sorted(changes.ids["warning"]))}
    assert cancelled["qxt,1"].standing(desk.ms) is warnings.Standing.CANCELLED
    assert cancelled["qxt,1"].area_text == "精河山区"


def test_peers_this_one_enrolled(desk: Desk) -> None:
    assert read_peers(desk.reader.database) == []
    key = Signer.generate()
    desk.tell(key.origin.hex(), kinds.PeerEnrolled(name="终端 3", role="unit", area="652722", sign_key=key.public_key, curve_key=bytes(32)))
    (peer,) = read_peers(desk.reader.database)
    assert (peer.name, peer.role, peer.enrolled_by, peer.revoked) == ("终端 3", "unit", "值班台一号", False)
