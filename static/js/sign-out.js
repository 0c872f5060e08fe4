/* Signing out leaves nothing on the device: answers that still wait for a connection (see rating.js) are removed. */
"use strict";

document.addEventListener("submit", (event) => {
  if (!("signOut" in event.target.dataset)) return;
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("kip:unsent:")) localStorage.removeItem(name);
    }
  } catch {
    // Storage that is switched off holds nothing.
  }
});
