/* The panel of the area chosen: level, counts, trend, worst parts, venues. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;
  const ROWS = 100;
  const LEVELS = ["safe", "at_risk", "unsafe", "not_assessed"];

  antoan.make_panel = function make_panel(holder, asks) {
    const handle = h("button", { id: "sheet-handle", class: "sheet-handle", type: "button", onclick: () => set_open(!holder.classList.contains("is-open")) }, h("span", { class: "sheet-grip" }));
    const head = h("div", { class: "panel-head" });
    const body = h("div", { class: "panel-body", id: "panel-body" });
    antoan.fill(holder, handle, head, body);
    watch_drag();

    function set_open(open) {
      holder.classList.toggle("is-open", open);
      holder.style.removeProperty("--drag");
      handle.setAttribute("aria-expanded", String(open));
      if (!open) body.scrollTop = 0;
    }

    /** Pulling the sheet up and down on a phone. */
    function watch_drag() {
      let from = null;
      const grab = (event) => {
        if (!antoan.is_phone() || event.target.closest("a, input, select")) return;
        from = { y: event.clientY, moved: false };
      };
      for (const part of [handle, head]) {
        part.addEventListener("pointerdown", grab);
        part.addEventListener("pointermove", (event) => {
          if (!from) return;
          const by = event.clientY - from.y;
          if (Math.abs(by) < 6 && !from.moved) return;
          from.moved = true;
          holder.classList.add("is-dragged");
          holder.style.setProperty("--drag", by + "px");
        });
        part.addEventListener("pointerup", (event) => {
          holder.classList.remove("is-dragged");
          if (from && from.moved) {
            set_open(event.clientY - from.y < 0);
            handle.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
            setTimeout(() => handle.blur(), 0);
          }
          holder.style.removeProperty("--drag");
          from = null;
        });
        part.addEventListener("pointercancel", () => { from = null; holder.classList.remove("is-dragged"); holder.style.removeProperty("--drag"); });
      }
    }

    function render(view) {
      const { fmt } = view;
      const { t } = fmt;
      handle.setAttribute("aria-label", t("map.panel.toggle"));
      handle.setAttribute("aria-controls", "panel-body");
      handle.setAttribute("aria-expanded", String(holder.classList.contains("is-open")));
      if (view.venue) return render_venue(view);
      const figures = view.summary && view.summary.figures;
      antoan.fill(head,
        breadcrumb(view),
        h("div", { class: "panel-title-row" },
          h("div", {},
            h("h1", { class: "panel-title" }, view.place.area ? fmt.name(view.place.area) : t("map.country")),
            h("p", { class: "panel-sub" }, subtitle(view))),
          figures ? level_badge(figures.level, fmt) : null));
      if (!figures) {
        antoan.fill(body, view.summary_failed ? h("p", { class: "quiet" }, t("map.panel.failed")) : skeleton());
        return;
      }
      antoan.fill(body,
        figures.venues ? [index_block(figures, fmt), counts_block(figures, fmt)] : h("p", { class: "quiet card-note" }, t("map.panel.no_venues")),
        tiles(view, figures),
        figures.venues ? antoan.trust_block(figures.trust, fmt) : null,
        trend_block(view),
        view.summary.worst.length && !view.place.is_leaf ? worst_block(view) : null,
        view.summary.venue_types.length ? types_block(view) : null,
        view.venues ? venues_block(view) : null,
        h("p", { class: "panel-foot" }, t("map.panel.self_assessed")));
    }

    function breadcrumb(view) {
      const { fmt } = view;
      const above = [{ code: null, name: fmt.t("map.country") }, ...view.place.within.map((area) => ({ code: area.code, name: fmt.name(area) }))];
      if (!view.place.area && !view.venue) return null;
      if (view.venue && view.place.area) above.push({ code: view.place.area.code, name: fmt.name(view.place.area) });
      const up = above[above.length - 1];
      return h("nav", { class: "breadcrumb", id: "breadcrumb", "aria-label": fmt.t("map.breadcrumb") },
        link(up.code, { class: "back-button", "aria-label": fmt.t("map.up", { name: up.name }) }, antoan.icon("back", 20)),
        h("ol", {}, above.map((area) => h("li", {}, link(area.code, {}, area.name)))));
    }

    /** A true link, so that it can be opened beside; a plain click stays in the page. */
    function link(code, attributes, ...children) {
      return h("a", { ...attributes, href: asks.address({ area: code, venue: null }), onclick: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
        event.preventDefault();
        asks.choose({ area: code, venue: null });
      } }, ...children);
    }
    antoan.area_link = link;

    function subtitle(view) {
      const { fmt } = view;
      const { area } = view.place;
      const facts = [];
      if (!area) facts.push(fmt.t("map.count_of." + view.frame.levels[0], { count: fmt.whole(view.frame.edition.levels[view.frame.levels[0]]) }));
      else {
        if (view.areas && !view.place.is_leaf) facts.push(fmt.t("map.count_of." + view.areas.level, { count: fmt.whole(view.areas.shapes.features.length) }));
        if (area.population) facts.push(fmt.t("map.population", { count: fmt.whole(area.population) }));
        if (area.area_km2) facts.push(fmt.t("map.area_km2", { area: fmt.number(area.area_km2) }));
      }
      return facts.join(" · ");
    }

    function level_badge(level, fmt) {
      return h("span", { class: "badge badge--" + level }, antoan.level_icon(level), fmt.level(level));
    }
    antoan.level_badge = level_badge;

    function index_block(figures, fmt) {
      const { t } = fmt;
      const known = figures.index !== null;
      return h("section", { class: "block" },
        h("div", { class: "index-row" },
          h("span", { class: "index-label" }, t("map.index.label")),
          h("span", { class: "index-value" }, known ? [h("strong", {}, fmt.number(figures.index)), " / 100"] : t("map.index.unknown"))),
        h("div", { class: "index-bar", role: "presentation" }, known ? h("span", { class: "index-mark", vars: { "--at": figures.index + "%" } }) : null),
        h("p", { class: "hint" }, t("map.index.explained")));
    }

    function counts_block(figures, fmt) {
      return h("section", { class: "block" },
        h("h2", {}, fmt.t("map.counts.title", { count: fmt.whole(figures.venues) })),
        bar(figures),
        h("ul", { class: "count-list" }, LEVELS.map((level) => h("li", {},
          h("span", { class: "dot dot--" + level, "aria-hidden": "true" }), fmt.level(level), h("strong", {}, fmt.whole(figures[level]))))));
    }

    function bar(counts) {
      const total = LEVELS.reduce((sum, level) => sum + counts[level], 0) || 1;
      return h("div", { class: "stack", "aria-hidden": "true" }, LEVELS.filter((level) => counts[level]).map((level) =>
        h("span", { class: "stack-part stack-part--" + level, vars: { "--share": (counts[level] / total) * 100 + "%" } })));
    }

    function tiles(view, figures) {
      const { fmt, density } = view;
      const { t } = fmt;
      const tile = (value, label, hint) => h("div", { class: "tile", title: hint || null }, h("strong", {}, value), h("span", {}, label));
      let check_ins = null;
      if (density) {
        const value = density.suppressed ? t("map.density.suppressed_short", { k: antoan.limits.suppress_below }) : density.per_km2 === null ? "–" : fmt.number(density.per_km2);
        check_ins = tile(value, t("map.tile.density"), density.suppressed ? t("map.density.suppressed", { k: antoan.limits.suppress_below }) : null);
      }
      return h("section", { class: "tiles" },
        tile(figures.safe_rate === null ? "–" : fmt.percent(figures.safe_rate), t("map.tile.safe_rate"), t("map.tile.safe_rate_hint")),
        tile(figures.coverage === null ? "–" : fmt.percent(figures.coverage), t("map.tile.coverage"), t("map.tile.coverage_hint")),
        check_ins);
    }

    function trend_block(view) {
      const { fmt } = view;
      const points = view.summary.trend.map((each) => ({ day: each.day, value: each.index }));
      return h("section", { class: "block" },
        antoan.draw_trend(points, { fmt, label: fmt.t("map.trend.title"), max: 100, show: (value) => fmt.number(value) }));
    }

    function worst_block(view) {
      const { fmt } = view;
      return h("section", { class: "block" },
        h("h2", {}, fmt.t("map.worst.title")),
        h("ol", { class: "row-list" }, view.summary.worst.map((part) => h("li", {},
          link(part.code, { class: "row-link" },
            h("span", { class: "dot dot--" + part.level, "aria-hidden": "true" }),
            h("span", { class: "row-words" }, h("strong", {}, fmt.name(part)), h("small", {}, fmt.level(part.level) + " · " + fmt.t("map.worst.facts", { unsafe: fmt.whole(part.unsafe), assessed: fmt.whole(part.assessed) }) + " · " + antoan.trust_short(part.trust, fmt))),
            h("span", { class: "row-value" }, part.index === null ? "–" : fmt.number(part.index)),
            antoan.icon("chevron", 16))))));
    }

    function types_block(view) {
      const { fmt } = view;
      return h("section", { class: "block" },
        h("h2", {}, fmt.t("map.types.title")),
        h("ul", { class: "type-list" }, view.summary.venue_types.map((row) => h("li", {},
          h("span", { class: "type-name" }, fmt.t("venue_type." + row.type)),
          h("span", { class: "type-count" }, fmt.whole(row.venues)),
          bar(row),
          h("span", { class: "sr-only" }, LEVELS.map((level) => fmt.level(level) + " " + fmt.whole(row[level])).join(", "))))));
    }

    function venues_block(view) {
      const { fmt } = view;
      const order = { unsafe: 0, at_risk: 1, not_assessed: 2, safe: 3 };
      const list = view.venues.slice().sort((one, other) => order[one.level] - order[other.level] || fmt.compare(one.name, other.name));
      return h("section", { class: "block" },
        h("h2", {}, fmt.t("map.venues.title", { count: fmt.whole(list.length) })),
        list.length ? long_list(list, (venue) => h("li", {},
          h("a", { class: "row-link", href: asks.address({ venue: venue.venue_id }), onclick: (event) => {
            if (event.metaKey || event.ctrlKey) return;
            event.preventDefault();
            asks.choose({ venue: venue.venue_id });
          } },
            h("span", { class: "dot dot--" + venue.level, "aria-hidden": "true" }),
            h("span", { class: "row-words" }, h("strong", {}, venue.name), h("small", {}, fmt.level(venue.level) + " · ", venue.trust ? [antoan.trust_sign(venue.trust), " " + antoan.trust_words(venue.trust, fmt) + " · "] : null, fmt.t("venue_type." + venue.type))),
            antoan.icon("chevron", 16))), fmt) : h("p", { class: "quiet" }, fmt.t("map.venues.none")));
    }

    /** The first rows of a list, and a button that brings the next ones. */
    function long_list(list, row, fmt) {
      const rows = h("ul", { class: "row-list" });
      const more = h("button", { type: "button", class: "more", onclick: () => add(true) });
      function add(is_asked) {
        const from = rows.children.length;
        rows.append(...list.slice(from, from + ROWS).map(row));
        const left = list.length - rows.children.length;
        more.hidden = !left;
        more.textContent = fmt.t("map.venues.more", { count: fmt.whole(Math.min(left, ROWS)) });
        if (is_asked) rows.children[from].querySelector("a").focus();
      }
      add(false);
      return [rows, more];
    }

    function render_venue(view) {
      const { fmt, venue } = view;
      const { t } = fmt;
      const fact = (label, value) => (value ? [h("dt", {}, label), h("dd", {}, value)] : null);
      antoan.fill(head,
        breadcrumb(view),
        h("div", { class: "panel-title-row" },
          h("div", {}, h("h1", { class: "panel-title" }, venue.name), h("p", { class: "panel-sub" }, t("venue_type." + venue.type))),
          level_badge(venue.level, fmt)));
      antoan.fill(body,
        h("section", { class: "block" }, h("p", { class: "venue-meaning" }, t("map.venue.meaning." + venue.level)),
          h("dl", { class: "facts" },
            fact(t("map.venue.level"), fmt.level(venue.level)),
            fact(t("map.venue.set_level"), set_level_words(venue, fmt)),
            fact(t("map.venue.valid_until"), venue.valid_until ? fmt.plain_day(venue.valid_until) : null),
            fact(t("map.venue.address"), venue.address || t("map.venue.no_address")),
            fact(t("map.venue.area"), view.place.area ? [fmt.name(view.place.area), ...view.place.within.slice().reverse().map(fmt.name)].join(", ") : null))),
        antoan.venue_trust_block(venue, fmt),
        h("p", { class: "panel-foot" }, t("map.panel.self_assessed")));
    }

    /** The criteria set's own name of the level. */
    function set_level_words(venue, fmt) {
      const level = venue.set && venue.set.levels.find((each) => each.code === venue.set_level);
      return level ? level.title[fmt.language] : null;
    }

    function skeleton() {
      return h("div", { class: "skeleton", "aria-hidden": "true" }, [70, 100, 40, 100, 85].map((width) => h("span", { vars: { "--width": width + "%" } })));
    }

    return { render, set_open, is_open: () => holder.classList.contains("is-open") };
  };
})();
