"""Which panels a window has, in the order of their shortcuts (Ctrl+1, ...). Their modules are brought in by name, when one is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.views.context import Context
from console.views.i18n import tr
from console.views.map.panel import MapPanel
from console.views.window.panels import Plan

if TYPE_CHECKING:
    from console.views.routes.desk import RoadDesk


def listed_panels(context: Context, chart: MapPanel) -> dict[str, Plan]:
    """key -> plan. Urgent are calls for help, the mode that holds, and alarms."""

    def load(folder: str, name: str) -> Callable[[], QWidget]:
        return partial(_class(folder, name), context)

    @cache
    def desk() -> RoadDesk:
        from console.views.routes.desk import RoadDesk

        return RoadDesk(context, chart)

    def load_on_roads(folder: str, name: str) -> Callable[[], QWidget]:
        panel = _class(folder, name)
        return lambda: panel(context, desk())

    return {
        "map": Plan(tr("Map"), lambda: lambda: chart),
        "incidents": Plan(tr("Incidents"), partial(load, "incidents", "IncidentsPanel")),
        "units": Plan(tr("Units"), partial(load, "units", "UnitsPanel"), urgent=True),
        "resources": Plan(tr("Resources"), partial(load, "resources", "ResourcesPanel")),
        "warnings": Plan(tr("Warnings"), partial(load, "warnings", "WarningsPanel")),
        "links": Plan(tr("Links"), partial(load, "links", "LinksPanel")),
        "roads": Plan(tr("Roads"), partial(load, "roads", "RoadsPanel")),
        "mode": Plan(tr("Mode"), partial(load, "mode", "ModePanel"), urgent=True),
        "satellite": Plan(tr("Satellite"), partial(load, "beidou", "SatellitePanel")),
        "video": Plan(tr("Video"), partial(load, "video", "VideoPanel")),
        "plots": Plan(tr("Plots"), partial(load, "plot", "PlotPanel")),
        "monitoring": Plan(tr("Monitoring"), partial(load, "monitoring", "MonitoringPanel")),
        "risks": Plan(tr("Risks"), partial(load, "risks", "RisksPanel"), urgent=True),
        "gateways": Plan(tr("Gateways"), partial(load, "gateways", "GatewaysPanel")),
        "within": Plan(tr("Within"), partial(load_on_roads, "within", "WithinPanel")),
        "routes": Plan(tr("Routes"), partial(load_on_roads, "routes", "RoutesPanel")),
    }


def _class(folder: str, name: str) -> Callable[..., QWidget]:
    found: Callable[..., QWidget] = getattr(import_module(f"console.views.{folder}.panel"), name)
    return found
