// Which labels are shown: first come, first placed, and none over another. No DOM.
// What is taken is kept as a coarse picture of the canvas, so that asking costs the same however much is on it.

const CELL_PX = 4;

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

  // The first of right, left, above, below of a symbol of `radius` at (x, y) that is free, as the text's left end and middle; or null.
  beside(x, y, radius, width, height, force = false) {
    const half = height / 2;
    if (this.take(x + radius, y - half, width, height)) return [x + radius, y];
    if (this.take(x - radius - width, y - half, width, height)) return [x - radius - width, y];
    if (this.take(x - width / 2, y - radius - height, width, height)) return [x - width / 2, y - radius - half];
    if (this.take(x - width / 2, y + radius, width, height)) return [x - width / 2, y + radius + half];
    if (!force) return null;
    this.take(x + radius, y - half, width, height, true);
    return [x + radius, y];
  }
}
