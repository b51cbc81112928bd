// The map page: composes its parts and obeys the window. The map itself is the folium map `map_live` of the page.

import { Basemap } from "./basemap.js";
import { decode } from "./buffer.js";
import { Furniture } from "./furniture.js";
import { fromGcj } from "./geodesy.js";
import { Layer } from "./layer.js";
import { frame, listen, say } from "./link.js";
import { Things } from "./marks.js";
import { Measure } from "./measure.js";
import { Units } from "./units.js";
import { View } from "./view.js";

const HOME = [[42.9, 79.6], [46.2, 85.4]];
const CLOSE_ZOOM = 11;

const map = window.map_live;
const view = new View();
const units = new Units();
const things = new Things();
const counters = { seq: 0, sentMs: 0, paintedMs: 0, received: 0, gaps: 0, failed: 0, lastFailure: "", ready: false, drawMs: 0, skipped: 0 };
const basemap = new Basemap(map, view, fail, () => layer.draw());
const layer = new Layer(map, units, things, view, basemap);
const measure = new Measure(map, view, (on) => say("measure", { on }));
const furniture = new Furniture(document.getElementById("furniture"), map, view, () => say("fit"));
layer.onOutside = (count) => furniture.showOutside(count);
let left = 0; // units that were out of view even so
let found = 0; // how much there was to see when the map last went there by itself

function where(event) {
  const { lng, lat } = event.latlng;
  return view.shift ? fromGcj(lng, lat) : [lng, lat];
}

function latLngOf({ thing, id }) {
  if (thing !== "unit") {
    const held = things.find(thing, id);
    return held?.at ? view.latLng(...held.at) : null;
  }
  const slot = units.slots.get(id);
  return slot !== undefined && units.visible(slot) ? view.latLng(units.lon[slot], units.lat[slot]) : null;
}

// Until the operator has touched the map, it goes to where units and incidents are, whenever there are more of them or some leave the view.
function find() {
  if (!view.finding) return;
  let spots = things.lists.incident.length;
  for (let slot = 0; slot < units.size; slot++) spots += units.visible(slot);
  if (spots > found || layer.outside > left) {
    fitAll();
    left = layer.outside;
  }
  found = spots;
}

function fitAll() {
  const spots = [];
  for (let slot = 0; slot < units.size; slot++) if (units.visible(slot)) spots.push(view.latLng(units.lon[slot], units.lat[slot]));
  for (const held of things.lists.incident) if (!held.closed) spots.push(view.latLng(...held.at));
  map.fitBounds(spots.length ? L.latLngBounds(spots) : HOME, { animate: false, maxZoom: CLOSE_ZOOM, paddingTopLeft: [60, 24], paddingBottomRight: [60, 36] });
}

const verbs = {
  fit: fitAll,
  home: () => map.fitBounds(HOME, { animate: false }),
  look: (lon, lat, zoom) => map.setView(view.latLng(lon, lat), zoom, { animate: false }),
  zoom: (step) => map.setZoom(map.getZoom() + step, { animate: false }),
  legend: () => furniture.toggleLegend(),
  measure: (on) => (on ? measure.start() : measure.on && measure.stop()),
  fly: (thing, id) => {
    const at = latLngOf({ thing, id });
    if (at) map.setView(at, Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
  },
};

function obey(told) {
  const changed = view.take(told);
  if (!changed.length) return;
  if (changed.includes("theme")) layer.setTheme(view.theme);
  if (changed.includes("picking")) map.getContainer().classList.toggle("picking", view.picking !== null);
  if (changed.includes("tiles")) {
    units.setShift(view.shift);
    if (basemap.held) basemap.lay();
  } else if (["theme", "layers", "lang", "overlays"].some((name) => changed.includes(name))) basemap.apply();
  furniture.build();
}

function fail(error) {
  view.fault = String(error.message ?? error);
  furniture.showNotices();
}

function apply(message) {
  units.apply(message);
  things.apply(message.tail);
  if (message.tail.hidden) {
    furniture.hidden = message.tail.hidden;
    furniture.showNotices();
  }
  if (message.tail.view) obey(message.tail.view);
  for (const [verb, ...words] of message.tail.do ?? []) verbs[verb](...words);
  find();
  follow();
  if (onlyUnits(message) && layer.unchanged([...message.slot])) {
    counters.skipped += 1;
    return;
  }
  const start = performance.now();
  layer.draw();
  counters.drawMs = performance.now() - start;
}

// Trail points are drawn with the next step that shows.
function onlyUnits(message) {
  return message.prev !== 0 && Object.keys(message.tail).every((name) => name === "points");
}

function follow() {
  const at = view.follow && view.selected && latLngOf(view.selected);
  if (at && map.latLngToContainerPoint(at).distanceTo(map.getSize().divideBy(2)) > 40) map.setView(at, map.getZoom(), { animate: false });
}

map.on("mousemove", (event) => {
  const at = where(event);
  furniture.showCursor(at);
  if (measure.on) return measure.move(at);
  const hit = layer.hit(event.containerPoint);
  map.getContainer().classList.toggle("over-thing", hit !== null);
});
map.on("mouseout", () => furniture.showCursor(null));
map.on("click", (event) => {
  if (view.picking) {
    const [lon, lat] = where(event);
    return say("picked", { lon: lon.toFixed(7), lat: lat.toFixed(7) });
  }
  if (measure.on) return measure.click(where(event));
  const hit = layer.hit(event.containerPoint);
  say("click", { thing: hit?.thing ?? "", id: hit?.id ?? "" });
});
map.on("dragstart", () => view.follow && say("drag"));
map.on("moveend", () => {
  const { lng, lat } = map.getCenter();
  say("looked", { lon: lng.toFixed(6), lat: lat.toFixed(6), zoom: map.getZoom() });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && view.picking) say("picked");
  else if (event.key === "Escape" && measure.on) measure.stop();
});
for (const name of ["pointerdown", "wheel", "keydown"]) document.addEventListener(name, () => {
  if (view.finding) say("hand");
  view.finding = false;
}, { capture: true, passive: true });
new ResizeObserver(() => {
  map.invalidateSize({ animate: false });
  if (view.finding && found) fitAll();
}).observe(map.getContainer());

// For tests, benchmarks and `fengsui doctor`: nothing here changes the page.
window.fengsui = { counters, map, units, things, view, layer, furniture, basemap, measure, spot: (thing, id) => {
  const at = latLngOf({ thing, id });
  return at && map.latLngToContainerPoint(at);
} };

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
