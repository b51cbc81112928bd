// Where units came from: of all of them, or of the selected one alone. Fetched when the window says so (console/views/map/trails.py).

import { toWorld } from "./geodesy.js";
import { strokeTwice } from "./strokes.js";

const LIVELY = 50; // with more trails the last leg of each is drawn when all are, not with every step

export class Trails {
  constructor(page) {
    this.page = page;
    this.epoch = 0; // of the slots
    this.held = new Map(); // slot -> {lon, lat, x, y, seconds}
    this.verbs = { trails: (ticket, whole, epoch) => this.#fetch(ticket, whole, epoch) };
  }

  take(tail) {
    if (tail.epoch === undefined || tail.epoch === this.epoch) return;
    this.epoch = tail.epoch;
    this.held.clear();
  }

  viewed(changed) {
    if (changed.includes("tiles")) for (const trail of this.held.values()) this.#project(trail);
  }

  get lively() {
    return this.held.size > 0 && this.held.size <= LIVELY;
  }

  async #fetch(ticket, whole, epoch) {
    if (epoch !== this.epoch) return;
    const answer = ticket ? await fetch(`/trails/${ticket}`).catch(() => null) : null;
    if (ticket && !answer?.ok) return; // another reading is under way
    const buffer = answer && (await answer.arrayBuffer());
    if (whole) this.held.clear();
    if (buffer) this.#parse(buffer);
    this.page.layer.underStale = true;
    this.page.draw();
  }

  #parse(buffer) {
    const count = new DataView(buffer).getUint32(0, true);
    const column = (at, Type) => new Type(buffer, 4 + 4 * count * at, count);
    const [slot, seconds, lon, lat] = [column(0, Uint32Array), column(1, Uint32Array), column(2, Int32Array), column(3, Int32Array)];
    for (let from = 0, to = 0; from < count; from = to) {
      while (to < count && slot[to] === slot[from]) to++;
      const part = (all) => all.subarray(from, to);
      const trail = { seconds: part(seconds), lon: part(lon), lat: part(lat), x: new Float64Array(to - from), y: new Float64Array(to - from) };
      this.#project(trail);
      this.held.set(slot[from], trail);
    }
  }

  #project({ lon, lat, x, y }) {
    const { shift } = this.page.view;
    for (let at = 0; at < lon.length; at++) {
      const spot = [lon[at] * 1e-7, lat[at] * 1e-7];
      [x[at], y[at]] = toWorld(...(shift ? shift(...spot) : spot));
    }
  }

  get bare() {
    return this.held.size === 0;
  }

  under(context, layer) {
    const { units, view } = this.page;
    const chosen = view.selected?.thing === "unit" ? units.slots.get(view.selected.id) : undefined;
    context.lineJoin = "round";
    context.strokeStyle = layer.theme.trail;
    context.lineWidth = 1.5;
    context.globalAlpha = view.strength("trails");
    context.beginPath();
    for (const [slot, trail] of this.held) if (slot !== chosen && units.visible(slot)) this.#trace(context, layer, slot, trail);
    context.stroke();
    context.globalAlpha = 1;
    const own = this.held.get(chosen);
    if (own && units.visible(chosen)) strokeTwice(context, layer.theme.textHalo, layer.theme.select, 2.5, () => this.#trace(context, layer, chosen, own), 2);
  }

  #trace(context, layer, slot, { x, y }) {
    const { units } = this.page;
    for (let at = 0; at < x.length; at++) {
      const [left, top] = layer.at(x[at], y[at]);
      at ? context.lineTo(left, top) : context.moveTo(left, top);
    }
    if (x.length) context.lineTo(...layer.at(units.x[slot], units.y[slot]));
  }
}
