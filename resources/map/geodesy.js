// Positions, distances and how they are written. WGS 84 degrees in, metres and degrees out. No DOM.

const RADIUS_M = 6371008.8; // mean radius, IUGG
const RAD = Math.PI / 180;

// Spherical Mercator (EPSG:3857) as a fraction of the world, 0..1 from the north-west corner.
export function toWorld(lon, lat) {
  const sin = Math.sin(lat * RAD);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

export function distanceM(a, b) {
  const dLat = (b[1] - a[1]) * RAD, dLon = (b[0] - a[0]) * RAD;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

// Initial bearing of the great circle from a to b, 0..360 from true north.
export function bearingDeg(a, b) {
  const dLon = (b[0] - a[0]) * RAD;
  const y = Math.sin(dLon) * Math.cos(b[1] * RAD);
  const x = Math.cos(a[1] * RAD) * Math.sin(b[1] * RAD) - Math.sin(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.cos(dLon);
  return (Math.atan2(y, x) / RAD + 360) % 360;
}

export function metresText(metres) {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toFixed(metres < 10000 ? 2 : metres < 100000 ? 1 : 0)} km`;
}

export function bearingText(degrees) {
  return `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;
}

export function decimalText(lon, lat) {
  return `${Math.abs(lat).toFixed(5)}°${lat < 0 ? "S" : "N"} ${Math.abs(lon).toFixed(5)}°${lon < 0 ? "W" : "E"}`;
}

function dms(value, width) {
  const seconds = Math.round(Math.abs(value) * 36000) / 10;
  const whole = Math.floor(seconds / 3600), minutes = Math.floor((seconds % 3600) / 60);
  return `${String(whole).padStart(width, "0")}°${String(minutes).padStart(2, "0")}′${(seconds % 60).toFixed(1).padStart(4, "0")}″`;
}

export function dmsText(lon, lat) {
  return `${dms(lat, 2)}${lat < 0 ? "S" : "N"} ${dms(lon, 3)}${lon < 0 ? "W" : "E"}`;
}

// The longest of 1, 2, 5 x 10^n metres that is at most `maxM`.
export function roundLengthM(maxM) {
  const power = 10 ** Math.floor(Math.log10(maxM));
  const lead = maxM / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

// GCJ-02, the shifted datum of many Chinese map sources: applied to what is drawn over such a source, never to what is stored.
// Formula as published in the open (eviltransform and others); agrees with them to a few metres inside China.
const A = 6378245, EE = 0.00669342162296594323;

function gcjOffset(lon, lat) {
  const x = lon - 105, y = lat - 35, root = Math.sqrt(Math.abs(x)), sin = (value) => Math.sin(value * Math.PI);
  const common = (20 * sin(6 * x) + 20 * sin(2 * x)) * 2 / 3;
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common;
  dLat += (20 * sin(y) + 40 * sin(y / 3)) * 2 / 3 + (160 * sin(y / 12) + 320 * sin(y / 30)) * 2 / 3;
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common;
  dLon += (20 * sin(x) + 40 * sin(x / 3)) * 2 / 3 + (150 * sin(x / 12) + 300 * sin(x / 30)) * 2 / 3;
  const magic = 1 - EE * Math.sin(lat * RAD) ** 2, root2 = Math.sqrt(magic);
  return [dLon * 180 / (A / root2 * Math.cos(lat * RAD) * Math.PI), dLat * 180 / (A * (1 - EE) / (magic * root2) * Math.PI)];
}

const inChina = (lon, lat) => lon > 72.004 && lon < 137.8347 && lat > 0.8293 && lat < 55.8271;

export function toGcj(lon, lat) {
  if (!inChina(lon, lat)) return [lon, lat];
  const [dLon, dLat] = gcjOffset(lon, lat);
  return [lon + dLon, lat + dLat];
}

export function fromGcj(lon, lat) {
  let [x, y] = [lon, lat];
  for (let turn = 0; turn < 4; turn++) {
    const [gx, gy] = toGcj(x, y);
    [x, y] = [x + lon - gx, y + lat - gy];
  }
  return [x, y];
}
