"""Places of the map bundle: towns and villages by name (GeoNames), and the administrative codes of the region (GB/T 2260) down to townships."""

from __future__ import annotations

import json
from pathlib import Path

from console.errors import Fault
from console.models.geo.atlas import Item
from console.models.paths import resources_dir

PLACE, AREA = "place", "area"


def gazetteer(bundle: Path | None = None) -> list[Item]:
    """Things PLACE and AREA. A code has the position of the place that is its seat; most townships have none, and are listed all the same.
    Raises Fault when the bundle is not there or not readable."""
    folder = bundle or resources_dir() / "map" / "bundle"
    try:
        places = json.loads((folder / "gazetteer.json").read_text(encoding="utf-8"))
        names = json.loads((folder / "areas.json").read_text(encoding="utf-8"))
        items = []
        seats = {}
        for number, (lon, lat, told) in enumerate(places):
            code = told.get("code", "")
            if code:
                seats[code] = (lon, lat, told["en"])
            else:
                items.append(
                    Item(PLACE, str(number), told.get("zh") or told["en"], told["en"] if "zh" in told else "", "", "", "", lon, lat)
                )
        for code, name in names.items():
            lon, lat, english = seats.get(code, (None, None, ""))
            above = " ".join(names[code[:digits]] for digits in (4, 6) if digits < len(code) and code[:digits] in names)
            items.append(Item(AREA, code, name, english, code, "", "", lon, lat, search=above))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault(f"{folder}: the names of places cannot be read: {error!r}. Build the map bundle again, or restore it.") from error
    return items
