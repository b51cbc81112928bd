// Mapbox Vector Tile 2.1 (protobuf), decoded within bounds: a tile comes from a file of anybody's. No DOM.
//
// Ours because it must be bounded: what is in the registries trusts the counts in a tile, and one "close path, half a billion times" ends the page.

const MAX_FEATURES = 30000, MAX_POINTS = 400000; // of a tile
export const POINT = 1, LINE = 2, AREA = 3;
const MOVE = 1, DRAW = 2, CLOSE = 7;

class Broken extends Error {}

class Reader {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end });
  }

  get more() {
    return this.at < this.end;
  }

  varint() {
    let value = 0, scale = 1;
    for (let count = 0; count < 10; count++) {
      if (this.at >= this.end) throw new Broken("cut short");
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new Broken("a number is too long");
  }

  // What stands in the next length-delimited field.
  inner() {
    const length = this.varint(), from = this.at;
    this.at += length;
    if (this.at > this.end) throw new Broken("cut short");
    return new Reader(this.bytes, from, this.at);
  }

  text() {
    const { at, end } = this.inner();
    return new TextDecoder().decode(this.bytes.subarray(at, end));
  }

  // Call `take(number)` for each field; one that it does not read (false) is skipped.
  fields(take) {
    while (this.more) {
      const key = this.varint(), number = Math.floor(key / 8), wire = key % 8;
      if (take(number, wire) !== false) continue;
      if (wire === 0) this.varint();
      else if (wire === 1) this.at += 8;
      else if (wire === 2) this.inner();
      else if (wire === 5) this.at += 4;
      else throw new Broken("no such kind of field");
    }
  }
}

const zigzag = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

// [{name, extent, features: [{type, parts: [[x, y, x, y, ...], ...], tags, of}]}]; throws on what is none.
export function decodeTile(buffer) {
  const bytes = new Uint8Array(buffer), layers = [], left = { features: MAX_FEATURES, points: MAX_POINTS };
  const reader = new Reader(bytes, 0, bytes.length);
  reader.fields((number, wire) => {
    if (number !== 3 || wire !== 2) return false;
    layers.push(layerOf(reader.inner(), left));
  });
  return layers;
}

function layerOf(reader, left) {
  const layer = { name: "", extent: 4096, keys: [], values: [], features: [] }, waiting = [];
  reader.fields((number, wire) => {
    if (number === 1 && wire === 2) layer.name = reader.text();
    else if (number === 2 && wire === 2) waiting.push(reader.inner());
    else if (number === 3 && wire === 2) layer.keys.push(reader.text());
    else if (number === 4 && wire === 2) layer.values.push(valueOf(reader.inner()));
    else if (number === 5 && wire === 0) layer.extent = reader.varint();
    else return false;
  });
  if (!(layer.extent > 0 && layer.extent <= 65536)) throw new Broken("an extent that is none");
  for (const inner of waiting) {
    if (left.features-- <= 0 || left.points <= 0) break;
    layer.features.push(featureOf(inner, left));
  }
  return layer;
}

function featureOf(reader, left) {
  const feature = { type: 0, parts: [], tags: null };
  reader.fields((number, wire) => {
    if (number === 2 && wire === 2) feature.tags = reader.inner();
    else if (number === 3 && wire === 0) feature.type = reader.varint();
    else if (number === 4 && wire === 2) feature.parts = partsOf(reader.inner(), left);
    else return false;
  });
  return feature;
}

function partsOf(reader, left) {
  const parts = [];
  let x = 0, y = 0, part = null;
  while (reader.more) {
    const word = reader.varint(), command = word % 8;
    let count = Math.floor(word / 8);
    if (command === CLOSE) {
      if (part) part.push(part[0], part[1]);
      continue; // its count is 1, whatever it says
    }
    if (command !== MOVE && command !== DRAW) throw new Broken("no such command");
    for (; count > 0; count--) {
      if (left.points-- <= 0) return parts;
      x += zigzag(reader.varint());
      y += zigzag(reader.varint());
      if (command === MOVE || !part) parts.push((part = []));
      part.push(x, y);
    }
  }
  return parts;
}

function valueOf(reader) {
  let value = null;
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset);
  reader.fields((number, wire) => {
    if (number === 1 && wire === 2) value = reader.text();
    else if (number === 2 && wire === 5 && reader.at + 4 <= reader.end) [value, reader.at] = [view.getFloat32(reader.at, true), reader.at + 4];
    else if (number === 3 && wire === 1 && reader.at + 8 <= reader.end) [value, reader.at] = [view.getFloat64(reader.at, true), reader.at + 8];
    else if ((number === 4 || number === 5) && wire === 0) value = reader.varint();
    else if (number === 6 && wire === 0) value = zigzag(reader.varint());
    else if (number === 7 && wire === 0) value = reader.varint() !== 0;
    else return false;
  });
  return value;
}

// What is said of a feature, as {key: value}.
export function wordsOf(layer, feature) {
  const words = {}, { tags } = feature;
  if (!tags) return words;
  const reader = new Reader(tags.bytes, tags.at, tags.end);
  while (reader.more) {
    const key = layer.keys[reader.varint()];
    if (!reader.more) break;
    const value = layer.values[reader.varint()];
    if (key !== undefined) words[key] = value;
  }
  return words;
}
