"""How each kind of event writes the state tables: one module a topic, as in `console.models.kinds`, one function a kind. None depends on the
order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.models.state.rows import Rows
from console.models.state.rules import feeds, ground, incidents, peers, plots, resources, risks, sensors, units, warnings
from console.models.state.rules.happening import Happening, Mark
from console.models.state.rules.sensors import readings_of
from console.models.state.rules.units import Move, moved

Rule = Callable[[Rows, Happening, Any], None]
RULES: Mapping[str, Rule] = {
    "incident.opened": incidents.incident_opened,
    "incident.changed": incidents.incident_changed,
    "incident.closed": incidents.incident_closed,
    "loss.reported": incidents.loss_reported,
    "unit.registered": units.unit_registered,
    "unit.status": units.unit_status,
    "unit.report": units.unit_report,
    "task.assigned": units.task_assigned,
    "task.answered": units.task_answered,
    "resource.registered": resources.resource_registered,
    "resource.changed": resources.resource_changed,
    "sensor.registered": sensors.sensor_registered,
    "sensor.reading": sensors.sensor_read,
    "sensor.series": sensors.sensor_read,
    "quake.reported": sensors.quake_reported,
    "gateway.reported": sensors.gateway_reported,
    "basin.registered": risks.basin_registered,
    "risk.assessed": risks.risk_assessed,
    "risk.acknowledged": risks.risk_acknowledged,
    "feed.registered": feeds.feed_registered,
    "feeds.listed": feeds.feeds_listed,
    "feed.changed": feeds.feed_changed,
    "plot.drawn": plots.plot_drawn,
    "plot.changed": plots.plot_changed,
    "warning.received": warnings.warning_received,
    "unit.help": units.unit_help,
    "unit.helped": units.unit_helped,
    "warning.acknowledged": warnings.warning_acknowledged,
    "road.closed": ground.road_closed,
    "road.opened": ground.road_opened,
    "mode.switched": ground.mode_switched,
    "record.withdrawn": ground.record_withdrawn,
    "record.restored": ground.record_withdrawn,
    "conflict.reviewed": ground.conflict_reviewed,
    "hold.placed": incidents.hold_placed,
    "hold.lifted": incidents.hold_lifted,
    "incident.purged": incidents.incident_purged,
    "power.changed": peers.power_changed,
    "card.declared": peers.card_declared,
    "lead.declared": peers.lead_declared,
    "peer.invited": peers.peer_invited,
    "peer.enrolled": peers.peer_enrolled,
    "peer.revoked": peers.peer_revoked,
}
"""kind -> its rule; `unit.position` has its own way (`moved`), `log.entered` and `media.filed` write the timeline alone."""


__all__ = ["RULES", "Happening", "Mark", "Move", "Rule", "moved", "readings_of"]
