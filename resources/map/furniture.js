// What stands around the map: coordinates, scale, north, zoom, credits, legend, notices.

import { drawCut, drawHelp } from "./alarms.js";
import { FRESH, GONE, STALE } from "./buffer.js";
import { decimalText, dmsText, metresText, roundLengthM } from "./geodesy.js";
import { ROMAN } from "./marks.js";
import { drawUnit } from "./sprites.js";
import { hiddenTexts, outsideText, tr } from "./text.js";
import { FONT, KINDS, STATUSES } from "./theme.js";

const SCALE_PX = 130;

function make(parent, tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  parent.append(element);
  return element;
}

// Only another text: the same one would be laid out again, with every step of the mouse.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Furniture {
  // `fit()`: show all units.
  constructor(root, page, fit) {
    const { map, view } = page;
    Object.assign(this, { root, page, map, view, fit, legendOpen: false, hidden: {}, outside: 0, cursor: null });
    for (const name of ["mousedown", "dblclick", "wheel", "click"]) root.addEventListener(name, (event) => event.stopPropagation());
    map.on("move zoomend resize", () => this.#drawScale());
  }

  // Anew after a change of language or theme.
  build() {
    const { root, view } = this, say = (text) => tr(view.lang, text);
    root.replaceChildren();
    root.className = view.themeName;
    this.notices = make(root, "div", "notices");
    const tools = make(root, "div", "tools");
    const north = make(tools, "button", "north", "");
    north.title = say("North is up; click for all units");
    make(north, "span", "needle", "▲");
    make(north, "span", "letter", view.lang === "en" ? "N" : "北");
    north.onclick = this.fit;
    this.#button(tools, "+", say("Zoom in"), () => this.map.zoomIn());
    this.#button(tools, "−", say("Zoom out"), () => this.map.zoomOut());
    this.#button(tools, "?", say("Legend"), () => this.toggleLegend());
    this.legend = make(root, "div", "legend");
    const foot = make(root, "div", "foot");
    this.scale = make(foot, "div", "scale");
    this.place = make(foot, "div", "coordinates");
    this.credits = make(foot, "div", "credits");
    this.#drawScale();
    this.showCursor(this.cursor);
    this.showCredits();
    this.#drawLegend();
    this.showNotices();
  }

  #button(parent, text, title, onclick) {
    Object.assign(make(parent, "button", "", text), { title, onclick });
  }

  showCursor(at) {
    this.cursor = at;
    const [lon, lat] = at ?? [this.map.getCenter().lng, this.map.getCenter().lat];
    write(this.place, `${at ? "" : `${tr(this.view.lang, "Centre")} `}${decimalText(lon, lat)}   ${dmsText(lon, lat)}   WGS 84`);
  }

  showCredits() {
    const { view } = this;
    const words = (held) => [held.name, `${tr(view.lang, "Map approval number")} ${held.approval || tr(view.lang, "not given")}`, `${tr(view.lang, "Datum")} ${held.datum}`, held.attribution];
    const shipped = view.tiles.some((held) => held.covers) ? [] : [tr(view.lang, "Not an approved map: load your office's own"), ...(view.credits ?? [])];
    const approval = [...view.tiles.toReversed().flatMap(words), ...shipped];
    this.credits.textContent = approval.filter(Boolean).join(" · ");
    this.credits.title = this.credits.textContent;
  }

  showNotices() {
    const texts = hiddenTexts(this.view.lang, this.hidden);
    if (this.view.picking) texts.unshift(tr(this.view.lang, "Click the place; Esc ends"));
    if (this.view.measuring) texts.unshift(tr(this.view.lang, "Click the points to measure; Esc ends"));
    for (const part of this.page.parts) if (part.notice?.(this.view.lang)) texts.unshift(part.notice(this.view.lang));
    if (this.view.fault) texts.unshift(`${tr(this.view.lang, "Layer could not be read")}: ${this.view.fault}`);
    this.notices.replaceChildren();
    for (const text of texts) make(this.notices, "div", "notice", text);
    if (this.outside) {
      const notice = make(this.notices, "div", "notice quiet", outsideText(this.view.lang, this.outside));
      const button = make(notice, "button", "show", `${tr(this.view.lang, "Show all units")} (${this.view.fitKeys})`);
      button.onclick = this.fit;
    }
  }

  showOutside(count) {
    this.outside = count;
    this.showNotices();
  }

  toggleLegend() {
    this.legendOpen = !this.legendOpen;
    this.#drawLegend();
  }

  #drawScale() {
    const size = this.map.getSize(), y = size.y / 2;
    const [one, two] = [[0, y], [SCALE_PX, y]].map((point) => this.map.containerPointToLatLng(point));
    const metres = this.map.distance(one, two);
    if (!(metres > 0)) return;
    const length = roundLengthM(metres);
    write(this.scale, metresText(length).replace(".00", "").replace(".0", ""));
    this.scale.style.width = `${Math.round((SCALE_PX * length) / metres)}px`;
    if (!this.cursor && this.place) this.showCursor(null);
  }

  #drawLegend() {
    const { legend, view } = this;
    legend.replaceChildren();
    legend.hidden = !this.legendOpen;
    if (!this.legendOpen) return;
    const section = (title, rows) => {
      make(legend, "h4", "", tr(view.lang, title));
      const grid = make(legend, "div", "rows");
      for (const [text, draw] of rows) this.#row(grid, text, draw);
    };
    const unit = (kind, status, freshness = FRESH, heading = null) => (context) => drawUnit(context, view.theme, kind, status, freshness, heading);
    section("Kind", KINDS.map((kind) => [view.words[kind] ?? kind, unit(kind, "available")]));
    section("Status", [
      ...STATUSES.map((status) => [view.words[status] ?? status, unit("rescue", status)]),
      [tr(view.lang, "Stale"), unit("rescue", "enroute", STALE)],
      [tr(view.lang, "Gone"), unit("rescue", "enroute", GONE)],
      [tr(view.lang, "Heading"), unit("rescue", "enroute", FRESH, 45)],
    ]);
    section("Attention", [
      [tr(view.lang, "Road cut"), (context) => drawCut(context, 0, 0, view.theme)],
      [tr(view.lang, "Call for help"), (context) => {
        context.translate(0, 5);
        context.scale(0.4, 0.4);
        drawHelp(context, 0, 0, view.theme);
      }],
    ]);
    for (const part of this.page.parts) part.legend?.(section);
    section("Incident, by level", [1, 2, 3, 4].map((level) => [ROMAN[level], (context) => drawLevel(context, view.theme, level)]));
  }

  #row(grid, text, draw) {
    const row = make(grid, "div", "row");
    const canvas = make(row, "canvas", "");
    canvas.width = canvas.height = 34;
    const context = canvas.getContext("2d");
    context.translate(17, 17);
    draw(context);
    make(row, "span", "", text);
  }
}

function drawLevel(context, theme, level) {
  context.rotate(Math.PI / 4);
  context.fillStyle = theme.level[level];
  context.strokeStyle = theme.outline;
  context.fillRect(-8, -8, 16, 16);
  context.strokeRect(-8, -8, 16, 16);
  context.rotate(-Math.PI / 4);
  context.font = `800 10px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = [1, 4].includes(level) ? "#fff" : "#12202c";
  context.fillText(ROMAN[level], 0, 1);
}
