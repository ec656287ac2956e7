/* A small line of 30 days: days that nobody counted are gaps, never zeros. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;
  const WIDE = 320, HIGH = 92, LEFT = 4, RIGHT = 30, TOP = 8, BOTTOM = 18;

  /**
   * @param {{day: string, value: number|null}[]} points  Oldest first.
   * @param {{fmt: object, label: string, max: number|null, show: function}} options
   */
  antoan.draw_trend = function draw_trend(points, { fmt, label, max, show }) {
    const known = points.filter((point) => point.value !== null);
    if (!known.length) return h("p", { class: "quiet" }, fmt.t("map.trend.none"));
    const highest = max || nice_top(Math.max(...known.map((point) => point.value), 1));
    const x = (place) => LEFT + (place / Math.max(1, points.length - 1)) * (WIDE - LEFT - RIGHT);
    const y = (value) => TOP + (1 - value / highest) * (HIGH - TOP - BOTTOM);
    let path = "", area = "", run = [];
    const flush = () => {
      if (run.length) area += `M${x(run[0])},${y(0)}` + run.map((at) => `L${x(at)},${y(points[at].value)}`).join("") + `L${x(run[run.length - 1])},${y(0)}Z`;
      run = [];
    };
    const alone = [];
    points.forEach((point, place) => {
      if (point.value === null) return flush();
      const before = place > 0 && points[place - 1].value !== null;
      const after = place + 1 < points.length && points[place + 1].value !== null;
      if (!before && !after) alone.push(place);
      path += `${before ? "L" : "M"}${x(place).toFixed(1)},${y(point.value).toFixed(1)}`;
      run.push(place);
    });
    flush();
    const end = points.length - 1 - points.slice().reverse().findIndex((point) => point.value !== null);
    const dot = h("svg:circle", { class: "trend-dot", r: 3.6, cx: x(end), cy: y(points[end].value) });
    const words = h("span", { class: "trend-words" }, describe(points[end]));
    function describe(point) {
      return fmt.short_day(point.day) + ": " + (point.value === null ? fmt.t("map.trend.no_day") : show(point.value));
    }
    const first = known[0], latest = known[known.length - 1];
    const picture = h("svg:svg", { class: "trend", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": fmt.t("map.trend.alt", { label, first: show(first.value), first_day: fmt.short_day(first.day), last: show(latest.value), last_day: fmt.short_day(latest.day) }) },
      [0, highest / 2, highest].map((value) => [
        h("svg:line", { class: "trend-grid", x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value) }),
        h("svg:text", { class: "trend-tick", x: WIDE - RIGHT + 5, y: y(value) + 3.5 }, fmt.number(value)),
      ]),
      h("svg:path", { class: "trend-area", d: area }),
      h("svg:path", { class: "trend-line", d: path }),
      alone.map((place) => h("svg:circle", { class: "trend-alone", r: 2, cx: x(place), cy: y(points[place].value) })),
      dot,
      h("svg:text", { class: "trend-tick", x: LEFT, y: HIGH - 4 }, fmt.short_day(points[0].day)),
      h("svg:text", { class: "trend-tick", x: WIDE - RIGHT, y: HIGH - 4, "text-anchor": "end" }, fmt.short_day(points[points.length - 1].day)));
    picture.addEventListener("pointermove", (event) => {
      const box = picture.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * WIDE;
      const place = Math.min(points.length - 1, Math.max(0, Math.round(((at - LEFT) / (WIDE - LEFT - RIGHT)) * (points.length - 1))));
      const point = points[place];
      words.textContent = describe(point);
      dot.setAttribute("cx", x(place));
      dot.setAttribute("cy", y(point.value === null ? 0 : point.value));
      dot.style.opacity = point.value === null ? "0" : "1";
    });
    return h("figure", { class: "trend-frame" }, h("figcaption", {}, h("span", {}, label), words), picture);
  };

  function nice_top(value) {
    const step = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 4, 5, 10].map((factor) => factor * step).find((top) => top >= value);
  }
})();
