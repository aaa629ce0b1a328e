// Where the map looks. It moves when the viewer moves it or the scope changes, never because values change.

import { isCalm, settled } from "./dom.js";
import { uniteBoxes } from "./geometry.js";

const QUIET_MILLISECONDS = 500;
const MAX_FIT_ZOOM = 9;
const TILE = 512;
/** Pixels between a shape and a panel. */
const GAP = 6;
/** How a whole is fitted: by smaller and smaller steps of zoom, at each of them moved about in the room that is left. */
const ZOOM_STEP = 0.06;
const ZOOM_STEPS = 40;
const MOVES = [0, -0.33, 0.33, -0.66, 0.66, -1, 1];
/** As much zoom is given up for not moving by the width of the map. */
const MOVE_LOSS = 1.2;
/** As many points of the borders are looked at. */
const MOST_POINTS = 4000;
/** How far the map goes in when it flies to a place that was looked for. */
const FIND_ZOOM = 8;

export class Camera {
  /** `home` holds the country but for what its inset shows; `tell` hears where the view rests after it was moved. */
  constructor(map, home, tell) {
    this.map = map;
    this.home = home;
    this.isViewers = false;
    this.isFitted = false;
    const soon = settled(QUIET_MILLISECONDS, () => { if (this.isViewers) tell(this.now()); });
    map.on("moveend", () => { if (this.isViewers) soon(); });
  }

  /**
   * Fit the box, or the country, as large as it goes without anything hiding behind a panel.
   *
   * `points` are some of the shapes' own; `panels` are boxes in pixels that lie over the map: {left, top, right, bottom}.
   */
  fit(boxes, points, panels, { jump = false } = {}) {
    this.isViewers = false;
    this.isFitted = true;
    const box = boxes ? uniteBoxes(boxes) : this.home;
    const { zoom: largest } = this.map.cameraForBounds([[box[0], box[1]], [box[2], box[3]]],
      { padding: this.padding(), maxZoom: MAX_FIT_ZOOM });
    const inside = points.filter(([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    const step = Math.ceil(inside.length / MOST_POINTS);
    const seen = inside.filter((_, i) => i % step === 0).map(([x, y]) => [mercatorX(x), mercatorY(y)]);
    const [west, north, east, south] = [mercatorX(box[0]), mercatorY(box[3]), mercatorX(box[2]), mercatorY(box[1])];
    const { x, y, zoom } = this.place({ west, north, east, south }, largest, seen, panels);
    const center = { lng: (x - 0.5) * 360, lat: (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90 };
    this.map.easeTo({ center, zoom, duration: jump || isCalm() ? 0 : 700 });
  }

  /** The view at which no point lies behind a panel: as near as can be, and as little out of the middle. */
  place({ west, north, east, south }, largest, seen, panels) {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const middle = { x: (west + east) / 2, y: (north + south) / 2 };
    const views = [];
    for (let i = 0; i < ZOOM_STEPS; i++) {
      const zoom = largest - i * ZOOM_STEP;
      const size = TILE * 2 ** zoom;
      const free = [1 - ((east - west) * size) / clientWidth, 1 - ((south - north) * size) / clientHeight];
      const room = free.map((share, at) => Math.max(0, share / 2 - this.padding() / [clientWidth, clientHeight][at]));
      for (const dx of MOVES) {
        for (const dy of MOVES) {
          const [right, down] = [dx * room[0], dy * room[1]];
          const loss = i * ZOOM_STEP + MOVE_LOSS * Math.hypot(right, down);
          views.push({ loss, zoom, x: middle.x - (right * clientWidth) / size, y: middle.y - (down * clientHeight) / size });
        }
      }
    }
    views.sort((one, other) => one.loss - other.loss);
    return views.find((view) => !this.isHidden(view, seen, panels)) ?? { ...middle, zoom: largest };
  }

  isHidden({ x, y, zoom }, points, panels) {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const size = TILE * 2 ** zoom;
    const [x0, y0] = [x * size - width / 2, y * size - height / 2];
    return points.some(([px, py]) => {
      const left = px * size - x0;
      const top = py * size - y0;
      return panels.some((p) => left > p.left - GAP && left < p.right + GAP && top > p.top - GAP && top < p.bottom + GAP);
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
