import assert from "node:assert/strict";
import { test } from "node:test";
import { area, length, threeDegree, worldMetres } from "../src/map/ground.js";

// By pyproj 3.7: EPSG:4490 to EPSG:4523 (zone 35), and Geod(a=6378137, rf=298.257222101).
test("plane coordinates of the 3-degree zone", () => {
  for (const [lat, lng, zone, north, east] of [
    [29.34, 105.29, 35, 3246989.3647650736, 35528164.3785972],
    [31.5, 103.2, 34, 3487035.0647329716, 34614006.59928571],
    [0, 104.9, 35, 0, 35488868.04523093],
  ]) {
    const own = threeDegree(lat, lng);
    assert.equal(own.zone, zone);
    assert.ok(Math.abs(own.north - north) < 1e-3, `${own.north}`);
    assert.ok(Math.abs(own.east - east) < 1e-3, `${own.east}`);
  }
});

test("lengths and areas on the ellipsoid", () => {
  const ring = [
    [29.3, 105.2],
    [29.3, 105.21],
    [29.31, 105.21],
    [29.31, 105.2],
  ].map(([lat, lng]) => ({ lat, lng }));
  assert.ok(Math.abs(area(ring) - 1076835.0031814575) < 1e-3, `${area(ring)}`);
  assert.ok(Math.abs(length(ring, true) - 4159.846036100908) < 1e-3, `${length(ring, true)}`);
  assert.ok(Math.abs(worldMetres(0) - 2 * Math.PI * 6378137) < 1);
});
