/* Pointing at the map: the tooltip, and what a click means. */
(function () {
  "use strict";
  const antoan = window.antoan;

  /**
   * @param {object} figure    From make_figure.
   * @param {HTMLElement} tip  The tooltip.
   * @param {object} asks      `picture()` what is drawn; `describe(hit)` nodes of the tooltip;
   *                           `choose(hit)` what a click does.
   */
  antoan.watch_pointer = function watch_pointer(figure, tip, asks) {
    const map = figure.map();
    let pointed = null;

    function hit_at(event, pixels) {
      const picture = asks.picture();
      if (!picture) return null;
      const venue = venue_at(picture.venues, event.point, Math.max(pixels, 10));
      if (venue) return { kind: "venue", venue };
      const { lng, lat } = event.lngLat;
      const reach = (pixels * 360) / (512 * 2 ** map.getZoom());
      for (const kind of ["areas", "around"]) {
        const part = picture[kind];
        if (!part) continue;
        const place = antoan.feature_at(part.shapes, lng, lat, reach);
        if (place >= 0) return { kind, place, feature: part.shapes.features[place], value: part.values[place] };
      }
      const place = antoan.feature_at(picture.land, lng, lat, 0);
      return place < 0 ? null : { kind: "land", place, feature: picture.land.features[place], value: null };
    }

    function venue_at(venues, point, pixels) {
      let nearest = null, least = pixels * pixels;
      for (const venue of venues || []) {
        const at = map.project([venue.lon, venue.lat]);
        const distance = (at.x - point.x) ** 2 + (at.y - point.y) ** 2;
        if (distance < least) {
          least = distance;
          nearest = venue;
        }
      }
      return nearest;
    }

    function show(hit, point) {
      const key = hit && (hit.kind === "venue" ? hit.venue.venue_id : hit.kind + hit.feature.id + hit.value);
      if (key !== pointed) {
        pointed = key;
        figure.point_out(hit && hit.kind !== "venue" ? hit.feature : null);
        tip.hidden = !hit;
        if (hit) antoan.fill(tip, asks.describe(hit));
        map.getCanvas().style.cursor = hit ? "pointer" : "";
      }
      if (!hit) return;
      const { clientWidth: wide } = map.getContainer();
      const left = Math.min(Math.max(point.x, tip.offsetWidth / 2 + 8), wide - tip.offsetWidth / 2 - 8);
      const below = point.y < tip.offsetHeight + 26;
      tip.style.transform = `translate(${left}px, ${point.y + (below ? 22 : -14)}px) translate(-50%, ${below ? "0" : "-100%"})`;
    }

    map.on("mousemove", (event) => {
      if (!window.matchMedia("(hover: hover)").matches) return;
      show(hit_at(event, 4), event.point);
    });
    map.on("mouseout", () => show(null));
    map.on("dragstart", () => show(null));
    map.on("click", (event) => {
      const touch = event.originalEvent && event.originalEvent.pointerType === "touch";
      const hit = hit_at(event, touch || antoan.is_phone() ? 14 : 7);
      show(null);
      if (hit) asks.choose(hit);
    });
    return { hide: () => show(null) };
  };
})();
