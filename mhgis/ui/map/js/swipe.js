// The line between two maps that lie over each other; drag it, or move it with the arrow keys.

import { make, settled } from "./dom.js";

const STEP = 2;
const QUIET_MILLISECONDS = 500;

export class Divider {
  /** `tell` hears where the line rests after the viewer moved it: the share of the first map, in per cent from the left. */
  constructor(frame, tell) {
    this.frame = frame;
    this.soon = settled(QUIET_MILLISECONDS, () => { if (this.bar.isConnected) tell(Math.round(this.share)); });
    this.bar = make("div.divider", { tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100 }, make("i"));
    this.bar.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.bar.focus();
      this.bar.setPointerCapture(event.pointerId);
    });
    this.bar.addEventListener("pointermove", ({ clientX, pointerId }) => {
      if (!this.bar.hasPointerCapture(pointerId)) return;
      const { left, width } = this.frame.getBoundingClientRect();
      this.move((100 * (clientX - left)) / width);
    });
    this.bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(this.share + by);
    });
    this.share = 50;
  }

  move(share) {
    this.set(share);
    this.soon();
  }

  set(share) {
    this.share = Math.min(100, Math.max(0, share));
    this.frame.style.setProperty("--share", `${this.share.toFixed(2)}%`);
    this.bar.setAttribute("aria-valuenow", String(Math.round(this.share)));
  }
}
