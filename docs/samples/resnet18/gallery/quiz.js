// @ts-check
// Two photos, one question: which of them excites the unit? Answers are kept in this browser alone, until they are saved.
"use strict";

/** @typedef {{ unit: string, page: string, pictures: string[], high: string[], low: string[] }} Question */
/** @typedef {{ unit: string, references: "optimised" | "photos", high: string, low: string, right: boolean, milliseconds: number }} Answer */

(() => {
  const questions = /** @type {Question[]} */ (/** @type {any} */ (window).phosphene.questions);
  const quiz = /** @type {HTMLElement} */ (document.getElementById("quiz"));
  const key = `phosphene quiz ${location.pathname}`, mostReferences = 9;

  /** @type {Answer[]} */
  let answers = load();

  function load() {
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((answer) => answer && typeof answer.unit === "string" && typeof answer.right === "boolean") : [];
    } catch {
      return [];
    }
  }

  function keep() {
    try { localStorage.setItem(key, JSON.stringify(answers)); } catch { /* a browser that keeps nothing still asks */ }
  }

  /** @param {number} count */
  const draw = (count) => Math.floor(Math.random() * count);

  // Of both kinds of references as many; units that were not asked about come first.
  function next() {
    const optimised = answers.filter((answer) => answer.references === "optimised").length, photos = answers.length - optimised;
    const references = optimised < photos ? "optimised" : optimised > photos ? "photos" : draw(2) ? "optimised" : "photos";
    const asked = new Set(answers.map((answer) => answer.unit)), fresh = questions.filter((question) => !asked.has(question.unit));
    const from = fresh.length > 0 ? fresh : questions;
    ask(from[draw(from.length)], /** @type {Answer["references"]} */ (references));
  }

  /** @param {string} file @param {string} alt */
  function image(file, alt) {
    const element = document.createElement("img");
    element.src = file;
    element.alt = alt;
    return element;
  }

  /** @param {string} kind @param {string} text @param {string} [name] */
  function element(kind, text, name = "") {
    const made = document.createElement(kind);
    made.textContent = text;
    made.className = name;
    return made;
  }

  /** @param {Question} question @param {Answer["references"]} references */
  function ask(question, references) {
    const high = question.high[draw(question.high.length)], low = question.low[draw(question.low.length)];
    const shown = references === "optimised" ? question.pictures.slice(0, mostReferences) : question.high.filter((file) => file !== high).slice(0, mostReferences);
    const pair = draw(2) ? [high, low] : [low, high], start = performance.now();
    const buttons = pair.map((file, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(image(file, place === 0 ? "the left photo" : "the right photo"), element("span", String(place + 1)));
      button.addEventListener("click", () => answer(place));
      return button;
    });
    const left = document.createElement("div"), both = document.createElement("div"), tell = element("p", "", "tell");
    tell.setAttribute("role", "status");
    left.className = "references";
    left.append(...shown.map((file, i) => image(file, `reference ${i + 1}`)));
    both.className = "pair";
    both.append(...buttons);
    quiz.replaceChildren(element("h2", references === "optimised" ? "These images were optimised to excite the unit." : "These photos excite the unit."), left, element("h2", "Which of these two excites it more?"), both, tell, score());
    current = answer;

    /** @param {number} place */
    function answer(place) {
      if (current !== answer) return;
      const right = pair[place] === high;
      answers.push({ unit: question.unit, references, high, low, right, milliseconds: Math.round(performance.now() - start) });
      keep();
      for (const [i, button] of buttons.entries()) button.className = pair[i] === high ? "right" : i === place ? "wrong" : "";
      const link = document.createElement("a");
      link.href = question.page;
      link.textContent = question.unit;
      const more = /** @type {HTMLButtonElement} */ (element("button", "Next", "plain"));
      more.addEventListener("click", () => { next(); quiz.querySelector("button")?.focus({ preventScroll: true }); });
      tell.replaceChildren(`${right ? "Right" : "No"}: it is the ${pair[0] === high ? "left" : "right"} one. The unit is `, link, ". ", more);
      quiz.querySelector(".result")?.replaceWith(score());
      more.focus();
      current = () => next();
    }
  }

  /** @type {(place: number) => void} */
  let current = () => {};
  document.addEventListener("keydown", (event) => {
    if ((event.key === "1" || event.key === "2") && !event.ctrlKey && !event.metaKey && !event.altKey) current(Number(event.key) - 1);
  });

  // The share and its interval of 95 %: Wilson, Journal of the American Statistical Association 1927.
  /** @param {Answer[]} some */
  function share(some) {
    const n = some.length, right = some.filter((answer) => answer.right).length, z = 1.96;
    if (n === 0) return "–";
    const p = right / n, middle = (p + z * z / (2 * n)) / (1 + z * z / n), half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return `${Math.round(100 * p)} % (${Math.round(100 * (middle - half))} to ${Math.round(100 * (middle + half))} %)`;
  }

  function score() {
    const result = document.createElement("div"), table = document.createElement("table");
    result.className = "result";
    table.className = "score";
    for (const [name, some] of /** @type {[string, Answer[]][]} */ ([["with optimised images", answers.filter((answer) => answer.references === "optimised")], ["with photos", answers.filter((answer) => answer.references === "photos")]])) {
      const row = table.insertRow();
      row.append(element("th", name), element("td", share(some)), element("td", `${some.filter((answer) => answer.right).length} of ${some.length}`));
    }
    result.append(table, element("p", answers.length < 20 ? "Twenty answers or more say something; the range is where the true share lies in 19 of 20 cases." : "The range is where the true share lies in 19 of 20 cases.", "caption"));
    if (answers.length > 0) {
      const save = element("button", "Save the answers", "plain"), clear = element("button", "Begin anew", "plain");
      save.addEventListener("click", () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([JSON.stringify({ quiz: document.title, answers }, null, 1)], { type: "application/json" }));
        link.download = "quiz-answers.json";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      });
      clear.addEventListener("click", () => { answers = []; keep(); next(); });
      result.append(save, " ", clear);
    }
    return result;
  }

  quiz.hidden = false;
  next();
})();
