"""kill -9 of a filling beside the window: it is said and begun again where it was, not for ever, and not when it was stopped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.comms.tiles.store import add_area, add_source
from console.models.maps.tilestore import Area, Source, TileStore
from console.models.rules.tiles import tiles_rule
from console.views.i18n import tr
from console.views.sources import fetching
from console.views.sources.fetching import Fillings
from tests.comms.tiles.server import Answer, MapServer, plain

HELD = 4


@pytest.fixture
def server() -> Iterator[MapServer]:
    """Gives four tiles, then none."""
    held = MapServer()

    def answer(path: str) -> Answer | None:
        return plain(path) if len(held.asked) <= HELD else None

    held.answer = answer
    yield held
    held.stop()


@pytest.fixture
def area(tmp_path: Path, server: MapServer) -> Area:
    store = TileStore(tmp_path / "maps" / "online.tiles")
    source = add_source(store, Source("", "影像", f"{server.address}/{{z}}/{{x}}/{{y}}", "WGS-84", per_s=40.0), tiles_rule())
    made = add_area(store, Area("", source.id, "精河", (82.0, 44.0, 83.0, 45.0), 0, 8), tiles_rule())
    store.close()
    return made


def fill_of(tmp_path: Path, area: Area) -> Any:
    store = TileStore(tmp_path / "maps" / "online.tiles")
    try:
        assert store._one("PRAGMA integrity_check") == "ok"
        return store.fill(area)
    finally:
        store.close()


def pid_of(fillings: Fillings, area: Area) -> int:
    process = fillings._processes.get(area.id)
    return 0 if process is None else process.processId()


def kill_midway(qtbot: Any, fillings: Fillings, area: Area, server: MapServer) -> None:
    asked = len(server.asked)
    qtbot.waitUntil(lambda: len(server.asked) > max(HELD, asked) and pid_of(fillings, area) != 0, timeout=20_000)
    os.kill(pid_of(fillings, area), signal.SIGKILL)
    qtbot.waitUntil(lambda: pid_of(fillings, area) == 0, timeout=5000)


def test_a_filling_that_is_killed_goes_on_by_itself(qtbot: Any, tmp_path: Path, area: Area, server: MapServer) -> None:
    fillings, ended = Fillings(tmp_path), list[str]()
    fillings.ended.connect(ended.append)
    fillings.begin(area.id, 0, area.total)
    kill_midway(qtbot, fillings, area, server)
    assert fillings.progress[area.id].waiting == tr("its process died and is begun again")
    assert fill_of(tmp_path, area).held == HELD, "what was fetched is here, and nothing by halves"
    server.letting_go.set()
    server.answer = plain
    qtbot.waitUntil(lambda: ended == [area.id], timeout=20_000)
    assert fill_of(tmp_path, area)[:3] == (area.total, 0, area.total)
    assert len(server.asked) == area.total + 1, "but for the one under way none was fetched twice"
    assert fillings.progress == {}


def test_it_is_begun_again_only_so_often_and_never_after_a_stop(
    qtbot: Any, tmp_path: Path, area: Area, server: MapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_FALLS", 1)
    fillings, ended = Fillings(tmp_path), list[str]()
    fillings.ended.connect(ended.append)
    fillings.begin(area.id, 0, area.total)
    kill_midway(qtbot, fillings, area, server)
    kill_midway(qtbot, fillings, area, server)
    assert (ended, fillings.progress) == ([area.id], {})
    fillings.begin(area.id, HELD, area.total)
    kill_midway(qtbot, fillings, area, server)
    fillings.stop(area.id)
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=5000)
    assert pid_of(fillings, area) == 0
