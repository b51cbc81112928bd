// The office's tile sources, one over the other in their order, and what their datums ask for.
//
// The lowest source that is a whole map decides: live things are moved into its datum (`View.shift`). A source in another datum than that
// is moved itself, by what the shift is in the middle of the view: the shift of GCJ-02 changes by less than a pixel across a view.

import { datumOf, offsetDeg } from "./datum.js";
import { VectorLayer } from "./vectorlayer.js";

const FIRST_Z = 201; // of the panes, above the shipped map and below names
const MAX_ZOOM = 18;

// A layer whose squares lie `offset` px from where they would: those are loaded that will be seen.
const Moved = { _getTiledPixelBounds(centre) {
  const bounds = L.GridLayer.prototype._getTiledPixelBounds.call(this, centre), by = this.options.offset;
  return by ? L.bounds(bounds.min.subtract(by), bounds.max.subtract(by)) : bounds;
} };
const Raster = L.TileLayer.extend(Moved), Vector = VectorLayer.extend(Moved);

export class TileLayers {
  constructor(map, view, named) {
    Object.assign(this, { map, view, named, held: new Map() });
    map.on("moveend zoomend viewreset", () => this.#align());
  }

  get names() {
    const all = [];
    for (const { layer } of this.held.values()) for (const list of layer.names?.values() ?? []) for (const name of list) all.push({ ...name, offset: layer.options.offset });
    return all;
  }

  show(tiles) {
    const wanted = new Set(tiles.map(({ id }) => id));
    for (const [id, { layer, pane }] of this.held) if (!wanted.has(id)) {
      layer.remove();
      pane.remove();
      this.held.delete(id);
    }
    tiles.forEach((told, index) => {
      if (!this.held.has(told.id)) this.#add(told);
      const held = this.held.get(told.id);
      held.told = told;
      held.pane.style.zIndex = FIRST_Z + index;
      held.layer.setOpacity(told.opacity);
    });
    this.#align();
  }

  restyle() {
    for (const { layer } of this.held.values()) layer.restyle?.();
  }

  #add(told) {
    const name = `tiles-${told.id}`, pane = this.map.createPane(name);
    pane.style.pointerEvents = "none";
    const common = { pane: name, id: told.id, minZoom: 0, maxZoom: MAX_ZOOM, offset: null };
    const layer = told.kind === "vector"
      ? new Vector({ ...common, min: told.min, max: told.max, view: this.view, named: this.named })
      : new Raster(`/tiles/${told.id}/{z}/{x}/{y}`, { ...common, minNativeZoom: told.min, maxNativeZoom: told.max });
    this.held.set(told.id, { layer, pane, told });
    layer.addTo(this.map);
  }

  #align() {
    const { lng, lat } = this.map.getCenter(), drawn = datumOf(this.view.tiles), at = this.map.latLngToLayerPoint([lat, lng]);
    for (const { layer, pane, told } of this.held.values()) {
      const [dLon, dLat] = offsetDeg(told.datum, drawn, lng, lat);
      const by = dLon || dLat ? this.map.latLngToLayerPoint([lat + dLat, lng + dLon]).subtract(at) : null;
      layer.options.offset = by;
      L.DomUtil.setPosition(pane, by ?? L.point(0, 0));
      if (by) layer._update?.();
    }
  }
}
