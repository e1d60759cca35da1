// @ts-check
// Forms for texts of words with arguments, made from what the server tells of them: a row for each word, a control for each of its parameters.

import { post } from "./api.js";
import { el, fill, icon, icons } from "./dom.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Parameter} Parameter */
/** @typedef {import("./types.js").Registry} Registry */
/** @typedef {import("./types.js").Word} Word */
/** @typedef {"word" | "pipeline" | "sum"} Form one word; a|b|c; weights and penalties */
/** @typedef {{word: Word, isOn: boolean, isOpen: boolean}} Row */

const none = "none", firstWeight = "0.001", ticks = 1000, mostSliderSpan = 8;

/** Kinds of parameters whose values are texts of another language, and which. @type {Record<string, string>} */
const nested = { optimizer: "optimizer", parameterization: "parameterization" };

export class WordsEditor {
  /** @type {Row[]} */
  #rows = [];
  #text = "\n";
  #version = 0;
  #isDragging = false;

  /**
   * @param {object} options
   * @param {Form} options.form
   * @param {Registry | undefined} options.registry
   * @param {Registry[]} options.registries
   * @param {string} options.label what the words are, in the plural
   * @param {() => string} options.model
   * @param {(text: string, isDone: boolean) => void} options.change a text was made; it is not done while something is dragged
   */
  constructor({ form, registry, registries, label, model, change }) {
    this.form = form;
    this.registry = registry;
    this.registries = registries;
    this.label = label;
    this.model = model;
    this.change = change;
    this.rows = el("ol", { className: "words", "aria-label": label });
    const entries = form === "sum" ? registry?.entries.filter((entry) => /to be subtracted/i.test(entry.description)) : registry?.entries;
    this.add = el("select", { className: "add", "aria-label": form === "word" ? label : `Add to ${label}`, onchange: () => this.#add() },
      form === "word" ? null : el("option", { value: "" }, "add …"), (entries ?? []).map((entry) => el("option", { value: entry.name, title: entry.description }, entry.name)));
    this.element = el("div", { className: `words-editor ${form}` }, form === "word" ? [this.add, this.rows] : [this.rows, this.add]);
  }

  /** Shows a text; what is switched off in it stays as long as it is the text of what is on. @param {string} text */
  async show(text) {
    if (this.#isDragging || text === this.#text || this.#rows.length > 0 && text === this.#printed()) return;
    this.#text = text;
    const version = ++this.#version;
    /** @type {Word[] | null} */
    let words = [];
    if (text && text !== none) {
      try {
        words = (await post("/api/texts/check", { model: this.model(), kind: this.registry?.kind, text })).words ?? null;
      } catch {
        words = null;
      }
    }
    if (version !== this.#version) return;
    // What cannot be taken apart is left to the field that shows it as text.
    this.element.hidden = words === null;
    if (words && same(words, this.#rows.filter((row) => row.isOn).map((row) => row.word))) return;
    const open = this.#rows.map((row) => row.isOpen);
    this.#rows = (words ?? []).map((word, place) => ({ word, isOn: true, isOpen: open[place] ?? false }));
    this.#draw();
  }

  #draw() {
    if (this.form === "word") this.add.value = this.#rows[0]?.word.name ?? "";
    fill(this.rows, this.#rows.map((row, place) => this.#drawn(row, place)));
  }

  /** @param {Row} row @param {number} place */
  #drawn(row, place) {
    const { word } = row, entry = this.registry?.entries.find((entry) => entry.name === word.name);
    const parameters = (entry?.parameters ?? []).filter((parameter) => parameter.kind !== "SHA-256");
    // The first is what a word is about; the rest are at hand.
    const controls = parameters.map((parameter) => this.#control(parameter, word));
    const shown = this.form === "sum" ? 0 : 1, rest = controls.slice(shown);
    const more = rest.length === 0 ? null : el("details", { open: row.isOpen, ontoggle: (/** @type {Event} */ event) => { row.isOpen = /** @type {HTMLDetailsElement} */ (event.target).open; } }, el("summary", {}, `${rest.length} more`), rest);
    const body = /** @type {(HTMLElement | null)[]} */ ([this.form === "sum" ? numberControl({ name: "weight", description: "What it is multiplied by before it is subtracted.", least: 0 }, String(word.weight ?? 1), firstWeight, (text, isDone) => { word.weight = Number(text); this.#changed(isDone); }) : null, ...controls.slice(0, shown), more]);
    if (this.form === "word") return el("li", { title: entry?.description ?? "" }, body);
    const name = `${word.name}, ${this.label}`;
    return el("li", { className: row.isOn ? "" : "off" },
      el("div", { className: "word-head" },
        el("label", { className: "check", title: entry?.description ?? "" }, el("input", { type: "checkbox", checked: row.isOn, onchange: (/** @type {Event} */ event) => { row.isOn = /** @type {HTMLInputElement} */ (event.target).checked; this.#draw(); this.#changed(true); } }), el("b", {}, word.name)),
        this.form === "pipeline" && this.#rows.length > 1 ? [this.#button(icons.up, `Move ${name} up`, place === 0, () => this.#move(place, -1)), this.#button(icons.down, `Move ${name} down`, place === this.#rows.length - 1, () => this.#move(place, 1))] : null,
        this.#button(icons.remove, `Remove ${name}`, false, () => { this.#rows.splice(place, 1); this.#draw(); this.#changed(true); this.add.focus(); })),
      row.isOn ? body : null);
  }

  /** @param {string} path @param {string} label @param {boolean} disabled @param {() => void} onclick */
  #button(path, label, disabled, onclick) {
    return el("button", { type: "button", className: "icon-button", "aria-label": label, title: label, disabled, onclick }, icon(path));
  }

  /** @param {Parameter} parameter @param {Word} word */
  #control(parameter, word) {
    const value = word.arguments[parameter.name] ?? parameter.default ?? "";
    const changed = (/** @type {string} */ text, /** @type {boolean} */ isDone) => { word.arguments[parameter.name] = text; this.#changed(isDone); };
    const language = nested[parameter.kind];
    if (!language) return control(parameter, value, changed);
    const editor = new WordsEditor({ form: "word", registry: this.registries.find((registry) => registry.kind === language), registries: this.registries, label: parameter.name, model: this.model, change: changed });
    editor.show(value);
    return el("div", { className: "nested" }, el("span", { className: "name", title: parameter.description }, parameter.name), editor.element);
  }

  /** @param {number} place @param {number} by */
  #move(place, by) {
    const [row] = this.#rows.splice(place, 1);
    this.#rows.splice(place + by, 0, row);
    this.#draw();
    this.#changed(true);
    /** @type {HTMLElement | null} */ (this.rows.children[place + by]?.querySelector("button:not(:disabled)"))?.focus();
  }

  async #add() {
    const entry = this.registry?.entries.find((entry) => entry.name === this.add.value);
    if (!entry) return;
    /** @type {Word} */
    let word = { name: entry.name, arguments: {} };
    try {
      word = (await post("/api/texts/check", { model: this.model(), kind: this.registry?.kind, text: entry.example || `${entry.name}()` })).words?.[0] ?? word;
    } catch {
      // Then it has the defaults of its parameters.
    }
    if (this.form === "sum") word.weight = Number(firstWeight);
    const row = { word, isOn: true, isOpen: false };
    if (this.form === "word") this.#rows = [wrapped(row, this.#rows[0], entry)];
    else {
      this.#rows.push(row);
      this.add.value = "";
    }
    this.#draw();
    this.#changed(true);
  }

  /** @param {boolean} isDone */
  #changed(isDone) {
    this.#version++;
    this.#isDragging = !isDone;
    this.#text = this.#printed();
    this.change(this.#text, isDone);
  }

  #printed() {
    const words = this.#rows.filter((row) => row.isOn).map((row) => row.word);
    if (this.form === "sum") return words.map((word) => `${word.weight ?? 1}*${print(word)}`).join(" + ");
    return words.length === 0 ? none : words.map(print).join("|");
  }
}

/**
 * Another way to take steps keeps their rate, where it has one.
 * @param {Row} row @param {Row | undefined} before @param {Entry} entry
 */
function wrapped(row, before, entry) {
  for (const parameter of entry.parameters) {
    if (before && nested[parameter.kind]) row.word.arguments[parameter.name] = print(before.word);
    else if (before && parameter.name in before.word.arguments && parameter.name === "rate") row.word.arguments[parameter.name] = before.word.arguments[parameter.name];
  }
  return row;
}

/** A word with its arguments. @param {Word} word */
function print({ name, arguments: given }) {
  const texts = Object.entries(given).filter(([, value]) => value !== "").map(([parameter, value]) => `${parameter}: ${value}`);
  return `${name}(${texts.join(", ")})`;
}

/** @param {Word[]} some @param {Word[]} others */
const same = (some, others) => some.length > 0 && some.length === others.length && JSON.stringify(some) === JSON.stringify(others);

/**
 * @param {Parameter} parameter
 * @param {string} value
 * @param {(text: string, isDone: boolean) => void} changed
 * @returns {HTMLElement}
 */
function control(parameter, value, changed) {
  const { kind, choices } = parameter;
  if (kind === "truth" || kind === "true or false") return el("label", { className: "parameter check", title: parameter.description }, el("input", { type: "checkbox", checked: value === "true", onchange: (/** @type {Event} */ event) => changed(String(/** @type {HTMLInputElement} */ (event.target).checked), true) }), parameter.name);
  if (choices.length > 0) return labelled(parameter, el("select", { onchange: (/** @type {Event} */ event) => changed(/** @type {HTMLSelectElement} */ (event.target).value, true) }, choices.map((choice) => el("option", { selected: choice === value }, choice))));
  if ((kind === "number" || kind === "integer") && value !== "") return numberControl(parameter, value, parameter.default ?? "", changed);
  const draw = /^(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)$/i.exec(value);
  if (kind === "draw" && draw) return rangeControl(parameter, Number(draw[1]), Number(draw[2]), changed);
  return labelled(parameter, el("input", { type: "text", value, spellcheck: false, autocomplete: "off", placeholder: parameter.isRequired ? "" : "as it is", onchange: (/** @type {Event} */ event) => changed(/** @type {HTMLInputElement} */ (event.target).value.trim(), true) }));
}

/** @param {{name: string, description: string, unit?: string}} parameter @param {...HTMLElement} fields */
const labelled = (parameter, ...fields) => el("label", { className: "parameter", title: parameter.description }, el("span", { className: "name" }, parameter.name), fields, parameter.unit ? el("span", { className: "unit" }, parameter.unit) : null);

/**
 * A slider and a field. Where the limits are far apart or there are none, the slider goes from the least to four times the value that it has, finer below.
 * @param {Pick<Parameter, "name" | "description"> & Partial<Parameter>} parameter
 * @param {string} value
 * @param {string} usual
 * @param {(text: string, isDone: boolean) => void} changed
 */
export function numberControl(parameter, value, usual, changed) {
  const isInteger = parameter.kind === "integer", now = Number(value), around = Math.max(Math.abs(now), Math.abs(Number(usual) || 0)) || (isInteger ? 4 : 0.5);
  const least = parameter.least ?? (now < 0 ? -4 * around : 0), most = parameter.most !== null && parameter.most !== undefined && parameter.most - least <= mostSliderSpan * around ? parameter.most : least + 4 * around;
  const isCurved = most !== parameter.most;
  const ofShare = (/** @type {number} */ share) => round(least + (most - least) * (isCurved ? share * share : share), isInteger, most - least);
  const toShare = (/** @type {number} */ number) => { const share = Math.min(1, Math.max(0, (number - least) / (most - least))); return isCurved ? Math.sqrt(share) : share; };
  const field = el("input", { type: "number", className: "number", step: "any", min: parameter.least ?? null, max: parameter.most ?? null, value: String(now), "aria-label": `${parameter.name}, as a number`, onchange: () => { if (field.value === "") return; slider.value = String(toShare(Number(field.value)) * ticks); tell(); changed(field.value, true); } });
  const move = (/** @type {boolean} */ isDone) => { field.value = ofShare(Number(slider.value) / ticks); tell(); changed(field.value, isDone); };
  const slider = el("input", { type: "range", min: "0", max: String(ticks), step: "1", "aria-label": parameter.name, oninput: () => move(false), onchange: () => move(true) });
  const tell = () => slider.setAttribute("aria-valuetext", `${field.value}${parameter.unit ? ` ${parameter.unit}` : ""}`);
  slider.value = String(toShare(now) * ticks);
  tell();
  return el("div", { className: "parameter", title: parameter.description }, el("span", { className: "name" }, parameter.name), slider, field, parameter.unit ? el("span", { className: "unit" }, parameter.unit) : null);
}

/**
 * Two sliders, for a draw from a range.
 * @param {Parameter} parameter @param {number} from @param {number} to
 * @param {(text: string, isDone: boolean) => void} changed
 */
function rangeControl(parameter, from, to, changed) {
  const middle = (from + to) / 2, reach = Math.max(3 * (to - from), Math.abs(middle) * 0.25, 1e-3);
  const least = Math.max(parameter.least ?? -Infinity, middle - reach), most = Math.min(parameter.most ?? Infinity, middle + reach);
  const output = el("output", { className: "number" }, `${from}..${to}`);
  const sliders = [from, to].map((end, place) => el("input", { type: "range", min: "0", max: String(ticks), step: "1", value: String((end - least) / (most - least) * ticks), "aria-label": `${parameter.name}, ${place ? "to" : "from"}`, oninput: () => move(false), onchange: () => move(true) }));
  const move = (/** @type {boolean} */ isDone) => {
    const [low, high] = sliders.map((slider) => Number(slider.value)).sort((a, b) => a - b).map((tick) => round(least + tick / ticks * (most - least), false, most - least));
    output.value = `${low}..${high}`;
    sliders.forEach((slider, place) => slider.setAttribute("aria-valuetext", place ? high : low));
    changed(output.value, isDone);
  };
  return el("div", { className: "parameter range", title: parameter.description }, el("span", { className: "name" }, parameter.name), el("span", { className: "two" }, sliders), output, parameter.unit ? el("span", { className: "unit" }, parameter.unit) : null);
}

/** As many digits as the slider can tell apart. @param {number} value @param {boolean} isInteger @param {number} span */
function round(value, isInteger, span) {
  if (isInteger) return String(Math.round(value));
  return String(Number(value.toFixed(Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(span)))))));
}
