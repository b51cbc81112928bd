import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, MAGIC, stateOf } from "../../resources/map/buffer.js";

function buffer({ seq = 1, prev = 0, rows = [], names = "", tail = {}, magic = MAGIC, cut = 0 }) {
  const [words, called] = [JSON.stringify(tail), names].map((text) => new TextEncoder().encode(text));
  const bytes = new ArrayBuffer(32 + 16 * rows.length + called.length + words.length);
  const view = new DataView(bytes);
  [magic, seq, prev, rows.length, words.length, called.length].forEach((value, index) => view.setUint32(4 * index, value, true));
  view.setFloat64(24, 1234.5, true);
  rows.forEach((row, at) => row.forEach((value, column) => view.setInt32(32 + 4 * (column * rows.length + at), value, true)));
  new Uint8Array(bytes).set(called, 32 + 16 * rows.length);
  new Uint8Array(bytes).set(words, 32 + 16 * rows.length + called.length);
  return bytes.slice(0, bytes.byteLength - cut);
}

test("a buffer is read column by column", () => {
  const message = decode(buffer({ seq: 7, prev: 6, rows: [[3, 826000000, -443000000, 90], [9, -1, 2, 511]], names: "3\0u\0甲\0", tail: { epoch: 4 } }));
  assert.deepEqual([message.seq, message.prev, message.count, message.sentMs], [7, 6, 2, 1234.5]);
  assert.deepEqual([...message.slot], [3, 9]);
  assert.deepEqual([...message.lon], [826000000, -1]);
  assert.deepEqual([...message.lat], [-443000000, 2]);
  assert.deepEqual(message.names.slice(0, 3), ["3", "u", "甲"]);
  assert.equal(message.tail.epoch, 4);
});

test("what is not a buffer is refused", () => {
  assert.throws(() => decode(buffer({ magic: 1 })), /not a map buffer/);
  assert.throws(() => decode(buffer({ rows: [[1, 2, 3, 4]], cut: 5 })), /wrong length/);
  assert.throws(() => decode(new ArrayBuffer(8)), /not a map buffer/);
});

test("state bits", () => {
  const state = 45 | (4 << 9) | (8 << 13) | (2 << 17) | (1 << 19) | (1 << 20);
  assert.deepEqual(["heading", "kind", "status", "freshness", "placed", "removed"].map((name) => stateOf[name](state)), [45, 4, 8, 2, 1, 1]);
  assert.equal(stateOf.heading(511), null);
});
