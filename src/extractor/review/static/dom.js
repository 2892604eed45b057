// Elements are made from text nodes only: what an article says never becomes markup.

// Controls that turn or hide text; they are shown by name, so that nobody reads something else than what is there.
const BIDI = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Text as nodes, with controls as small badges. */
function show(text) {
  const made = document.createDocumentFragment();
  let plain = "";
  for (const unit of String(text)) {
    if (!BIDI.test(unit)) { plain += unit; continue; }
    if (plain) made.append(plain);
    plain = "";
    const badge = document.createElement("span");
    badge.className = "control";
    badge.dataset.name = controlName(unit);
    made.append(badge);
  }
  if (plain) made.append(plain);
  return made;
}

function controlName(unit) {
  return "U+" + unit.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** Text for attributes, options and titles: controls by name. */
function flat(text) {
  return Array.from(String(text), (unit) => (BIDI.test(unit) ? `[${controlName(unit)}]` : unit)).join("");
}

/** An element. Properties: `class`, `data` and `on` are objects or strings; others are attributes; null is left out. */
function h(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, call] of Object.entries(value)) element.addEventListener(event, call);
    else if (key === "data") for (const [field, text] of Object.entries(value)) element.dataset[field] = text;
    else if (key === "value") element.value = flat(value);
    else if (key === "checked") element.checked = Boolean(value);
    else element.setAttribute(key, value === true ? "" : flat(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : show(child));
  }
}

function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

const $ = (id) => document.getElementById(id);

function button(key, call, properties = {}) {
  return h("button", { type: "button", ...properties, on: { click: call } }, t(key));
}

let toastTimer = 0;
function toast(text, bad = false) {
  const place = $("toast");
  fill(place, text);
  place.className = bad ? "on bad" : "on";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.className = ""; }, 3500);
}

/** A dialog over the page; gives a function that closes it. */
function dialog(title, ...children) {
  const before = document.activeElement;
  const close = () => { fill($("layer")); if (before && before.focus) before.focus(); };
  const box = h("div", { class: "dialog", role: "dialog", tabindex: "-1", "aria-modal": "true", "aria-label": title },
    h("h2", null, title), ...children);
  fill($("layer"), h("div", { class: "shade", on: { click: (e) => { if (e.target.className === "shade") close(); } } }, box));
  box.addEventListener("keydown", (e) => { if (e.key === "Escape") { e.stopPropagation(); close(); } });
  (box.querySelector("textarea, input, select") || box).focus();
  return close;
}

function saveFile(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
