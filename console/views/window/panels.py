"""The panels of the window, in the order of their shortcuts (Ctrl+1, ...)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.views.beidou.panel import SatellitePanel
from console.views.context import Context
from console.views.i18n import tr
from console.views.incidents.panel import IncidentsPanel
from console.views.links.panel import LinksPanel
from console.views.map.panel import MapPanel
from console.views.mode.panel import ModePanel
from console.views.monitoring.panel import MonitoringPanel
from console.views.plot.panel import PlotPanel
from console.views.resources.panel import ResourcesPanel
from console.views.risks.panel import RisksPanel
from console.views.roads.panel import RoadsPanel
from console.views.routes.desk import RoadDesk
from console.views.routes.panel import RoutesPanel
from console.views.units.panel import UnitsPanel
from console.views.video.panel import VideoPanel
from console.views.warnings.panel import WarningsPanel
from console.views.within.panel import WithinPanel


def make_panels(context: Context, chart: MapPanel) -> dict[str, tuple[str, QWidget]]:
    """key -> (title, panel)."""
    road_desk = RoadDesk(context, chart)
    return {
        "map": (tr("Map"), chart),
        "incidents": (tr("Incidents"), IncidentsPanel(context)),
        "units": (tr("Units"), UnitsPanel(context)),
        "resources": (tr("Resources"), ResourcesPanel(context)),
        "warnings": (tr("Warnings"), WarningsPanel(context)),
        "links": (tr("Links"), LinksPanel(context)),
        "roads": (tr("Roads"), RoadsPanel(context)),
        "mode": (tr("Mode"), ModePanel(context)),
        "satellite": (tr("Satellite"), SatellitePanel(context)),
        "video": (tr("Video"), VideoPanel(context)),
        "plots": (tr("Plots"), PlotPanel(context)),
        "monitoring": (tr("Monitoring"), MonitoringPanel(context)),
        "risks": (tr("Risks"), RisksPanel(context)),
        "within": (tr("Within"), WithinPanel(context, road_desk)),
        "routes": (tr("Routes"), RoutesPanel(context, road_desk)),
    }
