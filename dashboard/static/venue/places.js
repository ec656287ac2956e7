/* What the small map shows and names: areas of the site's own boundaries, and venues near by. */
(function () {
  "use strict";
  const venue = (window.venue_map = window.venue_map || {});
  venue.VENUES_UNDER = 0.05; // width of the view in degrees
  const TILE = 0.05; // venues are read by squares of so many degrees
  const MOST_TILES = 4;

  /** Areas and venues as they arrive; `changed` is called after each arrival. */
  venue.make_places = function make_places(words, changed) {
    const parts = { district: new Map(), ward: new Map() }; // by province; empty while under way
    const tiles = new Map();
    const seas = [{ name: words.hoangSa, lon: 112.0, lat: 16.45 }, { name: words.truongSa, lon: 113.6, lat: 9.3 }];
    const places = { provinces: [], seas, districts: () => [...parts.district.values()].flat() };
    places.wards = () => [...parts.ward.values()].flat();
    places.venues = () => [...tiles.values()].flat();
    let has_districts = null;

    async function read(address) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }

    async function read_shapes(address) {
      const { href } = await read(address);
      return venue.read_areas(await read(href), words.language);
    }

    /** The provinces; all else waits for them. */
    places.begin = async function begin() {
      places.provinces = await read_shapes(words.provinces);
    };

    async function load_part(level, province) {
      if (parts[level].has(province)) return;
      parts[level].set(province, []);
      try {
        parts[level].set(province, await read_shapes(`/api/v1/boundaries?level=${level}&parent=${encodeURIComponent(province)}`));
      } catch {
        parts[level].delete(province);
      }
      changed();
    }

    async function load_districts(province) {
      // An edition of two levels has none to ask for.
      has_districts ??= read("/api/v1/editions").then(({ items }) => items.some((one) => one.is_active && one.levels.district > 0), () => false);
      if (await has_districts) load_part("district", province);
    }

    /** Read what a view needs and is not here yet. */
    places.look = function look(view, size) {
      const wide = (size.width / view.scale) * 360;
      if (wide >= venue.WARDS_UNDER) return;
      const spots = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(([a, b]) => [
        view.west + (a * size.width) / view.scale, view.north + (b * size.height) / view.scale,
      ]);
      for (const province of places.provinces) {
        if (!spots.some(([x, y]) => venue.holds(province, x, y))) continue;
        load_part("ward", province.id);
        load_districts(province.id);
      }
      if (wide < venue.VENUES_UNDER) load_venues(view, size);
    };

    function load_venues(view, size) {
      const corner = (value) => Math.floor(value / TILE);
      const [west, east] = [view.west, view.west + size.width / view.scale].map((x) => corner(venue.to_lon(x)));
      const [north, south] = [view.north, view.north + size.height / view.scale].map((y) => corner(venue.to_lat(y)));
      const wanted = [];
      for (let column = west; column <= east; column += 1) for (let row = south; row <= north; row += 1) wanted.push([column, row]);
      for (const [column, row] of wanted.slice(0, MOST_TILES)) load_tile(column, row);
    }

    async function load_tile(column, row) {
      const key = `${column}:${row}`;
      if (tiles.has(key)) return;
      tiles.set(key, []);
      const box = [column, row, column + 1, row + 1].map((one) => (one * TILE).toFixed(2));
      try {
        const found = await read(`/api/v1/venues?form=points&bbox=${box.join(",")}`);
        tiles.set(key, found.name.map((name, place) => ({ name, x: venue.to_x(found.lon[place]), y: venue.to_y(found.lat[place]) })));
      } catch {
        tiles.delete(key);
      }
      changed();
    }

    /** Names of the areas that hold a point, the lowest first; empty outside all. */
    places.names_at = function names_at(x, y) {
      return [places.wards(), places.districts(), places.provinces]
        .map((areas) => areas.find((one) => venue.holds(one, x, y)))
        .filter(Boolean).map((one) => one.name);
    };
    return places;
  };
})();
