import assert from "node:assert/strict";
import { test } from "node:test";

import { steps } from "../../resources/map/plot_style.js";
import { centre, halfWay, toSegment2 } from "../../resources/map/plots.js";
import { rubber } from "../../resources/map/plotting.js";
import { snapped } from "../../resources/map/snap.js";

const LINE = { points: [[0, 0], [100, 0]], places: [[82, 44], [83, 44]] };

test("a symbol draws the hand before a vertex, and a vertex before an edge", () => {
  const spot = { at: [4, 8], place: [82.5, 44.5] };
  assert.equal(snapped([0, 3], [spot], [LINE]).what, "spot");
  assert.deepEqual(snapped([0, 3], [], [LINE]), { place: [82, 44], at: [0, 0], what: "vertex" });
  const edge = snapped([50, 6], [], [LINE]);
  assert.deepEqual([edge.what, edge.at, edge.place], ["edge", [50, 0], [82.5, 44]]);
  assert.equal(snapped([50, 40], [spot], [LINE]), null);
});

test("marks stand along a line at even steps, with its direction, and never without end", () => {
  const marks = steps([[0, 0], [30, 0], [30, 30]], 10);
  assert.deepEqual(marks.map(([x, y]) => [Math.round(x), Math.round(y)]), [[5, 0], [15, 0], [25, 0], [30, 5], [30, 15], [30, 25]]);
  assert.equal(marks[5][2], Math.PI / 2);
  assert.equal(steps([[0, 0], [1e9, 0]], 10).length, 600);
  assert.deepEqual(steps([[5, 5], [5, 5]], 10), []);
});

test("where the sign stands, and how far a line is", () => {
  assert.deepEqual(centre([[0, 0], [10, 0], [10, 20]]), [5, 10]);
  assert.deepEqual(halfWay([[0, 0], [10, 0], [10, 10]]), [10, 0]);
  assert.deepEqual(halfWay([[3, 3], [3, 3]]), [3, 3]);
  assert.equal(toSegment2([5, 5], [0, 0], [10, 0]), 25);
  assert.equal(toSegment2([5, 5], [1, 1], [1, 1]), 32);
});

test("while it is drawn the line follows the hand and tells its leg and its length", () => {
  const drawn = rubber({ shape: "line", points: [[82, 44], [82.1, 44]] }, [82.1, 44.1]);
  assert.equal(drawn.line.length, 3);
  assert.ok(Math.abs(drawn.legs.metres - 11120) < 60);
  assert.ok(Math.abs(drawn.legs.total - 19130) < 100);
  assert.equal(rubber({ shape: "area", points: [[82, 44], [82.1, 44]] }, [82.1, 44.1]).closed, true);
  assert.equal(rubber({ shape: "circle", points: [[82, 44]] }, [82.1, 44]).line.length, 64);
  assert.equal(rubber({ shape: "circle", points: [[82, 44]], radius_m: 500 }, null).line.length, 64);
  assert.equal(rubber({ shape: "point", points: [] }, [82, 44]).legs, null);
});
