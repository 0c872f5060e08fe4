/* When somebody signs out, removes their unsent answers from the device (see rating.js). */
"use strict";

document.addEventListener("submit", (event) => {
  if (!("signOut" in event.target.dataset)) return;
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("kip:unsent:")) localStorage.removeItem(name);
    }
  } catch {
    // If storage is disabled, there is nothing to remove.
  }
});
