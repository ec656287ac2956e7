/* Small tools that every part of the map page uses; all live in window.antoan. */
(function () {
  "use strict";
  const antoan = (window.antoan = window.antoan || {});

  /** The first set of data blocks in the page: texts, classes, limits. */
  antoan.read_block = function read_block(id) {
    const block = document.getElementById(id);
    return block ? JSON.parse(block.textContent) : null;
  };

  /** An element with attributes, listeners (`onclick`) and children; text is never read as HTML. */
  antoan.h = function h(tag, attributes, ...children) {
    const svg = tag.startsWith("svg:");
    const element = svg
      ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "style") Object.assign(element.style, value);
      else if (name === "vars") {
        for (const [key, setting] of Object.entries(value)) element.style.setProperty(key, setting);
      } else if (value === true) element.setAttribute(name, "");
      else element.setAttribute(name, String(value));
    }
    append(element, children);
    return element;
  };

  function append(element, children) {
    for (const child of children) {
      if (child === null || child === undefined || child === false) continue;
      if (Array.isArray(child)) append(element, child);
      else element.append(child instanceof Node ? child : String(child));
    }
  }

  /** Replace what an element holds. */
  antoan.fill = function fill(element, ...children) {
    element.replaceChildren();
    append(element, children);
    return element;
  };

  /** One of our line icons, drawn with the colour of the text. */
  antoan.icon = function icon(name, size) {
    const h = antoan.h;
    const paths = ICONS[name];
    return h(
      "svg:svg",
      { viewBox: "0 0 24 24", width: size || 20, height: size || 20, class: "icon", "aria-hidden": "true", focusable: "false" },
      paths.map((d) => h("svg:path", { d }))
    );
  };

  const ICONS = {
    search: ["M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14z", "M16.2 16.2 21 21"],
    close: ["M6 6l12 12", "M18 6 6 18"],
    plus: ["M12 5v14", "M5 12h14"],
    minus: ["M5 12h14"],
    home: ["M4 11.5 12 4l8 7.5", "M6.5 10v9.5h11V10"],
    play: ["M8 5.5v13l10.5-6.5z"],
    pause: ["M8.5 5.5v13", "M15.5 5.5v13"],
    table: ["M4 5h16v14H4z", "M4 10h16", "M4 14.5h16", "M10 10v9"],
    info: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z", "M12 11v5.5", "M12 7.6v.2"],
    back: ["M14.5 5.5 8 12l6.5 6.5"],
    chevron: ["M9 5.5 15.5 12 9 18.5"],
    pin: ["M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z", "M12 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z"],
    area: ["M4.5 7.5 10 5l4.5 2.5 5-2v11l-5 2.5L10 16.5l-5.5 2.5z", "M10 5v11.5", "M14.5 7.5V19"],
    check: ["M5.5 12.5 10 17l8.5-10"],
    alert: ["M12 4.5 21 19.5H3z", "M12 10v4.2", "M12 16.8v.2"],
    cross: ["M7 7l10 10", "M17 7 7 17"],
    question: ["M9.2 9.2a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1.1-1.5 2.4", "M12 17.3v.2"],
    shop: ["M4 9.5 5.5 4.5h13L20 9.5", "M4 9.5a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0 2.7 2.7 0 0 0 5.3 0", "M5.5 12.5v7h13v-7", "M10 19.5v-4h4v4"],
    layers: ["M12 4 3.5 8.5 12 13l8.5-4.5z", "M3.5 13 12 17.5 20.5 13"],
  };

  /** The sign that stands for a level beside its colour and its word. */
  antoan.level_icon = function level_icon(level, size) {
    const name = { safe: "check", at_risk: "alert", unsafe: "cross" }[level] || "question";
    return antoan.icon(name, size || 16);
  };

  antoan.wants_less_motion = function wants_less_motion() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  antoan.is_phone = function is_phone() {
    return window.matchMedia("(max-width: 760px)").matches;
  };

  /** A tablet held upright, or less: no room for an open legend beside the time bar. */
  antoan.is_small = function is_small() {
    return window.matchMedia("(max-width: 1180px)").matches;
  };

  /** Call `job` once, `wait` ms after the last call. */
  antoan.settle = function settle(job, wait) {
    let timer = 0;
    return (...values) => {
      clearTimeout(timer);
      timer = setTimeout(() => job(...values), wait);
    };
  };
})();
