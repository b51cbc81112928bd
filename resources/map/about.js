// What an office's own layer says of the thing that was clicked: a part of the page. Esc or × closes it; `about` asks at the middle of the map.

import { tr } from "./text.js";

export class About {
  constructor(page) {
    this.page = page;
    this.box = document.createElement("div");
    this.box.className = "about";
    this.box.hidden = true;
    document.getElementById("furniture").after(this.box);
    for (const name of ["mousedown", "dblclick", "wheel", "click"]) this.box.addEventListener(name, (event) => event.stopPropagation());
    this.verbs = { about: () => this.#open(page.map.getSize().divideBy(2)) };
  }

  // Only where no live thing is: those come first.
  click(_at, hit, event) {
    if (this.page.view.picking || this.page.view.measuring) return false;
    this.close();
    if (!hit) this.#open(event.containerPoint);
    return false;
  }

  key(event) {
    if (event.key !== "Escape" || this.box.hidden) return false;
    this.close();
    return true;
  }

  viewed(changed) {
    if (changed.includes("overlays") || changed.includes("lang")) this.close();
    this.box.dataset.theme = this.page.view.themeName;
  }

  close() {
    this.asked = null;
    this.box.hidden = true;
  }

  async #open(point) {
    const { view, basemap } = this.page, found = basemap.overlays.hit(point), asked = (this.asked = {});
    if (!found) return;
    const answer = await fetch(`/overlay/${found.id}/about/${found.feature}`).catch(() => null);
    if (!answer?.ok || asked !== this.asked) return;
    const told = await answer.json();
    if (asked === this.asked) this.#show(told, view.overlays.find(({ id }) => id === found.id)?.name ?? "");
  }

  #show({ name, fields }, layer) {
    const { lang } = this.page.view, make = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
    this.box.replaceChildren();
    const close = make(this.box, "button", "×");
    Object.assign(close, { title: `${tr(lang, "Close")} (Esc)`, onclick: () => this.close() });
    make(this.box, "h4", name || tr(lang, "Without a name"));
    make(this.box, "p", layer);
    const table = make(this.box, "table", "");
    for (const [key, value] of Object.entries(fields)) {
      const row = make(table, "tr", "");
      make(row, "th", key);
      make(row, "td", value);
    }
    this.box.hidden = false;
  }
}
