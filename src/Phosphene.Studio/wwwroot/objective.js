// @ts-check
// A field for a text of the recipe's small languages: what could stand at the cursor is offered, and what is wrong is said under its character.

import { ApiError, post } from "./api.js";
import { el, fill, settled } from "./dom.js";

/** @typedef {import("./types.js").Completion} Completion */

let fields = 0;

export class TextField {
  /** @type {Completion[]} */
  #offers = [];
  #chosen = -1;
  #version = 0;
  #committed = "";

  /**
   * @param {object} options
   * @param {string} options.kind which language: "objective", "transform" …
   * @param {string} options.label
   * @param {() => string} options.model
   * @param {(text: string) => void} options.commit a text that can be read is to be taken
   */
  constructor({ kind, label, model, commit }) {
    this.kind = kind;
    this.model = model;
    this.commit = commit;
    const id = `text-${fields++}`;
    this.list = el("ul", { id: `${id}-list`, role: "listbox", className: "offers", hidden: true, "aria-label": "How it can go on" });
    this.error = el("p", { id: `${id}-error`, className: "text-error", hidden: true });
    this.input = el("input", {
      id, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: false, maxLength: 4000, "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, "aria-describedby": this.error.id,
      oninput: () => { this.#later(); }, onclick: () => this.#later(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event), onscroll: () => this.#placeError(),
      onblur: () => { this.#offer([]); this.#take(); },
    });
    this.element = el("div", { className: "text-field" }, this.input, this.list, this.error);
  }

  get value() {
    return this.input.value;
  }

  /** Shows a text, unless somebody is writing another one. @param {string} text */
  show(text) {
    if (this.#committed === text && this.input === document.activeElement) return;
    this.#committed = text;
    if (this.input === document.activeElement && this.input.value !== text) return;
    this.input.value = text;
    this.fail(null);
  }

  /** @param {{message: string, position?: number | null} | null} error */
  fail(error) {
    this.error.hidden = error === null;
    this.input.toggleAttribute("aria-invalid", error !== null);
    if (!error) return;
    const position = error.position ?? null;
    this.error.dataset.position = String(position ?? "");
    // The mark stands under the character: the field is set in a font of one width.
    fill(this.error, position === null ? null : el("span", { className: "caret", "aria-hidden": "true" }, "▲"), el("span", { className: "why" }, error.message));
    this.#placeError();
  }

  #placeError() {
    const caret = /** @type {HTMLElement | null} */ (this.error.querySelector(".caret"));
    if (caret) caret.style.marginInlineStart = `max(0px, calc(${this.error.dataset.position || 0}ch - ${this.input.scrollLeft}px))`;
  }

  #later = settled(120, () => this.#look());

  async #look() {
    const version = ++this.#version, text = this.input.value, position = this.input.selectionStart ?? text.length, model = this.model();
    if (this.input !== document.activeElement) return;
    const [offers, checked] = await Promise.allSettled([post("/api/texts/complete", { model, kind: this.kind, text, position }), post("/api/texts/check", { model, kind: this.kind, text })]);
    if (version !== this.#version || this.input !== document.activeElement) return;
    this.#offer(offers.status === "fulfilled" ? offers.value : []);
    if (checked.status === "fulfilled") this.fail(checked.value.ok || !text.trim() ? null : checked.value);
    else this.fail(checked.reason instanceof ApiError ? checked.reason : null);
  }

  /** @param {Completion[]} offers */
  #offer(offers) {
    this.#offers = offers.slice(0, 60);
    this.#chosen = -1;
    this.list.hidden = offers.length === 0;
    this.input.setAttribute("aria-expanded", String(offers.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    fill(this.list, this.#offers.map((offer, index) => el("li", { id: `${this.list.id}-${index}`, role: "option", "aria-selected": "false", onpointerdown: (/** @type {Event} */ event) => { event.preventDefault(); this.#accept(index); } },
      el("code", {}, offer.text), el("small", {}, offer.description))));
  }

  /** @param {number} index */
  #choose(index) {
    this.#chosen = (index + this.#offers.length) % this.#offers.length;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.#chosen)));
    this.list.children[this.#chosen].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.#chosen}`);
  }

  /** @param {number} index */
  #accept(index) {
    const offer = this.#offers[index], position = this.input.selectionStart ?? this.input.value.length;
    this.input.setRangeText(offer.text, offer.start, position, "end");
    this.#offer([]);
    this.#later();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isOpen = !this.list.hidden;
    if (isOpen && event.key === "ArrowDown") this.#choose(this.#chosen + 1);
    else if (isOpen && event.key === "ArrowUp") this.#choose(this.#chosen < 0 ? -1 : this.#chosen - 1);
    else if (isOpen && (event.key === "Tab" || event.key === "Enter") && this.#chosen >= 0) this.#accept(this.#chosen);
    else if (event.key === "Enter") { this.#offer([]); this.#take(); }
    else if (event.key === "Escape" && isOpen) this.#offer([]);
    else if (event.key === "Escape") { this.input.value = this.#committed; this.fail(null); this.input.blur(); }
    else if (event.key === " " && event.ctrlKey) this.#look();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #take() {
    this.#version++;
    const text = this.input.value.trim();
    if (text === this.#committed) return;
    this.#committed = text;
    this.commit(text);
  }
}
