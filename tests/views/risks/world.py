"""Risks, basins, gauges and an earthquake as the projection leaves them."""

from __future__ import annotations

from typing import Any

import msgspec

from console.models.kinds import Because, risk_id
from console.models.state import tables
from tests.views.tables.state import NOW_MS, State

MINUTE_MS = 60_000
_pack = msgspec.msgpack.encode
RING = [[(82.90, 44.30), (82.96, 44.30), (82.96, 44.34), (82.90, 44.34)]]


def basin(state: State, basin_id: str, name: str, **more: Any) -> None:
    fields = {"outer": _pack(RING), "people": 46, "leader": "马信息员", "phone": "0909-3", "villages": _pack(["夏牧场"])} | more
    state.put(tables.Basin, id=basin_id, name=name, **fields)


def risk(
    state: State, hazard: str, place: str, level: int, why: list[Because] | None = None, unsure: list[str] | None = None, **more: Any
) -> str:
    fields = {
        "stage": "observed", "lead_s": 0.0, "at_ms": NOW_MS - 2 * MINUTE_MS, "heard_ms": NOW_MS - MINUTE_MS, "author": "州节点", "area": "652722",
    } | more  # fmt: skip
    state.put(
        tables.Risk,
        id=risk_id(f"{hazard}:{place}", fields["area"]),
        hazard=hazard,
        place=place,
        level=level,
        why=_pack(why or []),
        unsure=_pack(unsure or []),
        **fields,
    )
    return risk_id(f"{hazard}:{place}", fields["area"])


def fill(state: State) -> None:
    """A red flood with its grounds, an orange one expected, a blind basin, one that is over."""
    basin(state, "g3", "三号沟")
    basin(state, "g1", "沟口", people=12, leader="", phone="")
    basin(state, "g9", "九号沟")
    basin(state, "t", "南片区", kind="township", people=2300)
    state.put(tables.Sensor, id="rain", name="三号沟雨量站", quantity="rain", unit="mm", lon=82.93, lat=44.32)
    grounds = [
        Because("critical.move", "rain", 42.0, 40.0, 3.0, NOW_MS - 2 * MINUTE_MS, "basin"),
        Because("geological.caine", "rain", 42.0, 26.1, 3.0, NOW_MS - 2 * MINUTE_MS, "caine1980"),
    ]
    risk(state, "flash_flood", "g3", 1, grounds, ["gauge_silent:rain"], share=0.5)
    routed = [Because("chain.route", "g3", 1.0, 4.0, 0.5, NOW_MS - 2 * MINUTE_MS, "default")]
    risk(state, "flash_flood", "g1", 2, routed, stage="forecast", lead_s=1800.0)
    risk(state, "rainstorm", "g9", 0, unsure=["no_data", "gauge_no_data:lost"], share=0.0, at_ms=0)
    risk(state, "gale", "rain", 0)
    state.put(
        tables.Quake, id="cea:1", magnitude=7.1, scale="Ms", lon=82.93, lat=44.32, depth_km=12.0, at_ms=NOW_MS - 30 * MINUTE_MS, place="精河",
        source="cea", status="reviewed", heard_ms=NOW_MS,
    )  # fmt: skip
