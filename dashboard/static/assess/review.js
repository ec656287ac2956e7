// The review: what is still kept on this device is said, and a form is sent once.
(() => {
  "use strict";

  document.getElementById("problem")?.focus();
  const form = document.getElementById("declare");
  if (!form) return;

  const count = Object.keys(window.antoanUnsent.read(form)).length;
  const notice = document.getElementById("unsent");
  if (count) {
    notice.textContent = notice.dataset.text.replace("{count}", count);
    notice.hidden = false;
  }

  const send = document.getElementById("send");
  const state = document.getElementById("send-state");
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const label = send.textContent;
    send.textContent = form.dataset.sending;
    send.setAttribute("aria-disabled", "true");
    // Ask first: a page sent into a lost connection would be replaced by the browser's error.
    try {
      await fetch("/healthz", { cache: "no-store" });
      form.submit();
    } catch {
      isSending = false;
      send.textContent = label;
      send.removeAttribute("aria-disabled");
      state.textContent = form.dataset.offline;
    }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
