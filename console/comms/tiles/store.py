"""What `fengsui tiles` does with sources and areas, beside filling them."""

from __future__ import annotations

import msgspec
from ulid import ULID

from console.comms.tiles.address import checked_address, checked_template
from console.comms.tiles.capabilities import Offer, read_capabilities
from console.comms.tiles.getting import Getter, NoAnswer, Refused
from console.errors import Fault
from console.models.maps.datum import DATUMS
from console.models.maps.squares import count
from console.models.maps.tilestore import Area, Source, TileStore
from console.models.rules.tiles import TilesRule

DEEPEST = 22


class Size(msgspec.Struct, frozen=True):
    """Of an area before it is chosen: `tiles` it has, `missing` of them; bytes and seconds that these will about take."""

    tiles: int
    missing: int
    bytes: int
    seconds: float


def add_source(store: TileStore, source: Source, rule: TilesRule) -> Source:
    """Under an id of its own. Raises Fault for an address, zooms, pace or datum that cannot be."""
    template = checked_template(source.template)
    if not source.name.strip():
        raise Fault("an online map needs a name to be known by.")
    if source.datum not in DATUMS:
        raise Fault(f"unknown datum {source.datum!r}: one of {', '.join(DATUMS)} is needed.")
    if not 0 <= source.min_zoom <= source.max_zoom <= DEEPEST:
        raise Fault(f"zoom levels {source.min_zoom} to {source.max_zoom} are not 0 to {DEEPEST}.")
    if not 0 < source.per_s <= rule.fetch.most_per_s:
        raise Fault(f"{source.per_s:g} requests a second are not more than 0 and at most {rule.fetch.most_per_s:g}.")
    added = msgspec.structs.replace(source, id=str(ULID()), template=template, name=source.name.strip())
    store.put_source(added)
    return added


def add_area(store: TileStore, area: Area, rule: TilesRule) -> Area:
    """Under an id of its own. Raises Fault for a box that is none, or too large."""
    source = store.source(area.source)
    _check(area, source, rule)
    added = msgspec.structs.replace(area, id=str(ULID()), name=area.name.strip() or source.name)
    store.put_area(added)
    return added


def size_of(store: TileStore, area: Area, rule: TilesRule) -> Size:
    """What an area will take. Raises Fault as `add_area` does."""
    source = store.source(area.source)
    _check(area, source, rule)
    missing = store.wanted(area)
    return Size(area.total, missing, missing * store.typical_bytes(source.id, rule.estimate.tile_bytes), missing / source.per_s)


def _check(area: Area, source: Source, rule: TilesRule) -> None:
    west, south, east, north = area.box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Fault("an area is west to east and south to north, in degrees.")
    if not source.min_zoom <= area.min_zoom <= area.max_zoom <= source.max_zoom:
        raise Fault(f"zoom levels {area.min_zoom} to {area.max_zoom} are not within the source's {source.min_zoom} to {source.max_zoom}.")
    tiles = count(area.box, area.min_zoom, area.max_zoom)
    if tiles > rule.store.most_tiles:
        raise Fault(f"{tiles} tiles are more than the {rule.store.most_tiles} of one area; choose a smaller one, or less zoom")


def look(address: str, rule: TilesRule) -> list[Offer]:
    """The layers of the WMTS service at `address`. Raises Fault."""
    url = checked_address(address)
    if "request=" not in url.lower() and not url.lower().split("?")[0].endswith(".xml"):
        url += ("&" if "?" in url else "?") + "SERVICE=WMTS&REQUEST=GetCapabilities"
    getter = Getter(rule.fetch.timeout_s)
    try:
        got = getter.get(url)
    except (NoAnswer, Refused) as error:
        raise Fault(f"the map service does not answer: {error}") from error
    finally:
        getter.close()
    if got.status != 200:
        raise Fault(f"the map service refuses ({got.status}); check the address and its key.")
    return read_capabilities(got.body, url)
