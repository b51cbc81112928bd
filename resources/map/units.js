// Every unit the page knows, in columns by slot, as the buffers say. No DOM.

import { stateOf } from "./buffer.js";
import { toWorld } from "./geodesy.js";

const E7 = 1e-7;

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
  }

  apply(message) {
    if (message.prev === 0) this.clear();
    for (let row = 0; row < message.count; row++) this.#take(message, row);
    const { names = [] } = message;
    for (let at = 0; at + 2 < names.length; at += 3) {
      const slot = Number(names[at]);
      this.id[slot] = names[at + 1];
      this.label[slot] = names[at + 2];
      this.slots.set(names[at + 1], slot);
    }
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
    this.#project(slot);
  }

  #project(slot) {
    const [lon, lat] = this.shift ? this.shift(this.lon[slot], this.lat[slot]) : [this.lon[slot], this.lat[slot]];
    [this.x[slot], this.y[slot]] = toWorld(lon, lat);
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
