"""What others put on the map: each feature is a part, built with the panel when the map is.

To add one: write `console/views/<workspace>/on_map.py` with a function or class that takes the `MapPanel`, and name it in PARTS. It may use

    chart.context                       reading, writing, selection, news, picking, time
    chart.tools.add(key, text, keys, triggered, checkable=.., on_bar=..)     an action, in the bar and in the palette
    chart.tools.add_menu(text, menu)    a button of the bar with a menu
    chart.look(name=value)              a value the page keeps as `page.view.<name>`; told when it changed, and again after a gap
    chart.do(verb, *words)              have the page do something once (`verbs` of its part)
    chart.said.on(word, handler)        what the page's part says with `page.say(word, {..})`
    chart.web.scheme.sources.serve(head, reader)    what the page fetches from `/<head>/..`: bodies too big to be told
    chart.kept[name] = Kept(save, restore)          what belongs to the map's saved state, as JSON
    chart.say_fault(text)               a sentence above the map

and its other half on the page is a part in `resources/map/parts.js`. What it keeps on the page from the tables goes through
`console.views.map.things` (a few, one by one) or `console.views.map.points` (by the ten thousand). Several maps may be open: a part
belongs to one of them, and has tags of its own for `context.reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.views.map.points.on_map import PointsOnMap
from console.views.map.saved_views import SavedViews
from console.views.map.trails import Trails
from console.views.plot.measuring import MeasureOnMap
from console.views.plot.on_map import PlotsOnMap
from console.views.print.on_map import PrintMap
from console.views.routes.on_map import SketchOnMap
from console.views.sources.on_map import SourcesOnMap

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel


PARTS: list[Callable[[MapPanel], object]] = [PointsOnMap, Trails, SavedViews, PlotsOnMap, MeasureOnMap, PrintMap, SketchOnMap, SourcesOnMap]
