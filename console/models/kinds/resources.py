"""Goods, stores, shelters, points of danger."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from console.models.kinds.fields import Amount, Body, Code, Hlc, Lat, Lon, Name, Ref, Text

RESOURCE_KINDS = ("goods", "store", "shelter", "danger")


class ResourceRegistered(Body, frozen=True):
    """Goods, a store, a shelter, a point of hidden danger; subject = resource id. `kind` is one of RESOURCE_KINDS."""

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
