// Find a place: by name in either language, pinyin, initials or code, over the areas of all levels.

import { make } from "./dom.js";

const LEVELS = ["province", "prefecture", "county"];
const MOST = 30;
/** Inside a word only what is at least so long is looked for. */
const LEAST_INSIDE = 3;

/** Letters and digits of a text, small, without blanks, hyphens and apostrophes. */
const plain = (text) => (text ?? "").toLowerCase().replace(/[\s'’·-]+/gu, "");

/** One entry a code: an area that stands at two levels is one place. */
export function entries(names) {
  const found = new Map();
  for (const level of LEVELS) {
    const table = names[level];
    table?.area_code.forEach((code, i) => {
      const known = found.get(code);
      if (known) { known.levels.push(level); return; }
      const [zh, en] = [table.name_zh[i], table.name_en[i]];
      const keys = { zh: plain(zh), en: plain(en), pinyin: plain(table.pinyin?.[i]), initials: plain(table.initials?.[i]) };
      found.set(code, { code, levels: [level], zh, en, keys, parent: table.parent_code?.[i] ?? null });
    });
  }
  return found;
}

/** How well a word fits an entry, 0 the best; null where it does not. */
function fit({ code, keys }, word) {
  if (/^\d+$/.test(word)) return code.startsWith(word) ? 0 : null;
  const texts = [keys.zh, keys.pinyin, keys.initials, keys.en];
  if (texts.includes(word)) return 0;
  const [zh, pinyin, initials, en] = texts;
  if (zh.startsWith(word)) return 1;
  if (pinyin.startsWith(word) || en.startsWith(word)) return 2;
  if (initials.startsWith(word)) return 3;
  if (zh.includes(word)) return 4;
  return word.length >= LEAST_INSIDE && (pinyin.includes(word) || en.includes(word)) ? 5 : null;
}

/** Those above an entry, from the top. */
export function above(found, entry) {
  const chain = [];
  for (let at = found.get(entry.parent); at && !chain.includes(at) && at !== entry; at = found.get(at.parent)) chain.unshift(at);
  return chain;
}

/** The entries that fit all words of a query, the best first; every word fits the place or what holds it. */
export function find(found, query) {
  const words = query.split(/\s+/u).map(plain).filter(Boolean);
  const whole = plain(query);
  if (!whole) return [];
  const rated = [];
  for (const entry of found.values()) {
    let rate = fit(entry, whole);
    if (rate === null && words.length > 1) {
      const own = words.map((word) => fit(entry, word));
      const chain = own.some((one) => one !== null) ? above(found, entry) : [];
      const fits = own.some((one) => one !== null)
        && words.every((word, i) => own[i] !== null || chain.some((holder) => fit(holder, word) !== null));
      if (fits) rate = 1 + Math.min(...own.filter((one) => one !== null));
    }
    if (rate !== null) rated.push({ entry, rate });
  }
  const depth = ({ levels }) => LEVELS.indexOf(levels[0]);
  rated.sort((a, b) => a.rate - b.rate || depth(a.entry) - depth(b.entry) || a.entry.code.localeCompare(b.entry.code));
  return rated.map(({ entry }) => entry);
}

export class Search {
  /** `onNeed` is called at the first key, to fetch the names; `onPick` gets the entry that was chosen. */
  constructor({ onNeed, onPick }) {
    this.onNeed = onNeed;
    this.onPick = onPick;
    this.shown = [];
    this.active = -1;
    /** Enter was pressed before the names were here: the first that fits is meant. */
    this.isAwaited = false;
    this.input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: false, "aria-expanded": "false",
      "aria-controls": "places", "aria-autocomplete": "list", enterKeyHint: "search",
    });
    this.list = make("ul", { id: "places", role: "listbox", hidden: true });
    this.box = make("div.search", {}, this.input, this.list);
    this.input.addEventListener("input", () => { this.isAwaited = false; this.look(); });
    this.input.addEventListener("focus", () => { this.onNeed(); if (this.input.value) this.input.select(); });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.box.addEventListener("focusout", ({ relatedTarget }) => { if (!this.box.contains(relatedTarget)) this.close(); });
    // a press would take the focus, and close the list before the click
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  write({ text, lang }) {
    this.lang = lang;
    this.text = text;
    this.input.placeholder = text.find;
    this.input.setAttribute("aria-label", text.find);
    this.list.setAttribute("aria-label", text.places);
  }

  know(names) {
    if (this.names === names) return;
    this.names = names;
    this.found = entries(names);
    if (!this.input.matches(":focus") || !this.input.value) return;
    this.look();
    if (this.isAwaited && this.active >= 0) this.pick(this.shown[this.active]);
  }

  look() {
    this.onNeed();
    if (!this.found) return;
    const all = find(this.found, this.input.value);
    this.shown = all.slice(0, MOST);
    this.active = this.shown.length ? 0 : -1;
    this.list.replaceChildren(...this.shown.map((entry, i) => this.option(entry, i)), ...this.note(all.length));
    this.list.hidden = !this.input.value.trim();
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  note(count) {
    if (count > 0 && count <= MOST) return [];
    const words = count ? this.text.more.replace("{n}", String(count - MOST)) : this.text.nowhere;
    return [make("li.note", { role: "presentation" }, words)];
  }

  option(entry, i) {
    const [own, other] = this.lang === "zh" ? ["zh", "en"] : ["en", "zh"];
    const holders = above(this.found, entry).map((holder) => holder[own]).join(" › ");
    const option = make("li", { role: "option", id: `place-${i}` },
      make("b", {}, entry[own]), make("span", { lang: other === "zh" ? "zh-CN" : "en" }, ` ${entry[other]}`),
      make("small", {}, [holders, entry.code].filter(Boolean).join(" · ")));
    option.addEventListener("click", () => this.pick(entry));
    return option;
  }

  mark() {
    [...this.list.querySelectorAll("[role=option]")].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === this.active));
      if (i === this.active) option.scrollIntoView({ block: "nearest" });
    });
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `place-${this.active}`);
  }

  onKey(event) {
    const count = this.shown.length;
    const isOpen = !this.list.hidden;
    const move = (by) => {
      if (!isOpen) this.look();
      else if (count) this.active = (this.active + by + count) % count;
      this.mark();
    };
    const actions = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => {
        if (isOpen && this.active >= 0) this.pick(this.shown[this.active]);
        this.isAwaited = !this.found;
      },
      Escape: () => { if (isOpen) this.close(); else this.input.value = ""; },
    };
    event.stopPropagation();
    if (event.isComposing || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  pick(entry) {
    this.input.value = this.lang === "zh" ? entry.zh : entry.en;
    this.close();
    this.onPick(entry);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
