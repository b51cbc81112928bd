// In which datum the page draws, and how far a source in another is off.

import { fromGcj, toGcj } from "./geodesy.js";

export const GCJ = "GCJ-02";

// The datum in which the page draws: of the lowest source that covers the ground.
export const datumOf = (tiles) => tiles.find((held) => held.covers)?.datum ?? "WGS-84";

// By how much a source in `own` datum is off where the page draws in `drawn`, degrees, at a place of the page.
export function offsetDeg(own, drawn, lon, lat) {
  if ((own === GCJ) === (drawn === GCJ)) return [0, 0];
  const [x, y] = drawn === GCJ ? fromGcj(lon, lat) : toGcj(lon, lat);
  return [lon - x, lat - y];
}
