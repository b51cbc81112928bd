"""An area is filled from a real server: at the pace allowed, resumed after a kill, through stalls, cuts, corruption and restarts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.comms.tiles.filling import Filling
from console.comms.tiles.progress import STOPPED, Progress
from console.comms.tiles.store import add_area, add_source, size_of
from console.errors import Fault
from console.models.maps.opening import open_tiles
from console.models.maps.tile import mime_of
from console.models.maps.tilestore import Area, Source, TileStore
from console.models.rules.tiles import TilesRule, tiles_rule
from tests.comms.tiles.server import Answer, MapServer, picture, plain
from tests.models.maps.material import PNG
from tests.waiting import deadline

JINGHE = (82.0, 44.0, 83.0, 45.0)
RULE = msgspec.convert(
    msgspec.to_builtins(tiles_rule())
    | {"fetch": {"per_s": 1e5, "most_per_s": 1e6, "timeout_s": 0.5, "tries": 3, "longest_wait_s": 0.02, "strange": 3, "absent_days": 30}}
    | {"store": {"budget_gb": 1.0, "free_gb": 0.0, "most_tiles": 5000}},
    TilesRule,
)


@pytest.fixture
def server() -> Iterator[MapServer]:
    held = MapServer()
    yield held
    held.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TileStore]:
    held = TileStore(tmp_path / "maps" / "online.tiles")
    yield held
    held.close()


@pytest.fixture
def source(store: TileStore, server: MapServer) -> Source:
    return add_source(
        store, Source("", "影像", f"{server.address}/{{z}}/{{x}}/{{y}}.png?tk=secret", "GCJ-02", "GS(2026)1号", per_s=1e5), RULE
    )


def area_of(store: TileStore, source: Source, box: tuple[float, float, float, float] = JINGHE, zooms: tuple[int, int] = (0, 9)) -> Area:
    return add_area(store, Area("", source.id, "精河", box, *zooms), RULE)


def fill(store: TileStore, area: Area, rule: TilesRule = RULE, stop: threading.Event | None = None) -> tuple[str, Filling]:
    filling = Filling(store, area, rule, lambda _: None, stop or threading.Event())
    return filling.run(), filling


def test_an_area_is_filled_once_and_opened_like_any_map(store: TileStore, source: Source, server: MapServer) -> None:
    area = area_of(store, source)
    size = size_of(store, area, RULE)
    assert size.tiles == size.missing == area.total
    assert size.bytes == area.total * RULE.estimate.tile_bytes
    assert fill(store, area)[0] == ""
    assert len(server.asked) == len(set(server.asked)) == area.total
    assert [agent.startswith("Fengsui/") for agent in server.agents] == [True]
    assert store.fill(area)[:3] == (area.total, 0, area.total)
    assert fill(store, area)[0] == ""
    assert len(server.asked) == area.total, "what is here is not asked for again"
    held = open_tiles(store.path / source.id)
    try:
        assert (held.info.datum, held.info.approval, held.info.min_zoom, held.info.max_zoom) == ("GCJ-02", "GS(2026)1号", 0, 9)
        assert held.info.bounds == JINGHE
        zoom, column, row = next(iter(store.missing(area, 1 << 60, 0)), (0, 0, 0))
        assert held.tile(zoom, column, row) == picture(f"/{zoom}/{column}/{row}.png?tk=secret")
        assert held.tile(12, 0, 0) is None
    finally:
        held.close()
    assert store.path.stat().st_mode & 0o077 == 0, "addresses may have keys in them"


def test_areas_share_tiles_and_free_only_what_no_other_needs(store: TileStore, source: Source, server: MapServer) -> None:
    first, second = area_of(store, source), area_of(store, source, (82.5, 44.5, 83.5, 45.5))
    fill(store, first)
    fill(store, second)
    assert len(server.asked) == len(set(server.asked)), "what they have in common came once"
    pictures = store._one("SELECT count(*) FROM picture")
    freed = store.remove_area(first.id)
    assert 0 < freed < first.total
    assert store.fill(second)[:3] == (second.total, 0, second.total)
    assert store._one("SELECT count(*) FROM picture") == pictures - freed
    assert store.remove_area(second.id) == second.total
    assert store._one("SELECT count(*) FROM picture") == store._one("SELECT count(*) FROM tile") == 0


def test_equal_pictures_are_kept_once_and_sources_apart(store: TileStore, source: Source, server: MapServer) -> None:
    server.answer = lambda _: (200, {}, PNG)
    other = add_source(store, Source("", "b", f"{server.address}/b/{{z}}/{{x}}/{{-y}}", "WGS-84", per_s=1e5), RULE)
    one, two = area_of(store, source), area_of(store, other)
    fill(store, one)
    fill(store, two)
    assert store._one("SELECT count(*) FROM picture") == 1
    store.remove_source(source.id)
    assert store._one("SELECT count(*) FROM picture") == 1
    assert store.fill(two).held == two.total
    assert [area.id for area in store.areas()] == [two.id]


def test_disk_that_was_freed_is_given_back(store: TileStore, source: Source, server: MapServer) -> None:
    server.answer = lambda path: (200, {}, picture(path * 300))
    area = area_of(store, source)
    fill(store, area)
    before = store.bytes_held()
    store.remove_area(area.id)
    assert store.bytes_held() < before / 4


def test_what_the_source_has_not_is_not_asked_for_again_for_a_while(store: TileStore, source: Source, server: MapServer) -> None:
    area = area_of(store, source)
    server.answer = lambda path: (404, {}, b"no") if "/9/" in path else plain(path)
    assert fill(store, area)[0] == ""
    held, absent, total, _, _ = store.fill(area)
    assert absent > 0
    assert held + absent == total
    asked = len(server.asked)
    fill(store, area)
    assert len(server.asked) == asked
    later = (RULE.fetch.absent_days + 1) * 86_400_000 + time.time_ns() // 1_000_000
    assert len(list(store.missing(area, int(later), round(RULE.fetch.absent_days * 86_400_000)))) == absent


def test_a_stall_is_ended_and_the_rest_comes_when_it_is_over(store: TileStore, source: Source, server: MapServer) -> None:
    area = area_of(store, source)
    server.answer = lambda path: None if len(server.asked) > 10 else plain(path)
    why, filling = fill(store, area)
    assert "no answer in time" in why
    assert "given up after 3 tries" in why
    assert "secret" not in why
    assert filling.progress.done == 10
    assert store.fill(area)[3] == why
    server.letting_go.set()
    server.answer = plain
    assert fill(store, area)[0] == ""
    assert store.fill(area)[:4] == (area.total, 0, area.total, "")


def test_a_server_that_drips_is_not_waited_for_without_end(store: TileStore, source: Source, server: MapServer) -> None:
    area = area_of(store, source)
    server.answer = lambda path: (200, {"Content-Length": "4000000"}, PNG)
    why, _ = fill(store, area)
    assert "the connection was cut" in why
    assert store.fill(area).held == 0


def test_a_server_killed_and_started_again_in_the_middle(store: TileStore, source: Source, server: MapServer) -> None:
    """The filling waits, says why, and goes on by itself."""
    patient = msgspec.structs.replace(RULE, fetch=msgspec.structs.replace(RULE.fetch, tries=400, longest_wait_s=0.02))
    area, told = area_of(store, source), list[str]()

    def tell(progress: Progress) -> None:
        if progress.done == 12 and not told:
            told.append("killed")
            server.stop()
        elif progress.waiting and len(told) == 1:
            told.append(progress.waiting)
            server.start(server.port)

    assert Filling(store, area, patient, tell, threading.Event()).run() == ""
    assert "nobody answers there" in told[1] or "the connection was cut" in told[1]
    assert store.fill(area).held == area.total


CORRUPT: dict[str, tuple[Callable[[str], Answer], str]] = {
    "a captive portal": (lambda _: (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"), "no map tile (text/html); sign in"),
    "half a picture": (lambda path: (200, {}, picture(path)[:-20]), "cut short"),
    "a picture of a gigapixel": (lambda path: (200, {}, PNG[:16] + b"\0\0\xff\xff\0\0\xff\xff" + PNG[24:]), "no map tile"),
    "more than a tile": (lambda _: (200, {}, bytes(5 * 1024 * 1024)), "more than 4 MiB"),
    "a refused key": (lambda _: (403, {}, b"no key"), "refuses (403); check the address and its key"),
    "a server in trouble": (lambda _: (503, {"Retry-After": "1"}, b""), "answers 503"),
    "another host": (lambda _: (302, {"Location": "http://localhost:9/x"}, b""), "sends elsewhere, to http://localhost:9/x"),
    "a file": (lambda _: (302, {"Location": "file:///etc/passwd"}, b""), "sends elsewhere"),
    "a circle": (lambda path: (302, {"Location": path}, b""), "without an end"),
}


@pytest.mark.parametrize("kind", CORRUPT)
def test_what_is_no_tile_is_not_kept_and_ends_the_filling_with_the_reason(
    store: TileStore, source: Source, server: MapServer, kind: str
) -> None:
    area = area_of(store, source)
    server.answer, says = CORRUPT[kind]
    why, _ = fill(store, area)
    assert says in why
    assert "secret" not in why
    assert store.fill(area)[:2] == (0, 0)
    server.answer = plain
    assert fill(store, area)[0] == ""


def test_one_strange_answer_among_good_ones_is_asked_for_again(store: TileStore, source: Source, server: MapServer) -> None:
    area, hit = area_of(store, source), list[str]()

    def answer(path: str) -> Answer:
        if len(server.asked) % 7 == 3:
            hit.append(path)
            return 200, {"Content-Type": "text/html"}, b"<html>"
        return plain(path)

    server.answer = answer
    assert fill(store, area)[0] == ""
    assert hit
    assert store.fill(area).held == area.total


def test_a_redirect_on_the_same_host_is_followed(store: TileStore, source: Source, server: MapServer) -> None:
    area = area_of(store, source, zooms=(0, 2))
    server.answer = lambda path: plain(path) if path.startswith("/cache") else (302, {"Location": f"/cache{path}"}, b"")
    assert fill(store, area)[0] == ""


def test_it_is_ended_between_two_tiles_and_resumed(store: TileStore, source: Source, server: MapServer) -> None:
    area, stop = area_of(store, source), threading.Event()

    def tell(progress: Progress) -> None:
        if progress.done == 5:
            stop.set()

    assert Filling(store, area, RULE, tell, stop).run() == STOPPED
    assert store.fill(area)[:1] == (5,)
    assert len(server.asked) == 5
    assert fill(store, area)[0] == ""
    assert len(server.asked) == area.total


def test_requests_keep_to_the_pace(store: TileStore, server: MapServer) -> None:
    """By the times at which they came: no second has more than the pace and one."""
    slow = add_source(store, Source("", "s", f"{server.address}/{{z}}/{{x}}/{{y}}", "WGS-84", per_s=40.0), RULE)
    times = list[float]()

    def answer(path: str) -> Answer:
        times.append(time.monotonic())
        return plain(path)

    server.answer = answer
    fill(store, area_of(store, slow, zooms=(0, 8)))
    assert len(times) > 10
    assert times[-1] - times[0] >= (len(times) - 2) / 40


@pytest.mark.parametrize(("limit", "says"), [({"budget_gb": 1e-6}, "has reached its"), ({"free_gb": 999_999.0}, "are free on this disk")])
def test_disk_and_budget_end_it(store: TileStore, source: Source, limit: dict[str, float], says: str) -> None:
    area = area_of(store, source)
    tight = msgspec.structs.replace(RULE, store=msgspec.structs.replace(RULE.store, **limit))
    assert says in fill(store, area, tight)[0]


@pytest.mark.parametrize(
    "template",
    [
        "ftp://a/{z}/{x}/{y}", "file:///{z}/{x}/{y}", "a/{z}/{x}/{y}", "http://", "http:///{z}/{x}/{y}", "http://u:p@a/{z}/{x}/{y}",
        "http://a:0/{z}/{x}/{y}", "http://a/{z}/{x}", "http://a/{z}/{x}/{y}/{-y}", "http://a/{z}/{x}/{y}/{s}", "http://{z}/{x}/{y}",
        "http://a b/{z}/{x}/{y}", "http://a/{z}/{x}/{y}\r\nHost: b", "http://a:99999/{z}/{x}/{y}", "javascript:{z}{x}{y}",
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(store: TileStore, template: str) -> None:
    with pytest.raises(Fault, match="an address"):
        add_source(store, Source("", "a", template, "WGS-84"), RULE)
    assert store.sources() == []


@pytest.mark.parametrize(
    ("box", "zooms", "says"),
    [
        ((83.0, 44.0, 82.0, 45.0), (0, 9), "west to east"),
        ((82.0, 44.0, 83.0, 95.0), (0, 9), "west to east"),
        ((82.0, 44.0, 83.0, 45.0), (9, 4), "zoom levels"),
        ((82.0, 44.0, 83.0, 45.0), (0, 20), "zoom levels"),
        ((-180.0, -80.0, 180.0, 80.0), (0, 18), "tiles are more than the 5000"),
    ],
)
def test_areas_that_cannot_be_are_refused(store: TileStore, source: Source, box: Any, zooms: Any, says: str) -> None:
    with pytest.raises(Fault, match=says):
        area_of(store, source, box, zooms)


def run(data: Path, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "console", "tiles", *words, "--data", str(data)], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_process_killed_in_the_middle_is_resumed(tmp_path: Path, server: MapServer) -> None:
    """kill -9: what had been fetched is here, the file is whole, and only the rest is asked for."""
    (added,) = run(tmp_path, "add", "影像", f"{server.address}/{{z}}/{{x}}/{{y}}", "--per-s", "40")
    (chosen,) = run(tmp_path, "area", added["source"], "精河", "82,44,83,45", "--zooms", "0-8")
    server.answer = lambda path: plain(path) if len(server.asked) <= 9 else None
    words = [sys.executable, "-m", "console", "tiles", "fill", chosen["area"], "--data", str(tmp_path)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE)
    deadline(lambda: len(server.asked) > 9, "ten tiles are asked for", 20)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    server.letting_go.set()
    server.answer = plain
    store = TileStore(tmp_path / "maps" / "online.tiles")
    assert store._one("PRAGMA integrity_check") == "ok"
    area = store.area(chosen["area"])
    assert store.fill(area).held == 9
    store.close()
    last = run(tmp_path, "fill", chosen["area"])[-1]
    assert (last["done"], last["total"], last["fetched"], last["ended"]) == (area.total, area.total, area.total - 9, "")
    assert server.asked.count(server.asked[9]) == 2, "the one under way"
    assert len(server.asked) == area.total + 1
    assert run(tmp_path, "remove", chosen["area"]) == [{"removed": chosen["area"], "tiles_freed": area.total}]


def test_a_filling_ends_with_the_window_that_began_it(tmp_path: Path, server: MapServer) -> None:
    (added,) = run(tmp_path, "add", "影像", f"{server.address}/{{z}}/{{x}}/{{y}}", "--per-s", "5")
    (chosen,) = run(tmp_path, "area", added["source"], "精河", "82,44,83,45", "--zooms", "0-9")
    words = [sys.executable, "-m", "console", "tiles", "fill", chosen["area"], "--attached", "--data", str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        deadline(lambda: server.asked, "it has begun", 20)
        assert child.stdin is not None
        child.stdin.close()
        assert child.stdout is not None
        said = [json.loads(line) for line in child.stdout]
        assert child.wait(20) == 1
    assert said[-1]["ended"] == STOPPED
    assert mime_of(PNG) == "image/png"
