// The same squares drawn by WebGL libraries, for `tests/bench_webgl.py`: which of them could stand
// under mujun's map, and what is left of each where there is no WebGL.

import { Deck, MapView } from "@deck.gl/core";
import { SolidPolygonLayer } from "@deck.gl/layers";
import L from "leaflet";
import * as glified from "leaflet.glify";
import * as maplibre from "maplibre-gl";

const COLORS = [[255, 255, 204], [161, 218, 180], [65, 182, 196], [44, 127, 184], [37, 52, 148]];
const MIDDLE = [105.2, 29.95], SIDE = 0.001;

/** n squares in rows around the middle: corners of square i, and its class. */
function square(i, n) {
  const wide = Math.ceil(Math.sqrt(n)), x = MIDDLE[0] + (i % wide - wide / 2) * SIDE;
  const y = MIDDLE[1] + (Math.floor(i / wide) - wide / 2) * SIDE, s = SIDE * 0.98;
  return [[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]];
}
const classOf = (i) => (i * 7919) % 5;

function collection(n) {
  return { type: "FeatureCollection", features: Array.from({ length: n }, (_, i) => ({ type: "Feature",
    properties: { c: classOf(i) }, geometry: { type: "Polygon", coordinates: [square(i, n)] } })) };
}

const glify = [glified, glified.default, glified.default?.default].find((m) => m?.shapes);
const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

const KINDS = {
  async deck(box, n) {
    const positions = new Float64Array(10 * n), startIndices = new Uint32Array(n + 1), colors = new Uint8Array(20 * n);
    for (let i = 0; i < n; i++) {
      positions.set(square(i, n).flat(), 10 * i);
      startIndices[i + 1] = 5 * (i + 1);
      for (let k = 0; k < 5; k++) colors.set([...COLORS[classOf(i)], 255], 20 * i + 4 * k);
    }
    let view = { longitude: MIDDLE[0], latitude: MIDDLE[1], zoom: 11 }, drawn;
    const first = new Promise((done) => { drawn = done; });
    const deck = new Deck({ parent: box, views: new MapView(), initialViewState: view, controller: true,
      onError: (error) => { throw error; }, onAfterRender: () => { if (deck.isInitialized) drawn(); },
      layers: [new SolidPolygonLayer({ id: "p", _normalize: false, positionFormat: "XY",
        data: { length: n, startIndices, attributes: { getPolygon: { value: positions, size: 2 }, getFillColor: { value: colors, size: 4 } } } })] });
    await first;
    return (zoom) => { view = { ...view, zoom }; deck.setProps({ initialViewState: view }); };
  },
  async maplibre(box, n) {
    const map = new maplibre.Map({ container: box, center: MIDDLE, zoom: 11, attributionControl: false,
      style: { version: 8, sources: {}, layers: [] } });
    await map.once("load");
    map.addSource("p", { type: "geojson", data: collection(n) });
    map.addLayer({ id: "p", type: "fill", source: "p", paint: { "fill-color":
      ["match", ["get", "c"], ...COLORS.flatMap((c, k) => [k, `rgb(${c})`]), "#ccc"] } });
    await map.once("idle");
    return (zoom) => map.jumpTo({ zoom });
  },
  async glify(box, n) {
    const map = L.map(box, { zoomSnap: 0.25 }).setView([MIDDLE[1], MIDDLE[0]], 11);
    glify.shapes({ map, data: collection(n), color: (i) => { const [r, g, b] = COLORS[classOf(i)]; return { r: r / 255, g: g / 255, b: b / 255, a: 1 }; } });
    return (zoom) => map.setView(map.getCenter(), zoom, { animate: false });
  },
};

/** Seconds to the first picture, and the 95th percentile frame (ms) over zooms. */
export async function run(kind, n) {
  const box = document.getElementById("map"), start = performance.now();
  const move = await KINDS[kind](box, n);
  await frame();
  const open = (performance.now() - start) / 1000, frames = [];
  let last = performance.now(), on = true;
  const tick = () => { const now = performance.now(); frames.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  for (let zoom = 8; zoom <= 17; zoom++) {
    move(zoom);
    await new Promise((done) => setTimeout(done, 400));
  }
  on = false;
  move(11);
  await new Promise((done) => setTimeout(done, 3000)); // for the picture that is looked at
  frames.sort((a, b) => a - b);
  return { open, p95: frames[Math.floor(0.95 * frames.length)], worst: frames.at(-1), heap: (performance.memory?.usedJSHeapSize ?? 0) / 1e6 };
}
