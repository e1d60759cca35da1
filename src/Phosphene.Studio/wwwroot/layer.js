// @ts-check
// A layer as a grid of its channels, whose pictures come as they are made, those on the screen first.

import { ApiError } from "./api.js";
import { el, fill } from "./dom.js";
import { amend, go, link } from "./history.js";
import { objectiveOf, titleOf, usualLayer } from "./map.js";

/** @typedef {import("./types.js").Layer} Layer */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").View} View */

/** @implements {View} */
export class LayerView {
  /** @type {Model | null} */
  #model = null;
  /** @type {Layer | null} */
  #layer = null;
  #asked = 0;

  /** @param {import("./types.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.title = el("h1", {});
    this.facts = el("p", { className: "facts" });
    this.ways = el("p", { className: "ways" });
    this.find = el("input", { type: "search", placeholder: "number or label", "aria-label": "Find a channel", autocomplete: "off", oninput: () => this.#filter() });
    this.sizes = el("fieldset", { className: "choice" }, el("legend", {}, "size"), ["small", "usual", "large"].map((size) => el("label", {}, el("input", { type: "radio", name: "grid-size", value: size, checked: size === "usual", onchange: () => { this.grid.dataset.size = size; } }), el("span", {}, size))));
    this.count = el("output", {});
    this.grid = el("div", { className: "grid" });
    this.element = el("section", { className: "view layer-view" },
      el("header", { className: "layer-head" }, el("div", {}, this.title, this.facts), this.ways),
      el("div", { className: "tools" }, el("label", { className: "find" }, this.find), this.sizes, this.count),
      this.grid,
      el("p", { className: "caption" }, "Each picture is what makes its channel respond most, by the recipe ", el("i", {}, "swift"), " with seed 0: coarse at first, then refined while it is on the screen. A picture shows one thing that a channel responds to, not all."));
  }

  /** @param {URLSearchParams} params */
  async show(params) {
    const request = ++this.#asked, model = await this.studio.model(params.get("model") ?? this.studio.models[0].name);
    if (request !== this.#asked) return;
    const asked = params.get("layer"), named = asked === null ? null : model.layers.find((layer) => layer.name === asked);
    if (named === undefined) this.studio.fail(new ApiError(404, `There is no layer '${asked}' in ${model.name}; this is another one.`));
    const layer = named ?? usualLayer(model);
    const at = Number(params.get("at") ?? -1);
    if (params.get("layer") !== layer.name || params.get("model") !== model.name) amend(link("layer", { model: model.name, layer: layer.name }));
    if (model === this.#model && layer === this.#layer) {
      this.#tiles()[at]?.focus();
      return;
    }
    [this.#model, this.#layer] = [model, layer];
    const place = model.layers.indexOf(layer), before = model.layers[place - 1], behind = model.layers[place + 1];
    fill(this.title, layer.title);
    document.title = `${layer.title} · ${model.name} · Phosphene`;
    const facts = layer.isClasses ? `${layer.channels} classes` : `${layer.channels} channels${layer.height * layer.width > 1 ? `, ${layer.height} × ${layer.width} positions` : ""}`;
    this.facts.textContent = layer.title === layer.name ? facts : `${layer.name} · ${facts}`;
    const to = (/** @type {Layer} */ other) => link("layer", { model: model.name, layer: other.name });
    fill(this.ways, before ? el("a", { href: to(before), rel: "prev", title: before.name }, `‹ ${before.title}`) : null, behind ? el("a", { href: to(behind), rel: "next", title: behind.name }, `${behind.title} ›`) : null);
    this.find.value = this.count.value = "";
    this.grid.setAttribute("aria-label", `The channels of ${layer.name}`);
    fill(this.grid, Array.from({ length: layer.channels }, (_, channel) => {
      const label = layer.isClasses ? model.labels[channel] : undefined;
      return el("a", { href: link("unit", { model: model.name, objective: objectiveOf(layer, channel) }), data: { channel: String(channel), label: label?.toLowerCase() ?? "" }, title: label ?? null },
        this.studio.pictures.of(model.name, `${layer.name}:${channel}`, { rank: 0, words: titleOf(model, layer, channel) }), el("b", {}, channel), label ? el("span", { className: "label" }, label.split(",")[0]) : null);
    }));
    scrollTo(0, 0);
    this.#tiles()[at]?.focus();
  }

  leave() {
    this.#asked++;
  }

  #tiles() {
    return /** @type {HTMLElement[]} */ ([...this.grid.querySelectorAll("a:not([hidden])")]);
  }

  #filter() {
    const asked = this.find.value.trim().toLowerCase();
    for (const tile of /** @type {NodeListOf<HTMLElement>} */ (this.grid.querySelectorAll("a"))) tile.hidden = asked !== "" && tile.dataset.channel !== asked && !(tile.dataset.label ?? "").includes(asked);
    const shown = this.#tiles().length;
    this.count.value = asked ? `${shown} of ${this.#layer?.channels}` : "";
  }

  /** @param {number} across @param {number} down */
  #move(across, down) {
    const tiles = this.#tiles();
    if (tiles.length === 0) return false;
    const here = tiles.indexOf(/** @type {HTMLElement} */ (document.activeElement)), second = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop);
    const next = tiles[here < 0 ? 0 : here + across + down * (second < 0 ? tiles.length : second)];
    next?.focus();
  }

  /** @param {number} by */
  #neighbour(by) {
    const model = this.#model, layer = this.#layer;
    const next = model && layer ? model.layers[model.layers.indexOf(layer) + by] : null;
    if (model && next) go(link("layer", { model: model.name, layer: next.name }));
  }

  keys = {
    ArrowLeft: () => this.#move(-1, 0), h: () => this.#move(-1, 0), ArrowRight: () => this.#move(1, 0), l: () => this.#move(1, 0),
    ArrowUp: () => this.#move(0, -1), k: () => this.#move(0, -1), ArrowDown: () => this.#move(0, 1), j: () => this.#move(0, 1),
    "[": () => this.#neighbour(-1), "]": () => this.#neighbour(1),
    "/": () => { this.find.focus(); this.find.select(); },
    Escape: () => { if (this.#model) go(link("unit", { model: this.#model.name })); },
  };
}
