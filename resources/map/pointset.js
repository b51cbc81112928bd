// One set of points in columns, as the buffers say (console/views/map/points/columns.py has the layout). No DOM.

import { toWorld } from "./geodesy.js";

const MAGIC = 0x31504d46;
const HEADER_BYTES = 32;
const decoder = new TextDecoder(), encoder = new TextEncoder();

export const pointOf = {
  kind: (state) => state & 255, status: (state) => (state >>> 8) & 15, freshness: (state) => (state >>> 12) & 3,
  alarm: (state) => (state >>> 14) & 7, shown: (state) => ((state >>> 17) & 3) === 1,
};

export class PointSet {
  constructor(name) {
    this.name = name;
    this.shift = null;
    this.version = 0;
    this.#clear(0);
  }

  #clear(count) {
    this.count = 0;
    [this.lon, this.lat, this.state] = [new Int32Array(count), new Int32Array(count), new Uint32Array(count)];
    [this.x, this.y] = [new Float64Array(count), new Float64Array(count)];
    this.texts = []; // of whole buffers and changes: [bytes, starts by slot]
    this.start = new Uint32Array(count);
    this.end = new Uint32Array(count);
    this.page = new Uint16Array(count); // in which of `texts`
  }

  // Take a buffer; false when it does not follow what is held.
  apply(buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < HEADER_BYTES || head.getUint32(0, true) !== MAGIC) throw new Error("not a buffer of points");
    const [version, base, rows, slots, bytes] = [4, 8, 12, 16, 20].map((at) => head.getUint32(at, true));
    if (buffer.byteLength !== HEADER_BYTES + 20 * rows + bytes) throw new Error("buffer of points of the wrong length");
    if (base !== 0 && base !== this.version) return false;
    if (base === 0) this.#clear(slots);
    const column = (at, Type) => new Type(buffer, HEADER_BYTES + 4 * rows * at, rows);
    const [slot, lon, lat, state, end] = [column(0, Uint32Array), column(1, Int32Array), column(2, Int32Array), column(3, Uint32Array), column(4, Uint32Array)];
    this.#reserve(slots);
    if (base === 0 || this.texts.length === 65535) this.texts.length = 0;
    this.texts.push(new Uint8Array(buffer, HEADER_BYTES + 20 * rows, bytes));
    for (let row = 0; row < rows; row++) {
      const at = slot[row];
      [this.lon[at], this.lat[at], this.state[at]] = [lon[row], lat[row], state[row]];
      [this.start[at], this.end[at], this.page[at]] = [row ? end[row - 1] : 0, end[row], this.texts.length - 1];
      this.#project(at);
    }
    this.count = slots;
    this.version = version;
    return true;
  }

  setShift(shift) {
    this.shift = shift;
    for (let slot = 0; slot < this.count; slot++) this.#project(slot);
  }

  shown(slot) {
    return pointOf.shown(this.state[slot]);
  }

  #text(slot) {
    return this.texts[this.page[slot]].subarray(this.start[slot], this.end[slot]);
  }

  id(slot) {
    const text = this.#text(slot);
    return decoder.decode(text.subarray(0, text.indexOf(0)));
  }

  label(slot) {
    const text = this.#text(slot);
    return decoder.decode(text.subarray(text.indexOf(0) + 1));
  }

  // Its slot, -1 when there is none.
  find(id) {
    const wanted = encoder.encode(id);
    for (let slot = 0; slot < this.count; slot++) {
      const text = this.#text(slot);
      if (text.length > wanted.length && text[wanted.length] === 0 && wanted.every((byte, at) => text[at] === byte) && this.shown(slot)) return slot;
    }
    return -1;
  }

  at(slot) {
    return [this.lon[slot] * 1e-7, this.lat[slot] * 1e-7];
  }

  #project(slot) {
    const [lon, lat] = this.at(slot);
    [this.x[slot], this.y[slot]] = toWorld(...(this.shift ? this.shift(lon, lat) : [lon, lat]));
  }

  #reserve(count) {
    if (count <= this.state.length) return;
    const room = count + (count >> 2);
    for (const name of ["lon", "lat", "state", "x", "y", "start", "end", "page"]) {
      const grown = new this[name].constructor(room);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}
