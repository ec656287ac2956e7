/* Starts the page once Dash has put its layout there and Plotly has drawn the empty map. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const looks = antoan.read_block("antoan-looks");
  if (!looks) return;

  const places = {};
  looks.classes.forEach((each, value) => {
    places[each.layer] = places[each.layer] || {};
    places[each.layer][each.letter] = value;
  });
  antoan.looks = { ...looks, places };
  antoan.limits = looks.limits;

  // What the first picture needs is asked for at once, while Dash and Plotly are still loading.
  const first = antoan.read_address(location.search, document.documentElement.lang || "vi");
  antoan.load_frame(first).then(async (frame) => {
    const place = await antoan.load_place(first, frame);
    const days = antoan.days_of(frame, first.layer);
    const day = days.includes(first.day) ? first.day : days[days.length - 1] || frame.days.today;
    await Promise.all([antoan.load_part(place.parts, first, day), antoan.load_summary(first, day)]);
  }).catch(() => undefined);

  let started = false;

  /** Called by Dash when the layout is there. */
  function start() {
    if (started) return window.dash_clientside.no_update;
    started = true;
    wait_for_map().then((graph) => {
      const regions = {};
      for (const name of ["app", "frame", "labels", "tooltip", "search", "controls", "zoom", "panel", "legend", "time", "notes", "message", "live", "brand", "skip", "language", "venues"]) {
        regions[name] = document.getElementById("map-" + name);
      }
      regions.app.classList.add("is-ready");
      antoan.controller = antoan.make_controller(graph, regions);
      antoan.controller.show();
      regions.skip.addEventListener("click", (event) => {
        event.preventDefault();
        document.getElementById("open-table").click();
      });
    });
    return window.dash_clientside.no_update;
  }

  /**
   * Plotly puts its first, empty data on the map only after the map's own load event, later than
   * the style: whatever we had drawn before would be overwritten. Its sources tell that it is done.
   */
  async function wait_for_map() {
    for (;;) {
      const graph = document.querySelector("#map .js-plotly-plot");
      const subplot = graph && graph._fullLayout && graph._fullLayout.map && graph._fullLayout.map._subplot;
      if (subplot && subplot.map && subplot.map.getSource("source-areas")) return graph;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { antoan: { start } });
  window.addEventListener("pagehide", () => { antoan.is_leaving = true; });
})();
