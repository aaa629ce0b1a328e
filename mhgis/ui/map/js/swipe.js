// The line between two maps that lie over each other; drag it, or move it with the arrow keys.

import { make } from "./dom.js";

const STEP = 2;

export class Divider {
  /** `onMove` gets the share, in per cent from the left, that the first map has. */
  constructor(frame, onMove) {
    this.frame = frame;
    this.onMove = onMove;
    this.bar = make("div.divider", { tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100 }, make("i"));
    this.bar.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.bar.focus();
      this.bar.setPointerCapture(event.pointerId);
    });
    this.bar.addEventListener("pointermove", ({ clientX, pointerId }) => {
      if (!this.bar.hasPointerCapture(pointerId)) return;
      const { left, width } = this.frame.getBoundingClientRect();
      this.set((100 * (clientX - left)) / width);
    });
    this.bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.set(this.share + by);
    });
    this.share = 50;
  }

  set(share) {
    this.share = Math.min(100, Math.max(0, share));
    this.frame.style.setProperty("--share", `${this.share.toFixed(2)}%`);
    this.bar.setAttribute("aria-valuenow", String(Math.round(this.share)));
    this.onMove(this.share);
  }
}
