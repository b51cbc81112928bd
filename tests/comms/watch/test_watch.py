"""The watch over thresholds, with real peers: who writes what, once, and what a restart knows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec
import pytest

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.comms.watch.desk import Desk
from console.errors import Fault
from console.models import kinds
from console.models.hazards.rules import hazard_rules
from console.models.journal.reading import Reader
from console.models.kinds import Because, CriticalRain, GaugeWeight
from console.models.paths import DataDir
from console.models.sensors import sensor_rules
from console.models.state.tables import PRESENT_RISK
from tests.comms.peers import AREA, BELOW, House, house
from tests.waiting import deadline

__all__ = ["house"]

STEP_MS = 600_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def draft(subject: str, body: kinds.Body, area: str = BELOW) -> Draft:
    return Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body), area=area)


def gully(name: str, gauges: list[str], **more: Any) -> Draft:
    body = kinds.BasinRegistered(
        name=name,
        hazards=["rainstorm", "flash_flood", "debris_flow"],
        gauges=[GaugeWeight(each) for each in gauges],
        critical=[CriticalRain(3.0, 25.0, 40.0)],
        **more,
    )
    return draft(name, body)


def gauge(name: str) -> Draft:
    return draft(name, kinds.SensorRegistered(name=name, quantity="rain", unit="mm", interval_s=600.0))


def rain(name: str, mm: float, *, hours: float = 3.0, until_ms: int | None = None) -> Draft:
    """So much, evenly, up to now."""
    count, end = round(hours * 6), until_ms or now_ms()
    times = [end - STEP_MS * at for at in reversed(range(count))]
    return draft(name, kinds.SensorSeries(times_ms=times, values=[round(mm / count, 4)] * count))


@contextmanager
def database(house: House, name: str) -> Iterator[Any]:
    reader = Reader(DataDir(house.root / name).journal)
    try:
        yield reader.connection
    finally:
        reader.close()


def risks(house: House, name: str) -> dict[str, tuple[int, str]]:
    """id -> (level, author) of what is or was a risk."""
    with database(house, name) as connection:
        found = connection.execute(f"SELECT id, level, author FROM {PRESENT_RISK} WHERE level > 0")
        return {kinds.risk_subject(row[0]): row[1:] for row in found}


def said(house: House, name: str) -> list[tuple[str, int]]:
    """Every assessment in the journal: id, level."""
    with database(house, name) as connection:
        rows = connection.execute("SELECT subject, body FROM event WHERE kind = 'risk.assessed' ORDER BY position").fetchall()
    return [(subject, kinds.decode_body("risk.assessed", body).level) for subject, body in rows]  # type: ignore[union-attr]


def test_rain_becomes_a_risk_with_its_grounds_and_runs_on(house: House) -> None:
    node = house.node()
    node.write([gully("upper", ["a", "b"], downstream="lower", travel_s=2400.0), gully("lower", ["c"]), gauge("a"), gauge("b"), gauge("c")])
    node.write([rain("a", 42.0), rain("b", 39.0), rain("c", 1.0)])
    deadline(
        lambda: {"flash_flood:upper", "flash_flood:lower"} <= risks(house, "node").keys(), "the flood and what it runs into are told", 20
    )
    found = risks(house, "node")
    assert found["flash_flood:upper"] == (1, "node")
    with database(house, "node") as connection:
        packed, lead_s = connection.execute("SELECT why, lead_s FROM risk WHERE id = 'flash_flood:upper@652701'").fetchone()
        lower = connection.execute("SELECT stage, lead_s, why FROM risk WHERE id = 'flash_flood:lower@652701'").fetchone()
    why = msgspec.msgpack.decode(packed, type=list[Because])
    assert (why[0].rule, why[0].thing, why[0].limit) == ("critical.move", "a", 40.0)
    assert lead_s == 0.0
    assert lower[0] == "forecast"
    assert 2300 <= lower[1] <= 2400
    assert msgspec.msgpack.decode(lower[2], type=list[Because])[0].thing == "upper"


def test_what_stands_is_said_once_and_is_known_after_a_restart(house: House) -> None:
    node = house.node()
    node.write([gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "debris_flow:upper" in risks(house, "node"), "the chain is told", 20)
    node.write([rain("a", 60.0, until_ms=now_ms())])
    node.write([gauge("d"), rain("d", 0.0)])
    node.stop()
    first = said(house, "node")
    assert len(first) == len({risk for risk, _ in first}), f"each once: {first}"
    again = house.node()
    again.write([draft("a", kinds.SensorReading(value=0.2)), gully("other", ["e"]), gauge("e"), rain("e", 60.0)])
    deadline(lambda: "flash_flood:other" in risks(house, "node"), "it watches again", 20)
    assert [each for each in said(house, "node") if each[0].endswith(":upper")] == first


def test_of_a_node_and_its_console_one_writes(house: House) -> None:
    node = house.node()
    desk = house.joined(node, "desk", role="console", area=AREA)
    node.write([gully("upper", ["a"]), gauge("a")])
    node.write([rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "it is told", 20)
    deadline(lambda: "flash_flood:upper" in risks(house, "desk"), "the desk has it", 20)
    assert {author for _, author in risks(house, "desk").values()} == {"node"}
    node.stop()
    desk.write([gully("other", ["b"]), gauge("b"), rain("b", 60.0)])
    deadline(lambda: "flash_flood:other" in risks(house, "desk"), "without its node the desk watches", 30)
    assert risks(house, "desk")["flash_flood:other"][1] == "desk"


def test_a_unit_judges_nothing(house: House) -> None:
    node = house.node()
    unit: Peer = house.joined(node, "unit")
    own = unit.origin[:12]
    unit.write([draft(f"{own}:a", kinds.SensorRegistered(name="a", quantity="rain", unit="mm", interval_s=600.0))])
    node.write([gully("upper", [f"{own}:a"])])
    unit.deliver([rain(f"{own}:a", 60.0)]).result(20)
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "the node judges", 20)
    assert {author for _, author in risks(house, "unit").values()} <= {"node"}, "what it has of them the node told it"


def test_a_reading_that_is_corrected_upwards_is_judged_anew(house: House) -> None:
    node = house.node()
    end = now_ms() - 60_000
    node.write([gully("upper", ["a"]), gully("other", ["b"]), gauge("a"), gauge("b"), rain("a", 1.0, until_ms=end), rain("b", 60.0)])
    deadline(lambda: "flash_flood:other" in risks(house, "node"), "both were judged", 20)
    assert "flash_flood:upper" not in risks(house, "node")
    node.write([rain("a", 60.0, until_ms=end)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "what was said anew of the same times counts", 20)


def test_a_sensor_with_an_endless_name_silences_no_risk(house: House) -> None:
    node = house.node()
    silent, heard = "s" * 128, "h" * 128
    node.write([gully("upper", ["a", silent, heard]), gauge("a"), gauge(silent), gauge(heard)])
    node.write([rain(silent, 0.0, until_ms=now_ms() - 40 * STEP_MS), rain(heard, 60.0), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "it is told in spite of it", 20)


def test_a_reading_ahead_of_its_stream_counts_once(house: House) -> None:
    """It is in the sensor's row alone, until the stream brings it too."""
    node = house.node()
    node.write([gully("upper", ["a"]), gauge("a")])
    node.write([rain("a", 1.0, until_ms=now_ms() - STEP_MS)])
    node.stop()
    at_ms = now_ms()
    path = DataDir(house.root / "node").journal
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sensor SET value = 30, quality = '', at_ms = ?, heard_ms = ? WHERE id = 'a'", (at_ms, at_ms))
    reader = Reader(path)
    try:
        desk = Desk(reader.database, hazard_rules(), sensor_rules())
        mm = desk.judge(at_ms, ["a"])["flash_flood:upper"].why[0].value
        assert 30 <= mm <= 31
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE sensor SET at_ms = ?, heard_ms = ? WHERE id = 'a'", (at_ms + 20_000, at_ms + 20_000))
            connection.execute("INSERT INTO reading (sensor, at_ms, hlc, value, quality) VALUES ('a', ?, 1, 30, '')", (at_ms + 20_000,))
        found = desk.judge(at_ms + 20_000, ["a"])["flash_flood:upper"].why[0].value
        assert 30 <= found <= 31, "the satellite had it to the minute; the stream brought the same reading to the second"
    finally:
        reader.close()


def test_a_risk_of_a_hazard_from_elsewhere_does_not_end_the_watch(house: House) -> None:
    node = house.node()
    node.write([draft("tsunami:upper", kinds.RiskAssessed(hazard="tsunami", place="upper", level=1, author="another"))])
    node.write([gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "the rest is judged", 20)


def test_who_acknowledged_a_risk_that_is_over_has_not_seen_the_next(house: House) -> None:
    node = house.node()

    def seen() -> tuple[int, int] | None:
        with database(house, "node") as connection:
            row: tuple[int, int] | None = connection.execute(
                "SELECT level, seen_level FROM risk WHERE id = 'flash_flood:x@652701'"
            ).fetchone()
            return row

    def told(level: int) -> Draft:
        return draft("flash_flood:x", kinds.RiskAssessed(hazard="flash_flood", place="x", level=level, author="another"))

    node.write([told(1), draft("flash_flood:x", kinds.RiskAcknowledged(level=1, author="desk"))])
    deadline(lambda: seen() == (1, 1), "it is acknowledged", 20)
    node.write([told(2)])
    deadline(lambda: seen() == (2, 1), "it only became less grave", 20)
    node.write([told(0)])
    node.write([told(1)])
    deadline(lambda: seen() == (1, 0), "the next one is new, and sounds", 20)


def test_a_risk_that_rises_again_is_to_be_acknowledged_again(house: House) -> None:
    """It was red and acknowledged, receded to blue, and is red again: the watch says that it rose, and that takes the acknowledgement back."""
    node = house.node()
    node.write(
        [
            gully("upper", ["a"]),
            gauge("a"),
            draft("flash_flood:upper", kinds.RiskAssessed(hazard="flash_flood", place="upper", level=1, author="another")),
            draft("flash_flood:upper", kinds.RiskAcknowledged(level=1, author="Wang")),
            draft("flash_flood:upper", kinds.RiskAssessed(hazard="flash_flood", place="upper", level=4, author="another")),
        ]
    )

    def row() -> tuple[int, int]:
        with database(house, "node") as connection:
            found: tuple[int, int] = connection.execute(
                "SELECT level, seen_level FROM risk WHERE id = 'flash_flood:upper@652701'"
            ).fetchone()
            return found

    deadline(lambda: row() == (4, 1), "it receded, and is still acknowledged", 20)
    node.write([rain("a", 60.0)])
    deadline(lambda: row() == (1, 0), "it rose again, and nobody has seen that", 20)


def closed(house: House, name: str, risk: str) -> Any:
    """(level, stage, ground, incident) of a risk, whatever area it was told in."""
    with database(house, name) as connection:
        row = connection.execute("SELECT level, stage, why, incident FROM risk WHERE id LIKE ?", (f"{risk}@%",)).fetchone()
    return row and (*row[:2], msgspec.msgpack.decode(row[2], type=list[Because])[:1], row[3])


def withdrawn(subject: str, table: str = "basin") -> Draft:
    return draft(subject, kinds.RecordWithdrawn(table=table, why="entered twice", author="Wang"))


def test_a_withdrawn_basin_closes_its_risks_and_says_by_whom(house: House) -> None:
    node = house.node()
    node.write([gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "it is told", 20)
    node.write([draft("i", kinds.IncidentOpened(title="flood"))])
    node.write([draft("flash_flood:upper", kinds.RiskAcknowledged(level=1, incident="i", author="Li"))])
    node.write([withdrawn("upper")])
    deadline(lambda: closed(house, "node", "flash_flood:upper")[1] == "withdrawn", "it is closed", 20)
    level, _, (because,), incident = closed(house, "node", "flash_flood:upper")
    assert (level, because.rule, because.thing, because.source, incident) == (0, "place.withdrawn", "upper", "Wang: entered twice", "i")
    deadline(lambda: not risks(house, "node"), "none of its risks is left standing", 20)
    with database(house, "node") as connection:
        told = connection.execute("SELECT kind, subject FROM timeline WHERE incident = 'i' ORDER BY hlc").fetchall()
        seen = connection.execute("SELECT seen_level, seen_by FROM risk WHERE id = 'flash_flood:upper@652701'").fetchone()
    assert told[-1] == ("risk.assessed", "flash_flood:upper"), "who follows the incident reads that it was closed"
    assert seen == (0, ""), "nobody has acknowledged that it was closed"
    node.write([draft("upper", kinds.RecordRestored(table="basin", author="Wang"))])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "it rains there as before", 20)


def test_a_withdrawn_gauge_closes_its_own_risks_and_stops_no_watch(house: House) -> None:
    """It may go on reporting: others are judged all the same."""
    node = house.node()
    river = kinds.SensorRegistered(name="r", quantity="level", unit="m", interval_s=600.0, warning=2.0, guarantee=3.0)
    end = now_ms()
    levels = kinds.SensorSeries(times_ms=[end - 2 * STEP_MS, end - STEP_MS, end], values=[3.5, 3.5, 3.6])
    node.write([draft("r", river), draft("r", levels)])
    deadline(lambda: risks(house, "node").get("river_flood:r", (0,))[0] == 2, "the river is over its guarantee level", 20)
    node.write([withdrawn("r", "sensor")])
    deadline(lambda: closed(house, "node", "river_flood:r")[:2] == (0, "withdrawn"), "it is closed", 20)
    node.write([draft("r", kinds.SensorReading(value=3.7)), gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "node"), "the watch goes on", 20)
    node.write([draft("r", kinds.SensorReading(value=3.7)), gully("other", ["b"]), gauge("b"), rain("b", 60.0)])
    deadline(lambda: "flash_flood:other" in risks(house, "node"), "and on", 20)
    assert closed(house, "node", "river_flood:r")[0] == 0


def test_what_is_said_of_a_place_from_outside_its_area_counts_for_nothing(house: House) -> None:
    """A console of another county says that all is clear, and acknowledges: the risk stands, unacknowledged, at every peer."""
    node = house.node()
    house.joined(node, "desk", role="console", area=AREA)
    other = house.joined(node, "other", role="console", area="652722")
    node.write([gully("upper", ["a"]), gauge("a"), rain("a", 60.0)])
    deadline(lambda: "flash_flood:upper" in risks(house, "desk"), "it is told", 20)
    clear = kinds.RiskAssessed(hazard="flash_flood", place="upper", level=0, author="other")
    with pytest.raises(Fault, match="not in 652701"):
        other.write([draft("flash_flood:upper", clear)]).result(10)
    other.write([draft("flash_flood:upper", clear, "652722"), draft("flash_flood:upper", kinds.RiskAcknowledged(level=1), "652722")])
    other.write([draft("flash_flood:upper", kinds.RiskAcknowledged(level=1, area="652701"), "652722")])

    def arrived(name: str) -> bool:
        with database(house, name) as connection:
            found = connection.execute("SELECT level, seen_level FROM risk WHERE id = 'flash_flood:upper@652722'").fetchall()
            return [tuple(row) for row in found] == [(0, 1)]

    for name in ("node", "desk"):
        deadline(lambda name=name: arrived(name), f"{name} has what the other console said", 20)  # type: ignore[misc]
        assert risks(house, name)["flash_flood:upper"] == (1, "node")
        with database(house, name) as connection:
            held = connection.execute(
                f"SELECT id, seen_level FROM {PRESENT_RISK} WHERE place = 'upper' AND hazard = 'flash_flood'"
            ).fetchall()
        assert [tuple(row) for row in held] == [("flash_flood:upper@652701", 0)]
    assert [level for risk, level in said(house, "node") if risk == "flash_flood:upper"] == [1, 0], "nobody has to say it anew"


def test_a_desk_below_may_acknowledge_what_its_prefecture_said_covers_it(house: House) -> None:
    node = house.node()
    below = house.joined(node, "below", role="console", area=BELOW)
    node.write([draft("flash_flood:x", kinds.RiskAssessed(hazard="flash_flood", place="x", level=1, author="node"), AREA)])
    below.write([draft("flash_flood:x", kinds.RiskAcknowledged(level=1, area=AREA, author="Li"))])

    def seen() -> Any:
        with database(house, "node") as connection:
            return connection.execute("SELECT seen_level, seen_by FROM risk WHERE id = ?", (f"flash_flood:x@{AREA}",)).fetchone()

    deadline(lambda: seen() == (1, "Li"), "it is acknowledged", 20)
