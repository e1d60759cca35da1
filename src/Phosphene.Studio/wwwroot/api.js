// @ts-check
// What is asked of the server.

/** Something that the server will not do; the message is for people. */
export class ApiError extends Error {
  /**
   * @param {number} status 0: it could not be reached
   * @param {string} message
   * @param {string | null} [field] which text is wrong
   * @param {number | null} [position] at which character
   */
  constructor(status, message, field = null, position = null) {
    super(message);
    this.status = status;
    this.field = field;
    this.position = position;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
async function ask(path, request) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new ApiError(0, "The studio does not answer. Does 'phosphene studio' still run?");
  }
  const text = await response.text();
  /** @type {any} */
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new ApiError(response.status, "The studio answers what nobody can read.");
  }
  if (!response.ok) throw new ApiError(response.status, answer?.message ?? (text.length > 0 && text.length < 300 ? text : `The studio answers ${response.status}.`), answer?.field, answer?.position);
  return answer;
}

/**
 * An address with its query; what is null is left out.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, String(value)]);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query]
 * @param {AbortSignal} [signal]
 */
export const get = (path, query = {}, signal) => ask(address(path, query), signal ? { signal } : undefined);

/** @param {string} path @param {object} [body] @param {AbortSignal} [signal] */
export const post = (path, body = {}, signal) => ask(path, { method: "POST", headers: { "X-Phosphene": "1", "Content-Type": "application/json" }, body: JSON.stringify(body), ...(signal ? { signal } : {}) });

/** @param {string} path @param {Blob} file */
export const send = (path, file) => ask(path, { method: "POST", headers: { "X-Phosphene": "1", "Content-Type": file.type || "application/octet-stream" }, body: file });
