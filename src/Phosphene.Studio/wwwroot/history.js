// @ts-check
// The address says what is shown; a change that was made is a place in the history, so that back undoes it.

/** @typedef {import("./types.js").Route} Route */

/** @returns {Route} */
export function read() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { tab: path || "unit", params: new URLSearchParams(query) };
}

/**
 * The address of something.
 * @param {string} tab
 * @param {URLSearchParams | Record<string, string | number | null | undefined>} params
 */
export function link(tab, params) {
  const given = params instanceof URLSearchParams ? params : new URLSearchParams(Object.entries(params).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, String(value)]));
  // What a fragment can hold as it is stays readable.
  const query = String(given).replaceAll("%3A", ":").replaceAll("%2F", "/").replaceAll("%28", "(").replaceAll("%29", ")").replaceAll("%2C", ",").replaceAll("%7C", "|").replaceAll("%40", "@");
  return `#/${tab}${query ? `?${query}` : ""}`;
}

/** How many changes can be undone: how far we are from where this tab began. */
const depth = () => /** @type {{depth?: number} | null} */ (history.state)?.depth ?? 0;

/** Where each tab was last, for its link to lead back there. @type {Record<string, string>} */
export const places = {};
const note = () => { if (location.hash.length > 2) places[read().tab] = location.hash; };

/** @type {Set<(route: Route) => void>} */
const listeners = new Set();

/** @param {(route: Route) => void} listener */
export const onChange = (listener) => void listeners.add(listener);

const tell = () => { note(); for (const listener of listeners) listener(read()); };

addEventListener("popstate", tell);

/** Goes somewhere. @param {string} hash */
export function go(hash) {
  if (hash !== location.hash) history.pushState({ depth: depth() + 1 }, "", hash);
  tell();
}

/** A change was made and is shown already. @param {string} hash */
export function commit(hash) {
  if (hash !== location.hash) history.pushState({ depth: depth() + 1 }, "", hash);
  note();
}

/** The same place, said better. @param {string} hash */
export function amend(hash) {
  history.replaceState(history.state, "", hash);
  note();
}

/** @returns {boolean} whether there was something to undo */
export function undo() {
  if (depth() === 0) return false;
  history.back();
  return true;
}

export const redo = () => history.forward();

// Links within the page do not lose count.
addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target).closest?.("a[href^='#/']");
  if (!target || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(/** @type {HTMLAnchorElement} */ (target).hash);
});
