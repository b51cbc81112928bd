// The selection: a ring around it, and its name before all others.

import { LABEL, RANK } from "./labels.js";
import { strokeTwice } from "./strokes.js";

const RADIUS_PX = { incident: 23 };

export class Selected {
  constructor(page) {
    this.page = page;
  }

  over(context, layer) {
    const { view, units } = this.page, { selected } = view;
    const spot = selected && layer.spotOf(selected);
    if (!spot) return;
    strokeTwice(context, layer.theme.textHalo, view.follow ? layer.theme.follow : layer.theme.select, 3, () => context.arc(...spot, RADIUS_PX[selected.thing] ?? 17, 0, 7));
    const text = selected.thing === "unit" ? units.label[units.slots.get(selected.id)] : this.page.nameOf(selected);
    layer.labels.ask({ rank: RANK.CHOSEN, text, x: spot[0], y: spot[1], radius: 17, look: LABEL.strong, colour: layer.theme.text, force: true });
  }
}
