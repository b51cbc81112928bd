"""Units, what they report and ask for, and the tasks they are given."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Amount, Body, Code, Count, Finite, Lat, Lon, Millis, Name, Ref, Text

UNIT_KINDS = ("rescue", "fire", "medical", "police", "engineering", "vehicle", "aircraft", "drone", "vessel", "officer", "command", "other")
UNIT_STATUSES = ("available", "dispatched", "enroute", "onscene", "transporting", "hospital", "returning", "unavailable")


class UnitRegistered(Body, frozen=True):
    """A unit exists; subject = unit id, owned by its author (`identity.owned_subject`). `kind` is one of UNIT_KINDS."""

    name: Name
    kind: Code = "other"
    callsign: Name = ""
    org: Name = ""
    people: Count = 0


class UnitPosition(Body, frozen=True):
    """`valid_s`: how long after its making the position may be taken as current, declared by who sends it."""

    lon: Lon
    lat: Lat
    heading_deg: Annotated[float, Meta(ge=0, lt=360.0001)] | None = None
    speed_mps: Annotated[float, Meta(ge=0, le=20000)] | None = None
    alt_m: Finite | None = None
    accuracy_m: Amount | None = None
    valid_s: Annotated[float, Meta(gt=0, le=604800)] = 60.0


class UnitStatus(Body, frozen=True):
    """`status` is one of UNIT_STATUSES (an unknown word is shown as it is)."""

    status: Code
    incident: Ref = ""
    note: Text = ""


class UnitReport(Body, frozen=True):
    """A unit reports in words; subject = unit id."""

    text: Text
    incident: Ref = ""
    lon: Lon | None = None
    lat: Lat | None = None


class TaskAssigned(Body, frozen=True):
    """Subject = task id. Orders `unit` to do `text`."""

    unit: Ref
    text: Text
    incident: Ref = ""
    due_ms: Millis | None = None
    author: Name = ""


TASK_STATES = ("assigned", "acknowledged", "started", "done", "refused", "failed")


class TaskAnswered(Body, frozen=True):
    """Subject = task id; `state` is one of TASK_STATES but the first. `unit` answers for itself."""

    unit: Ref
    state: Code
    incident: Ref = ""
    note: Text = ""


HELP_NATURES = ("medical", "trapped", "fire", "flood", "attacked", "vehicle", "supplies", "other")


class HelpCalled(Body, frozen=True):
    """A unit calls for help for itself; subject = unit id. `nature` is one of HELP_NATURES; `people`: in need."""

    nature: Code = "other"
    text: Text = ""
    people: Count = 0
    lon: Lon | None = None
    lat: Lat | None = None
    incident: Ref = ""


class HelpEnded(Body, frozen=True):
    """The call was met or withdrawn; subject = unit id."""

    note: Text = ""
    author: Name = ""
