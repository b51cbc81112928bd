import assert from "node:assert/strict";
import { test } from "node:test";

import { datumOf, offsetDeg } from "../../resources/map/datum.js";
import { reaches, unpack } from "../../resources/map/overlays.js";

function packed(head, pairs) {
  let text = JSON.stringify(head);
  text += " ".repeat((4 - (Buffer.byteLength(text) % 4)) % 4);
  const bytes = Buffer.from(text), buffer = new ArrayBuffer(4 + bytes.length + 4 * pairs.length);
  new DataView(buffer).setUint32(0, bytes.length, true);
  new Uint8Array(buffer, 4, bytes.length).set(bytes);
  new Float32Array(buffer, 4 + bytes.length).set(pairs);
  return buffer;
}

test("what is in view comes as parts in degrees", () => {
  const head = { origin: [82, 44], level: 6, thinned: false, names: { 7: "精河县" }, shapes: [[3, 0, [1]], [7, 2, [3, 2]]] };
  const { shapes, names } = unpack(packed(head, [0.5, 0.25, 0, 0, 1, 0, 1, 1, 0.25, 0.25, 0.5, 0.5]));
  assert.deepEqual(shapes.map(({ feature, kind, parts }) => [feature, kind, parts.map((part) => [...part])]), [
    [3, 0, [[82.5, 44.25]]],
    [7, 2, [[82, 44, 83, 44, 83, 45], [82.25, 44.25, 82.5, 44.5]]],
  ]);
  assert.equal(names[7], "精河县");
});

test("a click reaches what is near, and areas but not their holes", () => {
  assert.ok(reaches({ kind: 0, at: [[5, 5]] }, 5.5, 5, 1));
  assert.ok(!reaches({ kind: 0, at: [[5, 5]] }, 7, 5, 1));
  assert.ok(reaches({ kind: 1, at: [[0, 0, 10, 0]] }, 5, 0.9, 1));
  assert.ok(!reaches({ kind: 1, at: [[0, 0, 10, 0]] }, 12, 0, 1));
  const ring = [0, 0, 10, 0, 10, 10, 0, 10, 0, 0], hole = [4, 4, 6, 4, 6, 6, 4, 6, 4, 4];
  assert.ok(reaches({ kind: 2, at: [ring, hole] }, 2, 2, 0));
  assert.ok(!reaches({ kind: 2, at: [ring, hole] }, 5, 5, 0));
  assert.ok(!reaches({ kind: 2, at: [ring, hole] }, 11, 5, 0));
});

test("the lowest whole map decides the datum, and others are moved onto it", () => {
  assert.equal(datumOf([]), "WGS-84");
  assert.equal(datumOf([{ covers: false, datum: "GCJ-02" }, { covers: true, datum: "CGCS2000" }, { covers: true, datum: "GCJ-02" }]), "CGCS2000");
  assert.deepEqual(offsetDeg("CGCS2000", "WGS-84", 82.5, 44.6), [0, 0]);
  assert.deepEqual(offsetDeg("GCJ-02", "GCJ-02", 82.5, 44.6), [0, 0]);
  assert.deepEqual(offsetDeg("GCJ-02", "WGS-84", 2.35, 48.85).map(Math.abs), [0, 0]);
  const [x, y] = offsetDeg("GCJ-02", "WGS-84", 82.5, 44.6), [back, up] = offsetDeg("WGS-84", "GCJ-02", 82.5 - x, 44.6 - y);
  assert.ok(Math.hypot(x, y) > 0.001);
  assert.ok(Math.abs(x + back) < 1e-5 && Math.abs(y + up) < 1e-5);
});
