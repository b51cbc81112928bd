import assert from "node:assert/strict";
import { test } from "node:test";

import { STATUSES, THEMES } from "../../resources/map/theme.js";

// Relative luminance and contrast of WCAG 2.2; 3 is what 1.4.11 asks of graphics. It is what is left of a colour when it is printed grey.
function luminance(hex) {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const apart = (one, other, what) => assert.ok(contrast(one, other) >= 3, `${what}: ${one} on ${other} is ${contrast(one, other).toFixed(2)}`);

for (const [name, theme] of Object.entries(THEMES)) {
  test(`${name}: the mark in a symbol is read without colour`, () => {
    for (const status of STATUSES) apart(theme.status[status], ["hospital", "onscene"].includes(status) ? "#ffffff" : theme.mark, status);
    for (const set of ["sensor", "resource", "feed"]) apart(theme[set], theme.signMark, set);
  });

  test(`${name}: alarms, rims and what is gone stand out from the ground without colour`, () => {
    for (const level of [1, 2, 3, 4]) apart(theme.level[level], theme.outline, `level ${level} within its edge`);
    for (const colour of ["sensor", "resource", "feed", "help", "road", "gone", "text"]) apart(theme[colour], theme.land, colour);
    apart(theme.help, theme.onAlarm, "number of alarms");
    assert.ok(contrast(theme.outline, theme.land) >= 3 || contrast(theme.halo, theme.land) >= 3, "an edge of a symbol");
  });
}
