// The live layer: canvases over the basemap that move with the map and are redrawn on new data and after zoom.
// `under`: areas, trails; `picture`: everything there is by the thousand, and labels, as sprites; `over`: symbols drawn one by one.
// Without a GPU each canvas costs with every frame in which the map moves, even an empty one: `over` is laid into the picture's, and `under` is
// put away while there is nothing on it.

import { Grid } from "./grid.js";
import { Labels, Places } from "./labels.js";
import { Picture } from "./picture.js";

const MARGIN_PX = 128; // drawn beyond the edge, so that a drag shows no gap
const SLICE_MS = 6; // so long a frame or a click may have to wait
const HIT_PX = 16;
const OWED_MS = 60; // until labels that had to wait for their turn are drawn

// After what else waits: frames, clicks, messages.
const channel = new MessageChannel(), turns = [];
channel.port1.onmessage = () => turns.shift()();
const soon = (act) => {
  turns.push(act);
  channel.port2.postMessage(0);
};

export class Layer {
  constructor(page) {
    const { map, view, basemap } = page;
    Object.assign(this, { page, map, view, basemap, margin: MARGIN_PX });
    [this.grid, this.nextGrid] = [new Grid(), new Grid()];
    this.waiting = []; // for what they told to be shown
    this.taken = new Places();
    this.labels = new Labels(this.taken);
    this.underStale = true;
    const pane = map.createPane("live");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    this.canvases = ["under", "units"].map((name) => L.DomUtil.create("canvas", `live-${name} leaflet-zoom-hide`, pane));
    this.under = this.canvases[0].getContext("2d");
    this.over = new OffscreenCanvas(1, 1).getContext("2d");
    this.picture = new Picture(this.canvases[1].getContext("2d"));
    this.setTheme(view.theme);
    map.on("moveend zoomend resize viewreset", () => this.draw());
    map.on("move", () => this.#keepUp());
    this.#resize();
  }

  setTheme(theme) {
    this.theme = theme;
    this.labels.forget();
  }

  // The screen position of a Mercator fraction, on the canvases.
  at(x, y) {
    return [x * this.scale - this.originX, y * this.scale - this.originY];
  }

  // Whether a point of the canvases is on them, or as near as `margin` px.
  holds(x, y, margin = 0) {
    return x > -margin && y > -margin && x < this.width + margin && y < this.height + margin;
  }

  // Now, in one go: after zoom, and when the operator changed how things look.
  draw() {
    this.drawing = null;
    for (const _ of this.#steps()) continue;
    this.#finish();
  }

  // Soon, in slices between frames, so that the map can be moved meanwhile; what is shown stays until all is drawn. Resolves when it is shown.
  refresh() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.drawing) this.again = true;
      else this.#begin();
    });
  }

  #begin() {
    [this.again, this.joined] = [false, this.waiting.length];
    this.drawing = this.#steps();
    this.#go(this.drawing);
  }

  #go(drawing) {
    if (drawing !== this.drawing) return; // drawn in one go meanwhile
    const ends = performance.now() + SLICE_MS;
    let step = drawing.next();
    while (!step.done && performance.now() < ends) step = drawing.next();
    if (!step.done) return soon(() => this.#go(drawing));
    this.drawing = null;
    this.#finish(this.joined);
    if (this.again) this.#begin();
  }

  // Those that waited know that what they told is shown.
  #finish(count = this.waiting.length) {
    for (const told of this.waiting.splice(0, count)) told();
  }

  *#steps() {
    clearTimeout(this.owed);
    this.#resize();
    this.#place();
    this.nextGrid.clear();
    this.taken.clear(this.width, this.height);
    this.picture.clear();
    this.labels.begin(this.picture, this.theme);
    yield* this.page.run("blit", this);
    this.#show();
  }

  #show() {
    [this.grid, this.nextGrid] = [this.nextGrid, this.grid];
    this.shownTopLeft = this.topLeft;
    for (const canvas of this.canvases) L.DomUtil.setPosition(canvas, this.topLeft);
    this.over.clearRect(0, 0, this.width, this.height);
    this.#drawUnder();
    this.page.tell("shown");
    this.page.paint("over", this.over, this);
    this.labels.write();
    this.page.tell("label", this);
    this.basemap.drawPlaces(this);
    this.picture.show();
    this.picture.context.drawImage(this.over.canvas, 0, 0);
    if (this.labels.owing) this.owed = setTimeout(() => this.refresh(), OWED_MS);
  }

  // The thing under a point of the map's container, as {thing, id}, or null.
  hit(point) {
    const { x, y } = this.map.containerPointToLayerPoint(point).subtract(this.shownTopLeft);
    const drawn = this.grid.nearest(x, y, HIT_PX);
    if (drawn) return drawn;
    const found = this.page.having("hit").map((part) => part.hit(x, y, HIT_PX)).filter(Boolean);
    return found.sort((one, other) => one.distance2 - other.distance2)[0] ?? null;
  }

  // Where on the canvases a thing is, or null when it has no position.
  spotOf(held) {
    const at = this.page.placeOf(held);
    return at && this.at(...this.view.world(...at));
  }

  #resize() {
    const size = this.map.getSize();
    const [width, height] = [size.x + 2 * MARGIN_PX, size.y + 2 * MARGIN_PX];
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    for (const canvas of [...this.canvases, this.over.canvas]) [canvas.width, canvas.height] = [width, height];
    this.picture.resize(width, height);
  }

  #place() {
    this.topLeft = this.map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]).round();
    const origin = this.map.getPixelOrigin().add(this.topLeft);
    this.scale = 256 * 2 ** this.map.getZoom();
    [this.originX, this.originY] = [origin.x, origin.y];
  }

  #keepUp() {
    if (!this.shownTopLeft) return this.draw();
    const offset = this.map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]).subtract(this.shownTopLeft);
    const off = Math.max(Math.abs(offset.x), Math.abs(offset.y));
    if (off > MARGIN_PX - 8) this.draw();
    else if (off > MARGIN_PX / 2 && !this.drawing) this.refresh();
  }

  // As they were, unless something they show may have changed.
  #drawUnder() {
    const key = [this.originX, this.originY, this.scale, this.width, this.height, this.view.themeName, this.page.things.version].join();
    const parts = this.page.having("under");
    if (key === this.underKey && !this.underStale && !parts.some((part) => part.lively)) return;
    [this.underKey, this.underStale] = [key, false];
    this.under.clearRect(0, 0, this.width, this.height);
    this.canvases[0].hidden = parts.every((part) => part.bare);
    this.page.paint("under", this.under, this);
  }

  // `draw(context)` on a canvas of its own, which is then laid over `context` with `strength`.
  faintly(context, strength, draw) {
    this.apart ??= document.createElement("canvas").getContext("2d");
    const { canvas } = this.apart;
    if (canvas.width !== this.width || canvas.height !== this.height) [canvas.width, canvas.height] = [this.width, this.height];
    else this.apart.clearRect(0, 0, this.width, this.height);
    draw(this.apart);
    context.globalAlpha = strength;
    context.drawImage(canvas, 0, 0);
    context.globalAlpha = 1;
  }
}
