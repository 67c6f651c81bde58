// The compact form written by geo/publish/webmap/encode.py, back into arrays.

const SCALE = 1e7;

export async function unpack(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function decodeTable(base64) {
  return readTable(await unpack(base64));
}

/** JSON behind its length, then the arrays that it names by kind, first byte and length. */
export function readTable(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + size));
  return withArrays(JSON.parse(text), bytes.subarray(4 + size));
}

function withArrays(value, bytes) {
  if (Array.isArray(value)) {
    if (value[0] !== null && typeof value[0] === "object") value.forEach((v, i) => { value[i] = withArrays(v, bytes); });
    return value;
  }
  if (value === null || typeof value !== "object") return value;
  if (value.$) return array(...value.$, bytes);
  for (const key of Object.keys(value)) value[key] = withArrays(value[key], bytes);
  return value;
}

/** The planes of bytes put together again. */
function array(kind, first, length, bytes) {
  if (kind === "u1") return bytes.slice(first, first + length);
  const width = kind === "f8" ? 8 : 4, out = new Uint8Array(width * length);
  for (let plane = 0; plane < width; plane++) {
    const from = first + plane * length;
    for (let i = 0; i < length; i++) out[width * i + plane] = bytes[from + i];
  }
  return new { f4: Float32Array, f8: Float64Array, i4: Int32Array }[kind](out.buffer);
}

/** Varints as plain numbers: up to 2^53, which 1e-7 degrees never reach. */
export function varints(bytes) {
  let count = 0;
  for (const byte of bytes) if (byte < 128) count++;
  const out = new Float64Array(count);
  let value = 0, factor = 1, at = 0;
  for (const byte of bytes) {
    value += (byte & 127) * factor;
    if (byte < 128) { out[at++] = value; value = 0; factor = 1; } else factor *= 128;
  }
  return out;
}

/**
 * {n, ringStart, vertexStart, x, y, box}: feature i has rings ringStart[i]..ringStart[i+1], ring r
 * has vertices vertexStart[r]..vertexStart[r+1]; x, y are Web Mercator in [0, 1]; box holds
 * minx, miny, maxx, maxy a feature.
 */
export function layout(values, n) {
  const ringStart = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) ringStart[i + 1] = ringStart[i] + values[i];
  const rings = ringStart[n];
  const vertexStart = new Uint32Array(rings + 1);
  for (let r = 0; r < rings; r++) vertexStart[r + 1] = vertexStart[r] + values[n + r];
  const vertices = vertexStart[rings];
  const x = new Float64Array(vertices), y = new Float64Array(vertices);
  let lon = 0, lat = 0, at = n + rings;
  for (let v = 0; v < vertices; v++) {
    lon += unzigzag(values[at++]);
    lat += unzigzag(values[at++]);
    [x[v], y[v]] = mercator(lon / SCALE, lat / SCALE);
  }
  return { n, ringStart, vertexStart, x, y, box: boxes(n, ringStart, vertexStart, x, y) };
}

export async function decodeGeometry(base64, n) {
  return layout(varints(await unpack(base64)), n);
}

export function mercator(lon, lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

function unzigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

function boxes(n, ringStart, vertexStart, x, y) {
  const box = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    let minx = Infinity, miny = Infinity, maxx = -Infinity, maxy = -Infinity;
    for (let v = vertexStart[ringStart[i]]; v < vertexStart[ringStart[i + 1]]; v++) {
      minx = Math.min(minx, x[v]); maxx = Math.max(maxx, x[v]);
      miny = Math.min(miny, y[v]); maxy = Math.max(maxy, y[v]);
    }
    box.set([minx, miny, maxx, maxy], 4 * i);
  }
  return box;
}

/** The feature under a point in Web Mercator, or -1: even-odd over all its rings. */
export function hit(shape, px, py) {
  const { n, box, ringStart, vertexStart, x, y } = shape;
  for (let i = n - 1; i >= 0; i--) {
    const b = 4 * i;
    if (px < box[b] || px > box[b + 2] || py < box[b + 1] || py > box[b + 3]) continue;
    let inside = false;
    for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
      const first = vertexStart[r], end = vertexStart[r + 1];
      for (let v = first, w = end - 1; v < end; w = v++) {
        if (y[v] > py !== y[w] > py &&
            px < ((x[w] - x[v]) * (py - y[v])) / (y[w] - y[v]) + x[v]) inside = !inside;
      }
    }
    if (inside) return i;
  }
  return -1;
}
