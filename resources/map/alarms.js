// Roads cut and calls for help as symbols around a point. Used by the layer and by the legend. No DOM.

const CROSS_EVERY_PX = 26;

// The sign of a road that cannot be passed: a disc with a bar, and a cross behind it, so that it is told without its colour.
export function drawCut(context, x, y, theme) {
  context.lineCap = "round";
  for (const [style, width] of [[theme.halo, 6], [theme.road, 3]]) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    for (const [dx, dy] of [[-9, -9], [9, -9]]) {
      context.moveTo(x + dx, y + dy);
      context.lineTo(x - dx, y - dy);
    }
    context.stroke();
  }
  context.beginPath();
  context.arc(x, y, 8, 0, 7);
  context.fillStyle = theme.road;
  context.strokeStyle = theme.halo;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.fillStyle = "#ffffff";
  context.fillRect(x - 5.5, y - 2, 11, 4);
  context.lineCap = "butt";
}

// A closed stretch: a dashed line with crosses along it. `points`: [[x, y], ...] on the canvas.
export function drawRoadLine(context, points, theme) {
  context.lineJoin = "round";
  for (const [style, width, dash] of [[theme.halo, 7, []], [theme.road, 4, [10, 6]]]) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }
  context.setLineDash([]);
  context.strokeStyle = theme.road;
  context.lineWidth = 2.5;
  context.beginPath();
  for (const [x, y] of along(points, CROSS_EVERY_PX)) for (const dx of [-5, 5]) {
    context.moveTo(x + dx, y - 5);
    context.lineTo(x - dx, y + 5);
  }
  context.stroke();
}

// Points every `step` px along a line, at most MOST: a line far into the view costs no more.
const MOST = 400;
export function along(points, step) {
  const found = [];
  let left = step / 2;
  for (let at = 1; at < points.length && found.length < MOST; at++) {
    const [[x1, y1], [x2, y2]] = [points[at - 1], points[at]];
    const length = Math.hypot(x2 - x1, y2 - y1);
    for (; left <= length && found.length < MOST; left += step) found.push([x1 + ((x2 - x1) * left) / length, y1 + ((y2 - y1) * left) / length]);
    left -= length;
  }
  return found;
}

// A call for help: two rings about the unit and a flag with an exclamation mark above it.
export function drawHelp(context, x, y, theme) {
  for (const radius of [19, 27]) for (const [style, width] of [[theme.halo, 6], [theme.help, 3.5]]) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.stroke();
  }
  const flag = new Path2D();
  flag.moveTo(x, y - 50);
  flag.lineTo(x + 14, y - 26);
  flag.lineTo(x - 14, y - 26);
  flag.closePath();
  context.lineJoin = "round";
  context.strokeStyle = theme.halo;
  context.lineWidth = 5;
  context.stroke(flag);
  context.fillStyle = theme.help;
  context.fill(flag);
  context.fillStyle = "#ffffff";
  context.fillRect(x - 1.7, y - 43, 3.4, 9);
  context.fillRect(x - 1.7, y - 32, 3.4, 3.4);
}
