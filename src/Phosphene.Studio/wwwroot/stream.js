// @ts-check
// The one connection over which the page is told what happens. It comes back by itself, and says when it is away.

import { post } from "./api.js";

const minute = 60_000, silence = 25_000, patience = 3_000;             // milliseconds; the server's pulse comes every 10 seconds

/** @typedef {"frame" | "ascent" | "snapshot" | "picture" | "change"} Kind */

export class Stream {
  /** @type {EventSource | null} */
  #source = null;
  /** @type {Map<string, Set<(data: any) => void>>} */
  #listeners = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  #wait = 500;
  #hasBeenOpen = false;
  #isOpen = () => {};
  /** Until the connection stands, or does not for a while: what is asked for before is told to nobody. */
  opened = new Promise((/** @type {(value?: undefined) => void} */ resolve) => { this.#isOpen = resolve; setTimeout(resolve, patience); });

  /**
   * @param {string} page
   * @param {(isOpen: boolean) => void} told whether the connection stands
   * @param {() => void} resumed it stands again: what is shown is asked for anew
   */
  constructor(page, told, resumed) {
    this.page = page;
    this.told = told;
    this.resumed = resumed;
    document.addEventListener("visibilitychange", () => this.#turn());
    setInterval(() => { if (document.hidden) this.#tellVisibility(); }, minute);
    addEventListener("pagehide", () => this.#source?.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
    addEventListener("online", () => this.open());
  }

  open() {
    this.#source?.close();
    const source = this.#source = new EventSource(`/api/events?page=${this.page}`);
    source.addEventListener("hello", () => {
      this.#wait = 500;
      this.told(true);
      this.#isOpen();
      if (this.#hasBeenOpen) this.resumed();
      this.#hasBeenOpen = true;
      this.#tellVisibility();
    });
    for (const kind of ["hello", "pulse"]) source.addEventListener(kind, () => this.#alive());
    for (const kind of this.#listeners.keys()) this.#forward(source, kind);
    source.addEventListener("error", () => {
      this.told(false);
      // What the browser does not try again by itself, such as an answer 429.
      if (source.readyState === EventSource.CLOSED) this.#again();
    });
    this.#alive();
  }

  /**
   * @param {Kind} kind
   * @param {(data: any) => void} listener
   */
  on(kind, listener) {
    let listeners = this.#listeners.get(kind);
    if (!listeners) {
      this.#listeners.set(kind, listeners = new Set());
      if (this.#source) this.#forward(this.#source, kind);
    }
    listeners.add(listener);
  }

  /** @param {EventSource} source @param {string} kind */
  #forward(source, kind) {
    source.addEventListener(kind, (event) => {
      this.#alive();
      const data = JSON.parse(/** @type {MessageEvent<string>} */ (event).data);
      for (const listener of this.#listeners.get(kind) ?? []) listener(data);
    });
  }

  #alive() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => { this.told(false); this.#again(); }, silence);
  }

  #again() {
    this.#source?.close();
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, 8_000);
  }

  // Browsers have six connections for all pages of a studio: a hidden page gives its own up, and asks anew when it is shown.
  #turn() {
    this.#tellVisibility();
    if (!document.hidden) this.open();
    else {
      this.#source?.close();
      clearTimeout(this.#watch);
    }
  }

  #tellVisibility() {
    post("/api/visibility", { page: this.page, isVisible: !document.hidden, stays: document.hidden }).catch(() => {});
  }
}
