// Every unit the page knows, in columns by slot, as the buffers say. No DOM.

import { stateOf } from "./buffer.js";
import { toWorld } from "./geodesy.js";

const E7 = 1e-7;
const TRAIL_POINTS = 360;

export class Units {
  // `shift(lon, lat)`: what the basemap's datum asks for; identity for WGS 84.
  constructor() {
    this.shift = null;
    this.clear();
  }

  clear() {
    this.size = 0; // slots in use, some of them removed
    this.lon = new Float64Array(64);
    this.lat = new Float64Array(64);
    this.x = new Float64Array(64); // fraction of the Mercator world
    this.y = new Float64Array(64);
    this.state = new Uint32Array(64);
    this.id = [];
    this.label = [];
    this.slots = new Map();
    this.trails = new Map();
  }

  apply(message) {
    if (message.prev === 0) this.clear();
    for (let row = 0; row < message.count; row++) this.#take(message, row);
    const { names = {}, trails = {}, points = [] } = message.tail;
    for (const [slot, [id, label]] of Object.entries(names)) {
      this.id[slot] = id;
      this.label[slot] = label;
      this.slots.set(id, Number(slot));
    }
    for (const [slot, flat] of Object.entries(trails)) this.trails.set(Number(slot), flat);
    for (const [slot, lon, lat] of points) this.#extend(slot, lon, lat);
  }

  visible(slot) {
    const state = this.state[slot];
    return stateOf.placed(state) && !stateOf.removed(state);
  }

  setShift(shift) {
    this.shift = shift;
    for (let slot = 0; slot < this.size; slot++) this.#project(slot);
  }

  #take(message, row) {
    const slot = message.slot[row];
    this.#reserve(slot + 1);
    this.lon[slot] = message.lon[row] * E7;
    this.lat[slot] = message.lat[row] * E7;
    this.state[slot] = message.state[row];
    if (stateOf.removed(this.state[slot])) this.trails.delete(slot);
    this.#project(slot);
  }

  #project(slot) {
    const [lon, lat] = this.shift ? this.shift(this.lon[slot], this.lat[slot]) : [this.lon[slot], this.lat[slot]];
    [this.x[slot], this.y[slot]] = toWorld(lon, lat);
  }

  #extend(slot, lon, lat) {
    const flat = this.trails.get(slot) ?? [];
    flat.push(lon, lat);
    if (flat.length > 2 * TRAIL_POINTS) flat.splice(0, flat.length - 2 * TRAIL_POINTS);
    this.trails.set(slot, flat);
  }

  #reserve(count) {
    if (count > this.state.length) {
      const room = Math.max(count, 2 * this.state.length);
      for (const name of ["lon", "lat", "x", "y", "state"]) {
        const grown = new this[name].constructor(room);
        grown.set(this[name]);
        this[name] = grown;
      }
    }
    this.size = Math.max(this.size, count);
  }
}
