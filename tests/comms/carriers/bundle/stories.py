"""A short story that has every kind of thing a bundle can hold."""

from __future__ import annotations

from console.models import kinds
from console.models.clock import hlc_from_ms
from tests.comms.carriers.bundle.people import Company, Person


def tell(company: Company) -> Person:
    """The node lives through it; gives the console that is to hear of it."""
    node, desk, unit = company.node, company.person("desk", "console", "6527"), company.person("一队", "unit")
    node.order(unit.own(), "前往托里镇")
    for number in range(4):
        node.move(82 + number / 100)
    while node.journal.drop_telemetry(hlc_from_ms(node.clock_ms)):
        pass
    node.move(82.5)
    slide = node.open_incident("山体滑坡")
    node.write("log.entered", slide, kinds.LogEntered(text="一人失联"), "6527")
    node.write("incident.closed", slide, kinds.IncidentClosed(summary="结束"))
    node.journal.purge(slide, "响应结束")
    node.report("道路已通", area="652701")
    return desk
