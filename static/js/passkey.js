/* Shows what only works with passkeys if the browser has them, and says in words if none was used. allauth's scripts do the rest. */
"use strict";

(() => {
  const works = window.isSecureContext && "PublicKeyCredential" in window;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !works;
  for (const part of document.querySelectorAll("[data-without-passkey]")) part.hidden = works;

  // allauth tells what went wrong by this event, and would log it.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const faults = [...document.querySelectorAll("[data-passkey-fault]")];
    const name = event.detail.exception?.name;
    const told = faults.find((fault) => fault.dataset.passkeyFault === name) ?? faults[0];
    for (const fault of faults) fault.hidden = fault !== told;
  });

  // The tick "Keep me signed in" stands in another form.
  const form = document.querySelector("form[data-remember]");
  form?.addEventListener("formdata", (event) => {
    if (document.getElementById(form.dataset.remember).checked) event.formData.set("remember", "on");
  });
})();
