"""The example's cameras as a real process with real sockets."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage

from console.comms.gateways.scenario.form import load_scenario
from console.models.paths import resources_dir
from console.views.example.cameras import BOUNDARY
from console.views.example.scene import CAMERAS, HEIGHT, WIDTH, Caption, picture
from console.views.example.story import Weather

EXAMPLE = resources_dir() / "scenarios" / "jinghe-landslide.toml"
WAIT_S = 30
WORDS = Caption("Gully", "EXAMPLE", "12:00:00", "Level {value} m", "Rain {value} mm/h")
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def cameras() -> Iterator[tuple[str, list[str]]]:
    words = [sys.executable, "-m", "console.views.example.cameras", str(EXAMPLE), "--speed", "60", "--lang", "zh"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    address, *names = process.stdout.readline().split()
    try:
        yield address, names
    finally:
        process.stdin.close()
        assert process.wait(WAIT_S) == 0, "it ends with who started it"
        process.stdout.close()


def test_each_gives_a_picture_and_none_is_of_a_feed_or_gauge_that_is_not_in_the_story(cameras: tuple[str, list[str]]) -> None:
    address, names = cameras
    scenario = load_scenario(EXAMPLE, "zh")
    feeds = {event.subject for event in scenario.event if event.kind == "feed.registered"}
    gauges = {sensor.id: sensor.quantity for sensor in scenario.sensor}
    assert set(names) == set(CAMERAS) < feeds, "one of the feeds has no picture, as it happens"
    for key in names:
        with NO_PROXY.open(f"{address}/{key}.jpg", timeout=WAIT_S) as answer:
            image = QImage.fromData(answer.read())
        assert (image.width(), image.height()) == (WIDTH, HEIGHT)
        assert gauges.get(CAMERAS[key].level, "level") == "level"
        assert gauges[CAMERAS[key].rain] == "rain"


def test_a_stream_goes_on_with_pictures_that_change(cameras: tuple[str, list[str]]) -> None:
    parts = []
    with NO_PROXY.open(f"{cameras[0]}/cam-town.mjpg", timeout=WAIT_S) as stream:
        assert BOUNDARY.decode() in stream.headers["Content-Type"]
        for _ in range(2):
            head = [stream.readline() for _ in range(4)]
            length = int(head[2].split(b":")[1])
            parts.append(stream.read(length))
            stream.readline()
    assert parts[0] != parts[1]
    assert not QImage.fromData(parts[1]).isNull()


@pytest.mark.parametrize("path", ["", "nvr-roads.mjpg", "cam-town.png", "../../etc/passwd", "cam-town"])
def test_nothing_else_is_served(cameras: tuple[str, list[str]], path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        NO_PROXY.open(f"{cameras[0]}/{path}", timeout=WAIT_S)
    assert refused.value.code == 404
    refused.value.close()


def test_the_water_in_the_picture_rises_with_the_gauge(qapp: object) -> None:
    """As much brown below the middle as the level says."""

    def brown(level_m: float) -> int:
        image = picture(CAMERAS["cam-gully-mouth"], Weather(0, level_m, 0), WORDS, 0)
        found = (image.pixelColor(x, y) for x in range(0, WIDTH, 4) for y in range(60, HEIGHT - 30, 4))
        return sum(colour.red() > colour.blue() + 30 for colour in found)

    assert brown(2.6) > 2 * brown(1.6) > 0
