/* Layer switch, view of all wards, table, about, language, zoom, and the notes above the map. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;

  antoan.make_bar = function make_bar(regions, asks) {
    const layer_button = (layer) => h("button", { type: "button", role: "radio", "data-layer": layer, onclick: () => asks.choose({ layer }) });
    const layers = h("div", { class: "segmented", role: "radiogroup", id: "layers" }, layer_button("safety"), layer_button("density"));
    layers.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const layer = asks.view().state.layer === "safety" ? "density" : "safety";
      asks.choose({ layer });
      layers.querySelector(`[data-layer="${layer}"]`).focus();
    });
    const wards = h("button", { id: "wards", class: "tool", type: "button", onclick: () => asks.choose({ view: asks.view().state.view ? null : "wards" }) });
    const table = h("button", { id: "open-table", class: "tool", type: "button", onclick: asks.open_table });
    const about = h("button", { id: "open-about", class: "tool", type: "button", onclick: asks.open_about });
    const language = h("button", { id: "language", class: "tool tool--language", type: "button", onclick: () => asks.choose({ lang: asks.view().state.lang === "vi" ? "en" : "vi" }) });
    antoan.fill(regions.controls, layers, h("div", { class: "tools" }, wards, table, about));
    antoan.fill(regions.language, language);
    const zoom = [["plus", "zoom_in", () => asks.zoom(1)], ["minus", "zoom_out", () => asks.zoom(-1)], ["home", "home", asks.home]].map(
      ([name, key, onclick]) => [key, h("button", { type: "button", class: "zoom-button", onclick }, antoan.icon(name))]);
    antoan.fill(regions.zoom, zoom.map(([, button]) => button));

    function render(view) {
      const { t } = view.fmt;
      const { state, frame } = view;
      for (const button of layers.children) {
        const chosen = button.dataset.layer === state.layer;
        button.textContent = t("map.layer." + button.dataset.layer);
        button.setAttribute("aria-checked", String(chosen));
        button.tabIndex = chosen ? 0 : -1;
      }
      layers.setAttribute("aria-label", t("map.layer.label"));
      label(wards, "layers", t("map.wards"), t("map.wards"));
      wards.hidden = Boolean(state.area) || Boolean(frame && !frame.levels.includes("ward"));
      wards.setAttribute("aria-pressed", String(state.view === "wards"));
      label(table, "table", t("map.table.open"), t("map.table.open"));
      label(about, "info", t("map.about.open"), t("map.about.open"));
      antoan.fill(language, t("map.language.other_short"));
      language.setAttribute("aria-label", t("map.language.other_short") + ": " + t("map.language.other"));
      language.setAttribute("lang", state.lang === "vi" ? "en" : "vi");
      antoan.fill(regions.venues, antoan.icon("shop"), h("span", { class: "way-in-text" }, t("map.my_venues")));
      regions.venues.setAttribute("aria-label", t("map.my_venues"));
      regions.venues.title = t("map.my_venues.hint");
      regions.venues.href = "/venue?lang=" + state.lang;
      for (const [key, button] of zoom) button.setAttribute("aria-label", t("map." + key));
      render_notes(view);
      regions.brand.textContent = t("app.name");
      regions.skip.textContent = t("map.skip");
      for (const name of ["panel", "controls", "zoom", "time", "notes"]) regions[name].setAttribute("aria-label", t(`map.${name}.label`));
      regions.frame.setAttribute("aria-label", t("map.frame"));
    }

    function label(button, icon, text, hint) {
      antoan.fill(button, antoan.icon(icon), h("span", { class: "tool-text" }, text));
      button.setAttribute("aria-label", hint);
      button.title = hint;
    }

    function render_notes(view) {
      const { t } = view.fmt;
      const notes = [];
      if (antoan.limits.is_demo) notes.push(t("map.note.demo"));
      if (view.frame && view.frame.edition.is_approximate) notes.push(t("map.note.approximate"));
      regions.notes.hidden = !notes.length;
      antoan.fill(regions.notes, h("button", { type: "button", class: "note", onclick: asks.open_about, title: notes.join(" ") }, h("span", { class: "note-pill" }, antoan.icon("info", 16), notes.join(" · "))));
    }
    return { render };
  };
})();
