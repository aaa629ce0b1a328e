// saved views one after the other, over everything else; the page brings all words
const KEYS = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1,
  ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
};
// Streamlit may call us again before it has ended the last call, or put us in a new place: the presentation goes on.
// Module state, one page: by whom it is held, the slide it is at, the last run that the viewer has ended
const open = new WeakMap();
const now = { run: null, at: 0, ended: null, dialogs: 0 };

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
  if (slide.badge) head.append(make("p", slide.imported ? "badge imported" : "badge", slide.badge));
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
  if (now.run !== data.run) Object.assign(now, { run: data.run, at: 0 });
  const go = (step) => {
    now.at = Math.min(Math.max(now.at + step, 0), data.slides.length - 1);
    draw(dialog, data, now.at);
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
  let isWide = false;
  const left = () => {
    if (isWide && !document.fullscreenElement) dialog.close();
    isWide = Boolean(document.fullscreenElement);
  };
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    now.dialogs -= 1;
    document.removeEventListener("keydown", keys, true);
    document.removeEventListener("fullscreenchange", left);
    // another may have taken over: the full screen is its own then
    if (!now.dialogs && document.fullscreenElement) document.exitFullscreen();
  };
  dialog.addEventListener("click", (event) => go(event.clientX < window.innerWidth / 3 ? -1 : 1));
  dialog.addEventListener("close", () => {
    if (isOver) return;
    now.ended = data.run;
    over();
    dialog.remove();
    send("closed", Date.now());
  });
  // the pictures to come are there before they are asked for
  data.slides.forEach((slide) => { new Image().src = new URL(data.base + slide.picture, location.origin).href; });
  go(0);
  parent.append(dialog);
  dialog.showModal();
  dialog.focus();
  now.dialogs += 1;
  document.addEventListener("keydown", keys, true);
  document.addEventListener("fullscreenchange", left);
  if (navigator.userActivation?.isActive) wide();
  return () => { over(); dialog.remove(); };
};

export default ({ data, parentElement: parent, setTriggerValue: send }) => {
  const was = open.get(parent);
  const mine = { run: data.run, stop: was?.stop };
  if (was?.run !== data.run) {
    was?.stop?.();
    mine.stop = now.ended === data.run ? undefined : start(parent, data, send);
  }
  open.set(parent, mine);
  return () => {
    // a call that another has followed holds nothing any more
    if (open.get(parent) !== mine) return;
    open.delete(parent);
    mine.stop?.();
  };
};
