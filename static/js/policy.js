/* The clauses of a return policy: the server marks them while somebody types (htmx); this only warns
   before what was typed is lost. */
(() => {
  "use strict";
  const form = document.getElementById("policy");
  if (!form) return;
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  const before = typed();
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && typed() !== before) event.preventDefault();
  });
})();
