"""Formats are told by content, whatever a file is called."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways import xml
from console.comms.gateways.basins import read_basins_file
from console.comms.gateways.cap import read_cap
from console.comms.gateways.detect import FORMATS, detect, open_recording
from console.comms.gateways.quakes import read_quakes
from console.comms.gateways.readings.table import open_sheet
from console.comms.gateways.recording import Ledger
from console.comms.gateways.scenario.form import load_scenario
from console.errors import Fault, UsageFault
from tests.comms.gateways.material import REAL, moments_of, needs_real

CONTENT = {
    "gpx": b'<?xml version="1.0"?><gpx version="1.1"><trk><trkseg><trkpt lat="44" lon="82"/></trkseg></trk></gpx>',
    "ais": b"!AIVDM,1,1,,B,15NBj>PP1gG>1PVKTDTUJOv00<0M,0*09\n",
    "cad": b"Call Number,Unit ID,Received DtTm,Available DtTm\n",
    "cap": b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>',
    "readings": "测站编码,时间,水位\n1,2026-07-01 08:00,1.5\n".encode(),
    "quakes": b"time,latitude,longitude,depth,mag,id\n2024-01-22T18:09:04Z,41.26,78.65,13,7.0,us1\n",
    "scenario": b"# a story\n[scenario]\nformat = 1\n",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_each_format_by_its_content(tmp_path: Path, form: str, bom: bytes) -> None:
    path = tmp_path / "unnamed"
    path.write_bytes(bom + CONTENT[form])
    assert detect(path) == form


def test_gpx_in_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "wide"
    path.write_bytes(CONTENT["gpx"].decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"))
    assert detect(path) == "gpx"
    assert len(moments_of(open_recording(path))) == 2


def test_a_format_that_is_said_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(b"no sentence at all\n")
    with pytest.raises(UsageFault, match="neither GPX"):
        open_recording(path)
    recording = open_recording(path, form="ais")
    assert moments_of(recording) == []
    assert recording.ledger.total == 1


@given(st.binary(min_size=1, max_size=200))
def test_any_content_is_some_format_or_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(garbage)
    try:
        moments_of(open_recording(path))
    except Fault as fault:
        assert "garbage" in str(fault)  # noqa: PT017 - a refusal is one of two right answers


@needs_real
@pytest.mark.parametrize(
    ("folder", "form"),
    [("gpx", "gpx"), ("ais_nmea", "ais"), ("cap", "cap"), ("incidents", "cad"), ("hydro", "readings"), ("quakes", "quakes")],
)
def test_recorded_files_are_told_apart(folder: str, form: str) -> None:
    paths = [path for path in sorted((REAL / folder).iterdir()) if path.suffix not in (".md", ".json")]
    assert paths
    assert {path.name: detect(path) for path in paths if detect(path) != form} == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
@pytest.mark.parametrize(
    "read",
    [detect, open_sheet, read_basins_file, lambda path: read_quakes(path, Ledger()), lambda path: load_scenario(path, "en"), read_cap],
)
def test_a_pipe_is_not_waited_for(tmp_path: Path, read: Callable[[Path], object]) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(Fault, match=r"pipe\.csv: cannot be read.*not a file, but a folder, a pipe or a device"):
        read(tmp_path / "pipe.csv")


def test_more_elements_than_any_file_needs_end_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_EVENTS", 1000)
    path = tmp_path / "wide.gpx"
    path.write_text('<gpx version="1.1"><extensions>' + "<a/>" * 600 + "</extensions></gpx>")
    with pytest.raises(Fault, match=r"wide\.gpx: line 1: more than 500 elements"):
        moments_of(open_recording(path))
