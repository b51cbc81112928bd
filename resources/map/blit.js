// Copies small pictures into a big one, pixel by pixel: without a GPU this is the fastest way to draw thousands. No DOM.
// Pixels are Int32 of RGBA bytes, not premultiplied, as ImageData has them (little-endian).

const FAINT = 8; // of 255: a difference that nobody sees, but each soft pixel costs several opaque ones

// Colours, columns and rows of the pixels that are as opaque as is asked for.
function some(pixels, width, asked) {
  const colours = new Int32Array(pixels.length), xs = new Uint16Array(pixels.length), ys = new Uint16Array(pixels.length);
  let count = 0;
  for (let at = 0; at < pixels.length; at++) {
    if (!asked(pixels[at] >>> 24)) continue;
    colours[count] = pixels[at];
    xs[count] = at % width;
    ys[count++] = at / width;
  }
  return [colours.slice(0, count), xs.slice(0, count), ys.slice(0, count)];
}

// A small picture: what of it is opaque and what is soft, as lists of (row, column, colour), so that nothing else is looked at.
export class Sprite {
  constructor(pixels, width, height) {
    Object.assign(this, { width, height });
    [this.solid, this.solidX, this.solidY] = some(pixels, width, (alpha) => alpha >= 255 - FAINT);
    [this.soft, this.softX, this.softY] = some(pixels, width, (alpha) => alpha >= FAINT && alpha < 255 - FAINT);
    this.solid.forEach((colour, index, solid) => (solid[index] = colour | 0xff000000));
    this.stride = 0;
  }

  // Where its pixels lie, one after another, in a target of that width.
  lieIn(stride) {
    if (stride === this.stride) return;
    this.stride = stride;
    this.solidAt = Int32Array.from(this.solidX, (x, index) => this.solidY[index] * stride + x);
    this.softAt = Int32Array.from(this.softX, (x, index) => this.softY[index] * stride + x);
  }

  // What of it is within a target when it lies over an edge.
  within(width, height, left, top) {
    const [solid, solidAt] = clip(this.solid, this.solidX, this.solidY, width, height, left, top);
    const [soft, softAt] = clip(this.soft, this.softX, this.softY, width, height, left, top);
    return { solid, solidAt, soft, softAt };
  }
}

function clip(colours, xs, ys, width, height, left, top) {
  const kept = new Int32Array(colours.length), keptAt = new Int32Array(colours.length);
  let count = 0;
  for (let index = 0; index < colours.length; index++) {
    const x = left + xs[index], y = top + ys[index];
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    kept[count] = colours[index];
    keptAt[count++] = ys[index] * width + xs[index];
  }
  return [kept.subarray(0, count), keptAt.subarray(0, count)];
}

// `puts`: (number of the sprite, left, top) one after another; clipped at the edges of the target.
// One loop without calls, integers throughout: a colour that is handed to a function may become an object on the heap.
export function blit(target, width, height, sprites, puts) {
  for (let put = 0; put < puts.length; put += 3) {
    const sprite = sprites[puts[put]], left = puts[put + 1], top = puts[put + 2], from = top * width + left;
    if (left >= width || top >= height || left + sprite.width <= 0 || top + sprite.height <= 0) continue;
    const whole = left >= 0 && top >= 0 && left + sprite.width <= width && top + sprite.height <= height;
    if (whole) sprite.lieIn(width);
    const { solid, solidAt, soft, softAt } = whole ? sprite : sprite.within(width, height, left, top);
    for (let index = 0; index < solid.length; index++) target[from + solidAt[index]] = solid[index];
    for (let index = 0; index < soft.length; index++) {
      const at = from + softAt[index], colour = soft[index], under = target[at], below = under >>> 24, alpha = colour >>> 24;
      if (below === 0) target[at] = colour;
      else if (below === 255) { // red and blue together, 256 for 255
        const share = alpha + (alpha >>> 7), rest = 256 - share;
        const redBlue = ((Math.imul(colour & 0xff00ff, share) + Math.imul(under & 0xff00ff, rest)) | 0) >>> 8;
        const green = ((Math.imul(colour & 0xff00, share) + Math.imul(under & 0xff00, rest)) | 0) >>> 8;
        target[at] = 0xff000000 | (redBlue & 0xff00ff) | (green & 0xff00);
      } else {
        const rest = Math.imul(below * (255 - alpha) + 128, 257) >>> 16, total = alpha + rest, part = 1 / total;
        const blue = (((colour >>> 16) & 255) * alpha + ((under >>> 16) & 255) * rest) * part + 0.5;
        const green = (((colour >>> 8) & 255) * alpha + ((under >>> 8) & 255) * rest) * part + 0.5;
        const red = ((colour & 255) * alpha + (under & 255) * rest) * part + 0.5;
        target[at] = (total << 24) | (blue << 16) | (green << 8) | red;
      }
    }
  }
}
