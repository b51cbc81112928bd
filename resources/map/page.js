// What every part of the page is given, and how the parts are asked. No part knows another.

import { fromGcj } from "./geodesy.js";

const DRAWN = new Set(["under", "blit", "over", "label"]); // of parts that are shown; the rest reaches those that are hidden too

export class Page {
  // `held`: {map, view, units, things, say, fail}; the rest comes as it is made.
  constructor(held) {
    Object.assign(this, held);
    this.parts = [];
    this.verbs = {};
    this.failed = new Set(); // what was said of parts that failed
  }

  add(part) {
    this.parts.push(part);
    Object.assign(this.verbs, part.verbs);
  }

  part(Part) {
    return this.parts.find((part) => part instanceof Part);
  }

  // Those that have `what` and are shown.
  having(what) {
    return this.parts.filter((part) => part[what] && this.#seen(part));
  }

  #seen(part) {
    return this.view.shows(part.constructor.layer);
  }

  // Have each part that has `what` do it. One that fails is said and logged, and the others go on: the map must not stop for it.
  tell(what, ...words) {
    for (const part of this.parts) if (part[what] && (!DRAWN.has(what) || this.#seen(part))) this.#guarded(part, () => part[what](...words));
  }

  // Beneath symbols, layers draw in the order of `view.areas`, each in the place of one of them; parts without a layer keep theirs.
  #ordered(parts) {
    const { areas } = this.view, movable = (part) => areas.includes(part.constructor.layer);
    const sorted = parts.filter(movable).sort((one, other) => areas.indexOf(one.constructor.layer) - areas.indexOf(other.constructor.layer));
    return parts.map((part) => (movable(part) ? sorted.shift() : part));
  }

  // As `tell`, of what is drawn on a canvas: a layer made faint is drawn apart and laid on it as a whole.
  paint(what, context, layer) {
    const parts = this.having(what);
    for (const part of what === "under" ? this.#ordered(parts) : parts) {
      const strength = this.view.strength(part.constructor.layer);
      const draw = (on) => part[what](on, layer);
      this.#guarded(part, () => (strength === 1 ? draw(context) : layer.faintly(context, strength, draw)));
    }
  }

  *run(what, ...words) {
    for (const part of this.having(what)) {
      const steps = this.#guarded(part, () => part[what](...words));
      for (let step = { done: !steps }; !step?.done; yield) step = this.#guarded(part, () => steps.next());
    }
  }

  #guarded(part, act) {
    try {
      return act();
    } catch (error) {
      if (!this.failed.has(String(error))) console.error(`${part.constructor.name}: ${error.stack ?? error}`);
      this.failed.add(String(error));
      this.fail(error);
      return null;
    }
  }

  // Whether some part took it; the last drawn is asked first.
  offer(what, ...words) {
    return this.parts.toReversed().some((part) => part[what]?.(...words) === true);
  }

  draw() {
    this.layer.refresh();
  }

  // WGS 84 of a mouse event.
  where(event) {
    const { lng, lat } = event.latlng;
    return this.view.shift ? fromGcj(lng, lat) : [lng, lat];
  }

  // [lon, lat] of a thing, or null when nothing is known of where it is.
  placeOf({ thing, id }) {
    if (thing === "unit") {
      const slot = this.units.slots.get(id);
      return slot !== undefined && this.units.visible(slot) ? [this.units.lon[slot], this.units.lat[slot]] : null;
    }
    for (const part of this.parts) {
      const at = part.find?.(thing, id);
      if (at) return at;
    }
    return this.things.find(thing, id)?.at ?? null;
  }

  nameOf({ thing, id }) {
    for (const part of this.parts) {
      const name = part.name?.(thing, id);
      if (name) return name;
    }
    return this.things.find(thing, id)?.label ?? "";
  }

  latLngOf(held) {
    const at = this.placeOf(held);
    return at && this.view.latLng(...at);
  }
}
