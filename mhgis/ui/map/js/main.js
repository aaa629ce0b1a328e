// One map in one place of the page: builds its frame once, then shows whatever the page sends.

import { Camera } from "./camera.js";
import { make } from "./dom.js";
import { classBytes, json, load } from "./files.js";
import { borders, collection, decodeLines, decodeShapes, lineFeature, neighbours, outlines } from "./geometry.js";
import { Inset } from "./inset.js";
import { listen, middle, step } from "./keyboard.js";
import { Legend } from "./legend.js";
import { EMPTY_STYLE, UPPER_LAYERS, faint, hatch, levelLayers } from "./style.js";
import { Tooltip } from "./tooltip.js";

const NO_CLASS = 255;
const HATCHED = "not_reported";
const DASHED = "not_applicable";
const ECHO_MILLISECONDS = 4000;
const LEAST_HEIGHT = 420;

/** Start a map below `parent`; the loader calls this once, then `show` at every message. */
export function open(parent, data) {
  return new AreaMap(parent, data);
}

class AreaMap {
  constructor(parent, data) {
    this.send = () => {};
    this.levels = new Map();
    this.outlined = new Map([["hover", null], ["chosen", null]]);
    this.level = null;
    this.painted = [];
    this.serial = 0;
    this.buildFrame(parent, data);
    this.legend = new Legend(this.legendBox, () => this.paint());
    this.tooltip = new Tooltip(this.stage);
    this.inset = new Inset(this.insetBox.querySelector("canvas"));
    this.starting = this.start(data);
    this.starting.catch((error) => this.fail(error));
  }

  // ---- the frame

  buildFrame(parent, data) {
    const { text } = data;
    const sheet = (path) => make("link", { rel: "stylesheet", href: this.address(data, path) });
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
    this.waiting = make("div.waiting", {}, text.loading);
    this.stage = make("div.stage", {}, this.canvasBox, this.waiting, this.insetBox, this.buttons, this.enter);
    this.top = make("div.top", {}, this.crumbs, this.badge);
    this.root = make("section.map", {}, this.top, this.stage, this.legendBox, this.said);
    parent.append(sheet(data.code.maplibre_style), sheet(data.code.style), this.root);
    this.fillWindow = () => this.setHeight();
    addEventListener("resize", this.fillWindow);
  }

  button(word, sign, action) {
    const button = make("button", { type: "button" }, sign);
    button.dataset.word = word;
    button.addEventListener("click", action);
    return button;
  }

  address(data, path) {
    return new URL(data.base + path, location.origin).href;
  }

  setHeight() {
    const fixed = this.data?.height;
    const top = this.root.getBoundingClientRect().top + (document.scrollingElement?.scrollTop ?? 0);
    const height = fixed ?? Math.max(LEAST_HEIGHT, innerHeight - Math.min(Math.max(top, 0), innerHeight / 2) - 64);
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
    this.said.textContent = data.sentence;
    this.waiting.textContent = text.loading;
    this.insetBox.firstChild.textContent = text.inset;
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

  async start(data) {
    const lib = await loadLibrary(this.address(data, data.code.maplibre));
    if (!hasGraphics()) throw new NoGraphics();
    this.map = new lib.Map({
      container: this.canvasBox, style: EMPTY_STYLE, center: [104.3, 37.5], zoom: 3, minZoom: 1.5, maxZoom: 11,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, keyboard: false,
      doubleClickZoom: false, renderWorldCopies: false, fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.watcher = new ResizeObserver(() => this.map.resize());
    this.watcher.observe(this.canvasBox);
    this.camera = new Camera(this.map, (camera) => this.send("camera", camera));
    const [lines] = await Promise.all([load(this.address(data, data.files.lines), decodeLines), this.map.once("load")]);
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
  async show(data, send) {
    const before = this.data;
    this.data = data;
    this.send = send;
    this.writeFrame(data);
    const serial = ++this.serial;
    performance.mark("map:message", { detail: serial });
    const isCurrent = () => serial === this.serial;
    const shapes = load(this.address(data, data.files.shapes), decodeShapes);
    const classes = await classBytes(data.values);
    try {
      await this.starting;
      const level = await this.readLevel(data.level, await shapes);
      if (isCurrent()) this.draw(level, classes, before);
    } catch (error) {
      this.fail(error);
    }
  }

  async readLevel(name, shapes) {
    if (!this.levels.has(name)) {
      this.levels.set(name, { name, ...shapes, middles: null, beside: null });
      this.map.addSource(`areas-${name}`, { type: "geojson", data: collection(shapes.features), tolerance: 0.2, maxzoom: 10 });
      this.map.addSource(`borders-${name}`, { type: "geojson", data: borders(shapes), tolerance: 0.2, maxzoom: 10 });
      levelLayers(name).forEach((layer) => this.map.addLayer(layer, UPPER_LAYERS[0].id));
    }
    return this.levels.get(name);
  }

  draw(level, classes, before) {
    const { data } = this;
    const isOther = this.level !== level;
    this.level = level;
    this.classes = classes;
    this.details = this.tooltip.show(data, data.details && this.address(data, data.details));
    this.setScope(data.scope);
    if (isOther) this.showLevel();
    this.paint();
    this.aim(before);
    this.choose(this.selection(data.selected), { isTold: true });
    this.waiting.hidden = true;
    this.names ??= load(this.address(data, data.files.names), json).then((names) => { this.namesOf = names; this.writeEnter(); });
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
    this.dashedKey = null;
  }

  setScope(scope) {
    const { codes, parent, province } = this.level;
    const isStrong = (i) => !scope || codes[i] === scope || parent[i] === scope || province[i] === scope;
    this.isStrong = Uint8Array.from(codes, (_, i) => (isStrong(i) ? 1 : 0));
  }

  /** Look where the page says at first, then only where a changed scope lies. */
  aim(before) {
    if (!before && this.data.camera) this.camera.jump(this.data.camera);
    else if (!this.isAimed || before?.scope !== this.data.scope) this.fitScope({ jump: !this.isAimed });
    this.isAimed = true;
  }

  fitScope(options) {
    if (!this.level) return;
    const inScope = this.level.boxes.filter((_, i) => this.isStrong[i]);
    this.camera.fit(this.data.scope && inScope.length ? inScope : null, options);
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
    const painted = (this.painted[name] ??= []);
    const isLit = (i) => this.isStrong[i] && (this.legend.isolated === null || this.legend.isolated === this.classes[i]);
    let anyHatched = false;
    for (let id = 0; id < codes.length; id++) {
      const fill = this.colourOf(id);
      const isHatched = kinds[this.classes[id]] === HATCHED;
      anyHatched ||= isHatched;
      const mark = `${fill}${isHatched ? 1 : 0}${isLit(id)}`;
      if (painted[id] === mark) continue;
      painted[id] = mark;
      this.map.setFeatureState({ source, id }, { fill, hatch: isHatched ? (isLit(id) ? 1 : 0.5) : 0 });
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
    const key = `${name}:${this.level.codes.filter((_, i) => isDashed(i)).join()}`;
    if (key === this.dashedKey) return;
    this.dashedKey = key;
    this.map.getSource("dashed").setData(lineFeature(outlines(this.level, isDashed)));
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
    if (isShown) this.enter.textContent = `${this.data.text.enter}: ${this.nameOf(this.chosen).name} ›`;
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
    if (this.namesOf) this.said.textContent = this.nameOf(to).name;
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
    const { text, fallback, sentence } = this.data ?? {};
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
