// SPDX-License-Identifier: GPL-3.0-or-later
// Makes world.bin of Natural Earth's countries at 1:50m; see README.md. Run by hand, at development time:
//   npm install world-atlas topojson-client && node convert.mjs node_modules/world-atlas/countries-50m.json \
//       /usr/share/iso-codes/json/iso_3166-1.json world.bin
import { readFileSync, writeFileSync } from "node:fs";
import { feature } from "topojson-client";

const [atlasPath, codesPath, outPath] = process.argv.slice(2);
const atlas = JSON.parse(readFileSync(atlasPath, "utf8"));
const codes = JSON.parse(readFileSync(codesPath, "utf8"))["3166-1"];
const alpha2ByNumber = new Map(codes.map(c => [c.numeric, c.alpha_2]));

const kPerDegree = 20; // Units of the file: a twentieth of a degree.
const kTolerance = 0.6; // In units; what lies this near to a line goes.

// Areas without a number in the atlas.
const kUnnumbered = { Kosovo: "XK", Somaliland: "SO", "N. Cyprus": "CY" };
// Parts that have a code of their own but are drawn with another country: [country, code, west, south, east, north].
const kParts = [
  ["FR", "GF", -55, 1, -51, 6.5], ["FR", "GP", -62, 15.7, -60.9, 16.7], ["FR", "MQ", -61.4, 14.2, -60.7, 15.0],
  ["FR", "RE", 55, -21.6, 56, -20.7], ["FR", "YT", 44.8, -13.2, 45.5, -12.5], ["NO", "SJ", -10, 70.5, 40, 82],
  ["NL", "BQ", -69, 11.8, -62, 18],
];

function perpendicular(p, a, b) {
  const dx = b[0] - a[0], dy = b[1] - a[1];
  const length = Math.hypot(dx, dy);
  if (length === 0) return Math.hypot(p[0] - a[0], p[1] - a[1]);
  return Math.abs(dy * p[0] - dx * p[1] + b[0] * a[1] - b[1] * a[0]) / length;
}

// Douglas and Peucker, 1973.
function simplified(points) {
  if (points.length < 3) return points;
  let farthest = 0, distance = 0;
  for (let i = 1; i + 1 < points.length; ++i) {
    const d = perpendicular(points[i], points[0], points[points.length - 1]);
    if (d > distance) { distance = d; farthest = i; }
  }
  if (distance <= kTolerance) return [points[0], points[points.length - 1]];
  return simplified(points.slice(0, farthest + 1)).slice(0, -1).concat(simplified(points.slice(farthest)));
}

function ringOf(coordinates) {
  const quantised = [];
  for (const [lon, lat] of coordinates) {
    const p = [Math.round(lon * kPerDegree), Math.round(lat * kPerDegree)];
    const last = quantised[quantised.length - 1];
    if (!last || last[0] !== p[0] || last[1] !== p[1]) quantised.push(p);
  }
  if (quantised.length < 4) {
    // An island smaller than a unit stays as a small square.
    const [x, y] = quantised[0];
    return [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
  }
  const half = Math.floor(quantised.length / 2);
  const ring = simplified(quantised.slice(0, half + 1)).slice(0, -1).concat(simplified(quantised.slice(half)));
  ring.pop(); // The first point again.
  return ring.length >= 3 ? ring : quantised.slice(0, -1);
}

// The atlas lets rings run over the antimeridian; each becomes one ring on either side of it.
function cutAtAntimeridian(coordinates) {
  const unwrapped = [];
  for (const [lon, lat] of coordinates) {
    const last = unwrapped[unwrapped.length - 1];
    let x = lon;
    while (last && x - last[0] > 180) x -= 360;
    while (last && x - last[0] < -180) x += 360;
    unwrapped.push([x, lat]);
  }
  const longitudes = unwrapped.map(p => p[0]);
  if (Math.max(...longitudes) <= 180 && Math.min(...longitudes) >= -180) return [coordinates];
  return [-360, 0, 360].map(shift => clipped(clipped(unwrapped.map(([x, y]) => [x + shift, y]), 180, -1), -180, 1))
    .filter(ring => ring.length > 3);
}

// What lies on one side of a meridian (Sutherland and Hodgman, 1974); side 1: east of it.
function clipped(ring, meridian, side) {
  const inside = p => (p[0] - meridian) * side >= 0;
  const result = [];
  for (let i = 0; i + 1 < ring.length; ++i) {
    const [a, b] = [ring[i], ring[i + 1]];
    if (inside(a)) result.push(a);
    if (inside(a) !== inside(b)) {
      const t = (meridian - a[0]) / (b[0] - a[0]);
      result.push([meridian, a[1] + t * (b[1] - a[1])]);
    }
  }
  if (result.length > 0) result.push(result[0]);
  return result;
}

function codeOfPart(code, ring) {
  const lon = ring.reduce((s, p) => s + p[0], 0) / ring.length / kPerDegree;
  const lat = ring.reduce((s, p) => s + p[1], 0) / ring.length / kPerDegree;
  const part = kParts.find(([of, , w, s, e, n]) => of === code && lon > w && lon < e && lat > s && lat < n);
  return part ? part[1] : code;
}

const ringsByCode = new Map();
for (const country of feature(atlas, atlas.objects.countries).features) {
  if (country.id === "010") continue; // Antarctica.
  const code = alpha2ByNumber.get(country.id) ?? kUnnumbered[country.properties.name] ?? "--";
  const polygons = country.geometry.type === "Polygon" ? [country.geometry.coordinates] : country.geometry.coordinates;
  for (const polygon of polygons) {
    const rings = polygon.flatMap(cutAtAntimeridian).map(ringOf);
    const of = codeOfPart(code, rings[0]);
    ringsByCode.set(of, (ringsByCode.get(of) ?? []).concat(rings));
  }
}

const bytes = [...Buffer.from("BZMAP1")];
const unsigned = v => { while (v >= 128) { bytes.push((v & 127) | 128); v >>>= 7; } bytes.push(v); };
const signed = v => unsigned(v >= 0 ? v * 2 : -v * 2 - 1);
unsigned(kPerDegree);
unsigned(ringsByCode.size);
let points = 0;
for (const [code, rings] of [...ringsByCode].sort()) {
  bytes.push(code.charCodeAt(0), code.charCodeAt(1));
  unsigned(rings.length);
  for (const ring of rings) {
    unsigned(ring.length);
    let x = 0, y = 0;
    for (const [px, py] of ring) { signed(px - x); signed(py - y); x = px; y = py; ++points; }
  }
}
writeFileSync(outPath, Buffer.from(bytes));
console.log(`${ringsByCode.size} countries, ${points} points, ${bytes.length} bytes`);
