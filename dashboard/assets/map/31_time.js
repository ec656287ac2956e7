/* The day: a slider over the days with data, play and pause, and the hour of check-ins. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;
  const FRAME_MS = 900;

  /**
   * @param {HTMLElement} holder
   * @param {object} asks  `fmt()`, `choose({day|hour}, is_final)`, `ahead(days)` prefetch,
   *                       `settled()` a promise for the picture asked for last.
   */
  antoan.make_time = function make_time(holder, asks) {
    const play = h("button", { id: "play", class: "round-button", type: "button", onclick: () => (playing ? stop() : start()) });
    const slider = h("input", { id: "day", type: "range", min: "0", max: "0", step: "1" });
    const words = h("output", { id: "day-words", class: "time-words", for: "day" });
    const first = h("span", {}), last = h("span", {});
    const hour = h("select", { id: "hour" });
    const hour_field = h("label", { class: "hour-field", hidden: true }, h("span", { class: "hour-label" }), hour);
    antoan.fill(holder, play,
      h("div", { class: "time-main" },
        h("div", { class: "time-head" }, words, hour_field),
        slider,
        h("div", { class: "time-ends", "aria-hidden": "true" }, first, last)));

    let days = [], playing = false, run = 0;
    const commit = antoan.settle((day) => asks.choose({ day }, true), 350);

    slider.addEventListener("input", () => {
      stop();
      const day = days[Number(slider.value)];
      show(day);
      asks.choose({ day }, false);
      commit(day);
    });
    hour.addEventListener("change", () => asks.choose({ hour: hour.value === "" ? null : Number(hour.value) }, true));

    async function start() {
      const mine = ++run;
      playing = true;
      render_play();
      let place = Number(slider.value);
      if (place >= days.length - 1) place = Math.max(0, days.length - 31);
      while (playing && mine === run) {
        const shown_at = performance.now();
        const day = days[place];
        slider.value = String(place);
        show(day);
        asks.choose({ day }, false);
        asks.ahead(days.slice(place + 1, place + 5));
        await asks.settled();
        await new Promise((resolve) => setTimeout(resolve, Math.max(120, FRAME_MS - (performance.now() - shown_at))));
        if (!playing || mine !== run) return;
        if (place === days.length - 1) break;
        place += 1;
      }
      if (mine === run) stop();
    }

    function stop() {
      if (!playing) return;
      playing = false;
      run += 1;
      render_play();
      asks.choose({ day: days[Number(slider.value)] }, true);
    }

    function render_play() {
      antoan.fill(play, antoan.icon(playing ? "pause" : "play", 22));
      play.setAttribute("aria-label", asks.fmt().t(playing ? "map.time.pause" : "map.time.play"));
      play.classList.toggle("is-on", playing);
    }

    function show(day) {
      if (!day) return;
      const text = asks.fmt().day(day);
      words.textContent = antoan.is_phone() ? asks.fmt().brief_day(day) : text;
      slider.setAttribute("aria-valuetext", text);
      const share = days.length > 1 ? (Number(slider.value) / (days.length - 1)) * 100 : 100;
      slider.style.setProperty("--share", share + "%");
    }

    return {
      stop,
      is_playing: () => playing,
      render(state, all_days) {
        const fmt = asks.fmt();
        days = all_days;
        slider.max = String(Math.max(0, days.length - 1));
        slider.disabled = play.disabled = days.length < 2;
        if (!playing) slider.value = String(Math.max(0, days.indexOf(state.day)));
        slider.setAttribute("aria-label", fmt.t("map.time.label"));
        first.textContent = days.length ? fmt.short_day(days[0]) : "";
        last.textContent = days.length ? fmt.short_day(days[days.length - 1]) : "";
        show(playing ? days[Number(slider.value)] : state.day);
        render_play();
        hour_field.hidden = state.layer !== "density";
        hour_field.firstChild.textContent = fmt.t("map.time.hour");
        hour.setAttribute("aria-label", fmt.t("map.time.hour"));
        antoan.fill(hour,
          h("option", { value: "" }, fmt.t("map.time.whole_day")),
          Array.from({ length: 24 }, (_, at) => h("option", { value: String(at) }, fmt.hour(at))));
        hour.value = state.hour === null ? "" : String(state.hour);
      },
    };
  };

  /** Every day from the first to the last, as texts. */
  antoan.days_between = function days_between(first, last) {
    const days = [];
    for (let at = Date.parse(first + "T00:00:00Z"); at <= Date.parse(last + "T00:00:00Z"); at += 86400000) {
      days.push(new Date(at).toISOString().slice(0, 10));
    }
    return days;
  };
})();
