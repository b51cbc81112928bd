import assert from "node:assert/strict";
import { test } from "node:test";

import { Clusters } from "../../resources/map/clusters.js";
import { toWorld } from "../../resources/map/geodesy.js";
import { PointSet } from "../../resources/map/pointset.js";

const PLACED = 1 << 17, REMOVED = 1 << 18;
const alarm = (level) => level << 14;

// As console/views/map/points/columns.py packs it. `rows`: [slot, id, label, lon, lat, state].
function packed(version, base, slots, rows) {
  const texts = rows.map(([, id, label]) => new TextEncoder().encode(`${id}\0${label}`)), bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const buffer = new ArrayBuffer(32 + 20 * rows.length + bytes), head = new DataView(buffer);
  [0x31504d46, version, base, rows.length, slots, bytes].forEach((value, at) => head.setUint32(4 * at, value, true));
  let end = 0;
  rows.forEach(([slot, , , lon, lat, state], row) => {
    const put = (column, value) => head.setInt32(32 + 4 * rows.length * column + 4 * row, value, true);
    new Uint8Array(buffer, 32 + 20 * rows.length).set(texts[row], end);
    end += texts[row].length;
    [slot, Math.round(lon * 1e7), Math.round(lat * 1e7), state, end].forEach((value, column) => put(column, value));
  });
  return buffer;
}

function setOf(name, spots) {
  const set = new PointSet(name);
  set.apply(packed(1, 0, spots.length, spots.map(([lon, lat, state = 0], slot) => [slot, `${name}${slot}`, `${slot}号`, lon, lat, PLACED | state])));
  return set;
}

function placeAt(lon, lat, zoom, width = 800, height = 600) {
  const scale = 256 * 2 ** zoom, [x, y] = toWorld(lon, lat);
  return { scale, originX: x * scale - width / 2, originY: y * scale - height / 2, width, height };
}

test("a set follows its buffers: whole, changed, removed, out of step", () => {
  const set = new PointSet("sensor");
  assert.ok(set.apply(packed(3, 0, 2, [[0, "a", "甲", 82, 44, PLACED], [1, "b", "乙", 83, 45, PLACED]])));
  assert.ok(set.apply(packed(4, 3, 3, [[2, "c", "丙", 84, 46, PLACED], [0, "a", "改", 82.5, 44, PLACED]])));
  assert.deepEqual([0, 1, 2].map((slot) => [set.id(slot), set.label(slot)]), [["a", "改"], ["b", "乙"], ["c", "丙"]]);
  assert.equal(set.find("c"), 2);
  assert.equal(set.find("d"), -1);
  assert.ok(set.apply(packed(5, 4, 3, [[1, "b", "乙", 83, 45, PLACED | REMOVED]])));
  assert.equal(set.find("b"), -1);
  assert.equal(set.apply(packed(9, 8, 3, [])), false);
  assert.equal(set.version, 5);
  assert.throws(() => set.apply(packed(6, 5, 3, []).slice(0, 20)));
});

test("every point in view is in exactly one cluster, whose numbers are true", () => {
  const spots = Array.from({ length: 3000 }, (_, at) => [80 + ((at * 7919) % 4000) / 1000, 43 + ((at * 104729) % 3000) / 1000, at % 97 === 0 ? alarm(1 + (at % 4)) : 0]);
  const sets = [setOf("sensor", spots.slice(0, 1000)), setOf("feed", spots.slice(1000))];
  for (const zoom of [5, 8, 10, 12]) {
    const clusters = new Clusters();
    clusters.gather(sets, placeAt(82, 44.5, zoom), zoom);
    const counts = new Map(), alarms = new Map();
    let inside = 0;
    for (const set of sets) for (let slot = 0; slot < set.count; slot++) {
      const at = clusters.clusterOf(set, slot);
      if (at < 0) continue;
      inside += 1;
      counts.set(at, (counts.get(at) ?? 0) + 1);
      alarms.set(at, (alarms.get(at) ?? 0) + ((set.state[slot] >>> 14) & 7 ? 1 : 0));
    }
    assert.ok(inside > 0 && counts.size === clusters.size);
    for (const [at, count] of counts) assert.deepEqual([clusters.counts[at], clusters.alarms[at]], [count, alarms.get(at)]);
  }
});

test("what is in alarm stands for its cluster, and is told apart from what is calm", () => {
  const set = setOf("sensor", [[82, 44], [82.0001, 44, alarm(3)], [82.0002, 44, alarm(1)], [82.0003, 44], [83, 44]]), clusters = new Clusters();
  clusters.gather([set], placeAt(82.4, 44, 9), 9);
  const at = clusters.clusterOf(set, 2);
  assert.equal(clusters.clusterOf(set, 0), at);
  assert.deepEqual([clusters.counts[at], clusters.alarms[at], clusters.levels[at], clusters.first[at]], [4, 2, 1, 2]);
  assert.deepEqual(clusters.calm(), [clusters.clusterOf(set, 4)]);
  assert.deepEqual(clusters.alarmed(), [at]);
});

test("clusters stay where they are while the map is moved, and part when it comes nearer", () => {
  const set = setOf("feed", Array.from({ length: 400 }, (_, at) => [82 + (at % 20) / 100, 44 + Math.floor(at / 20) / 100]));
  const where = (clusters, place) => new Set(Array.from({ length: clusters.size }, (_, at) => `${Math.round(clusters.xs[at] + place.originX)} ${Math.round(clusters.ys[at] + place.originY)}`));
  const [one, other] = [placeAt(82.1, 44.1, 9), { ...placeAt(82.1, 44.1, 9) }];
  other.originX += 37;
  other.originY -= 21;
  const [before, after] = [new Clusters(), new Clusters()];
  before.gather([set], one, 9);
  after.gather([set], other, 9);
  assert.deepEqual(where(before, one), where(after, other));
  const near = new Clusters();
  near.gather([set], placeAt(82.1, 44.1, 15), 15);
  assert.ok(near.size > 0 && Math.max(...near.counts.subarray(0, near.size)) === 1);
});

test("the nearest sign or disc under the mouse is found", () => {
  const set = setOf("feed", [[82, 44], [82.5, 44], [82.5001, 44]]), clusters = new Clusters(), place = placeAt(82.25, 44, 10);
  clusters.gather([set], place, 10);
  const spot = (slot) => [set.x[slot] * place.scale - place.originX, set.y[slot] * place.scale - place.originY];
  assert.equal(clusters.nearest(...spot(0), 16).at, clusters.clusterOf(set, 0));
  assert.equal(clusters.nearest(...spot(1), 16).at, clusters.clusterOf(set, 2));
  assert.equal(clusters.nearest(400, 550, 16), null);
});
