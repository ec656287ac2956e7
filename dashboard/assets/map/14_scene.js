/* What a state shows: areas, what lies around them, shapes and classes; every read is a GET. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const API = "/api/v1/";
  const FOREVER = 1e12, MINUTES = 300000, SHORT = 15000;
  const shapes_kept = new Map();
  const values_kept = new Map();

  function address(path, words) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(words)) {
      if (value !== null && value !== undefined) query.set(name, String(value));
    }
    const text = query.toString();
    return API + path + (text ? "?" + text : "");
  }

  const get = (path, words, options) => antoan.get_json(address(path, words), options);

  /** Editions, the one to show, and the days with data. */
  antoan.load_frame = async function load_frame(state, signal) {
    const [editions, days] = await Promise.all([
      get("editions", {}, { keep_ms: MINUTES, signal }),
      get("days", { edition: state.edition }, { keep_ms: MINUTES, signal }),
    ]);
    const edition = editions.items.find((each) => each.code === days.edition);
    return { edition, editions: editions.items, levels: Object.keys(edition.levels), days };
  };

  /** The days that a layer can show, oldest first. */
  antoan.days_of = function days_of(frame, layer) {
    if (layer === "density") return frame.days.density;
    return antoan.days_between(frame.days.safety.first, frame.days.safety.last);
  };

  /** Which areas a state shows: `{area, within, parts, around, is_leaf}`. */
  antoan.load_place = async function load_place(state, frame, signal) {
    if (!state.area) {
      const level = state.view === "wards" && frame.levels.includes("ward") ? "ward" : frame.levels[0];
      return { area: null, within: [], is_leaf: false, parts: { level, parent: null }, around: null };
    }
    const area = await get("areas/" + encodeURIComponent(state.area), { edition: state.edition }, { keep_ms: MINUTES, signal });
    const siblings = { level: area.level, parent: area.parent };
    if (area.is_leaf) {
      const above = area.within[area.within.length - 1];
      const around = above ? { level: above.level, parent: above.parent } : null;
      return { area, within: area.within, is_leaf: true, parts: siblings, around };
    }
    const level = frame.levels[frame.levels.indexOf(area.level) + 1] || area.level;
    return { area, within: area.within, is_leaf: false, parts: { level, parent: area.code }, around: siblings };
  };

  function layer_request(which, state, day) {
    const words = { level: which.level, parent: which.parent, day, edition: state.edition, form: "compact" };
    if (state.layer === "density") return ["density", { ...words, hour: state.hour }];
    return ["levels", words];
  }

  /** Shapes and class values of some areas on a day; nothing is fetched twice. */
  antoan.load_part = async function load_part(which, state, day, signal) {
    const [path, words] = layer_request(which, state, day);
    const answer = await get(path, words, { keep_ms: SHORT, signal });
    const shapes = await antoan.load_shapes(answer.boundary, signal);
    return { ...which, shapes, values: values_of(state.layer, answer.classes, answer.inspected), self_declared: answer.self_declared, inspected: answer.inspected };
  };

  /** Only bring a day's classes into memory, for playing. */
  antoan.prefetch_part = function prefetch_part(which, state, day) {
    const [path, words] = layer_request(which, state, day);
    return get(path, words, { keep_ms: SHORT * 4 }).catch(() => undefined);
  };

  antoan.load_shapes = async function load_shapes(url, signal) {
    const known = shapes_kept.get(url);
    if (known) return known;
    const collection = await antoan.get_json(url, { keep_ms: FOREVER, signal });
    const shapes = shapes_kept.get(url) || antoan.prepare_shapes(url, collection);
    shapes_kept.set(url, shapes);
    return shapes;
  };

  /** Shapes of a whole level or of the parts of one area. */
  antoan.load_outline = async function load_outline(which, state, signal) {
    const answer = await get("boundaries", { ...which, edition: state.edition }, { keep_ms: MINUTES, signal });
    return antoan.load_shapes(answer.href, signal);
  };

  /**
   * Letters to places in the list of classes; the same letters give the same array again.
   *
   * Where nobody inspected (`A`), the twin of a level's class is taken.
   */
  function values_of(layer, letters, inspected) {
    const key = layer + letters + (inspected || "");
    let values = values_kept.get(key);
    if (!values) {
      const places = antoan.looks.places[layer];
      values = Array.from(letters, (letter, at) => {
        const twin = inspected && inspected[at] === "A" ? places[letter.toUpperCase()] : undefined;
        return twin ?? places[letter] ?? places["-"] ?? places.n;
      });
      values_kept.set(key, values);
      if (values_kept.size > 200) values_kept.delete(values_kept.keys().next().value);
    }
    return values;
  }

  /** The panel's answer for an area, or for the country. */
  antoan.load_summary = function load_summary(state, day, signal) {
    const path = state.area ? "areas/" + encodeURIComponent(state.area) + "/summary" : "summary";
    return get(path, { day, edition: state.edition }, { keep_ms: SHORT, signal });
  };

  /** Check-ins of one area; null where they cannot be told. */
  antoan.load_density = async function load_density(place, state, day, signal) {
    if (!place.area) return null;
    const answer = await get("density", { level: place.area.level, parent: place.area.parent, day, hour: state.hour, edition: state.edition }, { keep_ms: SHORT, signal });
    return answer.items.find((item) => item.code === place.area.code) || null;
  };

  const TRUST_LETTERS = { s: "self_declared", d: "documents_checked", i: "inspected", c: "contested", e: "expired" };
  const VENUE_LETTERS = { s: "safe", r: "at_risk", u: "unsafe", n: "not_assessed" };

  /** The venues of one leaf area as points, with their levels on a day. */
  antoan.load_venues = async function load_venues(place, state, day, signal) {
    const columns = await get("venues", { area: place.area.code, day, edition: state.edition, form: "points" }, { keep_ms: SHORT, signal });
    if (!columns.list) {
      columns.list = columns.venue_id.map((venue_id, at) => ({
        venue_id, name: columns.name[at], type: columns.type[at], lon: columns.lon[at], lat: columns.lat[at],
        level: VENUE_LETTERS[columns.levels[at]], trust: TRUST_LETTERS[columns.trust[at]] || null,
      }));
    }
    return columns.list;
  };

  /** One venue, and its criteria set for the level's own name. */
  antoan.load_venue = async function load_venue(state, day, signal) {
    const venue = await get("venues/" + encodeURIComponent(state.venue), { day, edition: state.edition }, { keep_ms: SHORT, signal });
    if (!venue.set_id) return venue;
    const set = await get("criteria/" + encodeURIComponent(venue.set_id), {}, { keep_ms: MINUTES, signal }).catch((error) => {
      if (error.name === "AbortError") throw error;
      return null;
    });
    return { ...venue, set };
  };

  /** Full figures of the areas shown, for the table. */
  antoan.load_items = async function load_items(part, state, day, signal) {
    const words = { level: part.level, parent: part.parent, day, edition: state.edition };
    const [levels, density] = await Promise.all([
      get("levels", words, { keep_ms: SHORT, signal }),
      get("density", { ...words, hour: state.hour }, { keep_ms: SHORT, signal }).catch((error) => {
        if (error.name === "AbortError") throw error;
        return { items: [] };
      }),
    ]);
    const density_by_code = new Map(density.items.map((item) => [item.code, item]));
    return levels.items.map((item) => {
      const place = part.shapes.index.get(item.code);
      const feature = place === undefined ? null : part.shapes.features[place];
      return { ...item, density: density_by_code.get(item.code) || null, names: feature ? feature.properties : { name: item.code } };
    });
  };

  antoan.load_search = (words, state, signal) => get("search", { q: words, edition: state.edition, limit: 8 }, { keep_ms: MINUTES, signal });
})();
