// @ts-check
// A mask, painted on the picture: where it may change, and where it is kept.

import { send } from "./api.js";
import { el } from "./dom.js";

/** @typedef {"free" | "kept"} Painted what the brush makes of a place */

export class MaskPainter {
  /** @type {[number, number]} where the brush is, in pixels of the picture: y, x */
  #at = [0, 0];
  #isPainting = false;
  #isEmpty = true;

  /**
   * @param {HTMLCanvasElement} picture what is painted on
   * @param {(image: string | null) => Promise<void>} given a mask, as a dropped image; null: none
   * @param {() => void} closed
   */
  constructor(picture, given, closed) {
    this.picture = picture;
    this.given = given;
    /** @type {Painted} */
    this.brush = "free";
    this.canvas = el("canvas", { className: "mask", tabIndex: 0, data: { keys: "own" }, role: "application", "aria-label": "The mask. Arrow keys move the brush, Space paints.", width: picture.width, height: picture.height });
    this.size = el("input", { type: "range", min: "2", max: "50", value: "14", "aria-label": "Size of the brush, in percent of the picture" });
    const choice = (/** @type {Painted} */ value, /** @type {string} */ words) => el("label", {}, el("input", { type: "radio", name: "brush", checked: value === this.brush, onchange: () => { this.brush = value; } }), el("span", {}, words));
    this.tools = el("div", { className: "mask-tools", role: "group", "aria-label": "Mask" },
      el("fieldset", { className: "choice" }, el("legend", {}, "paint what"), choice("free", "may change"), choice("kept", "is kept")),
      el("label", { className: "parameter" }, el("span", { className: "name" }, "brush"), this.size),
      el("button", { type: "button", className: "plain small", onclick: () => this.clear() }, "Clear"), el("button", { type: "button", className: "plain small", onclick: () => this.close() }, "Done"));
    this.#context.fillStyle = "#fff";
    this.canvas.addEventListener("pointerdown", (event) => { this.canvas.setPointerCapture(event.pointerId); this.#isPainting = true; this.#begin(); this.#paint(this.#place(event)); });
    this.canvas.addEventListener("pointermove", (event) => { if (this.#isPainting) for (const one of event.getCoalescedEvents?.() ?? [event]) this.#paint(this.#place(one)); });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) this.canvas.addEventListener(end, () => { if (this.#isPainting) { this.#isPainting = false; this.#give(); } });
    this.canvas.addEventListener("keydown", (event) => this.#onKey(event));
    this.closed = closed;
  }

  get #context() {
    return /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height * this.canvas.height, (event.clientX - box.left) / box.width * this.canvas.width];
  }

  // What is tinted is kept. The first stroke says whether what is not painted is kept or free.
  #begin() {
    if (!this.#isEmpty) return;
    this.#isEmpty = false;
    const context = this.#context;
    context.globalCompositeOperation = "source-over";
    if (this.brush === "free") context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @param {[number, number]} place */
  #paint([y, x]) {
    this.#at = [y, x];
    const context = this.#context;
    context.globalCompositeOperation = this.brush === "free" ? "destination-out" : "source-over";
    context.beginPath();
    context.arc(x, y, Number(this.size.value) / 200 * Math.min(this.canvas.height, this.canvas.width), 0, 2 * Math.PI);
    context.fill();
  }

  async #give() {
    // On the canvas what is opaque is kept; in the mask what is white is free.
    const mask = el("canvas", { width: this.canvas.width, height: this.canvas.height }), context = /** @type {CanvasRenderingContext2D} */ (mask.getContext("2d"));
    context.drawImage(this.canvas, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = "#000";
    context.fillRect(0, 0, mask.width, mask.height);
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, mask.width, mask.height);
    const file = await new Promise((/** @type {(file: Blob | null) => void} */ resolve) => mask.toBlob(resolve, "image/png"));
    if (file) await this.given((await send("/api/images", file)).id);
  }

  /** Nothing is kept. */
  async clear() {
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.#isEmpty = true;
    await this.given(null);
  }

  close() {
    this.canvas.remove();
    this.tools.remove();
    this.closed();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = Math.min(this.canvas.height, this.canvas.width) / 20, [y, x] = this.#at;
    const move = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] }[event.key];
    if (move) this.#at = [Math.min(this.canvas.height, Math.max(0, y + move[0])), Math.min(this.canvas.width, Math.max(0, x + move[1]))];
    else if (event.key === " ") { this.#begin(); this.#paint(this.#at); this.#give(); }
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
