// Plotting by hand on the map: points are placed by mouse or by a cross that the arrow keys move; the window keeps them (`view.plotting`).
// Of the plot that is being edited (`view.plotEditing`) the points are handles.

import { bearingDeg, bearingText, distanceM, metresText } from "./geodesy.js";
import { drawLine, fillSurface } from "./plot_style.js";
import { Plots, SURFACES } from "./plots.js";
import { snapped } from "./snap.js";
import { tr } from "./text.js";
import { FONT } from "./theme.js";

const HANDLE_PX = 11;
const DRAG_PX = 6; // a press that moved less is a click
const STEP_PX = 12, FINE_PX = 1, EDGE_PX = 40;
const DRAGGED = ["circle", "ring", "sector", "arrow"]; // of two points or more that a single drag can give
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Plotting {
  constructor(page) {
    const { map } = page;
    this.page = page;
    this.canvas = L.DomUtil.create("canvas", "measure", map.getContainer()); // its own: the hand does not wait for all that is on the map
    map.on("move zoomend resize", () => this.draw());
    this.cursor = null; // where the next point would be: {place: [lon, lat], what: "" | "spot" | "vertex" | "edge"}
    this.byKeys = false; // the cross is moved by keys
    this.pressed = null; // {at: container point, place} of a press that may become a drag
    this.held = null; // {index, insert, place} of the handle under the hand, index -1: the whole plot
  }

  get drawing() {
    return this.page.view.plotting ?? null;
  }

  get edited() {
    const id = this.page.view.plotEditing;
    return (id && this.page.things.find("plot", id)) || null;
  }

  viewed(changed) {
    if (!changed.includes("plotting") && !changed.includes("plotEditing")) return;
    const { map } = this.page, on = Boolean(this.drawing || this.page.view.plotEditing);
    for (const handler of [map.doubleClickZoom, map.keyboard]) handler?.[on ? "disable" : "enable"]();
    map.dragging[this.drawing && DRAGGED.includes(this.drawing.shape) ? "disable" : "enable"]();
    map.getContainer().classList.toggle("measuring", Boolean(this.drawing));
    if (!on) [this.cursor, this.byKeys, this.pressed, this.held] = [null, false, null, null];
    this.page.furniture.showNotices();
    this.draw();
  }

  take(tail) {
    if (tail.things?.plot) this.draw();
  }

  // Pixels of the map's container.
  #spot(place) {
    const { x, y } = this.page.map.latLngToContainerPoint(this.page.view.latLng(...place));
    return [x, y];
  }

  notice(lang) {
    if (this.drawing) return tr(lang, "Click, or arrows and Enter: a point. Double click, or Enter again: end. Backspace: one back. Esc: give up. Alt: no snapping");
    return this.edited ? tr(lang, "Drag a point to move it, the sign to move all; click a point with Ctrl to take it away; Esc ends") : "";
  }

  // -- the mouse ----------------------------------------------------------------------------------------------------------

  move(at, event) {
    if (this.held) return this.#drag(at, event);
    if (!this.drawing) return false;
    this.byKeys = false;
    this.cursor = this.#snap(at, event.originalEvent?.altKey);
    this.draw();
    return true;
  }

  down(at, event) {
    this.justDragged = false;
    if (this.edited) return this.#grab(event);
    if (!this.drawing) return false;
    this.pressed = { point: event.containerPoint, place: this.#snap(at, event.originalEvent?.altKey).place };
    return true;
  }

  up(at, event) {
    if (this.held) return this.#drop();
    const pressed = this.pressed;
    this.pressed = null;
    if (!this.drawing || !pressed || !DRAGGED.includes(this.drawing.shape) || this.drawing.points.length) return Boolean(this.drawing);
    if (pressed.point.distanceTo(event.containerPoint) < DRAG_PX) return true;
    this.justDragged = true;
    this.#place([pressed.place, this.#snap(at, event.originalEvent?.altKey).place], this.drawing.shape === "arrow");
    return true;
  }

  click(at, hit, event) {
    if (this.justDragged) return !(this.justDragged = false);
    if (this.drawing) {
      this.byKeys = false;
      this.#place([this.#snap(at, event?.originalEvent?.altKey).place]);
      return true;
    }
    return Boolean(this.edited) && hit === null; // a click beside it leaves it chosen
  }

  double() {
    if (!this.drawing) return false;
    this.page.say("plot_end");
    return true;
  }

  // -- the keyboard ---------------------------------------------------------------------------------------------------------

  key(event) {
    if (!this.drawing && !this.page.view.plotEditing) return false;
    if (event.key === "Escape") this.page.say("plot_quit");
    else if (!this.drawing) return false;
    else if (event.key === "Backspace") this.page.say("plot_back");
    else if (event.key === "Enter") this.#enter();
    else if (event.key in ARROWS) this.#step(ARROWS[event.key], event);
    else if (event.key === "+" || event.key === "=") this.page.map.zoomIn();
    else if (event.key === "-") this.page.map.zoomOut();
    else return false;
    event.preventDefault();
    return true;
  }

  // Enter places a point where the cross is; without a cross, or where the last point is already, it ends.
  #enter() {
    if (this.byKeys && this.cursor) this.#place([this.cursor.place]);
    else this.page.say("plot_end");
  }

  #step([dx, dy], event) {
    const { map, view } = this.page, px = event.shiftKey ? FINE_PX : STEP_PX;
    const last = this.cursor?.place ?? this.drawing.points.at(-1);
    const free = this.free && this.byKeys ? this.free : last ? map.latLngToContainerPoint(view.latLng(...last)) : map.getSize().divideBy(2);
    this.free = free.add([dx * px, dy * px]);
    const latlng = map.containerPointToLatLng(this.free);
    map.panInside(latlng, { padding: [EDGE_PX, EDGE_PX], animate: false });
    this.free = map.latLngToContainerPoint(latlng);
    this.byKeys = true;
    this.cursor = this.#snap(this.page.where({ latlng }), event.altKey);
    this.page.furniture.showCursor(this.cursor.place);
    this.draw();
  }

  #place(places, ends = false) {
    this.page.say("plot_points", { points: JSON.stringify(places), ends: ends ? "1" : "" });
  }

  // -- snapping -------------------------------------------------------------------------------------------------------------

  #snap(place, off = false) {
    const free = { place, what: "" };
    if (off || !this.page.view.plotSnap) return free;
    const at = this.#spot(place);
    return snapped(at, this.#spots(at), this.#lines()) ?? free;
  }

  // Symbols that are drawn here: units, incidents, resources, single plots.
  #spots(at) {
    const hit = this.#drawnAt(at, 14);
    const place = hit && hit.id !== this.edited?.id && this.page.placeOf(hit);
    return place && !SURFACES.includes(this.page.things.find("plot", hit.id)?.shape) ? [{ at: this.#spot(place), place }] : [];
  }

  // What is drawn within so many px of a point of the container.
  #drawnAt(at, radius) {
    const { layer } = this.page;
    return layer.grid.nearest(...layer.spotAt(at), radius);
  }

  #lines() {
    const { things } = this.page, plots = this.page.parts.find((part) => part instanceof Plots);
    const drawn = [...plots.drawn.values()].map(({ plot }) => plot).filter((plot) => plot.id !== this.edited?.id);
    const held = [...drawn.map((plot) => ({ places: plot.line, closed: SURFACES.includes(plot.shape) })), ...things.lists.road.map((road) => ({ places: road.line }))];
    if (this.drawing) held.push({ places: this.drawing.points.slice(0, -1) });
    return held.filter(({ places }) => places.length).map(({ places, closed }) => {
      const all = closed ? [...places, places[0]] : places;
      return { places: all, points: all.map((each) => this.#spot(each)) };
    });
  }

  // -- handles ----------------------------------------------------------------------------------------------------------------

  // Points that can be moved, and between those of lines and areas points that can be put in.
  handles() {
    const plot = this.edited;
    if (!plot) return [];
    const spot = (place) => this.#spot(place);
    if (!["line", "arrow", "area"].includes(plot.shape)) return [{ index: -1, place: plot.points[0], at: spot(plot.points[0]) }];
    const found = plot.points.map((place, index) => ({ index, place, at: spot(place) }));
    const ends = plot.shape === "area" ? [...plot.points, plot.points[0]] : plot.points;
    for (let index = 1; index < ends.length; index++) {
      const place = [(ends[index - 1][0] + ends[index][0]) / 2, (ends[index - 1][1] + ends[index][1]) / 2];
      found.push({ index, insert: true, place, at: spot(place) });
    }
    return found;
  }

  #grab(event) {
    const { map } = this.page, { x, y } = event.containerPoint;
    const near = this.handles().map((held) => ({ ...held, far: Math.hypot(held.at[0] - x, held.at[1] - y) })).filter((held) => held.far < HANDLE_PX);
    near.sort((one, other) => (one.insert ?? false) - (other.insert ?? false) || one.far - other.far);
    const sign = this.#drawnAt([x, y], HANDLE_PX);
    const held = near[0] ?? (sign?.id === this.edited.id ? { index: -1 } : null);
    if (!held) return false;
    if (event.originalEvent?.ctrlKey && held.index >= 0 && !held.insert) {
      this.page.say("plot_vertex", { plot: this.edited.id, index: held.index, remove: "1" });
      return true;
    }
    map.dragging.disable();
    const from = this.page.where(event);
    this.held = { ...held, plot: this.edited, start: event.containerPoint, from, to: null };
    return true;
  }

  #drag(at, event) {
    const snap = this.#snap(at, event.originalEvent?.altKey);
    this.held.to = snap.place;
    this.cursor = snap;
    this.draw();
    return true;
  }

  #drop() {
    const { plot, index, insert, from, to } = this.held;
    this.held = this.cursor = null;
    this.justDragged = Boolean(to);
    this.page.map.dragging.enable();
    if (!to) return true;
    if (index >= 0) this.page.say("plot_vertex", { plot: plot.id, index, insert: insert ? "1" : "", lon: to[0].toFixed(7), lat: to[1].toFixed(7) });
    else {
      const [lon, lat] = plot.points[0];
      const there = SURFACES.includes(plot.shape) || plot.points.length > 1 ? [lon + to[0] - from[0], lat + to[1] - from[1]] : to;
      this.page.say("plot_shift", { plot: plot.id, lon: there[0].toFixed(7), lat: there[1].toFixed(7) });
    }
    return true;
  }

  // -- what is seen -------------------------------------------------------------------------------------------------------------

  draw() {
    const { canvas } = this, { map, view } = this.page;
    canvas.hidden = !this.drawing && !this.edited;
    if (canvas.hidden) return;
    const size = map.getSize(), context = canvas.getContext("2d");
    [canvas.width, canvas.height] = [size.x, size.y];
    if (this.drawing) this.#drawDrawing(context, view.theme);
    else this.#drawHandles(context, view.theme);
    if (this.cursor) this.#drawCursor(context, view.theme);
  }

  #drawDrawing(context, theme) {
    const { view } = this.page, plots = this.page.parts.find((part) => part instanceof Plots);
    const kind = plots.kindOf(this.drawing), colour = plots.colour(kind);
    const { line, closed, legs } = rubber(this.drawing, this.cursor?.place ?? null);
    const points = line.map((each) => this.#spot(each));
    if (closed && points.length > 2) fillSurface(context, [points], kind.fill, colour);
    if (points.length > 1) drawLine(context, points, kind, colour, theme.textHalo, { closed, head: this.drawing.shape === "arrow" });
    for (const place of this.drawing.points) dot(context, this.#spot(place), theme, colour);
    const end = legs && this.#spot(legs.to);
    if (end) plate(context, theme, `${metresText(legs.metres)}  ${bearingText(legs.bearing)}${legs.total ? `  ${tr(view.lang, "Length")} ${metresText(legs.total)}` : ""}`, end[0] + 14, end[1] - 10);
  }

  #drawHandles(context, theme) {
    const { held } = this;
    for (const { at, insert } of this.handles()) dot(context, at, theme, insert ? theme.textHalo : theme.select, insert ? 4 : 6);
    if (!held?.to) return;
    const to = this.#spot(held.to);
    const around = neighbours(held).map((place) => this.#spot(place));
    context.strokeStyle = theme.select;
    context.lineWidth = 2;
    context.setLineDash([4, 4]);
    context.beginPath();
    for (const point of around.length ? around : [this.#spot(held.from)]) {
      context.moveTo(...to);
      context.lineTo(...point);
    }
    context.stroke();
    context.setLineDash([]);
  }

  // The cross, and a square about it where it has snapped.
  #drawCursor(context, theme) {
    const [x, y] = this.#spot(this.cursor.place);
    context.lineWidth = 1.5;
    context.strokeStyle = theme.text;
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 15 * dx, y + 15 * dy);
    }
    context.stroke();
    if (!this.cursor.what) return;
    context.lineWidth = 3;
    context.strokeStyle = theme.follow;
    context.strokeRect(x - 8, y - 8, 16, 16);
    plate(context, theme, tr(this.page.view.lang, { spot: "on the symbol", vertex: "on the point", edge: "on the line" }[this.cursor.what]), x + 14, y + 22);
  }
}

// What is drawn while `drawing` has the point `cursor` to come: {line, closed, legs: {to, metres, bearing, total}}.
export function rubber({ shape, points, radius_m: radius }, cursor) {
  const line = cursor ? [...points, cursor] : [...points];
  const from = line.at(-2), to = line.at(-1);
  const metres = from ? distanceM(from, to) : 0;
  let total = 0;
  for (let at = 1; at < line.length; at++) total += distanceM(line[at - 1], line[at]);
  const legs = from ? { to, metres, bearing: bearingDeg(from, to), total: line.length > 2 && ["line", "arrow", "area"].includes(shape) ? total : 0 } : null;
  if (["circle", "ring", "sector"].includes(shape) && line.length) {
    const reach = radius || (line.length > 1 ? distanceM(line[0], line[1]) : 0);
    return { line: reach ? circle(line[0], reach) : line, closed: reach > 0, legs: legs && { ...legs, metres: distanceM(line[0], to), bearing: bearingDeg(line[0], to) } };
  }
  return { line, closed: shape === "area" && line.length > 2, legs };
}

// For the eye while the hand moves; what is kept is reckoned on the ellipsoid.
function circle([lon, lat], metres) {
  const reach = metres / 111195, wide = Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  return Array.from({ length: 64 }, (_, at) => (at * Math.PI) / 32).map((turn) => [lon + (reach * Math.sin(turn)) / wide, lat + reach * Math.cos(turn)]);
}

function neighbours({ plot, index, insert }) {
  if (index < 0) return [];
  const { points, shape } = plot, before = points[index - 1] ?? (shape === "area" ? points.at(-1) : null);
  const after = points[insert ? index : index + 1] ?? (shape === "area" ? points[0] : null);
  return [before, after].filter(Boolean);
}

function dot(context, [x, y], theme, colour, radius = 5) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = theme.text;
  context.stroke();
}

function plate(context, theme, text, x, y) {
  context.font = `600 13px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = theme.textHalo;
  context.fillRect(x - 5, y - 13, context.measureText(text).width + 10, 18);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}
