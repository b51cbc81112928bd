// How plots look: lines with their marks, fills and signs, all from `resources/rules/plots.toml`. Used by the map, the legend and the print. No page.

import { strokeTwice } from "./strokes.js";

const MARK_EVERY_PX = 22;
const MOST_MARKS = 600;
const HEAD_PX = 17;
const DASH = { solid: [], dashed: [11, 7], dotted: [2, 6], double: [] };
const TILE_PX = { hatch: 12, grid: 14, dots: 11, waves: 16, bars: 10 };

// `kind`: {day, night, line, marks, fill, frame, glyph}; `points`: [[x, y], ...] px; `ends`: an arrow has its head at the last one.
export function drawLine(context, points, kind, colour, halo, { closed = false, head = false } = {}) {
  context.lineJoin = context.lineCap = "round";
  const path = () => {
    points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (closed) context.closePath();
  };
  if (kind.line === "double") {
    strokeTwice(context, halo, colour, 6, path);
    context.lineWidth = 2;
    context.strokeStyle = halo;
    context.beginPath();
    path();
    context.stroke();
  } else {
    strokeTwice(context, halo, "transparent", 3, path);
    context.setLineDash(DASH[kind.line]);
    context.strokeStyle = colour;
    context.beginPath();
    path();
    context.stroke();
    context.setLineDash([]);
  }
  drawMarks(context, closed ? [...points, points[0]] : points, kind.marks, colour);
  if (head) drawHead(context, points, colour, halo);
  context.lineJoin = "miter";
  context.lineCap = "butt";
}

// Where marks stand along a line: [x, y, angle], every so many px.
export function steps(points, every, most = MOST_MARKS) {
  const found = [];
  let left = every / 2;
  for (let at = 1; at < points.length && found.length < most; at++) {
    const [[x1, y1], [x2, y2]] = [points[at - 1], points[at]];
    const length = Math.hypot(x2 - x1, y2 - y1), angle = Math.atan2(y2 - y1, x2 - x1);
    for (; left <= length && found.length < most; left += every) found.push([x1 + ((x2 - x1) * left) / length, y1 + ((y2 - y1) * left) / length, angle]);
    left -= length;
  }
  return found;
}

const MARKS = {
  cross: (pen) => pen("M-5 -5L5 5M5 -5L-5 5"),
  teeth: (pen) => pen("M-5 0L0 8L5 0Z", true),
  chevron: (pen) => pen("M-4 -6L4 0L-4 6"),
  tick: (pen) => pen("M0 -6V6"),
};

function drawMarks(context, points, marks, colour) {
  if (!marks) return;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 2.5;
  for (const [x, y, angle] of steps(points, MARK_EVERY_PX)) {
    const { a, b, c, d, e, f } = context.getTransform();
    context.translate(x, y);
    context.rotate(angle);
    MARKS[marks]((path, filled) => context[filled ? "fill" : "stroke"](new Path2D(path)));
    context.setTransform(a, b, c, d, e, f);
  }
}

function drawHead(context, points, colour, halo) {
  const [x, y] = points.at(-1), before = points.findLast(([a, b]) => Math.hypot(a - x, b - y) > 4) ?? points[0];
  const angle = Math.atan2(y - before[1], x - before[0]);
  const corner = (turn) => [x - HEAD_PX * Math.cos(angle + turn), y - HEAD_PX * Math.sin(angle + turn)];
  const path = new Path2D();
  path.moveTo(x + 5 * Math.cos(angle), y + 5 * Math.sin(angle));
  path.lineTo(...corner(0.5));
  path.lineTo(...corner(-0.5));
  path.closePath();
  context.strokeStyle = halo;
  context.lineWidth = 4;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
}

// A surface: a faint tone and a pattern that stays with the ground when the map moves. `rings`: [[[x, y], ...], ...], holes among them.
export function fillSurface(context, rings, fill, colour, shift = [0, 0]) {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], at) => path[at ? "lineTo" : "moveTo"](x, y));
    path.closePath();
  }
  context.globalAlpha = 0.1;
  context.fillStyle = colour;
  context.fill(path, "evenodd");
  if (fill) {
    context.globalAlpha = 0.55;
    context.fillStyle = pattern(context, fill, colour, shift);
    context.fill(path, "evenodd");
  }
  context.globalAlpha = 1;
}

const STROKES = {
  hatch: (n) => `M0 0L${n} ${n}M${-n / 2} ${n / 2}L${n / 2} ${n * 1.5}M${n / 2} ${-n / 2}L${n * 1.5} ${n / 2}`, // falls where warnings' hatching rises,
  grid: (n) => `M0 0L${n} ${n}M0 ${n}L${n} 0`,
  dots: (n) => `M${n / 2 - 0.8} ${n / 2}h1.6`,
  waves: (n) => `M0 ${n / 2}q${n / 4} ${-n / 4} ${n / 2} 0q${n / 4} ${n / 4} ${n / 2} 0`,
  bars: (n) => `M${n / 2} 0V${n}`,
};
const tiles = new Map();

function pattern(context, fill, colour, [x, y]) {
  const step = TILE_PX[fill], key = fill + colour;
  if (!tiles.has(key)) {
    const tile = new OffscreenCanvas(step, step), pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = fill === "dots" ? 2 : 1.2;
    pen.lineCap = fill === "dots" ? "round" : "butt";
    pen.stroke(new Path2D(STROKES[fill](step)));
    tiles.set(key, tile);
  }
  const held = context.createPattern(tiles.get(key), "repeat");
  held.setTransform(new DOMMatrix().translate(x % step, y % step));
  return held;
}

// The sign about (x, y). `paper`: what stands on the ink.
export function drawSign(context, x, y, kind, colour, halo, paper, scale = 1) {
  const { a, b, c, d, e, f } = context.getTransform();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineJoin = context.lineCap = "round";
  const frame = new Path2D(kind.frame);
  context.strokeStyle = halo;
  context.lineWidth = 4;
  context.stroke(frame);
  context.fillStyle = colour;
  context.fill(frame);
  context.strokeStyle = paper;
  context.lineWidth = 2;
  context.stroke(new Path2D(kind.glyph));
  context.lineJoin = "miter";
  context.lineCap = "butt";
  context.setTransform(a, b, c, d, e, f);
}

export const PAPER = { day: "#ffffff", night: "#05090d" };
