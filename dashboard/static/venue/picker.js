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
  const ROUGH_M = 50; // a device that knows no better may be a street away
  const MOST_ZOOM = 2 ** 26, LEAST_ZOOM = 2 ** 9, TAP_PX = 8;

  const center = { x: venue.to_x(106.3), y: venue.to_y(16.3) };
  let scale = 2 ** 12; // pixels for the whole square
  let pin = venue.read_point(input.value);
  let size = { width: 320, height: 288 };
  let reach = 0; // of what the device says, in metres; 0 for a point that a person set
  let status = words.loading;
  let frame = 0, look_timer = 0, place_timer = 0, place_asked = 0;
  const places = venue.make_places(words, () => redraw());
  const caption = document.getElementById("picker-place");

  const view = () => ({
    scale,
    west: center.x - size.width / 2 / scale,
    north: center.y - size.height / 2 / scale,
  });
  const degrees = () => (size.width / scale) * 360;

  function draw() {
    frame = 0;
    const from = view();
    venue.draw(canvas, { view: from, size, places, pin, reach, status });
    const [x, y] = pin
      ? [venue.to_x(pin.lon), venue.to_y(pin.lat)]
      : [from.west + size.width / 2 / scale, from.north + size.height / 2 / scale];
    const names = places.names_at(x, y).join(", ");
    caption.textContent = names && (pin ? words.pinAt : words.centerAt).replace("{place}", names);
  }

  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function look_at(x, y, new_scale) {
    center.x = Math.max(0.7, Math.min(0.9, x));
    center.y = Math.max(0.35, Math.min(0.55, y));
    scale = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, new_scale));
    redraw();
    clearTimeout(look_timer);
    look_timer = setTimeout(() => places.look(view(), size), 120);
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

  function set_pin(point, { is_typed = false, within = 0 } = {}) {
    pin = point;
    reach = within;
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
        body: new URLSearchParams({ point: input.value, address, type: form.elements.type?.value ?? words.type }),
      });
      const place = await answer.json();
      if (asked !== place_asked) return;
      const is_good = place.kind === "agrees" || place.kind === "named";
      const is_rough = reach > ROUGH_M;
      say(is_rough ? `${place.text} ${words.rough.replace("{metres}", round_up(reach))}` : place.text, !is_good || is_rough);
      say_criteria(place);
    } catch {
      // Away from the network the pin stands all the same; the form is checked when it is sent.
    }
  }

  /** That nothing can be assessed there, before anything is stored. */
  function say_criteria(place) {
    const box = document.getElementById("criteria-result");
    box.replaceChildren();
    if (place.has_criteria !== false) return;
    const line = document.createElement("p");
    line.className = "notice notice-warning";
    line.textContent = `${place.criteria_text} ${box.dataset.still}`;
    box.append(line);
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
    const fail = (error) => say(error && error.code === error.PERMISSION_DENIED ? words.denied : words.notFound, true);
    // Browsers tell no place to a page that did not come by https.
    if (!window.isSecureContext || !navigator.geolocation) return fail();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const point = { lon: coords.longitude, lat: coords.latitude };
      set_pin(point, { within: coords.accuracy || 0 });
      show_point(point, Math.max(CLOSE, ((coords.accuracy || 0) * 4) / 111000));
      canvas.scrollIntoView({ block: "nearest" });
    }, fail, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  }

  /** Metres to two signs at most, in the page's language. */
  function round_up(metres) {
    const unit = 10 ** Math.max(0, Math.floor(Math.log10(metres)) - 1);
    return (Math.ceil(metres / unit) * unit).toLocaleString(words.language);
  }

  input.addEventListener("change", () => {
    const point = venue.read_point(input.value);
    set_pin(point, { is_typed: true });
    if (point) show_point(point, Math.min(degrees(), 0.3));
  });
  if (form.elements.address) form.elements.address.addEventListener("change", ask_place);
  if (form.elements.type) form.elements.type.addEventListener("change", ask_place);

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
    show_point: (point) => show_point(point, CLOSE),
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
  places.begin().then(() => {
    status = "";
    places.look(view(), size);
  }, () => {
    status = words.failed;
  }).then(redraw);
})();
