// Copy and print buttons beside what has to be kept; without a script they are not there.
"use strict";

for (const one of document.querySelectorAll("[data-needs-script]")) {
  const copies = one.matches("[data-copy]") || one.querySelector("[data-copy]");
  one.hidden = Boolean(copies) && !navigator.clipboard;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const before = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 3000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
