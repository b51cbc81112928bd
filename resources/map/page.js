// What every part of the page is given, and how the parts are asked. No part knows another.

import { fromGcj } from "./geodesy.js";

export class Page {
  // `held`: {map, view, units, things, say}; the rest comes as it is made.
  constructor(held) {
    Object.assign(this, held);
    this.parts = [];
    this.verbs = {};
  }

  add(part) {
    this.parts.push(part);
    Object.assign(this.verbs, part.verbs);
  }

  // Those that have `what` and are shown.
  having(what) {
    return this.parts.filter((part) => part[what] && this.view.shows(part.constructor.layer));
  }

  // Whether some part took it; the last drawn is asked first.
  offer(what, ...words) {
    return this.parts.toReversed().some((part) => part[what]?.(...words) === true);
  }

  draw() {
    this.layer.draw();
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

  latLngOf(held) {
    const at = this.placeOf(held);
    return at && this.view.latLng(...at);
  }
}
