// Where the map looks. It moves when the viewer moves it or the scope changes, never because values change.

import { isCalm, settled } from "./dom.js";
import { uniteBoxes } from "./geometry.js";

/** The country without its far south, which the inset shows. */
const HOME = [73.4, 17.6, 135.2, 53.7];
const QUIET_MILLISECONDS = 500;

export class Camera {
  constructor(map, send) {
    this.map = map;
    this.isViewers = false;
    const tell = settled(QUIET_MILLISECONDS, () => {
      const { lng, lat } = map.getCenter();
      send([round(lng, 4), round(lat, 4), round(map.getZoom(), 3)]);
    });
    map.on("movestart", (event) => { if (event.originalEvent) this.isViewers = true; });
    map.on("moveend", () => { if (this.isViewers) tell(); });
  }

  /** Fit the box of the scope, or the country. */
  fit(boxes, { jump = false } = {}) {
    this.isViewers = false;
    const box = boxes ? uniteBoxes(boxes) : HOME;
    const options = { padding: this.padding(), maxZoom: 9, duration: jump || isCalm() ? 0 : 700, essential: false };
    this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], options);
  }

  padding() {
    const { clientWidth: width } = this.map.getContainer();
    return width < 560 ? 8 : 24;
  }

  jump([lng, lat, zoom]) {
    this.map.jumpTo({ center: [lng, lat], zoom });
  }

  /** Bring an area into sight if it is not. */
  reveal(box) {
    const seen = this.map.getBounds();
    const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    if (!seen.contains(middle)) this.map.easeTo({ center: middle, duration: isCalm() ? 0 : 400 });
  }

  zoom(by) {
    this.isViewers = true;
    this.map.easeTo({ zoom: this.map.getZoom() + by, duration: isCalm() ? 0 : 250 });
  }
}

const round = (value, digits) => Number(value.toFixed(digits));
