/* Which part of the country the camera should show, and which part of the screen is free. */
(function () {
  "use strict";
  const antoan = window.antoan;
  // Mainland with Hoàng Sa and Trường Sa.
  const COUNTRY = [102.1, 7.2, 115.4, 23.45];
  const VENUE_REACH = 0.006;
  // Parts farther apart than this (degrees) are another picture: Hoàng Sa from Đà Nẵng.
  const FAR = 0.6;

  /** The box [west, south, east, north] to fly to. */
  antoan.box_to_show = function box_to_show(view) {
    const { place, venue, venues, state } = view;
    if (!place) return null;
    const chosen = venue || (state.venue && venues && venues.find((each) => each.venue_id === state.venue));
    if (chosen && Number.isFinite(chosen.lon)) {
      return [chosen.lon - VENUE_REACH, chosen.lat - VENUE_REACH, chosen.lon + VENUE_REACH, chosen.lat + VENUE_REACH];
    }
    if (!place.area) return COUNTRY;
    const part = place.is_leaf ? view.areas : view.around;
    const at = part ? part.shapes.index.get(place.area.code) : undefined;
    if (at !== undefined) return main_box(part.shapes.features[at].geometry) || place.area.bbox;
    return place.area.bbox;
  };

  /** The box around the largest part of a shape and whatever lies near it. */
  function main_box(geometry) {
    if (!geometry) return null;
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const boxes = polygons.map((polygon) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (const [lon, lat] of polygon[0]) {
        box[0] = Math.min(box[0], lon);
        box[1] = Math.min(box[1], lat);
        box[2] = Math.max(box[2], lon);
        box[3] = Math.max(box[3], lat);
      }
      return box;
    });
    const size = (box) => (box[2] - box[0]) * (box[3] - box[1]);
    boxes.sort((one, other) => size(other) - size(one));
    const main = boxes.shift();
    let grown = true;
    while (grown) {
      grown = false;
      for (let place = boxes.length - 1; place >= 0; place--) {
        const box = boxes[place];
        if (box[0] > main[2] + FAR || box[2] < main[0] - FAR || box[1] > main[3] + FAR || box[3] < main[1] - FAR) continue;
        main[0] = Math.min(main[0], box[0]);
        main[1] = Math.min(main[1], box[1]);
        main[2] = Math.max(main[2], box[2]);
        main[3] = Math.max(main[3], box[3]);
        boxes.splice(place, 1);
        grown = true;
      }
    }
    return main;
  }

  /** Pixels at each edge that the panel and the bars cover. */
  antoan.free_padding = function free_padding(regions) {
    const frame = regions.frame.getBoundingClientRect();
    const box = (element) => element.getBoundingClientRect();
    if (antoan.is_phone()) {
      const top = Math.max(box(regions.controls).bottom, regions.notes.hidden ? 0 : box(regions.notes).bottom) + 8;
      const bottom = frame.bottom - box(regions.legend.classList.contains("is-open") ? regions.time : regions.legend).top + 8;
      return { top, bottom: Math.min(bottom, frame.height - top - 120), left: 14, right: 14 };
    }
    return { top: 84, bottom: frame.bottom - box(regions.time).top + 24, left: box(regions.panel).right + 28, right: frame.width > 1180 ? frame.right - box(regions.legend).left + 16 : 72 };
  };
})();
