// Signs of things that stand: outline = what it is, mark inside = which kind of it, pale = stale, hollow and dashed = gone, rings = alarm.
// And discs of clusters. Drawn around (0, 0).

import { GONE, STALE } from "./buffer.js";
import { FONT } from "./theme.js";

export const SIGN_PX = 40;
const STALE_ALPHA = 0.5;

const line = (...points) => (path) => points.forEach(([x, y], at) => (at ? path.lineTo(x, y) : path.moveTo(x, y)));
const closed = (...points) => (path) => {
  line(...points)(path);
  path.closePath();
};
const all = (...draws) => (path) => draws.forEach((draw) => draw(path));

const DROP = (path) => {
  path.moveTo(0, -10);
  path.bezierCurveTo(9, -1, 7, 8, 0, 8);
  path.bezierCurveTo(-7, 8, -9, -1, 0, -10);
};
const OUTLINES = {
  sensor: DROP,
  store: closed([-8, 7], [-8, -2], [0, -9], [8, -2], [8, 7]),
  shelter: closed([-9, 7], [0, -9], [9, 7]),
  danger: closed([0, -10], [10, 0], [0, 10], [-10, 0]),
  goods: (path) => path.rect(-7, -7, 14, 14),
  feed: closed([-9, -6], [4, -6], [4, -2], [9, -6], [9, 6], [4, 2], [4, 6], [-9, 6]),
  other: (path) => path.arc(0, 0, 7, 0, 7),
};
const WAVE = (y) => (path) => {
  path.moveTo(-4, y);
  path.quadraticCurveTo(-2, y - 3, 0, y);
  path.quadraticCurveTo(2, y + 3, 4, y);
};
const MARKS = {
  rain: all(line([-3, 0], [-4, 4]), line([0.5, -2], [-1, 4]), line([4, 0], [2.5, 4])),
  level: all(WAVE(0), WAVE(4)),
  flow: all(WAVE(4), line([-4, -1], [4, -1], [1.5, -3.5])),
  wind: all(line([-4, 0], [3, 0]), line([-4, 3.5], [1, 3.5]), line([3, 0], [1, -3])),
  gust: all(line([-4, -1], [3, -1]), line([-4, 2], [3, 2]), line([-4, 5], [1, 5])),
  temperature: all(line([0, -4], [0, 3]), (path) => path.arc(0, 4, 1.6, 0, 7)),
  humidity: (path) => path.arc(0, 2, 2.6, 0, 7),
  displacement: all(line([-4, 2], [4, 2]), line([-2, 0], [-4, 2], [-2, 4]), line([2, 0], [4, 2], [2, 4])),
  fire_weather: line([-3, 5], [-3, 1], [0, -3], [1, 0], [3, 1], [3, 5], [-3, 5]),
  lightning: line([1.5, -4], [-2, 1], [1.5, 1], [-1.5, 6]),
  seismic: line([-5, 2], [-2, 2], [-0.5, -3], [1.5, 6], [3, 2], [5, 2]),
  store: line([-2.5, 7], [-2.5, 1], [2.5, 1], [2.5, 7]),
  shelter: line([-2, 7], [0, 1], [2, 7]),
  danger: all(line([0, -5], [0, 1]), line([0, 4], [0, 4.2])),
  goods: all(line([-7, -2], [7, -2]), line([0, -2], [0, 7])),
  camera: (path) => path.arc(-3, 0, 2.2, 0, 7),
  drone: all(line([-6, -3], [1, 3]), line([-6, 3], [1, -3])),
  vehicle: line([-6, 0], [1, 0]),
};

const outlineOf = (set, kind) => OUTLINES[set === "resource" ? kind : set] ?? OUTLINES.other;

export function drawSign(context, theme, set, kind, status, freshness, alarm) {
  const outline = new Path2D(), mark = new Path2D();
  outlineOf(set, kind)(outline);
  MARKS[kind]?.(mark);
  if (alarm) drawAlarm(context, theme, 13, alarm);
  context.lineJoin = context.lineCap = "round";
  if (freshness === GONE || status === "missing") return drawHollow(context, theme, outline);
  context.globalAlpha = freshness === STALE ? STALE_ALPHA : 1;
  context.strokeStyle = theme.halo;
  context.lineWidth = 4;
  context.stroke(outline);
  context.fillStyle = theme[set] ?? theme.resource;
  context.fill(outline);
  context.strokeStyle = theme.outline;
  context.lineWidth = 1.2;
  context.stroke(outline);
  context.strokeStyle = theme.signMark;
  context.lineWidth = 1.6;
  context.stroke(mark);
  if (["suspect", "damaged", "closed", "low"].includes(status)) drawDoubt(context, theme);
  context.globalAlpha = 1;
}

function drawHollow(context, theme, outline) {
  context.strokeStyle = theme.textHalo;
  context.lineWidth = 3.5;
  context.stroke(outline);
  context.setLineDash([2.5, 2.5]);
  context.strokeStyle = theme.gone;
  context.lineWidth = 1.7;
  context.stroke(outline);
  context.setLineDash([]);
}

// Struck through: it may not be relied on.
function drawDoubt(context, theme) {
  for (const [style, width] of [[theme.halo, 4], [theme.outline, 2]]) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    line([-8, 8], [8, -8])(context);
    context.stroke();
  }
}

// What was drawn so far on a clear canvas, more faintly.
export function pale(context, strength) {
  if (strength === 1) return;
  context.globalCompositeOperation = "destination-in";
  context.globalAlpha = strength;
  context.fillRect(-100, -100, 200, 200);
}

// Told without colour: two rings for the two gravest levels, one for the others; broken rings for the lesser of each.
export function drawAlarm(context, theme, radius, level) {
  for (let ring = 0; ring < (level <= 2 ? 2 : 1); ring++)
    for (const [style, width, dash] of [[theme.outline, 4.5, []], [theme.level[level], 2.6, level % 2 ? [] : [5, 3]]]) {
      context.beginPath();
      context.arc(0, 0, radius + 4.5 * ring, 0, 2 * Math.PI);
      context.strokeStyle = style;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.stroke();
    }
  context.setLineDash([]);
}

// A disc with a rim in parts: clockwise from the top how much of each set is in it, in twelfths.
export function drawCluster(context, theme, radius, shares, names, level) {
  if (level) drawAlarm(context, theme, radius + 1, level);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  context.beginPath();
  context.arc(0, 0, radius, 0, 7);
  context.fillStyle = theme.land;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = theme.outline;
  context.stroke();
  let from = -Math.PI / 2;
  shares.forEach((share, index) => {
    if (!share) return;
    const to = from + (share / whole) * 2 * Math.PI, gap = share === whole ? 0 : 0.1;
    context.beginPath();
    context.arc(0, 0, radius - 2.5, from + gap, to - gap);
    context.strokeStyle = theme[names[index]] ?? theme.resource;
    context.lineWidth = 4;
    context.stroke();
    from = to;
  });
}

// A number in the middle of a cluster; in alarm on a plate of its own.
export function drawBadge(context, theme, text, alarm = false) {
  context.font = `${alarm ? 800 : 700} ${alarm ? 11 : 10.5}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (alarm) {
    const width = context.measureText(text).width + 8;
    context.beginPath();
    context.roundRect(-width / 2, -7, width, 14, 7);
    context.fillStyle = theme.help;
    context.fill();
    context.strokeStyle = theme.halo;
    context.lineWidth = 1;
    context.stroke();
  }
  context.fillStyle = alarm ? theme.onAlarm : theme.text;
  context.fillText(text, 0, 0.5);
}
