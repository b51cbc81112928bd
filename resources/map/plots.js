// Plots as they are shown: surfaces and lines beneath, signs and texts above; found under the mouse by their edges too.

import { LABEL, RANK } from "./labels.js";
import { drawLine, drawSign, fillSurface, PAPER } from "./plot_style.js";

const UNKNOWN = { name: "?", day: "#14202b", night: "#e6edf3", line: "solid", marks: "", fill: "", frame: "M0 -12.5L12.5 0L0 12.5L-12.5 0Z", glyph: "M0 -5V5" };
export const SURFACES = ["area", "circle", "ring", "sector"];

export class Plots {
  static layer = "plots";

  constructor(page) {
    this.page = page;
    this.drawn = new Map(); // id -> {plot, rings} as last drawn, px
  }

  get plots() {
    return this.page.things.lists.plot ?? [];
  }

  kindOf(plot) {
    return this.page.view.plotKinds?.[plot.kind] ?? UNKNOWN;
  }

  colour(kind) {
    return kind[this.page.view.themeName === "night" ? "night" : "day"];
  }

  get bare() {
    return !this.plots.length;
  }

  under(context, layer) {
    this.drawn.clear();
    for (const plot of this.plots) {
      if (plot.line.length < 2) continue;
      const rings = this.#rings(layer, plot);
      if (!rings.flat().some(([x, y]) => layer.holds(x, y, 20)) && !covers(rings[0], layer)) continue;
      this.drawn.set(plot.id, { plot, rings });
      this.#drawShape(context, layer, plot, rings);
    }
  }

  #drawShape(context, layer, plot, rings) {
    const kind = this.kindOf(plot), colour = this.colour(kind), surface = SURFACES.includes(plot.shape);
    if (surface) fillSurface(context, rings, kind.fill, colour, [-layer.originX, -layer.originY]);
    for (const ring of rings) drawLine(context, ring, kind, colour, layer.theme.textHalo, { closed: surface, head: plot.shape === "arrow" });
  }

  // A ring's outline runs round outside and back inside.
  #rings(layer, plot) {
    const points = plot.line.map(([lon, lat]) => layer.at(...layer.view.world(lon, lat)));
    return plot.hole ? [points.slice(0, points.length / 2), points.slice(points.length / 2)] : [points];
  }

  over(context, layer) {
    const { view, theme } = layer;
    for (const plot of this.plots) {
      const [x, y] = this.#middle(layer, plot);
      if (!layer.holds(x, y, 20)) continue;
      layer.grid.add(x, y, { thing: "plot", id: plot.id });
      const kind = this.kindOf(plot), colour = this.colour(kind);
      if (plot.shape === "text") {
        layer.labels.ask({ rank: RANK.INCIDENT, text: plot.label || kind.name, x, y, radius: 0, look: LABEL.strong, colour, force: true });
        continue;
      }
      layer.taken.take(x - 12, y - 12, 24, 24, true);
      drawSign(context, x, y, kind, colour, theme.textHalo, PAPER[view.themeName] ?? PAPER.day);
      if (view.shows("names")) layer.labels.ask({ rank: RANK.ROAD, text: plot.label, x, y, radius: 16, look: LABEL.firm, colour });
    }
  }

  // Where the sign stands: in the middle of the line, of the surface, or at the point.
  #middle(layer, plot) {
    const rings = this.drawn.get(plot.id)?.rings;
    if (!rings || ["circle", "ring"].includes(plot.shape)) return layer.at(...layer.view.world(...plot.at));
    return SURFACES.includes(plot.shape) ? centre(rings[0]) : halfWay(rings[0]);
  }

  hit(x, y, radius) {
    let best = null, least = radius * radius;
    for (const [id, { plot, rings }] of this.drawn)
      for (const ring of rings) for (let at = SURFACES.includes(plot.shape) ? 0 : 1; at < ring.length; at++) {
        const distance2 = toSegment2([x, y], ring.at(at - 1), ring[at]);
        if (distance2 < least) [least, best] = [distance2, { thing: "plot", id, distance2 }];
      }
    return best;
  }

  viewed(changed) {
    if (changed.includes("plotKinds")) this.page.layer.underStale = true;
  }

  legend(section) {
    const shown = [...new Set(this.plots.map((plot) => plot.kind))].map((code) => this.page.view.plotKinds?.[code]).filter(Boolean);
    if (shown.length) section("Plots", shown.map((kind) => [kind.name, (context) => this.drawSample(context, kind)]));
  }

  // `surface`: with its pattern and its edge, as it lies on the map.
  drawSample(context, kind, surface = false) {
    const { view } = this.page, colour = this.colour(kind), box = [[-17, -14], [17, -14], [17, 14], [-17, 14]];
    if (surface) {
      fillSurface(context, [box], kind.fill, colour);
      drawLine(context, box, { ...kind, marks: "" }, colour, view.theme.textHalo, { closed: true });
    }
    drawSign(context, 0, 0, kind, colour, view.theme.textHalo, PAPER[view.themeName] ?? PAPER.day, surface ? 0.7 : 0.95);
  }
}

// The middle of what a surface spans: near enough for a sign, and never far outside it.
export function centre(ring) {
  const xs = ring.map(([x]) => x), ys = ring.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

export function halfWay(line) {
  const lengths = line.slice(1).map(([x, y], at) => Math.hypot(x - line[at][0], y - line[at][1]));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (let at = 0; at < lengths.length; at++) {
    if (left <= lengths[at]) {
      const share = lengths[at] ? left / lengths[at] : 0;
      return [line[at][0] + (line[at + 1][0] - line[at][0]) * share, line[at][1] + (line[at + 1][1] - line[at][1]) * share];
    }
    left -= lengths[at];
  }
  return line.at(-1);
}

export function toSegment2([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1], along = dx || dy ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy))) : 0;
  return (x - x1 - along * dx) ** 2 + (y - y1 - along * dy) ** 2;
}

// Whether a surface lies around all of the canvas.
function covers(ring, layer) {
  const xs = ring.map(([x]) => x), ys = ring.map(([, y]) => y);
  return Math.min(...xs) < layer.width && Math.max(...xs) > 0 && Math.min(...ys) < layer.height && Math.max(...ys) > 0;
}

