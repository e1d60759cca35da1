// @ts-check
// The keys, and the list of them.

import { el } from "./dom.js";

/** @type {[string, string][]} */
const told = [
  ["← → h l", "the unit before, behind; in a grid, to its side"], ["↑ ↓ k j", "in a grid, up and down"], ["[ ]", "the layer before, behind"], ["/", "find"], ["Enter", "open"], ["Esc", "up; close"],
  ["Space", "pause, go on; in the camera, freeze"], [".", "one step"], ["r", "again with another seed"], ["1 2 4", "so many recipes side by side"], ["Ctrl Z", "undo a change"], ["Ctrl Shift Z", "redo it"], ["?", "these keys"],
];

/** @param {Element} target */
const isField = (target) => target.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea, select");

/**
 * Gives keys to what is shown.
 * @param {() => Record<string, (event: KeyboardEvent) => boolean | void>} keys of the view that is shown, and of all
 * @param {() => boolean} undo @param {() => void} redo
 */
export function listen(keys, undo, redo) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isField(target)) {
      if (event.shiftKey) redo();
      else if (!undo()) return;
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(target)) {
      if (event.key === "Escape") /** @type {HTMLElement} */ (target).blur();
      return;
    }
    // What has keys of its own keeps them.
    if (target.matches("input[type=range], input[type=radio], [data-keys=own]") && event.key.startsWith("Arrow")) return;
    if (target.matches("button, a, summary, input, [data-keys=own]") && (event.key === " " || event.key === "Enter")) return;
    if (event.key === "?") return help();
    const taken = keys()[event.key];
    if (taken && taken(event) !== false) event.preventDefault();
  });
}

export function help() {
  const dialog = el("dialog", { "aria-label": "Keys" }, el("h2", {}, "Keys"),
    el("dl", {}, told.map(([key, what]) => [el("dt", {}, key.split(" ").map((one) => el("kbd", {}, one))), el("dd", {}, what)]).flat()),
    el("form", { method: "dialog" }, el("button", { className: "plain" }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
