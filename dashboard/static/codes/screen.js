// The rolling code: an hour of codes is kept, so that a lost connection does not stop the screen.
"use strict";
(() => {
  const QUIET = 4;
  const FETCH_MS = 60_000;
  const box = document.getElementById("code");
  const status = document.getElementById("status");
  const full = document.getElementById("full");
  const PATIENCE_MS = 15_000;
  const codes = new Map(); // side and modules of each step
  let last = -1; // newest step that is kept
  let stepMs = 0;
  let ahead = 0; // server's clock minus ours, in milliseconds
  let shown = null;
  let lostAt = null;

  const clock = (ms) => new Date(ms - ahead).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const endOfCodes = () => (last + 1) * stepMs;

  function pathOf(size, packed) {
    const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
    const isDark = (at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1;
    let path = "";
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        if (!isDark(y * size + x)) continue;
        const start = x;
        while (x < size && isDark(y * size + x)) x++;
        path += `M${start + QUIET} ${y + QUIET}h${x - start}v1h-${x - start}z`;
      }
    }
    return path;
  }

  function draw(step) {
    const item = codes.get(step);
    if (!item || shown === step) return Boolean(item);
    const side = item[0] + 2 * QUIET;
    const svg = box.querySelector("svg");
    const [ground, modules] = svg.querySelectorAll("path");
    svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
    ground.setAttribute("d", `M0 0h${side}v${side}H0z`);
    modules.setAttribute("d", pathOf(...item));
    box.dataset.step = String(step);
    shown = step;
    return true;
  }

  function say(kind, text) {
    const state = kind === "ok" ? "status" : `status is-${kind}`;
    if (status.className !== state) status.className = state;
    if (status.textContent !== text) status.textContent = text;
  }

  function tick() {
    if (!stepMs) {
      // The page's own picture is two minutes old at most when the first fetch fails.
      if (lostAt) say("lost", status.dataset.lost.replace("{since}", clock(lostAt)).replace("{until}", "–"));
      return;
    }
    const now = Date.now() + ahead;
    const hasCode = draw(Math.floor(now / stepMs));
    box.classList.toggle("is-out", !hasCode);
    if (!hasCode) say("out", status.dataset.out);
    else if (lostAt) say("lost", status.dataset.lost.replace("{since}", clock(lostAt)).replace("{until}", clock(endOfCodes())));
    else say("ok", status.dataset.ok);
  }

  // Only what is not here yet: a device asks every minute, for weeks.
  function keep(batch) {
    stepMs = batch.step_s * 1000;
    batch.items.forEach((item, at) => codes.set(batch.first_step + at, item));
    last = Math.max(last, batch.first_step + batch.items.length - 1);
    const now = Math.floor(batch.now / stepMs);
    for (const step of codes.keys()) if (step < now) codes.delete(step);
  }

  async function refresh() {
    const asked = Date.now();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(`/screen/codes?after=${last}`, { cache: "no-store", signal: patience.signal });
      if (answer.status === 403) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const batch = await answer.json();
      ahead = batch.now - (asked + Date.now()) / 2;
      keep(batch);
      lostAt = null;
    } catch {
      lostAt ??= Date.now() + ahead;
    } finally {
      clearTimeout(timer);
    }
    tick();
  }

  async function keepAwake() {
    try { await navigator.wakeLock?.request("screen"); } catch { /* the device decides */ }
  }

  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => { document.documentElement.requestFullscreen().catch(() => {}); });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { keepAwake(); refresh(); } });
  window.addEventListener("online", refresh);
  window.addEventListener("offline", () => { lostAt ??= Date.now() + ahead; tick(); });
  setInterval(tick, 1000);
  setInterval(refresh, FETCH_MS);
  keepAwake();
  refresh();
})();
