// Where the map looks: what the window asks for, to where the units are until the operator has touched the map, after what is followed.

import { Fleet } from "./fleet.js";

const HOME = [[42.9, 79.6], [46.2, 85.4]];
const CLOSE_ZOOM = 11;
const DRIFT_PX = 40; // what is followed may be so far from the middle

export class Going {
  constructor(page) {
    this.page = page;
    this.left = 0; // units that were out of view even so
    this.found = 0; // how much there was to see when the map last went there by itself
    const { map } = page;
    this.verbs = {
      fit: () => this.fit(),
      home: () => map.fitBounds(HOME, { animate: false }),
      look: (lon, lat, zoom) => map.setView(page.view.latLng(lon, lat), zoom, { animate: false }),
      zoom: (step) => map.setZoom(map.getZoom() + step, { animate: false }),
      fly: (thing, id) => {
        const at = page.latLngOf({ thing, id });
        if (at) map.setView(at, Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
      },
    };
    map.on("dragstart", () => page.view.follow && page.say("drag"));
    map.on("moveend", () => {
      const { lng, lat } = map.getCenter();
      page.say("looked", { lon: lng.toFixed(6), lat: lat.toFixed(6), zoom: map.getZoom() });
    });
    for (const name of ["pointerdown", "wheel", "keydown"]) document.addEventListener(name, () => this.#touched(), { capture: true, passive: true });
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (page.view.finding && this.found) this.fit();
    }).observe(map.getContainer());
  }

  // All units, and what else the parts say is to be seen.
  fit() {
    const { map, view, units } = this.page, spots = [];
    for (let slot = 0; slot < units.size; slot++) if (units.visible(slot)) spots.push(view.latLng(units.lon[slot], units.lat[slot]));
    for (const part of this.page.parts) for (const at of part.spots?.() ?? []) spots.push(view.latLng(...at));
    map.fitBounds(spots.length ? L.latLngBounds(spots) : HOME, { animate: false, maxZoom: CLOSE_ZOOM, paddingTopLeft: [60, 24], paddingBottomRight: [60, 36] });
  }

  // Until the operator has touched the map, it goes to where units and incidents are, whenever there are more of them or some leave the view.
  find() {
    const { view, units, parts } = this.page, fleet = this.page.part(Fleet);
    if (!view.finding) return;
    let spots = parts.reduce((sum, part) => sum + (part.spots?.().length ?? 0), 0);
    for (let slot = 0; slot < units.size; slot++) spots += units.visible(slot);
    if (spots > this.found || fleet.outside > this.left) {
      this.fit();
      this.left = fleet.outside;
    }
    this.found = spots;
  }

  follow() {
    const { map, view } = this.page;
    const at = view.follow && view.selected && this.page.latLngOf(view.selected);
    if (at && map.latLngToContainerPoint(at).distanceTo(map.getSize().divideBy(2)) > DRIFT_PX) map.setView(at, map.getZoom(), { animate: false });
  }

  #touched() {
    const { view, say } = this.page;
    if (view.finding) say("hand");
    view.finding = false;
  }
}
