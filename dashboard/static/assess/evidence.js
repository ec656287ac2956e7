// Evidence: a file is sent as soon as it is chosen, and taken back without loading the page.
(() => {
  "use strict";

  const form = document.getElementById("assess");
  const page = window.antoanAssess;
  if (!form || !page) return;

  const MOST_BYTES = 10 * 1024 * 1024;
  const texts = form.dataset;

  function say(box, text) { box.querySelector(".file-state").textContent = text; }

  async function send(box, address, content) {
    box.setAttribute("aria-busy", "true");
    let found;
    try {
      found = await page.ask(address, { method: "POST", body: content });
    } catch {
      say(box, texts.uploadFailed);
      return false;
    } finally {
      box.removeAttribute("aria-busy");
    }
    if (found.evidence === undefined) { say(box, texts.signedOut); return false; }
    page.takeDraft(found.draft);
    box.innerHTML = found.evidence;
    return true;
  }

  form.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const box = input.closest("[data-evidence]");
    if (input.files[0].size > MOST_BYTES) {
      say(box, texts.uploadBig);
      input.value = "";
      return;
    }
    const content = new FormData();
    content.append("lang", texts.lang);
    content.append(input.name, input.files[0], "file");
    say(box, texts.uploading);
    const id = box.dataset.evidence;
    if (await send(box, texts.evidence, content)) document.getElementById(`f-${id}`)?.focus({ preventScroll: true });
    else input.value = "";
  });

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const box = button.closest("[data-evidence]");
    const content = new URLSearchParams({ lang: texts.lang, criterion: box.dataset.evidence });
    if (await send(box, button.getAttribute("formaction"), content)) {
      document.getElementById(`f-${box.dataset.evidence}`)?.focus({ preventScroll: true });
    }
  });
})();
