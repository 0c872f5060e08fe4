/* The self-assessment saves itself.

   Every choice is first stored on this device, and removed when the server has acknowledged it, so that no answer is
   lost when the connection fails, the window is closed or the session expires. localStorage has one entry for each
   answer, under "kip:unsent:<person>:<assessment>:<statement>"; sign-out.js removes them. Without this script the page's
   buttons save the whole page. All texts come from the page, so that this file needs no translation. */
"use strict";

(() => {
  const home = document.getElementById("unsent");
  if (!home) return;
  const words = home.dataset;
  const sheet = document.getElementById("sheet");
  const PAUSE = { choice: 350, comment: 1200 }; // ms; with arrow keys, several levels are selected before the final one
  const RETRY = { first: 2000, most: 60000 };

  /* --- Unsent answers on this device --------------------------------------------------------- */

  const store = {
    // Storage can be full or disabled; then answers are kept in memory, as long as the page is open.
    memory: new Map(),
    set(pk, entry) {
      this.memory.set(pk, entry);
      try { localStorage.setItem(words.key + pk, JSON.stringify(entry)); } catch { /* see above */ }
    },
    remove(pk) {
      this.memory.delete(pk);
      try { localStorage.removeItem(words.key + pk); } catch { /* see above */ }
    },
    load() {
      try {
        for (const name of Object.keys(localStorage)) {
          if (!name.startsWith(words.key)) continue;
          try { this.memory.set(name.slice(words.key.length), JSON.parse(localStorage.getItem(name))); }
          catch { localStorage.removeItem(name); }
        }
      } catch { /* see above */ }
    },
  };

  /* --- Questions of this page ---------------------------------------------------------------- */

  class Question {
    constructor(element) {
      this.element = element;
      this.pk = element.dataset.pk;
      this.code = element.dataset.code;
      this.url = element.dataset.save;
      this.radios = [...element.querySelectorAll(`input[name="q${this.pk}-choice"]`)];
      this.comment = element.querySelector("textarea");
      this.seen = element.querySelector(`input[name="q${this.pk}-seen"]`);
      this.status = element.querySelector("[data-status]");
      this.takeBack = element.querySelector("button[name=take_back]");
      this.timer = null;
    }

    get choice() { return this.radios.find((radio) => radio.checked)?.value ?? ""; }

    show(choice, comment) {
      for (const radio of this.radios) radio.checked = radio.value === choice;
      this.comment.value = comment;
      this.follow();
    }

    // Updates what depends on whether there is an answer.
    follow() {
      this.takeBack.hidden = this.choice === "";
      countAnswers();
    }

    say(text, isWaiting, link) {
      this.status.hidden = !text;
      this.status.classList.toggle("saved-waiting", Boolean(isWaiting));
      this.status.textContent = text;
      if (link) this.status.append(" ", link);
    }

    get conflict() { return this.element.querySelector("[data-conflict]"); }
  }

  const questions = new Map();
  if (sheet) for (const element of sheet.querySelectorAll(".question")) {
    const question = new Question(element);
    questions.set(question.pk, question);
  }

  function countAnswers() {
    const given = [...questions.values()].filter((question) => question.choice !== "").length;
    setText(sheet.querySelector("[data-answered-words]"), JSON.parse(sheet.dataset.answered)[given]);
  }

  // Sets the text only if it changes, so that a screen reader does not read it out again.
  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function sayOverall(text, isWaiting) {
    const line = sheet?.querySelector("[data-saved]");
    if (!line) return;
    line.hidden = !text;
    line.classList.toggle("saved-waiting", Boolean(isWaiting));
    setText(line, text);
  }

  /* --- Sending ------------------------------------------------------------------------------- */

  const sending = new Map(); // pk → promise; one request at a time for each question, so that versions stay in order
  const held = new Set(); // pks that are not sent until the person decides
  let retryTimer = null;
  let pause = RETRY.first;

  function keep(question) {
    held.delete(question.pk);
    store.set(question.pk, {
      choice: question.choice,
      comment: question.comment.value,
      seen: question.seen.value,
      url: question.url,
      page: `${location.pathname}#q${question.pk}`,
      code: question.code,
    });
    question.say(words.saving, true);
  }

  function later(question, delay) {
    keep(question);
    clearTimeout(question.timer);
    question.timer = setTimeout(() => send(question.pk), delay);
  }

  function send(pk) {
    const question = questions.get(pk);
    if (question) clearTimeout(question.timer);
    // A newer answer is sent only after the response to the one before, which tells the new version.
    const before = sending.get(pk);
    const now = (before ?? Promise.resolve()).then(() => transmit(pk));
    const done = now.finally(() => { if (sending.get(pk) === done) sending.delete(pk); });
    sending.set(pk, done);
    return done;
  }

  async function transmit(pk) {
    const entry = store.memory.get(pk);
    if (!entry || held.has(pk)) return;
    let response;
    try {
      response = await fetch(entry.url, {
        method: "POST",
        body: new URLSearchParams({ choice: entry.choice, comment: entry.comment, seen: entry.seen }),
        headers: { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
        redirect: "manual", // the only possible redirect is to the sign-in page
      });
    } catch {
      return wait(pk, words.waiting);
    }
    if (response.type === "opaqueredirect") return signedOut(pk);
    if (response.status >= 500 || response.status === 429) return wait(pk, words.waiting);
    let answer = null;
    try {
      answer = await response.json();
    } catch {
      // No JSON: 403 after somebody else has signed in in this browser, 404 after the draft was discarded elsewhere.
    }
    if (response.ok && answer) return saved(pk, entry, answer);
    if (response.status === 409 && answer?.notice) return conflict(pk, answer);
    if (answer?.error) return refused(pk, entry, answer.error);
    return failed(pk);
  }

  // The CSRF token: the cookie is newer than the page if the person has signed in again in another window.
  function token() {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return cookie?.slice("csrftoken=".length) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  function saved(pk, entry, answer) {
    pause = RETRY.first;
    const question = questions.get(pk);
    const newer = store.memory.get(pk);
    if (question) question.seen.value = answer.seen;
    if (newer !== entry) {
      if (newer) store.set(pk, { ...newer, seen: answer.seen });
      return;
    }
    store.remove(pk);
    if (question) {
      question.say(answer.saved);
      sayOverall(answer.saved);
    }
    showElsewhere();
  }

  function wait(pk, text, link) {
    questions.get(pk)?.say(text, true, link);
    if (questions.has(pk)) sayOverall(text, true);
    showElsewhere();
    clearTimeout(retryTimer);
    retryTimer = setTimeout(sendAll, pause);
    pause = Math.min(pause * 2, RETRY.most);
  }

  function signedOut(pk) {
    const link = document.createElement("a");
    link.href = `${words.signIn}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = words.signInAgain;
    wait(pk, words.signedOut, link);
  }

  function conflict(pk, answer) {
    held.add(pk);
    const question = questions.get(pk);
    if (!question) return showElsewhere();
    question.conflict?.remove();
    question.say(words.conflict, true);
    sayOverall(words.conflict, true);
    question.seen.insertAdjacentHTML("beforebegin", answer.notice);
    question.theirs = answer;
  }

  // The server will never accept this answer: show the error, and stop sending it.
  function refused(pk, entry, error) {
    const question = questions.get(pk);
    if (store.memory.get(pk) === entry) store.remove(pk);
    question?.say(`${words.refused}: ${error}`, true);
    if (question) sayOverall(words.refused, true);
  }

  function failed(pk) {
    held.add(pk);
    questions.get(pk)?.say(words.failed, true);
    if (questions.has(pk)) sayOverall(words.failed, true);
    showElsewhere();
  }

  function sendAll() {
    return Promise.all([...store.memory.keys()].map((pk) => send(pk)));
  }

  // Lists the unsent answers to questions of other pages.
  function showElsewhere() {
    const notice = home.querySelector(".notice");
    const entries = [...store.memory].filter(([pk]) => !questions.has(pk));
    notice.hidden = entries.length === 0;
    const paragraph = document.createElement("p");
    paragraph.textContent = words.elsewhere;
    for (const [, entry] of entries) {
      const link = document.createElement("a");
      link.href = entry.page;
      link.textContent = entry.code;
      paragraph.append(" ", link);
    }
    notice.firstElementChild.replaceChildren(paragraph);
  }

  /* --- What the person does ------------------------------------------------------------------ */

  function decide(question, isMine) {
    const theirs = question.theirs;
    const current = question.element.querySelector(`input[name="q${question.pk}-current"]`);
    question.seen.value = theirs ? theirs.seen : current.value;
    question.conflict.remove();
    held.delete(question.pk);
    if (isMine) {
      keep(question);
      send(question.pk);
    } else {
      store.remove(question.pk);
      question.show(theirs.choice, theirs.comment);
      question.say("");
      sayOverall("");
    }
    question.radios.find((radio) => radio.checked)?.focus() ?? question.element.focus();
  }

  // A link or a file in its field is sent with the whole page, as it is without this script.
  function hasEvidenceToSend() {
    return [...sheet.querySelectorAll("input[type=url], input[type=file]")].some((field) => field.value.trim() !== "");
  }

  async function leave() {
    const open = () => [...questions.keys()].filter((pk) => store.memory.has(pk));
    await Promise.all(open().map((pk) => send(pk)));
    if (open().length === 0) {
      location.assign(sheet.dataset.next);
      return;
    }
    const first = questions.get(open()[0]);
    (first.conflict ?? first.element).focus();
  }

  function listen() {
    sheet.addEventListener("change", (event) => {
      const question = questions.get(event.target.closest(".question")?.dataset.pk);
      if (!question) return;
      if (event.target.type === "radio") {
        question.follow();
        later(question, PAUSE.choice);
      } else if (event.target === question.comment) {
        later(question, 0);
      }
    });
    sheet.addEventListener("input", (event) => {
      const question = questions.get(event.target.closest(".question")?.dataset.pk);
      if (question && event.target === question.comment) later(question, PAUSE.comment);
    });
    sheet.addEventListener("submit", (event) => {
      const button = event.submitter;
      const question = questions.get(button?.closest(".question")?.dataset.pk);
      // A conflict that was in the page from the start is decided by the server, because only it knows the other answer.
      const isOurs = (button?.name === "keep" || button?.name === "take") && question?.theirs;
      if (button?.name === "take_back") {
        event.preventDefault();
        question.show("", question.comment.value);
        later(question, 0);
        question.radios[0].focus();
      } else if (isOurs) {
        event.preventDefault();
        decide(question, button.name === "keep");
      } else if (button?.name === "keep" || button?.name === "take") {
        store.remove(question.pk);
      } else if (button && "leave" in button.dataset && !hasEvidenceToSend()) {
        event.preventDefault();
        leave();
      } else if (button?.name === "stay") {
        // Enter in the field for a link presses the button beside it.
        const add = document.activeElement.closest("details")?.querySelector("button[name=add]");
        if (add && document.activeElement.type === "url") {
          event.preventDefault();
          setTimeout(() => add.click()); // after this submit event is finished
        }
      }
    });
  }

  /* --- When the page opens --------------------------------------------------------------------- */

  store.load();
  if (sheet) {
    listen();
    for (const [pk, entry] of store.memory) {
      const question = questions.get(pk);
      if (!question) continue;
      question.show(entry.choice, entry.comment);
      if (entry.comment) question.comment.closest("details").open = true;
      question.say(words.waiting, true);
    }
    // After "Back", a browser restores choices by itself; the counts must match what is shown.
    window.addEventListener("pageshow", () => { for (const question of questions.values()) question.follow(); });
  }
  window.addEventListener("online", () => { pause = RETRY.first; sendAll(); });
  document.querySelector("[data-discard]")?.addEventListener("submit", () => {
    for (const pk of [...store.memory.keys()]) store.remove(pk);
  });
  if (store.memory.size) {
    showElsewhere();
    sendAll().then(() => {
      // The pages of contents and review were rendered without these answers.
      if (!sheet && store.memory.size === 0) location.reload();
    });
  }
})();
