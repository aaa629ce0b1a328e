// Says when a map was painted: at its idle event, after one pixel has been read back from the graphics unit.
// `bench.painted` holds { step, at } (at: milliseconds since navigation began), `bench.clicked` the last click.

window.bench = { clicked: 0, painted: [] };
addEventListener("click", () => { bench.clicked = performance.now(); }, true);

const findCanvas = (root) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.matches("canvas.maplibregl-canvas")) return element;
    const inside = element.shadowRoot && findCanvas(element.shadowRoot);
    if (inside) return inside;
  }
  return null;
};

const painted = (step) => {
  const canvas = findCanvas(document);
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  bench.painted.push({ step, at: performance.now() });
};

// our map marks its own idle event
new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) if (name === "map:idle") painted(bench.painted.length);
}).observe({ type: "mark", buffered: true });

// Plotly's map is found as soon as it is made, and again where the page makes it anew
let known = null;
const attach = () => {
  requestAnimationFrame(attach);
  const plot = document.querySelector(".js-plotly-plot");
  const map = plot?._fullLayout?.map?._subplot?.map;
  if (!map || map === known) return;
  known = map;
  let plotted = null;
  plot.on("plotly_afterplot", () => { plotted = plot.layout.meta; map.triggerRepaint(); });
  map.on("idle", () => {
    if (plotted !== null && plotted === plot.layout.meta && bench.painted.at(-1)?.step !== plotted) painted(plotted);
  });
  bench.areas = () => new Set(map.queryRenderedFeatures().map((feature) => feature.id)).size;
};
requestAnimationFrame(attach);
