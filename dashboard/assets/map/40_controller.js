/* Ties address, data and parts of the page together; the last wish wins. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;

  antoan.make_controller = function make_controller(graph, regions) {
    const view = {
      state: antoan.read_address(location.search, document.documentElement.lang || "vi"),
      looks: antoan.looks, fmt: null, frame: null, place: null, day: null, land: null,
      around: null, areas: null, venues: null, venue: null, summary: null, density: null, summary_failed: false,
    };
    view.fmt = antoan.texts(view.state.lang);
    const figure = antoan.make_figure(graph, antoan.looks);
    const labels = antoan.make_labels(regions.labels, figure);
    const asks = {
      fmt: () => view.fmt, view: () => view,
      address: (change) => antoan.write_address({ ...view.state, ...change }),
      choose: (change) => go(change),
    };
    const panel = antoan.make_panel(regions.panel, asks);
    const legend = antoan.make_legend(regions.legend, asks);
    const table = antoan.make_table(asks);
    const about = antoan.make_about(asks);
    const time = antoan.make_time(regions.time, {
      fmt: asks.fmt,
      choose: (change, is_final) => go(change, { quiet: !is_final, replace: true, keep_camera: true }),
      ahead: (days) => {
        if (!view.place) return;
        for (const day of days) {
          antoan.prefetch_part(view.place.parts, view.state, day);
          if (view.place.around) antoan.prefetch_part(view.place.around, view.state, day);
        }
      },
      settled: () => latest.catch(() => undefined),
    });
    const search = antoan.make_search(regions.search, {
      fmt: asks.fmt,
      search: async (words, signal) => {
        const answer = await antoan.load_search(words, view.state, signal);
        return found_items(answer, view.fmt);
      },
      choose: (item) => go(item.kind === "area" ? { area: item.code, venue: null, view: null } : { area: item.area || view.state.area, venue: item.venue_id, view: null }),
    });
    const bar = antoan.make_bar(regions, { ...asks, open_table: table.open, open_about: about.open, zoom: figure.zoom_by, home: () => fly(false), is_table: true });
    const pointer = antoan.watch_pointer(figure, regions.tooltip, {
      picture: () => view,
      describe: (hit) => describe(hit, view),
      choose: (hit) => {
        if (hit.kind === "venue") return go({ venue: hit.venue.venue_id });
        if (hit.feature.id !== view.state.area || view.state.venue) go({ area: hit.feature.id, venue: null, view: null });
      },
    });

    let ticket = 0, leaving = null, latest = Promise.resolve(), flown_to = null;

    /** Change the state: the address first, then the picture. */
    function go(change, { quiet = false, replace = false, keep_camera = false } = {}) {
      const before = view.state;
      view.state = { ...before, ...change };
      // From the latest day of one layer to the latest of the other, which may be another day.
      if (view.state.layer !== before.layer && view.frame && view.day === antoan.days_of(view.frame, before.layer).at(-1)) view.state.day = null;
      if (view.state.area !== before.area) {
        time.stop();
        pointer.hide();
      }
      const url = antoan.write_address(view.state);
      if (url !== location.search && !quiet) {
        if (replace) history.replaceState(null, "", url);
        else history.pushState(null, "", url);
      }
      if (view.state.lang !== before.lang) switch_language();
      return show({ keep_camera, with_panel: !quiet });
    }

    function show(options) {
      latest = load(options || {});
      return latest;
    }

    async function load({ keep_camera = false, with_panel = true, jump = false, keep_message = false }) {
      const mine = ++ticket;
      if (leaving) leaving.abort();
      const controller = (leaving = new AbortController());
      const { signal } = controller;
      const { state } = view;
      const is_stale = () => mine !== ticket;
      const busy = setTimeout(() => regions.app.classList.add("is-loading"), 120);
      try {
        const frame = await antoan.load_frame(state, signal);
        const days = antoan.days_of(frame, state.layer);
        const day = days.includes(state.day) ? state.day : days[days.length - 1] || frame.days.today;
        const place = await antoan.load_place(state, frame, signal);
        const extras = with_panel || !view.summary ? load_extras(place, state, day, signal) : null;
        if (extras) extras.catch(() => undefined);
        const part = antoan.load_part(place.parts, state, day, signal).catch(or_nothing);
        const is_top = place.parts.level === frame.levels[0] && !place.parts.parent;
        const [areas, around, land, venues] = await Promise.all([
          part,
          place.around ? antoan.load_part(place.around, state, day, signal).catch(or_nothing) : null,
          is_top ? part.then((found) => found && found.shapes) : antoan.load_outline({ level: frame.levels[0] }, state, signal).catch(or_nothing),
          place.is_leaf ? antoan.load_venues(place, state, day, signal) : null,
        ]);
        if (is_stale()) return;
        const is_new_place = !view.place || (view.place.area && view.place.area.code) !== state.area || (view.areas && areas && view.areas.shapes !== areas.shapes);
        Object.assign(view, { frame, place, day, areas, around, land, venues });
        if (state.day !== day) {
          // No day, or one that cannot be shown: the address says what is.
          view.state = { ...view.state, day };
          history.replaceState(null, "", antoan.write_address(view.state));
        }
        if (is_new_place && with_panel) Object.assign(view, { summary: null, density: null, venue: null, summary_failed: false });
        regions.app.classList.toggle("has-place", Boolean(place.area));
        figure.draw(picture());
        if (is_new_place) labels.set(areas && areas.shapes, view.fmt, fixed_names());
        if (!keep_camera && (is_new_place || flown_to !== place_key())) fly(jump);
        time.render({ ...view.state, day }, days);
        bar.render(view);
        legend.render(view);
        say_where();
        if (!keep_message) hide_message();
        if (with_panel) {
          if (is_new_place && !state.venue) panel.render(view);
          await extras.then((found) => {
            if (is_stale()) return;
            Object.assign(view, found);
            figure.ring(view.venue);
            if (view.venue && !keep_camera) fly(false);
          });
          if (!is_stale()) panel.render(view);
        }
        if (jump) await figure.settled();
      } catch (error) {
        if (error.name === "AbortError" || is_stale()) return;
        fail(error);
      } finally {
        clearTimeout(busy);
        if (!is_stale()) regions.app.classList.remove("is-loading");
        if (!is_stale()) regions.app.dataset.shown = antoan.write_address(view.state);
      }
    }

    const or_nothing = (error) => {
      if (error.kind === "missing") return null;
      throw error;
    };

    async function load_extras(place, state, day, signal) {
      const soft = (promise) => promise.catch((error) => {
        if (error.name === "AbortError") throw error;
        return null;
      });
      const [summary, density, venue] = await Promise.all([
        soft(antoan.load_summary(state, day, signal)),
        soft(antoan.load_density(place, state, day, signal)),
        state.venue ? soft(antoan.load_venue(state, day, signal)) : null,
      ]);
      return { summary, density, venue, summary_failed: !summary };
    }

    function picture() {
      const { place, around, areas, land, venues } = view;
      let outline = null;
      if (place.area && areas) {
        const at = areas.shapes.index.get(place.area.code);
        if (!place.is_leaf) outline = antoan.outline_of(areas.shapes);
        else if (at !== undefined) outline = antoan.outline_of(areas.shapes, at);
      }
      return { land, around, areas, venues, outline, focus: place.area && place.area.code };
    }

    const place_key = () => (view.state.area || "") + "|" + (view.state.venue || "") + "|" + (view.state.view || "");

    /** Move the camera to what is chosen. */
    function fly(jump) {
      const box = antoan.box_to_show(view);
      if (box) figure.fly_to(box, antoan.free_padding(regions, view), { jump });
      flown_to = place_key();
    }

    function fixed_names() {
      const { t } = view.fmt;
      if (view.state.area) return [];
      return [
        { lon: 112.0, lat: 16.45, text: t("map.sea.hoang_sa") },
        { lon: 113.6, lat: 9.3, text: t("map.sea.truong_sa") },
      ];
    }

    function say_where() {
      const { fmt, place, day } = view;
      const name = view.venue ? view.venue.name : place.area ? fmt.name(place.area) : fmt.t("map.country");
      document.title = (place.area ? name + " · " : "") + fmt.t("map.title");
      regions.live.textContent = fmt.t("map.live", { name, layer: fmt.t("map.layer." + view.state.layer), day: fmt.day(day) });
    }

    function fail(error) {
      const { t } = view.fmt;
      const missing = error.kind === "missing";
      antoan.fill(regions.message,
        h("p", {}, t(missing ? "map.missing" : error.kind === "refused" ? "map.refused" : "map.away")),
        missing
          ? h("button", { type: "button", class: "button", onclick: () => go({ area: null, venue: null, view: null }) }, t("map.to_country"))
          : h("button", { type: "button", class: "button", onclick: () => show() }, t("map.retry")));
      regions.message.hidden = false;
      if (missing && view.state.area) {
        // The message stays above the country, and the address says the country too.
        view.state = { ...view.state, area: null, venue: null, view: null };
        history.replaceState(null, "", antoan.write_address(view.state));
        show({ jump: true, keep_message: true });
      }
    }

    function hide_message() {
      regions.message.hidden = true;
    }

    function switch_language() {
      view.fmt = antoan.texts(view.state.lang);
      document.documentElement.lang = view.state.lang;
      render_texts();
      if (view.place) {
        labels.set(view.areas && view.areas.shapes, view.fmt, fixed_names());
        panel.render(view);
      }
    }

    function render_texts() {
      search.render_texts();
      bar.render(view);
    }

    window.addEventListener("popstate", () => {
      const state = antoan.read_address(location.search, document.documentElement.lang);
      const language = view.state.lang;
      time.stop();
      view.state = state;
      if (state.lang !== language) switch_language();
      show({});
    });
    // Who comes back to the page, from an assessment for one, sees what changed meanwhile.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || !view.place) return;
      antoan.forget_levels();
      show({ keep_camera: true });
    });
    window.addEventListener("online", () => { if (!regions.message.hidden) show(); });
    window.addEventListener("resize", antoan.settle(() => { if (view.place) fly(true); }, 250));
    render_texts();
    return { view, go, show: () => show({ jump: true }), figure };
  };

  function found_items(answer, fmt) {
    const areas = answer.areas.map((area) => ({ ...area, kind: "area", where: area.within.map((name, at) => fmt.name({ name, name_en: area.within_en[at] })).join(", ") || fmt.t("map.levels." + area.level) }));
    const venues = answer.venues.map((venue) => ({ ...venue, kind: "venue", where: [fmt.level(venue.level || "not_assessed"), venue.trust && fmt.t("trust." + venue.trust), fmt.t("venue_type." + venue.type), venue.address].filter(Boolean).join(" · ") }));
    return [...areas, ...venues];
  }

  function describe(hit, view) {
    const { fmt } = view;
    if (hit.kind === "venue") {
      return [h("strong", {}, hit.venue.name), h("span", { class: "tip-line" }, h("span", { class: "dot dot--" + hit.venue.level }), fmt.level(hit.venue.level)), hit.venue.trust ? h("span", { class: "tip-line" }, antoan.trust_sign(hit.venue.trust), antoan.trust_words(hit.venue.trust, fmt)) : null, h("span", { class: "tip-more" }, fmt.t("venue_type." + hit.venue.type))];
    }
    if (hit.value === null) return [h("strong", {}, fmt.name(hit.feature.properties))];
    const each = antoan.looks.classes[hit.value];
    const words = antoan.class_words(each, fmt) + (each.layer === "density" && !each.text_key ? " " + fmt.t("map.density.unit") : "");
    const part = view[hit.kind];
    const trust = part.inspected ? antoan.trust_tip(part.self_declared[hit.place], part.inspected[hit.place], fmt) : null;
    return [h("strong", {}, fmt.name(hit.feature.properties)), h("span", { class: "tip-line" }, antoan.swatch(each), words), trust ? h("span", { class: "tip-more" }, trust) : null];
  }
})();
