// What is said of the area, or of the facility, under the pointer.

import { make } from "./dom.js";
import { formatter } from "./numbers.js";

export class Tooltip {
  /** `frame` holds the tooltip, `stage` is the part of it that it speaks about. */
  constructor(frame, stage, facts) {
    this.stage = stage;
    this.facts = facts;
    this.box = make("div.tip", { hidden: true, "aria-hidden": "true" });
    frame.append(this.box);
    this.area = null;
  }

  show({ unit, lang, text, heading }) {
    this.words = { unit, lang, text, heading };
    if (this.area !== null) this.write();
  }

  at(point, area, names) {
    const isNew = this.area?.index !== area.index || this.area?.level !== area.level;
    this.area = area;
    this.names = names;
    this.point = point;
    if (isNew) this.write();
    else {
      this.facts.get();
      this.place(point);
    }
  }

  /** Say a line or two that are not of an area. */
  say(point, name, fact) {
    this.area = null;
    this.box.replaceChildren(make("b", {}, name), ...(fact ? [make("div.tip-place", {}, fact)] : []));
    this.box.hidden = false;
    this.place(point);
  }

  write() {
    if (this.area === null) return;
    const { name, place } = this.names(this.area.index);
    const details = this.facts.get();
    const rows = details ? this.rows(details, this.area.index) : [];
    const { heading } = this.words;
    this.box.replaceChildren(make("b", {}, name), make("div.tip-place", {}, place),
      ...(heading ? [make("div.tip-place", {}, heading)] : []), ...rows);
    this.box.hidden = false;
    // values that come later make it wider
    this.place(this.point);
  }

  rows({ value, raw, lower, upper, span, status, labels, finding, findings, notes, decimals, rank, unranked }, i) {
    const { unit, lang, text } = this.words;
    const number = formatter(lang, decimals);
    const rows = [];
    if (value[i] !== null) rows.push(make("div.tip-value", {}, number(value[i]), make("small", {}, ` ${unit}`)));
    const label = labels[status[i]];
    if (label) rows.push(make(`div.tip-status.is-${status[i]}`, {}, label));
    if (notes?.[i]) rows.push(make("div.tip-place", {}, notes[i]));
    const facts = [];
    if (raw?.[i] != null) facts.push([text.raw, number(raw[i])]);
    if (lower?.[i] != null && upper?.[i] != null) {
      facts.push([span || text.range, `${number(lower[i])} – ${number(upper[i])}`]);
    }
    if (finding?.[i]) facts.push([text.finding, findings[finding[i]]]);
    const whole = formatter(lang, 0);
    if (!unranked && rank.of[i] !== null) facts.push([text.rank, `${whole(rank.of[i])} / ${whole(rank.count)}`]);
    return [...rows, ...facts.map(([name, fact]) => make("div.tip-fact", {}, make("span", {}, name), fact))];
  }

  place({ x, y }) {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.stage;
    const left = x + 16 + width > clientWidth ? x - 16 - width : x + 16;
    const top = Math.min(Math.max(8, y + 16), Math.max(8, clientHeight - height - 8));
    this.box.style.transform = `translate(${offsetLeft + Math.max(4, left)}px, ${offsetTop + top}px)`;
  }

  hide() {
    this.area = null;
    this.box.hidden = true;
  }
}
