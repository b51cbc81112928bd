// Copies small pictures into a big one, pixel by pixel: without a GPU this is the fastest way to draw thousands. No DOM.
// Pixels are Uint32 of RGBA bytes, not premultiplied, as ImageData has them (little-endian).

const FAINT = 8; // of 255: a difference that nobody sees, but each soft pixel costs several opaque ones

// A small picture: what of it is opaque and what is soft, as lists of (row, column, colour), so that nothing else is looked at.
export class Sprite {
  constructor(pixels, width, height) {
    Object.assign(this, { width, height });
    const solid = [], soft = [];
    for (let at = 0; at < width * height; at++) {
      const alpha = pixels[at] >>> 24;
      if (alpha >= FAINT) (alpha >= 255 - FAINT ? solid : soft).push(at);
    }
    [this.solidX, this.solidY] = [Uint16Array.from(solid, (at) => at % width), Uint16Array.from(solid, (at) => at / width)];
    [this.softX, this.softY] = [Uint16Array.from(soft, (at) => at % width), Uint16Array.from(soft, (at) => at / width)];
    [this.solid, this.soft] = [Uint32Array.from(solid, (at) => (pixels[at] | 0xff000000) >>> 0), Uint32Array.from(soft, (at) => pixels[at])];
    this.stride = 0;
  }

  // Where its pixels lie, one after another, in a target of that width.
  lieIn(stride) {
    if (stride === this.stride) return;
    this.stride = stride;
    this.solidAt = Uint32Array.from(this.solidX, (x, index) => this.solidY[index] * stride + x);
    this.softAt = Uint32Array.from(this.softX, (x, index) => this.softY[index] * stride + x);
  }
}

// Clipped at the edges of the target.
export function blit(target, width, height, sprite, left, top) {
  if (left < 0 || top < 0 || left + sprite.width > width || top + sprite.height > height) return clipped(target, width, height, sprite, left, top);
  sprite.lieIn(width);
  const { solid, solidAt, soft, softAt } = sprite, from = top * width + left;
  for (let index = 0; index < solid.length; index++) target[from + solidAt[index]] = solid[index];
  for (let index = 0; index < soft.length; index++) {
    const at = from + softAt[index];
    target[at] = over(soft[index], soft[index] >>> 24, target[at]);
  }
}

function clipped(target, width, height, sprite, left, top) {
  for (const [colours, xs, ys] of [[sprite.solid, sprite.solidX, sprite.solidY], [sprite.soft, sprite.softX, sprite.softY]])
    for (let index = 0; index < colours.length; index++) {
      const x = left + xs[index], y = top + ys[index];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const at = y * width + x, under = target[at], colour = colours[index];
      target[at] = over(colour, colour >>> 24, under);
    }
}

// One pixel over another; integers throughout, since this runs for every soft edge. Over what is opaque red and blue go together.
export function over(colour, alpha, under) {
  const below = under >>> 24;
  if (below === 0 || alpha === 255) return colour;
  if (below === 255) {
    const rest = 255 - alpha;
    let redBlue = Math.imul(colour & 0xff00ff, alpha) + Math.imul(under & 0xff00ff, rest) + 0x800080;
    redBlue = (redBlue + ((redBlue >>> 8) & 0xff00ff)) >>> 8; // divided by 255
    let green = Math.imul((colour >>> 8) & 255, alpha) + Math.imul((under >>> 8) & 255, rest) + 0x80;
    green = (green + (green >>> 8)) & 0xff00;
    return (0xff000000 | (redBlue & 0xff00ff) | green) >>> 0;
  }
  const rest = ((below * (255 - alpha) + 127) / 255) | 0, total = alpha + rest, half = total >> 1;
  const blue = ((((colour >>> 16) & 255) * alpha + ((under >>> 16) & 255) * rest + half) / total) | 0;
  const green = ((((colour >>> 8) & 255) * alpha + ((under >>> 8) & 255) * rest + half) / total) | 0;
  const red = (((colour & 255) * alpha + (under & 255) * rest + half) / total) | 0;
  return ((total << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
