/* "Keep this level" on the page of an update: selects the level like a click on its tile, and rating.js saves it.

   Without this script the button sends the page, and the server does the same. */
"use strict";

(() => {
  const sheet = document.getElementById("sheet");
  if (!sheet) return;

  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=confirm]");
    const question = button?.closest(".question");
    const radio = question?.querySelector(`input[type=radio][value="${button.dataset.level}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
  });

  // The button is shown while there is no answer, and again after the answer is taken back.
  function follow() {
    for (const button of sheet.querySelectorAll("button[name=confirm]")) {
      const isAnswered = Boolean(button.closest(".question").querySelector("input[type=radio]:checked"));
      if (button.hidden !== isAnswered) button.hidden = isAnswered;
    }
  }
  // rating.js shows or hides "Take back" whenever an answer is given or removed; this observer notices it.
  new MutationObserver(follow).observe(sheet, { subtree: true, attributeFilter: ["hidden"] });
  follow();
})();
