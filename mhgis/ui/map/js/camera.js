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
/** Ways to leave room beside the legend, and for the controls along the upper edge. */
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];
const TOP_SHARES = [0, 0.5, 1];
/** How far the map goes in when it flies to a place that was looked for. */
const FIND_ZOOM = 8;

export class Camera {
  /** `tell` hears where the view rests after the viewer moved it. */
  constructor(map, tell) {
    this.map = map;
    this.isViewers = false;
    this.isFitted = false;
    const soon = settled(QUIET_MILLISECONDS, () => { if (this.isViewers) tell(this.now()); });
    map.on("moveend", () => { if (this.isViewers) soon(); });
  }

  /**
   * Fit the box, or the country, as large as it goes without anything hiding behind a panel.
   *
   * `points` are some of the shapes' own; `panels` are boxes in pixels that lie over the map: {left, top, right, bottom}
   * of the legend (null where there is none) and of others.
   */
  fit(boxes, points, { legend, others }, { jump = false } = {}) {
    this.isViewers = false;
    this.isFitted = true;
    const box = boxes ? uniteBoxes(boxes) : HOME;
    const bounds = [[box[0], box[1]], [box[2], box[3]]];
    const seen = points.filter(([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    const panels = [legend, ...others].filter(Boolean);
    const views = this.paddings(legend, others)
      .map((padding) => this.map.cameraForBounds(bounds, { padding, maxZoom: MAX_FIT_ZOOM }))
      .filter(Boolean)
      .sort((a, b) => b.zoom - a.zoom);
    const { center, zoom } = views.find((view) => !this.isHidden(view, seen, panels)) ?? views[views.length - 1];
    this.map.easeTo({ center, zoom, duration: jump || isCalm() ? 0 : 700 });
  }

  /** Ways to leave room: left of and below the map for the legend, above it for the controls. */
  paddings(legend, others) {
    const least = this.padding();
    const { clientWidth, clientHeight } = this.map.getContainer();
    const width = legend ? Math.min(legend.right, clientWidth * 0.5) : 0;
    const height = legend ? Math.min(clientHeight - legend.top, clientHeight * 0.5) : 0;
    const head = Math.min(Math.max(0, ...others.filter(({ top }) => top < least * 2).map(({ bottom }) => bottom)), clientHeight * 0.3);
    const shares = legend ? SHARES : [0];
    return TOP_SHARES.flatMap((z) => shares.flatMap((x) => shares.map((y) => ({
      left: least + x * width, bottom: least + y * height, top: least + z * head, right: least,
    }))));
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
    if (!seen.contains(middle)) this.go({ center: middle }, 400);
  }

  /** Fly to an area that was looked for, near enough to see it among its neighbours. */
  find(box) {
    const bounds = [[box[0], box[1]], [box[2], box[3]]];
    const { center, zoom } = this.map.cameraForBounds(bounds, { padding: 120, maxZoom: FIND_ZOOM });
    this.go({ center, zoom }, 1200);
  }

  zoom(by) {
    this.go({ zoom: this.map.getZoom() + by }, 250);
  }

  go(where, milliseconds) {
    this.moved();
    this.map.easeTo({ ...where, duration: isCalm() ? 0 : milliseconds });
  }
}

const round = (value, digits) => Number(value.toFixed(digits));
const mercatorX = (lng) => lng / 360 + 0.5;
const mercatorY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
