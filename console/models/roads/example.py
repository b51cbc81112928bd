"""The roads of the example area, made by hand (`resources/roads/example.geojson`): what routes are shown on until an office loads its own."""

from __future__ import annotations

import json

import numpy as np

from console.models.paths import resources_dir
from console.models.roads.graph import Graph, Origin, Way, build
from console.models.roads.rule import RouteRule


def example_graph(rule: RouteRule) -> Graph:
    path = resources_dir() / "roads" / "example.geojson"
    ways = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        told = feature["properties"]
        kind = rule.class_of(told["道路等级"])
        if kind is not None:
            name = " ".join(filter(None, (told["ref"], told["name"])))
            ways.append(Way(np.array(feature["geometry"]["coordinates"], np.float64), kind, name))
    return build(ways, rule.match.joint_m, Origin(file=path.name, example=True))
