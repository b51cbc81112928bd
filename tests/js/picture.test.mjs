import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.OffscreenCanvas = class {
  getContext() {
    return { reset() {}, translate() {}, strokeText() {}, fillText() {}, measureText: (text) => ({ width: 6 * text.length }), getImageData: (_x, _y, width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }) };
  }
};
const { LABEL, Labels, Places } = await import("../../resources/map/labels.js");
const { Pens, Picture } = await import("../../resources/map/picture.js");

// A painter that notes what it is told, and knows the sprites as the worker does.
class Painter {
  constructor() {
    this.told = [];
    this.known = new Map();
  }

  postMessage(told) {
    for (const { number } of told.made) {
      assert.ok(!this.known.has(number), "a number is given twice at a time");
      this.known.set(number, true);
    }
    for (let at = 0; at < told.puts.length; at += 3) assert.ok(this.known.has(told.puts[at]), "a sprite is put that is not there");
    for (const number of told.gone) this.known.delete(number);
    this.told.push(told);
    queueMicrotask(() => this.onmessage({ data: "painted" }));
  }
}

const make = () => {
  const painter = new Painter(), failed = [], picture = new Picture(painter, (error) => failed.push(String(error)));
  picture.resize(100, 100);
  return { painter, picture, failed };
};

test("what is put is told in order, sprites once, and what was kept is put again", async () => {
  const { painter, picture } = make(), pens = new Pens(10);
  picture.putAt(pens.of("a", 4, 4, () => {}), 10, 10);
  const kept = picture.keep();
  picture.put(pens.of("b", 4, 4, () => {}), 1, 2);
  assert.equal(await picture.paint(null), "painted");
  picture.clear();
  picture.restore(kept);
  await picture.paint(null);
  const [first, second] = painter.told;
  assert.deepEqual([...first.puts.slice(1, 3), ...first.puts.slice(4)], [8, 8, 1, 2]);
  assert.deepEqual([...second.puts], [...first.puts.slice(0, 3)]);
  assert.deepEqual([first.made.length, second.made.length], [2, 0]);
  pens.clear();
});

test("a sprite that is given up may still be put in the picture under way, and its number is another's only after", async () => {
  const { painter, picture } = make(), pens = new Pens(4), before = picture.dropped;
  for (let turn = 0; turn < 40; turn++) {
    picture.clear();
    for (let more = 0; more < 7; more++) picture.put(pens.of(`${(5 * turn + more) % 13}`, 2, 2, () => {}), more, turn);
    await picture.paint(null);
  }
  assert.ok(picture.dropped > before);
  assert.ok(painter.known.size <= 8);
});

test("more is put than there was room for", async () => {
  const { painter, picture } = make(), sprite = new Pens(2).of("a", 2, 2, () => {});
  for (let at = 0; at < 5000; at++) picture.put(sprite, at, -at);
  await picture.paint(null);
  const { puts } = painter.told[0];
  assert.equal(puts.length, 15_000);
  assert.deepEqual([...puts.slice(-2)], [4999, -4999]);
});

test("a painter that fails is said, and the map goes on without that picture", async () => {
  const { painter, picture, failed } = make();
  painter.postMessage = () => painter.onerror({ message: "planted", preventDefault() {} });
  assert.equal(await picture.paint(null), null);
  assert.match(failed[0], /planted/);
});

test("what cannot be sent is said, not waited for, and told the next time", async () => {
  const { painter, picture, failed } = make(), send = painter.postMessage;
  picture.put(new Pens(2).of("a", 2, 2, () => {}), 1, 1);
  painter.postMessage = () => { throw new Error("too much"); };
  assert.equal(await picture.paint(null), null);
  assert.match(failed[0], /too much/);
  painter.postMessage = send;
  assert.equal(await picture.paint(null), "painted");
});

test("with another theme the painter is told to forget the labels of the last", async () => {
  const { painter, picture } = make(), labels = new Labels(new Places());
  for (let theme = 0; theme < 5; theme++) {
    picture.clear();
    labels.forget();
    labels.taken.clear(100, 100);
    labels.begin(picture, { textHalo: "#fff" });
    assert.ok(labels.put(`text ${theme}`, 50, 50, 5, LABEL.plain, "#000"));
    await picture.paint(null);
  }
  assert.ok(painter.known.size <= 1, `${painter.known.size} are still known`);
});
