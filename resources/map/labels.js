// Which labels are shown: first come, first placed, and none over another. No DOM.

const CELL_PX = 64;
const GAP_PX = 2;

export class Places {
  constructor() {
    this.cells = new Map();
  }

  clear() {
    this.cells.clear();
  }

  copyFrom(other) {
    this.cells = new Map([...other.cells].map(([key, boxes]) => [key, boxes.slice()]));
  }

  // Take the box when it is free; `force` takes it anyway.
  take(left, top, width, height, force = false) {
    const box = [left - GAP_PX, top - GAP_PX, left + width + GAP_PX, top + height + GAP_PX];
    const keys = Places.#keys(box);
    if (!force && keys.some((key) => this.cells.get(key)?.some((held) => overlap(held, box)))) return false;
    for (const key of keys) {
      const held = this.cells.get(key);
      if (held) held.push(box);
      else this.cells.set(key, [box]);
    }
    return true;
  }

  // The first of right, left, above, below of a symbol of `radius` at (x, y) that is free, as the text's left end and middle; or null.
  beside(x, y, radius, width, height, force = false) {
    const spots = [[x + radius, y], [x - radius - width, y], [x - width / 2, y - radius - height / 2], [x - width / 2, y + radius + height / 2]];
    const spot = spots.find(([left, middle]) => this.take(left, middle - height / 2, width, height));
    if (spot || !force) return spot ?? null;
    this.take(spots[0][0], spots[0][1] - height / 2, width, height, true);
    return spots[0];
  }

  static #keys([left, top, right, bottom]) {
    const keys = [];
    for (let row = Math.floor(top / CELL_PX); row <= Math.floor(bottom / CELL_PX); row++)
      for (let column = Math.floor(left / CELL_PX); column <= Math.floor(right / CELL_PX); column++)
        keys.push((column + 32768) * 65536 + row + 32768);
    return keys;
  }
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
