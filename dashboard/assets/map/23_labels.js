/* Names on the map: plain elements in the page's own font, no glyph files from anywhere. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const MOST_LABELS = 70;
  const CITY = /^(Thành phố|TP\.?)\s/i;

  antoan.make_labels = function make_labels(holder, figure) {
    let labels = [];
    let waiting = false;
    const measure = document.createElement("canvas").getContext("2d");

    /** Names of the shapes shown, and places named by hand ({lon, lat, text}). */
    function set(shapes, fmt, fixed) {
      holder.replaceChildren();
      labels = [];
      measure.font = "600 12px system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
      for (const place of fixed) add(place.text, { lon: place.lon, lat: place.lat, width: Infinity, size: 1e9 }, "label label--sea", true);
      if (shapes) {
        shapes.features.forEach((feature, place) => {
          const anchor = antoan.anchor_of(shapes, place);
          add(antoan.short_name(fmt.name(feature.properties)), anchor, "label", CITY.test(feature.properties.name));
        });
        // People look for the cities first, however small their shapes are on a phone.
        labels.sort((one, other) => one.is_city === other.is_city ? other.anchor.size - one.anchor.size : one.is_city ? -1 : 1);
      }
      place_now();
    }

    function add(text, anchor, kind, is_city) {
      labels.push({ text, anchor, kind, is_city, width: measure.measureText(text).width + 6, element: null });
    }

    function place_soon() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        place_now();
      });
    }

    function place_now() {
      const map = figure.map();
      if (!map) return;
      const { clientWidth: wide, clientHeight: high } = map.getContainer();
      const scale = 512 * 2 ** map.getZoom() / 360;
      const taken = [];
      let count = 0;
      for (const label of labels) {
        let is_shown = false;
        if (count < MOST_LABELS && (label.is_city || label.anchor.width * scale > label.width * 0.72)) {
          const at = map.project([label.anchor.lon, label.anchor.lat]);
          const box = [at.x - label.width / 2, at.y - 9, at.x + label.width / 2, at.y + 9];
          is_shown =
            box[2] > 0 && box[0] < wide && box[3] > 0 && box[1] < high &&
            !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
          if (is_shown) {
            taken.push(box);
            count += 1;
            if (!label.element) {
              label.element = antoan.h("span", { class: label.kind }, label.text);
              holder.append(label.element);
            }
            label.element.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px) translate(-50%, -50%)`;
          }
        }
        if (label.element) label.element.hidden = !is_shown;
      }
    }

    figure.map().on("move", place_soon);
    figure.map().on("resize", place_soon);
    return { set, place: place_soon };
  };
})();
