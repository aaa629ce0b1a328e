// saved views one after the other, over everything else; the page brings all words
const KEYS = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1,
  ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
};
const open = new WeakMap();

const make = (tag, name, text, lang) => {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  if (lang) node.lang = lang;
  return node;
};

const lines = (name, texts, langs, tag = "p") => {
  const box = make("div", name);
  texts.forEach((text, i) => text && box.append(make(tag, i ? "second" : "", text, langs[i])));
  return box;
};

const legend = (slide) => {
  const table = make("table", "legend");
  const head = table.createTHead().insertRow();
  const title = make("th");
  title.colSpan = 2;
  title.append(lines("", slide.legendTitle, slide.langs, "div"), make("small", "", slide.legendUnit));
  head.append(title, ...slide.heads.map((text) => make("th", "number", text)));
  const body = table.createTBody();
  for (const [colour, kind, labels, areas, people] of slide.rows) {
    const row = body.insertRow();
    const swatch = make("i", kind);
    swatch.style.setProperty("--colour", colour);
    row.insertCell().append(swatch);
    row.insertCell().append(lines("", labels, slide.langs, "div"));
    row.append(make("td", "number", areas), make("td", "number", people));
  }
  return table;
};

const draw = (dialog, data, at) => {
  const slide = data.slides[at];
  const head = make("header");
  head.append(lines("title", slide.titles, slide.langs, "h1"), lines("subtitle", slide.subtitles, slide.langs));
  if (slide.badge) head.append(make("p", "badge", slide.badge));
  const main = make("main");
  const picture = make("img");
  picture.src = new URL(data.base + slide.picture, location.origin).href;
  picture.alt = slide.titles[0];
  const side = make("section");
  side.append(legend(slide), lines("note", slide.notes, slide.langs));
  main.append(picture, side);
  const foot = make("footer");
  foot.append(lines("", slide.foot, slide.footLangs), make("p", "count", `${at + 1} / ${data.slides.length}`));
  const close = make("button", "close", "×");
  close.setAttribute("aria-label", data.close);
  close.onclick = (event) => { event.stopPropagation(); dialog.close(); };
  dialog.replaceChildren(close, head, main, foot);
  dialog.dataset.at = at;
  dialog.setAttribute("aria-label", slide.titles.join(" "));
};

const start = (parent, data, send) => {
  const dialog = make("dialog", "present");
  dialog.tabIndex = -1;
  let at = 0;
  const go = (step) => {
    at = Math.min(Math.max(at + step, 0), data.slides.length - 1);
    draw(dialog, data, at);
  };
  const wide = () => document.fullscreenElement ?? document.documentElement.requestFullscreen?.().catch(() => {});
  const keys = (event) => {
    if (!dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = KEYS[event.key] ?? { Home: -data.slides.length, End: data.slides.length }[event.key];
    event.stopPropagation();
    if (step === undefined) return;
    event.preventDefault();
    wide();
    go(step);
  };
  // leaving the full screen is leaving the presentation: there Escape goes to the browser
  const left = () => document.fullscreenElement || dialog.close();
  const over = () => {
    document.removeEventListener("keydown", keys, true);
    document.removeEventListener("fullscreenchange", left);
    if (document.fullscreenElement) document.exitFullscreen();
  };
  document.addEventListener("keydown", keys, true);
  document.addEventListener("fullscreenchange", left);
  dialog.addEventListener("click", (event) => go(event.clientX < window.innerWidth / 3 ? -1 : 1));
  dialog.addEventListener("close", () => { over(); dialog.remove(); send("closed", Date.now()); });
  // the pictures to come are there before they are asked for
  data.slides.forEach((slide) => { new Image().src = new URL(data.base + slide.picture, location.origin).href; });
  go(0);
  parent.append(dialog);
  dialog.showModal();
  dialog.focus();
  if (navigator.userActivation?.isActive) wide();
  return { stop: () => { over(); dialog.remove(); } };
};

export default ({ data, parentElement: parent, setTriggerValue: send }) => {
  if (open.get(parent)?.run !== data.run) {
    open.get(parent)?.stop();
    open.set(parent, { run: data.run, ...start(parent, data, send) });
  }
  return () => { open.get(parent)?.stop(); open.delete(parent); };
};
