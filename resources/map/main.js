// The map page: composes its parts and obeys the window. The map itself is the folium map `map_live` of the page.

import { Basemap } from "./basemap.js";
import { decode } from "./buffer.js";
import { Fleet } from "./fleet.js";
import { Furniture } from "./furniture.js";
import { Going } from "./going.js";
import { Layer } from "./layer.js";
import { frame, listen, say } from "./link.js";
import { Page } from "./page.js";
import { PARTS } from "./parts.js";
import { connectPointer } from "./pointer.js";
import { Things } from "./things.js";
import { Units } from "./units.js";
import { View } from "./view.js";

const map = window.map_live;
const counters = { seq: 0, sentMs: 0, paintedMs: 0, received: 0, gaps: 0, failed: 0, lastFailure: "", ready: false, drawMs: 0, skipped: 0 };
const page = new Page({ map, view: new View(), units: new Units(), things: new Things(), say, fail });
const { view, units, things } = page;
page.basemap = new Basemap(map, view, fail, () => page.draw());
page.layer = new Layer(page);
page.furniture = new Furniture(document.getElementById("furniture"), page, () => say("fit"));
for (const Part of PARTS) page.add(new Part(page));
const { layer, furniture, basemap } = page;
const [going, fleet] = [page.part(Going), page.part(Fleet)];
page.verbs.legend = () => furniture.toggleLegend();
fleet.onOutside = (count) => furniture.showOutside(count);
furniture.build();
connectPointer(page);

function obey(told) {
  const changed = view.take(told);
  if (!changed.length) return;
  if (changed.includes("theme")) layer.setTheme(view.theme);
  if (changed.includes("tiles")) {
    units.setShift(view.shift);
    if (basemap.held) basemap.lay();
  } else if (["theme", "layers", "lang", "overlays"].some((name) => changed.includes(name))) basemap.apply();
  layer.underStale = true;
  page.tell("viewed", changed);
  furniture.build();
}

function fail(error) {
  view.fault = String(error.message ?? error);
  furniture.showNotices();
}

async function apply(message) {
  const { tail } = message;
  units.apply(message);
  things.apply(tail);
  page.tell("take", tail);
  if (tail.hidden) {
    furniture.hidden = tail.hidden;
    furniture.showNotices();
  }
  if (tail.view) obey(tail.view);
  for (const [verb, ...words] of tail.do ?? []) page.verbs[verb](...words);
  going.find();
  going.follow();
  if (onlyUnits(message) && fleet.unchanged(message.slot)) {
    counters.skipped += 1;
    await layer.painting; // what they look like is on its way to the screen
    return;
  }
  const start = performance.now();
  await layer.refresh();
  counters.drawMs = performance.now() - start;
}

function onlyUnits(message) {
  return message.prev !== 0 && Object.keys(message.tail).length === 0;
}

// For tests, benchmarks and `fengsui doctor`: nothing here changes the page.
window.fengsui = {
  counters, page, map, units, things, view, layer, furniture, basemap,
  part: (name) => page.parts.find((part) => part.constructor.name === name),
  get measure() { return this.part("Measure"); },
  spot: (thing, id) => {
    const at = page.latLngOf({ thing, id });
    return at && map.latLngToContainerPoint(at);
  },
};

fetch("/bundle/credits.json").then((answer) => answer.json()).then((rows) => {
  view.credits = [...new Set(rows.map((row) => row.credit))];
  furniture.showCredits();
}).catch(fail);
basemap.open().then(async () => {
  layer.draw();
  await frame();
  await frame(); // what was laid has now been handed over for painting
  counters.ready = true;
  say("ready");
}).catch(fail);
listen(decode, apply, counters);
