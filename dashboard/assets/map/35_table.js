/* The map as a table: everything it shows, for reading, sorting and going on by keyboard. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;
  const ORDER = { unsafe: 0, at_risk: 1, safe: 2, not_enough_data: 3 };

  /** A dialog with a title, a close button and a body. */
  antoan.make_dialog = function make_dialog(id) {
    const title = h("h2", { id: id + "-title" });
    const body = h("div", { class: "dialog-body" });
    const close = h("button", { class: "icon-button", type: "button", onclick: () => dialog.close() }, antoan.icon("close"));
    const dialog = h("dialog", { id, class: "dialog", "aria-labelledby": id + "-title" }, h("div", { class: "dialog-head" }, title, close), body);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    return { dialog, title, body, close };
  };

  antoan.make_table = function make_table(asks) {
    const { dialog, title, body, close } = antoan.make_dialog("table-dialog");
    let sort = { key: "level", down: false };
    let loaded = null;

    const columns = (fmt) => [
      { key: "name", text: fmt.t("map.table.name"), value: (row) => fmt.name(row.names), is_text: true },
      { key: "level", text: fmt.t("map.table.level"), value: (row) => ORDER[row.level] },
      { key: "index", text: fmt.t("map.table.index"), value: (row) => row.index, show: (row) => (row.index === null ? "–" : fmt.number(row.index)) },
      ...["venues", "safe", "at_risk", "unsafe", "not_assessed"].map((key) => ({ key, text: key === "venues" ? fmt.t("map.table.venues") : fmt.level(key), value: (row) => row[key], show: (row) => fmt.whole(row[key]) })),
      { key: "checked", text: fmt.t("map.table.checked"), value: (row) => antoan.checked_share(row.trust), show: (row) => antoan.trust_short(row.trust, fmt) },
      { key: "density", text: fmt.t("map.table.density"), value: (row) => (row.density ? row.density.per_km2 : null), show: (row) =>
        !row.density || (row.density.per_km2 === null && !row.density.suppressed) ? "–" : row.density.suppressed ? fmt.t("map.density.suppressed_short", { k: antoan.limits.suppress_below }) : fmt.number(row.density.per_km2) },
    ];

    async function open() {
      const view = asks.view();
      if (!view.areas) return;
      if (!dialog.open) dialog.showModal();
      frame_texts(view);
      antoan.fill(body, h("p", { class: "quiet" }, view.fmt.t("map.loading")));
      try {
        loaded = await antoan.load_items(view.areas, view.state, view.day);
        render();
      } catch (error) {
        antoan.fill(body, h("p", { class: "quiet", role: "alert" }, view.fmt.t("map.away")));
      }
    }

    function frame_texts(view) {
      title.textContent = view.fmt.t("map.table.title", {
        level: view.fmt.t("map.levels." + view.areas.level),
        place: view.place.is_leaf ? (view.place.within.length ? view.fmt.name(view.place.within[view.place.within.length - 1]) : view.fmt.t("map.country")) : view.place.area ? view.fmt.name(view.place.area) : view.fmt.t("map.country"),
      });
      close.setAttribute("aria-label", view.fmt.t("map.close"));
    }

    function render() {
      const view = asks.view();
      const { fmt } = view;
      const all = columns(fmt);
      const column = all.find((each) => each.key === sort.key);
      const rows = loaded.slice().sort((one, other) => {
        const a = column.value(one), b = column.value(other);
        if (a === b) return fmt.compare(fmt.name(one.names), fmt.name(other.names));
        if (a === null) return 1;
        if (b === null) return -1;
        const by = column.is_text ? fmt.compare(a, b) : a - b;
        return sort.down ? -by : by;
      });
      const going = (code) => (event) => {
        event.preventDefault();
        dialog.close();
        asks.choose({ area: code, venue: null });
      };
      antoan.fill(body,
        h("p", { class: "quiet" }, fmt.day(view.day) + " · " + fmt.t("map.table.hint")),
        h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-labelledby": "table-dialog-title" },
          h("table", {},
            h("thead", {}, h("tr", {}, all.map((each) => h("th", { scope: "col", "aria-sort": each.key === sort.key ? (sort.down ? "descending" : "ascending") : "none" },
              h("button", { type: "button", onclick: () => { sort = { key: each.key, down: sort.key === each.key ? !sort.down : !each.is_text && each.key !== "level" }; render(); body.querySelector(`[data-sort="${each.key}"]`).focus(); }, "data-sort": each.key }, each.text, h("span", { class: "sort-sign", "aria-hidden": "true" }, each.key === sort.key ? (sort.down ? "▾" : "▴") : "")))))),
            h("tbody", {}, rows.slice(0, 1500).map((row) => h("tr", {}, all.map((each) => {
              if (each.key === "name") return h("th", { scope: "row" }, h("a", { href: asks.address({ area: row.code, venue: null }), onclick: going(row.code) }, fmt.name(row.names)));
              if (each.key === "level") return h("td", {}, antoan.level_badge(row.level, fmt));
              return h("td", { class: "number" }, each.show(row));
            })))))),
        rows.length > 1500 ? h("p", { class: "quiet" }, fmt.t("map.table.cut", { count: fmt.whole(1500), all: fmt.whole(rows.length) })) : null);
    }

    return { open };
  };

  /** What the map is, and what it is not. */
  antoan.make_about = function make_about(asks) {
    const { dialog, title, body, close } = antoan.make_dialog("about-dialog");
    function open() {
      const { fmt, frame } = asks.view();
      const { t } = fmt;
      title.textContent = t("map.about.title");
      close.setAttribute("aria-label", t("map.close"));
      const edition = frame && frame.edition;
      antoan.fill(body,
        h("p", {}, t("map.about.what")),
        h("h3", {}, t("map.about.limits")),
        h("ul", {},
          h("li", {}, t("map.about.self_assessed")),
          h("li", {}, t("map.about.lag")),
          h("li", {}, t("map.about.enough")),
          h("li", {}, t("map.about.density", { k: antoan.limits.suppress_below })),
          edition && edition.is_approximate ? h("li", {}, h("strong", {}, t("map.about.approximate"))) : null,
          antoan.limits.is_demo ? h("li", {}, t("map.about.demo")) : null),
        edition ? [h("h3", {}, t("map.about.edition")), h("p", {}, fmt.language === "en" ? edition.title_en : edition.title_vi), h("p", { class: "quiet" }, edition.source)] : null,
        h("h3", {}, t("map.about.owners")),
        h("p", {}, t("map.about.owners.text")),
        h("p", { class: "about-ways" }, [["/venue", "map.my_venues"], ["/sign-in", "map.sign_in"], ["/register", "map.register"]].map(
          ([path, key]) => h("a", { href: path + "?lang=" + fmt.language }, t(key)))),
        h("p", {}, h("a", { href: "/api/v1/docs" }, t("map.about.api"))));
      dialog.showModal();
    }
    return { open };
  };
})();
