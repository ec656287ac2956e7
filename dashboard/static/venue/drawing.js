/* Draws the small map: provinces, the wards of those near by, their names, and the pin. */
(function () {
  "use strict";
  const venue = (window.venue_map = window.venue_map || {});
  venue.WARDS_UNDER = 2.6; // width of the view in degrees
  const NAMES_UNDER = 0.5;
  const FONT = "13px system-ui, sans-serif";

  venue.draw = function draw(canvas, { view, size, provinces, wards, pin, status }) {
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
    paper.strokeStyle = color("--border");
    const wide = (size.width / view.scale) * 360;
    const east = view.west + size.width / view.scale, south = view.north + size.height / view.scale;
    const is_seen = ({ box }) => box[2] >= view.west && box[0] <= east && box[3] >= view.north && box[1] <= south;
    const paint = (area, fill, width) => {
      venue.trace(paper, area, view);
      paper.fillStyle = color(fill);
      paper.fill("evenodd");
      paper.lineWidth = width;
      paper.stroke();
    };
    const far = provinces.filter(is_seen);
    const near = wide < venue.WARDS_UNDER ? wards.filter(is_seen) : [];
    for (const area of far) paint(area, "--land", near.length ? 2.5 : 1);
    for (const area of near) {
      const is_pinned = pin && venue.holds(area, venue.to_x(pin.lon), venue.to_y(pin.lat));
      paint(area, is_pinned ? "--chosen" : "--land", 0.8);
    }
    const tell = (text, left, top) => write(paper, text, left, top, color("--ink"), color("--land"));
    write_names(paper, wide < NAMES_UNDER && near.length ? near : far, view, size, tell);
    if (pin) draw_pin(paper, venue.to_x(pin.lon), venue.to_y(pin.lat), view, color("--pin"));
    if (status) tell(status, size.width / 2, 20);
  };

  function write_names(paper, areas, view, size, tell) {
    const taken = [];
    paper.font = FONT;
    for (const area of areas) {
      const [west, north, east, south] = area.box;
      const left = ((west + east) / 2 - view.west) * view.scale;
      const top = ((north + south) / 2 - view.north) * view.scale;
      const half = paper.measureText(area.name).width / 2;
      const place = [left - half, top - 9, left + half, top + 9];
      const is_free = left > half && left < size.width - half && (east - west) * view.scale > half
        && taken.every((one) => place[0] > one[2] || place[2] < one[0] || place[1] > one[3] || place[3] < one[1]);
      if (!is_free) continue;
      taken.push(place);
      tell(area.name, left, top);
    }
  }

  function write(paper, text, left, top, ink, halo) {
    paper.font = FONT;
    paper.textAlign = "center";
    paper.textBaseline = "middle";
    paper.lineWidth = 3;
    paper.strokeStyle = halo;
    paper.strokeText(text, left, top);
    paper.fillStyle = ink;
    paper.fillText(text, left, top);
  }

  function draw_pin(paper, x, y, view, color) {
    const left = (x - view.west) * view.scale, top = (y - view.north) * view.scale;
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
