/* Search as you type: a combobox over areas and venues, with or without diacritics. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;

  /**
   * @param {HTMLElement} holder
   * @param {object} asks  `fmt()`, `search(words, signal)` a list of found things, `choose(found)`.
   */
  antoan.make_search = function make_search(holder, asks) {
    const input = h("input", {
      id: "search", class: "search-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      autocapitalize: "off", enterkeyhint: "search", maxlength: "100",
      "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list",
    });
    const clear = h("button", { class: "icon-button search-clear", type: "button", hidden: true, onclick: () => { input.value = ""; close(); input.focus(); } }, antoan.icon("close", 18));
    const list = h("ul", { id: "search-list", class: "search-list", role: "listbox", hidden: true });
    const note = h("div", { class: "search-note", role: "status", hidden: true });
    antoan.fill(holder, h("div", { class: "search-box" }, antoan.icon("search", 20), input, clear), h("div", { class: "search-drop" }, list, note));

    let found = [], active = -1, waiting = null;

    const look = antoan.settle(async () => {
      const words = input.value.trim();
      if (waiting) waiting.abort();
      if (!words) return close();
      waiting = new AbortController();
      try {
        const items = await asks.search(words, waiting.signal);
        if (input.value.trim() === words) render(items);
      } catch (error) {
        if (error.name !== "AbortError") say(asks.fmt().t("map.search.failed"));
      }
    }, 120);

    function render(items) {
      const fmt = asks.fmt();
      found = items;
      active = items.length ? 0 : -1;
      antoan.fill(list, items.map((item, place) => h(
        "li",
        { id: "search-option-" + place, class: "search-option", role: "option", "aria-selected": place === active ? "true" : "false",
          onmousedown: (event) => event.preventDefault(), onclick: () => choose(place) },
        item.kind === "area" ? antoan.icon("area", 18) : h("span", { class: "dot dot--" + item.level, "aria-hidden": "true" }),
        h("span", { class: "search-words" }, h("strong", {}, fmt.name(item)), h("small", {}, item.where))
      )));
      list.hidden = !items.length;
      if (items.length) {
        note.hidden = true;
        input.setAttribute("aria-activedescendant", "search-option-0");
      } else say(fmt.t("map.search.none", { words: input.value.trim() }));
      input.setAttribute("aria-expanded", String(Boolean(items.length)));
    }

    function say(text) {
      list.hidden = true;
      note.hidden = false;
      note.textContent = text;
    }

    function close() {
      found = [];
      list.hidden = note.hidden = true;
      clear.hidden = !input.value;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(place) {
      const item = found[place];
      if (!item) return;
      input.value = "";
      close();
      input.blur();
      asks.choose(item);
    }

    function step(by) {
      if (!found.length) return;
      active = (active + by + found.length) % found.length;
      Array.from(list.children).forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
      input.setAttribute("aria-activedescendant", "search-option-" + active);
      list.children[active].scrollIntoView({ block: "nearest" });
    }

    input.addEventListener("input", () => { clear.hidden = !input.value; look(); });
    input.addEventListener("focus", () => { if (input.value) look(); });
    input.addEventListener("blur", () => setTimeout(close, 150));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
      else if (event.key === "Enter") { event.preventDefault(); choose(active); }
      else if (event.key === "Escape") { if (input.value) { input.value = ""; close(); } else input.blur(); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        input.focus();
      }
    });

    return {
      render_texts() {
        const { t } = asks.fmt();
        input.placeholder = t("map.search.hint");
        input.setAttribute("aria-label", t("map.search.label"));
        clear.setAttribute("aria-label", t("map.search.clear"));
        list.setAttribute("aria-label", t("map.search.label"));
      },
    };
  };
})();
