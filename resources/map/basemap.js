// What lies under everything: the shipped lakes, rivers, borders and places, or the office's own maps; and the office's overlays.

import { Overlays } from "./overlays.js";
import { Pens } from "./picture.js";
import { Sheet } from "./sheet.js";
import { FONT } from "./theme.js";
import { TileLayers } from "./tilelayers.js";

const LAYERS = ["world", "lakes", "rivers", "borders", "frame"];
const DOT_PX = 6; // from a place's dot to its name
const NAMES_MS = 120; // names of tiles that come one after the other are written together
const SYMBOL_PX = 16; // the same where a symbol stands on the dot
const RANK_FROM_ZOOM = [0, 0, 7, 9, 10.5];

async function load(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

export class Basemap {
  // `failed(error)`: told when an overlay cannot be read; `read()`: when one has been.
  constructor(map, view, failed, read) {
    Object.assign(this, { map, view, failed, read });
    this.held = null; // GeoJSON by name, once it is read
    this.layers = {};
    this.overlays = new Overlays(map, view, failed, read);
    this.tiles = new TileLayers(map, view, () => this.#namesSoon());
    this.places = [];
    this.shown = []; // names as they are written: {text, left, y, width, ...} in px of their canvas
    const pane = map.createPane("basemap");
    pane.style.zIndex = 150;
    this.renderer = new Sheet({ pane: "basemap", padding: 0.3, ground: () => (this.covered ? this.view.theme.land : this.view.theme.sea) });
    this.dots = new Pens(20);
  }

  async open() {
    const held = await Promise.all([...LAYERS, "places", "airports"].map((name) => load(`/bundle/basemap/${name}.geojson`)));
    this.held = Object.fromEntries(LAYERS.map((name, index) => [name, held[index]]));
    this.places = held[LAYERS.length].features.map(({ geometry, properties }) => ({ at: geometry.coordinates, ...properties }));
    for (const { geometry, properties } of held[LAYERS.length + 1].features)
      this.places.push({ at: geometry.coordinates, rank: 3, zh: `✈ ${properties.iata || properties.icao}`, en: `✈ ${properties.iata || properties.icao}`, plain: true });
    for (const { properties } of held[1].features)
      if (properties.zh) this.places.push({ at: properties.label, rank: properties.area_km2 > 300 ? 1 : 2, water: true, zh: properties.zh, en: properties.en });
    this.places.sort((one, other) => one.rank - other.rank);
    this.lay();
  }

  // Make the lines anew: at the start, and when the datum under them changes.
  lay() {
    if (this.layers.world && this.shift === this.view.shift) return this.apply();
    this.shift = this.view.shift;
    for (const layer of Object.values(this.layers)) layer.remove();
    this.overlays.lay();
    for (const name of LAYERS) this.layers[name] = this.#vector(this.held[name], () => this.#style(name));
    this.apply();
  }

  // Show what the view asks for: shipped layers or tiles, overlays, theme.
  apply() {
    if (!this.held) return;
    const { theme, themeName, lang, tiles } = this.view, covered = this.covered;
    this.map.getContainer().style.background = covered ? theme.land : theme.sea;
    this.tiles.show(tiles);
    for (const name of LAYERS) this.#toggle(this.layers[name], !covered && (name === "world" || this.view.layers.basemap));
    for (const layer of Object.values(this.layers)) layer.setStyle(layer.options.style);
    this.overlays.show();
    const look = `${themeName} ${lang}`;
    if (this.look !== look) this.tiles.restyle();
    this.look = look;
  }

  // Whether a whole map of the office's lies over the shipped one.
  get covered() {
    return this.view.tiles.some((held) => held.covers);
  }

  #namesSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(this.read, NAMES_MS);
  }

  #vector(geojson, style) {
    return L.geoJSON(geojson, {
      pane: "basemap", renderer: this.renderer, interactive: false, style,
      pointToLayer: (_feature, latlng) => L.circleMarker(latlng, { pane: "basemap", renderer: this.renderer, radius: 3, interactive: false }),
      coordsToLatLng: ([lon, lat]) => {
        const [x, y] = this.view.shift ? this.view.shift(lon, lat) : [lon, lat];
        return L.latLng(y, x);
      },
    });
  }

  #style(name) {
    const { theme } = this.view, opacity = this.view.strength("basemap");
    return {
      world: { stroke: true, color: theme.shore, weight: 0.6, fillColor: theme.land, fillOpacity: 1 },
      lakes: { color: theme.shore, weight: 1, opacity, fillColor: theme.lake, fillOpacity: opacity },
      rivers: { color: theme.river, weight: 1.2, opacity, fill: false },
      borders: { color: theme.border, weight: 2.2, opacity, dashArray: "9 4 2 4", fill: false },
      frame: { color: theme.frame, weight: 1, opacity, dashArray: "2 5", fill: false },
    }[name];
  }

  #toggle(layer, on) {
    if (!layer) return;
    if (on && !this.map.hasLayer(layer)) layer.addTo(this.map);
    if (!on && this.map.hasLayer(layer)) layer.remove();
  }

  // Write the names where there is room: a name gives way to the symbols and labels of the layer that stand there already.
  drawPlaces(layer) {
    const { map, view } = this, { topLeft, width, height } = layer, zoom = map.getZoom(), shown = [];
    const wanted = view.shows("places") && this.held ? [...this.overlays.names, ...this.#tileNames(), ...this.places] : [];
    for (const place of wanted) {
      if ((!place.office && (zoom < RANK_FROM_ZOOM[place.rank] || zoom < 5.5)) || (this.covered && !place.office)) continue;
      const point = map.latLngToLayerPoint(place.point ?? view.latLng(...place.at)).subtract(topLeft);
      if (point.x < 0 || point.y < 0 || point.x > width || point.y > height) continue;
      const name = this.#placed(layer, place, point);
      if (name && this.#drawPlace(layer, name)) shown.push(name);
    }
    this.shown = shown;
  }

  // The names of the office's own vector map, the larger places first.
  #tileNames() {
    return this.tiles.names.sort((one, other) => one.rank - other.rank).map(({ latLng, offset, rank, zh, en }) => {
      const point = offset ? this.map.layerPointToLatLng(this.map.latLngToLayerPoint(latLng).add(offset)) : latLng;
      return { point, rank, office: true, zh, en };
    });
  }

  // Where a name is written, or null when there is no room: in the middle of its water or area, or beside its dot.
  #placed({ taken, labels }, place, { x, y }) {
    const text = (this.view.lang === "en" ? place.en : place.zh ?? place.en) ?? "", look = lookOf(place);
    const width = labels.width(text, look), name = { place, text, look, x, y, width, dot: false };
    if (place.water || place.plain || place.area) return taken.take(x - width / 2, y - 8, width, 16) ? { ...name, left: x - width / 2 } : null;
    const spot = taken.beside(x, y, DOT_PX, width, 16) ?? taken.beside(x, y, SYMBOL_PX, width, 16);
    return spot && { ...name, left: spot[0], y: spot[1], dot: y };
  }

  // Whether it is written; a text that is new may have to wait.
  #drawPlace(layer, { place, text, look, x, y, left, dot }) {
    const { theme } = this.view, radius = place.rank === 1 ? 3 : 2.2;
    if (dot !== false) layer.picture.putAt(this.dots.of(`${theme.placeDot} ${radius}`, 8, 8, (context) => {
      context.fillStyle = theme.placeDot;
      context.arc(0, 0, radius, 0, 7);
      context.fill();
    }), x, dot);
    return layer.labels.stamp(text, left, y, look, place.water ? theme.water : place.area ? theme.overlay : theme.place);
  }
}

const looks = new Map();

function lookOf(place) {
  const font = `${place.water || place.area ? "italic " : ""}${place.rank === 1 ? 600 : 400} ${[0, 14, 13, 12, 11][place.rank]}px ${FONT}`;
  if (!looks.has(font)) looks.set(font, { font, height: 16 });
  return looks.get(font);
}
