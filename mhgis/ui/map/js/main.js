// The map on the page: builds its frame once, then shows whatever the page sends, in one map or in two that are linked.

import { Camera } from "./camera.js";
import { make, settled } from "./dom.js";
import { classBytes, json, load } from "./files.js";
import { core, decodeLines, decodeShapes, neighbours } from "./geometry.js";
import { listen, middle, step } from "./keyboard.js";
import { Pane } from "./pane.js";
import { Search } from "./search.js";
import { Divider } from "./swipe.js";

const ECHO_MILLISECONDS = 4000;
/** What the page hears of only until something newer is said: what it is about, and whether a message answers it. */
const ECHOES = {
  selected: { about: "place", isHeard: (code, { selected }) => code === selected },
  found: { about: "place", isHeard: ([, code], { selected }) => code === selected },
  camera: { about: "camera", isHeard: (at, { camera }) => at.join() === (camera ?? []).join() },
  swipe: { about: "swipe", isHeard: (share, { swipe }) => share === swipe },
};
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
    this.unheard = new Map();
    this.levels = new Map();
    this.level = null;
    this.serial = 0;
    this.buildFrame(parent);
    this.starting = this.start();
    this.starting.catch((error) => this.fail(error));
  }

  // ---- the frame

  buildFrame(parent) {
    const sheets = [this.setup.maplibre_style, this.setup.style].map((path) =>
      make("link", { rel: "stylesheet", href: this.address(path) }));
    this.dressed = Promise.all(sheets.map((sheet) => new Promise((done) => { sheet.onload = sheet.onerror = done; })));
    this.crumbs = make("nav.crumbs", {});
    this.search = new Search({ onNeed: () => this.needNames(), onPick: (entry) => this.goTo(entry) });
    this.buttons = make("div.buttons", {},
      this.button("zoomIn", "+", () => this.camera?.zoom(1)),
      this.button("zoomOut", "−", () => this.camera?.zoom(-1)),
      this.button("home", "⌂", () => this.goHome()));
    this.enter = make("button.enter", { type: "button", hidden: true });
    this.enter.addEventListener("click", () => this.drill(this.chosen));
    this.said = make("p.said", { id: "said", "aria-live": "polite" });
    this.spoken = make("p.said", { "aria-live": "polite" });
    this.waiting = make("div.waiting", {}, this.setup.text.loading);
    this.top = make("div.top", {}, this.search.box, this.crumbs, this.enter);
    this.frame = make("div.panes", {});
    this.panes = [this.addPane()];
    this.panes[0].canvasBox.setAttribute("aria-describedby", "said");
    this.panes[0].stage.append(this.waiting, this.top, this.buttons);
    this.divider = new Divider(this.frame, (share) => this.say("swipe", share));
    this.root = make("section.map", {}, this.frame, this.said, this.spoken);
    parent.append(...sheets, this.root);
    this.fillWindow = () => this.setHeight();
    this.dressed.then(this.fillWindow);
    addEventListener("resize", this.fillWindow);
    this.still = () => this.panes.forEach((pane) => pane.keepStill());
    addEventListener("beforeprint", this.still);
  }

  addPane() {
    const refit = settled(RESIZE_MILLISECONDS, () => { if (this.camera?.isFitted) this.fitScope({ jump: true }); });
    const pane = new Pane(this.frame, this.setup, {
      moved: () => this.camera.moved(),
      move: () => this.follow(pane),
      resize: () => { if (pane === this.panes[0]) refit(); },
      hover: (_, area, point) => this.hover(pane, area, point),
      click: (area) => this.choose(area),
      enter: (area) => this.drill(area),
      go: (where) => this.camera.go(where, 500),
    });
    pane.root.dataset.at = String((this.panes?.length ?? 0) + 1);
    this.listenKeys(pane.canvasBox);
    return pane;
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
    if (this.said.textContent !== data.sentence) this.said.textContent = data.sentence;
    this.waiting.textContent = text.loading;
    this.root.lang = data.lang === "zh" ? "zh-CN" : "en";
    this.root.dataset.mode = data.other ? data.mode : "one";
    this.writeCrumbs(data.crumbs);
    this.search.write(data);
    this.layers.forEach((layer, i) => this.panes[i].write(layer, text));
    this.writeDivider(data);
    this.setHeight();
  }

  writeDivider({ other, mode, swipe, text }) {
    const isShown = Boolean(other) && mode === "swipe";
    if (!isShown) { this.divider.bar.remove(); return; }
    this.divider.bar.setAttribute("aria-label", text.divider);
    if (!this.divider.bar.isConnected) {
      this.frame.append(this.divider.bar);
      this.divider.set(swipe);
    }
  }

  writeCrumbs(crumbs) {
    const last = crumbs.length - 1;
    this.crumbs.hidden = last < 1;
    this.crumbs.replaceChildren(...crumbs.map(([code, name], i) => {
      if (i === last) return make("span", { "aria-current": "location" }, name);
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => this.say("drill", code));
      return make("span", {}, button);
    }));
  }

  // ---- the maps

  async start() {
    const [lib] = await Promise.all([loadLibrary(this.address(this.setup.maplibre)), this.dressed]);
    if (!hasGraphics()) throw new NoGraphics();
    this.lib = lib;
    this.lines = await load(this.address(this.setup.files.lines), decodeLines);
    await this.panes[0].start(lib, this.lines);
    const { map } = this.panes[0];
    this.camera = new Camera(map, this.setup.home, (camera) => this.say("camera", camera));
    map.on("moveend", () => { this.root.dataset.camera = this.camera.now().join(" "); });
  }

  /** Have as many maps as there are layers. */
  setPanes(count) {
    while (this.panes.length > count) this.panes.pop().close();
    if (this.panes.length < count) this.panes.push(this.addPane());
  }

  async startPanes() {
    await this.starting;
    const [first, second] = this.panes;
    if (!second) return;
    second.starting ??= second.start(this.lib, this.lines);
    await second.starting;
    this.follow(first);
  }

  /** Show a message of the page. Slow parts wait for each other; only the last message is drawn to its end. */
  async show(message, send) {
    const serial = ++this.serial;
    performance.mark("map:message", { detail: serial });
    const isCurrent = () => serial === this.serial;
    this.send = send;
    for (const [about, { name, value }] of this.unheard) if (ECHOES[name].isHeard(value, message)) this.unheard.delete(about);
    try {
      await this.readSetup(message.setup);
      if (!isCurrent()) return;
      const data = { ...message, text: this.setup.text };
      this.data = data;
      this.layers = [data, data.other].filter(Boolean).map((layer) => ({
        ...layer, lang: data.lang, scope: data.scope, detailsAddress: layer.details && this.address(layer.details),
      }));
      this.setPanes(this.layers.length);
      this.writeFrame(data);
      if (this.hasFailed) { this.showPicture(); return; }
      const shapes = load(this.address(this.setup.files[`shapes/${data.level}`]), decodeShapes);
      const classes = await Promise.all(this.layers.map((layer) => classBytes(layer.values)));
      await this.startPanes();
      const level = this.readLevel(data.level, await shapes);
      const places = data.facilities ? await load(this.address(data.facilities), json) : null;
      if (isCurrent()) this.draw(level, classes, places);
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

  /** What is worked out of a level's shapes once, for all maps; a new build brings new shapes. */
  readLevel(name, shapes) {
    if (this.levels.get(name)?.shapes !== shapes) {
      this.levels.set(name, { name, shapes, ...shapes, cores: shapes.features.map(core), beside: null });
    }
    return this.levels.get(name);
  }

  draw(level, classes, places) {
    const { data } = this;
    this.level = level;
    this.setScope(data.scope);
    this.panes.forEach((pane, i) => {
      pane.draw(level, classes[i], this.isStrong, (at) => this.called(level.name, level.codes[at]) ?? "");
      pane.showPoints(places);
    });
    this.aim();
    this.choose(this.selection(data.selected), { isTold: true });
    this.waiting.hidden = true;
    this.needNames();
    this.tellReady();
  }

  async tellReady() {
    const { serial } = this;
    await Promise.all(this.panes.map((pane) => pane.idle()));
    performance.mark("map:idle", { detail: serial });
    this.root.dataset.ready = String(serial);
  }

  /** Fetch what areas are called, then say it wherever it is wanted. */
  needNames() {
    const { lang } = this.data;
    load(this.address(this.setup.files.names), json).then((names) => {
      const isNew = this.namesOf !== names || this.namedIn !== lang;
      this.namesOf = names;
      this.namedIn = lang;
      this.search.know(names);
      if (!this.level || this.hasFailed) return;
      this.writeEnter();
      if (!isNew) return;
      this.indexOf = new Map(Object.entries(names).map(([level, table]) =>
        [level, new Map(table.area_code.map((code, i) => [code, i]))]));
      this.panes.forEach((pane) => pane.map && pane.labels.place(pane.map));
    });
  }

  setScope(scope) {
    const { codes, parent, province } = this.level;
    const isStrong = (i) => !scope || codes[i] === scope || parent[i] === scope || province[i] === scope;
    this.isStrong = Uint8Array.from(codes, (_, i) => (isStrong(i) ? 1 : 0));
  }

  /** Look where the page says at first, then only where a changed scope lies, or a place that was looked for. */
  aim() {
    const { scope, camera, selected } = this.data;
    const isFirst = this.aimedAt === undefined;
    if (isFirst && camera) {
      this.camera.jump(camera);
      this.camera.moved();
    } else if (scope !== this.aimedAt) this.fitScope({ jump: isFirst });
    else if (this.sought && this.sought === selected) this.camera.find(this.boxOf(this.sought));
    if (this.sought === selected) this.sought = null;
    this.aimedAt = scope;
  }

  /** The box of an area of this level, or of all that lie in a larger one. */
  boxOf(code) {
    const { codes, parent, province, boxes } = this.level;
    const parts = boxes.filter((_, i) => codes[i] === code || parent[i] === code || province[i] === code);
    return parts.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
  }

  fitScope(options) {
    if (!this.level) return;
    const { boxes, arcs, sides } = this.level;
    const inScope = this.data.scope ? boxes.filter((_, i) => this.isStrong[i]) : [];
    const isNear = ([a, b]) => this.isStrong[a] || this.isStrong[b];
    const points = arcs.flatMap((arc, i) => (isNear(sides[i]) ? arc.filter((_, at) => at % POINT_STEP === 0) : []));
    const panels = this.panes[0].panels([this.buttons, ...this.top.children]);
    this.camera.fit(inScope.length ? inScope : null, points, panels, options);
  }

  goHome() {
    if (!this.camera) return;
    this.fitScope();
    this.say("camera", []);
  }

  /** The other map looks where this one does. */
  follow(pane) {
    if (this.isFollowing || this.panes.length < 2 || !pane.map) return;
    this.isFollowing = true;
    const at = { center: pane.map.getCenter(), zoom: pane.map.getZoom() };
    this.panes.forEach((other) => { if (other !== pane) other.map?.jumpTo(at); });
    this.isFollowing = false;
  }

  // ---- what the viewer does

  /**
   * Tell the page. A page that is still busy keeps of all it is told the last alone: what it has not answered yet is
   * told again with it. Who goes up or down means nothing said before.
   */
  say(name, value) {
    const about = ECHOES[name]?.about;
    if (!about) this.unheard.clear();
    this.unheard.delete(about);
    const now = performance.now();
    for (const { name: other, value: said, until } of this.unheard.values()) if (now < until) this.send(other, said);
    this.send(name, value);
    if (about) this.unheard.set(about, { name, value, until: now + ECHO_MILLISECONDS });
  }

  listenKeys(canvasBox) {
    listen(canvasBox, {
      move: (key) => this.walk(key),
      Enter: () => this.drill(this.chosen),
      Escape: () => this.goUp(),
      "+": () => this.camera.zoom(0.75),
      "=": () => this.camera.zoom(0.75),
      "-": () => this.camera.zoom(-0.75),
    });
  }

  hover(pane, area, point) {
    if (!this.level) return;
    pane.map.getCanvas().style.cursor = area === null ? "" : "pointer";
    this.hovered = area;
    const place = point ? pane.points?.at(point) : null;
    for (const other of this.panes) {
      if (!other.level) continue;
      other.outline("hover", area);
      const isSpeaking = other === pane || this.data.mode === "side";
      if (other === pane && place) this.sayPlace(pane, point, place);
      else if (area === null || !this.namesOf || !isSpeaking) other.tooltip.hide();
      else other.tooltip.at(point, { index: area, level: this.level.name }, (i) => this.nameOf(i));
    }
  }

  sayPlace(pane, point, { cluster, point_count: count, name, beds }) {
    const { text } = this.data;
    if (cluster) pane.tooltip.say(point, text.facilities.replace("{n}", String(count)));
    else pane.tooltip.say(point, name, beds === null ? text.bedsUnknown : text.ofPoint.replace("{n}", String(beds)));
  }

  /** What an area is called in the language of the page; null where that is not known. */
  called(level, code) {
    const at = this.indexOf?.get(level)?.get(code);
    return at === undefined ? null : this.namesOf[level][this.data.lang === "zh" ? "name_zh" : "name_en"][at];
  }

  nameOf(i) {
    const { name, parent, province, codes } = this.level;
    const above = [];
    if (name !== "province") above.push(this.called("province", province[i]));
    if (name === "county" && parent[i] !== province[i] && parent[i] !== codes[i]) above.push(this.called("prefecture", parent[i]));
    return { name: this.called(name, codes[i]) ?? codes[i], place: above.filter(Boolean).join(" › ") };
  }

  /** The page's selection, or the viewer's own while its echo is under way. */
  selection(told) {
    if (this.expected && performance.now() < this.expected.until && this.expected.code !== told) return this.chosen ?? null;
    this.expected = null;
    return this.level.index.get(told) ?? null;
  }

  choose(area, { isTold = false } = {}) {
    if (area === null && !isTold) return;
    this.mark(area);
    if (isTold) return;
    const code = this.level.codes[area];
    this.expected = { code, until: performance.now() + ECHO_MILLISECONDS };
    this.say("selected", code);
  }

  mark(area) {
    this.chosen = area;
    this.panes.forEach((pane) => pane.level && pane.outline("chosen", area));
    this.writeEnter();
  }

  /** A place that was looked for: shown at once if it is here, else the page goes to its level. */
  goTo({ code, levels }) {
    const here = this.data.level;
    const level = levels.includes(here) ? here : levels[0];
    const area = this.level?.index.get(code);
    if (this.camera && level === here && area !== undefined && this.isStrong[area]) {
      this.mark(area);
      this.expected = { code, until: performance.now() + ECHO_MILLISECONDS };
      this.camera.find(this.level.boxes[area]);
    } else this.sought = code;
    this.panes[0].canvasBox.focus();
    this.say("found", [level, code]);
  }

  writeEnter() {
    const code = this.level && this.chosen !== null && this.chosen !== undefined ? this.level.codes[this.chosen] : null;
    const name = code && this.data.canDrill ? this.called(this.level.name, code) : null;
    this.enter.hidden = !name || this.data.noDrill.includes(code);
    if (name) this.enter.textContent = this.data.text.enter.replace("{name}", name);
  }

  drill(area) {
    if (this.data.canDrill && area !== null && area !== undefined) this.say("drill", this.level.codes[area]);
  }

  goUp() {
    const { crumbs } = this.data;
    if (crumbs.length > 1) this.say("drill", crumbs[crumbs.length - 2][0]);
  }

  walk(key) {
    const { level } = this;
    level.beside ??= neighbours(level);
    const isReachable = (i) => this.isStrong[i];
    const isFirst = this.chosen === null || this.chosen === undefined;
    const to = isFirst ? this.nearestToCentre() : step(this.chosen, key, level.cores, level.beside, isReachable);
    if (to === null) return;
    this.choose(to);
    this.camera.reveal(level.boxes[to]);
    if (this.namesOf) this.spoken.textContent = Object.values(this.nameOf(to)).join(", ");
  }

  nearestToCentre() {
    const { lng, lat } = this.panes[0].map.getCenter();
    const { cores } = this.level;
    const away = (at) => Math.hypot(middle(at)[0] - lng, middle(at)[1] - lat);
    return cores.reduce((best, at, i) =>
      (this.isStrong[i] && (best === null || away(at) < away(cores[best])) ? i : best), null);
  }

  // ---- the end

  fail(error) {
    if (this.hasFailed) return;
    this.hasFailed = error instanceof NoGraphics ? "graphics" : "load";
    this.waiting.hidden = true;
    this.buttons.hidden = true;
    this.panes.forEach((pane) => { pane.insetBox.hidden = true; });
    this.root.dataset.failed = this.hasFailed;
    if (this.hasFailed === "graphics") this.send("picture", true);
    this.showPicture();
    if (this.hasFailed === "load") throw error;
  }

  /** Where no map can be drawn, say so, and show the still pictures that the page sends. */
  showPicture() {
    const { text } = this.setup;
    const words = this.hasFailed === "graphics" ? text.noGraphics : text.failed;
    const layers = this.layers ?? [{ fallback: "" }];
    layers.forEach(({ fallback }, i) => {
      const picture = fallback ? [make("img", { src: this.address(fallback), alt: this.data.sentence })] : [];
      this.panes[i].canvasBox.replaceChildren(make("div.failed", {}, make("p", {}, words), ...picture));
      this.panes[i].insetBox.hidden = true;
    });
  }

  close() {
    removeEventListener("resize", this.fillWindow);
    removeEventListener("beforeprint", this.still);
    this.panes.forEach((pane) => pane.close());
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
