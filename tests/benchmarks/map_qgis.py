# mypy: disable-error-code="import-not-found,no-untyped-call"
"""The same units in QGIS, as a ratio beside ours: `PYTHON map_qgis.py COUNT POINTS`, PYTHON being the one QGIS was installed for.

Runs alone, since that Python has nothing of ours: COUNT units coloured by status and turned by heading and POINTS that stand, each a memory
layer. All units are moved once a second; said is how long QGIS takes from the new places to the picture with them (one JSON line). Labels and
clusters are left out, in its favour.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProperty,
    QgsRectangle,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEventLoop, QTimer

WEST, SOUTH, EAST, NORTH = 80.6, 43.6, 84.6, 45.7
LOOK = QgsRectangle(80.4, 43.65, 84.8, 45.65)
SIZE = (1600, 900)
MOVES = 12
SPARE_S = 90.0
STATUSES = ("available", "assigned", "en_route", "on_scene", "out_of_service")
COLOURS = ("#2e9e5b", "#0a58a6", "#c8781e", "#b3001b", "#8c959d")


def layer(name: str, features: list[QgsFeature], fields: str = "") -> QgsVectorLayer:
    made = QgsVectorLayer("Point?crs=EPSG:4326" + fields, name, "memory")
    made.dataProvider().addFeatures(features)
    return made


def feature(layer_fields: list[object]) -> QgsFeature:
    made = QgsFeature()
    made.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(random.uniform(WEST, EAST), random.uniform(SOUTH, NORTH))))
    made.setAttributes(layer_fields)
    return made


def units(count: int) -> QgsVectorLayer:
    fields = "&field=status:string&field=heading:double"
    made = layer("units", [feature([random.choice(STATUSES), random.uniform(0, 360)]) for _ in range(count)], fields)
    kinds = []
    for status, colour in zip(STATUSES, COLOURS):  # noqa: B905 - that Python may be 3.9
        symbol = QgsMarkerSymbol.createSimple({"name": "arrow", "color": colour, "size": "4"})
        symbol.setDataDefinedAngle(QgsProperty.fromField("heading"))
        kinds.append(QgsRendererCategory(status, symbol, status))
    made.setRenderer(QgsCategorizedSymbolRenderer("status", kinds))
    return made


def main(count: int, points: int) -> None:
    application = QgsApplication([], True)
    application.initQgis()
    moving, standing = units(count), layer("points", [feature([]) for _ in range(points)])
    canvas = QgsMapCanvas()
    canvas.setCachingEnabled(True)
    canvas.setParallelRenderingEnabled(True)
    canvas.resize(*SIZE)
    canvas.setLayers([moving, standing])
    canvas.setExtent(LOOK)
    canvas.show()

    def painted() -> None:
        loop = QEventLoop()
        canvas.mapCanvasRefreshed.connect(loop.quit)
        QTimer.singleShot(int(SPARE_S * 1000), loop.quit)
        loop.exec_()
        canvas.mapCanvasRefreshed.disconnect(loop.quit)
        application.processEvents()

    canvas.refresh()
    painted()
    places = {found.id(): found.geometry().asPoint() for found in moving.getFeatures()}
    took_ms = []
    for _ in range(MOVES):
        begun_s = time.monotonic()
        places = {number: QgsPointXY(at.x() + 1e-4, at.y() + 1e-4) for number, at in places.items()}
        moving.dataProvider().changeGeometryValues({number: QgsGeometry.fromPointXY(at) for number, at in places.items()})
        moving.triggerRepaint()
        painted()
        took_ms.append((time.monotonic() - begun_s) * 1000)
        rest = QEventLoop()
        QTimer.singleShot(max(0, int(1000 - took_ms[-1])), rest.quit)
        rest.exec_()
    print(json.dumps({"painted_p50_ms": statistics.median(took_ms), "painted_max_ms": max(took_ms)}), flush=True)
    canvas.hide()
    application.exitQgis()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
