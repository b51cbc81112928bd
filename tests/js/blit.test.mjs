import assert from "node:assert/strict";
import { test } from "node:test";

import { Sprite, blit, over } from "../../resources/map/blit.js";

const RED = 0xff0000ff, HALF = 0x80ffffff;

test("a sprite is clipped at every edge and blended over what is there", () => {
  const sprite = new Sprite(new Uint32Array([0, RED, RED, 0]), 2, 2);
  for (const [left, top] of [[-1, -1], [-1, 1], [2, 2], [0, 0], [1, 0], [50, 50], [-9, 0]]) {
    const target = new Uint32Array(9);
    blit(target, 3, 3, sprite, left, top);
    const wanted = [[left + 1, top], [left, top + 1]].filter(([x, y]) => x >= 0 && y >= 0 && x < 3 && y < 3);
    assert.equal(target.filter(Boolean).length, wanted.length);
    for (const [x, y] of wanted) assert.equal(target[3 * y + x], RED);
  }
  assert.equal(over(HALF, 128, RED) >>> 24, 255);
  assert.equal(over(HALF, 128, RED) & 255, 255);
  assert.equal((over(HALF, 128, RED) >>> 8) & 255, 128);
  for (let alpha = 0; alpha < 256; alpha++)
    for (const under of [0, 7, 128, 255]) {
      const mixed = over(((alpha << 24) | 0xc81e64) >>> 0, alpha, (0xff000000 | (under * 0x010101)) >>> 0);
      [0x64, 0x1e, 0xc8].forEach((channel, at) => assert.ok(Math.abs(((mixed >>> (8 * at)) & 255) - (channel * alpha + under * (255 - alpha)) / 255) <= 1));
    }
});

test("soft pixels are mixed with what lies under them, whole or clipped alike", () => {
  const sprite = new Sprite(new Uint32Array([HALF, HALF, HALF, HALF]), 2, 2);
  const whole = new Uint32Array(16).fill(RED), part = new Uint32Array(16).fill(RED);
  blit(whole, 4, 4, sprite, 1, 1);
  blit(part, 4, 4, sprite, 3, 3);
  assert.equal(whole[5], over(HALF, 128, RED));
  assert.equal(part[15], whole[5]);
  assert.equal(part.filter((pixel) => pixel !== RED).length, 1);
});

test("a sprite finds its pixels again on a target of another width", () => {
  const sprite = new Sprite(new Uint32Array([RED, RED]), 2, 1);
  for (const width of [4, 7]) {
    const target = new Uint32Array(width * 2);
    blit(target, width, 2, sprite, 1, 1);
    assert.deepEqual([...target.keys()].filter((at) => target[at]), [width + 1, width + 2]);
  }
});
