// The legend: every class with its areas and people, and a button that lights one class up.

import { make } from "./dom.js";
import { formatter } from "./numbers.js";

export class Legend {
  constructor(box, onIsolate) {
    this.box = box;
    this.onIsolate = onIsolate;
    this.isolated = null;
    this.isOpen = true;
  }

  show({ classes, title, titleUnit, lang, modelled, text }) {
    if (this.isolated !== null && this.isolated >= classes.length) this.isolated = null;
    const number = formatter(lang, 0);
    const summary = make("summary", {}, make("span.legend-title", {}, title), make("small", {}, titleUnit ? ` ${titleUnit}` : ""));
    const body = make("tbody", {}, ...classes.map((row, i) => this.row(row, i, number, modelled)));
    const head = make("thead", {}, make("tr", {}, make("th"), make("th", { scope: "col" }, text.areas),
      make("th", { scope: "col" }, text.people)));
    const panel = make("details", { open: this.isOpen }, summary, make("table", {}, head, body));
    panel.addEventListener("toggle", () => { this.isOpen = panel.open; });
    this.box.replaceChildren(panel);
  }

  row([colour, label, areas, people, kind], i, number, modelled) {
    const swatch = make(`i.swatch.is-${kind}`, {});
    swatch.style.setProperty("--colour", colour);
    if (modelled && kind === "class") swatch.classList.add("is-modelled");
    const button = make("button", { type: "button", "aria-pressed": String(this.isolated === i) }, swatch, label);
    button.addEventListener("click", () => this.toggle(i));
    return make("tr", {}, make("td", {}, button), make("td.count", {}, number(areas)), make("td.people", {}, people));
  }

  toggle(i) {
    this.isolated = this.isolated === i ? null : i;
    this.box.querySelectorAll("tbody button").forEach((button, at) => {
      button.setAttribute("aria-pressed", String(at === this.isolated));
    });
    this.onIsolate();
  }
}
