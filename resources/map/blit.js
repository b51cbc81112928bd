// Copies small pictures into a big one, pixel by pixel: without a GPU this is the fastest way to draw thousands. No DOM.
// Pixels are Uint32 of RGBA bytes, not premultiplied, as ImageData has them (little-endian).

// A sprite: {size, pixels, opaque rows}. Clipped at the edges of the target.
export function blit(target, width, height, sprite, left, top) {
  const { size, pixels } = sprite;
  const firstX = Math.max(0, -left), lastX = Math.min(size, width - left);
  const firstY = Math.max(0, -top), lastY = Math.min(size, height - top);
  for (let y = firstY; y < lastY; y++) {
    let from = y * size + firstX, to = (top + y) * width + left + firstX;
    for (let x = firstX; x < lastX; x++, from++, to++) {
      const colour = pixels[from], alpha = colour >>> 24;
      if (alpha === 0) continue;
      target[to] = alpha === 255 || target[to] >>> 24 === 0 ? colour : over(colour, alpha, target[to]);
    }
  }
}

export function over(colour, alpha, under) {
  const below = under >>> 24, rest = below * (255 - alpha) / 255, total = alpha + rest;
  const mix = (shift) => Math.round((((colour >>> shift) & 255) * alpha + ((under >>> shift) & 255) * rest) / total);
  return ((Math.round(total) << 24) | (mix(16) << 16) | (mix(8) << 8) | mix(0)) >>> 0;
}

// Clears the rectangles touched last time; cheaper than the whole when little is drawn.
export function clearRects(target, width, height, lefts, tops, count, size) {
  for (let index = 0; index < count; index++) {
    const left = Math.max(0, lefts[index]), right = Math.min(width, lefts[index] + size);
    const top = Math.max(0, tops[index]), bottom = Math.min(height, tops[index] + size);
    for (let y = top; y < bottom && left < right; y++) target.fill(0, y * width + left, y * width + right);
  }
}
