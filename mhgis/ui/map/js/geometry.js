// The other end of mhgis/exports/map_bytes.py: bytes to areas, borders and neighbours.

const NOBODY = -1;

/** Read a packed block: its header, and a reader of whole numbers for each section. */
function open(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  let at = 8 + size;
  const sections = {};
  for (const [name, length] of Object.entries(header.sections)) {
    sections[name] = numbers(bytes.subarray(at, at + length));
    at += length;
  }
  return { header, sections };
}

function numbers(bytes) {
  let at = 0;
  const next = () => {
    let value = 0;
    let weight = 1;
    let byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * weight;
      weight *= 128;
    } while (byte & 128);
    return value;
  };
  return { next, isDone: () => at >= bytes.length };
}

const signed = (value) => (value & 1 ? -(value + 1) / 2 : value / 2);

function readArcs({ header, sections: { sizes, x, y } }) {
  const arcs = [];
  let east = 0;
  let north = 0;
  while (!sizes.isDone()) {
    const arc = new Array(sizes.next() + 1);
    for (let i = 0; i < arc.length; i++) {
      east += signed(x.next());
      north += signed(y.next());
      arc[i] = [east / header.units, north / header.units];
    }
    arcs.push(arc);
  }
  return arcs;
}

/** Decode a file of lines into one GeoJSON geometry. */
export function decodeLines(bytes) {
  return { type: "MultiLineString", coordinates: readArcs(open(bytes)) };
}

/**
 * Decode a file of shapes.
 *
 * Returns codes in wire order; `parent` and `province`, for each area its parent's code; `features`, GeoJSON polygons
 * whose id is the place in wire order; `boxes`, [west, south, east, north]; `arcs`, and the two areas beside each.
 */
export function decodeShapes(bytes) {
  const block = open(bytes);
  const arcs = readArcs(block);
  const sides = arcs.map(() => [NOBODY, NOBODY]);
  const { codes, parent, province } = block.header;
  const { next } = block.sections.rings;
  let met = 0;

  const readRing = (area) => {
    const ring = [];
    for (let left = next(); left > 0; left--) {
      const token = next();
      const index = token === 0 ? met++ : met - (token >> 1);
      const isTurned = token !== 0 && !(token & 1);
      if (sides[index][0] === NOBODY) sides[index][0] = area;
      else if (sides[index][0] !== area) sides[index][1] = area;
      const arc = arcs[index];
      const skip = ring.length ? 1 : 0;
      for (let i = skip; i < arc.length; i++) ring.push(arc[isTurned ? arc.length - 1 - i : i]);
    }
    return ring;
  };
  const list = (read) => Array.from({ length: next() }, read);
  const features = codes.map((code, id) => ({
    type: "Feature",
    id,
    properties: {},
    geometry: { type: "MultiPolygon", coordinates: list(() => list(() => readRing(id))) },
  }));
  return {
    codes,
    index: new Map(codes.map((code, i) => [code, i])),
    parent: parent.of.map((i) => parent.codes[i] ?? null),
    province: province.of.map((i) => province.codes[i] ?? null),
    features,
    boxes: features.map((feature) => boxOf(feature.geometry.coordinates)),
    arcs,
    sides,
  };
}

function boxOf(polygons) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [shell] of polygons) {
    for (const [x, y] of shell) {
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
  }
  return box;
}

/** Lines at which an area is measured for its label, from its south to its north. */
const HEIGHTS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/**
 * The heart of an area: the box of its largest part, and the longest of some level lines across it.
 *
 * Returns `box`; `at`, the middle of that line, which lies inside; `west` and `east`, its ends.
 */
export function core({ geometry: { coordinates } }) {
  const parts = coordinates.map((polygon) => ({ polygon, box: boxOf([polygon]) }));
  const size = ({ box }) => (box[2] - box[0]) * (box[3] - box[1]);
  const { polygon, box } = parts.reduce((best, part) => (size(part) > size(best) ? part : best));
  let longest = null;
  for (const height of HEIGHTS) {
    const y = box[1] + (box[3] - box[1]) * height;
    const cuts = crossings(polygon, y);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      // of lines alike the one nearer to the middle
      const worth = (cuts[i + 1] - cuts[i]) * (1 - Math.abs(height - 0.5) * 0.5);
      if (!longest || worth > longest.worth) longest = { worth, west: cuts[i], east: cuts[i + 1], y };
    }
  }
  const { west, east, y } = longest ?? { west: box[0], east: box[2], y: (box[1] + box[3]) / 2 };
  return { box, at: [(west + east) / 2, y], west, east };
}

/** Where a level line enters and leaves a polygon, from west to east. */
function crossings(rings, y) {
  const cuts = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [[x0, y0], [x1, y1]] = [ring[i - 1], ring[i]];
      if (y0 > y !== y1 > y) cuts.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    }
  }
  return cuts.sort((a, b) => a - b);
}

export function uniteBoxes(boxes) {
  return boxes.reduce(
    (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}

/** Sort the arcs into borders: `own` between two areas of one parent, `parent`, `province`, `outer`; and `lines` besides. */
export function borders({ arcs, sides, parent, province }, lines) {
  const kinds = { own: [], parent: [], province: [], outer: [], lines: lines.coordinates };
  arcs.forEach((arc, i) => {
    const [a, b] = sides[i];
    if (b === NOBODY) kinds.outer.push(arc);
    else if (province[a] !== province[b]) kinds.province.push(arc);
    else if (parent[a] !== parent[b]) kinds.parent.push(arc);
    else kinds.own.push(arc);
  });
  return collection(
    Object.entries(kinds).map(([kind, coordinates]) => ({
      type: "Feature",
      properties: { kind },
      geometry: { type: "MultiLineString", coordinates },
    })),
  );
}

/** The arcs around a set of areas, those between two of them left out. */
export function edge({ arcs, sides }, isInside) {
  const inside = (i) => i !== NOBODY && isInside(i);
  return arcs.filter((_, i) => inside(sides[i][0]) !== inside(sides[i][1]));
}

/** For each area, the areas it shares a border with. */
export function neighbours({ codes, sides }) {
  const beside = codes.map(() => new Set());
  for (const [a, b] of sides) {
    if (b === NOBODY) continue;
    beside[a].add(b);
    beside[b].add(a);
  }
  return beside.map((set) => [...set]);
}

export const collection = (features) => ({ type: "FeatureCollection", features });
export const lineFeature = (coordinates) => ({
  type: "Feature",
  properties: {},
  geometry: { type: "MultiLineString", coordinates },
});
