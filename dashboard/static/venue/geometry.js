/* Shapes of areas for the small map: the Web Mercator square from 0 to 1, and what holds a point. */
(function () {
  "use strict";
  const venue = (window.venue_map = window.venue_map || {});

  venue.to_x = (lon) => (lon + 180) / 360;
  venue.to_y = (lat) => {
    const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  };
  venue.to_lon = (x) => x * 360 - 180;
  venue.to_lat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

  /** Areas of a GeoJSON collection: id, name, rings of x and y in turn, and their box. */
  venue.read_areas = function read_areas(collection, language) {
    return collection.features.filter((one) => one.geometry).map((one) => {
      const { type, coordinates } = one.geometry;
      const polygons = type === "Polygon" ? [coordinates] : coordinates;
      const box = [1, 1, 0, 0];
      const rings = polygons.flat().map((ring) => {
        const flat = new Float64Array(ring.length * 2);
        ring.forEach(([lon, lat], place) => {
          const x = venue.to_x(lon), y = venue.to_y(lat);
          flat[2 * place] = x;
          flat[2 * place + 1] = y;
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x);
          box[3] = Math.max(box[3], y);
        });
        return flat;
      });
      const names = one.properties || {};
      const name = (language === "en" && names.name_en) || names.name || one.id;
      const short = name.replace(/^(Tỉnh|Thành phố)\s+/i, "").replace(/\s+(Province|City)$/, "");
      return { id: one.id, name, short, is_city: /^Thành phố\s/i.test(names.name || ""), rings, box };
    });
  };

  /** Whether a point lies in an area: an odd number of borders to its right. */
  venue.holds = function holds(area, x, y) {
    const [west, north, east, south] = area.box;
    if (x < west || x > east || y < north || y > south) return false;
    let inside = false;
    for (const ring of area.rings) {
      for (let at = 0, before = ring.length - 2; at < ring.length; before = at, at += 2) {
        const y1 = ring[at + 1], y2 = ring[before + 1];
        if (y1 > y !== y2 > y) {
          const cut = ring[at] + ((y - y1) / (y2 - y1)) * (ring[before] - ring[at]);
          if (x < cut) inside = !inside;
        }
      }
    }
    return inside;
  };

  /**
   * A point of the visible part of an area to write its name at, in pixels, with how much of a
   * grid of 7 by 7 over that part lies inside; null where next to nothing of it is seen.
   */
  venue.spot_in = function spot_in(area, view, size) {
    const [west, north, east, south] = area.box;
    const left = Math.max(0, (west - view.west) * view.scale), right = Math.min(size.width, (east - view.west) * view.scale);
    const top = Math.max(0, (north - view.north) * view.scale), bottom = Math.min(size.height, (south - view.north) * view.scale);
    if (right - left < 12 || bottom - top < 12) return null;
    const inside = [];
    for (let across = 1; across < 14; across += 2) {
      for (let down = 1; down < 14; down += 2) {
        const spot = [left + ((right - left) * across) / 14, top + ((bottom - top) * down) / 14];
        if (venue.holds(area, view.west + spot[0] / view.scale, view.north + spot[1] / view.scale)) inside.push(spot);
      }
    }
    if (!inside.length) return null;
    const mean = [0, 1].map((axis) => inside.reduce((sum, one) => sum + one[axis], 0) / inside.length);
    const away = (one) => Math.hypot(one[0] - mean[0], one[1] - mean[1]);
    const [x, y] = inside.reduce((best, one) => (away(one) < away(best) ? one : best));
    return { x, y, seen: (inside.length / 49) * (right - left) * (bottom - top) };
  };

  /** Length of a pixel on the ground in metres at a latitude. */
  venue.metres_per_pixel = (lat, scale) => (40075016.686 * Math.cos((lat * Math.PI) / 180)) / scale;

  /** Add an area's outline to the canvas; `view` gives the scale and the corner. */
  venue.trace = function trace(paper, area, view) {
    paper.beginPath();
    for (const ring of area.rings) {
      for (let at = 0; at < ring.length; at += 2) {
        const left = (ring[at] - view.west) * view.scale, top = (ring[at + 1] - view.north) * view.scale;
        if (at) paper.lineTo(left, top);
        else paper.moveTo(left, top);
      }
      paper.closePath();
    }
  };

  /** Latitude and longitude of a typed text, as the server reads it; null where it is none. */
  venue.read_point = function read_point(text) {
    const match = /^\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?$/.exec(text.trim())
      || /^([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)$/.exec(text.trim());
    if (!match) return null;
    const [lat, lon] = [match[1], match[2]].map((one) => Number(one.replace(",", ".")));
    return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lat, lon } : null;
  };
})();
