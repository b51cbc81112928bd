"""WMTS 1.0.0 capabilities (OGC 07-057r7): layers in Web Mercator squares, as addresses with {z}, {x}, {y}. XML from strangers, read bounded.

Of tile matrix sets only those are taken that are the squares of web maps (Annex E.4, GoogleMapsCompatible): origin in the north-west corner of
the Mercator square, 256 px, and scales that halve. Others (EPSG:4490 and 4326 in degrees, Tianditu's set "c") have other squares.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from lxml import etree

from console.errors import Fault

MAX_LAYERS = 2000
EDGE_M = 20_037_508.34
SCALE_0 = 559_082_264.0287178
"""Scale denominator of zoom 0 (07-057r7, table E.4)."""
_MERCATOR = re.compile(r"(3857|900913|3785|102100|102113)$")
_PICTURES = ("image/png", "image/jpeg", "image/webp")
_OWS, _WMTS, _XLINK = "{http://www.opengis.net/ows/1.1}", "{http://www.opengis.net/wmts/1.0}", "{http://www.w3.org/1999/xlink}"


class Offer(NamedTuple):
    """A layer that can be used. `template`: as of an XYZ source; `host`: where its tiles come from."""

    name: str
    title: str
    template: str
    min_zoom: int
    max_zoom: int
    host: str


class _Squares(NamedTuple):
    """A tile matrix set: `prefix` and zoom are the identifier of a matrix."""

    prefix: str
    min_zoom: int
    max_zoom: int


def read_capabilities(data: bytes, address: str) -> list[Offer]:
    """What the service at `address` offers that this program can use. Raises Fault, saying why nothing of it can be."""
    root = _parsed(data)
    sets = {
        name: squares
        for one in root.iter(f"{_WMTS}TileMatrixSet")
        if (name := _text(one, f"{_OWS}Identifier")) and (squares := _squares(one))
    }
    layers = list(root.iter(f"{_WMTS}Layer"))[:MAX_LAYERS]
    if not layers:
        raise Fault("this is no WMTS service: its description has no layers. Check the address.")
    base = _base(root, address)
    offers = [offer for layer in layers if (offer := _offer(layer, sets, base, address))]
    if not offers:
        names = sorted({_text(link, f"{_WMTS}TileMatrixSet") for link in root.iter(f"{_WMTS}TileMatrixSetLink")})
        raise Fault(f"none of its layers comes in Web Mercator squares of 256 px (it has: {', '.join(names)[:200]}). Ask for EPSG:3857.")
    return offers


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Fault(f"this is no WMTS service: its description is not XML ({error.msg}). Check the address.") from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise Fault("its description carries a DOCTYPE, which is refused. Ask the service's operator.")
    return root


def _text(element: etree._Element, name: str) -> str:
    found = element.find(name)
    return (found.text or "").strip() if found is not None else ""


def _squares(matrix_set: etree._Element) -> _Squares | None:
    if not _MERCATOR.search(_text(matrix_set, f"{_OWS}SupportedCRS")):
        return None
    prefix, zooms = None, set()
    for matrix in matrix_set.iter(f"{_WMTS}TileMatrix"):
        zoom = _zoom_of(matrix)
        name = _text(matrix, f"{_OWS}Identifier")
        if zoom is None or not name.endswith(str(zoom)):
            continue
        own = name[: -len(str(zoom))]
        prefix = own if prefix is None else prefix
        if own == prefix:
            zooms.add(zoom)
    return _Squares(prefix, min(zooms), max(zooms)) if prefix is not None and zooms else None


def _zoom_of(matrix: etree._Element) -> int | None:
    """The zoom whose squares these are, None for other squares."""
    try:
        scale = float(_text(matrix, f"{_WMTS}ScaleDenominator"))
        corner = [float(word) for word in _text(matrix, f"{_WMTS}TopLeftCorner").split()]
        size = (int(_text(matrix, f"{_WMTS}TileWidth")), int(_text(matrix, f"{_WMTS}TileHeight")))
    except ValueError:
        return None
    near = len(corner) == 2 and abs(corner[0] + EDGE_M) < 100 and abs(corner[1] - EDGE_M) < 100
    fits = [zoom for zoom in range(31) if scale > 0 and abs(SCALE_0 / 2**zoom / scale - 1) < 1e-3]
    return fits[0] if near and size == (256, 256) and fits else None


def _base(root: etree._Element, address: str) -> str:
    """Where GetTile is asked for by key and value: as the description says, else where it came from."""
    for operation in root.iter(f"{_OWS}Operation"):
        if operation.get("name") == "GetTile":
            for get in operation.iter(f"{_OWS}Get"):
                allowed = [value.text for value in get.iter(f"{_OWS}Value")]
                href = get.get(f"{_XLINK}href")
                if href and (not allowed or "KVP" in allowed):
                    return href
    return address


def _offer(layer: etree._Element, sets: dict[str, _Squares], base: str, address: str) -> Offer | None:
    name = _text(layer, f"{_OWS}Identifier")
    links = [_text(link, f"{_WMTS}TileMatrixSet") for link in layer.iter(f"{_WMTS}TileMatrixSetLink")]
    chosen = next((link for link in links if link in sets), None)
    formats = [(one.text or "").strip() for one in layer.findall(f"{_WMTS}Format")]
    if not name or chosen is None or not any(one in _PICTURES for one in formats):
        return None
    styles = list(layer.findall(f"{_WMTS}Style"))
    style = next((one for one in styles if one.get("isDefault") in ("true", "1")), styles[0] if styles else None)
    words = {"Style": _text(style, f"{_OWS}Identifier") if style is not None else "", "TileMatrixSet": chosen}
    squares = sets[chosen]
    template = _rest(layer, words, squares) or _kvp(base, address, name, words, squares, next(one for one in formats if one in _PICTURES))
    host = urlsplit(template).netloc
    title = _text(layer, f"{_OWS}Title") or name
    return Offer(name, title[:200], template, squares.min_zoom, squares.max_zoom, host)


def _rest(layer: etree._Element, words: dict[str, str], squares: _Squares) -> str:
    """The address of a tile as the layer gives it, "" where it gives none that can be used."""
    defaults = {_text(one, f"{_OWS}Identifier"): _text(one, f"{_WMTS}Default") for one in layer.findall(f"{_WMTS}Dimension")}
    held = {name: quote(value, safe="") for name, value in (defaults | words).items()}
    held |= {"TileMatrix": f"{quote(squares.prefix, safe='')}{{z}}", "TileRow": "{y}", "TileCol": "{x}"}
    for one in layer.findall(f"{_WMTS}ResourceURL"):
        if one.get("resourceType") != "tile" or one.get("format") not in _PICTURES:
            continue
        template = re.sub(r"\{(\w+)\}", lambda found: held.get(found[1], found[0]), one.get("template") or "")
        if urlsplit(template).scheme in ("http", "https"):
            return template
    return ""


def _kvp(base: str, address: str, name: str, words: dict[str, str], squares: _Squares, form: str) -> str:
    """What the operator's address says besides (a key) goes along."""
    parts = urlsplit(base if urlsplit(base).scheme in ("http", "https") else address)
    own = ("service", "request", "version", "acceptversions")
    besides = {key: value for one in (address, base) for key, value in parse_qsl(urlsplit(one).query) if key.lower() not in own}
    asked = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": name, "STYLE": words["Style"], "FORMAT": form}
    query = urlencode(besides | asked | {"TILEMATRIXSET": words["TileMatrixSet"]})
    place = f"TILEMATRIX={quote(squares.prefix, safe='')}{{z}}&TILEROW={{y}}&TILECOL={{x}}"
    return urlunsplit((parts.scheme, parts.netloc, parts.path, f"{query}&{place}", ""))
