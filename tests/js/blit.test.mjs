import assert from "node:assert/strict";
import { test } from "node:test";

import { Sprite, blit } from "../../resources/map/blit.js";

const RED = 0xff0000ff | 0, HALF = 0x80ffffff | 0;

const sprite = (pixels, width, height) => new Sprite(Int32Array.from(pixels), width, height);

// What `colour` over `under` comes to.
function mixed(colour, under) {
  const target = Int32Array.of(under);
  blit(target, 1, 1, [sprite([colour], 1, 1)], [0, 0, 0]);
  return target[0];
}

const channels = (pixel) => [0, 8, 16, 24].map((shift) => (pixel >>> shift) & 255);

test("a sprite is clipped at every edge", () => {
  const cross = sprite([0, RED, RED, 0], 2, 2);
  for (const [left, top] of [[-1, -1], [-1, 1], [2, 2], [0, 0], [1, 0], [50, 50], [-9, 0]]) {
    const target = new Int32Array(9);
    blit(target, 3, 3, [cross], [0, left, top]);
    const wanted = [[left + 1, top], [left, top + 1]].filter(([x, y]) => x >= 0 && y >= 0 && x < 3 && y < 3);
    assert.equal(target.filter(Boolean).length, wanted.length);
    for (const [x, y] of wanted) assert.equal(target[3 * y + x], RED);
  }
});

test("soft pixels are mixed with what is there, opaque, soft or nothing", () => {
  assert.equal(mixed(HALF, 0), HALF);
  assert.deepEqual(channels(mixed(HALF, RED)), [255, 128, 128, 255]);
  for (let alpha = 8; alpha < 248; alpha += 3)
    for (const below of [1, 90, 200, 255])
      for (const under of [0, 7, 128, 255]) {
        const [red, green, blue, opaque] = channels(mixed((alpha << 24) | 0xc81e64, (below << 24) | (under * 0x010101)));
        const rest = (below * (255 - alpha)) / 255, total = alpha + rest;
        assert.ok(Math.abs(opaque - total) <= 1);
        [[0x64, red], [0x1e, green], [0xc8, blue]].forEach(([channel, got]) => assert.ok(Math.abs(got - (channel * alpha + under * rest) / total) <= 2));
      }
});

test("soft pixels are mixed alike, whole or clipped", () => {
  const soft = sprite([HALF, HALF, HALF, HALF], 2, 2);
  const whole = new Int32Array(16).fill(RED), part = new Int32Array(16).fill(RED);
  blit(whole, 4, 4, [soft], [0, 1, 1]);
  blit(part, 4, 4, [soft], [0, 3, 3]);
  assert.equal(whole[5], mixed(HALF, RED));
  assert.equal(part[15], whole[5]);
  assert.equal(part.filter((pixel) => pixel !== RED).length, 1);
});

test("sprites are put in order, and find their pixels again on a target of another width", () => {
  const two = [sprite([RED, RED], 2, 1), sprite([-1], 1, 1)];
  for (const width of [4, 7]) {
    const target = new Int32Array(width * 2);
    blit(target, width, 2, two, [0, 1, 1, 1, 2, 1]);
    assert.deepEqual([...target.keys()].filter((at) => target[at]), [width + 1, width + 2]);
    assert.deepEqual([target[width + 1], target[width + 2]], [RED, -1]);
  }
});
