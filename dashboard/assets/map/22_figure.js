/* Drives the Plotly figure: shapes when they change, otherwise only the classes. */
(function () {
  "use strict";
  const antoan = window.antoan;
  // Order of the traces in dashboard/figures/area_map.py.
  const LAND = 0, AROUND = 1, AREAS = 2, FOCUS = 3, VENUE_RINGS = 4, VENUES = 5, VENUE_MARKS = 6;
  const LEVEL_SIZES = { safe: 14, at_risk: 15, unsafe: 17, not_assessed: 12 };
  const EMPTY = { geojson: { type: "FeatureCollection", features: [] }, locations: [], z: [] };

  /**
   * @param {HTMLElement} graph  Plotly's element, already drawn once.
   * @param {{classes: object[], venue_colours: object}} looks
   */
  antoan.make_figure = function make_figure(graph, looks) {
    const Plotly = window.Plotly;
    const subplot = () => graph._fullLayout.map._subplot;
    const map = () => subplot().map;
    const shown = { land: null, around: null, areas: null, focus: null, venues: null, dim: null };
    let target = null;
    let queue = Promise.resolve();

    /** Plotly puts the camera back to the layout's with each change: keep both the same. */
    function keep_camera() {
      const centre = map().getCenter();
      const zoom = map().getZoom();
      for (const layout of [graph.layout.map, graph._fullLayout.map]) {
        layout.center = { lon: centre.lng, lat: centre.lat };
        layout.zoom = zoom;
      }
    }

    function areas_update(shapes, values) {
      if (!shapes || !shapes.features.length) return EMPTY;
      window.PlotlyGeoAssets[shapes.url] = shapes.collection;
      return { geojson: shapes.url, locations: shapes.features.map((feature) => feature.id), z: values };
    }

    /** Draw a picture; geometry is touched only where its address differs from what is shown. */
    function draw(picture) {
      queue = queue.then(() => draw_now(picture)).catch((error) => {
        if (window.console && !antoan.is_leaving) console.error(error);
      });
      return queue;
    }

    async function draw_now(picture) {
      const dim = Boolean(picture.venues);
      const same_shapes =
        shown.land === (picture.land && picture.land.url) &&
        shown.around === (picture.around && picture.around.shapes.url) &&
        shown.areas === (picture.areas && picture.areas.shapes.url) &&
        shown.focus === picture.focus && shown.venues === picture.venues && shown.dim === dim;
      keep_camera();
      if (same_shapes) {
        const traces = [], values = [];
        for (const [trace, part] of [[AROUND, picture.around], [AREAS, picture.areas]]) {
          if (part && graph.data[trace].z !== part.values) {
            traces.push(trace);
            values.push(part.values);
          }
        }
        if (traces.length) await Plotly.restyle(graph, { z: values }, traces);
      } else {
        const data = graph.data.map((trace) => ({ ...trace }));
        const set = (trace, part) => Object.assign(data[trace], part ? areas_update(part.shapes, part.values) : EMPTY);
        set(LAND, picture.land && { shapes: picture.land, values: picture.land.features.map(() => 0) });
        set(AROUND, picture.around);
        set(AREAS, picture.areas);
        data[AREAS].marker = { ...data[AREAS].marker, opacity: dim ? 0.42 : 0.94 };
        Object.assign(data[FOCUS], picture.outline || { lon: [], lat: [] });
        set_venues(data, picture.venues);
        Object.assign(shown, {
          land: picture.land && picture.land.url,
          around: picture.around && picture.around.shapes.url,
          areas: picture.areas && picture.areas.shapes.url,
          focus: picture.focus, venues: picture.venues, dim,
        });
        // Not waited for: Plotly resolves only once the camera rests.
        Plotly.react(graph, data, graph.layout, graph._context).catch(() => undefined);
        await antoan.next_frame();
      }
      put_hatching();
      put_borders(picture.areas);
      if (!same_shapes) put_in_order();
      if (target) move(target, true);
    }

    /** Thousands of white borders would drown the colours: they come with the zoom. */
    function put_borders(part) {
      const id = "plotly-trace-layer-areas-line";
      if (!map().getLayer(id)) return;
      const is_crowded = part && part.shapes.features.length > 800;
      map().setPaintProperty(id, "line-width", is_crowded ? ["interpolate", ["linear"], ["zoom"], 6, 0, 9, 0.8] : 0.8);
    }

    function set_venues(data, venues) {
      const list = (venues || []).slice().sort((one, other) => LEVEL_SIZES[one.level] - LEVEL_SIZES[other.level]);
      const place = { lon: list.map((venue) => venue.lon), lat: list.map((venue) => venue.lat) };
      const sizes = list.map((venue) => LEVEL_SIZES[venue.level]);
      const colours = list.map((venue) => looks.venue_colours[venue.level]);
      const point = (trace, size, color) => {
        data[trace] = { ...data[trace], ...place, marker: { ...data[trace].marker, size, color } };
      };
      // Shape beside colour: a dark rim for unsafe, a white heart for at risk, hollow for not assessed.
      // Around it who says so: a thin rim for the venue's own word, a broad one for a check or a dispute.
      const rims = { documents_checked: [7, "#12418f"], inspected: [11, "#12418f"], contested: [9, "#9a3412"] };
      const rim = (venue) => rims[venue.trust] || [4, venue.level === "unsafe" ? "#14212b" : "#ffffff"];
      point(VENUE_RINGS, list.map((venue, at) => sizes[at] + rim(venue)[0]), list.map((venue) => rim(venue)[1]));
      point(VENUES, sizes, colours);
      point(
        VENUE_MARKS,
        list.map((venue) => ({ at_risk: 6, not_assessed: 6, unsafe: 6, safe: 0.1 })[venue.level]),
        list.map((venue) => (venue.level === "at_risk" ? "#14212b" : "#ffffff"))
      );
    }

    /* -- patterns: "not enough data" and withheld counts do not rest on a shade of grey; what nobody inspected never looks verified -- */

    function put_hatching() {
      const view = map();
      for (const [trace, pattern, strength] of [["around", "unseen", 0.4], ["areas", "hatch", 1], ["areas", "dots", 1], ["areas", "unseen", 1]]) {
        if (!view.hasImage("antoan-" + pattern)) view.addImage("antoan-" + pattern, draw_pattern(pattern), { pixelRatio: 2 });
        const id = `antoan-${trace}-${pattern}`;
        if (!view.getSource("source-" + trace)) continue;
        const wanted = looks.classes.map((each, place) => (each.pattern === pattern ? place : -1)).filter((place) => place >= 0);
        const colours = wanted.map((place) => colour_drawn(place)).filter(Boolean);
        const filter = ["in", ["get", "fc"], ["literal", colours]];
        const opacity = shown.dim ? 0.4 * strength : strength;
        if (view.getLayer(id)) {
          view.setFilter(id, filter);
          view.setPaintProperty(id, "fill-opacity", opacity);
        } else {
          const line = `plotly-trace-layer-${trace}-line`;
          const above = view.getLayer(line) ? line : undefined;
          view.addLayer({ id, type: "fill", source: "source-" + trace, filter, paint: { "fill-pattern": "antoan-" + pattern, "fill-opacity": opacity } }, above);
        }
      }
    }

    /** Plotly puts a trace that comes into sight above those drawn before it. */
    function put_in_order() {
      const view = map();
      const upper = ["antoan-pointed", "plotly-trace-layer-focus-line", ...["venue_rings", "venues", "venue_marks"].map((uid) => `plotly-trace-layer-${uid}-circle`), "antoan-chosen"];
      for (const id of upper) if (view.getLayer(id)) view.moveLayer(id);
    }

    /** The colour text that Plotly wrote into the features for one class. */
    function colour_drawn(place) {
      const hex = looks.classes[place].colour;
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      return `rgb(${red}, ${green}, ${blue})`;
    }

    function draw_pattern(kind) {
      const side = 16;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d");
      pen.strokeStyle = pen.fillStyle = "rgba(70, 84, 97, 0.34)";
      const stripes = (leans, from) => {
        pen.beginPath();
        for (const shift of [-side, 0, side]) {
          pen.moveTo(from + shift - 2, leans ? -2 : side + 2);
          pen.lineTo(from + shift + side + 2, leans ? side + 2 : -2);
        }
        pen.stroke();
      };
      if (kind === "hatch") {
        pen.lineWidth = 2.2;
        stripes(false, 0);
      } else if (kind === "unseen") {
        // Leans the other way; light beside dark, so that it shows on yellow, green and red alike.
        pen.lineWidth = 1.5;
        for (const [colour, from] of [["rgba(20, 33, 43, 0.38)", 0], ["rgba(255, 255, 255, 0.5)", 2]]) {
          pen.strokeStyle = colour;
          stripes(true, from);
        }
      } else {
        for (const [x, y] of [[4, 4], [12, 12]]) {
          pen.beginPath();
          pen.arc(x, y, 2, 0, 7);
          pen.fill();
        }
      }
      return pen.getImageData(0, 0, side, side);
    }

    /* -- the camera -- */

    /** Fly to a box [west, south, east, north], clear of what covers the map's edges. */
    function fly_to(box, padding, { jump } = {}) {
      const camera = map().cameraForBounds([[box[0], box[1]], [box[2], box[3]]], { padding, maxZoom: 15.5 });
      if (!camera) return;
      move({ center: camera.center, zoom: Math.max(3.4, camera.zoom) }, false, jump);
    }

    function move(to, again, jump) {
      target = to;
      const view = map();
      if (jump || antoan.wants_less_motion()) {
        target = null;
        view.jumpTo(to);
        return;
      }
      const ends = () => {
        if (target === to) target = null;
      };
      view.easeTo({ ...to, duration: again ? 650 : 750, essential: true });
      view.once("moveend", () => {
        if (Math.abs(view.getZoom() - to.zoom) < 0.01) ends();
      });
    }

    function zoom_by(step) {
      target = null;
      map().easeTo({ zoom: map().getZoom() + step, duration: antoan.wants_less_motion() ? 0 : 250 });
    }

    /** An outline that follows the pointer or the keyboard. */
    function point_out(feature) {
      const view = map();
      const data = { type: "FeatureCollection", features: feature ? [{ type: "Feature", properties: {}, geometry: feature.geometry }] : [] };
      const source = view.getSource("antoan-pointed");
      if (source) return void source.setData(data);
      view.addSource("antoan-pointed", { type: "geojson", data });
      view.addLayer({ id: "antoan-pointed", type: "line", source: "antoan-pointed", paint: { "line-color": "#14212b", "line-width": 1.8 } });
    }

    /** A ring around the venue chosen, above all other points. */
    function ring(venue) {
      const view = map();
      const features = venue && Number.isFinite(venue.lon) ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [venue.lon, venue.lat] } }] : [];
      const data = { type: "FeatureCollection", features };
      const source = view.getSource("antoan-chosen");
      if (source) source.setData(data);
      else if (features.length) {
        view.addSource("antoan-chosen", { type: "geojson", data });
        view.addLayer({ id: "antoan-chosen", type: "circle", source: "antoan-chosen", paint: { "circle-radius": 15, "circle-opacity": 0, "circle-stroke-width": 4, "circle-stroke-color": "#1668c7" } });
      }
    }

    /** Resolves when the shapes asked for last are on the screen, or after a while anyway. */
    function settled() {
      return Promise.race([
        queue.then(() => new Promise((resolve) => (map().loaded() ? resolve() : map().once("idle", resolve)))),
        new Promise((resolve) => setTimeout(resolve, 6000)),
      ]);
    }

    map().setMinZoom(3.2);
    map().setMaxZoom(17);
    map().dragRotate.disable();
    map().touchZoomRotate.disableRotation();
    map().on("dragstart", () => { target = null; });
    map().on("wheel", () => { target = null; });
    return { draw, settled, fly_to, zoom_by, point_out, ring, map, is_moving: () => target !== null };
  };

  antoan.next_frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
})();
