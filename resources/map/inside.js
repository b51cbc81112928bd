// What is in a cluster: told while the mouse is on it; a click comes nearer, or lists what even the nearest view cannot part.

import { Points } from "./points.js";
import { tr } from "./text.js";

const MAX_LINES = 8;
const MAX_LISTED = 200;
const APART_PX = 30; // at the nearest view
const NEAREST_ZOOM = 18;
const ROOM_PX = [80, 80];

export class Inside {
  constructor(page) {
    this.page = page;
    this.on = "";
    const root = page.map.getContainer();
    this.tip = Object.assign(document.createElement("div"), { className: "inside tip", hidden: true });
    this.list = Object.assign(document.createElement("div"), { className: "inside list", hidden: true });
    root.append(this.tip, this.list);
    for (const name of ["mousedown", "dblclick", "wheel", "click"]) this.list.addEventListener(name, (event) => event.stopPropagation());
    page.map.on("zoomstart movestart", () => this.#hideTip());
  }

  viewed(changed) {
    if (changed.includes("theme")) for (const box of [this.tip, this.list]) box.classList.toggle("night", this.page.view.themeName !== "day");
  }

  move(_at, event) {
    if (this.page.map.dragging.moving()) return false;
    const hit = this.page.layer.hit(event.containerPoint);
    if (hit?.thing !== "cluster") this.#hideTip();
    else if (hit.id !== this.on) this.#showTip(hit, event.containerPoint);
    return false;
  }

  click(_at, hit) {
    this.#close();
    if (hit?.thing !== "cluster") return false;
    const members = this.page.part(Points).members(Number(hit.id));
    const bounds = L.latLngBounds(members.map(({ set, slot }) => this.page.view.latLng(...set.at(slot))));
    const { map } = this.page, far = Math.min(map.getMaxZoom(), NEAREST_ZOOM);
    const zoom = map.getZoom();
    if (map.project(bounds.getNorthWest(), far).distanceTo(map.project(bounds.getSouthEast(), far)) < APART_PX) this.#showList(members);
    else map.fitBounds(bounds, { animate: false, padding: ROOM_PX, maxZoom: far });
    if (this.list.hidden && map.getZoom() <= zoom) map.setView(bounds.getCenter(), Math.min(far, zoom + 1), { animate: false });
    return true;
  }

  key(event) {
    if (event.key !== "Escape" || this.list.hidden) return false;
    this.#close();
    return true;
  }

  #showTip(hit, { x, y }) {
    const points = this.page.part(Points), lines = points.contents(points.members(Number(hit.id)));
    const shown = lines.slice(0, MAX_LINES), rest = lines.length - shown.length;
    this.tip.replaceChildren(...[...shown, ...(rest > 0 ? [`… +${rest}`] : [])].map((text) => Object.assign(document.createElement("div"), { textContent: text })));
    this.on = hit.id;
    this.tip.hidden = false;
    const { width } = this.page.map.getContainer().getBoundingClientRect();
    this.tip.style.left = `${Math.min(x + 14, width - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${Math.max(4, y - this.tip.offsetHeight - 10)}px`;
  }

  #hideTip() {
    this.on = "";
    this.tip.hidden = true;
  }

  #showList(members) {
    const { page } = this, say = (text) => tr(page.view.lang, text);
    const title = Object.assign(document.createElement("h4"), { textContent: `${say("At this place")} ${members.length}` });
    const rows = members.slice(0, MAX_LISTED).map(({ set, slot }) => {
      const button = Object.assign(document.createElement("button"), { textContent: set.label(slot) || set.id(slot) });
      button.onclick = () => page.say("click", { thing: set.name, id: set.id(slot) });
      return button;
    });
    this.list.replaceChildren(title, ...rows);
    this.list.hidden = false;
    rows[0]?.focus();
  }

  #close() {
    this.list.hidden = true;
    this.list.replaceChildren();
  }
}
