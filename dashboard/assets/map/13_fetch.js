/* GET requests: kept answers, shared requests, and one kind of error. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const MOST_KEPT = 500;
  const kept = new Map();
  const under_way = new Map();
  const MISSING_MS = 60000, MOST_MISSING = 50;
  const missing = new Map();

  /** Why an answer did not come; `kind` is "away", "missing" or "refused". */
  class FetchError extends Error {
    constructor(kind, message) {
      super(message);
      this.kind = kind;
    }
  }
  antoan.FetchError = FetchError;

  /**
   * The JSON of an address, from memory while it is younger than `keep_ms`.
   *
   * Requests for the same address are shared. `signal` lets this caller go
   * away early; the request itself ends only when nobody waits for it.
   */
  antoan.get_json = function get_json(url, { keep_ms = 20000, signal } = {}) {
    const known = kept.get(url);
    if (known && performance.now() - known.at < keep_ms) {
      kept.delete(url);
      kept.set(url, known);
      return Promise.resolve(known.value);
    }
    const absent = missing.get(url);
    if (absent && performance.now() - absent.at < MISSING_MS) return Promise.reject(absent.error);
    let request = under_way.get(url);
    if (!request) {
      const controller = new AbortController();
      request = { controller, waiting: 0, promise: null };
      request.promise = load(url, controller.signal).finally(() => under_way.delete(url));
      request.promise.catch(() => undefined);
      under_way.set(url, request);
    }
    request.waiting += 1;
    if (!signal) return request.promise;
    return new Promise((resolve, reject) => {
      const leave = () => {
        request.waiting -= 1;
        if (request.waiting === 0) request.controller.abort();
        reject(new DOMException("left", "AbortError"));
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      request.promise
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", leave));
    });
  };

  /** Ask the server again for everything but shapes, whose addresses change with them. */
  antoan.forget_levels = function forget_levels() {
    missing.clear();
    for (const url of kept.keys()) if (!url.includes(".geojson")) kept.delete(url);
  };

  /** Whether an answer is in memory, however old. */
  antoan.has_json = function has_json(url) {
    return kept.has(url);
  };

  async function load(url, signal) {
    let response;
    try {
      response = await fetch(url, { signal, headers: { Accept: "application/json, application/geo+json" } });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new FetchError("away", "no answer from the server");
    }
    if (!response.ok) {
      const error = new FetchError(response.status === 404 ? "missing" : response.status < 500 ? "refused" : "away", url + ": " + response.status);
      if (error.kind === "missing") {
        // Asked for again at once by the next part of the page, it would be missing again.
        if (missing.size >= MOST_MISSING) missing.clear();
        missing.set(url, { error, at: performance.now() });
      }
      throw error;
    }
    let value;
    try {
      value = await response.json();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new FetchError("away", "the answer broke off");
    }
    kept.delete(url);
    kept.set(url, { value, at: performance.now() });
    while (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    return value;
  }
})();
