// Copies small pictures into a big one, pixel by pixel: without a GPU this is the fastest way to draw thousands. No DOM.
// Pixels are Uint32 of RGBA bytes, not premultiplied, as ImageData has them (little-endian).

// What of each row of a square picture is not empty: [first, last) twice a row.
export function spansOf(pixels, size) {
  const spans = new Uint8Array(2 * size);
  for (let y = 0; y < size; y++) {
    let first = 0, last = size;
    while (first < size && pixels[y * size + first] >>> 24 === 0) first++;
    while (last > first && pixels[y * size + last - 1] >>> 24 === 0) last--;
    spans.set([first, last], 2 * y);
  }
  return spans;
}

// A sprite: {size, pixels, spans}. Clipped at the edges of the target.
export function blit(target, width, height, sprite, left, top) {
  const { size, pixels, spans } = sprite;
  const firstY = Math.max(0, -top), lastY = Math.min(size, height - top);
  for (let y = firstY; y < lastY; y++) {
    const firstX = Math.max(spans[2 * y], -left), lastX = Math.min(spans[2 * y + 1], width - left);
    let from = y * size + firstX, to = (top + y) * width + left + firstX;
    for (let x = firstX; x < lastX; x++, from++, to++) {
      const colour = pixels[from], alpha = colour >>> 24;
      if (alpha === 0) continue;
      target[to] = alpha === 255 || target[to] >>> 24 === 0 ? colour : over(colour, alpha, target[to]);
    }
  }
}

// One pixel over another; integers throughout, since this runs for every soft edge.
export function over(colour, alpha, under) {
  const rest = (((under >>> 24) * (255 - alpha) + 127) / 255) | 0, total = alpha + rest, half = total >> 1;
  const blue = ((((colour >>> 16) & 255) * alpha + ((under >>> 16) & 255) * rest + half) / total) | 0;
  const green = ((((colour >>> 8) & 255) * alpha + ((under >>> 8) & 255) * rest + half) / total) | 0;
  const red = (((colour & 255) * alpha + (under & 255) * rest + half) / total) | 0;
  return ((total << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

// Clears the squares touched last time, or everything where they are more than the whole.
export function clearRects(target, width, height, lefts, tops, count, size) {
  if (count * size * size > target.length) return target.fill(0);
  for (let index = 0; index < count; index++) {
    const left = Math.max(0, lefts[index]), right = Math.min(width, lefts[index] + size);
    const top = Math.max(0, tops[index]), bottom = Math.min(height, tops[index] + size);
    for (let y = top; y < bottom && left < right; y++) target.fill(0, y * width + left, y * width + right);
  }
  return target;
}
