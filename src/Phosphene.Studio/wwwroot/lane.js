// @ts-check
// One ascent on the stage: its picture, how it stands, and what it is told.

import { ApiError, post } from "./api.js";
import { el, number } from "./dom.js";
import * as metrics from "./metrics.js";

/** @typedef {import("./types.js").Ascent} Ascent */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Parts} Parts */
/** @typedef {import("./types.js").TracePoint} TracePoint */
/** @typedef {{objective: string, preset: string, parts: Parts}} Given what decides the picture: parts that are not as in the preset */

const steeringPause = 80;                                            // milliseconds between two changes while something is dragged
const mostPoints = 1_000;

/** Whether somebody wants nothing to move. */
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {Given} a @param {Given} b */
const isSame = (a, b) => a.objective === b.objective && a.preset === b.preset && JSON.stringify(Object.entries(a.parts).sort()) === JSON.stringify(Object.entries(b.parts).sort());

/** @param {Ascent} ascent */
const leave = (ascent) => { if (ascent.isRunning) post(`/api/ascents/${ascent.id}/pause`).catch(() => {}); };

export class Lane {
  /** @type {Ascent | null} */
  ascent = null;
  /** @type {Given} */
  given = { objective: "", preset: "swift", parts: {} };
  /** @type {TracePoint[]} */
  trace = [];
  /** @type {number[] | null} */
  spectrum = null;
  rate = 0;
  /** Counts beginnings, so that pictures of an earlier one are not taken for those of this one. */
  beginning = 0;
  /** @type {ApiError | null} */
  error = null;

  /** @type {string | null} */
  #next = null;
  #isDecoding = false;
  /** @type {{given: Given, done: ((isTaken: boolean) => void)[]} | null} */
  #wanted = null;
  #isSteering = false;
  /** What came before the answer that says which ascent it is of. @type {Map<string, Frame>} */
  #early = new Map();

  /**
   * @param {import("./types.js").Studio} studio
   * @param {(what: "state" | "frame") => void} told
   */
  constructor(studio, told) {
    this.studio = studio;
    this.told = told;
    this.canvas = el("canvas", { width: 128, height: 128, role: "img", "aria-label": "Not begun" });
    this.bar = el("progress", { max: 1, value: 0, "aria-label": "Steps" });
    this.line = el("span", { className: "line" });
    this.warnings = el("span", { className: "warnings" });
    this.frame = el("div", { className: "picture" }, this.canvas);
    this.element = el("figure", { className: "lane" }, this.frame, this.bar, el("figcaption", {}, this.line, this.warnings));
  }

  /**
   * Begins an ascent, or takes up one that the server knows.
   * @param {string} model @param {Given} given @param {string | null} id
   * @param {import("./types.js").Picture | null} coarse what is shown until the first frame
   */
  async begin(model, given, id, coarse) {
    this.given = given;
    this.ascent = null;
    this.trace = [];
    this.spectrum = null;
    this.error = null;
    const beginning = ++this.beginning;
    if (coarse?.image) this.#paint(coarse.image, false);
    this.#early.clear();
    try {
      await this.studio.stream.opened;
      const state = await post("/api/ascents", { page: this.studio.page, group: this.studio.page, ...(id ? { id } : {}), model, objective: given.objective, recipe: { preset: given.preset, parts: given.parts } });
      if (beginning !== this.beginning) {
        // Somebody went on before the answer came: what began for nobody goes no further.
        if (!id) leave(state);
        return;
      }
      this.take(state);
      const early = this.#early.get(state.id);
      if (early && early.step > state.step) this.show(early);
    } catch (error) {
      if (beginning === this.beginning) this.#refused(error);
    }
  }

  /** How it stands. @param {Ascent} state */
  take(state) {
    const before = this.ascent;
    // What is told without a trace is the same ascent a moment later.
    if (state.trace) this.trace = state.trace.map(([step, value, terms]) => [step, value, terms ?? []]);
    else if (before && state.step < before.step) this.trace = this.trace.filter(([step]) => step <= state.step);
    this.ascent = state;
    if (!state.isRunning && state.step > 0 && (!before || before.step !== state.step || calm.matches && before.isRunning)) this.#paint(`/api/ascents/${state.id}/picture.png?${this.beginning}-${state.step}`, true);
    this.#say();
    this.told("state");
  }

  /** @param {Frame} frame */
  show(frame) {
    if (!this.ascent) this.#early.set(frame.ascent, frame);
    if (frame.ascent !== this.ascent?.id) return;
    Object.assign(this.ascent, { step: frame.step, steps: frame.steps, value: frame.value, isRunning: frame.isRunning, isDone: frame.isDone });
    this.rate = frame.rate;
    this.spectrum = frame.spectrum ?? this.spectrum;
    while (this.trace.length > 0 && /** @type {TracePoint} */ (this.trace.at(-1))[0] >= frame.step) this.trace.pop();
    if (frame.value !== null) this.trace.push([frame.step, frame.value, frame.terms ?? []]);
    if (this.trace.length > mostPoints) this.trace = this.trace.filter((_, place) => place % 2 === 0 || place === this.trace.length - 1);
    // For those who want nothing to move, the picture changes when it pauses and when it is done.
    if (frame.image && (!calm.matches || !frame.isRunning || frame.isDone)) this.#paint(frame.image, true);
    this.#say();
    this.told("frame");
  }

  /**
   * Changes what decides the picture, at the next step.
   * @param {Given} given
   * @returns {Promise<boolean>} whether it was taken; false too if a later change overtook it
   */
  steer(given) {
    this.given = given;
    return new Promise((resolve) => {
      for (const done of this.#wanted?.done ?? []) done(false);
      this.#wanted = { given, done: [resolve] };
      this.#steerOn();
    });
  }

  async #steerOn() {
    if (this.#isSteering) return;
    this.#isSteering = true;
    while (this.#wanted && this.ascent) {
      const { given, done } = this.#wanted, pause = new Promise((resolve) => setTimeout(resolve, steeringPause));
      this.#wanted = null;
      let isTaken = false;
      try {
        this.take(this.#latest(await post(`/api/ascents/${this.ascent.id}/steer`, { objective: given.objective, recipe: { preset: given.preset, parts: given.parts } })));
        this.error = null;
        isTaken = true;
        // The shortest text for the same, as the server prints it.
        const { parts } = /** @type {Ascent} */ (this.ascent).recipe;
        if (this.given === given) this.given = { ...given, parts: Object.fromEntries(Object.keys(given.parts).map((part) => [part, parts[/** @type {import("./types.js").Part} */ (part)] ?? ""])) };
      } catch (error) {
        this.#refused(error);
      }
      for (const one of done) one(isTaken);
      this.told("state");
      await pause;
    }
    this.#isSteering = false;
  }

  // A frame may be here before the answer to what was asked before it: what it says of the step is newer.
  /** @param {Ascent} state @returns {Ascent} */
  #latest(state) {
    const { ascent } = this;
    return ascent && ascent.id === state.id && ascent.step > state.step ? { ...state, step: ascent.step, value: ascent.value, isRunning: ascent.isRunning, isDone: ascent.isDone } : state;
  }

  /** @param {string} path @param {object} [body] @param {boolean} [isAnew] whether the steps begin before where they were */
  async #ask(path, body = {}, isAnew = false) {
    if (!this.ascent) return;
    try {
      const beginning = this.beginning, state = await post(`/api/ascents/${this.ascent.id}/${path}`, body);
      if (this.ascent?.id === state.id) this.adopt(isAnew || beginning !== this.beginning ? state : this.#latest(state));
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Takes a state with what was changed elsewhere: by another tab, or by going on beyond the last step. @param {Ascent} state */
  adopt(state) {
    const before = this.ascent;
    if (before && !this.#isSteering) {
      const changed = Object.entries(state.recipe.parts).filter(([part, text]) => before.recipe.parts[/** @type {import("./types.js").Part} */ (part)] !== text);
      this.given = { objective: state.objective === before.objective ? this.given.objective : state.objective, preset: state.recipe.preset === before.recipe.preset ? this.given.preset : state.recipe.preset, parts: { ...this.given.parts, ...Object.fromEntries(changed) } };
    }
    this.take({ ...state, snapshots: state.snapshots ?? before?.snapshots ?? [] });
  }

  run() { return this.#ask("run"); }
  pause() { return this.#ask("pause"); }
  advance(steps = 1) { return this.#ask("advance", { steps }); }

  /** @param {number} step */
  goBack(step) { return this.#anew("return", { step }); }
  /** @param {string} seed */
  restart(seed) {
    this.given = { ...this.given, parts: { ...this.given.parts, seed } };
    return this.#anew("restart", { seed });
  }
  /** @param {string | null} image */
  start(image) { return this.#anew("start", { image }); }
  /** Begins anew with what is given. */
  afresh() { return this.#anew("restart", {}); }
  /** @param {string | null} image */
  mask(image) { return this.#ask("mask", { image }); }

  /** @param {string} path @param {object} body */
  #anew(path, body) {
    this.beginning++;
    // The pictures of how it grew go with what they belonged to; the answer says which there are.
    if (this.ascent) this.ascent.snapshots = [];
    metrics.begun();
    return this.#ask(path, body, true);
  }

  /** @param {Given} given @param {string | null} id whether it shows this already, or can be steered there */
  is(given, id) {
    return this.ascent !== null && (id === null || id === this.ascent.id) && isSame(given, this.given);
  }

  /** Leaves it: it goes no further. */
  leave() {
    if (this.ascent) leave(this.ascent);
  }

  /** @param {unknown} error */
  #refused(error) {
    this.error = error instanceof ApiError ? error : null;
    if (!this.error) throw error;
    this.#say();
    this.told("state");
  }

  #say() {
    const { ascent } = this;
    if (!ascent) {
      this.line.textContent = this.error?.message ?? "";
      return;
    }
    const { preset, parts } = ascent.recipe;
    // One line that says what it is.
    const isOwn = Object.keys(this.given.parts).some((part) => part !== "seed" && part !== "size" && part !== "steps");
    this.line.textContent = `${ascent.objective} · ${preset}${isOwn ? ", changed" : ""} · ${number(ascent.value)} · seed ${parts.seed ?? 0}`;
    this.canvas.setAttribute("aria-label", `${ascent.objective}, ${preset}, step ${ascent.step} of ${ascent.steps}`);
    this.bar.value = ascent.step / Math.max(1, ascent.steps);
    const warnings = [...(ascent.failure ? [ascent.failure] : []), ...(ascent.warnings ?? []), ...(this.error && !this.error.field ? [this.error.message] : [])];
    const text = warnings.join(" ");
    if (this.warnings.textContent !== text) this.warnings.replaceChildren(...warnings.map((warning) => el("em", {}, warning, " ")));
  }

  // The latest that came; what comes while one is decoded waits, and the last of them is next.
  /** @param {string} source @param {boolean} counts */
  async #paint(source, counts) {
    this.#next = source;
    if (this.#isDecoding) return;
    this.#isDecoding = true;
    while (this.#next) {
      const image = new Image();
      image.src = this.#next;
      this.#next = null;
      try {
        await image.decode();
      } catch {
        continue;
      }
      const { canvas } = this;
      if (canvas.width !== image.naturalWidth || canvas.height !== image.naturalHeight) [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      if (counts) metrics.shown();
    }
    this.#isDecoding = false;
  }
}
