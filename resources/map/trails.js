// Where units came from: of all of them, or of the selected one alone.

export class Trails {
  constructor(page) {
    this.page = page;
    this.drawn = false;
  }

  // A trail ends at its unit: with every step it is another.
  get lively() {
    return this.#slots().length > 0 || this.drawn;
  }

  #slots() {
    const { units, view } = this.page, chosen = this.#chosen();
    return view.shows("trails") ? [...units.trails.keys()] : chosen === undefined ? [] : [chosen];
  }

  #chosen() {
    const { view, units } = this.page;
    return view.selected?.thing === "unit" ? units.slots.get(view.selected.id) : undefined;
  }

  under(context, layer) {
    const { units, view } = this.page, chosen = this.#chosen(), slots = this.#slots();
    this.drawn = slots.length > 0;
    context.lineJoin = "round";
    for (const slot of slots) {
      const flat = units.trails.get(slot);
      if (!flat || !units.visible(slot)) continue;
      context.beginPath();
      for (let at = 0; at < flat.length; at += 2) {
        const [x, y] = layer.at(...view.world(flat[at], flat[at + 1]));
        at ? context.lineTo(x, y) : context.moveTo(x, y);
      }
      context.lineTo(...layer.at(units.x[slot], units.y[slot]));
      context.strokeStyle = slot === chosen ? layer.theme.select : layer.theme.trail;
      context.lineWidth = slot === chosen ? 2.5 : 1.5;
      context.stroke();
    }
  }
}
