// @ts-check
// What the studio's server and its page tell each other, as types. There is no code here.

/** @typedef {{name: string, path: string}} ModelName */
/** @typedef {{name: string, title: string, isClasses: boolean, channels: number, height: number, width: number, sources: number[]}} Layer title: the name where there is little room; sources: places of layers in the list */
/** @typedef {{name: string, path: string, sha256: string, height: number, width: number, layers: Layer[], labels: string[], doubt: string | null}} Model */

/** @typedef {{name: string, description: string, kind: string, least: number | null, most: number | null, unit: string, choices: string[], default: string | null, isRequired: boolean}} Parameter */
/** @typedef {{name: string, description: string, example: string, signature: string, parameters: Parameter[]}} Entry a word of a registry */
/** @typedef {{kind: string, description: string, entries: Entry[]}} Registry */
/** @typedef {{name: string, recipe: Recipe}} Preset */
/** @typedef {{registries: Registry[], presets: Preset[]}} Texts */
/** @typedef {{start: number, text: string, description: string}} Completion */
/** @typedef {{name: string, arguments: Record<string, string>, weight?: number}} Word one word of a text, taken apart */
/** @typedef {{ok: boolean, text?: string, words?: Word[] | null, message?: string, position?: number}} Checked a wrong text has a message and the character at which it is wrong */

/** @typedef {"steps" | "size" | "seed" | "parameterization" | "transforms" | "optimizer" | "imageOperators" | "gradientOperators" | "penalty"} Part a part of a recipe */
/** @typedef {Partial<Record<Part, string>>} Parts */
/** @typedef {{preset: string, parts: Parts}} Recipe a part that is left out is as in the preset */

/** @typedef {[number, number, (number | null)[]]} TracePoint step, value, value of each term */
/** @typedef {{step: number, what: string}} Change */
/**
 * @typedef {object} Ascent
 * @property {string} id
 * @property {string} model
 * @property {string} objective
 * @property {Recipe} recipe with all parts
 * @property {number} step
 * @property {number} steps
 * @property {boolean} isRunning
 * @property {boolean} isDone
 * @property {string | null} failure
 * @property {string | null} note
 * @property {string[]} warnings
 * @property {string | null} fit how the picture is made to fit the model
 * @property {number} height
 * @property {number} width
 * @property {number | null} value
 * @property {string | null} start image that it began from
 * @property {string | null} mask image that says where it may change
 * @property {string} command
 * @property {string | null} commandNote what the command does not say
 * @property {number[]} snapshots
 * @property {TracePoint[]} [trace]
 * @property {string[]} terms
 * @property {Change[]} changes
 * @property {boolean} isReplayable
 */
/** @typedef {{ascent: string, step: number, steps: number, value: number | null, terms: (number | null)[], rate: number, frames: number, image: string | null, spectrum: number[] | null, isRunning: boolean, isDone: boolean}} Frame */
/** @typedef {{model: string, unit: string, step: number, steps: number, value: number | null, size: number, image: string, isFinal: boolean, failure?: string | null}} Picture of a unit */

/** @typedef {{class: number, label: string | null, probability: number}} ClassOfPhoto */
/** @typedef {{channel: number, value: number, y?: number, x?: number, usual?: number}} FiringUnit */
/** @typedef {{row: number, column: number, height: number, width: number, units: FiringUnit[], rankedBy?: string}} UnitsAt */
/** @typedef {{height: number, width: number, values: number[], highest?: number}} Heat */
/** @typedef {{class: number, label: string | null, value: number, units: {channel: number, effect: number}[], height: number, width: number, values: number[]}} Attribution */
/** @typedef {{name: string, height: number, width: number, units: FiringUnit[]}} LayerOfPhoto */
/** @typedef {{change: string, step: number, before: number, now: number, wanted: number, isDone: boolean, image: string, difference: string, failure?: string | null}} PhotoChange */
/** @typedef {{units: FiringUnit[], classes: ClassOfPhoto[], milliseconds: number}} Seen by the camera */

/** @typedef {{tab: string, params: URLSearchParams}} Route */

/**
 * What every view has at hand.
 * @typedef {object} Studio
 * @property {string} page
 * @property {Texts} texts
 * @property {ModelName[]} models
 * @property {(name: string) => Promise<Model>} model opened, once
 * @property {(text: string, isSeen?: boolean) => void} say to those who listen, and, unless isSeen is false, for a moment in the corner
 * @property {(error: unknown) => void} fail says what went wrong
 * @property {import("./stream.js").Stream} stream
 * @property {import("./pictures.js").Pictures} pictures
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {(params: URLSearchParams) => Promise<void>} show
 * @property {() => void} leave
 * @property {Record<string, (event: KeyboardEvent) => boolean | void>} keys by what KeyboardEvent.key says; false: not taken
 */

export {};
