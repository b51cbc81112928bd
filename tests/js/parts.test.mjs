import assert from "node:assert/strict";
import { test } from "node:test";

import { along } from "../../resources/map/alarms.js";
import { Grid } from "../../resources/map/grid.js";
import { Labels, Places } from "../../resources/map/labels.js";
import { hiddenTexts, tr } from "../../resources/map/text.js";
import { KINDS, STATUSES, THEMES } from "../../resources/map/theme.js";
import { Units } from "../../resources/map/units.js";

test("the nearest thing within reach is found, across cells", () => {
  const grid = new Grid();
  grid.add(31, 31, "a");
  grid.add(40, 33, "b");
  grid.add(-5, -5, "c");
  assert.equal(grid.nearest(33, 33, 16), "a");
  assert.equal(grid.nearest(38, 33, 16), "b");
  assert.equal(grid.nearest(-1, -1, 16), "c");
  assert.equal(grid.nearest(60, 60, 16), null);
  grid.clear();
  assert.equal(grid.nearest(33, 33, 16), null);
});

test("labels never lie over one another, unless forced", () => {
  const places = new Places();
  places.clear(400, 300);
  assert.deepEqual(places.beside(100, 100, 10, 50, 12), [110, 100]);
  assert.deepEqual(places.beside(100, 100, 10, 50, 12), [40, 100]);
  assert.ok(places.beside(100, 100, 10, 50, 12));
  assert.ok(places.beside(100, 100, 10, 50, 12));
  assert.equal(places.beside(100, 100, 10, 50, 12), null);
  assert.deepEqual(places.beside(100, 100, 10, 50, 12, true), [110, 136]); // a free line further down
  const further = [0, 1, 2, 3].map(() => String(places.beside(100, 100, 10, 50, 12, true)));
  assert.equal(new Set(further.filter((spot) => spot !== "110,100")).size, further.filter((spot) => spot !== "110,100").length);
  assert.deepEqual(places.beside(100, 100, 10, 50, 12, true), [110, 100]); // nothing is free any more
  assert.ok(places.take(-90, -90, 50, 50));
  places.clear(400, 300);
  assert.ok(places.take(110, 94, 50, 12));
});

test("what two parts ask to be labelled alike is labelled once, by the graver", () => {
  globalThis.OffscreenCanvas ??= class { getContext() { return { measureText: (text) => ({ width: 6 * text.length }) }; } };
  const labels = new Labels(new Places()), put = [];
  labels.put = (text, x, y, radius, look, colour, force) => put.push([text, x, radius, force]);
  labels.begin(null, null);
  labels.ask({ rank: 1, text: "Gully 1", x: 100.2, y: 50, radius: 17, force: true });
  labels.ask({ rank: 3, text: "Road", x: 10, y: 50, radius: 13, force: false });
  labels.ask({ rank: 0, text: "Gully 1", x: 100, y: 50, radius: 15, force: false });
  labels.ask({ rank: 0, text: "Gully 1", x: 300, y: 50, radius: 15, force: false });
  labels.write();
  assert.deepEqual(put, [["Gully 1", 100, 17, true], ["Gully 1", 300, 15, false], ["Road", 10, 13, false]]);
});

const message = (prev, rows, names = []) => ({
  prev, count: rows.length, names,
  ...Object.fromEntries(["slot", "lon", "lat", "state"].map((name, column) => [name, rows.map((row) => row[column])])),
});
const PLACED = 1 << 19;

test("units follow the buffers: placed, moved, named, removed, forgotten by a snapshot", () => {
  const units = new Units();
  units.apply(message(0, [[0, 82e7, 44e7, PLACED], [100, 83e7, 45e7, PLACED]], ["0", "a", "甲", "100", "b", "乙", ""]));
  assert.ok(units.visible(0) && units.visible(100) && !units.visible(50));
  assert.equal(units.slots.get("b"), 100);
  units.apply(message(1, [[0, 82.5e7, 44e7, PLACED]]));
  assert.equal(units.lon[0].toFixed(5), "82.50000");
  units.apply(message(2, [[0, 0, 0, 1 << 20]]));
  assert.ok(!units.visible(0));
  units.apply(message(0, []));
  assert.equal(units.size + units.slots.size, 0);
});

test("what cannot be shown is said in both languages", () => {
  const hidden = { unit: { no_position: 3, out_of_range: 0 }, incident: { no_position: 1, out_of_range: 2 } };
  assert.deepEqual(hiddenTexts("en", hidden), ["3 units have no position", "1 incident has no position", "2 incidents are out of the map's range"]);
  assert.deepEqual(hiddenTexts("zh", hidden), ["3 支队伍没有位置", "1 个事件没有位置", "2 个事件超出地图范围"]);
  assert.equal(tr("en", "Legend"), "Legend");
});

test("themes name the same colours, and every status has one", () => {
  assert.deepEqual(Object.keys(THEMES.day).sort(), Object.keys(THEMES.night).sort());
  for (const theme of Object.values(THEMES)) for (const status of STATUSES) assert.match(theme.status[status], /^#[0-9a-f]{6}$/);
  assert.equal(KINDS.length, 12);
});

test("crosses stand at even steps along a closed road, and their number is bounded", () => {
  assert.deepEqual(along([[0, 0], [100, 0]], 50), [[25, 0], [75, 0]]);
  assert.deepEqual(along([[0, 0], [30, 0], [30, 70]], 50), [[25, 0], [30, 45]]);
  assert.equal(along([[0, 0], [1e6, 0]], 10).length, 400);
  assert.deepEqual(along([[5, 5], [5, 5]], 10), []);
});

test("roads and calls for help that cannot be shown are said by name", () => {
  const hidden = { road: { no_position: 2 }, help: { no_position: 1 } };
  assert.deepEqual(hiddenTexts("en", hidden), ["2 road closures have no position", "1 call for help has no position"]);
  assert.deepEqual(hiddenTexts("zh", hidden), ["2 处断路没有位置", "1 个求助没有位置"]);
});
