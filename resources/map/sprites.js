// Symbols of units: outline = kind, colour and inner mark = status, tick = heading, pale = stale, hollow and dashed = gone.

import { GONE, STALE } from "./buffer.js";
import { FONT } from "./theme.js";

const RADIUS = 8.5;
const HEADINGS = 32;
const STALE_ALPHA = 0.42;

const polygon = (...points) => (path) => {
  points.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
};
const ring = (count, radius, turn = 0) => polygon(...Array.from({ length: count }, (_, index) => {
  const angle = turn + (index * 2 * Math.PI) / count;
  return [Math.sin(angle) * radius, -Math.cos(angle) * radius];
}));
const r = RADIUS, third = r * 0.42;

const OUTLINES = {
  rescue: (path) => path.arc(0, 0, r, 0, 7),
  fire: polygon([0, -r * 1.15], [r * 1.1, r * 0.85], [-r * 1.1, r * 0.85]),
  medical: polygon([-third, -r], [third, -r], [third, -third], [r, -third], [r, third], [third, third], [third, r], [-third, r], [-third, third], [-r, third], [-r, -third], [-third, -third]),
  police: polygon([-r * 0.9, -r * 0.9], [r * 0.9, -r * 0.9], [r * 0.9, r * 0.2], [0, r * 1.1], [-r * 0.9, r * 0.2]),
  engineering: ring(6, r * 1.05, Math.PI / 6),
  vehicle: (path) => path.roundRect(-r * 1.15, -r * 0.75, r * 2.3, r * 1.5, 2.5),
  aircraft: polygon([0, -r * 1.25], [r * 0.35, -r * 0.35], [r * 1.25, r * 0.3], [r * 1.25, r * 0.65], [r * 0.35, r * 0.45], [r * 0.5, r * 1.1], [-r * 0.5, r * 1.1], [-r * 0.35, r * 0.45], [-r * 1.25, r * 0.65], [-r * 1.25, r * 0.3], [-r * 0.35, -r * 0.35]),
  drone: polygon([0, -r * 0.45], [r * 0.75, -r * 1.1], [r * 1.1, -r * 0.75], [r * 0.45, 0], [r * 1.1, r * 0.75], [r * 0.75, r * 1.1], [0, r * 0.45], [-r * 0.75, r * 1.1], [-r * 1.1, r * 0.75], [-r * 0.45, 0], [-r * 1.1, -r * 0.75], [-r * 0.75, -r * 1.1]),
  vessel: polygon([0, -r * 1.2], [r * 0.7, -r * 0.2], [r * 0.7, r], [-r * 0.7, r], [-r * 0.7, -r * 0.2]),
  officer: ring(4, r * 1.1),
  command: ring(5, r * 1.1),
  other: (path) => path.rect(-r * 0.8, -r * 0.8, r * 1.6, r * 1.6),
};

const stroke = (path, ...points) => points.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
const MARKS = {
  available: () => {},
  dispatched: (path) => path.arc(0, 0, 1.6, 0, 7),
  enroute: (path) => { stroke(path, [-3, 1.5], [0, -2.5], [3, 1.5]); },
  onscene: (path) => path.rect(-2.2, -2.2, 4.4, 4.4),
  transporting: (path) => { stroke(path, [-3, 0], [3, 0]); stroke(path, [0, -3], [0, 3]); },
  hospital: (path) => { stroke(path, [-2.4, -3], [-2.4, 3]); stroke(path, [2.4, -3], [2.4, 3]); stroke(path, [-2.4, 0], [2.4, 0]); },
  returning: (path) => { stroke(path, [-3, -1.5], [0, 2.5], [3, -1.5]); },
  unavailable: (path) => { stroke(path, [-2.6, -2.6], [2.6, 2.6]); stroke(path, [-2.6, 2.6], [2.6, -2.6]); },
  unknown: (path) => { stroke(path, [-2, -1.5], [-1, -3], [1, -3], [2, -1.5], [0, 0.5], [0, 1.4]); stroke(path, [0, 2.8], [0, 3.2]); },
};

// Draws one symbol around (0, 0). In the legend with its heading; as a sprite without, since its tick is a sprite of its own.
export function drawUnit(context, theme, kind, status, freshness, headingDeg = null) {
  const outline = new Path2D(), mark = new Path2D();
  OUTLINES[kind](outline);
  MARKS[status](mark);
  context.lineJoin = context.lineCap = "round";
  if (freshness === GONE) return drawGone(context, theme, outline);
  context.globalAlpha = freshness === STALE ? STALE_ALPHA : 1;
  if (headingDeg !== null) drawTick(context, theme, headingDeg);
  context.strokeStyle = theme.halo;
  context.lineWidth = 4;
  context.stroke(outline);
  context.fillStyle = theme.status[status];
  context.fill(outline);
  context.strokeStyle = theme.outline;
  context.lineWidth = 1.5;
  context.stroke(outline);
  context.strokeStyle = context.fillStyle = ["hospital", "onscene"].includes(status) ? "#ffffff" : theme.mark;
  context.lineWidth = 1.7;
  context.stroke(mark);
  if (status === "onscene" || status === "dispatched") context.fill(mark);
  context.globalAlpha = 1;
}

function drawGone(context, theme, outline) {
  context.strokeStyle = theme.textHalo;
  context.lineWidth = 3;
  context.stroke(outline);
  context.setLineDash([2.5, 2.5]);
  context.strokeStyle = theme.gone;
  context.lineWidth = 1.7;
  context.stroke(outline);
  context.setLineDash([]);
}

function drawTick(context, theme, headingDeg) {
  const angle = (headingDeg * Math.PI) / 180;
  const at = (radius, turn) => [Math.sin(angle + turn) * radius, -Math.cos(angle + turn) * radius];
  const tip = new Path2D();
  stroke(tip, at(RADIUS + 1, -0.5), at(RADIUS + 7.5, 0), at(RADIUS + 1, 0.5));
  tip.closePath();
  context.strokeStyle = theme.halo;
  context.lineWidth = 3;
  context.stroke(tip);
  context.fillStyle = theme.outline;
  context.fill(tip);
}

// How many lie here, on a plate of `width` by 13 px.
export function drawCount(context, theme, text, width) {
  context.fillStyle = theme.text;
  context.beginPath();
  context.roundRect(-width / 2, -6.5, width, 13, 6.5);
  context.fill();
  context.font = `700 10px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = theme.land;
  context.fillText(text, 0, 0.5);
}

// States that look the same have the same key: kind, status, freshness.
export function unitKey(state) {
  return (state >>> 9) & 1023;
}

// One of HEADINGS ticks about the symbol, pale where it is stale; -1 for none.
export function tickKey(state) {
  const heading = state & 511, freshness = (state >>> 17) & 3;
  if (heading > 360 || freshness === GONE) return -1;
  return (Math.round((heading * HEADINGS) / 360) % HEADINGS) + HEADINGS * freshness;
}

export function drawTickOf(context, theme, key) {
  context.globalAlpha = key >= HEADINGS ? STALE_ALPHA : 1;
  drawTick(context, theme, ((key % HEADINGS) * 360) / HEADINGS);
}
