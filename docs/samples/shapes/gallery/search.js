// @ts-check
// Finds units by number, label and layer, and by how their pictures look.
"use strict";

/** @typedef {{ name: string, full: string, stem: string, aspect: string, channels: number[], labels: Record<string, string> }} Layer */

(() => {
  const perSheet = 64, across = 8, most = 240;
  const data = /** @type {{ layers: Layer[], looks: string }} */ (/** @type {any} */ (window).phosphene);
  const form = /** @type {HTMLFormElement} */ (document.querySelector(".tools")), grid = /** @type {HTMLElement} */ (document.querySelector(".grid"));
  const output = /** @type {HTMLOutputElement} */ (form.querySelector("output")), layers = /** @type {HTMLElement} */ (document.querySelector(".layers"));
  const find = /** @type {HTMLInputElement} */ (form.elements.namedItem("find")), picture = /** @type {HTMLInputElement} */ (form.elements.namedItem("picture"));

  const units = data.layers.flatMap((layer) => layer.channels.map((channel, place) => ({ layer, channel, place, label: layer.labels[place] ?? "" })));
  const looks = Uint8Array.from(atob(data.looks), (c) => c.charCodeAt(0)), length = looks.length / units.length;

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());

  /** @param {typeof units} found @param {string} words */
  function show(found, words) {
    grid.replaceChildren(...found.slice(0, most).map(({ layer, channel, place, label }) => {
      const link = document.createElement("a"), cut = document.createElement("span"), image = document.createElement("img"), name = document.createElement("b");
      link.href = `${layer.stem}/${channel}.html`;
      cut.className = "cut";
      cut.style.setProperty("--aspect", layer.aspect);
      image.loading = "lazy";
      image.alt = "";
      image.src = `gallery/${layer.stem}-${Math.floor(place / perSheet)}.jpg`;
      image.style.setProperty("--x", String(place % across));
      image.style.setProperty("--y", String(Math.floor(place % perSheet / across)));
      cut.append(image);
      name.textContent = `${layer.name}:${channel}`;
      link.append(cut, name);
      if (label) {
        const text = document.createElement("i");
        text.className = "label";
        text.textContent = label;
        link.append(text);
      }
      return link;
    }));
    output.value = words;
    layers.hidden = words !== "";
  }

  /** @param {string} text */
  function byText(text) {
    const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
    if (words.length === 0) return show([], "");
    const found = units.filter(({ layer, channel, label }) => words.every((word) => {
      const [of, number] = word.includes(":") ? word.split(":") : [word, ""];
      if (word.includes(":")) return (layer.name.toLowerCase().endsWith(of) || layer.full.toLowerCase().includes(of)) && (number === "" || String(channel) === number);
      return label.toLowerCase().includes(word) || layer.full.toLowerCase().includes(word) || String(channel) === word;
    }));
    show(found, found.length === 0 ? "Nothing is called so." : `${found.length} ${found.length === 1 ? "unit" : "units"}${found.length > most ? `, of which ${most} are shown` : ""}`);
  }

  /** @param {ArrayLike<number>} look @param {string} words @param {number} [own] */
  function byLook(look, words, own = -1) {
    const ranked = units.map((unit, number) => {
      let distance = 0;
      for (let i = 0; i < length; i++) distance += (looks[number * length + i] - look[i]) ** 2;
      return { unit, distance: number === own ? -1 : distance };
    }).sort((a, b) => a.distance - b.distance);
    show(ranked.map((entry) => entry.unit), words);
  }

  // As Looks.cs has it: lightness and two differences of colours in each of 4 x 4 cells, and how strongly the lightness changes across and down.
  /** @param {ImageData} image */
  function lookOf({ data: pixels, width, height }) {
    const cells = 4, sums = new Float64Array(5 * cells * cells), counts = new Float64Array(cells * cells), above = new Float64Array(width);
    for (let y = 0; y < height; y++) {
      let before = 0;
      for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x), r = pixels[at], g = pixels[at + 1], b = pixels[at + 2];
        const cell = Math.floor(y * cells / height) * cells + Math.floor(x * cells / width), lightness = (r + g + b) / (3 * 255);
        sums[cell] += lightness;
        sums[16 + cell] += (r - g) / 255;
        sums[32 + cell] += (r + g - 2 * b) / (2 * 255);
        if (x > 0) sums[48 + cell] += 2 * Math.abs(lightness - before);
        if (y > 0) sums[64 + cell] += 2 * Math.abs(lightness - above[x]);
        counts[cell]++;
        before = above[x] = lightness;
      }
    }
    return sums.map((sum, i) => Math.min(255, Math.max(0, Math.round(128 + 127 * sum / Math.max(1, counts[i % 16])))));
  }

  picture.addEventListener("change", async () => {
    const file = picture.files?.[0];
    if (!file) return;
    try {
      const side = 112, bitmap = await createImageBitmap(file), canvas = new OffscreenCanvas(side, side), context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const edge = Math.min(bitmap.width, bitmap.height);
      context.drawImage(bitmap, (bitmap.width - edge) / 2, (bitmap.height - edge) / 2, edge, edge, 0, 0, side, side);
      byLook(lookOf(context.getImageData(0, 0, side, side)), `The ${Math.min(most, units.length)} that look most like ${file.name}`);
    } catch {
      show([], `${file.name} is no picture that this browser can read.`);
    }
  });

  find.addEventListener("input", () => {
    history.replaceState(null, "", find.value.trim() ? `#q=${encodeURIComponent(find.value.trim())}` : location.pathname.split("/").pop() ?? "");
    byText(find.value);
  });

  // The address says what was asked: #q=dog, #like=inception_4c-output:300
  function read() {
    const asked = new URLSearchParams(location.hash.slice(1)), like = asked.get("like");
    if (like) {
      const cut = like.lastIndexOf(":"), own = units.findIndex(({ layer, channel }) => layer.stem === like.slice(0, cut) && String(channel) === like.slice(cut + 1));
      if (own >= 0) byLook(looks.subarray(own * length, (own + 1) * length), `The ${Math.min(most, units.length)} that look most like ${units[own].layer.name}:${units[own].channel}, which is the first`, own);
      else show([], `${like} is not in this gallery.`);
    } else {
      find.value = asked.get("q") ?? "";
      byText(find.value);
    }
  }
  addEventListener("hashchange", read);
  read();
  if (!location.hash) find.focus({ preventScroll: true });
})();
