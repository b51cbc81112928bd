// The live layer: three canvases over the basemap that move with the map and are redrawn on new data and after zoom.
// `under`: areas, trails; `units`: sprites; `over`: incidents, labels, selection.

import { GONE, stateOf } from "./buffer.js";
import { blit, clearRects } from "./blit.js";
import { Grid } from "./grid.js";
import { Places } from "./labels.js";
import { SIZE_PX, Sprites } from "./sprites.js";
import { FONT } from "./theme.js";

const MARGIN_PX = 160; // drawn beyond the edge, so that a drag shows no gap
const MAX_LABELS = 300;
const MAX_TRIES = 1500;
const MAX_WIDTHS = 20000;
const HIT_PX = 16;
const LABEL_PX = 12;
const HEAP_PX = 30; // symbols this near are a heap
const HEAP_FROM = 3; // counted from so many

export class Layer {
  constructor(page) {
    const { map, units, things, view, basemap } = page;
    Object.assign(this, { page, map, units, things, view, basemap });
    this.underStale = true;
    this.grid = new Grid();
    this.taken = new Places();
    this.shown = 0;
    this.widths = new Map(); // text -> px of its label
    this.spots = new Map(); // slot -> [left, top, sprite] as last drawn
    this.lefts = new Int32Array(1024);
    this.tops = new Int32Array(1024);
    this.drawn = 0;
    this.outside = 0; // units that have a place, but not in the view
    this.onOutside = () => {};
    const pane = map.createPane("live");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    [this.under, this.unitCanvas, this.over] = ["under", "units", "over"].map((name) => {
      const canvas = L.DomUtil.create("canvas", `live-${name} leaflet-zoom-hide`, pane);
      return canvas;
    });
    this.contexts = [this.under.getContext("2d"), this.unitCanvas.getContext("2d"), this.over.getContext("2d")];
    this.setTheme(view.theme);
    map.on("moveend zoomend resize viewreset", () => this.draw());
    map.on("move", () => this.#keepUp());
    this.#resize();
  }

  setTheme(theme) {
    this.theme = theme;
    this.sprites = new Sprites(theme);
  }

  // The screen position of a Mercator fraction, on the canvases.
  at(x, y) {
    return [x * this.scale - this.originX, y * this.scale - this.originY];
  }

  draw() {
    this.#resize();
    this.#place();
    this.grid.clear();
    this.taken.clear(this.width, this.height);
    const over = this.contexts[2];
    over.clearRect(0, 0, this.width, this.height);
    this.#drawUnder();
    const labels = this.#drawUnits();
    const spot = this.#spotOfChosen(over);
    for (const part of this.page.having("over")) part.over(over, this);
    this.#drawSelected(over);
    this.#drawLabels(over, labels, spot);
    this.#drawCounts(over, labels);
    this.basemap.drawPlaces(this.taken, this.topLeft, this.width, this.height);
  }

  // Whether these units look the same where they are now: most steps are less than a pixel, and then nothing is drawn.
  unchanged(slots) {
    const half = SIZE_PX / 2;
    return slots.every((slot) => {
      const held = this.spots.get(slot), [x, y] = this.at(this.units.x[slot], this.units.y[slot]);
      const left = Math.round(x - half), top = Math.round(y - half);
      if (held && this.units.visible(slot)) return held[0] === left && held[1] === top && held[2] === this.sprites.of(this.units.state[slot]);
      const inside = left > -SIZE_PX && top > -SIZE_PX && left < this.width && top < this.height;
      return !held && !(inside && this.units.visible(slot));
    });
  }

  // The thing under a point of the map's container, as {thing, id}, or null.
  hit(point) {
    const layerPoint = this.map.containerPointToLayerPoint(point).subtract(this.topLeft);
    return this.grid.nearest(layerPoint.x, layerPoint.y, HIT_PX);
  }

  #resize() {
    const size = this.map.getSize();
    const [width, height] = [size.x + 2 * MARGIN_PX, size.y + 2 * MARGIN_PX];
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    for (const canvas of [this.under, this.unitCanvas, this.over]) [canvas.width, canvas.height] = [width, height];
    this.image = this.contexts[1].createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.drawn = 0;
  }

  #place() {
    this.topLeft = this.map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]).round();
    for (const canvas of [this.under, this.unitCanvas, this.over]) L.DomUtil.setPosition(canvas, this.topLeft);
    const origin = this.map.getPixelOrigin().add(this.topLeft);
    this.scale = 256 * 2 ** this.map.getZoom();
    [this.originX, this.originY] = [origin.x, origin.y];
  }

  #keepUp() {
    const offset = this.map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]).subtract(this.topLeft ?? [0, 0]);
    if (Math.max(Math.abs(offset.x), Math.abs(offset.y)) > MARGIN_PX - 8) this.draw();
  }

  #drawUnits() {
    const { units, pixels, width, height, scale, originX, originY, sprites } = this;
    const half = SIZE_PX / 2, labels = [];
    clearRects(pixels, width, height, this.lefts, this.tops, this.drawn, SIZE_PX);
    this.drawn = 0;
    let outside = 0;
    this.spots.clear();
    if (this.lefts.length < units.size) {
      this.lefts = new Int32Array(2 * units.size);
      this.tops = new Int32Array(2 * units.size);
    }
    for (let slot = 0; slot < units.size; slot++) {
      if (!units.visible(slot)) continue;
      const x = units.x[slot] * scale - originX, y = units.y[slot] * scale - originY;
      if (x < MARGIN_PX || y < MARGIN_PX || x > width - MARGIN_PX || y > height - MARGIN_PX) outside++;
      if (x < -half || y < -half || x > width + half || y > height + half) continue;
      const left = Math.round(x - half), top = Math.round(y - half), sprite = sprites.of(units.state[slot]);
      blit(pixels, width, height, sprite, left, top);
      this.spots.set(slot, [left, top, sprite]);
      this.lefts[this.drawn] = left;
      this.tops[this.drawn++] = top;
      this.grid.add(x, y, { thing: "unit", slot, id: units.id[slot] });
      labels.push(slot, x, y);
    }
    this.contexts[1].putImageData(this.image, 0, 0);
    this.shown = this.drawn;
    if (outside !== this.outside) {
      this.outside = outside;
      this.onOutside(outside);
    }
    return labels;
  }

  // As they were, unless something they show may have changed.
  #drawUnder() {
    const key = [this.originX, this.originY, this.scale, this.width, this.height, this.view.themeName, this.things.version].join();
    const parts = this.page.having("under");
    if (key === this.underKey && !this.underStale && !parts.some((part) => part.lively)) return;
    [this.underKey, this.underStale] = [key, false];
    const context = this.contexts[0];
    context.clearRect(0, 0, this.width, this.height);
    for (const part of parts) part.under(context, this);
  }

  #drawSelected(context) {
    const spot = this.view.selected && this.spotOf(this.view.selected);
    if (!spot) return;
    const radius = this.view.selected.thing === "incident" ? 23 : 17;
    const colour = this.view.follow ? this.theme.follow : this.theme.select;
    for (const [style, width] of [[this.theme.textHalo, 6], [colour, 3]]) {
      context.beginPath();
      context.arc(spot[0], spot[1], radius, 0, 7);
      context.strokeStyle = style;
      context.lineWidth = width;
      context.stroke();
    }
  }

  // What was clicked so far while a form asks for a place.
  // Where on the canvases a thing is, or null when it has no position.
  spotOf(held) {
    const at = this.page.placeOf(held);
    return at && this.at(...this.view.world(...at));
  }

  #chosen() {
    return this.view.selected?.thing === "unit" ? this.units.slots.get(this.view.selected.id) ?? -1 : -1;
  }

  // Where the label of the chosen unit stands: it is placed before every other.
  #spotOfChosen(context) {
    const chosen = this.#chosen(), text = this.units.label[chosen], at = chosen >= 0 && this.spotOf(this.view.selected);
    if (!at || !text || !this.view.layers.names) return null;
    return this.taken.beside(at[0], at[1], 17, this.#width(context, text) * 1.1, LABEL_PX + 3, true);
  }

  #drawLabels(context, labels, spot) {
    if (!this.view.layers.names) return;
    const { units, theme } = this, chosen = this.#chosen();
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.lineJoin = "round";
    const write = (slot, [x, y]) => this.text(context, units.label[slot], x, y, stateOf.freshness(units.state[slot]) === GONE ? theme.gone : theme.text);
    const put = (slot, x, y) => {
      const text = units.label[slot], free = text && this.taken.beside(x, y, 17, this.#width(context, text), LABEL_PX + 3);
      if (!free) return 0;
      write(slot, free);
      return 1;
    };
    context.font = `700 13px ${FONT}`;
    if (spot) write(chosen, spot);
    for (let at = 0; at < labels.length; at += 3) this.taken.take(labels[at + 1] - 10, labels[at + 2] - 10, 20, 20, true);
    context.font = `500 ${LABEL_PX}px ${FONT}`;
    let room = MAX_LABELS, tries = MAX_TRIES;
    for (let at = 0; at < labels.length && room > 0 && tries-- > 0; at += 3)
      if (labels[at] !== chosen) room -= put(labels[at], labels[at + 1], labels[at + 2]);
  }

  // Symbols that lie on one another say how many they are.
  #drawCounts(context, labels) {
    const heaps = new Map();
    for (let at = 0; at < labels.length; at += 3) {
      const key = (Math.round(labels[at + 1] / HEAP_PX) + 32768) * 65536 + Math.round(labels[at + 2] / HEAP_PX) + 32768;
      const heap = heaps.get(key);
      if (heap) heap[2] += 1;
      else heaps.set(key, [labels[at + 1], labels[at + 2], 1]);
    }
    const crowded = [...heaps.values()].filter((heap) => heap[2] >= HEAP_FROM).sort((one, other) => other[2] - one[2]);
    context.font = `700 10px ${FONT}`;
    context.textAlign = "center";
    for (const [x, y, count] of crowded.slice(0, MAX_LABELS)) {
      const text = String(count), width = Math.max(14, context.measureText(text).width + 7);
      this.taken.take(x + 5, y - 17, width, 13, true);
      context.fillStyle = this.theme.text;
      context.beginPath();
      context.roundRect(x + 5, y - 17, width, 13, 6.5);
      context.fill();
      context.fillStyle = this.theme.land;
      context.fillText(text, x + 5 + width / 2, y - 10);
    }
    context.textAlign = "left";
  }

  // Measuring a text costs more than placing it: each is measured once.
  #width(context, text) {
    let width = this.widths.get(text);
    if (width === undefined) {
      if (this.widths.size > MAX_WIDTHS) this.widths.clear();
      const { font } = context;
      context.font = `500 ${LABEL_PX}px ${FONT}`;
      this.widths.set(text, (width = context.measureText(text).width));
      context.font = font;
    }
    return width;
  }

  text(context, text, x, y, colour, halo = this.theme.textHalo) {
    context.strokeStyle = halo;
    context.lineWidth = 3.5;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }
}
