// @ts-check
// The panel of a recipe: what is maximized, and all that decides the picture, as forms. What is changed acts on the ascent that runs.

import { el, fill, icon, icons } from "./dom.js";
import { TextField } from "./objective.js";
import { WordsEditor, numberControl } from "./words.js";

/** @typedef {import("./types.js").Ascent} Ascent */
/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").Parts} Parts */

const sizes = ["64", "96", "128", "160", "224", "320", "512"];

/**
 * @typedef {object} Steering
 * @property {(text: string) => void} objective
 * @property {(name: string) => void} preset
 * @property {(parts: Parts, isDone: boolean) => void} parts
 */

/** @type {{part: Part, kind: string, form: import("./words.js").Form, title: string, words: string}[]} */
const texts = [
  { part: "transforms", kind: "transform", form: "pipeline", title: "Transforms", words: "before the network sees the picture, drawn anew each step" },
  { part: "penalty", kind: "objective", form: "sum", title: "Penalties", words: "subtracted from the objective" },
  { part: "optimizer", kind: "optimizer", form: "word", title: "Optimizer", words: "how the picture moves uphill" },
  { part: "parameterization", kind: "parameterization", form: "word", title: "Parameterization", words: "what changes, and how the picture comes of it" },
  { part: "gradientOperators", kind: "operator", form: "pipeline", title: "On the gradient", words: "before it goes back into the picture" },
  { part: "imageOperators", kind: "operator", form: "pipeline", title: "On the picture", words: "after each step" },
];

export class RecipePanel {
  /** @type {Ascent | null} */
  #ascent = null;
  #steps = "";

  /** @param {import("./types.js").Studio} studio @param {Steering} steering */
  constructor(studio, steering) {
    const { texts: { registries, presets } } = studio;
    const model = () => this.#ascent?.model ?? studio.models[0].name;
    this.objective = new TextField({ kind: "objective", label: "Objective", model, commit: (text) => steering.objective(text) });
    this.title = el("h2", {}, "Recipe");
    this.preset = el("select", { onchange: () => steering.preset(this.preset.value) }, presets.map(({ name }) => el("option", {}, name)));
    this.seed = el("input", { type: "number", min: "0", step: "1", className: "number", onchange: () => steering.parts({ seed: this.seed.value || "0" }, true) });
    this.size = el("select", { onchange: () => steering.parts({ size: this.size.value }, true) });
    this.steps = el("div", { className: "steps" });
    this.steering = steering;
    this.note = el("p", { className: "note", role: "status" });

    this.parts = texts.map(({ part, kind, form, title, words }) => {
      const registry = registries.find((registry) => registry.kind === kind);
      const change = (/** @type {string} */ text, /** @type {boolean} */ isDone) => steering.parts({ [part]: text }, isDone);
      const editor = new WordsEditor({ form, registry, registries, label: title.toLowerCase(), model, change });
      const field = new TextField({ kind, label: `${title}, as text`, model, commit: (text) => change(text, true) });
      const summary = el("span", { className: "count" });
      const element = el("details", { className: "part", open: part === "transforms" || part === "penalty" || part === "optimizer", data: { part } },
        el("summary", { title: words }, el("h3", {}, title), " ", summary), editor.element, el("details", { className: "as-text" }, el("summary", {}, "as text"), field.element));
      return { part, editor, field, summary, element };
    });
    this.element = el("aside", { className: "recipe sheet", id: "recipe", "aria-label": "Recipe" },
      this.title, el("div", { className: "field" }, el("span", { className: "name" }, "maximize"), this.objective.element), this.note,
      el("div", { className: "pairs" },
        el("label", { className: "field" }, el("span", { className: "name" }, "preset"), this.preset),
        el("label", { className: "field" }, el("span", { className: "name" }, "size"), this.size),
        el("div", { className: "field" }, el("label", { className: "name", htmlFor: "seed" }, "seed"), el("span", { className: "joined" }, Object.assign(this.seed, { id: "seed" }), el("button", { type: "button", className: "icon-button", "aria-label": "Another seed", title: "Another seed", onclick: () => steering.parts({ seed: String(Number(this.seed.value || 0) + 1) }, true) }, icon(icons.dice))))),
      this.steps, this.parts.map(({ element }) => element));
  }

  /** @param {Ascent} ascent @param {string} title */
  show(ascent, title) {
    this.#ascent = ascent;
    const { preset, parts } = ascent.recipe;
    this.title.textContent = title;
    this.objective.show(ascent.objective);
    if (![...this.preset.options].some((option) => option.value === preset)) this.preset.append(el("option", {}, preset));
    this.preset.value = preset;
    if (this.seed !== document.activeElement) this.seed.value = parts.seed ?? "0";
    const size = parts.size ?? `${ascent.height}x${ascent.width}`, square = size.replace(/^(\d+)x\1$/, "$1");
    fill(this.size, [...new Set([...sizes, square])].sort((a, b) => parseInt(a) - parseInt(b)).map((text) => el("option", { value: text }, text.replace("x", " × "))));
    this.size.value = square;
    const steps = parts.steps ?? String(ascent.steps);
    if (steps !== this.#steps && !this.steps.contains(document.activeElement)) {
      this.#steps = steps;
      fill(this.steps, numberControl({ name: "steps", description: "After so many steps the picture is done.", kind: "integer", least: 1 }, steps, "128", (text, isDone) => { this.#steps = text; this.steering.parts({ steps: text }, isDone); }));
    }
    for (const { part, editor, field, summary } of this.parts) {
      const text = parts[part] ?? "";
      editor.show(text);
      field.show(text);
      summary.textContent = text === "" || text === "none" ? "none" : part === "optimizer" || part === "parameterization" ? text.split("(")[0] : "";
    }
  }

  /** Says what is wrong where it is wrong. @param {import("./api.js").ApiError | null} error */
  fail(error) {
    const field = error?.field === "objective" ? this.objective : this.parts.find(({ part }) => part === error?.field)?.field ?? null;
    this.objective.fail(null);
    for (const part of this.parts) part.field.fail(null);
    if (field && error) {
      field.fail(error);
      for (let around = field.element.closest("details"); around; around = around.parentElement?.closest("details") ?? null) around.open = true;
    }
    this.note.textContent = error && !field ? error.message : this.#ascent?.note ?? "";
    this.note.classList.toggle("warning", Boolean(error));
  }
}
