// @ts-check
// Elements, made where they are used. Text is never read as HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element: what begins with "on" listens, what the element has as a property is set so, the rest are attributes. null and false leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  element.append(...nodes(children));
  return element;
}

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== false && value !== undefined) element.setAttribute(key, String(value));
  element.append(...nodes(children));
  return /** @type {any} */ (element);
}

/** @param {(Child | Child[])[]} children */
const nodes = (children) => children.flat().filter((child) => child !== null && child !== undefined && child !== false).map((child) => typeof child === "number" ? String(child) : /** @type {Node | string} */ (child));

/**
 * @param {HTMLElement} element
 * @param {Record<string, any>} properties
 */
function set(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key in element && !key.includes("-") && key !== "list" && key !== "form") /** @type {any} */ (element)[key] = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, String(value));
  }
}

/** @param {Element} element @param {...(Child | Child[])} children */
export const fill = (element, ...children) => element.replaceChildren(...nodes(children));

/**
 * A drawing of 16 by 16 for a button that says in words what it does.
 * @param {string} path
 */
export const icon = (path) => svg("svg", { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: path }));

export const icons = {
  run: "M4 2.5v11l9-5.5z", pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z", step: "M3 2.5v11l7-5.5zM11 2.5h2v11h-2z",
  again: "M8 2.2A5.8 5.8 0 1 0 13.8 8h-1.7A4.1 4.1 0 1 1 8 3.9v2.3l4-3.1L8 0z", up: "M8 4l5 6H3z", down: "M8 12L3 6h10z", remove: "M3 4.2L4.2 3 8 6.8 11.8 3 13 4.2 9.2 8l3.8 3.8-1.2 1.2L8 9.2 4.2 13 3 11.8 6.8 8z",
  copy: "M5 1h8v10h-2V3H5zM2 4h8v11H2zm1.5 1.5v8h5v-8z", dice: "M2 2h12v12H2zm3 2a1.2 1.2 0 1 0 .01 0zm6 0a1.2 1.2 0 1 0 .01 0zM8 6.8a1.2 1.2 0 1 0 .01 0zM5 9.6a1.2 1.2 0 1 0 .01 0zm6 0a1.2 1.2 0 1 0 .01 0z",
};

/**
 * A number as people read it: three or four significant digits.
 * @param {number | null | undefined} value
 */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  return (size >= 1e6 || size < 1e-3 ? value.toExponential(2) : size >= 1000 ? value.toFixed(0) : value.toPrecision(size < 1 ? 3 : 4)).replace("-", "−");
}

/** @param {string} text @param {number} most */
export const short = (text, most) => text.length <= most ? text : `…${text.slice(1 - most)}`;

/**
 * A function that is called once it has not been asked for a while.
 * @template {any[]} Arguments
 * @param {number} milliseconds
 * @param {(...given: Arguments) => void} what
 */
export function settled(milliseconds, what) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (/** @type {Arguments} */ ...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => what(...given), milliseconds);
  };
}

/** Copies a text. @param {string} text */
export const copy = (text) => navigator.clipboard.writeText(text);

/** @param {string} label @param {() => string} text @param {(said: string) => void} say */
export const copyButton = (label, text, say) => el("button", { type: "button", className: "plain small", onclick: () => copy(text()).then(() => say("Copied."), () => say("The browser does not let the page copy.")) }, icon(icons.copy), label);

/** @param {string} accept */
export const pickFile = (accept) => new Promise((/** @type {(file: File | null) => void} */ resolve) => {
  const input = el("input", { type: "file", accept });
  input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
  input.addEventListener("cancel", () => resolve(null));
  input.click();
});
