// Incidents, warning areas, roads cut and calls for help: few, drawn on canvas one by one.

import { drawCut, drawHelp, drawRoadLine } from "./alarms.js";
import { LABEL, RANK } from "./labels.js";
import { FONT } from "./theme.js";

const ROAD_NAMES_FROM_ZOOM = 9;
const STEPS_PX = [0, -24, 24, -48, 48, -72, 72, -96, 96]; // where else a warning's label may be, up or down

export const ROMAN = ["–", "I", "II", "III", "IV"];

export class WarningAreas {
  static layer = "warnings";

  constructor(page) {
    this.page = page;
  }

  get bare() {
    return !this.page.things.lists.warning.length;
  }

  under(context, layer) {
    drawAreas(context, layer);
  }
}

export class Marks {
  constructor(page) {
    this.page = page;
  }

  spots() {
    return this.page.things.lists.incident.filter((held) => !held.closed).map((held) => held.at);
  }

  over(context, layer) {
    drawMarks(context, layer);
  }
}

function drawAreas(context, layer) {
  for (const warning of layer.page.things.lists.warning) {
    const colour = layer.theme.level[warning.level], fill = hatch(context, layer, warning.level);
    for (const area of warning.areas) {
      const path = areaPath(layer, area);
      context.fillStyle = fill;
      context.fill(path);
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.setLineDash(warning.test ? [6, 5] : []);
      context.stroke(path);
      context.setLineDash([]);
    }
  }
}

function areaPath(layer, area) {
  const path = new Path2D();
  if (area.ring) {
    area.ring.forEach(([lon, lat], index) => path[index ? "lineTo" : "moveTo"](...layer.at(...layer.view.world(lon, lat))));
    path.closePath();
  } else {
    const [lon, lat, radiusM] = area.circle;
    const [x, y] = layer.at(...layer.view.world(lon, lat));
    path.arc(x, y, Math.max(3, (radiusM * layer.scale) / (40075016.7 * Math.cos((lat * Math.PI) / 180))), 0, 7);
  }
  return path;
}

// The graver, the denser: levels are told apart without colour. Hatching is a pattern that stays with the ground when the map moves.
function hatch(context, layer, level) {
  const step = [22, 9, 13, 18, 24][level] ?? 22, colour = layer.theme.level[level];
  const tile = new OffscreenCanvas(step, step), pen = tile.getContext("2d");
  pen.fillStyle = pen.strokeStyle = colour;
  pen.globalAlpha = 0.13;
  pen.fillRect(0, 0, step, step);
  pen.globalAlpha = 0.5;
  pen.beginPath();
  for (const shift of [-step, 0, step]) {
    pen.moveTo(shift, step);
    pen.lineTo(shift + step, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().translate(-layer.originX % step, -layer.originY % step));
  return pattern;
}

// In the middle of its area, or above or below when something is there.
function drawWarningLabel(context, layer, warning, colour) {
  const [x, middle] = layer.at(...layer.view.world(...warning.at));
  context.font = `600 12px ${FONT}`;
  const width = context.measureText(warning.label).width + 26;
  const free = STEPS_PX.find((step) => layer.taken.take(x - width / 2, middle + step - 11, width, 22));
  const y = middle + (free ?? 0);
  layer.grid.add(x, y, { thing: "warning", id: warning.id });
  context.fillStyle = layer.theme.land;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(x - width / 2, y - 11, width, 22, 4);
  context.fill();
  context.stroke();
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - width / 2 + 11, y - 6);
  context.lineTo(x - width / 2 + 17, y + 5);
  context.lineTo(x - width / 2 + 5, y + 5);
  context.fill();
  context.textBaseline = "middle";
  context.fillStyle = layer.theme.text;
  context.fillText(warning.label, x - width / 2 + 21, y + 0.5);
}

// Symbols first; labels follow where no symbol stands, by their rank.
function drawMarks(context, layer) {
  const { lists } = layer.page.things, { view, theme } = layer;
  const named = view.shows("names") && layer.map.getZoom() >= ROAD_NAMES_FROM_ZOOM;
  for (const held of view.shows("roads") ? lists.road : [])
    if (drawRoad(context, layer, held) && named) askLabel(layer, held, RANK.ROAD, 13, theme.road, LABEL.firm);
  for (const held of view.shows("incidents") ? lists.incident : [])
    if (drawIncident(context, layer, held)) askLabel(layer, held, RANK.INCIDENT, 27, theme.text, LABEL.strong, true);
  for (const held of lists.help) drawCall(context, layer, held);
  for (const held of view.shows("warnings") ? lists.warning : []) drawWarningLabel(context, layer, held, theme.level[held.level]);
}

function askLabel(layer, { label, at }, rank, radius, colour, look, force = false) {
  const [x, y] = layer.at(...layer.view.world(...at));
  layer.labels.ask({ rank, text: label, x, y, radius, look, colour, force });
}

// Whether its symbol is on the canvas; the line of a road may be, though the symbol is not.
function drawRoad(context, layer, held) {
  if (held.line.length) drawRoadLine(context, held.line.map(([lon, lat]) => layer.at(...layer.view.world(lon, lat))), layer.theme);
  const [x, y] = layer.at(...layer.view.world(...held.at));
  if (!layer.holds(x, y, 40)) return false;
  layer.grid.add(x, y, { thing: "road", id: held.id });
  layer.taken.take(x - 11, y - 11, 22, 22, true);
  drawCut(context, x, y, layer.theme);
  return true;
}

// A unit's call for help goes with the unit, and is never left out: no layer hides it, and its words stand before all others.
function drawCall(context, layer, held) {
  const [x, y] = (held.follow && layer.spotOf({ thing: "unit", id: held.id })) || layer.at(...layer.view.world(...held.at));
  if (!layer.holds(x, y, 40)) return;
  layer.grid.add(x, y, { thing: "unit", id: held.id });
  drawHelp(context, x, y, layer.theme);
  layer.taken.take(x - 29, y - 52, 58, 81, true);
  layer.labels.ask({ rank: RANK.ALARM, text: held.label, x, y, radius: 32, look: LABEL.large, colour: layer.theme.help, force: true });
}

// Whether it is on the canvas.
function drawIncident(context, layer, held) {
  const [x, y] = layer.at(...layer.view.world(...held.at));
  if (!layer.holds(x, y, 40)) return false;
  layer.grid.add(x, y, { thing: "incident", id: held.id });
  layer.taken.take(x - 18, y - 18, 36, 36, true);
  const colour = held.closed ? layer.theme.gone : layer.theme.level[held.level];
  const path = new Path2D();
  path.moveTo(x, y - 18); path.lineTo(x + 18, y); path.lineTo(x, y + 18); path.lineTo(x - 18, y);
  path.closePath();
  context.lineJoin = "round";
  context.strokeStyle = layer.theme.halo;
  context.lineWidth = 6;
  context.stroke(path);
  context.fillStyle = held.closed ? layer.theme.land : colour;
  context.fill(path);
  context.strokeStyle = held.closed ? colour : layer.theme.outline;
  context.lineWidth = 2;
  context.stroke(path);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = "800 14px sans-serif";
  context.fillStyle = held.closed ? colour : [1, 4].includes(held.level) ? "#ffffff" : "#12202c";
  context.fillText(held.level ? ROMAN[held.level] : "!", x, y + 1);
  context.textAlign = "left";
  return true;
}
