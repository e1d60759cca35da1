// @ts-check
// The studio's page: what stands on top of it, and which view the address asks for.

import { ApiError, get } from "./api.js";
import { CameraView } from "./camera.js";
import { el, fill, pickFile } from "./dom.js";
import * as drop from "./drop.js";
import * as history from "./history.js";
import * as keys from "./keys.js";
import { LayerView } from "./layer.js";
import { NetworkMap } from "./map.js";
import { PhotoView } from "./photo.js";
import { Pictures } from "./pictures.js";
import { Stream } from "./stream.js";
import { UnitView } from "./unit.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Studio} Studio */
/** @typedef {import("./types.js").View} View */
/** @typedef {"unit" | "layer" | "photo" | "camera"} Tab */

/** @type {Record<Tab, string>} */
const tabs = { unit: "Unit", layer: "Layer", photo: "Photo → units", camera: "Camera" };

/** What an empty studio dreams of. */
const first = { model: "shapes", objective: "logit('rainbow double circle')", parts: { size: "68", steps: "3000", parameterization: "fourier", transforms: "rotate(-180..180)|jitter(20)", optimizer: "adam(0.05)", penalty: "0.01*l1(0)" } };

// A tab keeps its number while it is reloaded; one that is copied from it takes another.
const page = sessionStorage.getItem("page") ?? crypto.randomUUID().replaceAll("-", "");
sessionStorage.removeItem("page");
addEventListener("pagehide", () => sessionStorage.setItem("page", page));

const status = /** @type {HTMLElement} */ (document.getElementById("status")), problem = /** @type {HTMLElement} */ (document.getElementById("problem")), lost = /** @type {HTMLElement} */ (document.getElementById("lost"));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;
/** @param {string} text @param {boolean} [isSeen] */
function say(text, isSeen = true) {
  status.textContent = text;
  status.classList.toggle("spoken", !isSeen);
  clearTimeout(saying);
  if (isSeen) saying = setTimeout(() => status.classList.add("spoken"), 4_000);
}

/** @param {unknown} error */
function fail(error) {
  if (!(error instanceof ApiError)) {
    if (/** @type {Error} */ (error)?.name === "AbortError") return;
    console.error(error);
  }
  fill(problem, el("span", {}, error instanceof Error ? error.message : String(error)), el("button", { type: "button", className: "plain small", onclick: () => { problem.hidden = true; } }, "Close"));
  problem.hidden = false;
}

// What a button asked for and was refused.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof ApiError)) return;
  event.preventDefault();
  fail(event.reason);
});

/** @type {Map<string, Promise<Model>>} */
const opened = new Map();
/** @param {string} name */
function model(name) {
  let asked = opened.get(name);
  if (!asked) {
    opened.set(name, asked = /** @type {Promise<Model>} */ (get(`/api/models/${encodeURIComponent(name)}`)));
    const slow = setTimeout(() => say(`Opening ${name} …`), 300);
    asked.catch(() => opened.delete(name)).finally(() => clearTimeout(slow));
  }
  return asked;
}

const stream = new Stream(page, (isOpen) => { lost.hidden = isOpen; }, () => { unit?.resume().catch(fail); studio.pictures.again(); });
/** @type {Studio} */
const studio = { page, texts: { registries: [], presets: [] }, models: [], model, say, fail, stream, pictures: new Pictures(page, stream) };
/** @type {UnitView | undefined} */
let unit;

try {
  [studio.models, studio.texts] = await Promise.all([get("/api/models"), get("/api/texts")]);
  begin();
} catch (error) {
  fail(error);
}

function begin() {
  const map = new NetworkMap(studio);
  const live = unit = new UnitView(studio, (model, layer) => map.show(model, layer));
  /** @type {Record<Tab, View>} */
  const views = { unit: live, layer: new LayerView(studio), photo: new PhotoView(studio), camera: new CameraView(studio) };
  /** @type {Tab} */
  let tab = "unit";
  /** @type {URLSearchParams} */
  let params = new URLSearchParams();

  const shell = /** @type {HTMLElement} */ (document.getElementById("shell")), main = /** @type {HTMLElement} */ (document.querySelector("main"));
  const models = el("select", { "aria-label": "Model", onchange: () => models.value === "" ? open() : history.go(history.link(tab, { model: models.value, image: tab === "photo" ? params.get("image") : null })) });
  const links = Object.entries(tabs).map(([name, title]) => el("a", { href: `#/${name}`, data: { tab: name } }, title));
  fill(/** @type {HTMLElement} */ (document.getElementById("models")), models);
  fill(/** @type {HTMLElement} */ (document.getElementById("tabs")), links);
  document.getElementById("help")?.addEventListener("click", keys.help);
  main.append(...Object.values(views).map((view) => view.element));
  const mapSheet = el("div", { className: "sheet map-sheet", id: "layers" }, map.element);
  shell.prepend(mapSheet);
  shell.append(live.panel.element);

  // On a phone the map and the recipe are sheets from below.
  const sheets = [{ name: "Layers", sheet: mapSheet }, { name: "Recipe", sheet: live.panel.element }].map(({ name, sheet }) => {
    const button = el("button", { type: "button", "aria-expanded": "false", "aria-controls": sheet.id, onclick: () => toggle(button, sheet) }, name);
    return { button, sheet };
  });
  fill(/** @type {HTMLElement} */ (document.getElementById("bar")), sheets.map(({ button }) => button));
  /** @param {HTMLElement | null} asked @param {HTMLElement | null} sheet */
  const toggle = (asked, sheet) => {
    for (const one of sheets) {
      const isOpen = one.button === asked && !one.sheet.classList.contains("open");
      one.sheet.classList.toggle("open", isOpen);
      one.button.setAttribute("aria-expanded", String(isOpen));
    }
    shell.classList.toggle("has-sheet", sheets.some((one) => one.sheet.classList.contains("open")));
    map.reveal();
    if (sheet?.classList.contains("open")) /** @type {HTMLElement | null} */ (sheet.querySelector("input, select"))?.focus({ preventScroll: true });
  };
  const closeSheets = () => { if (!sheets.some(({ sheet }) => sheet.classList.contains("open"))) return false; toggle(null, null); };
  mapSheet.addEventListener("click", (event) => { if (/** @type {Element} */ (event.target).closest("a")) closeSheets(); });

  const drawModels = () => {
    fill(models, studio.models.map(({ name, path }) => el("option", { value: name, title: path }, name)), el("option", { value: "" }, "open a model …"));
    models.value = params.get("model") ?? studio.models[0].name;
  };

  const take = drop.listen({
    model: async (name) => {
      studio.models = await get("/api/models");
      drawModels();
      history.go(history.link(tab === "layer" ? "layer" : "unit", { model: name }));
    },
    image: (image, isStart) => isStart && tab === "unit" ? void live.startFrom(image).catch(fail) : history.go(history.link("photo", { model: params.get("model"), image })),
    stage: () => tab === "unit" ? live.stage : null, say, fail,
  });

  async function open() {
    drawModels();
    const file = await pickFile(".onnx");
    if (file) await take(file, false).catch(fail);
  }

  fill(live.intro, el("p", {}, "This is what a small network sees where it looks for ", el("i", {}, "rainbow double circles"), ". It begins with noise, and each step changes the picture a little so that the network is surer. Change anything, and watch."),
    el("p", { className: "ways" }, el("button", { type: "button", className: "link", onclick: open }, "open a model"), el("button", { type: "button", className: "link", onclick: async () => { const file = await pickFile("image/*"); if (file) await take(file, false).catch(fail); } }, "drop a photo"), el("button", { type: "button", className: "link", onclick: what }, "what is this?")));

  let routes = 0;
  /** @param {import("./types.js").Route} route */
  async function route(route) {
    const asked = ++routes;
    const next = /** @type {Tab} */ (route.tab in views ? route.tab : "unit");
    const isFirst = location.hash.length < 3;
    params = route.params;
    if (isFirst && studio.models.some(({ name }) => name === first.model)) params = new URLSearchParams({ model: first.model, objective: first.objective, ...first.parts });
    live.intro.hidden = Boolean(window.history.state?.depth) || params.get("model") !== first.model || params.get("objective") !== first.objective;
    problem.hidden = true;
    if (next !== tab) views[tab].leave();
    tab = next;
    shell.dataset.tab = tab;
    for (const [name, view] of Object.entries(views)) view.element.hidden = name !== tab;
    live.panel.element.hidden = tab !== "unit";
    mapSheet.hidden = tab !== "unit" && tab !== "layer";
    drawModels();
    for (const one of links) {
      const name = /** @type {Tab} */ (one.dataset.tab);
      one.toggleAttribute("aria-current", name === tab);
      if (name === tab) one.setAttribute("aria-current", "page");
      const place = history.places[name], model = params.get("model");
      one.href = place && new URLSearchParams(place.split("?")[1]).get("model") === model ? place : history.link(name, { model });
    }
    try {
      await views[tab].show(params);
      // Somebody may have gone on meanwhile.
      if (asked !== routes) return;
      params = history.read().params;
      if (tab === "layer") map.show(await model(params.get("model") ?? studio.models[0].name), params.get("layer") ?? "");
    } catch (error) {
      fail(error);
    }
  }

  keys.listen(() => ({
    "/": () => { if (innerWidth <= 640) toggle(sheets[0].button, mapSheet); map.find.focus(); map.find.select(); },
    ...views[tab].keys,
    ...(sheets.some(({ sheet }) => sheet.classList.contains("open")) ? { Escape: closeSheets } : {}),
  }), history.undo, history.redo);
  history.onChange((asked) => void route(asked));
  stream.open();
  void route(history.read());
}

function what() {
  const dialog = el("dialog", { "aria-label": "What is this?", className: "prose" }, el("h2", {}, "What is this?"),
    el("p", {}, "A network that has learned to tell pictures apart is made of thousands of small detectors, its units. To see what one of them looks for, we begin with noise and change the picture, step by step, so that the unit responds more and more. What grows is a picture of what the unit knows."),
    el("p", {}, "It is one answer of many. A unit may look for several things, and a picture that excites it most can be unlike anything in the world. What keeps the pictures readable, such as shifting and turning them at each step, is a choice too: every slider in the recipe is such a choice, and acts while the picture grows."),
    el("p", {}, "The method is Olah, Mordvintsev and Schubert, ", el("i", {}, "Feature Visualization"), ", Distill 2017."), el("form", { method: "dialog" }, el("button", { className: "plain" }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
