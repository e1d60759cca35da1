// @ts-check
// The network as a line of layers, branches drawn beside it, each with a strip of samples; and the field that finds layers, channels and classes.

import { link } from "./history.js";
import { el, fill, short, svg } from "./dom.js";

/** @typedef {import("./types.js").Layer} Layer */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Studio} Studio */

const samples = 5, rowHeight = 72, laneWidth = 10, mostFound = 40;

export class NetworkMap {
  /** @type {Model | null} */
  #model = null;
  #current = "";

  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.find = el("input", { type: "search", placeholder: "4c, 4c:300, goldfish …", "aria-label": "Find a layer, a channel or a class", autocomplete: "off", spellcheck: false, oninput: () => this.#draw(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event) });
    this.list = el("ol", { className: "map-rows" });
    this.found = el("p", { className: "remark", role: "status" });
    this.lines = el("div", { className: "lines", "aria-hidden": "true" });
    this.element = el("nav", { className: "map", "aria-label": "Layers" }, el("label", { className: "find" }, this.find), this.found, el("div", { className: "map-lines" }, this.lines, this.list));
  }

  /** @param {Model} model @param {string} layer the one that is looked at */
  show(model, layer) {
    const isSame = model === this.#model;
    this.#model = model;
    this.#current = layer;
    if (!isSame) {
      this.find.value = "";
      this.#draw();
    }
    for (const row of this.list.querySelectorAll("li")) {
      const isCurrent = row.dataset.layer === layer;
      row.classList.toggle("current", isCurrent);
      const name = row.querySelector("a");
      if (isCurrent) name?.setAttribute("aria-current", "true");
      else name?.removeAttribute("aria-current");
    }
    this.reveal(!isSame);
  }

  /** Brings the layer that is looked at into view. @param {boolean} always even where it is in view */
  reveal(always = false) {
    const row = this.list.querySelector(".current");
    if (row && (always || !isInView(row, this.element))) this.element.scrollTop += row.getBoundingClientRect().top - this.element.getBoundingClientRect().top - this.element.clientHeight / 3;
  }

  #draw() {
    const model = this.#model;
    if (!model) return;
    const asked = this.find.value.trim().toLowerCase();
    if (!asked) {
      this.found.textContent = "";
      fill(this.list, model.layers.map((layer, place) => this.#row(model, layer, place)));
      const drawn = lines(model.layers);
      fill(this.lines, drawn);
      this.list.style.setProperty("--lines", `${drawn.getAttribute("width")}px`);
      this.show(model, this.#current);
      return;
    }
    fill(this.lines);
    const units = find(model, asked);
    fill(this.list, units.map(({ layer, channel, label }) => channel === null ? this.#row(model, layer, -1) : el("li", {}, el("a", { className: "found", href: link("unit", { model: model.name, objective: objectiveOf(layer, channel) }) },
      this.studio.pictures.of(model.name, `${layer.name}:${channel}`), el("span", {}, label ?? `${layer.name}:${channel}`, label ? el("small", {}, `class ${channel}`) : null)))));
    this.found.textContent = units.length === 0 ? "Nothing is called so." : units.length === mostFound ? `The first ${mostFound}.` : "";
  }

  /** @param {Model} model @param {Layer} layer @param {number} place */
  #row(model, layer, place) {
    const size = layer.height * layer.width > 1 ? `, ${layer.height} × ${layer.width} positions` : "";
    const channels = sample(layer.channels, samples, place);
    return el("li", { data: { layer: layer.name } },
      el("a", { className: "layer-name", href: link("layer", { model: model.name, layer: layer.name }), title: `${layer.name}: ${layer.channels} channels${size}` }, short(layer.title, 27), " ", el("small", {}, layer.isClasses ? `${layer.channels} classes` : layer.channels)),
      el("span", { className: "strip" }, channels.map((channel) => el("a", { href: link("unit", { model: model.name, objective: objectiveOf(layer, channel) }), tabIndex: -1, title: titleOf(model, layer, channel) },
        this.studio.pictures.of(model.name, `${layer.name}:${channel}`, { rank: 2, words: titleOf(model, layer, channel) })))));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const links = /** @type {HTMLAnchorElement[]} */ ([...this.list.querySelectorAll("a:not([tabindex='-1'])")]);
    if (event.key === "Enter" && this.find.value.trim()) links[0]?.click();
    else if (event.key === "ArrowDown") links[0]?.focus();
    else if (event.key === "Escape") {
      if (this.find.value) { this.find.value = ""; this.#draw(); } else this.find.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {Element} row @param {Element} around */
function isInView(row, around) {
  const box = row.getBoundingClientRect(), view = around.getBoundingClientRect();
  return box.top >= view.top && box.bottom <= view.bottom;
}

/**
 * What is to be maximized for a unit of a layer.
 * @param {Layer} layer
 * @param {number} channel
 */
export const objectiveOf = (layer, channel) => layer.isClasses ? `logit(${channel})` : `${quoted(layer.name)}:${channel}`;

// Names of other characters stand in quotes.
const quoted = (/** @type {string} */ name) => /^[A-Za-z_][A-Za-z0-9_./]*$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;

/**
 * A layer from about two thirds of the way, where parts are seen. Of a module of many layers it is the one that has its name, the output.
 * @param {Model} model
 */
export function usualLayer(model) {
  const layers = model.layers.filter((layer) => layer.height * layer.width > 1), outputs = layers.filter((layer) => !layer.title.includes("/")), from = outputs.length > 2 ? outputs : layers;
  return from[Math.floor(from.length * 0.65)] ?? model.layers[0];
}

/** @param {Model} model @param {Layer} layer @param {number} channel */
export const titleOf = (model, layer, channel) => layer.isClasses && model.labels[channel] ? `${model.labels[channel].split(",")[0]} · ${layer.name}:${channel}` : `${layer.name}:${channel}`;

/**
 * The layer and the channel that an objective is of; null if it is more than one unit.
 * @param {Model} model
 * @param {string} objective
 * @returns {{layer: Layer, channel: number} | null}
 */
export function unitOf(model, objective) {
  const text = objective.trim(), ofClass = /^logit\(\s*(?:(\d+)|'([^']*)'|"([^"]*)")\s*\)$/.exec(text), ofChannel = /^'?([^':]+)'?:(\d+)$/.exec(text);
  if (ofClass) {
    const layer = model.layers.find((layer) => layer.isClasses), named = ofClass[2] ?? ofClass[3];
    const channel = ofClass[1] ? Number(ofClass[1]) : model.labels.findIndex((label) => label === named || label.split(",")[0] === named);
    return layer && channel >= 0 && channel < layer.channels ? { layer, channel } : null;
  }
  const layer = ofChannel ? model.layers.find((layer) => layer.name === ofChannel[1]) : null;
  return layer && ofChannel && Number(ofChannel[2]) < layer.channels ? { layer, channel: Number(ofChannel[2]) } : null;
}

/**
 * Layers whose names, and classes whose labels, hold a text; with ":300" or " 300" behind it, that channel.
 * @param {Model} model
 * @param {string} asked in small letters
 * @returns {{layer: Layer, channel: number | null, label: string | null}[]}
 */
function find(model, asked) {
  const [, name, number] = /^(.*?)(?:[:\s]+(\d+))?$/.exec(asked) ?? [];
  const layers = model.layers.filter((layer) => [layer.name, layer.title].some((called) => called.toLowerCase().includes((name ?? "").trim())));
  const classes = model.layers.find((layer) => layer.isClasses);
  const units = number === undefined ? layers.map((layer) => ({ layer, channel: /** @type {number | null} */ (null), label: /** @type {string | null} */ (null) }))
    : layers.filter((layer) => Number(number) < layer.channels).map((layer) => ({ layer, channel: Number(number), label: layer.isClasses ? model.labels[Number(number)] ?? null : null }));
  const labels = classes ? model.labels.map((label, channel) => ({ layer: classes, channel, label })).filter(({ label }) => label.toLowerCase().includes(asked)) : [];
  return [...units, ...labels].slice(0, mostFound);
}

/**
 * Some channels from all over a layer, the same each time.
 * @param {number} channels @param {number} count @param {number} place
 */
function sample(channels, count, place) {
  const number = Math.min(channels, count);
  return Array.from({ length: number }, (_, index) => (Math.floor((index + 0.37) * channels / number) + Math.max(place, 0)) % channels);
}

/**
 * Where each layer stands: a lane for what goes on beside the others. A layer goes on in the lane of what it is first made of, if no other has.
 * @param {Layer[]} layers
 */
export function lanesOf(layers) {
  const last = layers.map((_, place) => Math.max(place, ...layers.map((other, at) => other.sources.includes(place) ? at : -1)));
  /** @type {number[]} */
  const lanes = [];
  /** @type {number[]} until which row a lane is taken */
  const taken = [];
  /** @type {Set<number>} */
  const continued = new Set();
  layers.forEach((layer, place) => {
    const first = layer.sources.find((source) => source < place && !continued.has(source));
    let lane = first === undefined ? -1 : lanes[first];
    // Where the layer before has still to lead elsewhere, that line goes on beside.
    if (lane < 0) {
      lane = taken.findIndex((until) => until === undefined || until <= place);
      if (lane < 0) lane = taken.length;
    }
    if (first !== undefined) continued.add(first);
    lanes[place] = lane;
    taken[lane] = last[place];
  });
  return lanes;
}

/** @param {Layer[]} layers */
function lines(layers) {
  const lanes = lanesOf(layers), x = (/** @type {number} */ lane) => 8 + lane * laneWidth, y = (/** @type {number} */ row) => row * rowHeight + 14;
  const paths = layers.flatMap((layer, to) => layer.sources.filter((from) => from < to).map((from) => {
    const [x0, y0, x1, y1] = [x(lanes[from]), y(from), x(lanes[to]), y(to)];
    if (to === from + 1 || x0 === x1 && !lanes.slice(from + 1, to).includes(lanes[from])) return x0 === x1 ? `M${x0} ${y0}V${y1}` : `M${x0} ${y0}C${x0} ${y0 + 26} ${x1} ${y1 - 26} ${x1} ${y1}`;
    // Past what stands between, in a lane to the right of it.
    const beside = x(Math.max(...lanes.slice(from + 1, to)) + 1);
    return `M${x0} ${y0}C${x0} ${y0 + 20} ${beside} ${y0 + 16} ${beside} ${y0 + 36}V${y1 - 36}C${beside} ${y1 - 16} ${x1} ${y1 - 20} ${x1} ${y1}`;
  }));
  const width = x(Math.max(0, ...lanes) + 1) + 4, height = layers.length * rowHeight;
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, paths.map((d) => svg("path", { d })), layers.map((_, row) => svg("circle", { cx: x(lanes[row]), cy: y(row), r: 3.5 })));
}
