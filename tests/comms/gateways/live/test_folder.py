"""Files dropped into a folder: taken once and whole, whatever they are called and whoever is killed; what is wrong with one is said."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from console.comms.gateways.live.folder import DropFolder, Unusable, Waits
from console.comms.gateways.live.notebook import Notebook
from console.comms.gateways.live.settings import FolderSource, QuakeSource, Settings
from console.comms.gateways.live.tally import Tally
from console.errors import Fault
from console.models.clock import wall_ms
from tests.comms.gateways.live.brokers import stack
from tests.comms.gateways.live.houses import Gateway
from tests.waiting import deadline

__all__ = ["stack"]
HEADER = "测站编码,测站名称,时间,时段降水量,水位,质量\n"
ROWS = "652722R1,三号沟,2026-07-01 08:00,0.4,1.20,正常\n652722R1,三号沟,2026-07-01 08:05,0.6,1.30,可疑\n652722R2,上游,2026-07-01 08:05,,2.10,正常\n"


class Desk:
    """A drop folder looked into by hand, with a clock that a test turns."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "in"
        self.folder.mkdir()
        self.now_s = 0.0
        self.taken: list[bytes] = []
        self.problem: Exception | None = None
        self.meanwhile: Callable[[Path], None] = lambda path: None
        self.tally = Tally("drop", "csv", "in", wall_ms)
        self.notebook = Notebook(root / "notes.db")
        self.drop = DropFolder("drop", self.folder, Waits(3, 60, 1), self.take, self.tally, self.notebook, lambda: self.now_s)

    def take(self, path: Path) -> None:
        if self.problem is not None:
            raise self.problem
        self.taken.append(path.read_bytes())
        self.meanwhile(path)

    def later(self, seconds: float) -> None:
        self.now_s += seconds
        self.drop.look()

    def put(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path


@pytest.fixture
def desk(tmp_path: Path, stack: ExitStack) -> Desk:
    desk = Desk(tmp_path)
    stack.callback(desk.notebook.close)
    return desk


def test_a_file_is_taken_when_it_has_stopped_growing(desk: Desk) -> None:
    desk.put("a.csv", "1\n")
    desk.later(0)
    desk.put("a.csv", "1\n2\n")
    desk.later(4)
    assert desk.taken == []
    desk.later(4)
    assert desk.taken == [b"1\n2\n"]
    assert (desk.folder / "done" / "a.csv").exists()
    assert desk.tally.report().state == "working"


def test_a_line_without_an_end_is_waited_for_but_not_for_ever(desk: Desk) -> None:
    desk.put("a.csv", "1\n2")
    desk.later(0)
    desk.later(59)
    assert desk.taken == []
    desk.later(2)
    assert desk.taken == [b"1\n2"]


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", ".a.csv", "a.csv.filepart", "a.csv~"])
def test_what_is_called_unfinished_is_not_looked_at(desk: Desk, name: str) -> None:
    desk.put(name, "1\n")
    desk.later(0)
    desk.later(1000)
    assert desk.taken == []
    (desk.folder / name).rename(desk.folder / "b.csv")
    desk.later(1)
    desk.later(4)
    assert desk.taken == [b"1\n"]


def test_the_same_content_is_read_once_whatever_it_is_called(desk: Desk) -> None:
    for name in ("a.csv", "b.csv", "a.csv"):
        desk.put(name, "1\n")
        desk.later(1)
        desk.later(4)
    assert desk.taken == [b"1\n"]
    assert desk.tally.report().refused == {"again": 2}
    assert sorted(path.name for path in (desk.folder / "done").iterdir()) == ["a (2).csv", "a.csv", "b.csv"]


def test_what_grows_while_it_is_read_is_read_again(desk: Desk) -> None:
    def grow(path: Path) -> None:
        desk.meanwhile = lambda _path: None
        path.write_text("1\n2\n3\n", encoding="utf-8")

    desk.meanwhile = grow
    desk.put("a.csv", "1\n2\n")
    desk.later(0)
    desk.later(4)
    assert (desk.folder / "a.csv").exists()
    desk.later(1)
    desk.later(4)
    assert desk.taken == [b"1\n2\n", b"1\n2\n3\n"]
    assert not (desk.folder / "a.csv").exists()


def test_what_cannot_be_stored_stays_and_is_tried_again(desk: Desk) -> None:
    desk.put("a.csv", "1\n")
    desk.later(0)
    desk.problem = Fault("the disk is full.")
    with pytest.raises(Fault, match="full"):
        desk.later(4)
    assert (desk.folder / "a.csv").exists()
    desk.problem = None
    desk.later(1)
    assert desk.taken == [b"1\n"]


def test_what_cannot_be_used_stands_as_a_fault_until_somebody_sees_to_it(desk: Desk) -> None:
    path = desk.put("a.csv", "1\n")
    desk.later(0)
    desk.problem = Unusable(f"{path}: line 1: column 'TM' is missing.")
    desk.later(4)
    desk.problem = None
    report = desk.tally.report()
    assert report.state == "faulty"
    assert "line 1" in report.fault
    assert (desk.folder / "refused" / "a.csv.why.txt").read_text(encoding="utf-8").endswith("column 'TM' is missing.\n")
    desk.later(100)
    assert desk.tally.report().state == "faulty"
    (desk.folder / "refused" / "a.csv").unlink()
    desk.later(1)
    assert desk.tally.report().state == "working"


def test_a_folder_that_is_not_there_is_named(desk: Desk) -> None:
    desk.folder.rename(desk.folder.with_name("elsewhere"))
    with pytest.raises(Fault, match=r"in: there is no such folder"):
        desk.later(1)


def test_links_and_pipes_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("1\n", encoding="utf-8")
    (desk.folder / "link.csv").symlink_to(secret)
    os.mkfifo(desk.folder / "pipe.csv")
    desk.later(0)
    desk.later(100)
    assert desk.taken == []


def test_a_file_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    with desk.put("a.csv", "").open("wb") as file:
        file.truncate(4 << 30)
    desk.later(0)
    desk.later(100)
    assert desk.taken == []
    assert "larger than 512 MiB" in desk.tally.report().fault


def test_a_notebook_that_cannot_be_written_is_a_fault_with_its_remedy(desk: Desk) -> None:
    desk.notebook._connection.execute("PRAGMA query_only = ON")
    desk.put("a.csv", "1\n")
    desk.later(0)
    with pytest.raises(Fault, match=r"notes\.db: .*Make room on the disk"):
        desk.later(4)
    assert (desk.folder / "a.csv").exists()


# -- with a real peer ----------------------------------------------------------------------------------------------------------------

QUICK = {"settle_s": 0.1, "unfinished_s": 0.3, "look_s": 0.1}


def readings_from(**more: object) -> Settings:
    return Settings(csv=[msgspec.convert({"name": "county", "folder": "in"} | QUICK | more, FolderSource)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_in_any_encoding_becomes_readings(stack: ExitStack, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "表.csv").write_bytes((HEADER + ROWS).encode(encoding))
    gateway = Gateway(stack, tmp_path)
    gateway.run(readings_from(), tmp_path)
    gateway.until_taken("county", 5)
    at_ms = 1_782_864_000_000
    assert gateway.readings("652722R1-rain") == [(at_ms, 0.4, ""), (at_ms + 300_000, 0.6, "suspect")]
    assert gateway.readings("652722R2-level") == [(at_ms + 300_000, 2.1, "")]
    names = gateway.rows("SELECT name, unit, link FROM sensor WHERE id = ?", gateway.own("652722R1-level"))
    assert names == [("三号沟", "m", "csv")]
    assert gateway.events("sensor.series") == 0, "of one quality each, one reading each"


def test_a_backlog_comes_in_few_events_and_again_changes_nothing(stack: ExitStack, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    lines = [f"R1,2026-07-{1 + hour // 24:02} {hour % 24:02}:00,{hour / 10}" for hour in range(700)]
    text = "STCD,TM,Z\n" + "\n".join(lines) + "\n"
    gateway = Gateway(stack, tmp_path)
    gateway.run(readings_from(), tmp_path)
    (tmp_path / "in" / "a.csv").write_text(text, encoding="utf-8")
    gateway.until_taken("county", 700)
    assert gateway.events("sensor.series") == 1
    (tmp_path / "in" / "b.csv").write_text(text + "R1,2026-07-30 05:00,7.5\n", encoding="utf-8")
    deadline(lambda: len(gateway.readings("R1-level")) == 701, "the new one is there")
    assert gateway.rows("SELECT count(*) FROM reading") == [(701,)], "what was there is not said again"
    assert gateway.report("county").taken == 701


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="every name is Unicode there")
def test_names_in_another_encoding_stop_nothing(stack: ExitStack, tmp_path: Path) -> None:
    """As a share of Windows has them where it is mounted without a character set."""
    (tmp_path / "in").mkdir()
    for name, content in (("雨量.csv", HEADER + ROWS), ("坏.csv", "a,b\n1,2\n"), ("二\n\u202e行.csv", "a,b\n1,3\n")):
        (tmp_path / "in" / os.fsdecode(name.encode("gb18030"))).write_text(content, encoding="utf-8")
    (tmp_path / "in" / "后.csv").write_text(HEADER + ROWS.replace("652722R1", "652722R9"), encoding="utf-8")
    gateway = Gateway(stack, tmp_path)
    gateway.run(readings_from(), tmp_path)
    gateway.until_taken("county", 9)
    deadline(lambda: len(list((tmp_path / "in" / "done").iterdir())) == 2, "both tables are taken")
    deadline(lambda: len(list((tmp_path / "in" / "refused").glob("*.why.txt"))) == 2, "both that are no table are refused, and say why")
    told = deadline(lambda: gateway.rows("SELECT fault FROM gateway WHERE state = 'faulty'"), "everybody is told")
    assert "\ufffd" in str(told[0][0])


def test_rows_that_cannot_be_used_are_counted_and_the_newest_is_named(stack: ExitStack, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    bad = "R1,2026-07-01 08:00,much,\nR1,yesterday,1,\nR1,2026-07-01 08:00\n,2026-07-01 08:00,1,\nR1,2026-07-01 09:00,1.5,\n"
    (tmp_path / "in" / "a.csv").write_text("STCD,TM,Z,Q\n" + bad, encoding="utf-8")
    gateway = Gateway(stack, tmp_path)
    gateway.run(readings_from(), tmp_path)
    report = gateway.until_taken("county", 1)
    assert gateway.until("county", "working").state == "working"
    assert sum(gateway.report("county").refused.values()) == 4
    assert "a.csv: line " in gateway.report("county").example
    assert report.taken == 1


def test_a_table_nobody_knows_is_refused_with_the_remedy(stack: ExitStack, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "odd.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    gateway = Gateway(stack, tmp_path)
    gateway.run(readings_from(), tmp_path)
    report = gateway.until("county", "faulty")
    assert "line 1" in report.fault
    assert "a, b, c" in report.fault
    told = deadline(lambda: gateway.rows("SELECT fault FROM gateway WHERE fault <> ''"), "everybody is told")
    assert told == [(report.fault,)]


def test_a_clock_that_is_an_hour_behind_is_said_until_something_is_in_time(stack: ExitStack, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    gateway = Gateway(stack, tmp_path)
    wall = gateway.author.wall
    late_ms = [3_600_000]
    gateway.author = gateway.author._replace(wall=lambda: wall() - late_ms[0])

    def table(name: str, *codes: str) -> None:
        now = datetime.fromtimestamp(wall() / 1000, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
        (tmp_path / "in" / name).write_text("STCD,TM,Z\n" + "".join(f"{code},{now},1.5\n" for code in codes), encoding="utf-8")

    gateway.run(readings_from(), tmp_path)
    table("two.csv", "R1", "R2")
    deadline(lambda: gateway.report("county").refused.get("ahead") == 2, "two are ahead")
    assert "nothing is taken" not in gateway.report("county").fault, "two may be wrong by themselves"
    table("three.csv", "R1", "R2", "R3")
    report = deadline(lambda: next((told for told in (gateway.report("county"),) if "nothing is taken" in told.fault), None), "it is said")
    assert report is not None
    assert report.state == "faulty"
    assert re.search("(59|60) min after this machine's time. Set this machine's clock", report.fault)
    late_ms[0] = 0
    table("set.csv", "R1", "R2", "R3", "R4")
    gateway.until_taken("county", 4)
    deadline(lambda: "nothing is taken" not in gateway.report("county").fault, "the clock is right")


def test_another_unit_than_the_registrys_is_not_taken(stack: ExitStack, tmp_path: Path) -> None:
    from console.comms.local.messages import Draft
    from console.models.kinds import SensorRegistered, encode_body

    (tmp_path / "in").mkdir()
    gateway = Gateway(stack, tmp_path)
    body = SensorRegistered(name="R1", quantity="level", unit="cm")
    gateway.write([Draft(kind="sensor.registered", subject=gateway.own("R1-level"), body=encode_body(body))])
    (tmp_path / "in" / "a.csv").write_text("STCD,TM,Z\nR1,2026-07-01 08:00,1.5\n", encoding="utf-8")
    gateway.run(readings_from(), tmp_path)
    deadline(lambda: gateway.report("county").refused == {"unit": 1}, "it is refused")
    assert gateway.readings("R1-level") == []


# -- earthquakes ----------------------------------------------------------------------------------------------------------------------

USGS = "time,latitude,longitude,depth,mag,magType,id,updated,place,type,status\n"


def quake(magnitude: float, updated: str, status: str = "automatic", key: str = "us1", lon: float = 78.65) -> str:
    return f"2024-01-22T18:09:04.000Z,41.26,{lon},13,{magnitude},mww,{key},{updated},Wushi,earthquake,{status}\n"


def test_of_two_words_on_an_earthquake_the_later_stands_and_a_deletion_too(stack: ExitStack, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    gateway = Gateway(stack, tmp_path)
    bounds = {"west": 73, "south": 34, "east": 97, "north": 50, "magnitude": 3}
    gateway.run(Settings(quakes=[msgspec.convert({"name": "usgs", "folder": "in", "bounds": bounds} | QUICK, QuakeSource)]), tmp_path)

    def drop(name: str, *rows: str) -> None:
        (tmp_path / "in" / f"{name}.csv").write_text(USGS + "".join(rows), encoding="utf-8")
        deadline((tmp_path / "in" / "done" / f"{name}.csv").exists, f"{name} is taken")

    def held() -> list[tuple[object, ...]]:
        return gateway.rows("SELECT id, magnitude, status FROM quake")

    drop(
        "one",
        quake(6.9, "2024-01-22T18:20:00Z"),
        quake(5.0, "2024-01-22T18:20:00Z", key="far", lon=140),
        quake(1.0, "2024-01-22T18:20:00Z", key="small"),
    )
    assert held() == [("usgs:us1", 6.9, "automatic")]
    assert gateway.report("usgs").refused == {"outside": 2}
    drop("two", quake(7.0, "2024-01-23T00:00:00Z", "reviewed"))
    drop("old", quake(6.5, "2024-01-22T18:12:00Z"))
    assert held() == [("usgs:us1", 7.0, "reviewed")]
    drop("again", quake(7.0, "2024-01-23T00:00:00Z", "reviewed"), quake(4.0, "2024-01-23T00:00:00Z", "deleted", key="never"))
    assert gateway.events("quake.reported") == 2
    drop("gone", quake(7.0, "2024-01-24T00:00:00Z", "deleted"))
    assert held() == [("usgs:us1", 7.0, "deleted")]
