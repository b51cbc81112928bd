// The live layer: canvases over the basemap that move with the map and are redrawn on new data and after zoom.
// `under`: areas, trails; `picture`: everything there is by the thousand, and labels, as sprites; `over`: symbols drawn one by one.
// Without a GPU each canvas costs with every frame in which the map moves, even an empty one: `over` is laid into the picture's, and `under` is
// put away while there is nothing on it. Both are shown as finished pictures: a canvas that can still be drawn on is copied with each frame.

import { Grid } from "./grid.js";
import { Labels, Places } from "./labels.js";
import { Picture } from "./picture.js";

const MARGIN_PX = 160; // drawn beyond the edge, so that a drag shows no gap, and is mostly drawn anew by news alone
const SLICE_MS = 8; // so long a frame or a click may have to wait
const HIT_PX = 16;
const KEEP_UP_PX = (2 * MARGIN_PX) / 3; // so far the map is moved before it is drawn anew around where it is then
const OWED_MS = 60; // until labels that had to wait for their turn are drawn

// After what else waits: frames, clicks, messages.
const channel = new MessageChannel(), turns = [];
channel.port1.onmessage = () => turns.shift()();
const soon = (act) => {
  turns.push(act);
  channel.port2.postMessage(0);
};

// A context that knows whether anything was drawn on it.
function watched(context) {
  for (const name of ["fill", "stroke", "fillRect", "strokeRect", "fillText", "strokeText", "drawImage"])
    context[name] = (...words) => {
      context.touched = true;
      OffscreenCanvasRenderingContext2D.prototype[name].apply(context, words);
    };
  return context;
}

const scaleOf = (map) => 256 * 2 ** map.getZoom(); // px of the Mercator world

export class Layer {
  constructor(page) {
    const { map, view, basemap } = page;
    Object.assign(this, { page, map, view, basemap, margin: MARGIN_PX });
    [this.grid, this.nextGrid] = [new Grid(), new Grid()];
    [this.waiting, this.told] = [[], []]; // for what they told to be shown: by the next drawing, by the one that is being noted
    this.painting = null;
    this.taken = new Places();
    this.labels = new Labels(this.taken);
    this.underStale = true;
    const pane = map.createPane("live");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    this.canvases = ["under", "units"].map((name) => L.DomUtil.create("canvas", `live-${name}`, pane));
    this.screens = this.canvases.map((canvas) => canvas.getContext("bitmaprenderer"));
    this.places = []; // where on the ground lies what each canvas shows
    [this.under, this.over] = [1, 2].map(() => watched(new OffscreenCanvas(1, 1).getContext("2d")));
    this.picture = new Picture(new Worker(new URL("./painter.js", import.meta.url), { type: "module" }), (error) => page.fail(error), () => page.say("silent"));
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

  // At once: after zoom, and when the operator changed how things look. Until it is painted what is shown lies, stretched, where it belongs.
  draw() {
    this.canvases.forEach((_, index) => this.#lay(index));
    this.#begin();
    for (const _ of this.drawing) continue;
    this.#paint();
  }

  // Soon, in slices between frames, so that the map can be moved meanwhile; what is shown stays until all is painted. Resolves when it is shown.
  // While the painter is busy, what was noted for it is noted anew: so that the next picture has the newest.
  refresh() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.drawing && !this.noted) this.again = true;
      else this.#begin(), this.#go(this.drawing);
    });
  }

  // What was begun before and is not being painted yet is let go.
  #begin() {
    this.again = this.noted = false;
    this.told.push(...this.waiting.splice(0));
    this.drawing = this.#steps();
  }

  #go(drawing) {
    if (drawing !== this.drawing) return; // begun anew meanwhile
    const ends = performance.now() + SLICE_MS;
    let step = drawing.next();
    while (!step.done && performance.now() < ends) step = drawing.next();
    if (step.done) this.#paint();
    else soon(() => this.#go(drawing));
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
    this.#finish();
  }

  // What is found under the mouse is what was drawn last, a moment before it is seen.
  #finish() {
    [this.grid, this.nextGrid] = [this.nextGrid, this.grid];
    this.drawn = { originX: this.originX, originY: this.originY, scale: this.scale };
    if (this.over.touched) this.over.clearRect(0, 0, this.width, this.height); // of a drawing that was let go
    this.over.touched = false;
    this.#drawUnder();
    this.page.tell("shown");
    this.page.paint("over", this.over, this);
    this.labels.write();
    this.page.tell("label", this);
    this.basemap.drawPlaces(this);
  }

  // All of it is noted: it is painted when the one before has been, and the next may be noted meanwhile.
  async #paint() {
    const { drawing, over } = this;
    this.noted = true;
    await this.painting;
    if (drawing !== this.drawing) return;
    const told = this.told.splice(0), place = this.drawn, laid = over.touched ? over.canvas.transferToImageBitmap() : null;
    [this.drawing, over.touched] = [null, false];
    this.painting = this.picture.paint(laid).then((painted) => {
      if (painted) this.#show(1, painted, place);
    }).catch((error) => this.page.fail(error)).finally(() => told.forEach((shown) => shown()));
    if (this.again) this.#begin(), this.#go(this.drawing);
    else if (this.labels.owing) this.owed = setTimeout(() => this.refresh(), OWED_MS);
  }

  #show(index, bitmap, place) {
    const canvas = this.canvases[index], { width, height } = bitmap;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    this.screens[index].transferFromImageBitmap(bitmap);
    this.places[index] = place;
    this.#lay(index);
  }

  // Where it belongs on the map as that lies now.
  #lay(index) {
    const place = this.places[index];
    if (!place) return;
    const stretch = scaleOf(this.map) / place.scale, origin = this.map.getPixelOrigin();
    const [left, top] = [place.originX * stretch - origin.x, place.originY * stretch - origin.y];
    this.canvases[index].style.transform = `translate3d(${left}px, ${top}px, 0)${stretch === 1 ? "" : ` scale(${stretch})`}`;
  }

  // A point of the map's container on what was drawn last.
  spotAt(point) {
    const stretch = this.drawn.scale / scaleOf(this.map);
    const { x, y } = this.map.containerPointToLayerPoint(point).add(this.map.getPixelOrigin()).multiplyBy(stretch);
    return [x - this.drawn.originX, y - this.drawn.originY];
  }

  // The thing under a point of the map's container, as {thing, id}, or null.
  hit(point) {
    if (!this.drawn) return null;
    const [x, y] = this.spotAt(point), drawn = this.grid.nearest(x, y, HIT_PX);
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
    for (const { canvas } of [this.under, this.over]) [canvas.width, canvas.height] = [width, height];
    this.picture.resize(width, height);
  }

  #place() {
    this.topLeft = this.map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]).round();
    const origin = this.map.getPixelOrigin().add(this.topLeft);
    this.scale = scaleOf(this.map);
    [this.originX, this.originY] = [origin.x, origin.y];
  }

  #keepUp() {
    if (!this.drawn) return this.draw();
    if (this.drawing) return;
    const off = Math.max(...this.spotAt([-MARGIN_PX, -MARGIN_PX]).map(Math.abs));
    if (off > KEEP_UP_PX) this.refresh();
  }

  // As they were, unless something they show may have changed.
  #drawUnder() {
    const key = [this.originX, this.originY, this.scale, this.width, this.height, this.view.themeName, this.page.things.version].join();
    const parts = this.page.having("under");
    if (key === this.underKey && !this.underStale && !parts.some((part) => part.lively)) return;
    [this.underKey, this.underStale] = [key, false];
    this.canvases[0].hidden = parts.every((part) => part.bare);
    if (this.canvases[0].hidden) return;
    this.page.paint("under", this.under, this);
    this.#show(0, this.under.canvas.transferToImageBitmap(), this.drawn);
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
