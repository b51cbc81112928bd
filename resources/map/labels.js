// Which labels are shown: by rank, first come, first placed, and none over another.
// What is taken is kept as a coarse picture of the canvas, so that asking costs the same however much is on it.

import { Pens } from "./picture.js";
import { FONT } from "./theme.js";

const CELL_PX = 4;
const MAX_WIDTHS = 20000;
const NEW_A_DRAWING = 40; // texts drawn for the first time cost most: the rest of them follow in the next drawings
const MAX_TEXTS = 1500;
const HALO_PX = 2;
const MAX_LINES_OFF = 4; // how far from its symbol, in lines, a label may be that must be there

// The graver goes first.
export const RANK = { ALARM: 0, CHOSEN: 1, INCIDENT: 2, ROAD: 3, UNIT: 4, POINT: 5 };

export const LABEL = { // px of the line, font
  large: { height: 17, font: `800 13px ${FONT}` },
  strong: { height: 15, font: `700 13px ${FONT}` },
  firm: { height: 15, font: `600 12px ${FONT}` },
  plain: { height: 15, font: `500 12px ${FONT}` },
  small: { height: 14, font: `500 11px ${FONT}` },
};

export class Places {
  constructor() {
    this.columns = this.rows = 0;
    this.cells = new Uint8Array(0);
  }

  // Everything is free again, on a canvas of this size.
  clear(width, height) {
    const columns = Math.ceil(width / CELL_PX), rows = Math.ceil(height / CELL_PX);
    if (columns * rows === this.cells.length) this.cells.fill(0);
    else this.cells = new Uint8Array(columns * rows);
    [this.columns, this.rows] = [columns, rows];
  }

  // Take the box when it is free; `force` takes it anyway. What lies beyond the canvas counts as free.
  take(left, top, width, height, force = false) {
    const first = Math.max(0, Math.floor(left / CELL_PX)), last = Math.min(this.columns, Math.ceil((left + width) / CELL_PX));
    const from = Math.max(0, Math.floor(top / CELL_PX)), to = Math.min(this.rows, Math.ceil((top + height) / CELL_PX));
    if (first >= last) return true;
    if (!force)
      for (let row = from; row < to; row++)
        for (let at = row * this.columns + first, end = row * this.columns + last; at < end; at++) if (this.cells[at]) return false;
    for (let row = from; row < to; row++) this.cells.fill(1, row * this.columns + first, row * this.columns + last);
    return true;
  }

  keep(room) {
    const kept = room?.length === this.cells.length ? room : new Uint8Array(this.cells.length);
    kept.set(this.cells);
    return kept;
  }

  restore(kept) {
    this.cells.set(kept);
  }

  // Take a square of about `half` px around (x, y), as a symbol does: cheaper, for thousands.
  mark(x, y, half) {
    const first = Math.max(0, (x - half) / CELL_PX | 0), last = Math.min(this.columns - 1, (x + half) / CELL_PX | 0);
    const to = Math.min(this.rows - 1, (y + half) / CELL_PX | 0);
    for (let row = Math.max(0, (y - half) / CELL_PX | 0); row <= to; row++)
      for (let at = row * this.columns + first, end = row * this.columns + last; at <= end; at++) this.cells[at] = 1;
  }

  // The first of right, left, above, below of a symbol of `radius` at (x, y) that is free, as the text's left end and middle; or null.
  // `force`: else the next free line up or down beside it, and where there is none, over what lies there.
  beside(x, y, radius, width, height, force = false) {
    const half = height / 2;
    if (this.take(x + radius, y - half, width, height)) return [x + radius, y];
    if (this.take(x - radius - width, y - half, width, height)) return [x - radius - width, y];
    if (this.take(x - width / 2, y - radius - height, width, height)) return [x - width / 2, y - radius - half];
    if (this.take(x - width / 2, y + radius, width, height)) return [x - width / 2, y + radius + half];
    if (!force) return null;
    for (let line = 1; line <= MAX_LINES_OFF; line++) {
      for (const middle of [y + line * height, y - line * height]) {
        for (const left of [x + radius, x - radius - width]) if (this.take(left, middle - half, width, height)) return [left, middle];
      }
    }
    this.take(x + radius, y - half, width, height, true);
    return [x + radius, y];
  }
}

// Labels of one drawing; each is a sprite like a symbol, drawn once and kept.
export class Labels {
  constructor(taken) {
    this.taken = taken;
    this.pens = new Map(); // colour -> look -> Pens
    this.widths = new Map(); // look -> text -> px
    this.asked = [];
    this.written = 0;
    this.left = NEW_A_DRAWING;
    this.owing = false; // texts that had room, but not yet a sprite
    this.measuring = new OffscreenCanvas(1, 1).getContext("2d");
  }

  forget() {
    for (const looks of this.pens.values()) for (const pens of looks.values()) pens.clear();
    this.pens.clear();
  }

  begin(picture, theme) {
    Object.assign(this, { picture, theme });
    this.asked.length = this.written = 0;
    this.left = NEW_A_DRAWING;
    this.owing = false;
  }

  // `{rank, text, x, y, radius, look, colour, force}`: written after all symbols are there, beside (x, y) where there is room; `force`: anyway.
  ask(label) {
    if (label.text) this.asked.push(label);
  }

  write() {
    const once = new Map(); // what is selected is asked for by its own part too
    for (const label of this.asked) {
      const key = `${label.text}\n${Math.round(label.x)}\n${Math.round(label.y)}`, other = once.get(key) ?? label;
      once.set(key, { ...label, rank: Math.min(label.rank, other.rank), radius: Math.max(label.radius, other.radius), force: label.force || other.force });
    }
    const asked = [...once.values()].sort((one, other) => one.rank - other.rank);
    for (const { text, x, y, radius, look = LABEL.plain, colour, force } of asked) this.put(text, x, y, radius, look, colour, force);
  }

  // At once; whether there was room.
  put(text, x, y, radius, look, colour, force = false) {
    const width = this.width(text, look), pens = this.#pens(colour, look);
    if (!force && this.left <= 0 && !pens.has(text)) {
      this.owing = true;
      return false;
    }
    const spot = this.taken.beside(x, y, radius, width, look.height, force);
    if (spot) this.#draw(pens, text, width, look, colour, spot);
    return spot !== null;
  }

  // Text with its left end and middle at (left, y), whatever lies there; false when it had to wait for its turn.
  stamp(text, left, y, look, colour) {
    const pens = this.#pens(colour, look);
    if (this.left <= 0 && !pens.has(text)) this.owing = true;
    else this.#draw(pens, text, this.width(text, look), look, colour, [left, y]);
    return !this.owing || pens.has(text);
  }

  width(text, look) {
    let held = this.widths.get(look);
    if (!held) this.widths.set(look, (held = new Map()));
    let width = held.get(text);
    if (width === undefined) {
      if (held.size > MAX_WIDTHS) held.clear();
      this.measuring.font = look.font;
      held.set(text, (width = this.measuring.measureText(text).width));
    }
    return width;
  }

  #pens(colour, look) {
    let looks = this.pens.get(colour);
    if (!looks) this.pens.set(colour, (looks = new Map()));
    let pens = looks.get(look);
    if (!pens) looks.set(look, (pens = new Pens(MAX_TEXTS)));
    return pens;
  }

  #draw(pens, text, width, look, colour, [x, y]) {
    if (!pens.has(text)) this.left -= 1;
    const height = look.height + 2 * HALO_PX;
    const sprite = pens.of(text, Math.ceil(width) + 2 * HALO_PX, height, (context) => {
      context.font = look.font;
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.strokeStyle = this.theme.textHalo;
      context.lineWidth = 3.5;
      context.strokeText(text, HALO_PX, 0);
      context.fillStyle = colour;
      context.fillText(text, HALO_PX, 0);
    }, true);
    this.picture.put(sprite, Math.round(x) - HALO_PX, Math.round(y - height / 2));
    this.written += 1;
  }
}
