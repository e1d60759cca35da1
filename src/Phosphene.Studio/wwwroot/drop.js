// @ts-check
// Files that are dropped anywhere on the page: models, and images.

import { ApiError, address, send } from "./api.js";
import { el } from "./dom.js";

/**
 * @param {object} takers
 * @param {(name: string) => void} takers.model a model that the server has now, by its name
 * @param {(image: string, isStart: boolean) => void} takers.image an image that the server has now; it is to be looked at, or a start
 * @param {() => HTMLElement | null} takers.stage where an image is a start, if there is such a place
 * @param {(words: string) => void} takers.say
 * @param {(error: unknown) => void} takers.fail
 */
export function listen({ model, image, stage, say, fail }) {
  const words = el("p", {}), shade = el("div", { className: "drop-shade", hidden: true, "aria-hidden": "true" }, words);
  document.body.append(shade);
  let depth = 0;
  const isOverStage = (/** @type {DragEvent} */ event) => { const box = stage()?.getBoundingClientRect(); return box !== undefined && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom; };
  const hide = () => { depth = 0; shade.hidden = true; };
  addEventListener("dragenter", (event) => { if (event.dataTransfer?.types.includes("Files")) { depth++; shade.hidden = false; event.preventDefault(); } });
  addEventListener("dragleave", () => { if (--depth <= 0) hide(); });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    words.textContent = isOverStage(event) ? "The picture begins from it; a model opens." : "Which units fire on it? A model opens.";
  });
  addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files[0];
    hide();
    if (!file) return;
    event.preventDefault();
    take(file, isOverStage(event)).catch(fail);
  });
  addEventListener("paste", (event) => {
    const file = [...event.clipboardData?.files ?? []].find((file) => file.type.startsWith("image/"));
    if (file) take(file, false).catch(fail);
  });

  /** @param {File} file @param {boolean} isStart */
  async function take(file, isStart) {
    if (/\.onnx$/i.test(file.name)) {
      say(`Opening ${file.name} …`);
      model((await send(address("/api/models", { name: file.name }), file)).name);
      say(`${file.name} is open.`);
    } else if (/\.(png|jpe?g|webp|gif|bmp|avif)$/i.test(file.name) || file.type.startsWith("image/")) image((await send("/api/images", file)).id, isStart);
    else throw new ApiError(400, `'${file.name}' is neither a model (.onnx) nor an image.`);
  }

  return take;
}
