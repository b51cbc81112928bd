// The one picture that sprites are put into, on a canvas of its own; and where sprites come from.

import { Sprite, blit } from "./blit.js";

export class Picture {
  constructor(context) {
    this.context = context;
    this.width = this.height = 0;
  }

  resize(width, height) {
    [this.width, this.height] = [width, height];
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  clear() {
    this.pixels.fill(0);
  }

  // A copy of all there is so far, in `room` where that fits; and as it was then.
  keep(room) {
    const kept = room?.length === this.pixels.length ? room : new Uint32Array(this.pixels.length);
    kept.set(this.pixels);
    return kept;
  }

  restore(kept) {
    this.pixels.set(kept);
  }

  put(sprite, left, top) {
    blit(this.pixels, this.width, this.height, sprite, left, top);
  }

  // With its middle at (x, y).
  putAt(sprite, x, y) {
    blit(this.pixels, this.width, this.height, sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2));
  }

  show() {
    this.context.putImageData(this.image, 0, 0);
  }
}

// Draws sprites on first use and keeps the newest `most` of them.
export class Pens {
  constructor(most = 4000) {
    this.most = most;
    this.held = new Map();
    this.canvas = new OffscreenCanvas(64, 64);
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  clear() {
    this.held.clear();
  }

  has(key) {
    return this.held.has(key);
  }

  // The sprite of `key`; `draw(context)` is given a clear canvas with (0, 0) in the middle, or at the left end where `left`.
  of(key, width, height, draw, left = false) {
    let sprite = this.held.get(key);
    if (sprite) return sprite;
    if (this.held.size >= this.most) for (const old of [...this.held.keys()].slice(0, this.most >> 1)) this.held.delete(old);
    sprite = this.#draw(width, height, draw, left);
    this.held.set(key, sprite);
    return sprite;
  }

  #draw(width, height, draw, left) {
    const { canvas, context } = this;
    if (canvas.width < width || canvas.height < height) [canvas.width, canvas.height] = [Math.max(canvas.width, width), Math.max(canvas.height, height)];
    context.reset();
    context.translate(left ? 0 : width / 2, height / 2);
    draw(context);
    return new Sprite(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer), width, height);
  }
}
