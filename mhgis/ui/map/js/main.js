// One map in one place of the page: builds its frame once, then shows whatever the page sends.

import { Camera } from "./camera.js";
import { make, settled } from "./dom.js";
import { classBytes, json, load } from "./files.js";
import { borders, collection, decodeLines, decodeShapes, edge, lineFeature, neighbours } from "./geometry.js";
import { Inset } from "./inset.js";
import { listen, middle, step } from "./keyboard.js";
import { Legend } from "./legend.js";
import { EDGE, EMPTY_STYLE, FAINT, UPPER_LAYERS, faint, hatch, levelLayers } from "./style.js";
import { Tooltip } from "./tooltip.js";

const NO_CLASS = 255;
const HATCHED = "not_reported";
const DASHED = "not_applicable";
const ECHO_MILLISECONDS = 4000;
const LEAST_HEIGHT = 420;
const WINDOW_MARGIN = 64;
/** Up to this width (pixels, as in map.css) the legend stands under the map. */
const NARROW = 640;
const RESIZE_MILLISECONDS = 150;
/** Every so manieth point of a border is looked at when the map is fitted around its panels. */
const POINT_STEP = 8;

/** Start a map below `parent`; the loader calls this once, then `show` at every message. */
export function open(parent, base, setup) {
  return new AreaMap(parent, base, setup);
}

class AreaMap {
  constructor(parent, base, setup) {
    this.base = base;
    this.setup = setup;
    this.setupPath = null;
    this.send = () => {};
    this.levels = new Map();
    this.edges = new Map();
    this.outlined = new Map([["hover", null], ["chosen", null]]);
    this.level = null;
    this.painted = new Map();
    this.serial = 0;
    this.buildFrame(parent);
    this.legend = new Legend(this.legendBox, () => this.paint());
    this.tooltip = new Tooltip(this.stage);
    this.inset = new Inset(this.insetBox.querySelector("canvas"));
    this.starting = this.start();
    this.starting.catch((error) => this.fail(error));
  }

  // ---- the frame

  buildFrame(parent) {
    const sheets = [this.setup.maplibre_style, this.setup.style].map((path) =>
      make("link", { rel: "stylesheet", href: this.address(path) }));
    this.dressed = Promise.all(sheets.map((sheet) => new Promise((done) => { sheet.onload = sheet.onerror = done; })));
    this.crumbs = make("nav.crumbs", {});
    this.badge = make("span.badge", { hidden: true });
    this.canvasBox = make("div.canvas", { tabindex: 0, role: "application", "aria-describedby": "said" });
    this.buttons = make("div.buttons", {},
      this.button("zoomIn", "+", () => this.camera?.zoom(1)),
      this.button("zoomOut", "−", () => this.camera?.zoom(-1)),
      this.button("home", "⌂", () => this.fitScope()));
    this.enter = make("button.enter", { type: "button", hidden: true });
    this.enter.addEventListener("click", () => this.drill(this.chosen));
    this.insetBox = make("figure.inset", {}, make("figcaption"), make("canvas", { "aria-hidden": "true" }));
    this.legendBox = make("div.legend", {});
    this.said = make("p.said", { id: "said", "aria-live": "polite" });
    this.spoken = make("p.said", { "aria-live": "polite" });
    this.waiting = make("div.waiting", {}, this.setup.text.loading);
    this.stage = make("div.stage", {}, this.canvasBox, this.waiting, this.insetBox, this.buttons);
    this.top = make("div.top", {}, this.crumbs, this.badge, this.enter);
    this.root = make("section.map", {}, this.top, this.stage, this.legendBox, this.said, this.spoken);
    parent.append(...sheets, this.root);
    this.fillWindow = () => this.setHeight();
    this.dressed.then(this.fillWindow);
    addEventListener("resize", this.fillWindow);
  }

  button(word, sign, action) {
    const button = make("button", { type: "button" }, sign);
    button.dataset.word = word;
    button.addEventListener("click", action);
    return button;
  }

  address(path) {
    return new URL(this.base + path, location.origin).href;
  }

  /** As tall as the page says, or to the window's lower edge; on a phone no taller than wide. */
  setHeight() {
    const { top } = this.root.getBoundingClientRect();
    const { clientWidth: width } = this.root;
    const below = innerHeight - Math.min(Math.max(top, 0), innerHeight / 2) - WINDOW_MARGIN;
    const wanted = this.data?.height ?? Math.max(LEAST_HEIGHT, below);
    const height = width && width <= NARROW ? Math.min(wanted, width) : wanted;
    this.root.style.setProperty("--height", `${Math.round(height)}px`);
  }

  writeFrame(data) {
    const { text } = data;
    for (const button of this.buttons.children) {
      button.title = text[button.dataset.word];
      button.setAttribute("aria-label", text[button.dataset.word]);
    }
    this.badge.textContent = data.badge;
    this.badge.hidden = !data.badge;
    this.canvasBox.setAttribute("aria-label", `${data.title}. ${text.keys}`);
    if (this.said.textContent !== data.sentence) this.said.textContent = data.sentence;
    this.waiting.textContent = text.loading;
    this.insetBox.firstChild.textContent = text.inset;
    this.insetBox.hidden = Boolean(data.scope);
    this.root.lang = data.lang === "zh" ? "zh-CN" : "en";
    this.writeCrumbs(data.crumbs);
    this.legend.show(data);
    this.setHeight();
  }

  writeCrumbs(crumbs) {
    const last = crumbs.length - 1;
    this.crumbs.hidden = last < 1;
    this.crumbs.replaceChildren(...crumbs.map(([code, name], i) => {
      if (i === last) return make("span", { "aria-current": "location" }, name);
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => this.send("drill", code));
      return button;
    }));
  }

  // ---- the map

  async start() {
    const [lib] = await Promise.all([loadLibrary(this.address(this.setup.maplibre)), this.dressed]);
    if (!hasGraphics()) throw new NoGraphics();
    this.map = new lib.Map({
      container: this.canvasBox, style: EMPTY_STYLE, center: [104.3, 37.5], zoom: 3, minZoom: 1.5, maxZoom: 11,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, keyboard: false,
      doubleClickZoom: false, renderWorldCopies: false, fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    const refit = settled(RESIZE_MILLISECONDS, () => { if (this.camera.isFitted) this.fitScope({ jump: true }); });
    this.watcher = new ResizeObserver(() => { this.map.resize(); refit(); });
    this.watcher.observe(this.canvasBox);
    this.camera = new Camera(this.map, (camera) => this.send("camera", camera));
    this.map.on("moveend", () => { this.root.dataset.camera = this.camera.now().join(" "); });
    const [lines] = await Promise.all([load(this.address(this.setup.files.lines), decodeLines), this.map.once("load")]);
    this.lines = lines;
    const ratio = devicePixelRatio > 1 ? 2 : 1;
    this.map.addImage("hatch", hatch(ratio), { pixelRatio: ratio });
    for (const { source } of UPPER_LAYERS) {
      if (this.map.getSource(source)) continue;
      this.map.addSource(source, { type: "geojson", data: source === "lines" ? lineFeature(lines.coordinates) : collection([]) });
    }
    UPPER_LAYERS.forEach((layer) => this.map.addLayer(layer));
    this.listen();
  }

  /** Show a message of the page. Slow parts wait for each other; only the last message is drawn to its end. */
  async show(message, send) {
    const serial = ++this.serial;
    performance.mark("map:message", { detail: serial });
    const isCurrent = () => serial === this.serial;
    this.send = send;
    try {
      await this.readSetup(message.setup);
      if (!isCurrent()) return;
      const data = { ...message, text: this.setup.text };
      this.data = data;
      this.writeFrame(data);
      const shapes = load(this.address(this.setup.files[`shapes/${data.level}`]), decodeShapes);
      const classes = await classBytes(data.values);
      await this.starting;
      const level = this.readLevel(data.level, await shapes);
      if (isCurrent()) this.draw(level, classes);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Another language or build has another setup. */
  async readSetup(path) {
    if (path === this.setupPath) return;
    this.setup = await load(this.address(path), json);
    this.setupPath = path;
  }

  /** Give a level its sources and layers; a new build brings new shapes for the same ones. */
  readLevel(name, shapes) {
    const known = this.levels.get(name);
    if (known?.shapes === shapes) return known;
    const sources = { [`areas-${name}`]: collection(shapes.features), [`borders-${name}`]: borders(shapes) };
    for (const [id, data] of Object.entries(sources)) {
      if (known) this.map.getSource(id).setData(data);
      else this.map.addSource(id, { type: "geojson", data, tolerance: 0.2, maxzoom: 10 });
    }
    if (!known) levelLayers(name).forEach((layer) => this.map.addLayer(layer, UPPER_LAYERS[0].id));
    this.painted.delete(name);
    this.levels.set(name, { name, shapes, ...shapes, middles: null, beside: null });
    return this.levels.get(name);
  }

  draw(level, classes) {
    const { data } = this;
    const isOther = this.level !== level;
    this.level = level;
    this.classes = classes;
    this.tooltip.show(data, data.details && this.address(data.details));
    this.setScope(data.scope);
    if (isOther) this.showLevel();
    this.paint();
    this.aim();
    this.choose(this.selection(data.selected), { isTold: true });
    this.waiting.hidden = true;
    load(this.address(this.setup.files.names), json).then((names) => {
      this.namesOf = names;
      this.writeEnter();
    });
    const { serial } = this;
    this.map.once("idle", () => {
      performance.mark("map:idle", { detail: serial });
      this.root.dataset.ready = String(serial);
    });
    this.map.triggerRepaint();
  }

  showLevel() {
    for (const name of this.levels.keys()) {
      const isShown = name === this.level.name;
      levelLayers(name).forEach(({ id }) => {
        if (!id.startsWith("hatch")) this.map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
      });
      if (!isShown) this.map.setLayoutProperty(`hatch-${name}`, "visibility", "none");
    }
    this.tooltip.hide();
    this.hover(null);
  }

  setScope(scope) {
    const { codes, parent, province } = this.level;
    const isStrong = (i) => !scope || codes[i] === scope || parent[i] === scope || province[i] === scope;
    this.isStrong = Uint8Array.from(codes, (_, i) => (isStrong(i) ? 1 : 0));
  }

  /** Look where the page says at first, then only where a changed scope lies. */
  aim() {
    const { scope, camera } = this.data;
    const isFirst = this.aimedAt === undefined;
    if (isFirst && camera) this.camera.jump(camera);
    else if (scope !== this.aimedAt) this.fitScope({ jump: isFirst });
    this.aimedAt = scope;
  }

  fitScope(options) {
    if (!this.level) return;
    const { boxes, arcs, sides } = this.level;
    const inScope = this.data.scope ? boxes.filter((_, i) => this.isStrong[i]) : [];
    const isNear = ([a, b]) => this.isStrong[a] || this.isStrong[b];
    const points = arcs.flatMap((arc, i) => (isNear(sides[i]) ? arc.filter((_, at) => at % POINT_STEP === 0) : []));
    this.camera.fit(inScope.length ? inScope : null, points, this.panels(), options);
  }

  /** Where something lies over the map, in pixels from its corner; the legend first. */
  panels() {
    const stage = this.stage.getBoundingClientRect();
    return [this.legendBox, this.insetBox]
      .map((panel) => panel.getBoundingClientRect())
      .filter((box) => box.width && box.top < stage.bottom - 1)
      .map((box) => ({
        left: box.left - stage.left, right: box.right - stage.left, top: box.top - stage.top, bottom: box.bottom - stage.top,
      }));
  }

  // ---- colours

  colourOf(i) {
    const row = this.data.classes[this.classes[i]];
    if (this.classes[i] === NO_CLASS || !row) return "#F1F3F5";
    const { isolated } = this.legend;
    const isLit = this.isStrong[i] && (isolated === null || isolated === this.classes[i]);
    return isLit ? row[0] : faint(row[0]);
  }

  /** Give every area its colour; touches only those that change, and never the camera or a shape. */
  paint() {
    const { name, codes } = this.level;
    const kinds = this.data.classes.map((row) => row[4]);
    const source = `areas-${name}`;
    if (!this.painted.has(name)) this.painted.set(name, []);
    const painted = this.painted.get(name);
    const isLit = (i) => this.isStrong[i] && (this.legend.isolated === null || this.legend.isolated === this.classes[i]);
    let anyHatched = false;
    for (let id = 0; id < codes.length; id++) {
      const fill = this.colourOf(id);
      const isHatched = kinds[this.classes[id]] === HATCHED;
      anyHatched ||= isHatched;
      const mark = `${fill}${isHatched ? 1 : 0}${isLit(id)}`;
      if (painted[id] === mark) continue;
      painted[id] = mark;
      this.map.setFeatureState({ source, id }, { fill, hatch: isHatched ? (isLit(id) ? 1 : FAINT) : 0 });
    }
    const wanted = anyHatched ? "visible" : "none";
    if (this.map.getLayoutProperty(`hatch-${name}`, "visibility") !== wanted) {
      this.map.setLayoutProperty(`hatch-${name}`, "visibility", wanted);
    }
    this.paintLines(kinds);
    this.inset.draw(this.level, this.lines, (id) => this.colourOf(id));
  }

  paintLines(kinds) {
    const { name } = this.level;
    const isDotted = this.data.modelled;
    if (this.level.isDotted !== isDotted) {
      this.map.setPaintProperty(`own-${name}`, "line-dasharray", isDotted ? [1.5, 1.5] : undefined);
      this.level.isDotted = isDotted;
    }
    const isDashed = (i) => kinds[this.classes[i]] === DASHED;
    this.setEdge("dashed", isDashed);
    this.setEdge("scope", this.data.scope ? (i) => this.isStrong[i] === 1 : () => false);
    const quiet = this.data.scope ? "#B9C3CD" : EDGE;
    if (this.level.edge === quiet) return;
    this.level.edge = quiet;
    [`province-${name}`, `outer-${name}`].forEach((id) => this.map.setPaintProperty(id, "line-color", quiet));
  }

  /** Draw the line around a set of areas; asks for no new frame where the set is the same. */
  setEdge(source, isInside) {
    const key = `${this.level.name}:${this.level.codes.filter((_, i) => isInside(i)).join()}`;
    if (this.edges.get(source) === key) return;
    this.edges.set(source, key);
    this.map.getSource(source).setData(lineFeature(edge(this.level, isInside)));
  }

  // ---- what the viewer does

  listen() {
    const { map } = this;
    map.on("mousemove", ({ point }) => {
      if (this.isBusy) return;
      this.isBusy = true;
      requestAnimationFrame(() => { this.isBusy = false; this.hover(this.areaAt(point), point); });
    });
    map.on("mouseout", () => this.hover(null));
    map.on("movestart", () => this.hover(null));
    map.on("click", ({ point, originalEvent }) => {
      if (originalEvent.detail > 1) return;
      this.choose(this.areaAt(point));
    });
    map.on("dblclick", ({ point }) => this.drill(this.areaAt(point)));
    listen(this.canvasBox, {
      move: (key) => this.walk(key),
      Enter: () => this.drill(this.chosen),
      Escape: () => this.goUp(),
      "+": () => this.camera.zoom(0.75),
      "=": () => this.camera.zoom(0.75),
      "-": () => this.camera.zoom(-0.75),
    });
  }

  areaAt(point) {
    if (!this.level) return null;
    const [found] = this.map.queryRenderedFeatures(point, { layers: [`fill-${this.level.name}`] });
    return found ? found.id : null;
  }

  hover(area, point) {
    this.map.getCanvas().style.cursor = area === null ? "" : "pointer";
    if (area !== this.hovered) {
      this.hovered = area;
      this.setOutline("hover", area);
    }
    if (area === null || !this.namesOf) this.tooltip.hide();
    else this.tooltip.at(point, { index: area, level: this.level.name }, (i) => this.nameOf(i));
  }

  nameOf(i) {
    const { name, parent, province, codes } = this.level;
    const column = this.data.lang === "zh" ? "name_zh" : "name_en";
    const called = (level, code) => {
      const table = this.namesOf[level];
      const at = table ? table.area_code.indexOf(code) : -1;
      return at < 0 ? null : table[column][at];
    };
    const above = [];
    if (name !== "province") above.push(called("province", province[i]));
    if (name === "county" && parent[i] !== province[i] && parent[i] !== codes[i]) above.push(called("prefecture", parent[i]));
    return { name: called(name, codes[i]) ?? codes[i], place: above.filter(Boolean).join(" › ") };
  }

  /** The page's selection, or the viewer's own while its echo is under way. */
  selection(told) {
    if (this.expected && performance.now() < this.expected.until && this.expected.code !== told) return this.chosen ?? null;
    this.expected = null;
    return this.level.index.get(told) ?? null;
  }

  choose(area, { isTold = false } = {}) {
    if (area === null && !isTold) return;
    this.chosen = area;
    this.setOutline("chosen", area);
    this.writeEnter();
    if (isTold) return;
    const code = this.level.codes[area];
    this.expected = { code, until: performance.now() + ECHO_MILLISECONDS };
    this.send("selected", code);
  }

  /** Outline one area or none; asks for no new frame where nothing changes. */
  setOutline(source, area) {
    const feature = area === null ? null : this.level.features[area];
    if (this.outlined.get(source) === feature) return;
    this.outlined.set(source, feature);
    this.map.getSource(source).setData(collection(feature ? [feature] : []));
  }

  writeEnter() {
    const isShown = this.data.canDrill && this.chosen !== null && this.chosen !== undefined && Boolean(this.namesOf);
    this.enter.hidden = !isShown;
    if (!isShown) return;
    const { name } = this.nameOf(this.chosen);
    this.enter.textContent = this.data.text.enter.replace("{name}", name);
  }

  drill(area) {
    if (this.data.canDrill && area !== null && area !== undefined) this.send("drill", this.level.codes[area]);
  }

  goUp() {
    const { crumbs } = this.data;
    if (crumbs.length > 1) this.send("drill", crumbs[crumbs.length - 2][0]);
  }

  walk(key) {
    const { level } = this;
    level.middles ??= level.features.map(middle);
    level.beside ??= neighbours(level);
    const isReachable = (i) => this.isStrong[i];
    const from = this.chosen ?? this.nearestToCentre();
    const to = this.chosen === null || this.chosen === undefined ? from : step(from, key, level.middles, level.beside, isReachable);
    if (to === null) return;
    this.choose(to);
    this.camera.reveal(level.boxes[to]);
    if (this.namesOf) this.spoken.textContent = Object.values(this.nameOf(to)).join(", ");
  }

  nearestToCentre() {
    const { lng, lat } = this.map.getCenter();
    const away = ([x, y]) => Math.hypot(x - lng, y - lat);
    return this.level.middles.reduce((best, at, i) =>
      (this.isStrong[i] && (best === null || away(at) < away(this.level.middles[best])) ? i : best), null);
  }

  // ---- the end

  fail(error) {
    if (this.hasFailed) return;
    this.hasFailed = true;
    const { text } = this.setup;
    const { fallback, sentence } = this.data ?? {};
    const isExpected = error instanceof NoGraphics;
    this.stage.replaceChildren(make("div.failed", {}, make("p", {}, isExpected ? text.noGraphics : text.failed),
      ...(fallback ? [make("img", { src: fallback, alt: sentence })] : [])));
    this.root.dataset.failed = isExpected ? "graphics" : "load";
    if (!isExpected) throw error;
  }

  close() {
    removeEventListener("resize", this.fillWindow);
    this.watcher?.disconnect();
    this.map?.remove();
    this.root.remove();
  }
}

class NoGraphics extends Error {}

function hasGraphics() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

let library = null;

/** Load MapLibre GL JS, a classic script, once a page. */
function loadLibrary(address) {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { src: address });
    script.addEventListener("load", () => resolve(globalThis.maplibregl));
    script.addEventListener("error", () => { library = null; reject(new Error(address)); });
    document.head.append(script);
  });
  return library;
}
