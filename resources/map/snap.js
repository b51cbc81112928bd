// Where the hand is drawn to while plotting: symbols, then vertices, then edges of what is on the map already. No DOM.

import { toSegment2 } from "./plots.js";

export const SNAP_PX = 12;

// `at`: [x, y] px; `spots`: [{at: [x, y], place: [lon, lat]}, ...]; `lines`: [{points: [[x, y], ...], places: [[lon, lat], ...]}, ...].
// {place, at, what: "spot" | "vertex" | "edge"}, or null when nothing is near.
export function snapped(at, spots, lines, radius = SNAP_PX) {
  const near = (candidates, what) => {
    let best = null, least = radius * radius;
    for (const held of candidates) {
      const distance2 = (held.at[0] - at[0]) ** 2 + (held.at[1] - at[1]) ** 2;
      if (distance2 <= least) [least, best] = [distance2, held];
    }
    return best && { place: best.place, at: best.at, what };
  };
  return near(spots, "spot") ?? near(vertices(lines), "vertex") ?? edge(at, lines, radius);
}

function* vertices(lines) {
  for (const { points, places } of lines) for (let index = 0; index < points.length; index++) yield { at: points[index], place: places[index] };
}

function edge(at, lines, radius) {
  let best = null, least = radius * radius;
  for (const { points, places } of lines)
    for (let index = 1; index < points.length; index++) {
      const distance2 = toSegment2(at, points[index - 1], points[index]);
      if (distance2 > least) continue;
      const share = shareOf(at, points[index - 1], points[index]);
      const mix = (one, other) => [one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share];
      [least, best] = [distance2, { place: mix(places[index - 1], places[index]), at: mix(points[index - 1], points[index]), what: "edge" }];
    }
  return best;
}

function shareOf([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  return dx || dy ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy))) : 0;
}
