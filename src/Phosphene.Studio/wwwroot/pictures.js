// @ts-check
// Small pictures of units. Whoever shows one need not ask for it: what comes on the screen is wanted, first what is largest there.

import { post } from "./api.js";
import { el, settled } from "./dom.js";

/** @typedef {import("./types.js").Picture} Picture */

const mostWanted = 600, mostKept = 6_000;

export class Pictures {
  /** @type {Map<string, Picture>} */
  #known = new Map();
  /** @type {Map<string, Set<HTMLElement>>} what shows a unit */
  #shown = new Map();
  /** @type {Map<HTMLElement, number>} what is on the screen, and its rank */
  #onScreen = new Map();
  #watch = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "150px" });
  #ask = settled(60, () => this.#post());
  #asked = "";

  /**
   * @param {string} page
   * @param {import("./stream.js").Stream} stream
   */
  constructor(page, stream) {
    this.page = page;
    this.stream = stream;
    stream.on("picture", (picture) => this.#take(picture));
  }

  /**
   * A picture of a unit, which fills by itself.
   * @param {string} model
   * @param {string} unit "layer:channel"
   * @param {{rank?: number, words?: string}} [options] rank: what is wanted first is 0; words: instead of the unit's name
   */
  of(model, unit, { rank = 1, words = unit } = {}) {
    const image = el("img", { alt: "", width: 96, height: 96, decoding: "async", draggable: false });
    const element = el("span", { className: "thumb", data: { model, unit, rank: String(rank), words } }, image);
    const key = keyOf(model, unit);
    let shown = this.#shown.get(key);
    if (!shown) this.#shown.set(key, shown = new Set());
    shown.add(element);
    this.#watch.observe(element);
    const known = this.#known.get(key);
    if (known) paint(element, known);
    else image.alt = `${words}, not made yet`;
    return element;
  }

  /** The picture of a unit that is known already. @param {string} model @param {string} unit */
  known(model, unit) {
    return this.#known.get(keyOf(model, unit)) ?? null;
  }

  /** The connection was lost: what is wanted is said again. */
  again() {
    this.#asked = "";
    this.#ask();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const element = /** @type {HTMLElement} */ (target);
      if (isIntersecting) this.#onScreen.set(element, Number(element.dataset.rank));
      else this.#onScreen.delete(element);
      if (!element.isConnected) {
        this.#watch.unobserve(element);
        this.#shown.get(keyOf(element.dataset.model ?? "", element.dataset.unit ?? ""))?.delete(element);
      }
    }
    this.#ask();
  }

  async #post() {
    await this.stream.opened;
    const wanted = [...this.#onScreen].sort((a, b) => a[1] - b[1]).map(([element]) => element);
    const model = wanted[0]?.dataset.model;
    if (!model) return;
    // One model at a time.
    const units = [...new Set(wanted.filter((element) => element.dataset.model === model).map((element) => element.dataset.unit ?? ""))].filter((unit) => !this.known(model, unit)?.isFinal).slice(0, mostWanted);
    const text = JSON.stringify([model, units]);
    if (text === this.#asked) return;
    this.#asked = text;
    try {
      const { ready } = /** @type {{ready: Picture[]}} */ (await post("/api/pictures", { page: this.page, model, units }));
      for (const picture of ready) this.#take(picture);
    } catch {
      this.#asked = "";
    }
  }

  /** @param {Picture} picture */
  #take(picture) {
    const key = keyOf(picture.model, picture.unit);
    this.#known.delete(key);
    this.#known.set(key, picture);
    if (this.#known.size > mostKept) this.#known.delete(this.#known.keys().next().value ?? "");
    const shown = this.#shown.get(key);
    for (const element of shown ?? []) {
      if (element.isConnected) paint(element, picture);
      else shown?.delete(element);
    }
  }
}

/** @param {string} model @param {string} unit */
const keyOf = (model, unit) => `${model}\n${unit}`;

/** @param {HTMLElement} element @param {Picture} picture */
function paint(element, picture) {
  const image = /** @type {HTMLImageElement} */ (element.firstElementChild), words = element.dataset.words ?? picture.unit;
  element.dataset.state = picture.failure ? "failed" : picture.isFinal ? "final" : "coarse";
  if (picture.failure) element.title = picture.failure;
  if (picture.image) image.src = picture.image;
  image.alt = picture.failure ? `${words}: ${picture.failure}` : words;
}
