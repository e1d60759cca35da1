// @ts-check
// The camera: what is held before it, and which units light up, each with its picture.

import { ApiError, address, send } from "./api.js";
import { el, fill, number } from "./dom.js";
import { amend, go, link } from "./history.js";
import { objectiveOf, titleOf, usualLayer } from "./map.js";
import { nameOf } from "./photo.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Layer} Layer */
/** @typedef {import("./types.js").Seen} Seen */

const unitsShown = 8, side = 224, quality = 0.8, recent = 2_000;

/** @implements {View} */
export class CameraView {
  /** @type {Model | null} */
  #model = null;
  /** @type {Layer | null} */
  #layer = null;
  /** @type {MediaStream | null} */
  #stream = null;
  #isFrozen = false;
  #isShown = false;
  #isLooking = false;
  /** @type {number[]} */
  #times = [];
  /** @type {Map<number, {element: HTMLAnchorElement, bar: HTMLElement, text: HTMLElement}>} */
  #tiles = new Map();
  /** @type {number[]} which unit stands where */
  #places = [];
  #facing = "environment";

  /** @param {import("./types.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.video = el("video", { autoplay: true, muted: true, playsInline: true, "aria-label": "The camera" });
    this.still = el("canvas", { width: side, height: side, hidden: true, role: "img", "aria-label": "The frozen camera" });
    this.begin = el("div", { className: "empty" }, el("h1", {}, "What fires on what you hold?"), el("p", {}, "The camera's pictures go to the studio on this machine and nowhere else; none is kept."), el("button", { type: "button", className: "plain", onclick: () => this.#open() }, "Open the camera"));
    this.freeze = el("button", { type: "button", className: "plain small", onclick: () => this.#toggle() }, "Freeze");
    this.turn = el("button", { type: "button", className: "plain small", hidden: true, onclick: () => { this.#facing = this.#facing === "user" ? "environment" : "user"; this.#open(); } }, "Other camera");
    this.look = el("button", { type: "button", className: "plain small", onclick: () => this.#asPhoto() }, "Look at it closely");
    this.rate = el("output", { className: "fact quiet" });
    this.classes = el("ol", { className: "classes", "aria-label": "What the network takes it for" });
    this.layers = el("select", { "aria-label": "Layer", onchange: () => { amend(link("camera", { model: this.#model?.name, layer: this.layers.value })); this.#choose(this.layers.value); } });
    this.units = el("div", { className: "units" });
    this.content = el("div", { className: "seen", hidden: true },
      el("div", { className: "seen-photo" }, el("div", { className: "pad" }, this.video, this.still), el("p", { className: "tools" }, this.freeze, this.look, this.turn, this.rate), this.classes),
      el("div", { className: "seen-units" }, el("div", { className: "row" }, el("h2", {}, "Fires now"), el("label", { className: "field inline" }, el("span", { className: "name" }, "layer"), this.layers)), this.units, el("p", { className: "caption" }, "A picture shows what makes its unit respond most. Freeze, and a click makes the unit's picture large.")));
    this.element = el("section", { className: "view camera-view" }, this.begin, this.content);
  }

  /** @param {URLSearchParams} params */
  async show(params) {
    const model = await this.studio.model(params.get("model") ?? this.studio.models[0].name);
    document.title = "Camera · Phosphene";
    this.#isShown = true;
    if (model !== this.#model) {
      this.#model = model;
      fill(this.layers, model.layers.map((layer) => el("option", { value: layer.name, title: layer.name }, layer.title)));
    }
    this.#choose(params.get("layer") ?? usualLayer(model).name);
    if (this.#stream) this.#watch();
  }

  leave() {
    this.#isShown = false;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
    this.begin.hidden = false;
    this.content.hidden = true;
    this.#unfreeze();
  }

  /** @param {string} name */
  #choose(name) {
    const layer = this.#model?.layers.find((layer) => layer.name === name) ?? this.#model?.layers[0] ?? null;
    if (layer !== this.#layer) {
      this.#layer = layer;
      this.#tiles.clear();
      this.#places = [];
      fill(this.units);
      if (this.#isFrozen) this.#look();
    }
    this.layers.value = layer?.name ?? "";
  }

  async #open() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.#facing, width: { ideal: 640 }, height: { ideal: 480 } }, audio: false });
    } catch (error) {
      const name = /** @type {Error} */ (error).name;
      this.studio.fail(new ApiError(0, name === "NotAllowedError" ? "The browser was not allowed to open the camera; allow it beside the address." : name === "NotFoundError" ? "There is no camera." : `The camera cannot be opened: ${/** @type {Error} */ (error).message}`));
      return;
    }
    this.begin.hidden = true;
    this.content.hidden = false;
    this.video.srcObject = this.#stream;
    this.video.classList.toggle("mirrored", this.#stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment");
    this.turn.hidden = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput").length < 2;
    this.#unfreeze();
    await this.video.play().catch(() => {});
    this.#watch();
  }

  // One picture after the other, each as soon as the one before was seen.
  async #watch() {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#isShown && this.#stream && !this.#isFrozen) {
      if (this.video.videoWidth === 0 || document.hidden) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      this.#grab();
      if (!await this.#look()) await new Promise((resolve) => setTimeout(resolve, 300));
    }
    this.#isLooking = false;
  }

  #grab() {
    const { videoWidth: width, videoHeight: height } = this.video, square = Math.min(width, height), context = /** @type {CanvasRenderingContext2D} */ (this.still.getContext("2d"));
    context.drawImage(this.video, (width - square) / 2, (height - square) / 2, square, square, 0, 0, side, side);
  }

  /** @returns {Promise<boolean>} whether it was seen */
  async #look() {
    const model = this.#model, layer = this.#layer, picture = await this.#jpeg();
    if (!model || !layer || !picture) return false;
    try {
      const seen = /** @type {Seen} */ (await send(address("/api/camera", { model: model.name, layer: layer.name, count: unitsShown }), picture));
      if (layer === this.#layer) this.#draw(model, layer, seen);
      return true;
    } catch (error) {
      // One that a newer picture overtook is no fault.
      if (!(error instanceof ApiError && error.status === 429)) this.studio.fail(error);
      return false;
    }
  }

  /** @returns {Promise<Blob | null>} */
  #jpeg() {
    return new Promise((resolve) => this.still.toBlob(resolve, "image/jpeg", quality));
  }

  /** @param {Model} model @param {Layer} layer @param {Seen} seen */
  #draw(model, layer, seen) {
    const now = performance.now();
    this.#times = [...this.#times.filter((time) => time > now - recent), now];
    const perSecond = this.#times.length < 2 ? 0 : (this.#times.length - 1) / (now - this.#times[0]) * 1000;
    if (!this.#isFrozen) this.rate.textContent = `${perSecond.toFixed(0)} frames/s`;
    Object.assign(/** @type {any} */ (window).phospheneStudio.metrics, { cameraFramesPerSecond: perSecond, cameraMilliseconds: seen.milliseconds });
    // A unit that stays keeps its place, so that nothing jumps about; what is new takes the place of what has gone.
    const values = new Map(seen.units.map(({ channel, value }) => [channel, value])), most = Math.max(...values.values(), 1e-6);
    const coming = [...values.keys()].filter((channel) => !this.#places.includes(channel));
    const places = this.#places.map((channel) => values.has(channel) ? channel : coming.shift()).filter((channel) => channel !== undefined);
    this.#places = [...places, ...coming];
    for (const [place, channel] of this.#places.entries()) {
      const { element, bar, text } = this.#tile(model, layer, channel), value = values.get(channel) ?? 0;
      bar.style.width = `${Math.max(0, value / most) * 100}%`;
      text.textContent = number(value);
      element.dataset.value = String(value);
      const there = this.units.children[place];
      if (there !== element) there ? there.replaceWith(element) : this.units.append(element);
    }
    while (this.units.children.length > this.#places.length) this.units.lastElementChild?.remove();
    fill(this.classes, seen.classes.map(({ class: number, label, probability }) => {
      const meter = el("span", { className: "meter", "aria-hidden": "true" }, el("span", {}));
      /** @type {HTMLElement} */ (meter.firstElementChild).style.width = `${probability * 100}%`;
      return el("li", {}, el("span", { className: "label" }, nameOf(number, label)), meter, el("span", { className: "number" }, `${(probability * 100).toFixed(1)} %`));
    }));
  }

  /** @param {Model} model @param {Layer} layer @param {number} channel */
  #tile(model, layer, channel) {
    let tile = this.#tiles.get(channel);
    if (!tile) {
      const bar = el("span", {}), text = el("span", { className: "number" }), words = titleOf(model, layer, channel);
      const element = el("a", { className: "unit", href: link("unit", { model: model.name, objective: objectiveOf(layer, channel) }), title: words }, this.studio.pictures.of(model.name, `${layer.name}:${channel}`, { rank: 0, words }), el("span", { className: "meter", "aria-hidden": "true" }, bar), el("b", {}, layer.isClasses && model.labels[channel] ? model.labels[channel].split(",")[0] : channel), text);
      this.#tiles.set(channel, tile = { element, bar, text });
    }
    return tile;
  }

  #toggle() {
    if (!this.#stream) return;
    if (this.#isFrozen) {
      this.#unfreeze();
      this.#watch();
      return;
    }
    this.#isFrozen = true;
    this.#grab();
    this.still.hidden = false;
    this.freeze.textContent = "Go on";
    this.rate.textContent = "frozen";
    this.#look();
    this.studio.say("Frozen.");
  }

  #unfreeze() {
    this.#isFrozen = false;
    this.still.hidden = true;
    this.freeze.textContent = "Freeze";
  }

  async #asPhoto() {
    if (!this.#isFrozen) this.#grab();
    const picture = await this.#jpeg();
    if (picture) go(link("photo", { model: this.#model?.name, layer: this.#layer?.name, image: (await send("/api/images", picture)).id }));
  }

  /** @param {number} by */
  #next(by) {
    const model = this.#model, next = model && this.#layer ? model.layers[model.layers.indexOf(this.#layer) + by] : null;
    if (!next) return;
    amend(link("camera", { model: model?.name, layer: next.name }));
    this.#choose(next.name);
  }

  keys = {
    " ": () => this.#toggle(), "[": () => this.#next(-1), "]": () => this.#next(1),
    Enter: () => { const tiles = /** @type {HTMLAnchorElement[]} */ ([...this.units.children]); tiles.sort((a, b) => Number(b.dataset.value) - Number(a.dataset.value))[0]?.click(); },
  };
}
