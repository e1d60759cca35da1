// @ts-check
// What the pages of a gallery do beyond showing: keys, sorting and filtering a layer, choosing what stands large. Without it everything is still there. It is a plain script, since pages from a disk may load no modules.
"use strict";

(() => {
  const up = document.body.dataset.up ?? "";

  /** @param {string} way @returns {HTMLAnchorElement | null} */
  const wayTo = (way) => document.querySelector(`.ways a[data-way="${way}"]`);

  /** @type {Record<string, string>} */
  const keys = { ArrowLeft: "previous", h: "previous", k: "previous", ArrowRight: "next", l: "next", j: "next", "[": "previous-layer", "]": "next-layer", Escape: "up" };

  const isPhone = () => matchMedia("(max-width: 40rem)").matches;

  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (target.matches("input:not([type=radio]), textarea, select")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (event.key === "?") help();
    else if (event.key === "/") toSearch(event);
    else if (moveInGrid(event)) event.preventDefault();
    // Where there is more to see below, up and down still scroll.
    else if (event.key === "ArrowUp" || event.key === "ArrowDown" || (event.key.startsWith("Arrow") && target.matches("input[type=radio], [tabindex]"))) return;
    else if (event.key in keys) {
      const link = wayTo(keys[event.key]);
      if (link) { event.preventDefault(); link.click(); }
    }
  });

  /** @param {Event} event */
  function toSearch(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector(".find input[type=search]"));
    if (field) { field.focus(); field.select(); } else location.href = `${up}search.html`;
  }

  // Arrows go from tile to tile of a grid, by where they stand.
  /** @param {KeyboardEvent} event */
  function moveInGrid(event) {
    const here = /** @type {HTMLElement | null} */ (document.activeElement);
    const grid = document.querySelector(".grid");
    if (!grid) return false;
    const tiles = /** @type {HTMLElement[]} */ ([...grid.querySelectorAll("a:not([hidden])")]);
    const place = here ? tiles.indexOf(here) : -1;
    const second = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop), across = second < 0 ? tiles.length : second;
    const step = { ArrowLeft: -1, h: -1, ArrowRight: 1, l: 1, ArrowUp: -across, k: -across, ArrowDown: across, j: across }[event.key];
    if (step === undefined || (place < 0 && event.key.startsWith("Arrow") && (event.key === "ArrowUp" || event.key === "ArrowDown"))) return false;
    if (here?.closest(".tools")) return false;
    const next = tiles[place < 0 ? 0 : place + step];
    next?.focus();
    return true;
  }

  function help() {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "Keys");
    dialog.innerHTML = "<dl><dt><kbd>←</kbd> <kbd>h</kbd> <kbd>k</kbd></dt><dd>the unit before</dd><dt><kbd>→</kbd> <kbd>l</kbd> <kbd>j</kbd></dt><dd>the unit behind</dd><dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>the layer before, behind</dd><dt><kbd>/</kbd></dt><dd>search</dd>"
      + "<dt><kbd>Enter</kbd></dt><dd>open</dd><dt><kbd>Esc</kbd></dt><dd>up</dd><dt><kbd>?</kbd></dt><dd>these keys</dd></dl><form method=\"dialog\"><button class=\"plain\">Close</button></form>";
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  // Up and out of a page of a unit leads back to its tile.
  for (const link of document.querySelectorAll(".ways a[data-way=up]")) {
    const channel = /\/(\d+)\.html$/.exec(location.pathname)?.[1];
    if (channel && document.body.classList.contains("unit")) /** @type {HTMLAnchorElement} */ (link).hash = `#at=${channel}`;
  }

  if (document.body.classList.contains("layer")) layerPage();
  if (document.body.classList.contains("unit")) unitPage();

  function layerPage() {
    const form = /** @type {HTMLFormElement} */ (document.querySelector(".tools")), grid = /** @type {HTMLElement} */ (document.querySelector(".grid"));
    const output = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
    const tiles = /** @type {HTMLAnchorElement[]} */ ([...grid.children]);
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());

    /** @type {Record<string, string>} */
    const usual = { sort: "number", branch: "all", concern: "all", size: "usual" };

    // The address says what is shown.
    const read = () => {
      const chosen = new URLSearchParams(location.hash.slice(1));
      for (const name in usual) {
        const field = /** @type {RadioNodeList | null} */ (form.elements.namedItem(name));
        if (!field) continue;
        field.value = chosen.get(name) ?? usual[name];
        if (!field.value) field.value = usual[name];
      }
      const find = /** @type {HTMLInputElement} */ (form.elements.namedItem("find"));
      find.value = chosen.get("find") ?? "";
    };

    // Once the tiles stand where they belong.
    const goTo = () => {
      const at = new URLSearchParams(location.hash.slice(1)).get("at"), tile = at ? tiles.find((tile) => tile.dataset.channel === at) : null;
      tile?.focus({ preventScroll: true });
      tile?.scrollIntoView({ block: "center" });
    };

    /** @param {string} name */
    const value = (name) => {
      const field = form.elements.namedItem(name);
      return field ? /** @type {RadioNodeList | HTMLInputElement} */ (field).value : usual[name];
    };

    const show = () => {
      const sort = value("sort"), branch = value("branch"), concern = value("concern"), find = value("find").trim().toLowerCase();
      /** @param {HTMLElement} tile */
      const rank = (tile) => sort === "value" ? -(tile.dataset.value ? Number(tile.dataset.value) : -Infinity) : sort === "look" ? Number(tile.dataset.look) : sort === "recurs" ? -Number.parseFloat(tile.dataset.recurs ?? "-1") : Number(tile.dataset.channel);
      const sorted = tiles.map((tile) => ({ tile, rank: rank(tile), channel: Number(tile.dataset.channel) }))
        .sort((a, b) => (a.rank - b.rank) || (a.channel - b.channel)).map((entry) => entry.tile);
      let shown = 0;
      for (const tile of sorted) {
        const fits = (branch === "all" || tile.dataset.branch === branch) && (concern === "all" || (tile.dataset.concern ?? "").split("|").includes(concern))
          && (!find || tile.dataset.channel === find || (tile.dataset.label ?? "").toLowerCase().includes(find));
        tile.hidden = !fits;
        if (fits) shown++;
      }
      grid.dataset.size = value("size");
      grid.append(...sorted);
      output.value = shown === tiles.length ? "" : `${shown} of ${tiles.length}`;
    };

    form.addEventListener("input", () => {
      const chosen = new URLSearchParams();
      for (const name of [...Object.keys(usual), "find"]) {
        const text = value(name).trim();
        if (text && text !== usual[name]) chosen.set(name, text);
      }
      history.replaceState(null, "", String(chosen) ? `#${chosen}` : location.pathname.split("/").pop() ?? "");
      show();
    });
    addEventListener("hashchange", () => { read(); show(); goTo(); });
    read();
    if (location.hash) show();
    goTo();
  }

  function unitPage() {
    const stage = /** @type {HTMLImageElement} */ (document.querySelector(".stage img")), line = /** @type {HTMLElement} */ (document.querySelector(".line"));
    const [file, text] = [stage.src, line.textContent ?? ""];

    // What the address names stands large.
    const show = () => {
      const chosen = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
      for (const other of document.querySelectorAll(".set a[aria-current]")) other.removeAttribute("aria-current");
      const image = chosen?.matches(".set a[data-line]") ? chosen.querySelector("img") : null;
      stage.src = image ? image.src : file;
      line.textContent = stage.alt = image ? chosen?.dataset.line ?? "" : text;
      if (image) chosen?.setAttribute("aria-current", "true");
    };
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".set a[data-line]")))
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const isShown = location.hash === link.hash;
        history.pushState(null, "", isShown ? location.pathname.split("/").pop() : link.hash);
        show();
        if (isPhone()) stage.scrollIntoView({ block: "nearest" });
      });
    addEventListener("hashchange", show);
    addEventListener("popstate", show);
    show();

    const film = document.querySelector(".film");
    if (!film) return;
    const frames = /** @type {HTMLAnchorElement[]} */ ([...film.querySelectorAll("a")]);
    const slider = document.createElement("input");
    slider.type = "range";
    slider.max = String(frames.length - 1);
    slider.value = slider.max;
    slider.setAttribute("aria-label", "Step");
    const go = () => {
      const frame = frames[Number(slider.value)];
      stage.src = frame.href;
      const words = frame.dataset.step === "the end" ? "at the end" : `after step ${frame.dataset.step}`;
      slider.setAttribute("aria-valuetext", words);
      line.textContent = stage.alt = frame.dataset.step === "the end" ? text : `${text} · ${words}`;
    };
    slider.addEventListener("input", go);
    for (const [place, frame] of frames.entries())
      frame.addEventListener("click", (event) => { event.preventDefault(); slider.value = String(place); go(); });
    film.firstElementChild?.before(slider);
  }
})();
