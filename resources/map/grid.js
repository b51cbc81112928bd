// Finds what is near a point on the screen: a grid of cells over the canvas, filled as things are drawn. No DOM.

const CELL_PX = 32;

export class Grid {
  constructor() {
    this.cells = new Map();
  }

  clear() {
    this.cells.clear();
  }

  add(x, y, thing) {
    const key = Grid.#key(Math.floor(x / CELL_PX), Math.floor(y / CELL_PX));
    const held = this.cells.get(key);
    if (held) held.push(x, y, thing);
    else this.cells.set(key, [x, y, thing]);
  }

  // The nearest thing within `radius` px (at most a cell), or null.
  nearest(x, y, radius) {
    const column = Math.floor(x / CELL_PX), row = Math.floor(y / CELL_PX);
    let best = null, least = radius * radius;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
      const held = this.cells.get(Grid.#key(column + dx, row + dy)) ?? [];
      for (let at = 0; at < held.length; at += 3) {
        const distance = (held[at] - x) ** 2 + (held[at + 1] - y) ** 2;
        if (distance <= least) [best, least] = [held[at + 2], distance];
      }
    }
    return best;
  }

  static #key(column, row) {
    return (column + 32768) * 65536 + row + 32768;
  }
}
