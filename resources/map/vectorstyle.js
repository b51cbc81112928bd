// How vector tiles look, by day and by night: layers of OpenMapTiles, Protomaps, Shortbread and Mapbox Streets by what they are, others plainly.

import { AREA, LINE, POINT } from "./vectortile.js";

const GROUPS = {
  land: ["earth", "land"],
  green: ["landcover", "landuse", "park", "natural", "globallandcover", "sites", "landuse_overlay", "national_park"],
  water: ["water", "ocean", "water_polygons", "waterway", "water_lines", "physical_line", "rivers", "lakes", "dam_lines"],
  building: ["building", "buildings"],
  road: ["transportation", "roads", "road", "streets", "street_polygons", "bridges", "tunnel", "transit", "ferries"],
  border: ["boundary", "boundaries", "admin", "boundary_lines"],
  name: ["place", "places", "place_labels", "place_label", "poi", "pois", "mountain_peak", "aerodrome_label", "water_name", "physical_point"],
  silent: ["transportation_name", "street_labels", "street_labels_points", "housenumber", "addresses", "boundary_labels", "water_lines_labels", "water_polygons_labels", "streets_polygons_labels"],
};
const GROUP_OF = new Map(Object.entries(GROUPS).flatMap(([group, names]) => names.map((name) => [name, group])));
const ORDER = ["land", "green", "water", "building", "other", "border", "road", "name", "silent"];
const GREAT = /motorway|trunk|highway|国道|高速/, MIDDLE = /primary|secondary|major/, SMALL = /path|track|footway|cycleway|steps|pedestrian|service/;

export const groupOf = (name) => GROUP_OF.get(name) ?? "other";
export const rankOf = (name) => ORDER.indexOf(groupOf(name));

// {fill, stroke, width, dash} of a feature, null when it is not drawn. `words`: what is said of it.
export function styleOf(theme, group, type, words, zoom) {
  if (group === "silent" || (type === POINT && group === "name")) return null;
  if (type === POINT) return { fill: theme.overlay, radius: 3 };
  if (type === AREA) return areaStyle(theme, group);
  if (type === LINE) return lineStyle(theme, group, words, zoom);
  return null;
}

function areaStyle(theme, group) {
  return {
    land: { fill: theme.land }, green: { fill: theme.green }, water: { fill: theme.lake }, building: { fill: theme.building },
    road: { fill: theme.road2 }, border: null, name: null,
  }[group] ?? { stroke: theme.overlay, width: 1 };
}

function lineStyle(theme, group, words, zoom) {
  if (group === "water") return { stroke: theme.river, width: zoom < 10 ? 0.8 : 1.4 };
  if (group === "border") return { stroke: theme.border, width: Number(words.admin_level ?? words.kind_detail ?? 4) <= 4 ? 1.6 : 1, dash: [6, 3, 1, 3] };
  if (group !== "road") return { stroke: theme.overlay, width: 1.2 };
  const kind = `${words.class ?? ""} ${words.kind ?? ""} ${words.kind_detail ?? ""} ${words.highway ?? ""} ${words.ref ?? ""}`;
  const grow = zoom < 9 ? 1 : zoom < 13 ? 1.5 : 2.4;
  if (/rail/.test(kind)) return { stroke: theme.rail, width: 1.2, dash: [5, 4] };
  if (GREAT.test(kind)) return { stroke: theme.road1, width: 1.8 * grow };
  if (MIDDLE.test(kind)) return { stroke: theme.road2, width: 1.3 * grow };
  return { stroke: theme.road3, width: SMALL.test(kind) ? 0.7 : 0.7 * grow };
}

// The name in the language, and how early it is written: rank 1 to 4 as of the shipped places.
export function nameOf(words, lang) {
  const own = lang === "en" ? ["name_en", "name:en", "name:latin"] : ["name_zh", "name:zh", "name:zh-Hans", "name:nonlatin"];
  const key = [...own, "name", "Name", "NAME", "名称"].find((one) => typeof words[one] === "string" && words[one]);
  if (!key) return null;
  const kind = String(words.class ?? words.kind ?? words.place ?? "");
  return { text: words[key].slice(0, 60), rank: /country|state|region|province|city/.test(kind) ? 1 : /town|county/.test(kind) ? 2 : /village|peak/.test(kind) ? 3 : 4 };
}
