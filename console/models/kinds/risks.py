"""Small basins and townships, and the risk that is computed for them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.kinds.fields import Amount, Body, Code, Finite, Lat, Level, Lon, Millis, Name, Ref, Text

PLACE_KINDS = ("basin", "township")
HAZARDS = ("rainstorm", "flash_flood", "debris_flow", "landslide", "river_flood", "gale", "forest_fire")
WITHDRAWN = "withdrawn"
"""Stage of a risk that was closed because its place was withdrawn: nobody says that it is over."""
Ring = Annotated[list[tuple[Lon, Lat]], Meta(min_length=3, max_length=1500)]


class CriticalRain(msgspec.Struct, frozen=True, array_like=True):
    """Rain within `hours` from which people prepare to move, and from which they move at once (准备转移, 立即转移), in mm."""

    hours: Annotated[float, Meta(gt=0, le=240)]
    prepare_mm: Amount
    move_mm: Amount


class GaugeWeight(msgspec.Struct, frozen=True, array_like=True):
    """A gauge that speaks for a basin, and its share of the basin (Thiessen weight), 0 to 1."""

    sensor: Ref
    weight: Annotated[float, Meta(ge=0, le=1)] = 1.0


class BasinRegistered(Body, frozen=True):
    """A small basin or a township for which risk is computed; subject = its id. `kind` is one of PLACE_KINDS.

    `downstream`: id of the basin it flows into, "" at the outlet; `travel_s`: how long a flood takes from here to there. `hazards`: what can
    happen here, of HAZARDS. `outer`: rings of (lon, lat). `leader`, `phone`: who is responsible for calling people out.
    """

    name: Name
    kind: Code = "basin"
    downstream: Ref = ""
    travel_s: Amount | None = None
    area_km2: Amount | None = None
    hazards: Annotated[list[Code], Meta(max_length=20)] = []
    outer: Annotated[list[Ring], Meta(max_length=20)] = []
    gauges: Annotated[list[GaugeWeight], Meta(max_length=50)] = []
    critical: Annotated[list[CriticalRain], Meta(max_length=12)] = []
    villages: Annotated[list[Name], Meta(max_length=50)] = []
    people: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    leader: Name = ""
    phone: Code = ""
    source: Name = ""


class Because(msgspec.Struct, frozen=True, array_like=True):
    """One ground of an assessment: by which rule (`rule`: its key in `resources/rules`), from which thing (sensor or basin), `value` against
    `limit` over `hours`, `at_ms`: of the newest reading in it; `source`: where the rule's number comes from."""

    rule: Code
    thing: Ref
    value: Finite
    limit: Finite
    hours: Annotated[float, Meta(ge=0, le=10_000)] = 0.0
    at_ms: Millis = 0
    source: Name = ""


class RiskAssessed(Body, frozen=True):
    """The risk of `hazard` at `place` (a basin, a township, or a sensor); subject = `<hazard>:<place>`. `level`: 1 (red) to 4 (blue), 0 none.

    `stage`: armed, forecast, observed, receding, or WITHDRAWN (then `level` is 0 and the only ground says by whom). `lead_s`: how long until
    it is there, as reckoned; None: not known. `unsure`: what is missing or doubtful, in codes (`gauge_silent:<sensor>`, ...). `share`: of the
    gauges' weight that was heard, 0 to 1. `rose`: it is graver than what was said before, so that whoever acknowledged an earlier rise has not
    seen this one. `incident`: in whose timeline it is.

    It speaks of the place as of the area it is said in: who may not write in an area cannot say anything of its risks (`risk_id`).
    """

    hazard: Code
    place: Ref
    level: Level
    stage: Code = "observed"
    lead_s: Amount | None = None
    at_ms: Millis = 0
    why: Annotated[list[Because], Meta(max_length=40)] = []
    unsure: Annotated[list[Ref], Meta(max_length=40)] = []
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    rose: bool = False
    author: Name = ""
    incident: Ref = ""


class RiskAcknowledged(Body, frozen=True):
    """Somebody at a desk saw the risk (of that level) and takes care of it. `area`: of the risk, where that is wider than the area this is
    said in; one that does not contain that area counts for nothing."""

    level: Level
    area: Code = ""
    note: Text = ""
    incident: Ref = ""
    author: Name = ""


def risk_id(subject: str, area: str) -> str:
    """Of a row of risk: what is said of a place in one area is apart from what is said of it in another, so that only those who may write in
    the area of the place have a say (`state.tables.PRESENT_RISK`)."""
    return f"{subject}@{area}"


def risk_subject(row_id: str) -> str:
    """`<hazard>:<place>` of such an id."""
    return row_id.rpartition("@")[0] or row_id
