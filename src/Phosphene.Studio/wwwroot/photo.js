// @ts-check
// A photo, and the units that fire on it: at the place that is pointed at, over all of it, for a class; and what to change for more.

import { ApiError, address, get, post, send } from "./api.js";
import { el, fill, number, pickFile, settled } from "./dom.js";
import { amend, commit, go, link } from "./history.js";
import { objectiveOf, titleOf, usualLayer } from "./map.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Layer} Layer */
/** @typedef {import("./types.js").FiringUnit} FiringUnit */

const unitsShown = 12;
/** Blue for what speaks for a class, orange for what speaks against it; both stand out in light and in dark. */
const plus = [42, 109, 176], minus = [214, 96, 24];

/** @implements {View} */
export class PhotoView {
  /** @type {Model | null} */
  #model = null;
  /** @type {Layer | null} */
  #layer = null;
  #image = "";
  /** @type {[number, number] | null} the place that is looked at, y and x from 0 to 1; null: everywhere */
  #place = null;
  #isPinned = false;
  /** @type {number | null} */
  #unit = null;
  #change = "";
  /** @type {AbortController} */
  #asking = new AbortController();
  #grid = [1, 1];

  /** @param {import("./types.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.empty = el("div", { className: "empty" }, el("h1", {}, "What fires on a photo?"), el("p", {}, "Drop a photo anywhere on this page, or ", el("button", { type: "button", className: "link", onclick: () => this.#open() }, "choose one"), ". Point at a place to see which units respond to it, each with the picture that makes it respond most."));
    this.photo = el("img", { alt: "The photo as the network sees it", draggable: false });
    this.heat = el("canvas", { className: "heat", width: 1, height: 1, "aria-hidden": "true" });
    this.cross = el("span", { className: "cross", hidden: true, "aria-hidden": "true" });
    this.pad = el("div", { className: "pad", tabIndex: 0, data: { keys: "own" }, role: "application", "aria-label": "The photo. Point at a place, or move over it with the arrow keys, to see which units fire there." }, this.photo, this.heat, this.cross);
    this.caption = el("p", { className: "caption", role: "status" });
    this.classes = el("ol", { className: "classes", "aria-label": "What the network takes it for" });
    this.layers = el("select", { "aria-label": "Layer", onchange: () => this.#show({ layer: this.layers.value, unit: null }) });
    this.here = el("h2", {});
    this.units = el("div", { className: "units" });
    this.ranked = el("p", { className: "remark" });
    this.about = el("div", { className: "about", "aria-live": "polite" });
    this.all = el("div", { className: "all-layers" });
    this.content = el("div", { className: "seen", hidden: true },
      el("div", { className: "seen-photo" }, this.pad, this.caption, this.classes, el("p", { className: "tools" }, el("button", { type: "button", className: "plain small", onclick: () => this.#open() }, "Another photo …"), el("button", { type: "button", className: "plain small", onclick: () => this.#dream() }, "Begin a picture from it"))),
      el("div", { className: "seen-units" }, el("div", { className: "row" }, this.here, el("label", { className: "field inline" }, el("span", { className: "name" }, "layer"), this.layers)), this.units, this.ranked, this.about),
      el("section", { className: "seen-all" }, el("h2", {}, "In every layer"), el("p", { className: "caption" }, "What fires most over the whole photo, from early to late: edges first, then textures, then parts of things."), this.all));
    this.element = el("section", { className: "view photo-view" }, this.empty, this.content);
    this.pad.addEventListener("pointermove", (event) => { if (!this.#isPinned && event.pointerType === "mouse") this.#point(this.#placeOf(event)); });
    this.pad.addEventListener("pointerleave", () => { if (!this.#isPinned) this.#point(null); });
    this.pad.addEventListener("click", (event) => this.#pin(this.#placeOf(event)));
    this.pad.addEventListener("keydown", (event) => this.#onKey(event));
    studio.stream.on("change", (change) => this.#changed(change));
  }

  /** @param {URLSearchParams} params */
  async show(params) {
    const model = await this.studio.model(params.get("model") ?? this.studio.models[0].name), ascent = params.get("ascent");
    if (ascent) {
      // The picture on the stage, looked at as a photo.
      const picture = await fetch(`/api/ascents/${encodeURIComponent(ascent)}/picture.png`);
      if (!picture.ok) throw new ApiError(picture.status, "The picture is not there any more.");
      params = new URLSearchParams({ model: model.name, image: (await send("/api/images", await picture.blob())).id });
      amend(link("photo", params));
    }
    // A link may say anything.
    const image = /^[0-9a-f]{16}$/.test(params.get("image") ?? "") ? params.get("image") ?? "" : "", isOther = model !== this.#model || image !== this.#image;
    document.title = "Photo → units · Phosphene";
    this.empty.hidden = image !== "";
    this.content.hidden = image === "";
    this.#layer = model.layers.find((layer) => layer.name === params.get("layer")) ?? (isOther || !this.#layer ? usualLayer(model) : this.#layer);
    this.#unit = params.has("unit") ? Number(params.get("unit")) : null;
    this.#isPinned = params.has("y");
    this.#place = this.#isPinned ? [Number(params.get("y")), Number(params.get("x"))] : null;
    if (isOther) {
      [this.#model, this.#image] = [model, image];
      fill(this.layers, model.layers.map((layer) => el("option", { value: layer.name, title: layer.name }, layer.title)));
      fill(this.classes);
      fill(this.all);
      fill(this.about);
      if (!image) return;
      this.photo.src = address(`/api/photos/${image}.png`, { model: model.name });
      this.#tellClasses();
      this.#tellLayers();
    }
    if (!image) return;
    this.layers.value = this.#layer.name;
    this.#drawCross();
    await Promise.all([this.#askUnits(), this.#askHeat()]);
  }

  leave() {
    this.#asking.abort();
  }

  async #open() {
    const file = await pickFile("image/*");
    if (file) go(link("photo", { model: this.#model?.name ?? this.studio.models[0].name, image: (await send("/api/images", file)).id }));
  }

  /** @param {{layer?: string, unit?: number | null}} change */
  #show(change) {
    const unit = change.unit === undefined ? this.#unit : change.unit;
    commit(link("photo", { model: this.#model?.name, image: this.#image, layer: change.layer ?? this.#layer?.name, y: this.#isPinned ? this.#place?.[0].toFixed(4) : null, x: this.#isPinned ? this.#place?.[1].toFixed(4) : null, unit }));
    this.show(new URLSearchParams(location.hash.split("?")[1])).catch(this.studio.fail);
  }

  #dream() {
    const model = this.#model, layer = this.#layer;
    if (model && layer) go(link("unit", { model: model.name, objective: this.#unit === null ? `deepdream(${objectiveOf(layer, 0).split(":")[0]})` : objectiveOf(layer, this.#unit), start: this.#image }));
  }

  /** @param {MouseEvent} event @returns {[number, number]} */
  #placeOf(event) {
    const box = this.pad.getBoundingClientRect();
    return [clamp((event.clientY - box.top) / box.height), clamp((event.clientX - box.left) / box.width)];
  }

  /** @param {[number, number] | null} place */
  #point(place) {
    this.#place = place;
    this.#drawCross();
    this.#later();
  }

  #later = settled(40, () => this.#askUnits().catch(this.studio.fail));

  /** @param {[number, number] | null} place */
  #pin(place) {
    this.#isPinned = place !== null;
    this.#place = place;
    this.#show({});
  }

  #drawCross() {
    this.cross.hidden = this.#place === null;
    if (!this.#place) return;
    // The position of the layer that the place belongs to.
    const [rows, columns] = this.#grid, row = Math.min(rows - 1, Math.floor(this.#place[0] * rows)), column = Math.min(columns - 1, Math.floor(this.#place[1] * columns));
    Object.assign(this.cross.style, { top: `${row / rows * 100}%`, left: `${column / columns * 100}%`, height: `${100 / rows}%`, width: `${100 / columns}%` });
    this.cross.classList.toggle("pinned", this.#isPinned);
  }

  async #tellClasses() {
    const model = this.#model, image = this.#image;
    if (!model || model.doubt) {
      this.caption.textContent = model?.doubt ?? "";
      return;
    }
    /** @type {import("./types.js").ClassOfPhoto[]} */
    let found;
    try {
      found = await get(`/api/photos/${image}/classes`, { model: model.name });
    } catch (error) {
      return this.studio.fail(error);
    }
    if (image !== this.#image) return;
    fill(this.classes, found.map(({ class: number, label, probability }) => {
      const meter = el("span", { className: "meter", "aria-hidden": "true" }, el("span", {}));
      /** @type {HTMLElement} */ (meter.firstElementChild).style.width = `${probability * 100}%`;
      return el("li", {}, el("button", { type: "button", title: "Where, and by which channels of the layer?", onclick: () => this.#attribute(number, label) }, el("span", { className: "label" }, nameOf(number, label)), meter, el("span", { className: "number" }, `${(probability * 100).toFixed(1)} %`)));
    }));
  }

  async #tellLayers() {
    const model = this.#model, image = this.#image;
    if (!model) return;
    /** @type {import("./types.js").LayerOfPhoto[]} */
    let layers;
    try {
      layers = await get(`/api/photos/${image}/layers`, { model: model.name });
    } catch (error) {
      return this.studio.fail(error);
    }
    if (image !== this.#image) return;
    fill(this.all, layers.map(({ name, units }) => {
      const layer = model.layers.find((layer) => layer.name === name);
      return layer ? el("div", { className: "all-layer" }, el("h3", {}, el("button", { type: "button", className: "link", title: name, onclick: () => this.#show({ layer: name, unit: null }) }, layer.title)), el("div", { className: "units small" }, units.map((unit) => this.#drawn(layer, unit, 1)))) : null;
    }));
  }

  async #askUnits() {
    const model = this.#model, layer = this.#layer;
    if (!model || !layer) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    const place = this.#place;
    try {
      const found = /** @type {import("./types.js").UnitsAt} */ (await get(`/api/photos/${this.#image}/units`, { model: model.name, layer: layer.name, y: place?.[0] ?? null, x: place?.[1] ?? null, count: unitsShown }, this.#asking.signal));
      this.#grid = [found.height, found.width];
      this.#drawCross();
      this.here.textContent = place === null ? "Fires most on it" : "Fires here";
      fill(this.units, found.units.map((unit) => this.#drawn(layer, unit, 0)));
      this.ranked.textContent = "Those come first that fire most above what is usual for them.";
      this.ranked.title = found.rankedBy ?? "";
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") throw error;
    }
  }

  /** @param {Layer} layer @param {FiringUnit} unit @param {number} rank */
  #drawn(layer, unit, rank) {
    const model = /** @type {Model} */ (this.#model), words = titleOf(model, layer, unit.channel), isChosen = layer === this.#layer && unit.channel === this.#unit;
    return el("button", { type: "button", className: "unit", "aria-pressed": String(isChosen), title: words, onclick: () => this.#show({ layer: layer.name, unit: isChosen ? null : unit.channel }) },
      this.studio.pictures.of(model.name, `${layer.name}:${unit.channel}`, { rank, words }), el("b", {}, layer.isClasses && model.labels[unit.channel] ? model.labels[unit.channel].split(",")[0] : unit.channel), el("span", { className: "number" }, number(unit.value)));
  }

  async #askHeat() {
    const model = this.#model, layer = this.#layer, unit = this.#unit;
    for (const button of this.units.querySelectorAll("button")) button.setAttribute("aria-pressed", String(unit !== null && button.querySelector("b")?.textContent === String(unit)));
    if (!model || !layer || unit === null) {
      this.heat.width = this.heat.height = 1;
      this.caption.textContent = matchMedia("(hover: hover)").matches ? "Point at a place to see what fires there; a click keeps it." : "Touch a place to see what fires there.";
      fill(this.about);
      return;
    }
    const heat = /** @type {import("./types.js").Heat} */ (await get(`/api/photos/${this.#image}/heat`, { model: model.name, layer: layer.name, channel: unit }));
    const highest = heat.highest ?? Math.max(...heat.values);
    paint(this.heat, heat.height, heat.width, (place) => [0, 0, 0, 0.82 * (1 - clamp(heat.values[place] / (highest || 1)))]);
    const words = titleOf(model, layer, unit);
    this.caption.textContent = `Lit where ${words} fires; ${number(highest)} at most.`;
    const make = el("button", { type: "button", className: "plain small", onclick: () => this.#more(layer, unit) }, "What to change for one more unit of it?");
    fill(this.about, el("div", { className: "chosen-unit" }, this.studio.pictures.of(model.name, `${layer.name}:${unit}`, { rank: 0, words }),
      el("div", {}, el("h3", {}, words), el("p", { className: "tools" }, el("a", { className: "plain small", href: link("unit", { model: model.name, objective: objectiveOf(layer, unit) }) }, "See it live"), make))), el("div", { className: "change", role: "status" }));
  }

  /** @param {Layer} layer @param {number} channel */
  async #more(layer, channel) {
    try {
      const { change } = await post(`/api/photos/${this.#image}/change`, { page: this.studio.page, model: this.#model?.name, layer: layer.name, channel });
      this.#change = change;
      fill(/** @type {HTMLElement} */ (this.about.querySelector(".change")), el("p", { className: "remark" }, "Looking for the smallest change …"));
    } catch (error) {
      this.studio.fail(error);
    }
  }

  /** @param {import("./types.js").PhotoChange} change */
  #changed(change) {
    const place = this.about.querySelector(".change");
    if (change.change !== this.#change || !place) return;
    const words = change.failure ?? `${number(change.before)} → ${number(change.now)}${change.isDone ? "" : `, of ${number(change.wanted)} wanted, step ${change.step}`}`;
    const images = place.querySelectorAll("img");
    if (images.length === 2) {
      images[0].src = change.image;
      images[1].src = change.difference;
      /** @type {HTMLElement} */ (place.querySelector("p")).textContent = words;
      return;
    }
    fill(place, el("div", { className: "pair" }, el("figure", {}, el("img", { src: change.image, alt: "The changed photo" }), el("figcaption", {}, "the changed photo")), el("figure", {}, el("img", { src: change.difference, alt: "What was changed, amplified" }), el("figcaption", {}, "what was changed, amplified"))), el("p", { className: "remark" }, words));
  }

  /** @param {number} number_ @param {string | null} label */
  async #attribute(number_, label) {
    const model = this.#model, layer = this.#layer;
    if (!model || !layer) return;
    const name = nameOf(number_, label);
    try {
      const found = /** @type {import("./types.js").Attribution} */ (await get(`/api/photos/${this.#image}/attribution`, { model: model.name, layer: layer.name, class: number_ }));
      const most = Math.max(...found.values.map(Math.abs)) || 1;
      paint(this.heat, found.height, found.width, (place) => { const value = found.values[place]; return [...(value > 0 ? plus : minus), 0.85 * Math.sqrt(Math.abs(value) / most)]; });
      this.caption.textContent = `Blue speaks for ${name}, orange against it, as ${layer.title} sees it.`;
      const side = (/** @type {(effect: number) => boolean} */ belongs) => found.units.filter(({ effect }) => belongs(effect)).map(({ channel, effect }) => this.#drawn(layer, { channel, value: effect }, 0));
      fill(this.about, el("h3", { className: "plus" }, `For ${name}`), el("div", { className: "units small" }, side((effect) => effect > 0)), el("h3", { className: "minus" }, "Against it"), el("div", { className: "units small" }, side((effect) => effect < 0)));
    } catch (error) {
      this.studio.fail(error);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move) {
      const [y, x] = this.#place ?? [0.5, 0.5], [rows, columns] = this.#grid;
      this.#isPinned = true;
      this.#point(this.#place ? [clamp(y + move[0] / rows), clamp(x + move[1] / columns)] : [y, x]);
    } else if (event.key === "Enter" && this.#place) this.#pin(this.#place);
    else if (event.key === "Escape" && this.#place) this.#pin(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} by */
  #next(by) {
    const model = this.#model, next = model && this.#layer ? model.layers[model.layers.indexOf(this.#layer) + by] : null;
    if (next && this.#image) this.#show({ layer: next.name, unit: null });
  }

  keys = {
    "[": () => this.#next(-1), "]": () => this.#next(1),
    Escape: () => { if (this.#unit !== null) this.#show({ unit: null }); else if (this.#place) this.#pin(null); },
  };
}

/** What a class is called. @param {number} number @param {string | null} label */
export const nameOf = (number, label) => label === null || label === String(number) ? `class ${number}` : label.split(",")[0];

/** @param {number} value */
const clamp = (value) => Math.min(0.9999, Math.max(0, value));

/**
 * @param {HTMLCanvasElement} canvas @param {number} height @param {number} width
 * @param {(place: number) => number[]} colour red, green, blue to 255 and opacity to 1
 */
function paint(canvas, height, width, colour) {
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  for (let place = 0; place < width * height; place++) {
    const [red, green, blue, opacity] = colour(place);
    pixels.data.set([red, green, blue, Math.round(opacity * 255)], place * 4);
  }
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
}
