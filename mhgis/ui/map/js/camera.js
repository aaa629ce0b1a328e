// Where the map looks. It moves when the viewer moves it or the scope changes, never because values change.

import { isCalm, settled } from "./dom.js";
import { uniteBoxes } from "./geometry.js";

/** The country without its far south, which the inset shows. */
const HOME = [73.4, 17.6, 135.2, 53.7];
const QUIET_MILLISECONDS = 500;
const MAX_FIT_ZOOM = 9;
const TILE = 512;
/** Pixels between a shape and a panel. */
const GAP = 6;

export class Camera {
  constructor(map, send) {
    this.map = map;
    this.isViewers = false;
    this.isFitted = false;
    const tell = settled(QUIET_MILLISECONDS, () => send(this.now()));
    ["wheel", "dragstart", "touchmove"].forEach((kind) => map.on(kind, () => this.moved()));
    map.on("moveend", () => { if (this.isViewers) tell(); });
  }

  /**
   * Fit the box, or the country, as large as it goes without anything hiding behind a panel.
   *
   * `points` are some of the shapes' own; `panels` are boxes in pixels that lie over the map: {left, top, right, bottom}.
   */
  fit(boxes, points, panels, { jump = false } = {}) {
    this.isViewers = false;
    this.isFitted = true;
    const box = boxes ? uniteBoxes(boxes) : HOME;
    const bounds = [[box[0], box[1]], [box[2], box[3]]];
    const seen = points.filter(([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    const views = this.paddings(panels).map((padding) => this.map.cameraForBounds(bounds, { padding, maxZoom: MAX_FIT_ZOOM }));
    const free = views.filter((view) => view && !this.isHidden(view, seen, panels)).sort((a, b) => b.zoom - a.zoom);
    const { center, zoom } = free[0] ?? views[0];
    this.map.easeTo({ center, zoom, duration: jump || isCalm() ? 0 : 700 });
  }

  /** Ways to leave room, from none to the whole of the first panel (the legend) on its left and below. */
  paddings(panels) {
    const least = this.padding();
    const [first] = panels;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const shares = first ? [0, 0.2, 0.4, 0.6, 0.8, 1] : [0];
    const width = first ? Math.min(first.right, clientWidth * 0.5) : 0;
    const height = first ? Math.min(clientHeight - first.top, clientHeight * 0.5) : 0;
    return shares.flatMap((x) => shares.map((y) => ({
      left: least + x * width, bottom: least + y * height, top: least, right: least,
    })));
  }

  isHidden({ center, zoom }, points, panels) {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const size = TILE * 2 ** zoom;
    const [x0, y0] = [mercatorX(center.lng) * size - width / 2, mercatorY(center.lat) * size - height / 2];
    return points.some(([lng, lat]) => {
      const x = mercatorX(lng) * size - x0;
      const y = mercatorY(lat) * size - y0;
      return panels.some((p) => x > p.left - GAP && x < p.right + GAP && y > p.top - GAP && y < p.bottom + GAP);
    });
  }

  /** Longitude, latitude and zoom, as fine as a pixel. */
  now() {
    const { lng, lat } = this.map.getCenter();
    return [round(lng, 4), round(lat, 4), round(this.map.getZoom(), 3)];
  }

  padding() {
    const { clientWidth: width } = this.map.getContainer();
    return width < 560 ? 8 : 24;
  }

  jump([lng, lat, zoom]) {
    this.map.jumpTo({ center: [lng, lat], zoom });
  }

  /** The viewer has moved the map: tell the page where it comes to rest, and never fit it again unasked. */
  moved() {
    this.isViewers = true;
    this.isFitted = false;
  }

  /** Bring an area into sight if it is not. */
  reveal(box) {
    const seen = this.map.getBounds();
    const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    if (!seen.contains(middle)) this.map.easeTo({ center: middle, duration: isCalm() ? 0 : 400 });
  }

  zoom(by) {
    this.moved();
    this.map.easeTo({ zoom: this.map.getZoom() + by, duration: isCalm() ? 0 : 250 });
  }
}

const round = (value, digits) => Number(value.toFixed(digits));
const mercatorX = (lng) => lng / 360 + 0.5;
const mercatorY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
