// What the page is made of besides the basemap: the parts, in the order in which they draw.
//
// To add one: write a module with one class and name it here. It is made once, `new Part(page)`, and may have any of these; all of it is optional.
//
//   static layer = "roads"         the key in `view.layers` by which it is shown or hidden; a hidden part draws nothing and is not hit
//   under(context, layer)          draws areas and lines beneath all symbols. Drawn again when the place, the theme, the layers, the things or the
//                                  view changed; a part whose lines change otherwise sets `layer.underStale = true` (before `page.draw()`)
//                                  Layers named in `view.areas` draw in that order among themselves
//   bare                           true while its `under` would draw nothing: the canvas is put away while that is so of all
//   *blit(layer)                   puts sprites into the one picture of the layer: for what is there by the thousand. A generator: it yields every
//                                  few hundred, and goes on in the next frame; what it keeps for `hit` it takes over in `shown()`
//   label(layer)                   writes labels for many, with `layer.labels.put(...)`, after those that were asked for
//   over(context, layer)           draws symbols above, one by one. `layer.at(...view.world(lon, lat))` is where; `layer.taken.take(...)` keeps
//                                  labels off; `layer.grid.add(x, y, {thing, id})` makes it found under the mouse;
//                                  `layer.labels.ask({...})` asks for a label (labels.js), which is written when there is room
//   find(thing, id)                [lon, lat] of a thing that is this part's, else null: for the selection, flying and following
//   spots()                        [[lon, lat], ...] that "Show all" brings into view
//   hit(x, y, radius)              {thing, id, distance2} under a point of the canvas, px, where it has an index of its own
//   click(at, hit) move(at) key(event) double(at) down(at) up(at)     true: mine, nobody else is asked. `at`: [lon, lat] WGS 84
//   verbs                          {name: (...words) => {}} that the window's `chart.do(name, ...words)` calls
//   take(tail)                     what came with each buffer
//   viewed(changed)                names of what changed in `page.view`; the window sets any with `chart.look(name=value)`
//   notice(lang)                   a sentence above the map, "" for none; `page.furniture.showNotices()` when it is another
//   legend(section, row)           its rows in the legend: `section(title, [[text, draw(context)], ...])`
//
// `page`: {map, view, units, things, layer, furniture, basemap, parts, say(what, words), draw(), latLngOf({thing, id})}. Things told one by one
// are in `page.things.lists[kind]`; the window's half is described in `console/views/map/parts.py`.

import { Dim } from "./dim.js";
import { Fleet } from "./fleet.js";
import { About } from "./about.js";
import { Basins } from "./basins.js";
import { Going } from "./going.js";
import { Inside } from "./inside.js";
import { Marks, WarningAreas } from "./marks.js";
import { Measure } from "./measure.js";
import { Picking } from "./picking.js";
import { Points, Raised } from "./points.js";
import { Plots } from "./plots.js";
import { Plotting } from "./plotting.js";
import { Printing } from "./printing.js";
import { Quakes } from "./quakes.js";
import { Sketch } from "./route.js";
import { Selected } from "./selected.js";
import { Trails } from "./trails.js";

export const PARTS = [About, Basins, Quakes, WarningAreas, Trails, Points, Inside, Fleet, Raised, Marks, Plots, Sketch, Selected, Picking, Measure, Plotting, Printing, Going, Dim];
