/* Every class of the layer with its words, and how many of the areas shown are in it. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;

  antoan.make_legend = function make_legend(holder, asks) {
    let open = !antoan.is_small();

    function render(view) {
      const { fmt } = view;
      const { t } = fmt;
      const counts = new Map();
      let unseen = 0;
      if (view.areas) {
        for (const value of view.areas.values) {
          const { twin_of } = view.looks.classes[value];
          if (twin_of) unseen += 1;
          const shown = twin_of ? view.looks.places.safety[twin_of] : value;
          counts.set(shown, (counts.get(shown) || 0) + 1);
        }
      }
      const title = t(view.state.layer === "safety" ? "map.legend.safety" : "map.legend.density");
      const rows = view.looks.classes
        .map((each, value) => ({ each, value }))
        .filter(({ each }) => each.layer === view.state.layer && !each.twin_of)
        .map(({ each, value }) => h("li", { class: "legend-row" },
          swatch(each),
          h("span", { class: "legend-words" }, antoan.class_words(each, fmt)),
          h("span", { class: "legend-count" }, fmt.whole(counts.get(value) || 0))));
      holder.setAttribute("aria-label", title);
      antoan.fill(holder,
        h("button", { class: "legend-title", "aria-label": title, type: "button", "aria-expanded": String(open), "aria-controls": "legend-list",
          onclick: () => { open = !open; render(asks.view()); } },
          h("span", { class: "legend-name" }, title),
          open ? null : h("span", { class: "legend-strip", "aria-hidden": "true" },
            view.looks.classes.filter((each) => each.layer === view.state.layer && !each.twin_of).map(swatch), view.state.layer === "safety" ? unseen_swatch() : null),
          antoan.icon("chevron", 16)),
        h("ul", { id: "legend-list", class: "legend-list", hidden: !open },
          rows,
          view.state.layer === "safety" ? h("li", { class: "legend-row legend-unseen" },
            unseen_swatch(),
            h("span", { class: "legend-words" }, t("trust.legend.unseen")),
            h("span", { class: "legend-count" }, fmt.whole(unseen))) : null,
          view.venues ? [venue_rows(view), antoan.trust_legend_rows(view)] : null),
        open && view.areas ? h("p", { class: "legend-note" }, t("map.legend.count_of", { count: fmt.whole(view.areas.values.length), level: t("map.levels." + view.areas.level) })) : null,
        open && view.state.layer === "safety" ? h("p", { class: "legend-trust" }, antoan.trust_sign("self_declared"), " " + t("trust.legend.note")) : null);
      holder.classList.toggle("is-open", open);
    }

    function venue_rows(view) {
      return [
        h("li", { class: "legend-sub" }, view.fmt.t("map.legend.venues")),
        ["safe", "at_risk", "unsafe", "not_assessed"].map((level) => h("li", { class: "legend-row" },
          h("span", { class: "dot dot--" + level, "aria-hidden": "true" }),
          h("span", { class: "legend-words" }, view.fmt.level(level)),
          h("span", { class: "legend-count" }, view.fmt.whole(view.venues.filter((venue) => venue.level === level).length)))),
      ];
    }
    return { render };
  };

  function swatch(each) {
    return h("span", { class: "swatch" + (each.pattern ? " swatch--" + each.pattern : ""), vars: { "--colour": each.colour }, "aria-hidden": "true" });
  }
  antoan.swatch = swatch;

  const unseen_swatch = () => swatch({ colour: "#ffffff", pattern: "unseen" });

  /** A class in words: its text, or the numbers between which it lies. */
  antoan.class_words = function class_words(each, fmt) {
    if (each.text_key) return fmt.t(each.text_key, { k: antoan.limits.suppress_below });
    if (each.from === null) return fmt.t("map.density.under", { to: fmt.number(each.to) });
    if (each.to === null) return fmt.t("map.density.over", { from: fmt.number(each.from) });
    return fmt.t("map.density.between", { from: fmt.number(each.from), to: fmt.number(each.to) });
  };
})();
