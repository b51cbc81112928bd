"""Goods, stores, shelters, and sensors."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from console.models.kinds.fields import Amount, Body, Code, Finite, Hlc, Lat, Lon, Name, Ref, Text


class ResourceRegistered(Body, frozen=True):
    """Goods, a store, a shelter; subject = resource id."""

    name: Name
    kind: Code = "goods"
    place: Name = ""
    owner: Name = ""
    lon: Lon | None = None
    lat: Lat | None = None
    quantity: Amount = 0
    capacity: Amount | None = None
    unit: Code = ""


class ResourceChanged(Body, frozen=True):
    quantity: Amount | UnsetType = UNSET
    status: Code | UnsetType = UNSET
    incident: Ref | UnsetType = UNSET
    note: Text = ""
    author: Name = ""
    base: Hlc | None = None
    """As of `IncidentChanged`."""


class SensorRegistered(Body, frozen=True):
    """A gauge; subject = sensor id. `quantity`: rain, level, flow, wind, temperature, displacement."""

    name: Name
    quantity: Code
    unit: Code = ""
    lon: Lon | None = None
    lat: Lat | None = None
    valid_s: Annotated[float, Meta(gt=0, le=604800)] = 3600.0


class SensorReading(Body, frozen=True):
    value: Finite
