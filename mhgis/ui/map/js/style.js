// How things look: the layers of the map and the colours that are not data.

export const INK = "#16222E";
export const GROUND = "#FFFFFF";
export const QUIET = "#5B6B7A";
/** Borders of provinces and of the country. */
export const EDGE = "#3D4B59";

/** How much of its colour a context area keeps. */
export const FAINT = 0.16;

export const EMPTY_STYLE = {
  version: 8,
  sources: {},
  layers: [{ id: "ground", type: "background", paint: { "background-color": GROUND } }],
};

/** Mix a colour with the ground. */
export function faint(colour, share = FAINT) {
  const mix = (at) => {
    const value = parseInt(colour.slice(at, at + 2), 16);
    return Math.round(255 + (value - 255) * share).toString(16).padStart(2, "0");
  };
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}

/** A tile of diagonal strokes for areas that did not report; drawn over their grey. */
export function hatch(ratio) {
  const size = 8 * ratio;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = "#7D7D7D";
  pen.lineWidth = 2 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

const byZoom = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

const only = (kind) => ["==", ["get", "kind"], kind];

/**
 * The layers of one level; colours are feature states, so that recolouring never parses a shape again.
 *
 * Sources are few: each costs as much as covering the map twice, whatever it holds, for its tiles are masked apart.
 */
export function levelLayers(level) {
  const areas = `areas-${level}`;
  const lines = `borders-${level}`;
  const isCounty = level === "county";
  return [
    // without smoothing, a second drawing of all edges: the lines over them do that
    {
      id: `fill-${level}`, type: "fill", source: areas,
      paint: { "fill-antialias": false, "fill-color": ["to-color", ["feature-state", "fill"], "#F1F3F5"] },
    },
    // of areas that were ever hatched here, seen where its state says so; over all areas it would cost more than their colours
    {
      id: `hatch-${level}`, type: "fill", source: `hatched-${level}`, layout: { visibility: "none" },
      paint: {
        "fill-antialias": false, "fill-pattern": "hatch",
        "fill-opacity": ["coalesce", ["feature-state", "hatch"], 0],
      },
    },
    {
      id: `own-${level}`, type: "line", source: lines, filter: only("own"),
      paint: { "line-color": "#FFFFFF", "line-width": byZoom(3, isCounty ? 0.35 : 0.7, 6, 0.8, 9, 1.6) },
    },
    {
      id: `parent-${level}`, type: "line", source: lines, filter: only("parent"),
      paint: {
        "line-color": isCounty ? byZoom(4, "#FFFFFF", 6, QUIET) : QUIET,
        "line-width": byZoom(3, isCounty ? 0.35 : 0.8, 6, 0.9, 9, 1.8),
      },
    },
    {
      id: `province-${level}`, type: "line", source: lines, filter: only("province"),
      paint: { "line-color": EDGE, "line-width": byZoom(3, 0.8, 6, 1.6, 9, 2.4) },
    },
    {
      id: `outer-${level}`, type: "line", source: lines, filter: only("outer"),
      paint: { "line-color": EDGE, "line-width": byZoom(3, 0.7, 6, 1.1) },
    },
    {
      id: `lines-${level}`, type: "line", source: lines, filter: only("lines"), paint: { "line-color": EDGE, "line-width": 1.4 },
    },
  ];
}

/** What is marked above the colours, all in one source. */
export const MARKS = "marks";

/** Layers of marks, above those of every level, from the bottom to the top. */
export const UPPER_LAYERS = [
  { id: "dashed-ground", kind: "dashed", paint: { "line-color": GROUND, "line-width": 2.4 } },
  { id: "dashed", kind: "dashed", paint: { "line-color": QUIET, "line-width": 1.2, "line-dasharray": [3, 2] } },
  { id: "scope", kind: "scope", layout: { "line-join": "round" }, paint: { "line-color": EDGE, "line-width": 1.8 } },
  { id: "hover", kind: "hover", paint: { "line-color": INK, "line-width": 1.4 } },
  { id: "chosen-halo", kind: "chosen",
    layout: { "line-join": "round" }, paint: { "line-color": "#FFFFFF", "line-width": 5 } },
  { id: "chosen", kind: "chosen", layout: { "line-join": "round" }, paint: { "line-color": INK, "line-width": 2.6 } },
].map(({ kind, ...layer }) => ({ ...layer, type: "line", source: MARKS, filter: only(kind) }));
