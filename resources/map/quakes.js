// Earthquakes: a star the larger the greater, and the rings of estimated intensity of the one selected and of those of the last day.

import { LABEL, RANK } from "./labels.js";
import { strokeTwice } from "./strokes.js";
import { FONT } from "./theme.js";

const ROMAN = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
const DASHES = { 6: [3, 6], 7: [8, 5], 8: [14, 5] }; // the inner, the more of a line

export class Quakes {
  static layer = "quakes";

  constructor(page) {
    this.page = page;
  }

  get quakes() {
    return this.page.things.lists.quake ?? [];
  }

  get bare() {
    return !this.quakes.length;
  }

  under(context, layer) {
    for (const quake of this.quakes) {
      if (!quake.fresh && !this.#chosen(quake)) continue;
      for (const [intensity, ring] of quake.rings) {
        const points = ring.map(([lon, lat]) => layer.at(...layer.view.world(lon, lat)));
        context.setLineDash(DASHES[intensity] ?? []);
        strokeTwice(context, layer.theme.textHalo, layer.theme.help, intensity >= 8 ? 2.5 : 1.8, () => {
          points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
        });
        context.setLineDash([]);
        const top = points.reduce((best, point) => (point[1] < best[1] ? point : best));
        context.font = `700 12px ${FONT}`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        const numeral = ROMAN[intensity] ?? String(intensity);
        context.strokeStyle = layer.theme.textHalo;
        context.lineWidth = 4;
        context.strokeText(numeral, ...top);
        context.fillStyle = layer.theme.help;
        context.fillText(numeral, ...top);
        context.textAlign = "left";
      }
    }
  }

  over(context, layer) {
    for (const quake of this.quakes) {
      const [x, y] = layer.at(...layer.view.world(...quake.at));
      if (x < -20 || y < -20 || x > layer.width + 20 || y > layer.height + 20) continue;
      layer.grid.add(x, y, { thing: "quake", id: quake.id });
      layer.taken.take(x - 9, y - 9, 18, 18, true);
      star(context, x, y, 4 + 2 * Math.max(0, quake.magnitude - 4), quake.fresh ? layer.theme.help : layer.theme.gone, layer.theme.halo);
      if (!layer.view.shows("names") || !(quake.fresh || this.#chosen(quake))) continue;
      layer.labels.ask({ rank: RANK.INCIDENT, text: quake.label, x, y, radius: 13, look: LABEL.firm, colour: layer.theme.text });
    }
  }

  find(thing, id) {
    return thing === "quake" ? (this.quakes.find((quake) => quake.id === id)?.at ?? null) : null;
  }

  viewed(changed) {
    if (changed.includes("selected")) this.page.layer.underStale = true;
  }

  #chosen(quake) {
    const { selected } = this.page.view;
    return selected?.thing === "quake" && selected.id === quake.id;
  }
}

function star(context, x, y, radius, colour, halo) {
  const path = new Path2D();
  for (let at = 0; at < 10; at++) {
    const r = at % 2 ? radius * 0.45 : radius, angle = (at * Math.PI) / 5 - Math.PI / 2;
    path[at ? "lineTo" : "moveTo"](x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  path.closePath();
  context.lineJoin = "round";
  context.strokeStyle = halo;
  context.lineWidth = 3.5;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
}
