// Bulk uploads: waits for long work without reloading, and sends a form once.
"use strict";

(() => {
  const POLL_MS = 1200;

  for (const form of document.querySelectorAll("[data-bulk-form]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      const button = event.submitter || form.querySelector("[data-busy]");
      if (button && button.dataset.busy) {
        button.setAttribute("aria-disabled", "true");
        button.textContent = button.dataset.busy;
      }
    });
  }
  // A page taken out of the browser's back and forward cache may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  const waiting = document.querySelector("[data-bulk-state]");
  if (!waiting) return;
  const ask = async () => {
    try {
      const answer = await fetch(waiting.dataset.bulkState, { cache: "no-store" });
      if (answer.redirected || !answer.ok) {
        window.location.reload();
        return;
      }
      const { state } = await answer.json();
      if (state !== waiting.dataset.bulkNow) {
        window.location.reload();
        return;
      }
    } catch {
      // The connection is gone for a moment: the work goes on, and so does asking.
    }
    window.setTimeout(ask, POLL_MS);
  };
  window.setTimeout(ask, POLL_MS);
})();
