"""Saves a small journal of the present schema version, and what it holds, for `test_versions.py` to open ever after.

Run once whenever the schema's version is raised: `python -m tests.models.data.save_version`. Files of old versions are never
made again.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from pathlib import Path

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import Lane
from console.models.journal import schema
from console.models.journal.export import records
from tests.models.voices import NOW_MS, Voice, county, open_journal

HERE = Path(__file__).parent


def build(path: Path) -> str:
    """An incident with a unit, a task, stock, a gauge, a warning and an event of a later version; the journal's digest."""
    root, desk, unit = county(), Voice(1, "desk"), Voice(2, "unit")
    u = unit.own("u")
    warning = kinds.WarningReceived(
        identifier="w1", sender="s", sent_ms=NOW_MS, headline="暴雨红色预警", areas=[kinds.WarningArea(description="精河")]
    )
    runs = [
        root.enrol(desk, "console"),
        root.enrol(unit, "unit"),
        desk.say("incident.opened", "i", kinds.IncidentOpened(title="牧场滑坡(演练)", level=3, exercise=True, lon=82.9, lat=44.6)),
        unit.say("unit.registered", u, kinds.UnitRegistered(name="一号车", kind="vehicle")),
        unit.say("unit.position", u, kinds.UnitPosition(lon=82.9, lat=44.6, heading_deg=90)),
        unit.say("unit.status", u, kinds.UnitStatus(status="onscene", incident="i")),
        desk.say("task.assigned", "t", kinds.TaskAssigned(unit=u, text="去三号沟", incident="i")),
        unit.say("task.answered", "t", kinds.TaskAnswered(unit=u, state="done")),
        desk.say("loss.reported", "i", kinds.LossReported(sheep=1500, missing=6)),
        desk.say("log.entered", "i", kinds.LogEntered(text="三号沟有泥流", author="王值班")),
        desk.say("resource.registered", "r", kinds.ResourceRegistered(name="帐篷", quantity=80)),
        desk.say("sensor.registered", "g", kinds.SensorRegistered(name="雨量站", quantity="rain")),
        desk.say("sensor.reading", "g", kinds.SensorReading(value=12.5)),
        desk.say("sensor.series", "g", kinds.SensorSeries(times_ms=[NOW_MS - 600_000, NOW_MS - 300_000], values=[1.0, 2.5])),
        desk.say("quake.reported", "usgs:q", kinds.QuakeReported(magnitude=4.5, lon=82.9, lat=44.6, at_ms=NOW_MS)),
        desk.say("gateway.reported", desk.own("mqtt"), kinds.GatewayReported(name="水文", source="mqtt", taken=3, refused={"json": 1})),
        desk.say(
            "basin.registered", "b", kinds.BasinRegistered(name="三号沟", gauges=[kinds.GaugeWeight("g", 1.0)], hazards=["flash_flood"])
        ),
        desk.say("risk.assessed", "flash_flood:b", kinds.RiskAssessed(hazard="flash_flood", place="b", level=2, at_ms=NOW_MS)),
        desk.say("feed.registered", "c", kinds.FeedRegistered(name="沟口摄像机", url="rtsp://192.0.2.1/1", lon=82.9, lat=44.6)),
        desk.say("plot.drawn", "p", kinds.PlotDrawn(shape="area", kind="danger_area", points=[(82.9, 44.6), (82.95, 44.6), (82.9, 44.65)])),
        desk.say("warning.received", "s,w1", warning),
        desk.say("future.kind", "f", b"\x81\xa1v\x07", lane=Lane.REPORT),
        desk.say("incident.closed", "i", kinds.IncidentClosed(summary="结束"), hlc_from_ms(NOW_MS + 60_000)),
    ]
    journal = open_journal(path)
    journal.keyframe_every = 5
    for run in runs:
        journal.append([run])
    digest = journal.digest()
    journal.close()
    return digest


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "journal.db"
        digest = build(path)
        connection = sqlite3.connect(path)
        connection.execute("VACUUM")
        events = list(records(connection))
        connection.close()
        name = f"journal-v{schema.VERSION}"
        (HERE / f"{name}.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        text = json.dumps({"digest": digest, "events": events}, ensure_ascii=False, indent=1)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
