/* Shapes in the browser: which one is under the pointer, and where its name stands. */
(function () {
  "use strict";
  const antoan = window.antoan;

  /** A GeoJSON collection made ready for pointing: boxes, sizes, places for names. */
  antoan.prepare_shapes = function prepare_shapes(url, collection) {
    const features = collection.features;
    const boxes = new Float64Array(features.length * 4);
    const index = new Map();
    features.forEach((feature, place) => {
      index.set(feature.id, place);
      boxes.set(box_of(feature.geometry), place * 4);
    });
    return { url, collection, features, boxes, index, anchors: new Array(features.length) };
  };

  function polygons_of(geometry) {
    if (!geometry) return [];
    return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  }

  function box_of(geometry) {
    let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
    for (const polygon of polygons_of(geometry)) {
      for (const [lon, lat] of polygon[0]) {
        if (lon < west) west = lon;
        if (lon > east) east = lon;
        if (lat < south) south = lat;
        if (lat > north) north = lat;
      }
    }
    return [west, south, east, north];
  }

  function is_in_ring(ring, lon, lat) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x, y] = ring[i];
      const [u, v] = ring[j];
      if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
    }
    return inside;
  }

  function is_in(geometry, lon, lat) {
    return polygons_of(geometry).some(
      (polygon) => is_in_ring(polygon[0], lon, lat) && !polygon.slice(1).some((hole) => is_in_ring(hole, lon, lat))
    );
  }

  /**
   * The place of the feature at a point, or of the nearest one within a few pixels.
   *
   * Small islands are a pixel or two wide: without the reach nobody could choose them.
   * `reach` is in degrees. Returns -1 where there is none.
   */
  antoan.feature_at = function feature_at(shapes, lon, lat, reach) {
    if (!shapes) return -1;
    let nearest = -1, nearest_distance = reach * reach;
    const squeeze = Math.cos((lat * Math.PI) / 180);
    for (let place = 0; place < shapes.features.length; place++) {
      const at = place * 4;
      if (
        lon < shapes.boxes[at] - reach / squeeze || lon > shapes.boxes[at + 2] + reach / squeeze ||
        lat < shapes.boxes[at + 1] - reach || lat > shapes.boxes[at + 3] + reach
      ) continue;
      const geometry = shapes.features[place].geometry;
      if (is_in(geometry, lon, lat)) return place;
      const distance = distance_to(geometry, lon, lat, squeeze, reach);
      if (distance < nearest_distance) {
        nearest = place;
        nearest_distance = distance;
      }
    }
    return nearest;
  };

  function distance_to(geometry, lon, lat, squeeze, reach) {
    let least = Infinity;
    for (const polygon of polygons_of(geometry)) {
      for (const [x, y] of polygon[0]) {
        if (Math.abs(y - lat) > reach) continue;
        const east = (x - lon) * squeeze, north = y - lat;
        least = Math.min(least, east * east + north * north);
      }
    }
    return least;
  }

  /** Where a feature's name stands: the middle of its largest part, and that part's box. */
  antoan.anchor_of = function anchor_of(shapes, place) {
    if (shapes.anchors[place]) return shapes.anchors[place];
    let largest = null, size = -1;
    for (const polygon of polygons_of(shapes.features[place].geometry)) {
      const measured = measure(polygon[0]);
      if (measured.size > size) {
        size = measured.size;
        largest = { ...measured, polygon };
      }
    }
    if (!largest) return (shapes.anchors[place] = { lon: 0, lat: 0, width: 0, size: 0 });
    let { lon, lat } = largest;
    const geometry = { type: "Polygon", coordinates: largest.polygon };
    const [west, south, east, north] = box_of(geometry);
    let width = east - west;
    const span = widest_span(largest.polygon, lat);
    if (span) {
      width = span[1] - span[0];
      if (!is_in(geometry, lon, lat) || lon - span[0] < width * 0.25 || span[1] - lon < width * 0.25) lon = (span[0] + span[1]) / 2;
    } else {
      lat = (south + north) / 2;
    }
    return (shapes.anchors[place] = { lon, lat, width, size: largest.size });
  };

  function measure(ring) {
    let size = 0, lon = 0, lat = 0;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const cross = ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
      size += cross;
      lon += (ring[j][0] + ring[i][0]) * cross;
      lat += (ring[j][1] + ring[i][1]) * cross;
    }
    if (!size) return { size: 0, lon: ring[0][0], lat: ring[0][1] };
    return { size: Math.abs(size / 2), lon: lon / (3 * size), lat: lat / (3 * size) };
  }

  /** The longest stretch of one parallel that lies inside a polygon. */
  function widest_span(polygon, lat) {
    const crossings = [];
    for (const ring of polygon) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [x, y] = ring[i];
        const [u, v] = ring[j];
        if (y > lat !== v > lat) crossings.push(((u - x) * (lat - y)) / (v - y) + x);
      }
    }
    crossings.sort((one, other) => one - other);
    let widest = null;
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      if (!widest || crossings[i + 1] - crossings[i] > widest[1] - widest[0]) widest = [crossings[i], crossings[i + 1]];
    }
    return widest;
  }

  /**
   * The outer edge of all shapes together, or of one of them, as lines with gaps.
   *
   * Neighbours share their edges, so an edge that occurs once is on the outside.
   */
  antoan.outline_of = function outline_of(shapes, place) {
    const lon = [], lat = [];
    if (place !== undefined) {
      for (const polygon of polygons_of(shapes.features[place].geometry)) {
        for (const ring of polygon) {
          for (const [x, y] of ring) { lon.push(x); lat.push(y); }
          lon.push(null);
          lat.push(null);
        }
      }
      return { lon, lat };
    }
    if (shapes.outline) return shapes.outline;
    const edges = new Map();
    for (const feature of shapes.features) {
      for (const polygon of polygons_of(feature.geometry)) {
        for (const ring of polygon) {
          for (let i = 1; i < ring.length; i++) {
            const one = ring[i - 1].join(), other = ring[i].join();
            const key = one < other ? one + " " + other : other + " " + one;
            if (edges.has(key)) edges.delete(key);
            else edges.set(key, [ring[i - 1], ring[i]]);
          }
        }
      }
    }
    // Joined end to end, so that corners are drawn round and the list stays short.
    const from = new Map();
    for (const edge of edges.values()) {
      const key = edge[0].join();
      if (!from.has(key)) from.set(key, []);
      from.get(key).push(edge);
    }
    const used = new Set();
    for (const edge of edges.values()) {
      if (used.has(edge)) continue;
      let next = edge;
      lon.push(edge[0][0]);
      lat.push(edge[0][1]);
      while (next) {
        used.add(next);
        lon.push(next[1][0]);
        lat.push(next[1][1]);
        next = (from.get(next[1].join()) || []).find((each) => !used.has(each));
      }
      lon.push(null);
      lat.push(null);
    }
    return (shapes.outline = { lon, lat });
  };
})();
