import assert from "node:assert/strict";
import { test } from "node:test";

import { groupOf, nameOf, rankOf, styleOf } from "../../resources/map/vectorstyle.js";
import { AREA, LINE, POINT, decodeTile, wordsOf } from "../../resources/map/vectortile.js";
import { THEMES } from "../../resources/map/theme.js";

function varint(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  return [...out, value];
}
const field = (number, data) => typeof data === "number" ? [...varint(number * 8), ...varint(data)] : [...varint(number * 8 + 2), ...varint(data.length), ...data];
const text = (words) => [...new TextEncoder().encode(words)];
const zig = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

function tile(commands, { type = 3, name = "water", words = {} } = {}) {
  const keys = Object.keys(words), tags = keys.flatMap((_, at) => [...varint(at), ...varint(at)]);
  const feature = [...field(2, tags), ...field(3, type), ...field(4, commands.flatMap(varint))];
  const layer = [...field(15, 2), ...field(1, text(name)), ...field(2, feature), ...keys.flatMap((key) => field(3, text(key))),
    ...keys.flatMap((key) => field(4, field(1, text(words[key])))), ...field(5, 4096)];
  return new Uint8Array(field(3, layer)).buffer;
}

test("a polygon, with its ring closed, and what is said of it", () => {
  const [layer] = decodeTile(tile([9, zig(10), zig(20), 18, zig(5), zig(0), zig(0), zig(-5), 15], { words: { name: "赛里木湖", class: "lake" } }));
  assert.deepEqual([layer.name, layer.extent, layer.features[0].type], ["water", 4096, AREA]);
  assert.deepEqual(layer.features[0].parts, [[10, 20, 15, 20, 15, 15, 10, 20]]);
  assert.deepEqual(wordsOf(layer, layer.features[0]), { name: "赛里木湖", class: "lake" });
});

test("points and lines of several parts", () => {
  assert.deepEqual(decodeTile(tile([17, zig(1), zig(1), zig(2), zig(2)], { type: 1 }))[0].features[0].parts, [[1, 1], [3, 3]]);
  assert.deepEqual(decodeTile(tile([9, zig(0), zig(0), 10, zig(4), zig(4), 9, zig(1), zig(1), 10, zig(1), zig(0)], { type: 2 }))[0].features[0].parts,
    [[0, 0, 4, 4], [5, 5, 6, 5]]);
});

test("counts that a tile makes up are not believed", () => {
  const close = 7 + 8 * 500000000;
  const [layer] = decodeTile(tile([9, 0, 0, 10, 2, 2, close]));
  assert.equal(layer.features[0].parts[0].length, 6);
  assert.throws(() => decodeTile(tile([10 + 8 * 500000000, 0, 0])), /cut short/);
  assert.throws(() => decodeTile(tile([3, 0, 0])), /command/);
});

test("anything else is refused or read, and never runs on", () => {
  for (const bytes of [[255], [26, 255, 255, 255, 255, 15], Array(200).fill(128), [27], text("<html>")])
    assert.throws(() => decodeTile(new Uint8Array(bytes).buffer));
  const good = new Uint8Array(tile([9, 0, 0, 10, 2, 2, 15], { words: { a: "b" } }));
  for (let at = 0; at < good.length; at++) for (const byte of [0, 127, 128, 255]) {
    const bytes = good.slice();
    bytes[at] = byte;
    try {
      for (const layer of decodeTile(bytes.buffer)) for (const feature of layer.features) wordsOf(layer, feature);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});

test("every kind of layer has a look in both themes, and water lies under roads", () => {
  for (const theme of Object.values(THEMES))
    for (const name of ["water", "landuse", "building", "roads", "transportation", "hydrants", "earth"])
      for (const type of [LINE, AREA]) {
        const style = styleOf(theme, groupOf(name), type, { class: "motorway" }, 10);
        assert.ok(style.fill ?? style.stroke, `${name} ${type}`);
      }
  assert.ok(rankOf("earth") < rankOf("water") && rankOf("water") < rankOf("hydrants") && rankOf("hydrants") < rankOf("roads"));
  assert.equal(styleOf(THEMES.day, groupOf("place"), POINT, {}, 10), null);
  assert.ok(styleOf(THEMES.day, groupOf("hydrants"), POINT, {}, 10).radius);
});

test("names are in the language, and cities come first", () => {
  assert.deepEqual(nameOf({ name: "Bole", "name:zh": "博乐", class: "city" }, "zh"), { text: "博乐", rank: 1 });
  assert.deepEqual(nameOf({ name: "博乐", name_en: "Bole", class: "village" }, "en"), { text: "Bole", rank: 3 });
  assert.equal(nameOf({ class: "city" }, "en"), null);
});
