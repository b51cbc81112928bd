import assert from "node:assert/strict";
import { test } from "node:test";

import * as geodesy from "../../resources/map/geodesy.js";

const near = (got, wanted, within) => assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted} within ${within}`);

test("distance and bearing", () => {
  near(geodesy.distanceM([0, 0], [1, 0]), 111195, 1);
  near(geodesy.distanceM([82, 44.9], [82.9, 44.6]), 78660, 400); // Bole to Jinghe, by the haversine formula on paper
  near(geodesy.bearingDeg([82, 44], [82, 45]), 0, 1e-9);
  near(geodesy.bearingDeg([82, 0], [83, 0]), 90, 1e-9);
  near(geodesy.bearingDeg([82, 44], [81, 44]), 270.35, 0.01);
});

test("Mercator corners", () => {
  assert.deepEqual(geodesy.toWorld(0, 0), [0.5, 0.5]);
  near(geodesy.toWorld(180, 85.0511287798)[1], 0, 1e-9);
});

test("coordinates are written with carry and hemisphere", () => {
  assert.equal(geodesy.decimalText(82.9, 44.6), "44.60000°N 82.90000°E");
  assert.equal(geodesy.dmsText(-82.5, -44.99999999), "45°00′00.0″S 082°30′00.0″W");
});

test("lengths", () => {
  assert.deepEqual([3, 999, 1234, 12345, 123456].map(geodesy.metresText), ["3 m", "999 m", "1.23 km", "12.3 km", "123 km"]);
  assert.deepEqual([1, 3, 7.3, 99, 120].map(geodesy.roundLengthM), [1, 2, 5, 50, 100]);
  assert.equal(geodesy.bearingText(359.8), "000°");
});

test("GCJ-02 shifts by hundreds of metres in China, nowhere else, and back", () => {
  const at = [82.07, 44.9], shifted = geodesy.toGcj(...at);
  const metres = geodesy.distanceM(at, shifted);
  assert.ok(metres > 100 && metres < 1000, `${metres} m`);
  near(geodesy.distanceM(geodesy.fromGcj(...shifted), at), 0, 0.05);
  assert.deepEqual(geodesy.toGcj(-122.4, 37.7), [-122.4, 37.7]);
});
