// The one picture that sprites are put into: here it is noted which and where, in order; painter.js paints it. And where sprites come from.

// Sprites by number, as the painter knows them: what it has not been told yet.
class Stock {
  constructor() {
    this.size = 0;
    this.free = [];
    this.made = [];
    this.gone = [];
    this.dropped = 0; // ever
  }

  add(width, height, pixels) {
    const sprite = { number: this.free.pop() ?? this.size++, width, height };
    this.made.push({ ...sprite, pixels });
    return sprite;
  }

  // It is not put any more after the picture that is being noted now.
  drop(sprite) {
    this.gone.push(sprite.number);
    this.dropped += 1;
  }

  take() {
    const { made, gone } = this;
    this.free.push(...gone);
    [this.made, this.gone] = [[], []];
    return { made, gone };
  }
}

const stock = new Stock();
const SILENT_TURNS = 6, TURN_MS = 500;

export class Picture {
  // `painter`: a Worker of painter.js. `failed(error)`: it could not paint. `silent()`: it answers nothing any more.
  constructor(painter, failed, silent = () => {}) {
    Object.assign(this, { painter, failed, silent });
    this.width = this.height = this.length = 0;
    this.puts = new Int32Array(3 * 1024);
    painter.onmessage = ({ data }) => {
      this.known = true;
      this.#end(data);
    };
    painter.onerror = (event) => {
      event.preventDefault();
      failed(new Error(`painter: ${event.message}`));
      this.#end(null);
    };
    this.done = () => {};
  }

  resize(width, height) {
    [this.width, this.height] = [width, height];
  }

  clear() {
    this.length = 0;
  }

  // How often sprites were given up: what was kept before cannot be restored after.
  get dropped() {
    return stock.dropped;
  }

  // All there is so far, to be put again.
  keep() {
    return this.puts.slice(0, this.length);
  }

  restore(kept) {
    this.#reserve(kept.length);
    this.puts.set(kept, this.length);
    this.length += kept.length;
  }

  put(sprite, left, top) {
    if (this.length + 3 > this.puts.length) this.#reserve(3);
    const { puts } = this;
    puts[this.length++] = sprite.number;
    puts[this.length++] = left;
    puts[this.length++] = top;
  }

  // With its middle at (x, y).
  putAt(sprite, x, y) {
    this.put(sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2));
  }

  // Resolves with the ImageBitmap, or null when that failed; one at a time. `over`: an ImageBitmap to be laid on it, or null.
  paint(over) {
    const { width, height } = this, puts = this.keep(), { made, gone } = stock.take();
    return new Promise((resolve) => {
      this.done = resolve;
      this.#watch();
      try {
        this.painter.postMessage({ width, height, made, gone, puts, over }, [puts.buffer, ...made.map(({ pixels }) => pixels.buffer), ...(over ? [over] : [])]);
      } catch (error) {
        stock.made.unshift(...made);
        this.failed(error);
        this.#end(null);
      }
    });
  }

  #end(painted) {
    clearInterval(this.watch);
    this.done(painted);
  }

  // Turns of the page are counted, not time: so that a machine that slept is no silent painter. The first answer takes as long as its script does.
  #watch() {
    if (!this.known) return;
    let left = SILENT_TURNS;
    this.watch = setInterval(() => {
      if (--left) return;
      clearInterval(this.watch);
      this.silent();
    }, TURN_MS);
  }

  #reserve(more) {
    if (this.length + more <= this.puts.length) return;
    const grown = new Int32Array(2 * (this.length + more));
    grown.set(this.puts);
    this.puts = grown;
  }
}

// Draws sprites on first use and keeps the newest `most` of them. Who keeps a sprite itself asks for no more than that.
export class Pens {
  constructor(most = 4000) {
    this.most = most;
    this.held = new Map();
    this.canvas = new OffscreenCanvas(64, 64);
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  clear() {
    for (const sprite of this.held.values()) stock.drop(sprite);
    this.held.clear();
  }

  has(key) {
    return this.held.has(key);
  }

  // The sprite of `key`; `draw(context)` is given a clear canvas with (0, 0) in the middle, or at the left end where `left`.
  of(key, width, height, draw, left = false) {
    let sprite = this.held.get(key);
    if (sprite) return sprite;
    if (this.held.size >= this.most) this.#forgetHalf();
    sprite = this.#draw(width, height, draw, left);
    this.held.set(key, sprite);
    return sprite;
  }

  #forgetHalf() {
    for (const [key, sprite] of [...this.held].slice(0, this.most >> 1)) {
      stock.drop(sprite);
      this.held.delete(key);
    }
  }

  #draw(width, height, draw, left) {
    const { canvas, context } = this;
    if (canvas.width < width || canvas.height < height) [canvas.width, canvas.height] = [Math.max(canvas.width, width), Math.max(canvas.height, height)];
    context.reset();
    context.translate(left ? 0 : width / 2, height / 2);
    draw(context);
    return stock.add(width, height, new Int32Array(context.getImageData(0, 0, width, height).data.buffer));
  }
}
