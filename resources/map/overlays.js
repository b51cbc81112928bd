// The office's lines, areas and points over the map. What is in view is asked for after each move, simplified for the zoom by the window's
// side (`console/models/maps/overlay/file.py` has the layout), drawn on one canvas, and found again under a click.

const MARGIN = 0.35; // of the view, asked for beyond its edges
const HIT_PX = 7;
const DASHES = [[], [7, 4], [2, 4], [9, 3, 2, 3]]; // told apart without colour, too
const POINT = 0, LINE = 1, AREA = 2;

// {origin, level, thinned, names, shapes: [{feature, kind, parts: [Float64Array of lon, lat, ...]}]}
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const flat = new Float32Array(buffer, 4 + length), [lon, lat] = head.origin;
  let at = 0;
  head.shapes = head.shapes.map(([feature, kind, counts]) => ({ feature, kind, parts: counts.map((count) => {
    const part = new Float64Array(2 * count);
    for (let index = 0; index < part.length; index += 2) [part[index], part[index + 1]] = [flat[at++] + lon, flat[at++] + lat];
    return part;
  }) }));
  return head;
}

export class Overlays {
  // `failed(error)`: one cannot be read; `read()`: names may be others.
  constructor(map, view, failed, read) {
    Object.assign(this, { map, view, failed, read, held: new Map() });
    this.pane = map.createPane("overlays");
    this.pane.style.zIndex = 255;
    this.pane.style.pointerEvents = "none";
    this.canvas = L.DomUtil.create("canvas", "live-overlays leaflet-zoom-hide", this.pane);
    map.on("moveend zoomend resize viewreset", () => this.look());
  }

  get shown() {
    return this.view.overlays;
  }

  show() {
    const wanted = new Set(this.shown.map(({ id }) => id));
    for (const id of [...this.held.keys()]) if (!wanted.has(id)) this.held.delete(id);
    this.look();
    this.draw();
  }

  // Ask for what is in view, and once more when that was not the last word.
  look() {
    const size = this.map.getSize();
    if (!size.x || !size.y) return;
    for (const { id } of this.shown) {
      const held = this.held.get(id) ?? { data: null, key: "", busy: false };
      this.held.set(id, held);
      this.#ask(id, held).catch(this.failed);
    }
    this.draw();
  }

  async #ask(id, held) {
    const box = this.#box(), zoom = Math.round(this.map.getZoom()), key = [zoom, ...box].join("/");
    if (held.busy || held.key === key) return;
    held.busy = true;
    try {
      const answer = await fetch(`/overlay/${id}/view/${key}`);
      if (!answer.ok) throw new Error(`${this.shown.find((one) => one.id === id)?.name ?? id}: ${answer.status}`);
      const data = unpack(await answer.arrayBuffer());
      for (const shape of data.shapes) shape.at = shape.parts.map((part) => this.#toWorld(part));
      [held.data, held.key] = [data, key];
    } finally {
      held.busy = false;
    }
    if (this.held.get(id) !== held) return;
    this.draw();
    this.read();
    await this.#ask(id, held);
  }

  // What is asked for: the view and a margin, in WGS 84, in steps of a quarter of the view so that a small move asks for nothing.
  #box() {
    const bounds = this.map.getBounds(), [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const [width, height] = [(east - west) / 4, (north - south) / 4];
    const low = (value, step) => Math.floor(value / step) * step, high = (value, step) => Math.ceil(value / step) * step;
    return [
      Math.max(-180, low(west - 4 * MARGIN * width, width)), Math.max(-90, low(south - 4 * MARGIN * height, height)),
      Math.min(180, high(east + 4 * MARGIN * width, width)), Math.min(90, high(north + 4 * MARGIN * height, height)),
    ].map((value) => value.toFixed(6));
  }

  #toWorld(part) {
    const out = new Float64Array(part.length);
    for (let at = 0; at < part.length; at += 2) [out[at], out[at + 1]] = this.view.world(part[at], Math.max(-85.05, Math.min(85.05, part[at + 1])));
    return out;
  }

  // The datum under it all has changed.
  lay() {
    for (const held of this.held.values()) for (const shape of held.data?.shapes ?? []) shape.at = shape.parts.map((part) => this.#toWorld(part));
    this.draw();
  }

  draw() {
    const { map, canvas } = this;
    canvas.hidden = !this.shown.length; // without a GPU an empty one costs like any
    const size = map.getSize(), pad = size.multiplyBy(0.25).round();
    this.topLeft = map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
    const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    L.DomUtil.setPosition(canvas, this.topLeft);
    const origin = map.getPixelOrigin().add(this.topLeft);
    this.scale = 256 * 2 ** map.getZoom();
    [this.originX, this.originY] = [origin.x, origin.y];
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    this.shown.forEach((told, index) => this.#drawOne(context, told, index));
  }

  #drawOne(context, told, index) {
    const data = this.held.get(told.id)?.data, { theme } = this.view;
    if (!data) return;
    const colour = theme.overlays[index % theme.overlays.length];
    context.globalAlpha = told.opacity;
    context.lineJoin = "round";
    context.setLineDash(DASHES[index % DASHES.length]);
    for (const kind of [AREA, LINE]) {
      context.beginPath();
      for (const shape of data.shapes) if (shape.kind === kind) for (const part of shape.at) this.#trace(context, part);
      context.strokeStyle = colour;
      context.lineWidth = kind === LINE ? 2 : 1.3;
      if (kind === AREA && told.filled) {
        context.fillStyle = colour;
        context.globalAlpha = 0.14 * told.opacity;
        context.fill("evenodd");
        context.globalAlpha = told.opacity;
      }
      context.stroke();
    }
    context.setLineDash([]);
    context.beginPath();
    for (const shape of data.shapes) if (shape.kind === POINT) for (const [x, y] of this.#spots(shape)) {
      context.moveTo(x + 3.5, y);
      context.arc(x, y, 3.5, 0, 7);
    }
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = theme.textHalo;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
  }

  #trace(context, part) {
    for (let at = 0; at < part.length; at += 2) {
      const x = part[at] * this.scale - this.originX, y = part[at + 1] * this.scale - this.originY;
      if (at) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
  }

  *#spots({ at }) {
    for (const part of at) for (let index = 0; index < part.length; index += 2) yield [part[index] * this.scale - this.originX, part[index + 1] * this.scale - this.originY];
  }

  // The names of areas and points in view, as places: {point (latLng), rank, area, zh, en}.
  get names() {
    const names = [], zoom = this.map.getZoom();
    for (const { id } of this.shown) {
      const data = this.held.get(id)?.data, seen = new Set();
      for (const shape of data?.shapes ?? []) {
        const text = data.names[shape.feature];
        if (!text || seen.has(shape.feature) || shape.kind === LINE || (shape.kind === POINT && zoom < 9)) continue;
        seen.add(shape.feature);
        const [x, y] = middleOf(shape.at);
        names.push({ point: this.map.unproject([x * this.scale, y * this.scale], zoom), rank: shape.kind === AREA ? 2 : 4, area: shape.kind === AREA, office: true, zh: text, en: text });
      }
    }
    return names;
  }

  // {id, feature} of what lies under a point of the map's container, the uppermost first; null where nothing does.
  hit(point) {
    const at = this.map.containerPointToLayerPoint(point).subtract(this.topLeft ?? [0, 0]);
    const x = (at.x + this.originX) / this.scale, y = (at.y + this.originY) / this.scale, reach = HIT_PX / this.scale;
    for (const { id } of this.shown.toReversed()) {
      const shapes = this.held.get(id)?.data?.shapes ?? [];
      for (const kind of [POINT, LINE, AREA]) {
        const found = shapes.find((shape) => shape.kind === kind && reaches(shape, x, y, reach));
        if (found) return { id, feature: found.feature };
      }
    }
    return null;
  }
}

function middleOf(parts) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < parts[0].length; at += 2) {
    [west, east] = [Math.min(west, parts[0][at]), Math.max(east, parts[0][at])];
    [north, south] = [Math.min(north, parts[0][at + 1]), Math.max(south, parts[0][at + 1])];
  }
  return [(west + east) / 2, (north + south) / 2];
}

export function reaches({ kind, at }, x, y, reach) {
  if (kind === AREA) return at.reduce((inside, ring) => inside !== within(ring, x, y), false);
  for (const part of at) for (let index = 0; index < part.length; index += 2) {
    const [ax, ay] = [part[index], part[index + 1]];
    const last = kind === POINT || index + 2 >= part.length;
    const [bx, by] = last ? [ax, ay] : [part[index + 2], part[index + 3]];
    const [dx, dy] = [bx - ax, by - ay], along = dx || dy ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
    if ((ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2 <= reach * reach) return true;
  }
  return false;
}

// Whether a ring winds around a point: the parity of the edges that a ray to the right crosses.
function within(ring, x, y) {
  let inside = false;
  for (let at = 0, before = ring.length - 2; at < ring.length; before = at, at += 2) {
    const [ax, ay, bx, by] = [ring[before], ring[before + 1], ring[at], ring[at + 1]];
    if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
