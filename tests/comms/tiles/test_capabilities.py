"""WMTS services as they describe themselves: those with the squares of web maps are used, others refused with the reason."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from console.comms.tiles.address import checked_template
from console.comms.tiles.capabilities import SCALE_0, read_capabilities
from console.comms.tiles.filling import Filling
from console.comms.tiles.store import add_area, add_source, look
from console.errors import Fault
from console.models.maps.tilestore import Area, Source, TileStore
from tests.comms.tiles.server import Answer, MapServer, plain
from tests.comms.tiles.test_filling import RULE

HEAD = (
    '<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">'
)
ADDRESS = "https://t0.maps.example/img_w/wmts?tk=KEY&SERVICE=WMTS&REQUEST=GetCapabilities"


def matrices(
    name: str, crs: str, *, prefix: str = "", zooms: int = 3, corner: str = "-20037508.3427892 20037508.3427892", size: int = 256
) -> str:
    held = "".join(
        f"<TileMatrix><ows:Identifier>{prefix}{zoom}</ows:Identifier><ScaleDenominator>{SCALE_0 / 2**zoom}</ScaleDenominator>"
        f"<TopLeftCorner>{corner}</TopLeftCorner><TileWidth>{size}</TileWidth><TileHeight>{size}</TileHeight></TileMatrix>"
        for zoom in range(zooms)
    )
    return f"<TileMatrixSet><ows:Identifier>{name}</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>{held}</TileMatrixSet>"


def layer(name: str, sets: list[str], more: str = "", form: str = "image/png") -> str:
    links = "".join(f"<TileMatrixSetLink><TileMatrixSet>{one}</TileMatrixSet></TileMatrixSetLink>" for one in sets)
    style = '<Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>'
    return f"<Layer><ows:Title>影像 {name}</ows:Title><ows:Identifier>{name}</ows:Identifier>{style}<Format>{form}</Format>{links}{more}</Layer>"


def document(layers: str, sets: str, operations: str = "") -> bytes:
    return f"{HEAD}{operations}<Contents>{layers}{sets}</Contents></Capabilities>".encode()


WEB = matrices("w", "urn:ogc:def:crs:EPSG::3857")


def test_by_key_and_value_the_key_of_the_operator_goes_along() -> None:
    (offer,) = read_capabilities(document(layer("img", ["c", "w"]), WEB), ADDRESS)
    assert (offer.name, offer.title, offer.min_zoom, offer.max_zoom, offer.host) == ("img", "影像 img", 0, 2, "t0.maps.example")
    assert checked_template(offer.template) == offer.template
    for part in ("tk=KEY", "REQUEST=GetTile", "LAYER=img", "STYLE=default", "TILEMATRIXSET=w", "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"):
        assert part in offer.template
    assert "GetCapabilities" not in offer.template


def test_by_rest_with_dimensions_and_prefixed_matrices() -> None:
    places = "https://a.example/{Style}/{Time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    more = (
        f'<ResourceURL format="image/png" resourceType="tile" template="{places}"/>'
        "<Dimension><ows:Identifier>Time</ows:Identifier><Default>2026</Default></Dimension>"
    )
    sets = matrices("g m", "urn:ogc:def:crs:EPSG:6.18.3:3857", prefix="EPSG:900913:")
    (offer,) = read_capabilities(document(layer("a", ["g m"], more), sets), ADDRESS)
    assert offer.template == "https://a.example/default/2026/g%20m/EPSG%3A900913%3A{z}/{y}/{x}.png"
    assert offer.host == "a.example"


def test_get_tile_may_have_an_address_of_its_own() -> None:
    href = '<ows:HTTP><ows:Get xlink:href="http://b.example/kvp?"/></ows:HTTP>'
    operations = f'<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP>{href}</ows:DCP></ows:Operation></ows:OperationsMetadata>'
    (offer,) = read_capabilities(document(layer("a", ["w"]), WEB, operations), ADDRESS)
    assert offer.template.startswith("http://b.example/kvp?tk=KEY&")


@pytest.mark.parametrize(
    "sets",
    [
        matrices("w", "urn:ogc:def:crs:EPSG::4490"),
        matrices("w", "urn:ogc:def:crs:EPSG::3857", corner="0 0"),
        matrices("w", "urn:ogc:def:crs:EPSG::3857", size=512),
        matrices("w", "urn:ogc:def:crs:EPSG::3857", zooms=0),
        "",
    ],
)
def test_other_squares_are_refused_by_their_names(sets: str) -> None:
    with pytest.raises(Fault, match=r"Web Mercator squares of 256 px \(it has: w\)"):
        read_capabilities(document(layer("a", ["w"]), sets), ADDRESS)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not XML"),
        (b"<html>sign in</html>", "no layers"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + document(layer("a", ["w"]), WEB), "DOCTYPE"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "DOCTYPE"),
        (document(layer("a", ["w"], form="application/vnd.mapbox-vector-tile"), WEB), "none of its layers"),
        (b"<a>" * 10_000, "not XML"),
    ],
)
def test_what_is_no_service_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(Fault, match=says):
        read_capabilities(data, ADDRESS)


def test_a_service_is_looked_at_over_http() -> None:
    server = MapServer(lambda _: (200, {"Content-Type": "text/xml"}, document(layer("img", ["w"]), WEB)))
    try:
        (offer,) = look(f"{server.address}/wmts?tk=KEY", RULE)
        assert server.asked == ["/wmts?tk=KEY&SERVICE=WMTS&REQUEST=GetCapabilities"]
        assert offer.template.startswith(f"{server.address}/wmts?tk=KEY&SERVICE=WMTS")
        server.answer = lambda _: (401, {}, b"")
        with pytest.raises(Fault, match=r"refuses \(401\)"):
            look(server.address, RULE)
    finally:
        server.stop()
    with pytest.raises(Fault, match="nobody answers there"):
        look(server.address, RULE)


def test_a_service_fills_an_area_by_key_and_value(tmp_path: Path) -> None:
    def answer(path: str) -> Answer:
        return plain(path) if "GetTile" in path else (200, {}, document(layer("img", ["w"]), WEB))

    server = MapServer(answer)
    try:
        (offer,) = look(f"{server.address}/wmts?tk=KEY", RULE)
        with closing(TileStore(tmp_path / "online.tiles")) as store:
            source = add_source(store, Source("", offer.title, offer.template, "CGCS2000", max_zoom=offer.max_zoom, per_s=1e5), RULE)
            area = add_area(store, Area("", source.id, "", (82.0, 44.0, 83.0, 45.0), 0, 2), RULE)
            assert Filling(store, area, RULE, lambda _: None, threading.Event()).run() == ""
            assert store.fill(area)[:3] == (3, 0, 3)
        assert server.asked[-1].endswith("TILEMATRIX=2&TILEROW=1&TILECOL=2")
    finally:
        server.stop()
