/* The state of the page is its address: `?area=79&layer=safety&day=2021-11-20&lang=vi`. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const CODE = /^[0-9A-Za-z._-]{1,24}$/;
  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  /** The state that an address holds; what is not understood falls back to the default. */
  antoan.read_address = function read_address(search, default_language) {
    const words = new URLSearchParams(search);
    const pick = (name, pattern) => {
      const word = words.get(name);
      return word !== null && pattern.test(word) ? word : null;
    };
    const hour = pick("hour", /^(\d|1\d|2[0-3])$/);
    return {
      area: pick("area", CODE),
      venue: pick("venue", CODE),
      layer: pick("layer", /^(safety|density)$/) || "safety",
      day: pick("day", DAY),
      hour: hour === null ? null : Number(hour),
      view: pick("view", /^wards$/),
      edition: pick("edition", CODE),
      lang: pick("lang", /^(vi|en)$/) || default_language,
    };
  };

  /** The address of a state, without what is default. */
  antoan.write_address = function write_address(state) {
    const words = new URLSearchParams();
    if (state.edition) words.set("edition", state.edition);
    if (state.area) words.set("area", state.area);
    if (state.venue) words.set("venue", state.venue);
    if (state.view && !state.area) words.set("view", state.view);
    words.set("layer", state.layer);
    if (state.day) words.set("day", state.day);
    if (state.layer === "density" && state.hour !== null) words.set("hour", String(state.hour));
    words.set("lang", state.lang);
    return "?" + words.toString();
  };
})();
