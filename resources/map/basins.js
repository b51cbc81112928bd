// Small basins and townships by risk: hatched the denser the graver, so that levels are told apart without colour; what is only armed or expected
// has a dashed outline, what nothing is heard from a sparse cross-hatching of grey.

import { LABEL, RANK } from "./labels.js";

const STEP_PX = [0, 8, 12, 17, 23];
const BLIND_PX = 26;

export class Basins {
  static layer = "basins";

  constructor(page) {
    this.page = page;
    this.drawn = []; // {id, rings} px, smallest last
  }

  get basins() {
    return this.page.things.lists.basin ?? [];
  }

  get bare() {
    return !this.basins.length;
  }

  under(context, layer) {
    this.drawn = [];
    for (const basin of this.basins) {
      const rings = basin.rings.map((ring) => ring.map(([lon, lat]) => layer.at(...layer.view.world(lon, lat))));
      if (!rings.some((ring) => near(ring, layer))) continue;
      if (!basin.township) this.drawn.push({ id: basin.id, rings });
      this.#draw(context, layer, basin, rings);
    }
  }

  #draw(context, layer, basin, rings) {
    const { theme } = layer, path = new Path2D(), colour = basin.level ? theme.level[basin.level] : theme.gone;
    for (const ring of rings) {
      ring.forEach(([x, y], at) => (at ? path.lineTo(x, y) : path.moveTo(x, y)));
      path.closePath();
    }
    if (!basin.township && (basin.level || basin.blind)) {
      context.fillStyle = hatching(context, layer, colour, basin.level ? STEP_PX[basin.level] : BLIND_PX, !basin.level);
      context.fill(path);
    }
    context.lineJoin = "round";
    if (basin.level && !basin.township) {
      context.strokeStyle = theme.halo;
      context.lineWidth = 5;
      context.stroke(path);
    }
    context.strokeStyle = basin.township && !basin.level ? theme.border : colour;
    context.lineWidth = basin.level ? (basin.township ? 2.5 : 3) : 1;
    context.setLineDash(basin.township ? [2, 5] : basin.armed ? [9, 5] : []);
    context.globalAlpha = basin.level ? 1 : 0.7;
    context.stroke(path);
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  over(context, layer) {
    for (const basin of this.basins) {
      if (!basin.level || basin.township) continue;
      const [x, y] = layer.at(...layer.view.world(...basin.at));
      if (x < -20 || y < -20 || x > layer.width + 20 || y > layer.height + 20) continue;
      layer.grid.add(x, y, { thing: "basin", id: basin.id });
      layer.taken.take(x - 12, y - 12, 24, 24, true);
      sign(context, x, y, basin, layer.theme);
      if (!layer.view.shows("names") && !basin.fresh) continue;
      const rank = basin.fresh && basin.level <= 2 ? RANK.ALARM : RANK.ROAD;
      layer.labels.ask({ rank, text: basin.label, x, y, radius: 15, look: LABEL.strong, colour: layer.theme.text, force: basin.fresh });
    }
  }

  find(thing, id) {
    if (thing === "basin") return this.basins.find((basin) => basin.id === id)?.at ?? null;
    if (thing !== "risk") return null;
    const place = id.slice(id.indexOf(":") + 1, id.includes("@") ? id.lastIndexOf("@") : undefined);
    return this.basins.find((basin) => basin.id === place)?.at ?? this.page.things.lists.sensor?.find((sensor) => sensor.id === place)?.at ?? null;
  }

  // Its surface, where no symbol is: the smallest that lies there.
  hit(x, y, radius) {
    for (let at = this.drawn.length - 1; at >= 0; at--) {
      const { id, rings } = this.drawn[at];
      if (rings.some((ring) => inside(ring, x, y))) return { thing: "basin", id, distance2: radius * radius };
    }
    return null;
  }

  legend(section) {
    if (!this.basins.length) return;
    const { view } = this.page, zh = view.lang === "zh";
    const rows = [1, 2, 3, 4].map((level) => [
      (zh ? ["", "红色", "橙色", "黄色", "蓝色"] : ["", "red", "orange", "yellow", "blue"])[level],
      (context) => sign(context, 0, 0, { level }, view.theme),
    ]);
    section(zh ? "小流域风险" : "Basins by risk", rows);
  }
}

// A mountain with as many bars as the level is grave.
function sign(context, x, y, { level, armed }, theme) {
  const path = new Path2D();
  path.moveTo(x - 11, y + 9);
  path.lineTo(x, y - 11);
  path.lineTo(x + 11, y + 9);
  path.closePath();
  context.lineJoin = "round";
  context.strokeStyle = theme.halo;
  context.lineWidth = 5;
  context.stroke(path);
  context.fillStyle = armed ? theme.land : theme.level[level];
  context.fill(path);
  context.strokeStyle = armed ? theme.level[level] : theme.outline;
  context.lineWidth = 1.5;
  context.stroke(path);
  context.fillStyle = armed ? theme.text : level === 2 || level === 3 ? "#12202c" : "#ffffff";
  const bars = 5 - level;
  for (let bar = 0; bar < bars; bar++) context.fillRect(x - bars * 2 + bar * 4 + 0.5, y, 2.5, 6);
}

// A pattern that stays with the ground when the map moves.
function hatching(context, layer, colour, step, crossed) {
  const tile = new OffscreenCanvas(step, step), pen = tile.getContext("2d");
  pen.fillStyle = pen.strokeStyle = colour;
  if (!crossed) {
    pen.globalAlpha = 0.16;
    pen.fillRect(0, 0, step, step);
  }
  pen.globalAlpha = crossed ? 0.4 : 0.6;
  pen.lineWidth = crossed ? 0.8 : 1.2;
  pen.beginPath();
  for (const shift of [-step, 0, step]) {
    pen.moveTo(shift, 0);
    pen.lineTo(shift + step, step);
    if (!crossed) continue;
    pen.moveTo(shift, step);
    pen.lineTo(shift + step, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().translate(-layer.originX % step, -layer.originY % step));
  return pattern;
}

function near(ring, layer) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) [west, north, east, south] = [Math.min(west, x), Math.min(north, y), Math.max(east, x), Math.max(south, y)];
  return west < layer.width + 20 && east > -20 && north < layer.height + 20 && south > -20;
}

export function inside(ring, x, y) {
  let found = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [[x1, y1], [x2, y2]] = [ring[at], ring[before]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) found = !found;
  }
  return found;
}
