// Lengths, areas and plane coordinates on the ellipsoid of CGCS2000.

import geographiclib from "geographiclib-geodesic"; // CommonJS: no named exports in Node

const A = 6378137; // GB/T 33184—2016, CGCS2000
const F = 1 / 298.257222101;
const ELLIPSOID = new geographiclib.Geodesic.Geodesic(A, F);
/** @typedef {{ lat: number, lng: number }} Point */

export const MU_M2 = 2000 / 3;

/**
 * Metres along geodesics through points; closed if asked.
 * @param {Point[]} points
 */
export function length(points, closed = false) {
  const ends = closed ? [...points, points[0]] : points;
  return ends.slice(1).reduce((sum, point, k) => sum + between(ends[k], point), 0);
}

/**
 * m² inside a ring of points.
 * @param {Point[]} points
 */
export function area(points) {
  const ring = ELLIPSOID.Polygon(false);
  for (const p of points) ring.AddPoint(p.lat, p.lng);
  return Math.abs(ring.Compute(false, true).area ?? 0);
}

/**
 * Metres that the whole width of the Web Mercator world stands for along a parallel.
 * @param {number} lat
 */
export function worldMetres(lat) {
  return 36_000 * between({ lat, lng: 0 }, { lat, lng: 0.01 });
}

/**
 * Metres along the geodesic from one point to another.
 * @param {Point} from
 * @param {Point} to
 */
function between(from, to) {
  return ELLIPSOID.Inverse(from.lat, from.lng, to.lat, to.lng).s12 ?? NaN;
}

/**
 * Gauss-Krüger in the 3-degree zone of the point: {zone, north, east}, m, the zone's number before
 * the easting (500 km at the meridian). Krüger's series to n⁴, good to less than a millimetre.
 * @param {number} lat
 * @param {number} lng
 */
export function threeDegree(lat, lng) {
  const zone = Math.round(lng / 3);
  const n = F / (2 - F);
  const e = Math.sqrt(F * (2 - F));
  const rad = Math.PI / 180;
  const radius = (A / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const alpha = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3 + (41 / 180) * n ** 4,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3 + (557 / 1440) * n ** 4,
    (61 / 240) * n ** 3 - (103 / 140) * n ** 4,
    (49561 / 161280) * n ** 4,
  ];
  const s = Math.sin(lat * rad);
  const l = (lng - 3 * zone) * rad;
  const t = Math.sinh(Math.atanh(s) - e * Math.atanh(e * s));
  const xi = Math.atan2(t, Math.cos(l));
  const eta = Math.asinh(Math.sin(l) / Math.hypot(t, Math.cos(l)));
  /** @param {(k: number) => number} f */
  const sum = (f) => alpha.reduce((total, a, j) => total + a * f(2 * (j + 1)), 0);
  return {
    zone,
    north: radius * (xi + sum((k) => Math.sin(k * xi) * Math.cosh(k * eta))),
    east: zone * 1e6 + 500_000 + radius * (eta + sum((k) => Math.cos(k * xi) * Math.sinh(k * eta))),
  };
}
