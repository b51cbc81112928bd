// Measuring on the map: click the points, read length, area and bearing; Backspace takes one back, Esc ends.

import { bearingDeg, bearingText, distanceM, metresText } from "./geodesy.js";
import { tr } from "./text.js";
import { FONT } from "./theme.js";

const NEAR_PX = 6; // a leg as short as this, as to the cursor just after a click, says nothing

export class Measure {
  constructor(page) {
    const { map, view } = page;
    Object.assign(this, { page, map, view });
    this.verbs = { measure: (on) => (on ? this.start() : this.on && this.stop()) };
    this.on = false;
    this.points = [];
    this.cursor = null;
    this.canvas = L.DomUtil.create("canvas", "measure", map.getContainer());
    map.on("move zoomend resize", () => this.draw());
  }

  start() {
    this.on = true;
    this.points = [];
    this.map.getContainer().classList.add("measuring");
    this.draw();
  }

  stop() {
    this.on = false;
    this.points = [];
    this.cursor = null;
    this.map.getContainer().classList.remove("measuring");
    this.draw();
    this.page.say("measure", { on: false });
  }

  click(at) {
    if (!this.on) return false;
    this.points.push(at);
    this.#tell();
    return true;
  }

  // The window reckons on the ellipsoid what is clicked; what follows the hand is of the sphere.
  #tell() {
    this.draw();
    this.page.say("measured", { points: JSON.stringify(this.points) });
  }

  notice() {
    return (this.on && this.view.measured) || "";
  }

  move(at) {
    if (!this.on) return false;
    this.cursor = at;
    this.draw();
    return true;
  }

  key(event) {
    if (!this.on || !["Escape", "Backspace"].includes(event.key)) return false;
    if (event.key === "Escape") this.stop();
    else if (this.points.pop()) this.#tell();
    event.preventDefault();
    return true;
  }

  // Lengths of the legs and their bearings, of the points and the cursor.
  legs() {
    const line = this.cursor ? [...this.points, this.cursor] : this.points;
    return line.slice(1).map((to, index) => ({ to, lengthM: distanceM(line[index], to), bearing: bearingDeg(line[index], to) }));
  }

  draw() {
    const { canvas, map, view } = this;
    canvas.hidden = !this.on;
    if (!this.on) return;
    const size = map.getSize();
    [canvas.width, canvas.height] = [size.x, size.y];
    const context = canvas.getContext("2d"), { theme } = view;
    const spot = ([lon, lat]) => map.latLngToContainerPoint(view.latLng(lon, lat));
    const line = (this.cursor ? [...this.points, this.cursor] : this.points).map(spot);
    this.#stroke(context, line, theme);
    this.#write(context, line, theme);
  }

  #stroke(context, line, theme) {
    for (const [style, width] of [[theme.textHalo, 5], [theme.measure, 2.5]]) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      line.forEach(({ x, y }, index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
    }
    context.fillStyle = theme.measure;
    for (const { x, y } of line) {
      context.beginPath();
      context.arc(x, y, 4, 0, 7);
      context.fill();
    }
  }

  #write(context, line, theme) {
    context.font = `600 13px ${FONT}`;
    const write = (text, x, y) => {
      context.fillStyle = theme.textHalo;
      context.fillRect(x - 5, y - 13, context.measureText(text).width + 10, 18); // a plate: what lies under it is read elsewhere
      context.fillStyle = theme.text;
      context.fillText(text, x, y);
    };
    let total = 0;
    this.legs().forEach(({ lengthM, bearing }, index) => {
      total += lengthM;
      const end = line[index + 1];
      if (end.distanceTo(line[index]) >= NEAR_PX) write(`${metresText(lengthM)}  ${bearingText(bearing)}`, end.x + 10, end.y - 8);
      if (index && index === line.length - 2) write(`${tr(this.view.lang, "Length")} ${metresText(total)}`, end.x + 10, end.y + 10);
    });
  }
}
