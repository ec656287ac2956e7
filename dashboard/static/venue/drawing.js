/* Draws the small map: areas and their names, venues near by, the pin, and how long a way is. */
(function () {
  "use strict";
  const venue = (window.venue_map = window.venue_map || {});
  venue.WARDS_UNDER = 2.6; // width of the view in degrees
  const WARD_NAMES_UNDER = 0.5;
  const DISTRICTS_BESIDE_UNDER = 0.1;
  const VENUE_NAMES_UNDER = 0.015;
  const MOST_VENUE_NAMES = 14;
  const FONT = "13px system-ui, sans-serif";
  const SMALL = "11px system-ui, sans-serif";
  const BOLD = "bold 14px system-ui, sans-serif";

  venue.draw = function draw(canvas, { view, size, places, pin, reach, status }) {
    const ratio = window.devicePixelRatio || 1;
    const look = getComputedStyle(canvas);
    const color = (name) => look.getPropertyValue(name).trim();
    const paper = canvas.getContext("2d");
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    paper.fillStyle = color("--sea");
    paper.fillRect(0, 0, size.width, size.height);
    paper.lineJoin = "round";
    const wide = (size.width / view.scale) * 360;
    const east = view.west + size.width / view.scale, south = view.north + size.height / view.scale;
    const is_seen = ({ box }) => box[2] >= view.west && box[0] <= east && box[3] >= view.north && box[1] <= south;
    const outline = (area, width, stroke, fill) => {
      venue.trace(paper, area, view);
      if (fill) {
        paper.fillStyle = color(fill);
        paper.fill("evenodd");
      }
      paper.lineWidth = width;
      paper.strokeStyle = color(stroke);
      paper.stroke();
    };
    const is_near = wide < venue.WARDS_UNDER;
    const far = places.provinces.filter(is_seen);
    const districts = is_near ? places.districts().filter(is_seen) : [];
    const wards = is_near ? places.wards().filter(is_seen) : [];
    const spot = pin ? [venue.to_x(pin.lon), venue.to_y(pin.lat)] : [view.west + size.width / 2 / view.scale, view.north + size.height / 2 / view.scale];
    const here = (areas) => areas.find((one) => venue.holds(one, ...spot));
    const chosen = here(wards);
    for (const area of far) outline(area, 1, "--border", "--land");
    for (const area of wards) outline(area, 0.8, "--border", area === chosen && pin ? "--chosen" : "--land");
    for (const area of districts) outline(area, 2, "--border");
    if (is_near) for (const area of far) outline(area, 3.5, "--border");
    if (chosen && wide < WARD_NAMES_UNDER) outline(chosen, 2.5, "--edge");

    // The buttons of the map and its scale have their corners for themselves.
    const taken = [[size.width - 62, 0, size.width, 116], [0, size.height - 34, 130, size.height]];
    const ink = color("--ink"), halo = color("--land");
    // A name that finds no room where it belongs may stand below or above; close to the pin venues come first.
    const tell = (lines, left, top, fonts, moves) => moves.some((move) => write(paper, { taken, size, ink, halo }, lines, left, top + move, fonts));
    const dots = wide < venue.VENUES_UNDER ? places.venues().filter(({ x, y }) => x > view.west && x < east && y > view.north && y < south) : [];
    const at = ({ x, y }) => [(x - view.west) * view.scale, (y - view.north) * view.scale];
    if (pin) taken.push(box_around(...at({ x: spot[0], y: spot[1] }), 20, 40));
    for (const dot of dots) draw_dot(paper, ...at(dot), color("--dot"));

    const named = wards.length && wide < WARD_NAMES_UNDER ? wards : districts.length ? districts : far;
    const home = here(districts);
    const spots = named.map((area) => ({ area, at: venue.spot_in(area, view, size) })).filter((one) => one.at);
    const is_far = named === far;
    const rank = (area) => (area === chosen ? 2 : is_far && area.is_city ? 1 : 0);
    spots.sort((one, other) => rank(other.area) - rank(one.area) || other.at.seen - one.at.seen);
    for (const { area, at: place } of spots) {
      if (is_far) {
        // Where shapes are small, the lesser names give way; none stands where it does not belong.
        paper.font = FONT;
        const room = (area.box[2] - area.box[0]) * view.scale;
        if (area.is_city || room > paper.measureText(area.short).width * 0.72) tell([area.short], place.x, place.y, [FONT], [0]);
        continue;
      }
      const lines = [area.name];
      if (named === wards && wide < DISTRICTS_BESIDE_UNDER) {
        const x = view.west + place.x / view.scale, y = view.north + place.y / view.scale;
        const above = districts.find((one) => venue.holds(one, x, y));
        if (above && (above !== home || area === chosen)) lines.push(above.name);
      }
      tell(lines, place.x, place.y, area === chosen ? [BOLD, SMALL] : [FONT, SMALL], [0, 64, -76]);
    }
    if (is_far) {
      for (const { name, lon, lat } of places.seas) {
        const [left, top] = at({ x: venue.to_x(lon), y: venue.to_y(lat) });
        if (left > 0 && left < size.width && top > 0 && top < size.height) tell([name], left, top, [SMALL], [0, 16, -16, 32, -32]);
      }
    }
    if (wide < VENUE_NAMES_UNDER) {
      const middle = [size.width / 2, size.height / 2];
      const away = (dot) => Math.hypot(at(dot)[0] - middle[0], at(dot)[1] - middle[1]);
      for (const dot of [...dots].sort((one, other) => away(one) - away(other)).slice(0, MOST_VENUE_NAMES)) {
        tell([dot.name], ...at(dot), [SMALL], [-14, 14]);
      }
    }
    if (pin && reach) draw_reach(paper, at({ x: spot[0], y: spot[1] }), reach / venue.metres_per_pixel(pin.lat, view.scale), color("--edge"));
    if (pin) draw_pin(paper, ...at({ x: spot[0], y: spot[1] }), color("--pin"));
    else draw_cross(paper, size, ink, halo);
    draw_scale(paper, view, size, ink, halo);
    if (status) write(paper, { taken: [], size, ink, halo }, [status], size.width / 2, size.height / 2 - 30, [FONT]);
  };

  const box_around = (left, top, half, up) => [left - half, top - up, left + half, top + 4];

  /** Write lines around a point, moved into the view; false where others stand. */
  function write(paper, { taken, size, ink, halo }, lines, left, top, fonts) {
    const half = Math.max(...lines.map((line, place) => {
      paper.font = fonts[place];
      return paper.measureText(line).width / 2;
    }));
    const x = Math.max(half + 4, Math.min(size.width - half - 4, left));
    const y = Math.max(12, Math.min(size.height - 12, top)) - (lines.length - 1) * 7;
    const box = [x - half - 3, y - 9, x + half + 3, y + 9 + (lines.length - 1) * 14];
    if (taken.some((one) => box[0] <= one[2] && box[2] >= one[0] && box[1] <= one[3] && box[3] >= one[1])) return false;
    taken.push(box);
    paper.textAlign = "center";
    paper.textBaseline = "middle";
    paper.lineWidth = 3;
    paper.strokeStyle = halo;
    paper.fillStyle = ink;
    lines.forEach((line, place) => {
      paper.font = fonts[place];
      paper.strokeText(line, x, y + place * 14);
      paper.fillText(line, x, y + place * 14);
    });
    return true;
  }

  function draw_dot(paper, left, top, color) {
    paper.beginPath();
    paper.arc(left, top, 4, 0, 7);
    paper.fillStyle = color;
    paper.fill();
    paper.lineWidth = 1.5;
    paper.strokeStyle = "#fff";
    paper.stroke();
  }

  function draw_reach(paper, [left, top], radius, color) {
    paper.beginPath();
    paper.arc(left, top, radius, 0, 7);
    paper.lineWidth = 1.5;
    paper.strokeStyle = color;
    paper.stroke();
  }

  function draw_cross(paper, size, ink, halo) {
    for (const [width, color] of [[4, halo], [1.5, ink]]) {
      paper.beginPath();
      paper.moveTo(size.width / 2 - 9, size.height / 2);
      paper.lineTo(size.width / 2 + 9, size.height / 2);
      paper.moveTo(size.width / 2, size.height / 2 - 9);
      paper.lineTo(size.width / 2, size.height / 2 + 9);
      paper.lineWidth = width;
      paper.strokeStyle = color;
      paper.stroke();
    }
  }

  /** A round length that is at most 110 pixels: 1, 2 or 5 and zeros, in metres. */
  venue.scale_length = function scale_length(metres_per_pixel) {
    const most = 110 * metres_per_pixel;
    const power = 10 ** Math.floor(Math.log10(most));
    return power * [5, 2, 1].find((one) => one * power <= most);
  };

  function draw_scale(paper, view, size, ink, halo) {
    const lat = venue.to_lat(view.north + size.height / 2 / view.scale);
    const pixel = venue.metres_per_pixel(lat, view.scale);
    const metres = venue.scale_length(pixel);
    const width = metres / pixel, left = 12, top = size.height - 12;
    for (const [line, color] of [[5, halo], [2, ink]]) {
      paper.beginPath();
      paper.moveTo(left, top - 6);
      paper.lineTo(left, top);
      paper.lineTo(left + width, top);
      paper.lineTo(left + width, top - 6);
      paper.lineWidth = line;
      paper.strokeStyle = color;
      paper.stroke();
    }
    paper.font = SMALL;
    paper.textAlign = "left";
    paper.textBaseline = "bottom";
    paper.lineWidth = 3;
    paper.strokeStyle = halo;
    const text = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
    paper.strokeText(text, left + 6, top - 3);
    paper.fillStyle = ink;
    paper.fillText(text, left + 6, top - 3);
  }

  function draw_pin(paper, left, top, color) {
    paper.beginPath();
    paper.moveTo(left, top);
    paper.bezierCurveTo(left - 18, top - 20, left - 12, top - 36, left, top - 36);
    paper.bezierCurveTo(left + 12, top - 36, left + 18, top - 20, left, top);
    paper.fillStyle = color;
    paper.fill();
    paper.lineWidth = 2;
    paper.strokeStyle = "#fff";
    paper.stroke();
    paper.beginPath();
    paper.arc(left, top - 23, 5, 0, 7);
    paper.fillStyle = "#fff";
    paper.fill();
  }
})();
