// @ts-check
// A unit, live: one, two or four ascents on the stage, how they grow, and the panel that steers them.

import { send } from "./api.js";
import { copyButton, el, fill, icon, icons, number, pickFile, svg } from "./dom.js";
import { amend, commit, go, link } from "./history.js";
import { Lane, calm } from "./lane.js";
import { objectiveOf, titleOf, unitOf, usualLayer } from "./map.js";
import { MaskPainter } from "./mask.js";
import * as metrics from "./metrics.js";
import { Plot, drawSpectrum } from "./plot.js";
import { RecipePanel } from "./recipe.js";

/** @typedef {import("./lane.js").Given} Given */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Part} Part */

/** @type {Part[]} */
const parts = ["seed", "steps", "size", "parameterization", "transforms", "optimizer", "imageOperators", "gradientOperators", "penalty"];
const mostLanes = 4, usualPreset = "swift", frameFilm = 96;

/** @implements {View} */
export class UnitView {
  /** @type {Lane[]} */
  #lanes = [];
  #chosen = 0;
  /** @type {Model | null} */
  #model = null;
  #film = "";
  /** @type {MaskPainter | null} */
  #painter = null;
  #asked = 0;

  /**
   * @param {import("./types.js").Studio} studio
   * @param {(model: Model, layer: string) => void} looking tells the map where we are
   */
  constructor(studio, looking) {
    this.studio = studio;
    this.looking = looking;
    this.panel = new RecipePanel(studio, {
      objective: (objective) => this.#steer({ objective }, true),
      preset: (preset) => this.#steer({ preset, parts: kept(this.#lane.given.parts) }, true),
      parts: (changed, isDone) => this.#steer({ parts: { ...this.#lane.given.parts, ...changed } }, isDone),
    });
    this.intro = el("div", { className: "intro", hidden: true });
    this.stage = el("div", { className: "stage" });
    const button = (/** @type {string} */ path, /** @type {string} */ label, /** @type {() => void} */ onclick) => el("button", { type: "button", className: "tool", "aria-label": label, title: label, onclick }, icon(path));
    this.runButton = button(icons.pause, "Pause", () => this.#toggle());
    this.stepButton = button(icons.step, "One step", () => this.#all((lane) => lane.advance()));
    this.againButton = button(icons.again, "Again with another seed", () => this.#again());
    this.steps = el("output", { className: "fact" });
    this.value = el("output", { className: "fact" });
    this.rate = el("output", { className: "fact quiet" });
    this.sides = el("fieldset", { className: "choice sides" }, el("legend", { className: "spoken" }, "Recipes side by side"), [1, 2, 4].map((count) => el("label", { title: `${count} side by side` }, el("input", { type: "radio", name: "lanes", value: String(count), onchange: () => this.#split(count) }), el("span", {}, count))));
    this.film = el("div", { className: "film", role: "group", "aria-label": "How it grew; a click goes back there" });
    this.plot = new Plot();
    this.legend = el("ul", { className: "legend" });
    this.spectrum = svg("svg", { class: "spectrum", role: "img" });
    this.steered = el("p", { className: "remark steered" });
    this.command = el("code", {});
    this.commandNote = el("p", { className: "quiet small" });
    this.tools = el("p", { className: "tools" });
    this.saving = el("p", { className: "tools saving" });
    this.element = el("section", { className: "view unit-view" }, this.intro, this.stage,
      el("div", { className: "transport" }, el("span", { className: "buttons" }, this.runButton, this.stepButton, this.againButton), this.steps, this.value, this.rate, this.sides),
      this.film,
      el("figure", { className: "course" }, el("div", { className: "course-plot" }, this.legend, this.plot.element, this.steered), el("div", { className: "course-spectrum" }, this.spectrum, el("small", {}, "strength by octave, coarse to fine"))),
      el("div", { className: "making" }, this.tools, this.saving, el("div", { className: "command" }, this.command, copyButton("copy", () => this.command.textContent ?? "", studio.say)), this.commandNote));
    studio.stream.on("frame", (frame) => { for (const lane of this.#lanes) lane.show(frame); });
    studio.stream.on("ascent", (state) => { for (const lane of this.#lanes) if (lane.ascent?.id === state.id) lane.adopt(state); });
    studio.stream.on("snapshot", ({ ascent, step }) => {
      const lane = this.#lanes.find((lane) => lane.ascent?.id === ascent);
      if (lane?.ascent && !lane.ascent.snapshots.includes(step)) lane.ascent.snapshots.push(step);
      if (lane === this.#lane) this.#drawFilm();
    });
  }

  get #lane() {
    return this.#lanes[Math.min(this.#chosen, this.#lanes.length - 1)];
  }

  /** @param {URLSearchParams} params */
  async show(params) {
    const asked = ++this.#asked, model = await this.studio.model(params.get("model") ?? this.studio.models[0].name);
    if (asked !== this.#asked) return;
    const count = Math.min(mostLanes, 1 + [2, 3, 4].filter((place) => [...params.keys()].some((key) => key.endsWith(`.${place}`))).length);
    const isOther = model !== this.#model;
    this.#model = model;
    while (this.#lanes.length > count) this.#remove();
    while (this.#lanes.length < count) this.#append();
    this.#chosen = Math.min(this.#chosen, count - 1);
    const first = given(params, 1, null, model);
    const unit = unitOf(model, first.objective);
    this.looking(model, unit?.layer.name ?? "");
    document.title = `${unit ? titleOf(model, unit.layer, unit.channel) : first.objective} · Phosphene`;
    await Promise.all(this.#lanes.map(async (lane, place) => {
      const wanted = place === 0 ? first : given(params, place + 1, first, model), id = params.get(keyed("ascent", place + 1));
      const isKnown = !isOther && lane.is(wanted, id), isSteered = !isKnown && !isOther && lane.ascent !== null && id === lane.ascent.id;
      if (isSteered) await lane.steer(wanted);
      else if (!isKnown) {
        this.#painter?.close();
        lane.leave();
        metrics.begun();
        const coarse = unit ? this.studio.pictures.known(model.name, `${unit.layer.name}:${unit.channel}`) : null;
        await lane.begin(model.name, wanted, id, place === 0 ? coarse : null);
      }
      for (const what of /** @type {const} */ (["start", "mask"])) {
        const image = params.get(keyed(what, place + 1));
        // Back undoes an image too; what is taken up from elsewhere keeps the ones that it has.
        if (lane.ascent && lane.ascent[what] !== image && (image || isKnown || isSteered)) await lane[what](image);
      }
    }));
    if (asked !== this.#asked) return;
    amend(this.#address());
    this.#draw();
  }

  leave() {
    this.#asked++;
    this.#painter?.close();
  }

  /** Asks anew how all that is shown stands. */
  async resume() {
    const model = this.#model;
    if (!model) return;
    await Promise.all(this.#lanes.map((lane) => lane.ascent ? lane.begin(model.name, lane.given, lane.ascent.id, null) : null));
  }

  /** Begins the picture from an image. @param {string | null} image */
  async startFrom(image) {
    await this.#all((lane) => lane.start(image));
    commit(this.#address());
    this.#draw();
  }

  #append() {
    const lane = new Lane(this.studio, (what) => this.#told(lane, what));
    lane.element.addEventListener("pointerdown", () => this.#choose(this.#lanes.indexOf(lane)));
    lane.element.addEventListener("focusin", () => this.#choose(this.#lanes.indexOf(lane)));
    this.#lanes.push(lane);
    this.stage.append(lane.element);
  }

  #remove() {
    const lane = this.#lanes.pop();
    lane?.leave();
    lane?.element.remove();
  }

  /** @param {number} place */
  #choose(place) {
    if (place === this.#chosen) return;
    this.#chosen = place;
    this.#draw();
  }

  /** @param {Lane} lane @param {"state" | "frame"} what */
  #told(lane, what) {
    if (what === "state") this.#draw();
    else {
      this.#drawNumbers();
      if (lane.ascent?.isDone) {
        this.#drawButtons();
        this.studio.say(`Done at step ${lane.ascent.step}: ${number(lane.ascent.value)}.`, false);
      }
    }
  }

  /** @param {Partial<Given>} change @param {boolean} isDone a change that can be undone */
  async #steer(change, isDone) {
    const lane = this.#lane;
    if (!lane) return;
    const before = lane.given, next = { ...before, ...change };
    if (!lane.ascent) {
      // There is nothing to steer yet: the one that could not begin begins now.
      if (this.#model) await lane.begin(this.#model.name, next, null, null);
      if (lane.ascent) commit(this.#address());
      return this.#draw();
    }
    // Another seed is another beginning.
    const seed = change.parts?.seed;
    if (seed !== undefined && seed !== before.parts.seed) {
      await lane.restart(seed);
      if (!lane.error) commit(this.#address());
      return this.#draw();
    }
    // A picture that is done begins anew with what is changed, one that grows is steered.
    const isAnew = lane.ascent.isDone && !(change.parts && Object.entries(change.parts).every(([part, text]) => part === "steps" || before.parts[/** @type {Part} */ (part)] === text));
    const isTaken = await lane.steer(next);
    if (isTaken) {
      if (isAnew && lane.ascent.step > 0) await lane.afresh();
      this.intro.hidden = true;
      if (isDone) commit(this.#address());
    } else if (lane.error && lane.given === next) lane.given = before;
    this.#draw();
  }

  #toggle() {
    const isRunning = this.#lanes.some((lane) => lane.ascent?.isRunning);
    return this.#all((lane) => isRunning ? lane.pause() : lane.run());
  }

  async #again() {
    const seed = String(Math.max(...this.#lanes.map((lane) => Number(lane.given.parts.seed ?? lane.ascent?.recipe.parts.seed ?? 0))) + 1);
    const seeds = this.#lanes.map((_, place) => String(Number(seed) + place));
    await Promise.all(this.#lanes.map((lane, place) => lane.restart(seeds[place])));
    commit(this.#address());
    this.#draw();
  }

  /** @param {(lane: Lane) => Promise<void> | void} what */
  async #all(what) {
    await Promise.all(this.#lanes.map(what));
  }

  /** So many recipes side by side; new ones are like the first, with other seeds. @param {number} count */
  #split(count) {
    if (!this.#model || count === this.#lanes.length) return;
    const params = this.#params(), first = this.#lanes[0], seed = Number(first.given.parts.seed ?? first.ascent?.recipe.parts.seed ?? 0);
    for (const key of [...params.keys()]) if (/\.[234]$/.test(key) && Number(key.slice(-1)) > count) params.delete(key);
    for (let place = this.#lanes.length + 1; place <= count; place++) {
      for (const part of parts) if (first.given.parts[part] !== undefined) params.set(`${part}.${place}`, first.given.parts[part] ?? "");
      params.set(`preset.${place}`, first.given.preset);
      params.set(`seed.${place}`, String(seed + place - 1));
    }
    go(link("unit", params));
  }

  #params() {
    const params = new URLSearchParams();
    params.set("model", this.#model?.name ?? "");
    this.#lanes.forEach((lane, place) => {
      if (place === 0 || lane.given.objective !== this.#lanes[0].given.objective) params.set(keyed("objective", place + 1), lane.given.objective);
      if (place > 0 || lane.given.preset !== usualPreset) params.set(keyed("preset", place + 1), lane.given.preset);
      for (const part of parts) if (lane.given.parts[part] !== undefined) params.set(keyed(part, place + 1), lane.given.parts[part] ?? "");
      for (const what of /** @type {const} */ (["start", "mask"])) if (lane.ascent?.[what]) params.set(keyed(what, place + 1), lane.ascent[what] ?? "");
      if (lane.ascent) params.set(keyed("ascent", place + 1), lane.ascent.id);
    });
    return params;
  }

  #address() {
    return link("unit", this.#params());
  }

  #draw() {
    const lane = this.#lane;
    this.stage.dataset.lanes = String(this.#lanes.length);
    this.#lanes.forEach((one, place) => one.element.classList.toggle("chosen", this.#lanes.length > 1 && place === this.#chosen));
    for (const input of this.sides.querySelectorAll("input")) input.checked = input.value === String(this.#lanes.length);
    if (!lane?.ascent) {
      if (lane?.error) this.panel.fail(lane.error);
      return;
    }
    const { ascent } = lane;
    this.panel.show(ascent, this.#lanes.length > 1 ? `Recipe ${this.#chosen + 1} of ${this.#lanes.length}` : "Recipe");
    this.panel.fail(lane.error);
    this.#drawButtons();
    this.#drawNumbers();
    this.#drawFilm();
    this.command.textContent = ascent.command;
    this.commandNote.textContent = ascent.commandNote ?? "";
    this.commandNote.hidden = !ascent.commandNote;
    this.#drawTools(lane, ascent);
  }

  // Only when they change: whoever is at one of them with the keyboard stays there.
  /** @param {Lane} lane @param {import("./types.js").Ascent} ascent */
  #drawTools(lane, ascent) {
    const text = JSON.stringify([ascent.id, ascent.start, ascent.mask, ascent.isReplayable, ascent.objective]);
    if (text === this.tools.dataset.of) return;
    this.tools.dataset.of = text;
    fill(this.tools,
      el("button", { type: "button", className: "plain small", onclick: async () => { const file = await pickFile("image/*"); if (file) this.startFrom((await send("/api/images", file)).id); } }, "Start from an image …"),
      ascent.start ? el("button", { type: "button", className: "plain small", onclick: () => this.startFrom(null) }, "Start from noise") : null,
      el("button", { type: "button", className: "plain small", onclick: () => this.#paintMask(lane) }, ascent.mask ? "Paint another mask" : "Paint a mask"),
      ascent.mask ? el("button", { type: "button", className: "plain small", onclick: () => this.#mask(lane, null) }, "Without the mask") : null,
      el("a", { className: "plain small", href: link("photo", { model: ascent.model, ascent: ascent.id }) }, "What fires on it?"));
    const called = ascent.objective.replace(/[^A-Za-z0-9_.]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "picture";
    const file = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ title) => el("a", { className: "plain small", href: `/api/ascents/${ascent.id}/${name}`, download: called + name.slice(name.lastIndexOf(".")), title }, label);
    fill(this.saving, el("span", { className: "quiet" }, "save "), file("picture.png", "PNG", "The picture, which carries its recipe"), file("recipe.json", "recipe", ascent.isReplayable ? "The recipe, for phosphene render --recipe" : "The recipe as it stands; the steered run as a whole cannot be replayed"),
      file("animation.gif", "animation", "How it grew"), file("page.html", "page", "A page that stands alone"), copyButton("link", () => location.href, this.studio.say));
  }

  #drawButtons() {
    const isRunning = this.#lanes.some((lane) => lane.ascent?.isRunning), label = isRunning ? "Pause" : "Go on";
    fill(this.runButton, icon(isRunning ? icons.pause : icons.run));
    this.runButton.title = label;
    this.runButton.setAttribute("aria-label", label);
  }

  #drawNumbers() {
    const lane = this.#lane, ascent = lane?.ascent;
    if (!ascent) return;
    fill(this.steps, el("small", {}, "step "), `${ascent.step}`, el("small", {}, ` of ${ascent.steps}`));
    fill(this.value, el("small", {}, "value "), number(ascent.value));
    this.rate.textContent = ascent.isRunning ? `${lane.rate.toFixed(lane.rate < 10 ? 1 : 0)} steps/s${calm.matches ? "; shown when it pauses" : ""}` : ascent.isDone ? "done" : "paused";
    const isOne = this.#lanes.length === 1;
    const series = isOne ? [{ name: "value", points: lane.trace.map(([step, value]) => /** @type {[number, number]} */ ([step, value])) }, ...(ascent.terms.length > 1 ? ascent.terms.map((name, place) => ({ name, points: lane.trace.map(([step, , terms]) => /** @type {[number, number]} */ ([step, terms[place] ?? NaN])) })) : [])]
      : this.#lanes.map((one, place) => ({ name: `${place + 1}`, points: one.trace.map(([step, value]) => /** @type {[number, number]} */ ([step, value])) }));
    this.plot.show(series, Math.max(...this.#lanes.map((one) => one.ascent?.steps ?? 0)), ascent.changes ?? []);
    const names = series.map(({ name }) => name).join("\n");
    if (this.legend.dataset.names !== names) {
      this.legend.dataset.names = names;
      fill(this.legend, series.length > 1 ? series.map(({ name }, place) => el("li", {}, svg("svg", { width: 14, height: 8, "aria-hidden": "true" }, svg("path", { class: `line s${place}`, d: "M0 4H14" })), name)) : el("li", {}, "value over steps"));
    }
    this.steered.textContent = (ascent.changes ?? []).slice(-3).map(({ step, what }) => `steered at ${step}: ${what}`).join(" · ");
    if (lane.spectrum) drawSpectrum(this.spectrum, lane.spectrum);
  }

  #drawFilm() {
    const lane = this.#lane, ascent = lane?.ascent;
    if (!ascent) return;
    const text = `${ascent.id} ${lane.beginning} ${ascent.snapshots.join()}`;
    if (text === this.#film) return;
    const isSame = this.#film.startsWith(`${ascent.id} ${lane.beginning} `);
    this.#film = text;
    const known = new Map(isSame ? [...this.film.children].map((frame) => [/** @type {HTMLElement} */ (frame).dataset.step, frame]) : []);
    const frames = ascent.snapshots.map((step) => known.get(String(step)) ?? el("button", { type: "button", data: { step: String(step) }, title: `Back to step ${step}`, onclick: () => this.#goBack(step) },
      el("img", { src: `/api/ascents/${ascent.id}/snapshots/${step}.jpg?${lane.beginning}`, alt: `After step ${step}`, width: frameFilm, height: frameFilm, decoding: "async", onerror: () => { ascent.snapshots = ascent.snapshots.filter((other) => other !== step); this.#drawFilm(); } }), el("small", {}, step)));
    // Those that stay are not moved, so that the one that has the focus keeps it.
    for (const frame of [...this.film.children]) if (!frames.includes(/** @type {HTMLButtonElement} */ (frame))) frame.remove();
    frames.forEach((frame, place) => { if (this.film.children[place] !== frame) this.film.insertBefore(frame, this.film.children[place] ?? null); });
    if (!this.film.contains(document.activeElement)) this.film.scrollLeft = this.film.scrollWidth;
  }

  /** @param {number} step */
  async #goBack(step) {
    await this.#all((lane) => lane.ascent?.snapshots.includes(step) ? lane.goBack(step) : undefined);
    this.studio.say(`Back at step ${step}.`);
  }

  // A picture that is done goes on, for the mask to show.
  /** @param {Lane} lane @param {string | null} image */
  async #mask(lane, image) {
    await lane.mask(image);
    if (image && lane.ascent?.isDone) await lane.run();
    commit(this.#address());
  }

  /** @param {Lane} lane */
  #paintMask(lane) {
    this.#painter?.close();
    this.#painter = new MaskPainter(lane.canvas, (image) => this.#mask(lane, image), () => { this.#painter = null; });
    lane.frame.append(this.#painter.canvas);
    this.stage.after(this.#painter.tools);
    this.#painter.canvas.focus();
  }

  /** @param {number} by */
  #neighbour(by) {
    const model = this.#model, unit = model ? unitOf(model, this.#lanes[0].given.objective) : null;
    if (!model || !unit) return;
    const channel = (unit.channel + by + unit.layer.channels) % unit.layer.channels;
    this.#goTo(objectiveOf(unit.layer, channel));
  }

  /** @param {number} by */
  #layer(by) {
    const model = this.#model, unit = model ? unitOf(model, this.#lanes[0].given.objective) : null;
    const next = model && unit ? model.layers[model.layers.indexOf(unit.layer) + by] : null;
    if (next && unit) this.#goTo(objectiveOf(next, Math.min(unit.channel, next.channels - 1)));
  }

  // The same recipe, another unit.
  /** @param {string} objective */
  #goTo(objective) {
    const params = this.#params();
    for (const key of [...params.keys()]) if (key.startsWith("ascent")) params.delete(key);
    params.set("objective", objective);
    go(link("unit", params));
  }

  keys = {
    ArrowLeft: () => this.#neighbour(-1), h: () => this.#neighbour(-1), k: () => this.#neighbour(-1), ArrowRight: () => this.#neighbour(1), l: () => this.#neighbour(1), j: () => this.#neighbour(1),
    "[": () => this.#layer(-1), "]": () => this.#layer(1),
    " ": () => void this.#toggle(), ".": () => void this.#all((lane) => lane.advance()), r: () => void this.#again(),
    1: () => this.#split(1), 2: () => this.#split(2), 4: () => this.#split(4),
    Escape: () => { const unit = this.#model && unitOf(this.#model, this.#lanes[0].given.objective); if (this.#model && unit) go(link("layer", { model: this.#model.name, layer: unit.layer.name, at: unit.channel })); },
  };
}

/** @param {string} name @param {number} place */
const keyed = (name, place) => place === 1 ? name : `${name}.${place}`;

/** What stays when another preset is chosen. @param {import("./types.js").Parts} given */
const kept = ({ seed, size }) => ({ ...(seed === undefined ? {} : { seed }), ...(size === undefined ? {} : { size }) });

/**
 * What the address says of a lane.
 * @param {URLSearchParams} params @param {number} place @param {Given | null} first @param {Model} model
 * @returns {Given}
 */
function given(params, place, first, model) {
  /** @type {import("./types.js").Parts} */
  const own = {};
  for (const part of parts) {
    const text = params.get(keyed(part, place));
    if (text !== null) own[part] = text;
  }
  return { objective: params.get(keyed("objective", place)) ?? first?.objective ?? usualObjective(model), preset: params.get(keyed("preset", place)) ?? usualPreset, parts: own };
}

/** @param {Model} model */
function usualObjective(model) {
  const layer = usualLayer(model);
  return objectiveOf(layer, Math.floor(layer.channels * 0.37));
}
