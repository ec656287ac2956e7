/* The map on which an owner sets the pin of a venue; all else works without it. */
(function () {
  "use strict";
  const venue = window.venue_map;
  const box = document.getElementById("picker");
  const canvas = document.getElementById("picker-canvas");
  const input = document.getElementById("point");
  if (!box || !canvas || !input || !canvas.getContext) return;
  const form = input.form;
  const words = box.dataset;
  const said = document.getElementById("place-result");
  const CLOSE = 0.02; // width of the view in degrees
  const MOST_ZOOM = 2 ** 26, LEAST_ZOOM = 2 ** 9, TAP_PX = 8;

  const center = { x: venue.to_x(106.3), y: venue.to_y(16.3) };
  let scale = 2 ** 12; // pixels for the whole square
  let pin = venue.read_point(input.value);
  let size = { width: 320, height: 288 };
  let provinces = [];
  const wards = new Map(); // by province; empty while they are on their way
  let status = words.loading;
  let frame = 0, wards_timer = 0, place_timer = 0, place_asked = 0;

  const view = () => ({
    scale,
    west: center.x - size.width / 2 / scale,
    north: center.y - size.height / 2 / scale,
  });
  const degrees = () => (size.width / scale) * 360;

  function draw() {
    frame = 0;
    venue.draw(canvas, { view: view(), size, provinces, wards: [...wards.values()].flat(), pin, status });
  }

  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function look_at(x, y, new_scale) {
    center.x = Math.max(0.7, Math.min(0.9, x));
    center.y = Math.max(0.35, Math.min(0.55, y));
    scale = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, new_scale));
    redraw();
    clearTimeout(wards_timer);
    wards_timer = setTimeout(load_wards, 120);
  }

  /** Zoom so that the place under a point of the canvas stays where it is. */
  function zoom(factor, left = size.width / 2, top = size.height / 2) {
    const from = view();
    const x = from.west + left / scale, y = from.north + top / scale;
    const next = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, scale * factor));
    look_at(x + (center.x - x) * (scale / next), y + (center.y - y) * (scale / next), next);
  }

  function show_point(point, wide) {
    look_at(venue.to_x(point.lon), venue.to_y(point.lat), (size.width / wide) * 360);
  }

  function show_box([west, south, east, north]) {
    const left = venue.to_x(west), right = venue.to_x(east);
    const top = venue.to_y(north), bottom = venue.to_y(south);
    const fit = 0.85 * Math.min(size.width / (right - left), size.height / (bottom - top));
    look_at((left + right) / 2, (top + bottom) / 2, fit);
  }

  function set_pin(point, { is_typed = false } = {}) {
    pin = point;
    if (!is_typed) input.value = point ? `${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}` : "";
    redraw();
    clearTimeout(place_timer);
    place_timer = setTimeout(ask_place, 300);
  }

  function pin_at(left, top) {
    const from = view();
    set_pin({ lon: venue.to_lon(from.west + left / scale), lat: venue.to_lat(from.north + top / scale) });
  }

  async function ask_place() {
    const asked = ++place_asked;
    if (!pin) return;
    const address = form.elements.address ? form.elements.address.value : "";
    try {
      const answer = await fetch(words.place, {
        method: "POST",
        headers: { "X-CSRF-Token": form.elements.csrf.value },
        body: new URLSearchParams({ point: input.value, address }),
      });
      const place = await answer.json();
      if (asked !== place_asked) return;
      const is_good = place.kind === "agrees" || place.kind === "named";
      say(place.text, !is_good);
    } catch {
      // Away from the network the pin stands all the same; the form is checked when it is sent.
    }
  }

  async function load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const { href } = await answer.json();
    const shapes = await fetch(href);
    if (!shapes.ok) throw new Error(String(shapes.status));
    return venue.read_areas(await shapes.json(), words.language);
  }

  async function load_wards() {
    if (degrees() >= venue.WARDS_UNDER) return;
    const from = view();
    const spots = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(([a, b]) => [
      from.west + (a * size.width) / scale, from.north + (b * size.height) / scale,
    ]);
    for (const province of provinces) {
      if (wards.has(province.id) || !spots.some(([x, y]) => venue.holds(province, x, y))) continue;
      wards.set(province.id, []);
      load(`/api/v1/boundaries?level=ward&parent=${encodeURIComponent(province.id)}`)
        .then((found) => wards.set(province.id, found), () => wards.delete(province.id))
        .then(redraw);
    }
  }

  const touches = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    if (touches.size === 0) moved = 0;
    touches.set(event.pointerId, { left: event.offsetX, top: event.offsetY });
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const was = touches.get(event.pointerId);
    if (!was) return;
    const now = { left: event.offsetX, top: event.offsetY };
    moved += Math.hypot(now.left - was.left, now.top - was.top);
    const other = [...touches].find(([id]) => id !== event.pointerId)?.[1];
    touches.set(event.pointerId, now);
    if (moved < TAP_PX) return;
    if (other) {
      const before = Math.hypot(was.left - other.left, was.top - other.top);
      const after = Math.hypot(now.left - other.left, now.top - other.top);
      if (before > 0) zoom(after / before, (now.left + other.left) / 2, (now.top + other.top) / 2);
    } else {
      look_at(center.x - (now.left - was.left) / scale, center.y - (now.top - was.top) / scale, scale);
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    if (touches.size === 1 && moved < TAP_PX) pin_at(event.offsetX, event.offsetY);
    touches.delete(event.pointerId);
  });
  canvas.addEventListener("pointercancel", (event) => touches.delete(event.pointerId));
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page scrolls, as people expect
    event.preventDefault();
    zoom(2 ** (-event.deltaY / 200), event.offsetX, event.offsetY);
  }, { passive: false });

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") zoom(2);
    else if (event.key === "-") zoom(0.5);
    else if (event.key === "Enter" || event.key === " ") pin_at(size.width / 2, size.height / 2);
    else if (STEPS[event.key]) step_pin(STEPS[event.key], event.shiftKey ? 1 : 10);
    else return;
    event.preventDefault();
  });

  function step_pin([right, down], pixels) {
    if (!pin) return pin_at(size.width / 2, size.height / 2);
    const x = venue.to_x(pin.lon) + (right * pixels) / scale;
    const y = venue.to_y(pin.lat) + (down * pixels) / scale;
    set_pin({ lon: venue.to_lon(x), lat: venue.to_lat(y) });
    const off = Math.max(Math.abs(x - center.x) / size.width, Math.abs(y - center.y) / size.height);
    if (off * scale > 0.4) look_at(x, y, scale);
  }

  box.addEventListener("click", (event) => {
    const act = event.target.dataset.act;
    if (act === "in") zoom(2);
    if (act === "out") zoom(0.5);
    if (act === "locate") locate();
  });

  function locate() {
    say(words.finding);
    const fail = () => say(words.notFound, true);
    if (!navigator.geolocation) return fail();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      venue.picker.choose({ lon: coords.longitude, lat: coords.latitude });
    }, fail, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  }

  input.addEventListener("change", () => {
    const point = venue.read_point(input.value);
    set_pin(point, { is_typed: true });
    if (point) show_point(point, Math.min(degrees(), 0.3));
  });
  if (form.elements.address) form.elements.address.addEventListener("change", ask_place);

  new ResizeObserver(() => {
    if (!canvas.clientWidth) return;
    size = { width: canvas.clientWidth, height: canvas.clientHeight };
    redraw();
  }).observe(canvas);

  function say(text, is_warning = false) {
    said.className = `place-result notice${is_warning ? " notice-warning" : ""}`;
    said.textContent = text;
  }

  venue.picker = {
    words,
    show_box,
    say,
    focus: () => canvas.focus(),
    choose(point) {
      set_pin(point);
      show_point(point, CLOSE);
    },
  };

  box.hidden = false;
  size = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (pin) show_point(pin, CLOSE);
  else show_box([102.1, 8.3, 109.6, 23.4]);
  load(words.provinces).then((found) => {
    provinces = found;
    status = "";
    load_wards();
  }, () => {
    status = words.failed;
  }).then(redraw);
})();
