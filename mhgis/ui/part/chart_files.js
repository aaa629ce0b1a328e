// the picture of a figure to the clipboard or into a file; the page brings all words
// a button may be called anew before it has ended the call before: the last call holds it
const open = new WeakMap();
const SCALE = 3;
const WAIT_MS = 60000;
// pixels of white around a chart
const RIM = 16;

const make = (tag, name, text) => {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
};

const dataUrl = (blob) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(blob);
});

const fetched = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.blob();
};

// a chart as one SVG: its layers over each other, its fonts inside
const svgOf = async (data) => {
  const layers = [...document.querySelectorAll(`.st-key-${CSS.escape(data.chart)} .main-svg`)];
  const { width, height } = layers[0].getBoundingClientRect();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("width", width + 2 * RIM);
  svg.setAttribute("height", height + 2 * RIM);
  svg.setAttribute("viewBox", `${-RIM} ${-RIM} ${width + 2 * RIM} ${height + 2 * RIM}`);
  const faces = await Promise.all(data.fonts.map(async ([weight, url]) => `@font-face{font-family:"Noto Sans SC";` +
    `font-weight:${weight};src:url(${await dataUrl(await fetched(new URL(url, location.origin).href))})}`));
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = faces.join("");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("x", -RIM);
  ground.setAttribute("y", -RIM);
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", "#fff");
  svg.append(style, ground);
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    copy.querySelectorAll(".hoverlayer, .draglayer, .modebar").forEach((node) => node.remove());
    svg.append(copy);
  }
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
};

const pngOf = async (svg) => {
  const image = new Image();
  image.src = await dataUrl(svg);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * SCALE);
  canvas.height = Math.round(image.height * SCALE);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), WAIT_MS);
};

const build = (at) => {
  const box = make("div", "picture", "");
  const said = make("p", "said", "");
  said.setAttribute("role", "status");
  const one = { box, said, answer: null };
  // of a map the server draws the picture: asked for now, it comes with a later call
  const drawn = () => new Promise((done, failed) => {
    one.answer = done;
    setTimeout(() => failed(new Error("no picture")), WAIT_MS);
    one.send("asked", String(Date.now()));
  }).then((path) => fetched(new URL(one.data.base + path, location.origin).href));
  const png = () => (one.data.chart ? svgOf(one.data).then(pngOf) : drawn());
  const acts = {
    // written at once, with the picture to come: a browser allows it only while the click lasts
    copy: () => navigator.clipboard.write([new ClipboardItem({ "image/png": png() })]),
    png: async () => save(await png(), `${one.data.file}.png`),
    svg: async () => save(await svgOf(one.data), `${one.data.file}.svg`),
  };
  for (const act of Object.keys(acts)) {
    const button = make("button", act, "");
    button.onclick = async () => {
      said.textContent = one.data.text.wait;
      try {
        await acts[act]();
        said.textContent = act === "copy" ? one.data.text.copied : "";
      } catch (error) {
        console.info(error);
        said.textContent = act === "copy" ? one.data.text.refused : one.data.text.failed;
      }
    };
    box.append(button);
  }
  box.append(said);
  at.append(box);
  return one;
};

export default ({ data, parentElement: at, setTriggerValue: send }) => {
  const one = open.get(at) ?? build(at);
  open.set(at, one);
  const call = {};
  Object.assign(one, { data, send, call });
  for (const button of one.box.querySelectorAll("button")) {
    button.textContent = data.text[button.className];
    button.hidden = !data.acts.includes(button.className);
  }
  if (data.picture) one.answer?.(data.picture);
  return () => {
    if (one.call !== call) return;
    open.delete(at);
    one.box.remove();
  };
};
