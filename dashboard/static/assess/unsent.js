// Answers that the server does not have yet, kept on this device until it does.
(() => {
  "use strict";

  // By person too: on a shared device nobody sends the answers of somebody else.
  const key = (element) => `antoan.unsent:${element.dataset.venue}:${element.dataset.person}`;

  function read(element) {
    // A browser may refuse storage (private windows); answers then live as long as the page.
    try { return JSON.parse(localStorage.getItem(key(element)) || "{}"); } catch { return {}; }
  }

  function write(element, unsent) {
    try {
      if (Object.keys(unsent).length) localStorage.setItem(key(element), JSON.stringify(unsent));
      else localStorage.removeItem(key(element));
    } catch { /* as above */ }
  }

  window.antoanUnsent = { read, write };
})();
