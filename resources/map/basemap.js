// What lies under everything: the shipped lakes, rivers, borders and places, or the office's own map; and the office's overlays.

import { FONT } from "./theme.js";

const LAYERS = ["world", "lakes", "rivers", "borders", "frame"];
const DOT_PX = 6; // from a place's dot to its name
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
    this.overlays = new Map();
    this.tiles = null;
    this.places = [];
    this.shown = []; // names as they are written: {text, left, y, width, ...} in px of their canvas
    this.drawnKey = "";
    const pane = map.createPane("basemap");
    pane.style.zIndex = 150;
    this.renderer = L.canvas({ pane: "basemap", padding: 0.3 });
    const names = map.createPane("names");
    names.style.zIndex = 260;
    names.style.pointerEvents = "none";
    this.canvas = L.DomUtil.create("canvas", "live-places", names);
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
    for (const layer of [...Object.values(this.layers), ...this.overlays.values()]) layer.remove();
    this.overlays.clear();
    for (const name of LAYERS) this.layers[name] = this.#vector(this.held[name], () => this.#style(name));
    this.apply();
  }

  // Show what the view asks for: shipped layers or tiles, overlays, theme.
  apply() {
    if (!this.held) return;
    const { theme, tiles } = this.view;
    this.map.getContainer().style.background = theme.sea;
    this.#showTiles(tiles);
    for (const name of LAYERS) this.#toggle(this.layers[name], !tiles && (name === "world" || this.view.layers.basemap));
    for (const layer of Object.values(this.layers)) layer.setStyle(layer.options.style);
    this.#showOverlays();
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
    const { theme } = this.view;
    return {
      world: { stroke: true, color: theme.shore, weight: 0.6, fillColor: theme.land, fillOpacity: 1 },
      lakes: { color: theme.shore, weight: 1, fillColor: theme.lake, fillOpacity: 1 },
      rivers: { color: theme.river, weight: 1.2, fill: false },
      borders: { color: theme.border, weight: 2.2, dashArray: "9 4 2 4", fill: false },
      frame: { color: theme.frame, weight: 1, dashArray: "2 5", fill: false },
    }[name];
  }

  #toggle(layer, on) {
    if (!layer) return;
    if (on && !this.map.hasLayer(layer)) layer.addTo(this.map);
    if (!on && this.map.hasLayer(layer)) layer.remove();
  }

  #showTiles(tiles) {
    if (this.tiles?.options.id === tiles?.id) return;
    this.tiles?.remove();
    this.tiles = tiles
      ? L.tileLayer(`/tiles/${tiles.id}/{z}/{x}/{y}`, { id: tiles.id, minZoom: 0, minNativeZoom: tiles.min, maxNativeZoom: tiles.max, maxZoom: 18 }).addTo(this.map)
      : null;
  }

  #showOverlays() {
    const wanted = new Map(this.view.overlays.map((held) => [held.id, held]));
    for (const [id, layer] of this.overlays) if (!wanted.has(id)) {
      layer.remove();
      this.overlays.delete(id);
    }
    for (const id of wanted.keys()) if (!this.overlays.has(id)) this.#addOverlay(id).catch(this.failed);
    for (const layer of this.overlays.values()) layer.setStyle?.({ color: this.view.theme.overlay });
  }

  async #addOverlay(id) {
    this.overlays.set(id, L.layerGroup());
    const mine = this.overlays.get(id);
    const geojson = await load(`/overlay/${id}`);
    if (this.overlays.get(id) !== mine) return; // removed or laid anew meanwhile
    const style = () => ({ color: this.view.theme.overlay, weight: 1.1, opacity: 0.75, fill: false });
    const layer = this.#vector(geojson, style);
    this.overlays.set(id, layer.addTo(this.map));
    this.read();
  }

  // Write the names where `taken` has room: a name gives way to the symbols and labels that stand there already.
  // The canvas is `width` by `height` with its corner at the layer point `topLeft`; names that stand as they stood are not drawn again.
  drawPlaces(taken, topLeft, width, height) {
    const { map, canvas, view } = this, zoom = map.getZoom(), context = canvas.getContext("2d"), shown = [];
    const wanted = view.layers.places && this.held ? [...this.places, ...this.#overlayNames()] : [];
    for (const place of wanted) {
      if (zoom < RANK_FROM_ZOOM[place.rank] || zoom < 5.5 || (view.tiles && !place.area)) continue;
      const point = map.latLngToLayerPoint(place.point ?? view.latLng(...place.at)).subtract(topLeft);
      if (point.x < 0 || point.y < 0 || point.x > width || point.y > height) continue;
      const name = this.#placed(context, taken, place, point);
      if (name) shown.push(name);
    }
    L.DomUtil.setPosition(canvas, topLeft);
    const key = [view.themeName, width, height, ...shown.map(({ text, left, y }) => `${text} ${left} ${y}`)].join();
    if (key === this.drawnKey) return;
    [this.drawnKey, this.shown] = [key, shown];
    [canvas.width, canvas.height] = [width, height];
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const name of shown) this.#drawPlace(context, name);
  }

  // Of the office's areas, each in the middle of its extent. The shipped names give way to those of the office's own map.
  #overlayNames() {
    const names = [];
    for (const layer of this.overlays.values())
      layer.eachLayer((shape) => {
        const name = shape.feature?.properties.name;
        if (name && shape.getBounds) names.push({ point: shape.getBounds().getCenter(), rank: 2, area: true, zh: name, en: name });
      });
    return names;
  }

  // Where a name is written, or null when there is no room: in the middle of its water or area, or beside its dot.
  #placed(context, taken, place, { x, y }) {
    const text = (this.view.lang === "en" ? place.en : place.zh ?? place.en) ?? "";
    const font = `${place.water || place.area ? "italic " : ""}${place.rank === 1 ? 600 : 400} ${[0, 14, 13, 12, 11][place.rank]}px ${FONT}`;
    context.font = font;
    const width = context.measureText(text).width, name = { place, text, font, x, y, width, dot: false };
    if (place.water || place.plain || place.area) return taken.take(x - width / 2, y - 8, width, 16) ? { ...name, left: x - width / 2 } : null;
    const spot = taken.beside(x, y, DOT_PX, width, 16) ?? taken.beside(x, y, SYMBOL_PX, width, 16);
    return spot && { ...name, left: spot[0], y: spot[1], dot: y };
  }

  #drawPlace(context, { place, text, font, x, y, left, dot }) {
    const { theme } = this.view;
    if (dot !== false) {
      context.fillStyle = theme.placeDot;
      context.beginPath();
      context.arc(x, dot, place.rank === 1 ? 3 : 2.2, 0, 7);
      context.fill();
    }
    context.font = font;
    context.strokeStyle = theme.textHalo;
    context.globalAlpha = 0.8;
    context.lineWidth = 3;
    context.strokeText(text, left, y);
    context.globalAlpha = 1;
    context.fillStyle = place.water ? theme.water : place.area ? theme.overlay : theme.place;
    context.fillText(text, left, y);
  }
}
