// The assessment form: progress, the moving score, and a draft on this device.
// Without this file the form works all the same.
(() => {
  "use strict";

  const draftKey = (element) => `antoan.draft:${element.dataset.draft}`;
  const storage = {
    // A browser may refuse storage (private windows); the form then has no draft, nothing else.
    read(key) { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* no draft */ } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* no draft */ } },
  };

  const stored = document.getElementById("stored");
  if (stored) storage.remove(draftKey(stored));

  const form = document.getElementById("assess");
  if (!form) return;

  const key = draftKey(form);
  const score = document.getElementById("score");
  const offline = document.getElementById("offline");
  const jump = document.getElementById("jump");
  const clear = document.getElementById("clear");
  const send = document.getElementById("send");
  const questions = [...form.querySelectorAll("[data-question]")];
  const isAnswered = (question) => question.querySelector("input:checked") !== null;

  const answers = () => Object.fromEntries(
    [...form.querySelectorAll("input[type=radio]:checked")].map((input) => [input.name, input.value]),
  );

  function restore() {
    const draft = storage.read(key);
    if (!draft || form.dataset.hasAnswers) return false;
    let restored = 0;
    for (const input of form.querySelectorAll("input[type=radio]")) {
      if (draft[input.name] === input.value) { input.checked = true; restored += 1; }
    }
    document.getElementById("draft-notice").hidden = restored === 0;
    return restored > 0;
  }

  function showProgress() {
    for (const chapter of form.querySelectorAll("[data-chapter]")) {
      const all = [...chapter.querySelectorAll("[data-question]")];
      const answered = all.filter(isAnswered).length;
      for (const count of form.querySelectorAll(`[data-count="${CSS.escape(chapter.dataset.chapter)}"]`)) {
        count.textContent = `${answered}/${all.length}`;
        count.classList.toggle("is-full", answered === all.length);
      }
    }
    const next = questions.find((question) => !isAnswered(question));
    jump.hidden = !next || questions.every((question) => !isAnswered(question));
    if (next) jump.href = `#${next.id}`;
    clear.hidden = !questions.some(isAnswered);
  }

  function body() {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("form");
    return fields;
  }

  let latest = 0;
  async function ask() {
    const turn = ++latest;
    let answer;
    try {
      answer = await fetch(form.dataset.score, { method: "POST", body: body(), credentials: "same-origin" });
    } catch {
      if (turn === latest) { offline.textContent = form.dataset.offline; offline.hidden = false; }
      return false;
    }
    if (turn !== latest || !answer.ok) return answer.ok;
    const found = await answer.json();
    if (turn !== latest) return true;
    offline.hidden = true;
    const isOpen = score.querySelector("details")?.open;
    score.innerHTML = found.score;
    if (isOpen && score.querySelector("details")) score.querySelector("details").open = true;
    for (const line of form.querySelectorAll("[data-reason]")) {
      const reason = found.reasons[line.dataset.reason];
      line.textContent = reason ? reason.text : "";
      line.dataset.code = reason ? reason.code : "";
    }
    return true;
  }

  let timer = 0;
  function askSoon() { clearTimeout(timer); timer = setTimeout(ask, 120); }

  form.addEventListener("change", (event) => {
    storage.write(key, answers());
    const question = event.target.closest("[data-question]");
    question?.classList.remove("has-problem");
    question?.querySelector(".problem")?.remove();
    showProgress();
    askSoon();
  });

  clear.addEventListener("click", () => {
    if (!confirm(form.dataset.confirm)) return;
    storage.remove(key);
    for (const input of form.querySelectorAll("input[type=radio]")) input.checked = false;
    showProgress();
    askSoon();
  });

  let isSending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    storage.write(key, answers());
    const label = send.textContent;
    send.textContent = form.dataset.sending;
    send.setAttribute("aria-disabled", "true");
    // Ask first: a page sent into a lost connection would be replaced by the browser's error.
    let isReachable = true;
    try {
      await fetch(form.dataset.score, { method: "POST", body: body(), credentials: "same-origin" });
    } catch {
      isReachable = false;
    }
    if (isReachable) { form.submit(); return; }
    isSending = false;
    send.textContent = label;
    send.removeAttribute("aria-disabled");
    offline.textContent = form.dataset.offlineSend;
    offline.hidden = false;
    offline.scrollIntoView({ block: "nearest" });
  });

  // Back from the result: the browser may show this page as it was left, still sending.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  window.addEventListener("online", ask);

  for (const button of form.querySelectorAll(".no-script")) button.hidden = true;
  if (restore()) ask();
  showProgress();
  document.getElementById("problems")?.focus();
})();
