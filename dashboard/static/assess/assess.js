// The assessment: steps without loading, answers saved as they are given, others' changes shown.
// Without this file every step is a form that saves when it is left.
(() => {
  "use strict";

  const form = document.getElementById("assess");
  if (!form) return;

  const SAVE_AFTER_MS = 300;
  const LOOK_EVERY_MS = 5000;
  const texts = form.dataset;
  const path = new URL(form.getAttribute("action"), location.href).pathname;
  const csrf = form.elements.csrf.value;
  const state = document.getElementById("save-state");
  const others = document.getElementById("others");
  const score = document.getElementById("score");
  const questions = new Map([...form.querySelectorAll("[data-question]")].map((one) => [one.dataset.question, one]));
  const steps = new Map([...form.querySelectorAll("[data-step-of]")].map((one) => [one.dataset.stepOf, one]));
  const unsent = window.antoanUnsent.read(form);
  const conflicts = new Map();
  let draft = texts.draft;
  let revision = Number(texts.revision);
  let isSaving = false;
  let running = null;
  let stopped = "";
  let hasFailed = false; // whether the last save found no server
  let asks = ""; // what a person wanted that has to wait for it
  let savedAt = texts.savedAt;
  let timer = 0;

  // One name for an open page: what it saved itself is never a conflict with it.
  const editor = (() => {
    try {
      const known = sessionStorage.getItem("antoan.editor");
      if (known) return known;
      const made = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
      sessionStorage.setItem("antoan.editor", made);
      return made;
    } catch { return String(Math.random()).slice(2); }
  })();

  const part = (question, name) => form.elements[`${name}.${question.dataset.question}`];
  const given = (question) => question.querySelector(".choices input:checked")?.value ?? "";
  const check = (question, value) => {
    for (const input of question.querySelectorAll(".choices input")) input.checked = input.value === value;
  };
  const stepOf = (question) => question.closest("[data-step-of]").dataset.stepOf;
  const keep = () => window.antoanUnsent.write(form, unsent);

  // Steps ----------------------------------------------------------------------------------

  function open(step, { focus = true, push = true } = {}) {
    if (!steps.has(step)) step = "";
    for (const [name, section] of steps) section.hidden = name !== step;
    for (const question of questions.values()) question.disabled = false;
    for (const button of form.querySelectorAll(".steps [data-go]")) {
      if (button.dataset.go === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    form.elements.step.value = step;
    if (push) {
      const query = new URLSearchParams({ ...(step && { step }), lang: texts.lang });
      history.pushState({ step }, "", `${path}?${query}`);
    }
    if (focus) {
      const title = steps.get(step).querySelector("h2");
      title.focus({ preventScroll: true });
      (step ? title : form).scrollIntoView({ block: "start" });
    }
    form.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function goTo(id) {
    const question = questions.get(id);
    if (!question) return;
    open(stepOf(question), { focus: false });
    question.scrollIntoView({ block: "start" });
    question.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step-link]");
    if (step) {
      event.preventDefault();
      open(step.dataset.stepLink);
      document.getElementById("wording")?.scrollIntoView({ block: "start" });
      return;
    }
    const link = event.target.closest("[data-question-link]");
    if (!link) return;
    event.preventDefault();
    goTo(link.dataset.questionLink);
  });
  window.addEventListener("popstate", (event) => open(event.state?.step ?? texts.step, { push: false }));

  // What is shown ----------------------------------------------------------------------------

  function showProgress() {
    for (const [step, section] of steps) {
      const all = [...section.querySelectorAll("[data-question]")];
      if (!all.length) continue;
      const answered = all.filter(given).length;
      for (const count of form.querySelectorAll(`[data-count="${CSS.escape(step)}"]`)) {
        count.textContent = `${answered}/${all.length}`;
        count.classList.toggle("is-full", answered === all.length);
      }
    }
  }

  // Calm while all goes its way; what is kept on this device is said only once saving failed.
  function showState() {
    const count = Object.keys(unsent).length;
    const waiting = count - conflicts.size;
    const last = savedAt && texts.saved.replace("{time}", savedAt);
    const isStuck = count > 0 && Boolean(stopped || hasFailed);
    let lines = [];
    if (stopped) lines = [stopped, count && texts.unsent.replace("{count}", count)];
    else if (isStuck) lines = [texts.offline.replace("{count}", count), asks, last];
    else if (waiting > 0) lines = [texts.saving];
    else if (count) lines = [asks || texts.waiting.replace("{count}", count)];
    else lines = [last];
    state.textContent = lines.filter(Boolean).join(" ");
    state.classList.toggle("is-unsent", isStuck);
    for (const [id, question] of questions) question.classList.toggle("is-unsent", isStuck && id in unsent);
  }

  function showPicture(found) {
    if (found.draft) { draft = found.draft; form.elements.draft.value = draft; }
    if (found.revision) revision = found.revision;
    if (found.saved_at) savedAt = found.saved_at;
    if (found.score !== undefined) {
      const isOpen = score.querySelector("details")?.open;
      score.innerHTML = found.score;
      if (isOpen && score.querySelector("details")) score.querySelector("details").open = true;
    }
    if (found.reasons) {
      for (const line of form.querySelectorAll("[data-reason]")) {
        const reason = found.reasons[line.dataset.reason];
        line.textContent = reason ? reason.text : "";
        line.dataset.code = reason ? reason.code : "";
      }
    }
    showProgress();
  }

  // Somebody else's answer takes the place of one that this page has not touched.
  function take(change) {
    const question = questions.get(change.id);
    if (!question || change.id in unsent) return false;
    if (Number(question.dataset.revision) >= change.revision) return false;
    setStored(question, change.answer, change.revision);
    const isOwn = change.editor === editor;
    if (!isOwn) {
      check(question, change.answer);
      form.querySelector(`[data-changed="${CSS.escape(change.id)}"]`).textContent = change.text;
    }
    return !isOwn;
  }

  function setStored(question, answer, at) {
    question.dataset.revision = at;
    part(question, "r").value = at;
    part(question, "o").value = answer;
  }

  function showConflict(one) {
    const question = questions.get(one.id);
    if (!question) return;
    conflicts.set(one.id, one);
    check(question, one.mine);
    question.classList.add("has-problem");
    const box = question.querySelector(".conflict");
    const said = document.createElement("p");
    said.textContent = `${one.text} ${texts.choose}`;
    const buttons = document.createElement("p");
    buttons.className = "actions";
    for (const [kind, label] of [["mine", one.keep_mine], ["theirs", one.take_theirs]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "secondary";
      button.dataset.keep = kind;
      button.textContent = label;
      button.addEventListener("click", () => settle(one.id, kind === "mine" ? one.mine : one.theirs));
      buttons.append(button);
    }
    box.replaceChildren(said, buttons);
    box.hidden = false;
    showConflictsElsewhere();
  }

  function settle(id, answer) {
    const question = questions.get(id);
    const one = conflicts.get(id);
    clearConflict(question);
    check(question, answer);
    setStored(question, one.theirs, one.revision);
    if (answer === one.theirs) delete unsent[id];
    else unsent[id] = { answer, seen: one.revision };
    keep();
    showProgress();
    showState();
    if (id in unsent) save();
    question.focus({ preventScroll: true });
  }

  function clearConflict(question) {
    conflicts.delete(question.dataset.question);
    asks = "";
    question.classList.remove("has-problem");
    const box = question.querySelector(".conflict");
    box.hidden = true;
    box.replaceChildren();
    question.querySelector(".problem")?.remove();
    showConflictsElsewhere();
  }

  function listInto(box, lead, ids) {
    box.replaceChildren();
    if (!ids.length) return;
    box.append(`${lead} `);
    ids.forEach((id, place) => {
      const link = document.createElement("a");
      link.href = `#q-${id}`;
      link.dataset.questionLink = id;
      link.textContent = id;
      box.append(link, place < ids.length - 1 ? ", " : "");
    });
  }

  function showConflictsElsewhere() {
    listInto(others, texts.otherStep, [...conflicts.keys()]);
  }

  // Saving -----------------------------------------------------------------------------------

  async function ask(address, options = {}) {
    const answer = await fetch(address, {
      credentials: "same-origin", redirect: "manual", cache: "no-store", ...options,
      headers: { Accept: "application/json", "X-CSRF-Token": csrf, ...options.headers },
    });
    // A page instead of an answer: the session is over, or somebody else is signed in.
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return { state: "signed_out" };
    if (answer.status >= 500 || answer.status === 429) throw new Error("not now");
    return answer.json();
  }

  const sendable = () => Object.entries(unsent).filter(([id]) => questions.has(id) && !conflicts.has(id));

  // One save at a time; whoever asks meanwhile waits for the one under way. Gives whether
  // the server took anything.
  function save() {
    clearTimeout(timer);
    running ??= saveBatch().finally(() => { running = null; });
    return running;
  }

  async function saveAll() {
    while (await save()) if (!sendable().length) return;
  }

  async function saveBatch() {
    const batch = sendable();
    if (stopped || !batch.length) return false;
    isSaving = true;
    if (!hasFailed) showState();
    const sent = batch.map(([id, one]) => ({ id, answer: one.answer, seen: one.seen }));
    let found;
    try {
      found = await ask(`${path}/answers?lang=${texts.lang}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ draft, set: texts.set, editor, answers: sent }),
      });
    } catch {
      isSaving = false;
      hasFailed = true;
      showState();
      return false;
    }
    isSaving = hasFailed = false;
    asks = "";
    if (found.state !== "open") { stop(found.state); return false; }
    for (const { id, answer } of sent) {
      if (!(id in found.saved)) continue;
      setStored(questions.get(id), answer, found.saved[id]);
      if (unsent[id]?.answer === answer) {
        delete unsent[id];
        clearConflict(questions.get(id));
        form.querySelector(`[data-changed="${CSS.escape(id)}"]`).textContent = "";
      } else if (unsent[id]) unsent[id].seen = found.saved[id];
    }
    keep();
    // What others saved meanwhile comes with the next look; this answer may skip it.
    const before = revision;
    showPicture(found);
    revision = before;
    for (const one of found.conflicts) showConflict(one);
    showState();
    if (sendable().length) saveSoon();
    else look();
    return true;
  }

  function stop(reason) {
    stopped = { closed: texts.closed, set_changed: texts.setChanged, signed_out: texts.signedOut }[reason] ?? texts.refused;
    showState();
  }

  function saveSoon() { clearTimeout(timer); timer = setTimeout(save, SAVE_AFTER_MS); }

  async function look() {
    if (document.hidden || isSaving || stopped) return;
    let found;
    try {
      found = await ask(`${path}/draft?draft=${encodeURIComponent(draft)}&since=${revision}&lang=${texts.lang}`);
    } catch { return; }
    if (found.state === "none") return;
    if (found.state !== "open") { stop(found.state); return; }
    const changed = (found.changes || []).filter(take).map((one) => one.id);
    showPicture(found);
    showState();
    if (changed.length && !conflicts.size) listInto(others, texts.others, changed);
  }

  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (!question || event.target.type !== "radio") return;
    const id = question.dataset.question;
    // Whoever answers while a conflict is shown has chosen.
    const conflict = conflicts.get(id);
    if (conflict) setStored(question, conflict.theirs, conflict.revision);
    clearConflict(question);
    unsent[id] = { answer: given(question), seen: Number(question.dataset.revision) };
    keep();
    showProgress();
    showState();
    saveSoon();
  });

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    if (button.dataset.go !== undefined) {
      event.preventDefault();
      open(button.dataset.go);
      return;
    }
    if (button.value === "save") { event.preventDefault(); save(); return; }
    if (button.id === "discard" && !confirm(button.dataset.confirm)) { event.preventDefault(); return; }
    if (button.dataset.review === undefined) return;
    event.preventDefault();
    await saveAll();
    if (conflicts.size) { asks = texts.conflictFirst; goTo([...conflicts.keys()][0]); showState(); return; }
    if (Object.keys(unsent).length) { asks = texts.reviewFirst; showState(); state.scrollIntoView({ block: "nearest" }); return; }
    location.assign(`${path}/review?lang=${texts.lang}`);
  });

  window.addEventListener("online", () => { save(); look(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { save(); look(); } });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(() => { if (sendable().length) save(); else look(); }, LOOK_EVERY_MS);

  // Begin --------------------------------------------------------------------------------------

  form.classList.add("is-scripted");
  for (const id of Object.keys(unsent)) {
    const question = questions.get(id);
    if (!question || part(question, "o").value === unsent[id].answer) delete unsent[id];
    else check(question, unsent[id].answer);
  }
  keep();
  const asked = location.hash.startsWith("#q-") ? decodeURIComponent(location.hash.slice(3)) : "";
  open(questions.has(asked) ? stepOf(questions.get(asked)) : texts.step, { focus: false, push: false });
  if (questions.has(asked)) goTo(asked);
  showProgress();
  showState();
  document.getElementById("problems")?.focus();
  save();
  window.antoanAssess = { ask, path, csrf, takeDraft(key) { if (key) { draft = key; form.elements.draft.value = key; } } };
})();
