// The map as one picture, and the legend of what is really on it: for the sheet that the window prints (console/views/print).

import { drawCut, drawHelp } from "./alarms.js";
import { FRESH, GONE, STALE, stateOf } from "./buffer.js";
import { frame } from "./link.js";
import { ROMAN } from "./marks.js";
import { Plots, SURFACES } from "./plots.js";
import { Points } from "./points.js";
import { pointOf } from "./pointset.js";
import { drawSign as drawPoint } from "./signs.js";
import { drawUnit } from "./sprites.js";
import { tr } from "./text.js";
import { KINDS, STATUSES } from "./theme.js";

const PATIENCE_MS = 8000, LOOK_MS = 50;
const SIGN_PX = 40, SHARP = 3; // the legend's signs are drawn larger than they are printed

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Printing {
  constructor(page) {
    this.page = page;
    this.done = null; // {image, legend, late} as last asked for
    this.verbs = { print: (ticket, lon, lat, zoom) => this.#print(ticket, lon, lat, zoom) };
  }

  // Says when it is done; `late`: squares of a map that had not come by then.
  async #print(ticket, lon, lat, zoom) {
    this.#look(lon, lat, zoom);
    const until = performance.now() + PATIENCE_MS;
    while (this.loading && performance.now() < until) await later(LOOK_MS);
    for (let turn = 0; turn < 3; turn++) await this.page.layer.refresh(); // names that waited for their turn
    await frame();
    try {
      this.done = { image: await this.picture(), legend: await this.signs(), late: this.loading };
      this.page.say("printed", { ticket });
    } catch (error) {
      this.page.say("printed", { ticket, why: String(error) });
    }
  }

  // At any scale, not only at those of whole zooms.
  #look(lon, lat, zoom) {
    const { map, view } = this.page;
    map.options.zoomSnap = 0;
    map.setView(view.latLng(lon, lat), zoom, { animate: false });
  }

  // Whether points or squares of a map are still on their way.
  get loading() {
    const { view } = this.page, points = this.page.part(Points);
    let waiting = Object.entries(view.points ?? {}).some(([name, version]) => points?.sets.get(name)?.version !== version);
    this.page.map.eachLayer((layer) => (waiting ||= layer.isLoading?.() ?? false));
    return waiting;
  }

  // PNG, as a data address: everything in the panes of the map, the lowest first, without what stands around it.
  picture() {
    const { map } = this.page, size = map.getSize(), origin = map.getContainer().getBoundingClientRect();
    const canvas = new OffscreenCanvas(size.x, size.y), context = canvas.getContext("2d");
    context.fillStyle = this.page.view.theme.sea;
    context.fillRect(0, 0, size.x, size.y);
    const panes = Object.values(map.getPanes()).filter((pane) => pane !== map.getPane("mapPane"));
    panes.sort((one, other) => (Number(getComputedStyle(one).zIndex) || 0) - (Number(getComputedStyle(other).zIndex) || 0));
    for (const pane of panes) for (const element of pane.querySelectorAll("canvas, img")) {
      const box = element.getBoundingClientRect(), style = getComputedStyle(element);
      if (!box.width || style.display === "none" || style.visibility === "hidden" || element.closest(".leaflet-pane") !== pane) continue;
      context.globalAlpha = opacity(element, pane);
      context.drawImage(element, box.left - origin.left, box.top - origin.top, box.width, box.height);
    }
    return address(canvas);
  }

  // [[title, [[text, PNG address], ...]], ...]: only what is within the picture.
  async signs() {
    const sections = [], section = (title, rows) => rows.length && sections.push([tr(this.page.view.lang, title), rows]);
    this.#units(section);
    this.#alarms(section);
    this.#plots(section);
    this.#points(section);
    for (const part of this.page.parts) if (!(part instanceof Plots || part instanceof Points)) part.legend?.(section);
    const drawn = [];
    for (const [title, rows] of sections) drawn.push([title, await Promise.all(rows.map(async ([text, draw]) => [text, await sample(draw)]))]);
    return drawn;
  }

  #within([lon, lat]) {
    const { map, view } = this.page, { x, y } = map.latLngToContainerPoint(view.latLng(lon, lat)), size = map.getSize();
    return x >= 0 && y >= 0 && x <= size.x && y <= size.y;
  }

  #units(section) {
    const { units, view } = this.page, kinds = new Set(), statuses = new Set(), ages = new Set();
    for (let slot = 0; slot < units.size; slot++) {
      if (!units.visible(slot) || !this.#within([units.lon[slot], units.lat[slot]])) continue;
      const state = units.state[slot];
      kinds.add(KINDS[stateOf.kind(state)]);
      ages.add(stateOf.freshness(state));
      if (stateOf.freshness(state) !== GONE) statuses.add(STATUSES[stateOf.status(state)]);
    }
    const unit = (kind, status, age = FRESH) => (context) => drawUnit(context, view.theme, kind, status, age);
    section("Kind", KINDS.filter((kind) => kinds.has(kind)).map((kind) => [view.words[kind] ?? kind, unit(kind, "available")]));
    const rows = STATUSES.filter((status) => statuses.has(status)).map((status) => [view.words[status] ?? status, unit("rescue", status)]);
    for (const [age, text] of [[STALE, "Stale"], [GONE, "Gone"]]) if (ages.has(age)) rows.push([tr(view.lang, text), unit("rescue", "enroute", age)]);
    section("Status", rows);
  }

  #alarms(section) {
    const { view, things } = this.page, { lists } = things, here = (kind) => (lists[kind] ?? []).filter((held) => this.#within(held.at));
    const rows = [];
    if (view.shows("roads") && here("road").length) rows.push([tr(view.lang, "Road cut"), (context) => drawCut(context, 0, 0, view.theme)]);
    if (here("help").length) rows.push([tr(view.lang, "Call for help"), (context) => (context.translate(0, 5), context.scale(0.4, 0.4), drawHelp(context, 0, 0, view.theme))]);
    section("Attention", rows);
    const incidents = view.shows("incidents") ? here("incident") : [], levels = [...new Set(incidents.map(({ level }) => level))].sort();
    section("Incident, by level", levels.map((level) => [level ? ROMAN[level] : tr(view.lang, "not graded"), (context) => diamond(context, view.theme, level)]));
    const warnings = view.shows("warnings") ? lists.warning ?? [] : [], kinds = new Map(warnings.map((held) => [held.label, held.level]));
    section("Warning area", [...kinds].map(([label, level]) => [label, (context) => warningSample(context, view.theme, level)]));
  }

  #plots(section) {
    const part = this.page.part(Plots), { view } = this.page;
    if (!view.shows("plots")) return;
    const shown = part.plots.filter((plot) => plot.points.some((place) => this.#within(place)) || plot.line.some((place) => this.#within(place)));
    const samples = new Map();
    for (const plot of shown) samples.set(plot.kind, plot);
    section("Plots", [...samples.values()].map((plot) => [part.kindOf(plot).name, (context) => part.drawSample(context, part.kindOf(plot), SURFACES.includes(plot.shape))]));
  }

  #points(section) {
    const part = this.page.part(Points), { view, map } = this.page, size = map.getSize(), { margin } = this.page.layer;
    if (!part) return;
    const rows = new Map();
    const { now } = part;
    for (let at = 0; at < now.size; at++) {
      const x = now.xs[at] - margin, y = now.ys[at] - margin;
      if (now.counts[at] !== 1 || x < 0 || y < 0 || x > size.x || y > size.y) continue;
      const set = now.setOf(at), what = view.pointSets[set.name], state = set.state[now.first[at]], kind = what.kinds[pointOf.kind(state)];
      rows.set(`${set.name} ${kind}`, [what.words?.[kind] ?? kind, (context) => drawPoint(context, view.theme, set.name, kind, what.statuses[0], FRESH, 0)]);
    }
    section("Stations and places", [...rows.values()]);
  }
}

function opacity(element, top) {
  let found = 1;
  for (let held = element; held && held !== top.parentElement; held = held.parentElement) found *= Number(getComputedStyle(held).opacity);
  return found;
}

async function address(canvas) {
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

function sample(draw) {
  const canvas = new OffscreenCanvas(SIGN_PX * SHARP, SIGN_PX * SHARP), context = canvas.getContext("2d");
  context.scale(SHARP, SHARP);
  context.translate(SIGN_PX / 2, SIGN_PX / 2);
  draw(context);
  return address(canvas);
}

function diamond(context, theme, level) {
  const path = new Path2D("M0 -14L14 0L0 14L-14 0Z");
  context.fillStyle = theme.level[level];
  context.strokeStyle = theme.outline;
  context.lineWidth = 1.5;
  context.fill(path);
  context.stroke(path);
  context.font = "800 12px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = [1, 4].includes(level) ? "#ffffff" : "#12202c";
  context.fillText(level ? ROMAN[level] : "!", 0, 1);
}

function warningSample(context, theme, level) {
  context.fillStyle = context.strokeStyle = theme.level[level];
  context.globalAlpha = 0.25;
  context.fillRect(-15, -11, 30, 22);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeRect(-15, -11, 30, 22);
  context.fill(new Path2D("M0 -6L6 5H-6Z"));
}
