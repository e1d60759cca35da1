// @ts-check
// Values over steps, with marks where it was steered; and the spectrum of the picture.

import { fill, number, svg } from "./dom.js";

/** @typedef {{name: string, points: [number, number][]}} Series */

const left = 52, right = 12, top = 10, bottom = 22, height = 150;

export class Plot {
  #asked = false;
  /** @type {{series: Series[], steps: number, changes: import("./types.js").Change[]}} */
  #data = { series: [], steps: 1, changes: [] };

  constructor() {
    this.element = svg("svg", { class: "plot", role: "img", "aria-label": "The value over the steps" });
    new ResizeObserver(() => this.#later()).observe(this.element);
  }

  /** @param {Series[]} series @param {number} steps @param {import("./types.js").Change[]} changes */
  show(series, steps, changes) {
    this.#data = { series, steps, changes };
    this.#later();
  }

  // At most once for each frame of the screen, and not while nobody sees it.
  #later() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => { this.#asked = false; this.#draw(); });
  }

  #draw() {
    const width = this.element.clientWidth;
    if (width === 0) return;
    const { series, changes } = this.#data, points = series.flatMap((line) => line.points);
    const steps = Math.max(this.#data.steps, ...points.map(([step]) => step), 1);
    const values = points.map(([, value]) => value).filter(Number.isFinite);
    const [low, high] = range(Math.min(...values, values.length ? Infinity : 0), Math.max(...values, values.length ? -Infinity : 1));
    const x = (/** @type {number} */ step) => left + step / steps * (width - left - right), y = (/** @type {number} */ value) => top + (high - value) / (high - low) * (height - top - bottom);
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const last = series[0]?.points.at(-1);
    this.element.setAttribute("aria-label", last ? `The value over the steps: ${number(last[1])} at step ${last[0]} of ${steps}` : "The value over the steps");
    fill(this.element,
      ticks(low, high, 3).map((value) => [svg("line", { class: "rule", x1: left, x2: width - right, y1: y(value), y2: y(value) }), svg("text", { class: "y", x: left - 8, y: y(value) + 4 }, label(value))]).flat(),
      ticks(0, steps, 4).map((step) => svg("text", { class: "x", x: x(step), y: height - 5 }, String(step))),
      changes.filter((change) => change.step <= steps).map((change) => svg("g", { class: "change" }, svg("title", {}, `${change.step}: ${change.what}`), svg("line", { x1: x(change.step), x2: x(change.step), y1: top - 4, y2: height - bottom }), svg("path", { class: "mark", d: `M${x(change.step) - 4} ${top - 6}h8l-4 6z` }))),
      [...series].reverse().map((line) => svg("path", { class: `line s${series.indexOf(line)}`, d: path(line.points, x, y) })));
  }
}

/** A round number, without the zeros behind it. @param {number} value */
const label = (value) => number(Number(value.toPrecision(6))).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** @param {[number, number][]} points @param {(step: number) => number} x @param {(value: number) => number} y */
const path = (points, x, y) => points.filter(([, value]) => Number.isFinite(value)).map(([step, value], index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("");

/** @param {number} low @param {number} high @returns {[number, number]} */
function range(low, high) {
  if (!(high > low)) return [low - 0.5 - Math.abs(low) / 2, low + 0.5 + Math.abs(low) / 2];
  return [low < 0 || low > (high - low) / 2 ? low - (high - low) * 0.05 : 0, high + (high - low) * 0.05];
}

/**
 * Round numbers within limits.
 * @param {number} low @param {number} high @param {number} count
 */
export function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found = [];
  for (let tick = Math.ceil(low / step); tick * step <= high + step * 1e-9; tick++) found.push(tick * step);
  return found;
}

/**
 * The magnitude of each octave, from coarse to fine, as bars on a scale of logarithms.
 * @param {SVGSVGElement} element
 * @param {number[]} magnitudes
 */
export function drawSpectrum(element, magnitudes) {
  const logs = magnitudes.map((magnitude) => Math.log10(Math.max(magnitude, 1e-12))), most = Math.max(...logs), decades = 3, width = 120, tall = 48, bar = width / magnitudes.length;
  element.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  element.setAttribute("aria-label", `The magnitude of each octave of the picture, from coarse to fine: ${magnitudes.map(number).join(", ")}`);
  fill(element, logs.map((log, index) => {
    const size = Math.max(1, tall * (1 - (most - log) / decades));
    return svg("rect", { x: (index * bar + 1).toFixed(1), y: (tall - size).toFixed(1), width: Math.max(1, bar - 2).toFixed(1), height: size.toFixed(1) });
  }));
}
