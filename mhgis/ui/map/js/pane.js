// One map in its frame: shapes in colours, outlines, labels, facilities, inset, legend, tooltip. Knows no other map.

import { make } from "./dom.js";
import { Facts } from "./facts.js";
import { borders, collection, edge, lineFeature } from "./geometry.js";
import { Inset } from "./inset.js";
import { Labels } from "./labels.js";
import { Legend } from "./legend.js";
import { Points } from "./points.js";
import { EDGE, EMPTY_STYLE, FAINT, MARKS, UPPER_LAYERS, faint, hatch, levelLayers } from "./style.js";
import { Tooltip } from "./tooltip.js";

export const NO_CLASS = 255;
const NO_COLOUR = "#F1F3F5";
const QUIET_EDGE = "#B9C3CD";
const HATCHED = "not_reported";
const DASHED = "not_applicable";
/** What a tile holds of its neighbours, in pixels: half the widest line is enough, and all of it is drawn again. */
const TILE_BUFFER = 8;

export class Pane {
  /**
   * `frame` gets what stands side by side; `where` holds the country, `home`, and what lies far out, `inset` (or null);
   * `on` hears `moved`, `move`, `hover`, `click` and `enter`.
   */
  constructor(frame, where, on) {
    this.on = on;
    this.home = where.home;
    this.drawn = new Map();
    this.edges = new Map();
    this.marks = new Map();
    this.facts = new Facts(() => this.onFacts());
    this.labels = new Labels(this.facts);
    this.heading = make("span", {});
    this.badge = make("span.badge", {});
    this.head = make("div.head", {}, this.heading, this.badge);
    this.canvasBox = make("div.canvas", { tabindex: 0, role: "application" });
    this.insetBox = make("figure.inset", {}, make("figcaption"), make("canvas", { "aria-hidden": "true" }));
    this.still = make("img.still", { alt: "", "aria-hidden": "true" });
    this.stage = make("div.stage", {}, this.canvasBox, this.still, this.labels.box, this.insetBox);
    this.legendBox = make("div.legend", {});
    this.root = make("div.pane", {}, this.head, this.stage, this.legendBox);
    frame.append(this.root);
    this.legend = new Legend(this.legendBox, () => this.paint());
    this.tooltip = new Tooltip(frame, this.stage, this.facts);
    this.inset = where.inset && new Inset(this.insetBox.querySelector("canvas"), where.inset);
    this.insetBox.hidden = !this.inset;
  }

  /** Make the map; `lines` are the borders that belong to no area. */
  async start(lib, lines) {
    this.lines = lines;
    const [west, south, east, north] = this.home;
    this.map = new lib.Map({
      container: this.canvasBox, style: EMPTY_STYLE, center: [(west + east) / 2, (south + north) / 2], zoom: 3, minZoom: 1.5, maxZoom: 11,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, keyboard: false,
      doubleClickZoom: false, renderWorldCopies: false, fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.watcher = new ResizeObserver(() => { this.map.resize(); this.on.resize(this); this.labels.place(this.map); });
    this.watcher.observe(this.canvasBox);
    await this.map.once("load");
    const ratio = devicePixelRatio > 1 ? 2 : 1;
    this.map.addImage("hatch", hatch(ratio), { pixelRatio: ratio });
    this.map.addSource(MARKS, { type: "geojson", data: collection([]), buffer: TILE_BUFFER });
    UPPER_LAYERS.forEach((layer) => this.map.addLayer(layer));
    this.listen();
  }

  listen() {
    const { map, on } = this;
    ["wheel", "dragstart", "touchmove"].forEach((kind) => map.on(kind, () => on.moved()));
    map.on("move", () => { this.labels.follow(map); on.move(this); });
    map.on("moveend", () => this.labels.place(map));
    map.on("movestart", () => on.hover(this, null));
    map.on("mouseout", () => on.hover(this, null));
    map.on("mousemove", ({ point }) => {
      if (this.isBusy) return;
      this.isBusy = true;
      requestAnimationFrame(() => { this.isBusy = false; on.hover(this, this.areaAt(point), point); });
    });
    map.on("click", ({ point, originalEvent }) => {
      if (originalEvent.detail > 1) return;
      const group = this.points?.at(point);
      if (group?.cluster) this.points.open(group).then((where) => on.go(where));
      else on.click(this.areaAt(point));
    });
    map.on("dblclick", ({ point }) => on.enter(this.areaAt(point)));
  }

  // ---- what the page says

  /** Write what needs no map: heading, badge, legend, and what screen readers hear. */
  write(layer, text) {
    this.layer = layer;
    this.heading.textContent = layer.heading;
    this.badge.textContent = layer.badge;
    this.badge.hidden = !layer.badge;
    this.badge.classList.toggle("is-modelled", layer.modelled);
    this.canvasBox.setAttribute("aria-label", [layer.heading, layer.title, text.keys].filter(Boolean).join(". "));
    this.insetBox.firstChild.textContent = text.inset;
    this.insetBox.hidden = !this.inset || Boolean(layer.scope);
    this.legend.show({ ...layer, text });
    this.facts.show(layer.details, layer.detailsAddress);
    this.tooltip.show({ ...layer, text });
  }

  /** Draw a level: which areas are meant (`isStrong`), in which classes. */
  draw(level, classes, isStrong, nameOf) {
    const isOther = this.level !== level;
    Object.assign(this, { level, classes, isStrong });
    this.addLevel(level);
    if (isOther) this.showLevel();
    this.paint();
    this.labels.show(level, (i) => isStrong[i] === 1, nameOf, this.layer);
    this.labels.place(this.map);
  }

  /** Give a level its sources and layers; a new build brings new shapes for the same ones. */
  addLevel(level) {
    const { name } = level;
    const known = this.drawn.get(name);
    if (known?.level === level) return;
    const sources = {
      [`areas-${name}`]: collection(level.features), [`hatched-${name}`]: collection([]), [`borders-${name}`]: borders(level, this.lines),
    };
    for (const [id, data] of Object.entries(sources)) {
      if (known) this.map.getSource(id).setData(data);
      else this.map.addSource(id, { type: "geojson", data, tolerance: 0.2, maxzoom: 10, buffer: TILE_BUFFER });
    }
    if (!known) levelLayers(name).forEach((layer) => this.map.addLayer(layer, UPPER_LAYERS[0].id));
    this.drawn.set(name, { level, painted: [], hatched: new Set(), isDotted: false, edge: EDGE });
  }

  showLevel() {
    for (const [name, { hatched }] of this.drawn) {
      const isShown = name === this.level.name;
      levelLayers(name).forEach(({ id }) => this.showLayer(id, isShown && (id !== `hatch-${name}` || hatched.size > 0)));
    }
    this.tooltip.hide();
    this.outline("hover", null);
  }

  showLayer(id, isShown) {
    this.map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
  }

  /** Put facilities on the map, or take them away. */
  showPoints(places) {
    if (!places && !this.points) return;
    this.points ??= new Points(this.map);
    if (places) this.points.show(places);
    else this.points.clear();
  }

  onFacts() {
    this.tooltip.write();
    if (this.map && this.level) this.labels.place(this.map);
  }

  // ---- colours

  isLit(i) {
    const { isolated } = this.legend;
    return this.isStrong[i] && (isolated === null || isolated === this.classes[i]);
  }

  colourOf(i) {
    const row = this.layer.classes[this.classes[i]];
    if (this.classes[i] === NO_CLASS || !row) return NO_COLOUR;
    return this.isLit(i) ? row[0] : faint(row[0]);
  }

  /** Give every area its colour; touches only those that change, and never the camera or a shape. */
  paint() {
    if (!this.level) return;
    const { name, codes } = this.level;
    const kinds = this.layer.classes.map((row) => row[4]);
    const source = `areas-${name}`;
    const { painted, hatched } = this.drawn.get(name);
    const known = hatched.size;
    for (let id = 0; id < codes.length; id++) {
      const fill = this.colourOf(id);
      const isHatched = kinds[this.classes[id]] === HATCHED;
      const share = isHatched ? (this.isLit(id) ? 1 : FAINT) : 0;
      const mark = `${fill}${share}`;
      if (painted[id] === mark) continue;
      painted[id] = mark;
      this.map.setFeatureState({ source, id }, { fill });
      if (isHatched) hatched.add(id);
      if (hatched.has(id)) this.map.setFeatureState({ source: `hatched-${name}`, id }, { hatch: share });
    }
    if (hatched.size > known) {
      this.map.getSource(`hatched-${name}`).setData(collection(this.level.features.filter((_, id) => hatched.has(id))));
      this.showLayer(`hatch-${name}`, true);
    }
    this.paintLines(kinds);
    this.inset?.draw(this.level, this.lines, (id) => this.colourOf(id));
  }

  paintLines(kinds) {
    const { name } = this.level;
    const drawn = this.drawn.get(name);
    const { modelled, scope } = this.layer;
    if (drawn.isDotted !== modelled) {
      this.map.setPaintProperty(`own-${name}`, "line-dasharray", modelled ? [1.5, 1.5] : undefined);
      drawn.isDotted = modelled;
    }
    this.setEdge("dashed", (i) => kinds[this.classes[i]] === DASHED);
    this.setEdge("scope", scope ? (i) => this.isStrong[i] === 1 : () => false);
    const quiet = scope ? QUIET_EDGE : EDGE;
    if (drawn.edge === quiet) return;
    drawn.edge = quiet;
    [`province-${name}`, `outer-${name}`].forEach((id) => this.map.setPaintProperty(id, "line-color", quiet));
  }

  /** Draw the line around a set of areas; asks for no new frame where the set is the same. */
  setEdge(kind, isInside) {
    const key = `${this.level.name}:${this.level.codes.filter((_, i) => isInside(i)).join()}`;
    if (this.edges.get(kind) === key) return;
    this.edges.set(kind, key);
    this.mark(kind, lineFeature(edge(this.level, isInside)));
  }

  /** Outline one area or none. */
  outline(kind, area) {
    this.mark(kind, area === null || area === undefined ? null : this.level.features[area]);
  }

  /** Put a mark on the map in place of the one of its kind, or none; asks for no new frame where nothing changes. */
  mark(kind, feature) {
    if (!this.map || (this.marks.get(kind)?.of ?? null) === feature) return;
    this.marks.set(kind, { of: feature, drawn: feature && { ...feature, properties: { kind } } });
    this.map.getSource(MARKS)?.setData(collection([...this.marks.values()].map(({ drawn }) => drawn).filter(Boolean)));
  }

  // ---- where things are

  areaAt(point) {
    if (!this.level) return null;
    const [found] = this.map.queryRenderedFeatures(point, { layers: [`fill-${this.level.name}`] });
    return found ? found.id : null;
  }

  /** Where something lies over this map, in pixels from its corner. */
  panels(others) {
    const stage = this.stage.getBoundingClientRect();
    return [this.legendBox, this.insetBox, ...others]
      .map((panel) => panel.getBoundingClientRect())
      .filter((box) => box.width && box.top < stage.bottom - 1)
      .map((box) => ({
        left: box.left - stage.left, right: box.right - stage.left, top: box.top - stage.top, bottom: box.bottom - stage.top,
      }));
  }

  /** Paper gets a picture: what a map has drawn is gone when a page is printed. */
  keepStill() {
    if (!this.map) return;
    this.map.redraw();
    this.still.src = this.map.getCanvas().toDataURL();
    const { clientWidth, clientHeight } = this.stage;
    this.stage.style.setProperty("--ratio", (clientWidth / clientHeight).toFixed(4));
  }

  /** Resolve once everything asked for is on the screen. */
  idle() {
    const coming = this.map.once("idle");
    this.map.triggerRepaint();
    return coming;
  }

  close() {
    this.watcher?.disconnect();
    this.map?.remove();
    this.root.remove();
    this.tooltip.box.remove();
  }
}
