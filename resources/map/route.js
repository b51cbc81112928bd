// What panels of the window have the map show besides its things: a way by road, an area that was asked about, a place gone to.
// `view.sketch`: {key: {kind: "route" | "area" | "spot", lines: [[[lon, lat], ...], ...], label}} (console/views/sketch.py).

import { strokeTwice } from "./strokes.js";
import { FONT } from "./theme.js";

const SPOT_PX = 11;

export class Sketch {
  constructor(page) {
    this.page = page;
    this.verbs = {
      spot: (lon, lat, zoom) => page.map.setView(page.view.latLng(lon, lat), zoom || Math.max(page.map.getZoom(), 12), { animate: false }),
      bounds: (west, south, east, north) =>
        page.map.fitBounds([page.view.latLng(west, south), page.view.latLng(east, north)], { animate: false, maxZoom: 14, padding: [40, 40] }),
    };
  }

  get figures() {
    return Object.values(this.page.view.sketch ?? {});
  }

  get bare() {
    return !this.figures.length;
  }

  under(context, layer) {
    const { theme } = this.page.view;
    for (const { kind, lines } of this.figures) {
      if (kind === "spot") continue;
      const area = kind === "area";
      const path = () => lines.forEach((line) => this.#trace(context, layer, line, area));
      if (area) {
        context.beginPath();
        path();
        context.fillStyle = theme.measure;
        context.globalAlpha = 0.1;
        context.fill("evenodd");
        context.globalAlpha = 1;
      }
      context.setLineDash(area ? [10, 5] : []);
      strokeTwice(context, theme.textHalo, theme.measure, area ? 2 : 4.5, path, area ? 2 : 4);
      context.setLineDash([]);
    }
  }

  over(context, layer) {
    const { theme } = this.page.view;
    for (const { kind, lines, label } of this.figures) {
      const at = kind === "route" ? lines.at(-1)?.at(-1) : kind === "spot" ? lines[0]?.[0] : null;
      if (!at) continue;
      const { x, y } = this.#place(layer, at);
      strokeTwice(context, theme.textHalo, theme.measure, 2, () => {
        context.moveTo(x + SPOT_PX, y);
        context.arc(x, y, SPOT_PX, 0, 7);
        for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
          context.moveTo(x + dx * (SPOT_PX - 4), y + dy * (SPOT_PX - 4));
          context.lineTo(x + dx * (SPOT_PX + 5), y + dy * (SPOT_PX + 5));
        }
      });
      if (label) this.#write(context, label, x + SPOT_PX + 6, y);
    }
  }

  #trace(context, layer, line, closed) {
    line.forEach((point, index) => {
      const { x, y } = this.#place(layer, point);
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    if (closed) context.closePath();
  }

  #place(layer, [lon, lat]) {
    const at = layer.at(...this.page.view.world(lon, lat));
    return Array.isArray(at) ? { x: at[0], y: at[1] } : at;
  }

  #write(context, text, x, y) {
    const { theme } = this.page.view;
    context.font = `600 13px ${FONT}`;
    context.fillStyle = theme.textHalo;
    context.fillRect(x - 4, y - 10, context.measureText(text).width + 8, 20);
    context.fillStyle = theme.text;
    context.textBaseline = "middle";
    context.fillText(text, x, y);
    context.textBaseline = "alphabetic";
  }
}
