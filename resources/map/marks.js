// Incidents, sensors, resources, warning areas, roads cut and calls for help: few, drawn on canvas one by one.

import { drawCut, drawHelp, drawRoadLine } from "./alarms.js";
import { FONT } from "./theme.js";

const STEPS_PX = [0, -24, 24, -48, 48, -72, 72, -96, 96]; // where else a warning's label may be, up or down

export const ROMAN = ["–", "I", "II", "III", "IV"];

export class WarningAreas {
  static layer = "warnings";

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
  for (const warning of layer.things.lists.warning) {
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

// Symbols first, then labels where no symbol stands; those of incidents before the others.
function drawMarks(context, layer) {
  const { lists } = layer.things, { layers } = layer.view;
  const resources = layers.resources ? lists.resource.filter((held) => drawSmall(context, layer, "resource", held)) : [];
  const sensors = layers.sensors ? lists.sensor.filter((held) => drawSmall(context, layer, "sensor", held)) : [];
  const roads = layers.roads ? lists.road.filter((held) => drawRoad(context, layer, held)) : [];
  const incidents = layers.incidents ? lists.incident.filter((held) => drawIncident(context, layer, held)) : [];
  for (const held of incidents) drawLabel(context, layer, held, 27, layer.theme.text, "700 13px", true);
  for (const held of lists.help) drawCall(context, layer, held);
  if (layers.warnings) for (const held of lists.warning) drawWarningLabel(context, layer, held, layer.theme.level[held.level]);
  if (layer.map.getZoom() < 9 || !layers.names) return;
  for (const held of roads) drawLabel(context, layer, held, 13, layer.theme.road, "600 12px", false);
  for (const held of resources) drawLabel(context, layer, held, 10, layer.theme.resource, "500 11px", false);
  for (const held of sensors) drawLabel(context, layer, held, 10, layer.theme.sensor, "500 11px", false);
}

// Whether it is on the canvas.
function drawSmall(context, layer, thing, held) {
  const [x, y] = layer.at(...layer.view.world(...held.at));
  if (outside(layer, x, y)) return false;
  layer.grid.add(x, y, { thing, id: held.id });
  layer.taken.take(x - 7, y - 8, 14, 15, true);
  const path = new Path2D();
  if (thing === "sensor") {
    path.moveTo(x, y - 8);
    path.bezierCurveTo(x + 7, y, x + 5, y + 6, x, y + 6);
    path.bezierCurveTo(x - 5, y + 6, x - 7, y, x, y - 8);
  } else {
    path.moveTo(x - 6, y + 6); path.lineTo(x - 6, y - 1); path.lineTo(x, y - 7); path.lineTo(x + 6, y - 1); path.lineTo(x + 6, y + 6);
    path.closePath();
  }
  context.globalAlpha = held.stale ? 0.5 : 1;
  context.strokeStyle = layer.theme.halo;
  context.lineWidth = 3.5;
  context.stroke(path);
  context.fillStyle = layer.theme[thing];
  context.fill(path);
  context.globalAlpha = 1;
  return true;
}

// Whether its symbol is on the canvas; the line of a road may be, though the symbol is not.
function drawRoad(context, layer, held) {
  if (held.line.length) drawRoadLine(context, held.line.map(([lon, lat]) => layer.at(...layer.view.world(lon, lat))), layer.theme);
  const [x, y] = layer.at(...layer.view.world(...held.at));
  if (outside(layer, x, y)) return false;
  layer.grid.add(x, y, { thing: "road", id: held.id });
  layer.taken.take(x - 11, y - 11, 22, 22, true);
  drawCut(context, x, y, layer.theme);
  return true;
}

// A unit's call for help goes with the unit, and is never left out: no layer hides it, and its words stand before all others.
function drawCall(context, layer, held) {
  const [x, y] = (held.follow && layer.spotOf({ thing: "unit", id: held.id })) || layer.at(...layer.view.world(...held.at));
  if (outside(layer, x, y)) return;
  layer.grid.add(x, y, { thing: "unit", id: held.id });
  drawHelp(context, x, y, layer.theme);
  layer.taken.take(x - 29, y - 52, 58, 81, true);
  context.font = `800 13px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const spot = layer.taken.beside(x, y, 32, context.measureText(held.label).width, 17, true);
  layer.text(context, held.label, spot[0], spot[1], layer.theme.help);
}

// Whether it is on the canvas.
function drawIncident(context, layer, held) {
  const [x, y] = layer.at(...layer.view.world(...held.at));
  if (outside(layer, x, y)) return false;
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

function drawLabel(context, layer, { label, at }, radius, colour, weight, force) {
  const [x, y] = layer.at(...layer.view.world(...at));
  context.font = `${weight} ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const spot = label && layer.taken.beside(x, y, radius, context.measureText(label).width, 15, force);
  if (spot) layer.text(context, label, spot[0], spot[1], colour);
}

function outside(layer, x, y) {
  return x < -40 || y < -40 || x > layer.width + 40 || y > layer.height + 40;
}
