// Units on the map: their symbols, how many lie on one another, their names.

import { GONE, stateOf } from "./buffer.js";
import { LABEL } from "./labels.js";
import { Pens } from "./picture.js";
import { drawCount, drawTickOf, drawUnit, tickKey, unitKey } from "./sprites.js";
import { KINDS, STATUSES } from "./theme.js";

const SIZE_PX = 34;
const HALF_PX = SIZE_PX / 2;
const CHUNK = 300; // drawn before it is looked at the clock
const BAND_PX = 32;
const COMPACT_FROM = 2500; // with more units in view symbols are smaller
const COMPACT = 0.75;
const COVER_PX = 12;
const COVER_MOST = 1; // symbols drawn in a square of COVER_PX
const HEAP_PX = 30; // symbols this near are a heap
const HEAP_FROM = 3; // counted from so many
const MAX_HEAPS = 200;
const MAX_LABELS = 250;
const MAX_TRIES = 1200;
const RADIUS_PX = 17;

export class Fleet {
  constructor(page) {
    this.page = page;
    this.#forget();
    this.pens = new Pens(Infinity); // as many as there are kinds, statuses and ages: they are kept in lists of our own
    this.counts = new Pens(1000);
    this.now = new Columns(); // what is shown
    this.next = new Columns(); // what is being drawn
    this.heaps = new Int32Array(0);
    this.outside = 0; // units that have a place, but not in the view
    this.onOutside = () => {};
  }

  viewed(changed) {
    if (!changed.includes("theme")) return;
    this.#forget();
    for (const pens of [this.pens, this.counts]) pens.clear();
  }

  #forget() {
    [this.bodies, this.ticks, this.smallBodies, this.smallTicks] = [[], [], [], []];
  }

  // The loops are in functions of their own: inside a generator they would never be compiled well.
  *blit(layer) {
    const { next } = this;
    this.#gather(layer);
    yield;
    this.compact = next.count > COMPACT_FROM;
    const order = next.fromNorth(layer.height), cells = this.#coverage(layer), chosen = this.#chosen() ?? -1;
    for (let from = 0; from < order.length; from += CHUNK) {
      this.#putSome(layer.picture, order, from, Math.min(order.length, from + CHUNK), cells, chosen);
      yield;
    }
    this.#drawHeaps(layer, next);
  }

  #gather({ width, height, scale, originX, originY, margin }) {
    const { units } = this.page, { next } = this, right = width - margin, bottom = height - margin;
    next.begin(units.size);
    let outside = 0;
    for (let slot = 0; slot < units.size; slot++) {
      if (((units.state[slot] >>> 19) & 3) !== 1) continue; // as `units.visible`
      const x = units.x[slot] * scale - originX, y = units.y[slot] * scale - originY;
      if (x < margin || y < margin || x > right || y > bottom) outside++;
      if (x >= -HALF_PX && y >= -HALF_PX && x <= width + HALF_PX && y <= height + HALF_PX) next.add(slot, x, y);
    }
    this.nextOutside = outside;
  }

  #putSome(picture, order, from, to, { columns, counts }, chosen) {
    const { slots, xs, ys, lefts, tops, keys } = this.next, { state } = this.page.units;
    const bodies = this.compact ? this.smallBodies : this.bodies, ticks = this.compact ? this.smallTicks : this.ticks;
    for (let turn = from; turn < to; turn++) {
      const at = order[turn], slot = slots[at], held = state[slot], body = unitKey(held), tick = tickKey(held);
      const left = Math.round(xs[at] - HALF_PX), top = Math.round(ys[at] - HALF_PX);
      lefts[slot] = left;
      tops[slot] = top;
      keys[slot] = (body << 8) | (tick + 1);
      const cell = (((top + SIZE_PX) / COVER_PX) | 0) * columns + (((left + SIZE_PX) / COVER_PX) | 0);
      if (this.compact && ++counts[cell] > COVER_MOST && slot !== chosen) continue;
      if (tick >= 0) picture.put(ticks[tick] ?? this.#tick(tick), left, top);
      picture.put(bodies[body] ?? this.#body(body, held), left, top);
    }
  }

  shown() {
    [this.now, this.next] = [this.next, this.now];
    if (this.nextOutside !== this.outside) {
      this.outside = this.nextOutside;
      this.onOutside(this.outside);
    }
  }

  #chosen() {
    const { view, units } = this.page;
    return view.selected?.thing === "unit" ? units.slots.get(view.selected.id) : undefined;
  }

  // How many symbols lie in each square of COVER_PX: among thousands those that lie on one another are a number, not a picture.
  #coverage({ width, height }) {
    const columns = Math.ceil((width + 2 * SIZE_PX) / COVER_PX), rows = Math.ceil((height + 2 * SIZE_PX) / COVER_PX);
    if (this.cover?.counts.length !== columns * rows) this.cover = { columns, counts: new Uint16Array(columns * rows) };
    this.cover.counts.fill(0);
    return this.cover;
  }

  // Whether these units look the same where they are now: most steps are less than a pixel, and then nothing is drawn.
  unchanged(slots) {
    const { units, layer } = this.page, { now } = this;
    for (const slot of slots) {
      if (slot >= now.keys.length) return false;
      const x = units.x[slot] * layer.scale - layer.originX, y = units.y[slot] * layer.scale - layer.originY, state = units.state[slot];
      const seen = units.visible(slot) && x >= -HALF_PX && y >= -HALF_PX && x <= layer.width + HALF_PX && y <= layer.height + HALF_PX;
      if (!seen && now.keys[slot] === -1) continue;
      const same = seen && now.lefts[slot] === Math.round(x - HALF_PX) && now.tops[slot] === Math.round(y - HALF_PX);
      if (!same || now.keys[slot] !== ((unitKey(state) << 8) | (tickKey(state) + 1))) return false;
    }
    return true;
  }

  // Of those that lie under the point, the nearest.
  hit(x, y, radius) {
    const { now } = this;
    let best = -1, least = radius * radius;
    for (let at = 0; at < now.count; at++) {
      const distance2 = (now.xs[at] - x) ** 2 + (now.ys[at] - y) ** 2;
      if (distance2 <= least) [best, least] = [at, distance2];
    }
    return best < 0 ? null : { thing: "unit", id: this.page.units.id[now.slots[best]], distance2: least };
  }

  label(layer) {
    const { units } = this.page, { theme, labels } = layer, { count, slots, xs, ys } = this.now;
    for (let at = 0; at < count; at++) layer.taken.mark(xs[at], ys[at], 9);
    if (!layer.view.shows("names")) return;
    const chosen = this.#chosen();
    let room = MAX_LABELS;
    for (let at = 0; at < Math.min(count, MAX_TRIES) && room > 0; at++) {
      const slot = slots[at], text = units.label[slot];
      if (!text || slot === chosen) continue;
      const colour = stateOf.freshness(units.state[slot]) === GONE ? theme.gone : theme.text;
      if (labels.put(text, xs[at], ys[at], RADIUS_PX, LABEL.plain, colour)) room--;
    }
  }

  #body(key, state) {
    const held = this.compact ? this.smallBodies : this.bodies;
    return (held[key] ??= this.pens.of(`body ${key} ${this.compact}`, SIZE_PX, SIZE_PX, (context) => {
      if (this.compact) context.scale(COMPACT, COMPACT);
      drawUnit(context, this.page.layer.theme, KINDS[stateOf.kind(state)] ?? "other", STATUSES[stateOf.status(state)] ?? "unknown", stateOf.freshness(state));
    }));
  }

  #tick(key) {
    const held = this.compact ? this.smallTicks : this.ticks;
    return (held[key] ??= this.pens.of(`tick ${key} ${this.compact}`, SIZE_PX, SIZE_PX, (context) => {
      if (this.compact) context.scale(COMPACT, COMPACT);
      drawTickOf(context, this.page.layer.theme, key);
    }));
  }

  // Symbols that lie on one another say how many they are.
  #drawHeaps(layer, { count, xs, ys }) {
    const columns = Math.ceil(layer.width / HEAP_PX) + 3, rows = Math.ceil(layer.height / HEAP_PX) + 3;
    if (this.heaps.length !== 2 * columns * rows) this.heaps = new Int32Array(2 * columns * rows);
    const { heaps } = this, crowded = [];
    heaps.fill(0);
    for (let at = 0; at < count; at++) {
      const cell = 2 * (Math.round(ys[at] / HEAP_PX + 1) * columns + Math.round(xs[at] / HEAP_PX + 1));
      if (++heaps[cell] === 1) heaps[cell + 1] = at;
      else if (heaps[cell] === HEAP_FROM) crowded.push(cell);
    }
    crowded.sort((one, other) => heaps[other] - heaps[one]);
    for (const cell of crowded.slice(0, MAX_HEAPS)) {
      const text = String(heaps[cell]), first = heaps[cell + 1], width = 8 + 6 * text.length;
      const [left, top] = [Math.round(xs[first] + 5), Math.round(ys[first] - 17)];
      layer.taken.take(left, top, width, 13, true);
      layer.picture.put(this.counts.of(text, width, 13, (context) => drawCount(context, layer.theme, text, width)), left, top);
    }
  }
}

// The units in view: by turn their slot and place on the canvas; by slot how they were drawn.
class Columns {
  constructor() {
    this.count = 0;
    this.slots = new Uint32Array(64);
    [this.xs, this.ys] = [new Float32Array(64), new Float32Array(64)];
    [this.lefts, this.tops] = [new Int16Array(64), new Int16Array(64)];
    this.keys = new Int32Array(64).fill(-1); // of the sprite; -1 not drawn
    this.order = new Uint32Array(64);
  }

  begin(size) {
    this.count = 0;
    if (size > this.keys.length) for (const name of ["slots", "xs", "ys", "lefts", "tops", "keys", "order"]) this[name] = new this[name].constructor(2 * size);
    this.keys.fill(-1);
  }

  add(slot, x, y) {
    this.slots[this.count] = slot;
    this.xs[this.count] = x;
    this.ys[this.count++] = y;
  }

  // In bands from north to south: what lies to the south lies on top, and a band of the picture stays in the processor's cache.
  fromNorth(height) {
    const bands = Math.ceil((height + SIZE_PX) / BAND_PX) + 1, starts = new Uint32Array(bands + 1);
    const bandOf = (at) => ((this.ys[at] + HALF_PX) / BAND_PX) | 0;
    for (let at = 0; at < this.count; at++) starts[bandOf(at) + 1]++;
    for (let band = 1; band <= bands; band++) starts[band] += starts[band - 1];
    for (let at = 0; at < this.count; at++) this.order[starts[bandOf(at)]++] = at;
    return this.order.subarray(0, this.count);
  }
}
