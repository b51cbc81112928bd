"""Lists of earthquakes in the forms that agencies give, whole and broken; dates that cannot be told apart are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.comms.gateways.quakes import Bounds, Tremor, is_quakes, read_quakes
from console.comms.gateways.recording import Ledger
from console.errors import Fault
from console.models.kinds import QuakeReported
from tests.comms.gateways.material import REAL, needs_real

WUSHI_MS = 1_705_946_944_000
QUAKEML = """<?xml version="1.0" encoding="UTF-8"?>
<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/1.2" xmlns="http://quakeml.org/xmlns/bed/1.2"><eventParameters publicID="p">
<event publicID="quakeml:earthquake.usgs.gov/fdsnws/event/1/query?eventid=us7000lsze&amp;format=quakeml">
 <preferredOriginID>o2</preferredOriginID><type>earthquake</type>
 <description><type>region name</type><text>乌什</text></description>
 <origin publicID="o1"><time><value>2024-01-22T00:00:00Z</value></time>
  <latitude><value>1</value></latitude><longitude><value>1</value></longitude></origin>
 <origin publicID="o2"><time><value>2024-01-22T18:09:04.000Z</value></time><longitude><value>78.65</value></longitude>
  <latitude><value>41.26</value></latitude><depth><value>13000</value></depth><evaluationMode>manual</evaluationMode></origin>
 <magnitude publicID="m1"><mag><value>7.0</value></mag><type>mww</type></magnitude>
 <creationInfo><agencyID>us</agencyID><creationTime>2024-01-23T00:00:00Z</creationTime></creationInfo>
</event>
<event publicID="smi:x/blast"><type>quarry blast</type><origin publicID="o"/></event>
</eventParameters></q:quakeml>"""
FEATURE = {
    "type": "Feature",
    "id": "us7000lsze",
    "properties": {
        "mag": 7.0,
        "place": "Wushi",
        "time": WUSHI_MS,
        "updated": WUSHI_MS + 1,
        "status": "reviewed",
        "type": "earthquake",
        "magType": "mww",
        "net": "us",
    },
    "geometry": {"type": "Point", "coordinates": [78.65, 41.26, 13]},
}


def read(tmp_path: Path, text: str | bytes) -> tuple[list[Tremor], Ledger]:
    path = tmp_path / "list"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    ledger = Ledger()
    return list(read_quakes(path, ledger)), ledger


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def changed(**properties: object) -> dict[str, object]:
    return FEATURE | {"properties": FEATURE["properties"] | properties}  # type: ignore[operator]


def test_quakeml(tmp_path: Path) -> None:
    found, ledger = read(tmp_path, QUAKEML)
    (one,) = found
    assert one.key == "usgs:us7000lsze"
    assert one.body == QuakeReported(
        magnitude=7.0, lon=78.65, lat=41.26, at_ms=WUSHI_MS, depth_km=13.0, scale="mww", place="乌什", source="us", status="reviewed"
    )
    assert dict(ledger.reasons) == {"not an earthquake": 1}


def test_geojson(tmp_path: Path) -> None:
    found, ledger = read(
        tmp_path,
        collection(FEATURE, changed(type="explosion"), changed(mag=None), changed(mag=None, status="deleted"), changed(time="x"), 7, {}),
    )
    assert [(one.key, one.body.magnitude, one.body.status) for one in found] == [
        ("usgs:us7000lsze", 7.0, "reviewed"),
        ("usgs:us7000lsze", 0.0, "deleted"),
    ]
    assert found[0].body.depth_km == 13
    assert found[0].updated_ms == WUSHI_MS + 1
    assert dict(ledger.reasons) == {"not an earthquake": 1, "no magnitude": 1, "time is none that can be": 1, "no id": 2}


@pytest.mark.parametrize("dates", [["03/04/1969", "03/14/1969"], ["03/04/1969", "14/03/1969"], ["1969-03-04T00:00:00Z"]])
def test_dates_are_read_as_the_whole_file_shows(tmp_path: Path, dates: list[str]) -> None:
    found, ledger = read(tmp_path, "Date,Latitude,Longitude,Magnitude\n" + "".join(f"{date},41,78,6.0\n" for date in dates))
    month_first = dates[-1] != "14/03/1969"
    wanted = datetime(1969, 3 if month_first else 4, 4 if month_first else 3, tzinfo=UTC)
    assert found[0].body.at_ms == round(wanted.timestamp() * 1000)
    assert bool(ledger.remarks) is ("/" in dates[0])


@pytest.mark.parametrize("dates", [["03/04/1969"], ["03/14/1969", "14/03/1969"]])
def test_dates_that_nothing_tells_apart_are_refused(tmp_path: Path, dates: list[str]) -> None:
    with pytest.raises(Fault, match=r"March or in April.*1969-03-04"):
        read(tmp_path, "Date,Latitude,Longitude,Magnitude\n" + "".join(f"{date},41,78,6.0\n" for date in dates))


BOMB = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><q:quakeml xmlns:q="x"><a>&b;</a></q:quakeml>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (BOMB.encode(), "DOCTYPE"),
        (b"<html><body/></html>", "no QuakeML"),
        (b'{"type": "FeatureCollection", "features": [{', "not whole JSON"),
        (b'{"type": "Topology"}', "no FeatureCollection"),
        (b"a,b,c\n1,2,3\n", "neither a USGS list"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither a USGS list"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(Fault, match=why):
        read(tmp_path, content)


def test_rows_that_cannot_be_are_counted(tmp_path: Path) -> None:
    at = "2024-01-22T18:09:04Z"
    rows = f"{at},91,78,1,5,u1\n{at},41,78,1,nan,u2\n{at},41,78,1,50,u3\nx,41,78,1,5,u4\n1,2\n{at},41,78,-2,5,u5\n"
    found, ledger = read(tmp_path, "time,latitude,longitude,depth,mag,id\n" + rows)
    assert [(one.key, one.body.depth_km) for one in found] == [("usgs:u5", 0.0)]
    assert ledger.total == 5


def test_bounds_over_the_date_line() -> None:
    body = QuakeReported(magnitude=5, lon=179, lat=0, at_ms=0)
    assert Bounds(west=170, east=-170).holds(body)
    assert not Bounds(west=-170, east=170).holds(body)
    assert not Bounds(magnitude=5.1).holds(body)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(QUAKEML, True), (collection(FEATURE), True), ("a,b\n", False), ("<gpx/>", False), ("Date,Latitude,Longitude,Magnitude\n", True)],
)
def test_told_by_content(text: str, wanted: bool) -> None:
    assert is_quakes(text.encode()) is wanted


@needs_real
@pytest.mark.parametrize(
    ("name", "count", "unused"),
    [
        ("usgs_all_month_2024-02-05_2024-03-06.csv", 10_268, {"not an earthquake": 171, "no magnitude": 1}),
        ("world_m55_1965_2016.csv", 23_412, {}),
    ],
)
def test_recorded_lists(name: str, count: int, unused: dict[str, int]) -> None:
    ledger = Ledger()
    found = list(read_quakes(REAL / "quakes" / name, ledger))
    assert len(found) == count
    assert dict(ledger.reasons) == unused
    assert bool(ledger.remarks) is name.startswith("world"), "that its times of day are not told is said"
