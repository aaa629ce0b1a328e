// Names of areas, and their values where there is room: text over the map, so that no glyph server is needed.

import { make } from "./dom.js";
import { formatter } from "./numbers.js";

/** From which zoom on names and values are shown. */
const NAMES_FROM = { province: 0, prefecture: 4.3, county: 5.8 };
const VALUES_FROM = { province: 4.4, prefecture: 5.8, county: 7.4 };
const MOST = 120;
const LINE = 16;
/** How much of an area's width a name may take, and the gap between two of them in pixels. */
const SHARE = 0.9;
const GAP = 3;

export class Labels {
  constructor(facts) {
    this.facts = facts;
    this.box = make("div.labels", { "aria-hidden": "true" });
    this.placed = [];
    this.widths = new Map();
  }

  /** What to write: the level's areas, which of them are meant, and what each is called. */
  show(level, isMeant, nameOf, { lang, unit }) {
    Object.assign(this, { level, isMeant, nameOf, lang, unit });
    this.order ??= new Map();
    if (this.order.get(level.name)?.level !== level) {
      const size = level.cores.map(({ box }) => (box[2] - box[0]) * (box[3] - box[1]));
      this.order.set(level.name, { level, ids: size.map((_, i) => i).sort((a, b) => size[b] - size[a]) });
    }
  }

  /** Choose what fits and write it; the largest areas first. */
  place(map) {
    if (!this.level) return;
    const zoom = map.getZoom();
    const { name, cores } = this.level;
    const found = [];
    if (zoom >= NAMES_FROM[name]) {
      const values = zoom >= VALUES_FROM[name] ? this.facts.get() : null;
      const { clientWidth: width, clientHeight: height } = map.getContainer();
      for (const i of this.order.get(name).ids) {
        if (found.length >= MOST) break;
        if (!this.isMeant(i)) continue;
        const label = this.fit(map, i, cores[i], values);
        if (!label || label.left < 0 || label.top < 0 || label.right > width || label.bottom > height) continue;
        if (!found.some((other) => meets(other, label))) found.push(label);
      }
    }
    this.placed = found;
    this.box.replaceChildren(...found.map(({ lines }) =>
      make("div", {}, ...lines.map((line, at) => make(at ? "span" : "b", {}, line)))));
    this.follow(map);
  }

  /** The label of an area if it fits into its largest part, along the line where that is widest. */
  fit(map, i, { box, at, west: from, east: to }, values) {
    const [west, north] = spot(map, from, box[3]);
    const [east, south] = spot(map, to, box[1]);
    const room = (east - west) * SHARE;
    if (south - north < LINE || room < 2 * LINE) return null;
    const title = this.nameOf(i);
    let width = this.widthOf(title);
    if (width > room) return null;
    const lines = [title];
    const value = values?.value[i];
    if (value != null && south - north >= 2.6 * LINE) {
      const words = formatter(this.lang, values.decimals)(value) + (this.unit.startsWith("%") ? " %" : "");
      if (this.widthOf(words) <= room) {
        lines.push(words);
        width = Math.max(width, this.widthOf(words));
      }
    }
    const [x, y] = spot(map, ...at);
    const half = (lines.length * LINE) / 2;
    return { lines, at, left: x - width / 2, right: x + width / 2, top: y - half, bottom: y + half };
  }

  /** Keep the labels on their areas while the map moves. */
  follow(map) {
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    this.placed.forEach(({ at }, i) => {
      const [x, y] = spot(map, ...at);
      const { style } = this.box.children[i];
      style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
      // in shares of the map, for paper of another width
      style.setProperty("--x", `${((100 * x) / width).toFixed(2)}%`);
      style.setProperty("--y", `${((100 * y) / height).toFixed(2)}%`);
    });
  }

  widthOf(text) {
    if (!this.pen) {
      this.pen = document.createElement("canvas").getContext("2d");
      if (this.pen) this.pen.font = `600 12px ${getComputedStyle(this.box).fontFamily}`;
    }
    if (!this.widths.has(text)) this.widths.set(text, this.pen ? this.pen.measureText(text).width : Infinity);
    return this.widths.get(text);
  }
}

const spot = (map, lng, lat) => {
  const { x, y } = map.project([lng, lat]);
  return [x, y];
};

const meets = (a, b) =>
  a.left < b.right + GAP && b.left < a.right + GAP && a.top < b.bottom + GAP && b.top < a.bottom + GAP;
