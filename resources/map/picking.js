// Points clicked while a form of the window asks for a place (`view.picking`: [lon, lat] each, null while none asks).

import { strokeTwice } from "./strokes.js";

export class Picking {
  constructor(page) {
    this.page = page;
  }

  click(at) {
    if (!this.page.view.picking) return false;
    this.page.say("picked", { lon: at[0].toFixed(7), lat: at[1].toFixed(7) });
    return true;
  }

  key(event) {
    if (event.key !== "Escape" || !this.page.view.picking) return false;
    this.page.say("picked");
    return true;
  }

  viewed(changed) {
    if (changed.includes("picking")) this.page.map.getContainer().classList.toggle("picking", this.page.view.picking !== null);
  }

  over(context, layer) {
    const points = (this.page.view.picking ?? []).map(([lon, lat]) => layer.at(...layer.view.world(lon, lat)));
    if (!points.length) return;
    strokeTwice(context, layer.theme.textHalo, layer.theme.measure, 3, () => points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y))));
    context.fillStyle = layer.theme.measure;
    for (const [x, y] of points) {
      context.beginPath();
      context.arc(x, y, 5, 0, 7);
      context.fill();
    }
  }
}
