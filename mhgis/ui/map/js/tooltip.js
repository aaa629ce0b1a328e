// What is said of the area under the pointer. Values are fetched when they are first needed.

import { load, json } from "./files.js";
import { make } from "./dom.js";
import { formatter, ranks } from "./numbers.js";

export class Tooltip {
  constructor(frame) {
    this.frame = frame;
    this.box = make("div.tip", { hidden: true, "aria-hidden": "true" });
    frame.append(this.box);
    this.details = null;
    this.area = null;
  }

  /** Say where the values lie and in which words to say them; fetches nothing. */
  show({ details, unit, lang, text }, address) {
    this.words = { unit, lang, text };
    if (details === this.file) return;
    this.file = details;
    this.address = address;
    this.details = null;
    if (this.area !== null) this.fetch();
  }

  async fetch() {
    const file = this.file;
    if (!file) return;
    const details = await load(this.address, (bytes) => withRanks(json(bytes)));
    if (file !== this.file) return;
    this.details = details;
    if (this.area !== null) this.write();
  }

  at(point, area, names) {
    const isNew = this.area?.index !== area.index || this.area?.level !== area.level;
    this.area = area;
    this.names = names;
    if (isNew) this.write();
    if (!this.details) this.fetch();
    this.place(point);
  }

  write() {
    const { name, place } = this.names(this.area.index);
    const rows = this.details ? this.facts(this.area.index) : [];
    this.box.replaceChildren(make("b", {}, name), make("div.tip-place", {}, place), ...rows);
    this.box.hidden = false;
  }

  facts(i) {
    const { unit, lang, text } = this.words;
    const { value, lower, upper, status, labels, decimals, rank } = this.details;
    const number = formatter(lang, decimals);
    const rows = [];
    if (value[i] !== null) rows.push(make("div.tip-value", {}, number(value[i]), make("small", {}, ` ${unit}`)));
    const label = labels[status[i]];
    if (label) rows.push(make(`div.tip-status.is-${status[i]}`, {}, label));
    const facts = [];
    if (lower?.[i] != null && upper?.[i] != null) facts.push([text.range, `${number(lower[i])} – ${number(upper[i])}`]);
    const whole = formatter(lang, 0);
    if (rank.of[i] !== null) facts.push([text.rank, `${whole(rank.of[i])} / ${whole(rank.count)}`]);
    return [...rows, ...facts.map(([name, fact]) => make("div.tip-fact", {}, make("span", {}, name), fact))];
  }

  place({ x, y }) {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const room = this.frame.getBoundingClientRect();
    const left = x + 16 + width > room.width ? x - 16 - width : x + 16;
    const top = Math.min(Math.max(8, y + 16), Math.max(8, room.height - height - 8));
    this.box.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  }

  hide() {
    this.area = null;
    this.box.hidden = true;
  }
}

const withRanks = (details) => ({ ...details, rank: ranks(details.value) });
