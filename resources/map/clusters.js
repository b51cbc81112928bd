// Groups points that are too near to be told apart, anew for each drawing: a grid of cells that stays with the ground, and neighbours whose
// middles are near are joined. One pass over typed columns takes a few milliseconds for 50,000 points, so nothing is indexed beforehand, and an alarm
// that comes or goes is seen in the next drawing; an index such as supercluster answers faster, but is built anew, for 100 times as long, with
// every change of what is in it. No DOM.

import { pointOf } from "./pointset.js";

const CELL_PX = [72, 72, 72, 72, 72, 72, 72, 72, 72, 72, 72, 64, 56, 48, 36, 24, 20]; // by zoom; nearer than the last: the last
const JOINED = 0.62; // of a cell: middles nearer than that are one cluster
const TWELFTHS = 12;

export const CLUSTER = {
  radius: (count) => (count < 10 ? 12 : count < 100 ? 14 : count < 1000 ? 17 : 20),
  text: (count) => (count < 1000 ? String(count) : count < 10_000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`),
};

export class Clusters {
  constructor() {
    this.size = 0;
    this.sets = [];
    this.names = [];
    this.cells = 0;
  }

  // `place`: {scale, originX, originY, width, height} of the layer.
  gather(sets, place, zoom) {
    Object.assign(this, { sets, names: sets.map((set) => set.name), cell: CELL_PX[Math.min(CELL_PX.length - 1, Math.max(0, Math.round(zoom)))] });
    const { cell } = this;
    [this.scale, this.originX, this.originY] = [place.scale, place.originX, place.originY];
    [this.column0, this.row0] = [Math.floor(place.originX / cell) - 1, Math.floor(place.originY / cell) - 1];
    [this.columns, this.rows] = [Math.ceil(place.width / cell) + 3, Math.ceil(place.height / cell) + 3];
    this.#reserve(this.columns * this.rows, sets.length);
    for (let index = 0; index < sets.length; index++) this.#count(sets[index], index);
    this.#join();
  }

  #reserve(cells, sets) {
    const wanted = cells * Math.max(1, sets);
    if (this.cells !== cells || this.ofSet?.length !== wanted) {
      this.cells = cells;
      this.ofSet = new Uint32Array(wanted);
      [this.counts, this.alarms, this.levels, this.firstSet] = [new Uint32Array(cells), new Uint32Array(cells), new Uint8Array(cells), new Uint8Array(cells)];
      [this.first, this.cluster] = [new Int32Array(cells), new Int32Array(cells)];
      [this.xs, this.ys] = [new Float64Array(cells), new Float64Array(cells)];
    }
    for (const column of [this.ofSet, this.counts, this.alarms, this.levels, this.xs, this.ys]) column.fill(0);
  }

  #cellOf(set, slot) {
    const column = Math.floor((set.x[slot] * this.scale) / this.cell) - this.column0, row = Math.floor((set.y[slot] * this.scale) / this.cell) - this.row0;
    return column < 0 || row < 0 || column >= this.columns || row >= this.rows ? -1 : row * this.columns + column;
  }

  #count(set, index) {
    const { counts, alarms, levels, first, firstSet, xs, ys, ofSet, scale, originX, originY } = this, kinds = this.sets.length;
    for (let slot = 0; slot < set.count; slot++) {
      const state = set.state[slot];
      if (!pointOf.shown(state)) continue;
      const at = this.#cellOf(set, slot);
      if (at < 0) continue;
      const alarm = pointOf.alarm(state);
      if (counts[at]++ === 0 || (alarm && (!levels[at] || alarm < levels[at]))) {
        first[at] = slot; // the one that stands for all: the gravest
        firstSet[at] = index;
      }
      if (alarm) {
        alarms[at]++;
        if (!levels[at] || alarm < levels[at]) levels[at] = alarm;
      }
      ofSet[at * kinds + index]++;
      xs[at] += set.x[slot] * scale - originX;
      ys[at] += set.y[slot] * scale - originY;
    }
  }

  // The bigger take in their neighbours; then the columns hold clusters in their first `size` places.
  #join() {
    const { counts, xs, ys, cluster, columns } = this, kinds = this.sets.length, near2 = (this.cell * JOINED) ** 2;
    const filled = [];
    for (let at = 0; at < this.cells; at++) {
      cluster[at] = -1;
      if (!counts[at]) continue;
      filled.push(at);
      xs[at] /= counts[at];
      ys[at] /= counts[at];
    }
    const into = new Map(filled.map((at) => [at, at]));
    for (const at of filled.toSorted((one, other) => counts[other] - counts[one] || one - other)) {
      if (into.get(at) !== at) continue;
      for (const step of [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]) {
        const next = at + step;
        if (into.get(next) !== next || next === at || (xs[at] - xs[next]) ** 2 + (ys[at] - ys[next]) ** 2 > near2) continue;
        this.#take(at, next, kinds);
        for (const [held, whole] of into) if (whole === next) into.set(held, at);
      }
    }
    this.#close(filled, into, kinds);
  }

  #take(at, next, kinds) {
    const { counts, alarms, levels, first, firstSet, xs, ys, ofSet } = this, all = counts[at] + counts[next];
    xs[at] = (xs[at] * counts[at] + xs[next] * counts[next]) / all;
    ys[at] = (ys[at] * counts[at] + ys[next] * counts[next]) / all;
    counts[at] = all;
    alarms[at] += alarms[next];
    if (levels[next] && (!levels[at] || levels[next] < levels[at])) [levels[at], first[at], firstSet[at]] = [levels[next], first[next], firstSet[next]];
    for (let index = 0; index < kinds; index++) ofSet[at * kinds + index] += ofSet[next * kinds + index];
  }

  #close(filled, into, kinds) {
    const number = new Map();
    let size = 0;
    for (const at of filled) {
      if (into.get(at) !== at) continue;
      number.set(at, size);
      for (const column of [this.counts, this.alarms, this.levels, this.first, this.firstSet, this.xs, this.ys]) column[size] = column[at];
      for (let index = 0; index < kinds; index++) this.ofSet[size * kinds + index] = this.ofSet[at * kinds + index];
      size += 1;
    }
    for (const at of filled) this.cluster[at] = number.get(into.get(at));
    this.size = size;
  }

  // In which cluster a point is, -1 in none.
  clusterOf(set, slot) {
    if (!pointOf.shown(set.state[slot])) return -1;
    const at = this.#cellOf(set, slot);
    return at < 0 ? -1 : this.cluster[at];
  }

  setOf(at) {
    return this.sets[this.firstSet[at]];
  }

  // How much of it each set is, in twelfths; what is there at all has one.
  sharesOf(at) {
    const kinds = this.sets.length;
    return this.sets.map((_, index) => {
      const count = this.ofSet[at * kinds + index];
      return count ? Math.max(1, Math.round((TWELFTHS * count) / this.counts[at])) : 0;
    });
  }

  // Clusters that look the same but for their number have the same.
  lookOf(at) {
    return `cluster ${CLUSTER.radius(this.counts[at])} ${this.names} ${this.sharesOf(at)} ${this.levels[at]}`;
  }

  // Those in alarm, the gravest first.
  alarmed() {
    const found = [];
    for (let at = 0; at < this.size; at++) if (this.alarms[at]) found.push(at);
    return found.sort((one, other) => this.levels[one] - this.levels[other] || this.alarms[other] - this.alarms[one]);
  }

  // Those without any alarm.
  calm() {
    const found = [];
    for (let at = 0; at < this.size; at++) if (!this.alarms[at]) found.push(at);
    return found;
  }

  // What is nearest to a point of the canvas, within `radius` px of its edge: {at, distance2}.
  nearest(x, y, radius) {
    let best = null;
    for (let at = 0; at < this.size; at++) {
      const reach = this.counts[at] === 1 ? radius : CLUSTER.radius(this.counts[at]) + 3;
      const distance2 = (this.xs[at] - x) ** 2 + (this.ys[at] - y) ** 2;
      if (distance2 <= reach * reach && (!best || distance2 < best.distance2)) best = { at, distance2 };
    }
    return best;
  }
}
