"""`fengsui play` of small recordings with broken lines, one of each format, into a node in a process of its own: what is good arrives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from pyais import encode_dict

from tests.e2e.processes import fengsui, node

GPX = """<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>巡逻组</name><trkseg>
<trkpt lat="44.60" lon="82.89"><time>1901-05-01T08:00:00Z</time></trkpt>
<trkpt lat="44.60" lon="82.89"><time>2024-05-01T08:00:00Z</time></trkpt>
<trkpt lat="NaN" lon="inf"><time>2024-05-01T08:00:05Z</time></trkpt>
<trkpt lat="44.61" lon="82.89"><time>2024-05-01T08:00:10Z</time></trkpt>
</trkseg></trk></gpx>"""
CAP = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A-1</identifier><sender>met@example.org</sender>
<sent>2024-07-04T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>zh-CN</language><event>暴雨</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
<area><areaDesc>精河县南部山区</areaDesc><polygon>44,82 44,83 45,83 44,82</polygon></area></info></alert>"""
MAPPING = """
title = "drill calls"
time_zone = "Asia/Shanghai"
time_format = "%Y-%m-%d %H:%M"
detect = ["call", "unit"]
[columns]
call = "call"
unit = "unit"
call_type = "type"
unit_type = "unit type"
place = ["place"]
longitude = "lon"
latitude = "lat"
[times]
received = "received"
steps = [{ column = "sent", status = "dispatched" }, { column = "there", status = "onscene" }]
[unit_types]
"FD" = "fire"
[call_types]
"fire" = { zh = "火灾", en = "Fire", category = "accident", hazard = "fire", level = 4 }
"""
CAD = """call,unit,type,unit type,place,lon,lat,received,sent,there
1,E1,fire,FD,一路,82.9,44.6,2024-05-01 08:00,2024-05-01 08:01,2024-05-01 08:02
a row that is none
"""


def _ais() -> str:
    fields: dict[str, str | int | float | bytes | bool] = {
        "type": 1,
        "lon": 82.5,
        "lat": 44.5,
        "speed": 10.0,
        "course": 90.0,
        "heading": 91,
    }
    good = [encode_dict(fields | {"mmsi": mmsi}, radio_channel="A", talker_id="AI")[0] for mmsi in (413000001, 413000002)]
    return "\n".join((good[0], "!AIVDM,1,1,,A,nonsense,0*00", good[1]))


@pytest.mark.parametrize(
    ("name", "text", "words", "expected"),
    [
        ("walk.gpx", GPX, (), {"unit.registered": 1, "unit.position": 3}),
        ("log.nmea", _ais(), ("--rate", "100"), {"unit.registered": 2, "unit.position": 2}),
        (
            "calls.csv",
            CAD,
            ("--mapping", "mapping.toml"),
            {"incident.opened": 1, "unit.registered": 1, "unit.position": 1, "unit.status": 2},
        ),
        ("alert.xml", CAP, (), {"warning.received": 1}),
    ],
)
def test_what_is_good_arrives(tmp_path: Path, name: str, text: str, words: tuple[str, ...], expected: dict[str, int]) -> None:
    path = tmp_path / name
    path.write_text(f"\ufeff{text}", encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    words = tuple(str(tmp_path / word) if word.endswith(".toml") else word for word in words)
    data = str(tmp_path / "node")
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", data, "--role", "gateway", "--area", "6527").strip()
        fengsui("play", str(path), "--join", token, "--speed", "100", "--json", *words)
        held = Counter(json.loads(line)["kind"] for line in fengsui("journal", "export", "--data", data).splitlines())
        fengsui("journal", "verify", "--data", data)
    assert {kind: held[kind] for kind in expected} == expected
