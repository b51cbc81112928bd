"""A sheet from a real map: drawn, looked at as pixels, saved as PDF with text that is found, and as PNG."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QColor, QImage

from console.models.paths import resources_dir
from console.models.state.tables import Incident, Plot
from console.views.print.dialog import PrintDialog
from console.views.print.on_map import PrintMap
from tests.views.map.conftest import context, database, make_panel
from tests.views.map.test_map_window import add_unit, painted

__all__ = ["context", "database", "make_panel"]
pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU"),
]
WAIT_MS = 20_000
SQUARE = [(82.3, 44.5), (82.7, 44.5), (82.7, 44.7), (82.3, 44.7)]


def plot(row_id: str, kind: str, points: list[tuple[float, float]], shape: str = "point", **values: Any) -> None:
    Plot.create(id=row_id, shape=shape, kind=kind, points=msgspec.msgpack.encode(points), **values)


@pytest.fixture
def dialog(qtbot: Any, make_panel: Callable[[], Any]) -> Any:
    """Of a map with a unit, a plot within the view and one far outside it."""
    add_unit()
    plot("near", "danger_area", SQUARE, "area", label="危险山体")
    plot("far", "medical_post", [(90.0, 40.0)])
    Incident.create(id="i", title="演练：山体滑坡", level=2, lon=82.5, lat=44.6, hlc=1)
    panel = make_panel()
    painted(qtbot, panel)
    panel.enter_workspace("plotting", [])
    panel.layers.show("roads", False)
    panel.layers.set_opacity("feeds", 0.3)
    panel.layers.move("plots", -1)
    part = next(part for part in panel.parts if isinstance(part, PrintMap))
    panel.window().marks = ("", "EXERCISE · invented")
    part.open()
    qtbot.waitUntil(lambda: part.dialog is not None, timeout=WAIT_MS)
    made: PrintDialog = part.dialog
    drawn(qtbot, made)
    yield made
    made.close()
    qtbot.waitUntil(lambda: part.dialog is None, timeout=WAIT_MS)


def drawn(qtbot: Any, made: PrintDialog) -> None:
    qtbot.waitUntil(lambda: made.content is not None and made._image is not None, timeout=WAIT_MS)


def saved(qtbot: Any, made: PrintDialog, path: Path) -> Path:
    made.save(path)
    qtbot.waitUntil(lambda: not made._saving, timeout=WAIT_MS)
    assert path.is_file(), made.state.text()
    return path


def test_a_sheet_of_a_real_map(qtbot: Any, dialog: PrintDialog, tmp_path: Path) -> None:
    content = dialog.content
    assert content is not None
    assert content.title == "演练：山体滑坡"
    names = {text for _, rows in content.legend for text, _ in rows}
    assert {"Danger area", "II", "Rescue"} <= names
    assert "Medical post" not in names, "only what is on the map"
    image = QImage.fromData(content.image)
    assert (image.width(), image.height()) == content.frame.layout.pixels
    assert dialog._map is not None
    layers = dialog._map._chart.layers
    assert not layers.is_shown("roads")
    assert layers.opacity("feeds") == 1, "on paper what is pale is out of date"
    assert layers.told()["areas"] == ["basins", "quakes", "plots", "warnings"]
    seen = dialog._map._chart.size()
    assert seen.width() * seen.height() < 200_000, "what is composed on the window's thread stays small, however large the sheet"
    x, y = content.frame.spot(82.4, 44.6)
    box, layout = content.frame.layout.map, content.frame.layout
    at = (round((x - box.left) / box.width * layout.pixels[0]), round((y - box.top) / box.height * layout.pixels[1]))
    assert near(image, at, QColor("#1fae7a")), "the unit is where the sheet's own reckoning puts it"

    pdf = saved(qtbot, dialog, tmp_path / "sheet.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    width, height = (float(part) for part in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", pdf).groups())  # type: ignore[union-attr]
    assert (width / 72 * 25.4, height / 72 * 25.4) == (pytest.approx(297, abs=0.5), pytest.approx(210, abs=0.5))
    told = {
        int(code, 16) for table in re.findall(rb"begincmap.*?endcmap", pdf, re.DOTALL) for code in re.findall(rb"<([0-9A-F]{4})>", table)
    }
    assert {ord(char) for char in "山体滑坡 Danger1:0"} <= told, "every character of the words can be found"
    assert len(re.findall(rb" (?:re|l|c|h)\n", b"".join(streams(pdf)))) > 50, "the furniture is vectors"

    png = QImage(str(saved(qtbot, dialog, tmp_path / "sheet.png")))
    assert (png.width(), png.height()) == (round(297 / 25.4 * 200), round(210 / 25.4 * 200))
    dialog.tone.setChecked(True)
    grey = QImage(str(saved(qtbot, dialog, tmp_path / "grey.png")))
    colours = [grey.pixelColor(at % grey.width(), at // grey.width() * 40 % grey.height()) for at in range(0, 60_000, 7)]
    assert all(colour.red() == colour.green() == colour.blue() for colour in colours)
    assert len({colour.red() for colour in colours}) > 3
    dialog.paper.setCurrentText("A3")
    dialog.scale.setCurrentIndex(dialog.scale.findData(250_000))
    qtbot.waitUntil(lambda: dialog.content is None, timeout=WAIT_MS)
    drawn(qtbot, dialog)
    assert dialog.content is not None
    assert (dialog.content.frame.scale, dialog.content.frame.layout.paper) == (250_000, "A3")
    a_folder_that_is_not_there_is_said_and_nothing_half_written_is_left(qtbot, dialog, tmp_path)
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, text=True, check=True).stdout
        scale = f"1 : {content.frame.scale:,}"
        said = ("演练：山体滑坡", "Danger area", scale, "EXERCISE", "Data as of", "without an approval number", "WGS 84")
        assert [words for words in said if words not in text] == []


def a_folder_that_is_not_there_is_said_and_nothing_half_written_is_left(qtbot: Any, dialog: PrintDialog, folder: Path) -> None:
    dialog.save(folder / "nowhere" / "sheet.pdf")
    qtbot.waitUntil(lambda: not dialog._saving, timeout=WAIT_MS)
    assert "could not be written" in dialog.state.text()
    assert dialog.save_pdf.isEnabled()
    assert list(folder.glob("**/.*.part")) == []


def near(image: QImage, at: tuple[int, int], colour: QColor, radius: int = 9) -> bool:
    spots = (image.pixelColor(at[0] + x, at[1] + y) for x in range(-radius, radius + 1) for y in range(-radius, radius + 1))
    return any(abs(s.red() - colour.red()) + abs(s.green() - colour.green()) + abs(s.blue() - colour.blue()) < 24 for s in spots)


def streams(pdf: bytes) -> list[bytes]:
    """What is in the file's compressed streams, as far as they are."""
    found = []
    for start in (match.end() for match in re.finditer(rb"stream\n", pdf)):
        try:
            found.append(zlib.decompressobj().decompress(pdf[start:]))
        except zlib.error:
            continue
    return found


def test_a_dialog_closed_before_its_map_was_made_leaves_nothing(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    panel = make_panel()
    painted(qtbot, panel)
    made = PrintDialog(panel, (82.0, 44.0, 83.0, 45.0), ("", ""), "x")
    gone: list[bool] = []
    made.destroyed.connect(lambda: gone.append(True))
    made.show()
    assert made._map is None
    assert not made.save_pdf.isEnabled()
    made.close()
    qtbot.waitUntil(lambda: bool(gone), timeout=WAIT_MS)
