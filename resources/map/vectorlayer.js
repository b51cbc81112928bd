// A source of vector tiles as a Leaflet layer: each square a canvas, drawn sharp at every zoom from the deepest tile there is.

import { AREA, POINT, decodeTile, wordsOf } from "./vectortile.js";
import { groupOf, nameOf, rankOf, styleOf } from "./vectorstyle.js";

const KEPT = 64; // decoded tiles
const MAX_NAMES = 600;
const SQUARE = 256;

export const VectorLayer = L.GridLayer.extend({
  // `options`: {id, min, max, view, named()}: `named` is told when the names in view may be others.
  initialize(options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.decoded = new Map(); // address -> promise of layers
    this.names = new Map(); // key of a square shown -> [{latLng, zh, en, rank}]
    this.on("tileunload", ({ coords }) => this.names.delete(this._tileCoordsToKey(coords)));
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SQUARE;
    this._draw(canvas, coords).then(() => done(null, canvas), (error) => done(error, canvas));
    return canvas;
  },

  // With other colours or another language.
  restyle() {
    for (const { el, coords } of Object.values(this._tiles)) this._draw(el, coords).catch(() => {});
  },

  async _draw(canvas, coords) {
    const { max, min, view } = this.options;
    if (coords.z < min) return;
    const up = Math.max(0, coords.z - max), z = coords.z - up;
    const layers = await this._read(`/tiles/${this.options.id}/${z}/${coords.x >> up}/${coords.y >> up}`), key = this._tileCoordsToKey(coords);
    if (!this._tiles[key]) return; // taken away meanwhile
    const scale = SQUARE * 2 ** up, mask = 2 ** up - 1;
    const place = { scale, left: (coords.x & mask) * SQUARE, top: (coords.y & mask) * SQUARE };
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, SQUARE, SQUARE);
    context.lineJoin = context.lineCap = "round";
    for (const layer of layers) drawLayer(context, layer, place, view.theme, coords.z);
    this.names.set(key, this._namesOf(layers, coords, place));
    this.options.named();
  },

  _read(path) {
    if (!this.decoded.has(path)) {
      if (this.decoded.size >= KEPT) this.decoded.delete(this.decoded.keys().next().value);
      this.decoded.set(path, fetch(path).then((answer) => (answer.ok ? answer.arrayBuffer() : null), () => null).then(sorted));
    }
    return this.decoded.get(path);
  },

  _namesOf(layers, coords, { scale, left, top }) {
    const names = [];
    for (const layer of layers) {
      if (!["name", "other"].includes(groupOf(layer.name))) continue;
      for (const feature of layer.features) {
        if (feature.type !== POINT || names.length >= MAX_NAMES) continue;
        const words = wordsOf(layer, feature), zh = nameOf(words, "zh"), [x, y] = feature.parts[0] ?? [];
        const px = (x / layer.extent) * scale - left, py = (y / layer.extent) * scale - top;
        if (!zh || !(px >= 0 && py >= 0 && px < SQUARE && py < SQUARE)) continue;
        const latLng = this._map.unproject([coords.x * SQUARE + px, coords.y * SQUARE + py], coords.z);
        names.push({ latLng, rank: zh.rank, zh: zh.text, en: nameOf(words, "en").text });
      }
    }
    return names;
  },
});

function sorted(buffer) {
  try {
    return buffer ? decodeTile(buffer).sort((one, other) => rankOf(one.name) - rankOf(other.name)) : [];
  } catch {
    return []; // a tile that is damaged is as one that is not there
  }
}

function drawLayer(context, layer, { scale, left, top }, theme, zoom) {
  const group = groupOf(layer.name), factor = scale / layer.extent;
  for (const feature of layer.features) {
    const style = styleOf(theme, group, feature.type, group === "road" || group === "border" ? wordsOf(layer, feature) : {}, zoom);
    if (!style) continue;
    context.beginPath();
    for (const part of feature.parts) tracePart(context, part, feature.type, factor, left, top, style.radius);
    if (style.fill) {
      context.fillStyle = style.fill;
      context.fill(feature.type === AREA ? "evenodd" : "nonzero");
    }
    if (!style.stroke) continue;
    context.strokeStyle = style.stroke;
    context.lineWidth = style.width;
    context.setLineDash(style.dash ?? []);
    context.stroke();
  }
}

function tracePart(context, part, type, factor, left, top, radius) {
  for (let at = 0; at < part.length; at += 2) {
    const x = part[at] * factor - left, y = part[at + 1] * factor - top;
    if (type === POINT) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    } else if (at) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
}
