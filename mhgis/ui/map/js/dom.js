// Small helpers around the document; nothing of maps.

/** Make an element: a tag with classes ("button.chip"), its attributes or properties, its children. */
export function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in element && !key.startsWith("aria")) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Run a function once things have been quiet for a while. */
export function settled(milliseconds, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds, ...values);
  };
}

/** Whether the viewer asked for less movement. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
