// @ts-check
// What is measured in the page: frames a second, and how long it takes from a click to the first frame.

const recent = 1_000;                                                // milliseconds

const metrics = {
  /** Frames that were shown since the page was opened. */
  frames: 0,
  /** Frames in the last second. */
  framesPerSecond: 0,
  /** The most frames in one second since the last ascent began. */
  bestFramesPerSecond: 0,
  /** Milliseconds from the last click that asked for an ascent to its first frame on the screen; null until it is there. */
  firstFrame: /** @type {number | null} */ (null),
};

Object.assign(window, { phospheneStudio: { metrics } });

/** @type {number | null} */
let asked = null;
/** @type {number[]} */
let times = [];

/** When somebody last asked for something. */
let input = -Infinity;
for (const kind of ["click", "keydown"]) addEventListener(kind, () => { input = performance.now(); }, { capture: true });

/** An ascent begins, because of what was clicked just now. */
export function begun() {
  const now = performance.now();
  asked = now - input < recent ? input : now;
  metrics.firstFrame = null;
  metrics.bestFramesPerSecond = 0;
  times = [];
}

/** A frame is on the screen. */
export function shown() {
  const now = performance.now();
  metrics.frames++;
  times.push(now);
  while (times[0] < now - recent) times.shift();
  metrics.framesPerSecond = times.length;
  metrics.bestFramesPerSecond = Math.max(metrics.bestFramesPerSecond, times.length);
  if (asked !== null) {
    metrics.firstFrame = now - asked;
    asked = null;
  }
}

export const framesPerSecond = () => {
  const now = performance.now();
  return times.filter((time) => time > now - recent).length;
};
