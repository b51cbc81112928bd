// How the map is looked at: theme, language, layers, selection. Set by the window, read by everything that draws.

import { toGcj, toWorld } from "./geodesy.js";
import { GCJ, datumOf } from "./datum.js";
import { THEMES } from "./theme.js";

export class View {
  constructor() {
    this.themeName = "night";
    this.theme = THEMES.night;
    this.lang = "zh";
    this.words = {}; // code of a kind or status -> its word
    this.points = {}; // layer of points -> its newest version (points.js)
    this.layers = { basemap: true, places: true, names: true, trails: false, incidents: true, sensors: true, resources: true, warnings: true, roads: true };
    this.areas = []; // layers whose areas and lines are drawn beneath symbols, the lowest first
    this.selected = null; // {thing, id}
    this.follow = false;
    this.measuring = false;
    this.picking = null; // points clicked so far, [lon, lat] each, while a form of the window asks for a place
    this.finding = false; // the operator has not chosen where to look: the map goes to where the units are
    this.fitKeys = "";
    this.tiles = []; // the office's, lowest first: {id, name, kind, datum, approval, attribution, min, max, covers, opacity}
    this.overlays = []; // lowest first: {id, name, opacity, filled}
    this.credits = [];
    this.shift = null; // what the basemap's datum asks of WGS 84 positions
    this.fault = "";
  }

  // Take what the window says; the names of what changed.
  take(told) {
    const changed = Object.keys(told).filter((name) => JSON.stringify(told[name]) !== JSON.stringify(name === "theme" ? this.themeName : this[name]));
    for (const name of changed) {
      if (name === "theme") [this.themeName, this.theme] = [told.theme, THEMES[told.theme] ?? THEMES.day];
      else this[name] = told[name];
    }
    if (changed.includes("tiles")) this.shift = datumOf(this.tiles) === GCJ ? toGcj : null;
    return changed;
  }

  // Whether a layer is shown: `layers` has its opacity, 0 to 1 (or whether, as a boolean); one it does not name is shown.
  shows(key) {
    return key === undefined || !(key in this.layers) || Number(this.layers[key]) > 0;
  }

  // How strongly a layer is drawn, above 0 to 1.
  strength(key) {
    return Number(this.layers[key] ?? 1) || 1;
  }

  // Mercator fraction at which a WGS 84 position is drawn.
  world(lon, lat) {
    return toWorld(...(this.shift ? this.shift(lon, lat) : [lon, lat]));
  }

  // Leaflet's position at which a WGS 84 position is drawn.
  latLng(lon, lat) {
    const [x, y] = this.shift ? this.shift(lon, lat) : [lon, lat];
    return L.latLng(y, x);
  }
}
